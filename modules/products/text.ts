import { words } from '../../kernel/text.ts'

export const text = words({
  'may.products:read': { zh: '查看商品', en: 'See products' },
  'may.products:write': { zh: '新增和修改商品', en: 'Add and change products' },
  'products.code_taken': {
    zh: '{source} 已有编码为 {code} 的商品',
    en: '{source} already has a product with code {code}',
  },
  'products.cost_currency': {
    zh: '成本和成本币种要么都填，要么都不填',
    en: 'Give the cost and its currency together, or neither',
  },
  'products.cost_withheld': {
    zh: '你的角色看不到成本，也就不能修改',
    en: 'Your role does not see costs, so it cannot change them',
  },
  'products.category_taken': { zh: '这个分类已经有了', en: 'This category is already there' },
  'kind.product': { zh: '商品', en: 'Product' },
  'kind.charge': { zh: '费用', en: 'Charge' },
  'kind.discount': { zh: '折扣', en: 'Discount' },
  'kind.adjustment': { zh: '调整', en: 'Adjustment' },
})
