import { words } from '../../kernel/text.ts'

export const text = words({
  'may.orders:read': { zh: '查看订单', en: 'See orders' },
  'may.orders:write': { zh: '录入和修改订单', en: 'Record and change orders' },
  'orders.number_taken': {
    zh: '{source} 的订单 {number} 已存在且内容不同；要修改请用 PUT /orders/{order_id}',
    en: 'Order {number} of {source} is already there with other content. To change it use PUT /orders/{order_id}',
  },
  'orders.number_elsewhere': {
    zh: '{source} 的订单号 {number} 已在别处登记',
    en: 'Order {number} of {source} already exists elsewhere',
  },
  'orders.party_unknown': {
    zh: '找不到这位客户，或不在你的权限范围内',
    en: 'This customer is unknown, or outside your scope',
  },
  'orders.product_unknown': {
    zh: '第 {line_no} 行：没有这个商品',
    en: 'Line {line_no}: there is no such product',
  },
  'orders.bad_quantity': {
    zh: '第 {line_no} 行：数量最多四位小数',
    en: 'Line {line_no}: a quantity has four decimals at most',
  },
  'orders.bad_time': { zh: '时间无效：{ordered_at}', en: 'Not a valid time: {ordered_at}' },
  'orders.bad_currency': { zh: '没有币种 {currency}', en: 'There is no currency {currency}' },
  'orders.too_large': { zh: '金额太大，无法精确记录', en: 'The amount is too large to be kept exactly' },
  'order.order': { zh: '订单', en: 'Order' },
  'order.return': { zh: '退货', en: 'Return' },
  'order.cancellation': { zh: '取消', en: 'Cancellation' },
  'order.adjustment': { zh: '调整', en: 'Adjustment' },
  'action.orders.created': { zh: '录入订单', en: 'Order recorded' },
  'action.orders.updated': { zh: '修改订单', en: 'Order changed' },
  'action.orders.withdrawn': { zh: '撤销导入的订单', en: 'Order taken back' },
  'action.orders.imported': { zh: '导入订单', en: 'Order imported' },
})
