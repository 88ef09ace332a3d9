/** The decisions of rules.ts in words: what the report says was done with the odd lines of a file. */
import type { Phrase } from '../../kernel/text.ts'
import type { Policy } from './rules.ts'

export const policyText: { readonly [P in Policy]: Phrase } = {
  cancellation: {
    zh: '取消单的行（订单号带取消前缀，或状态为取消），按取消单保留',
    en: 'Lines of cancellations, kept as orders of that kind',
  },
  adjustment: {
    zh: '调整单的行（订单号带调整前缀），按调整单保留',
    en: 'Lines of adjustments, kept as orders of that kind',
  },
  returned: { zh: '状态为退货的行，按退货单保留', en: 'Lines whose status says returned, kept as returns' },
  negative_quantity: { zh: '数量为负，照原样保留', en: 'Negative quantity, kept as it is' },
  zero_quantity: { zh: '数量为 0，保留，不计金额', en: 'Quantity 0, kept, adds nothing' },
  zero_price: { zh: '单价为 0，按赠品行保留', en: 'Price 0, kept as free lines' },
  negative_price: { zh: '单价为负，按调整行保留', en: 'Negative price, kept as adjustments' },
  missing_customer: {
    zh: '没有客户，归入来源的匿名客户',
    en: 'No customer: under an anonymous party of the source',
  },
  missing_description: { zh: '没有商品描述，保留', en: 'No description, kept' },
  non_product: {
    zh: '编码不是商品（邮费、手续费、折扣等），订单行按费用、折扣或调整保留',
    en: 'The code is no goods (postage, fees, discounts): the line is kept as a charge, discount or adjustment',
  },
  id_decimal_zero: {
    zh: '编号写成 17850.0 的样子，已还原为 17850',
    en: 'Ids written 17850.0 were read as 17850',
  },
  rounded: {
    zh: '小数位超出可存的位数，按“四舍六入五成双”取舍',
    en: 'More decimals than are kept: rounded half-even',
  },
  country_unnamed: {
    zh: '国家一栏不是单一国家，不写国家代码',
    en: 'The country is no single ISO country: no country code is set',
  },
  contact_unusable: {
    zh: '邮箱或电话无法使用，凭客户编号保留订单',
    en: 'E-mail or phone unusable: kept by the customer id, without it',
  },
}
