import { bitOf } from '../rules.ts'
import type { Mapping, ProductTarget } from '../targets.ts'
import { currencyCode } from '../values/currencies.ts'
import { PRICE_SCALE, parseDecimal } from '../values/numbers.ts'
import { copyWriter, fits, reason, textReader } from './cells.ts'
import { endHash, mixNumber, mixText, startHash } from './hash.ts'
import type { ProductRow, Reason, RowReader } from './types.ts'

export function productReader(mapping: Mapping, width: number): RowReader<ProductRow> {
  const reasons: Reason[] = []
  const { options } = mapping
  const text = (target: ProductTarget) => textReader(mapping.columns, target, reasons)
  const [code, name, category, unit] = [text('code'), text('name'), text('category'), text('unit')]
  const [cost, currency] = [text('unit_cost'), text('currency')]

  const read = (fields: readonly string[]): ProductRow | Reason[] => {
    if (!fits(fields, width)) return [reason(null, 'ragged', String(fields.length))]
    reasons.length = 0
    const row: ProductRow = {
      code: code(fields) ?? '',
      name: name(fields) ?? '',
      category: categoryPath(category(fields)),
      unit_cost_micro: null,
      currency: options.currency,
      unit: unit(fields),
      flags: 0,
      hash: 0,
    }
    if (row.code === '') reasons.push(reason('code', 'missing_code', ''))
    if (row.name === '') reasons.push(reason('name', 'missing_name', ''))
    const money = currency(fields)
    if (money !== null) {
      const known = currencyCode(money, options.currency)
      if (known === undefined) reasons.push(reason('currency', 'unknown_currency', money))
      else row.currency = known
    }
    const price = cost(fields)
    if (price !== null) {
      const found = parseDecimal(price, PRICE_SCALE, options.decimal_mark)
      if (found === undefined || found.value < 0) reasons.push(reason('unit_cost', 'bad_cost', price))
      else row.unit_cost_micro = found.value
      if (found?.rounded) row.flags |= bitOf.rounded
    }
    if (reasons.length > 0) return reasons.slice()
    row.hash = hashOf(row)
    return row
  }
  return {
    read,
    ...copyWriter<ProductRow>([
      'line',
      'code',
      'name',
      'category',
      'unit_cost_micro',
      'currency',
      'unit',
      'flags',
      'hash',
    ]),
  }
}

/** `工具 / 电动 > 钻` from the root down; an empty step is no step. */
export function categoryPath(text: string | null): string[] {
  if (text === null) return []
  return text
    .split(/[/>＞／\\]|->|::/)
    .map((step) => step.trim())
    .filter((step) => step !== '')
}

/** Column numbers are part of what is stored: add, never renumber. */
function hashOf(row: ProductRow): number {
  startHash()
  mixText(1, row.code)
  mixText(2, row.name)
  for (const step of row.category) mixText(3, step)
  mixNumber(4, row.unit_cost_micro)
  mixText(5, row.currency)
  mixText(6, row.unit)
  return endHash()
}
