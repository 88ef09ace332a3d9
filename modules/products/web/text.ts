import { words } from '../../../kernel/text.ts'

export const text = words({
  title: { zh: '产品', en: 'Products' },
  search: { zh: '编码、名称', en: 'Code or name' },
  search_key: { zh: '在产品里查找', en: 'Search products' },
  code: { zh: '编码', en: 'Code' },
  name: { zh: '名称', en: 'Name' },
  category: { zh: '分类', en: 'Category' },
  kind: { zh: '类型', en: 'Kind' },
  source: { zh: '来源', en: 'Source' },
  sales_unit: { zh: '单位', en: 'Unit' },
  cost: { zh: '单位成本', en: 'Unit cost' },
  if_category: { zh: '分类', en: 'category' },
  if_kind: { zh: '类型', en: 'kind' },
  product: { zh: '商品', en: 'Product' },
  charge: { zh: '费用', en: 'Charge' },
  discount: { zh: '折扣', en: 'Discount' },
  adjustment: { zh: '调整', en: 'Adjustment' },
  empty_title: { zh: '还没有产品', en: 'No products yet' },
  empty_text: {
    zh: '导入订单时产品会一起进来；也可以导入产品表，带上分类和成本。',
    en: 'Products come with an import of orders; a product file adds categories and costs.',
  },
  empty_import: { zh: '导入', en: 'Import' },
  none_title: { zh: '没有相符的产品', en: 'No product matches' },
  none_text: { zh: '放宽条件，或换个词查找。', en: 'Loosen a condition, or search for another word.' },
  clear: { zh: '清除条件', en: 'Clear filters' },
})
