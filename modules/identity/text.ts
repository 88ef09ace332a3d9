import { words } from '../../kernel/text.ts'

export const text = words({
  'may.parties:merge': {
    zh: '合并客户、撤销合并、处理疑似重复',
    en: 'Merge parties, part them again, and judge suspected duplicates',
  },
  'parties.merged': {
    zh: '这位客户已并入另一位（编号 {merged_into}），请到那里操作',
    en: 'This party was merged into another (id {merged_into}). Go on there',
  },
  'identity.kinds_differ': {
    zh: '个人和单位不能合并，请先改成同一类型',
    en: 'A person and an organisation cannot be merged. Make them of one kind first',
  },
  'identity.same_party': { zh: '不能和自己合并', en: 'A party cannot be merged with itself' },
  'identity.how_many': {
    zh: '请选 1 到 {max} 位并入的客户',
    en: 'Choose 1 to {max party|parties} to merge into this one',
  },
  'identity.unknown_field': { zh: '没有这个字段：{field}', en: 'There is no such field: {field}' },
  'identity.bad_value': { zh: '字段“{field}”不能取这个值', en: 'The field “{field}” cannot have this value' },
  'identity.outer_first': {
    zh: '它是随另一位客户一起并进来的，请先把那一位（编号 {party_id}）拆出来',
    en: 'It came in with another party. Part that one first (id {party_id})',
  },
  'identity.already_parted': { zh: '这次合并已经撤销过了', en: 'This merge was undone already' },
  'identity.unknown_item': {
    zh: '没有要分配的这一项：{item}。刷新后再试',
    en: 'There is nothing to decide about called {item}. Reload and try again',
  },
  'identity.collides': {
    zh: '分给这一方的内容里，有一项它原来就有，请改分给另一方',
    en: 'One of the things given to this side is there already. Give it to the other side',
  },
  'identity.roles': { zh: '市场角色', en: 'Market roles' },
})

/** Fields of a party as the merge shows them. */
export const fieldText = words({
  name: { zh: '名称', en: 'Name' },
  language: { zh: '语言', en: 'Language' },
  channel_preference: { zh: '首选联系渠道', en: 'Preferred channel' },
  country: { zh: '国家或地区', en: 'Country' },
  note: { zh: '备注', en: 'Note' },
  owner_id: { zh: '归属人', en: 'Owner' },
  unit_id: { zh: '部门', en: 'Unit' },
  tags: { zh: '标签', en: 'Tags' },
})
