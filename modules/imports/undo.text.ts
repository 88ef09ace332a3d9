import { words } from '../../kernel/text.ts'

export const undoText = words({
  'imports.no_trail': {
    zh: '这次导入发生在可撤销之前，没有留下撤销所需的记录',
    en: 'This import was made before imports could be undone; what that takes was not kept',
  },
  'imports.undo_expired': {
    zh: '撤销期已过（{until}）',
    en: 'The time in which it could be undone is over ({until})',
  },
  'imports.changed_nothing': {
    zh: '这次导入没有新建或更改任何内容，无需撤销',
    en: 'This import created and changed nothing, so there is nothing to undo',
  },
  'imports.undo_forgotten': {
    zh: '这次导入涉及的资料已被删除，无法再撤销',
    en: 'What this import brought has since been erased, so it cannot be undone',
  },
  'imports.nothing_to_undo': {
    zh: '没有可以撤销的内容：都已撤销，或之后被改动过',
    en: 'There is nothing to undo: it is undone already, or was touched since',
  },
  'imports.nothing_to_redo': {
    zh: '没有可以恢复的内容：编号已被之后的导入占用，或所需的资料已不在',
    en: 'There is nothing to bring back: later imports have taken the numbers, or what it needs is gone',
  },
  'imports.undo_under_way': {
    zh: '这次导入正在撤销或恢复，请等它结束',
    en: 'This import is being undone or brought back already; wait until that has ended',
  },
  'imports.no_undo_under_way': {
    zh: '没有正在进行的撤销',
    en: 'No undo of this import is under way',
  },
  'imports.phase.waiting': {
    zh: '等待同一来源的另一次导入',
    en: 'Waiting for another import of this source',
  },
  'imports.phase.waiting_for': { zh: '等待“{file}”导入完成', en: 'Waiting until {file} is imported' },
  'imports.phase.waiting_undo': { zh: '等待“{file}”撤销完成', en: 'Waiting until {file} is undone' },
  'imports.undo_phase.judging': { zh: '核对哪些之后被改动过', en: 'Finding what was touched since' },
  'imports.undo_phase.writing': { zh: '撤销', en: 'Undoing' },
  'imports.undo_phase.listing': { zh: '更新客户列表', en: 'Updating the lists' },
  'imports.redo_phase.writing': { zh: '恢复', en: 'Bringing back' },
  'imports.undo': { zh: '撤销导入', en: 'Undo an import' },

  'imports.left.changed': { zh: '导入后被改动', en: 'Changed since' },
  'imports.left.held_party': { zh: '还有订单或其他资料', en: 'Has orders or other records that stay' },
  'imports.left.held': { zh: '仍被其他资料使用', en: 'Still used by what stays' },
  'imports.left.gone': { zh: '已不存在', en: 'No longer there' },
  'imports.left.lacks': { zh: '所属客户或商品已不在', en: 'Its customer or product is no longer there' },
  'imports.left.taken': { zh: '编号已被占用', en: 'Its number has been taken' },
  'imports.left.out_of_scope': { zh: '不在你的权限范围内', en: 'Outside what you may change' },
})

export const columnText = words({
  kind: { zh: '类别', en: 'Kind' },
  key: { zh: '编号', en: 'Id' },
  name: { zh: '名称', en: 'Name' },
  why: { zh: '原因', en: 'Reason' },
  who: { zh: '改动人', en: 'Changed by' },
  at: { zh: '改动时间', en: 'Changed at' },
  import: { zh: '改动它的导入', en: 'Changed by import' },
  party: { zh: '客户', en: 'Customer' },
  product: { zh: '产品', en: 'Product' },
  category: { zh: '分类', en: 'Category' },
  order: { zh: '订单', en: 'Order' },
  system: { zh: '系统', en: 'Guanxi' },
  cli: { zh: '命令行', en: 'Command line' },
  key_actor: { zh: 'API 密钥', en: 'API key' },
  file: { zh: '未能撤销', en: 'not undone' },
})
