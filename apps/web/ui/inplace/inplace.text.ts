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
  nothing: { zh: '空', en: 'empty' },
  remove_yes: { zh: '删除', en: 'Remove' },
})
