import { words } from '../../kernel/text.ts'

/** What the value engine says of a customer: for those who may read it. */
export const valueHeadings = words({
  value: { zh: '未来价值', en: 'Future value' },
  at_risk: { zh: '风险价值', en: 'Value at risk' },
  p_alive: { zh: '活跃概率', en: 'P(alive)' },
  overdue: { zh: '逾期未购', en: 'Overdue' },
  next_order: { zh: '预计下次下单', en: 'Next order' },
  class: { zh: '购买分类', en: 'Class' },
  abc: { zh: 'ABC 分类', en: 'ABC class' },
  core: { zh: '核心客户', en: 'Core customer' },
})
export type ValueKey = keyof typeof valueHeadings

/** Columns of the exported list, in the order of the file. The importer knows each heading that it can take back. */
export const partyHeadings = words({
  id: { zh: '编号', en: 'ID' },
  name: { zh: '名称', en: 'Name' },
  kind: { zh: '类型', en: 'Kind' },
  roles: { zh: '市场角色', en: 'Market roles' },
  owner: { zh: '归属', en: 'Owner name' },
  owner_email: { zh: '负责人邮箱', en: 'Owner e-mail' },
  unit: { zh: '部门', en: 'Unit' },
  country: { zh: '国家地区', en: 'Country' },
  revenue: { zh: '收入', en: 'Revenue' },
  currency: { zh: '币种', en: 'Currency' },
  orders: { zh: '订单', en: 'Orders' },
  unrated: { zh: '缺汇率的订单', en: 'Orders without a rate' },
  first: { zh: '首单', en: 'First order' },
  last: { zh: '末次订单', en: 'Last order' },
  ...valueHeadings,
  tags: { zh: '标签', en: 'Tags' },
  email: { zh: '邮箱', en: 'E-mail' },
  phone: { zh: '电话', en: 'Phone' },
  wechat: { zh: '微信', en: 'WeChat' },
  address: { zh: '地址', en: 'Address' },
  web: { zh: '网址', en: 'Website' },
  external_ids: { zh: '其他系统的编号', en: 'Ids in other systems' },
  language: { zh: '语言', en: 'Language' },
  channel_preference: { zh: '偏好渠道', en: 'Preferred channel' },
  organisation: { zh: '所属单位', en: 'Organisation' },
  title: { zh: '职务', en: 'Title' },
  since: { zh: '任职开始', en: 'In post since' },
  until: { zh: '任职结束', en: 'In post until' },
  note: { zh: '备注', en: 'Note' },
  created: { zh: '创建时间', en: 'Created' },
})
export const partyLanguages = words({
  'zh-CN': { zh: '中文', en: 'Chinese' },
  en: { zh: '英文', en: 'English' },
})
