import { words } from '../../../../kernel/text.ts'

export const text = words({
  save: { zh: '保存', en: 'Save' },
  cancel: { zh: '取消', en: 'Cancel' },
  edit: { zh: '修改：{name}', en: 'Change {name}' },
  remove: { zh: '删除：{name}', en: 'Remove {name}' },
  remove_sure: { zh: '删除「{name}」？', en: 'Remove “{name}”?' },
  clash: {
    zh: '刚才有人也改了，和你的不同。先选一份再保存。',
    en: 'Somebody has changed this too, to something else. Choose before it is saved.',
  },
  clash_by: {
    zh: '{name}刚才也改了，和你的不同。先选一份再保存。',
    en: '{name} has changed this too, to something else. Choose before it is saved.',
  },
  yours: { zh: '你的', en: 'Yours' },
  theirs: { zh: '现在的', en: 'As it is now' },
  use_mine: { zh: '用我的', en: 'Use mine' },
  use_theirs: { zh: '用现在的', en: 'Use theirs' },
  keep_editing: { zh: '继续修改', en: 'Keep editing' },
  keep_both: { zh: '两份都留，接着改', en: 'Keep both and edit' },
  gone_removed_by: { zh: '{name}刚才删除了这一条。', en: '{name} has removed this meanwhile.' },
  gone_removed: { zh: '这一条刚才被删除了。', en: 'This was removed meanwhile.' },
  gone_done_by: { zh: '{name}刚才把它标记为已完成。', en: '{name} has marked this as done meanwhile.' },
  gone_done: { zh: '它刚才被标记为已完成。', en: 'This was marked as done meanwhile.' },
  gone_changed_by: {
    zh: '{name}刚才改了这一条，它已不在这个列表里。',
    en: '{name} has changed this meanwhile, and it is not in this list any more.',
  },
  gone_changed: { zh: '这一条已不在这个列表里。', en: 'This is not in this list any more.' },
  gone_kept: { zh: '你写的内容还在，尚未保存。', en: 'What you wrote is still here, and not saved.' },
  save_anew: { zh: '另存为新的一条', en: 'Save as new' },
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  copy_by_hand: {
    zh: '浏览器不允许复制，请手动选中后复制。',
    en: 'The browser does not allow copying. Select the text and copy it.',
  },
  discard: { zh: '放弃', en: 'Discard' },
  nothing: { zh: '空', en: 'empty' },
  remove_yes: { zh: '删除', en: 'Remove' },
})
