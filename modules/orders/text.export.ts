import { words } from '../../kernel/text.ts'

/** The importer knows the headings that it can take back. */
export const orderHeadings = words({
  number: { zh: '订单号', en: 'Order number' },
  kind: { zh: '订单类型', en: 'Order type' },
  ordered_at: { zh: '下单时间', en: 'Order date' },
  party_id: { zh: '客户编号', en: 'Customer ID' },
  party: { zh: '客户名称', en: 'Customer name' },
  lines: { zh: '行数', en: 'Lines' },
  amount: { zh: '金额', en: 'Amount' },
  currency: { zh: '币种', en: 'Currency' },
  base: { zh: '折本位币', en: 'In base currency' },
  base_currency: { zh: '本位币', en: 'Base currency' },
  channel: { zh: '渠道', en: 'Channel' },
  store: { zh: '门店', en: 'Store' },
  source: { zh: '来源系统', en: 'Source system' },
  id: { zh: '关系编号', en: 'Guanxi id' },
})
export const lineHeadings = words({
  number: { zh: '订单号', en: 'Order number' },
  kind: { zh: '订单类型', en: 'Order type' },
  ordered_at: { zh: '下单时间', en: 'Order date' },
  party_id: { zh: '客户编号', en: 'Customer ID' },
  party: { zh: '客户名称', en: 'Customer name' },
  line_no: { zh: '行号', en: 'Line number' },
  line_kind: { zh: '行的性质', en: 'Nature of the line' },
  code: { zh: '商品编码', en: 'Product code' },
  product: { zh: '商品名称', en: 'Product name' },
  description: { zh: '行备注', en: 'Line description' },
  quantity: { zh: '数量', en: 'Quantity' },
  price: { zh: '单价', en: 'Unit price' },
  amount: { zh: '行金额', en: 'Line amount' },
  currency: { zh: '币种', en: 'Currency' },
  channel: { zh: '渠道', en: 'Channel' },
  store: { zh: '门店', en: 'Store' },
  source: { zh: '来源系统', en: 'Source system' },
})
export const exportTitles = words({
  orders: { zh: '订单', en: 'Orders' },
  lines: { zh: '订单明细', en: 'Order lines' },
})
export const lineKindWords = words({
  product: { zh: '商品', en: 'Product' },
  charge: { zh: '费用', en: 'Charge' },
  discount: { zh: '折扣', en: 'Discount' },
  adjustment: { zh: '调整', en: 'Adjustment' },
})
