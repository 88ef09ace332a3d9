import { bitOf } from '../rules.ts'
import type { Mapping, OrderTarget } from '../targets.ts'
import { columnOf, fits, reason, textReader } from './cells.ts'
import { endHash, mixNumber, mixText, resumeHash } from './hash.ts'
import { headReader } from './orders.head.ts'
import { moneyReader } from './orders.money.ts'
import { productReader } from './orders.product.ts'
import type { OrderRow, Reading, Reason } from './types.ts'

/** What a reader of cells leaves behind besides its value: why the row is refused, which decisions were taken. */
export type Notes = { reasons: Reason[]; flags: number }

export function orderReader(mapping: Mapping, width: number): Reading<OrderRow> {
  const notes: Notes = { reasons: [], flags: 0 }
  const readHead = headReader(mapping, notes)
  const readMoney = moneyReader(mapping, notes)
  const text = (target: OrderTarget) => textReader(mapping.columns, target, notes.reasons)
  const readProduct = productReader(mapping, notes)
  const description = text('line_description')
  const category = text('category')
  const numbered = columnOf(mapping.columns, 'line_number')
  const described =
    columnOf(mapping.columns, 'product_name') >= 0 || columnOf(mapping.columns, 'line_description') >= 0

  const read = (fields: readonly string[]): OrderRow | Reason[] => {
    if (!fits(fields, width)) return [reason(null, 'ragged', String(fields.length))]
    notes.reasons.length = 0
    notes.flags = 0
    const head = readHead(fields)
    const money = readMoney(fields, head.currency)
    const product = readProduct(fields)
    const line_description = description(fields)
    let line_kind = product.kind
    if (line_kind !== 'product') notes.flags |= bitOf.non_product
    if (money.unit_price_micro < 0) {
      line_kind = 'adjustment'
      notes.flags |= bitOf.negative_price
    }
    if (described && product.name === null && line_description === null)
      notes.flags |= bitOf.missing_description
    const row: OrderRow = {
      order_number: head.order_number,
      ordered_at: head.ordered_at,
      order_kind: head.order_kind,
      status: head.status,
      customer_id: head.customer_id,
      customer_name: head.customer_name,
      customer_email: head.customer_email,
      customer_phone: head.customer_phone,
      country: head.country,
      country_text: head.country_text,
      currency: head.currency,
      channel: head.channel,
      store: head.store,
      line_number: numbered < 0 ? null : ordinal(fields[numbered]!, notes),
      line_kind,
      product,
      product_code: product.code,
      product_name: product.name,
      line_description,
      category: category(fields),
      quantity_e4: money.quantity_e4,
      unit_price_micro: money.unit_price_micro,
      amount_minor: money.amount_minor,
      unit_cost_micro: money.unit_cost_micro,
      flags: 0,
      hash: 0,
    }
    if (notes.reasons.length > 0) return notes.reasons.slice()
    row.flags = head.flags | notes.flags
    resumeHash(head.hash_a, head.hash_b)
    row.hash = lineHash(row)
    return row
  }
  return { read }
}

/** A line's place in its order, when the file says it: 1, 2, 3 … */
function ordinal(cell: string, notes: Notes): number | null {
  const text = cell.trim()
  if (text === '') return null
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= 1_000_000) return value
  notes.reasons.push(reason('line_number', 'bad_line_number', cell))
  return null
}

/** Continues the head's hash. Column numbers are part of what is stored: add, never renumber. */
function lineHash(row: OrderRow): number {
  mixNumber(20, row.line_number)
  mixText(21, row.line_kind)
  mixText(22, row.product_code)
  mixText(23, row.product_name)
  mixText(24, row.line_description)
  mixText(25, row.category)
  mixNumber(26, row.quantity_e4)
  mixNumber(27, row.unit_price_micro)
  mixNumber(28, row.amount_minor)
  mixNumber(29, row.unit_cost_micro)
  return endHash()
}
