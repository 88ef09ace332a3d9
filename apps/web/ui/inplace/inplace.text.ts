import { words } from '../../../../kernel/text.ts'

export const text = words({
  save: { zh: '保存', en: 'Save' },
  cancel: { zh: '取消', en: 'Cancel' },
  edit: { zh: '修改：{name}', en: 'Change {name}' },
  remove: { zh: '删除：{name}', en: 'Remove {name}' },
  remove_sure: { zh: '删除「{name}」？', en: 'Remove “{name}”?' },
  remove_yes: { zh: '删除', en: 'Remove' },
})
