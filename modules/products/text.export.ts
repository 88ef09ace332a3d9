import { words } from '../../kernel/text.ts'

export const productHeadings = words({
  code: { zh: '编码', en: 'Code' },
  name: { zh: '名称', en: 'Name' },
  category: { zh: '分类', en: 'Category' },
  kind: { zh: '类型', en: 'Kind' },
  sales_unit: { zh: '单位', en: 'Unit' },
  source: { zh: '来源', en: 'Source' },
  cost: { zh: '单位成本', en: 'Unit cost' },
  currency: { zh: '币种', en: 'Currency' },
  id: { zh: '关系编号', en: 'Guanxi id' },
  created: { zh: '创建时间', en: 'Created' },
  updated: { zh: '修改时间', en: 'Changed' },
})
export const productTitle = words({ title: { zh: '产品', en: 'Products' } }).title
