import { words } from '../../kernel/text.ts'

export const text = words({
  'may.audit:read': { zh: '查看审计日志', en: 'See the audit log' },
  'may.audit:export': { zh: '导出审计日志', en: 'Export the audit log' },
  'audit.not_sealed': {
    zh: '这条记录刚写入，几秒后才有封印，请稍后再取证明',
    en: 'This record is seconds old and not sealed yet. Ask again shortly',
  },
  'audit.verifying': { zh: '校验正在进行', en: 'A verification is already running' },
  'audit.not_undoable': { zh: '这类操作不能撤销', en: 'Nothing of this kind can be undone' },
  'audit.undo_erased': {
    zh: '内容已按请求抹除，无法撤销',
    en: 'Its content was erased on request, so it cannot be undone',
  },
  'audit.undo_depends': {
    zh: '之后的 {n} 项改动以它为基础，不能单独撤销',
    en: 'Later changes build on it ({n}), so it cannot be undone on its own',
  },
  'audit.undo_forbidden': {
    zh: '你的角色没有修改它的权限（{permission}）',
    en: 'Your role may not change it ({permission})',
  },
  'audit.undo_gone': {
    zh: '它已被删除，或不在你的权限范围内，无法撤销',
    en: 'It is gone, or outside what you may change, so this cannot be undone',
  },
  'audit.undo_nothing': {
    zh: '这次修改没有改变任何内容，没有可撤销的',
    en: 'This changed nothing, so there is nothing to undo',
  },
  'audit.undo_first_rate': {
    zh: '这是当日的第一个汇率，没有可以恢复的旧值；请直接录入正确的汇率',
    en: 'It was the first rate of that day, so there is none to go back to. Enter the right one instead',
  },
  'audit.undo_done': { zh: '已经是撤销后的样子', en: 'It already is as it was before' },
  'parties.depended_on': {
    zh: '之后又有改动或订单（最近一次：{who}），不能撤销新建',
    en: 'Changes or orders came after it (the last by {who}), so creating it cannot be undone',
  },
})

export const sentences = words({
  cli: { zh: '命令行', en: 'The command line' },
  key: { zh: 'API 密钥', en: 'An API key' },
  system: { zh: '系统', en: 'The system' },
  nothing: { zh: '（空）', en: 'nothing' },
  yes: { zh: '是', en: 'yes' },
  no: { zh: '否', en: 'no' },
  plain: { zh: '{who} {verb} {what}', en: '{who} {verb} {what}' },
  alone: { zh: '{who} {verb}', en: '{who} {verb}' },
  of: { zh: '{about}（{party}）', en: '{about} of {party}' },
  one: {
    zh: '{who} 修改了 {what} 的{field}：{was} → {became}',
    en: '{who} changed {field} of {what}: {was} → {became}',
  },
  several: { zh: '{who} 修改了 {what} 的{fields}', en: '{who} changed {fields} of {what}' },
  role: { zh: '市场角色“{role}”', en: 'market role {role}' },
  role_some: { zh: '市场角色', en: 'a market role' },
  part_of: { zh: '{what} 的{part}', en: '{part} of {what}' },
  added: { zh: '{who} 为 {what} 添加了{part}：{value}', en: '{who} added {part} {value} to {what}' },
  added_part: { zh: '{who} 为 {what} 添加了{part}', en: '{who} added {part} to {what}' },
  removed: { zh: '{who} 删除了 {what} 的{part}：{value}', en: '{who} removed {part} {value} from {what}' },
  removed_part: { zh: '{who} 删除了 {what} 的{part}', en: '{who} removed {part} from {what}' },
  several_part: {
    zh: '{who} 修改了 {what} 的{part}（{fields}）',
    en: '{who} changed {part} of {what} ({fields})',
  },
  erased: { zh: '{told}（内容已抹除）', en: '{told} (content erased)' },
})

/** Why a place of the chain is broken, for whoever has to act on it: also `guanxi audit verify`. */
export const why = words({
  payload_changed: { zh: '内容被改过', en: 'its content was changed' },
  row_changed: {
    zh: '这个封印里有记录的时间、操作人或动作被改过',
    en: 'a record of this seal had its time, actor or action changed',
  },
  row_missing: { zh: '记录被删除', en: 'the record was deleted' },
  row_unknown: { zh: '不是关系写入的记录', en: 'the record was not written by Guanxi' },
  row_twice: { zh: '记录重复出现', en: 'the record appears twice' },
  half_erased: { zh: '内容只抹去了一半', en: 'its content was erased by half' },
  erased_unrecorded: {
    zh: '内容被抹去，但没有对应的抹除登记',
    en: 'its content was erased, and no erasure is on record for it',
  },
  seal_missing: { zh: '封印被删除', en: 'the seal was deleted' },
  seal_changed: {
    zh: '封印被改过，或密钥不是当时的密钥',
    en: 'the seal was changed, or the key is not the one it was made with',
  },
})
