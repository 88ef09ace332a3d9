import { exponentOf } from '../../../kernel/text.ts'
import type { ReasonCode } from '../reasons.text.ts'
import { bitOf } from '../rules.ts'
import type { Mapping, OrderTarget } from '../targets.ts'
import { currencyCode } from '../values/currencies.ts'
import {
  amountMinor,
  moneySign,
  PRICE_SCALE,
  parseDecimal,
  plainDecimal,
  QUANTITY_SCALE,
  roundScaled,
} from '../values/numbers.ts'
import { columnOf, reason, trimmed } from './cells.ts'
import type { Notes } from './orders.ts'

type Money = {
  quantity_e4: number
  unit_price_micro: number
  amount_minor: number
  unit_cost_micro: number | null
}

/** Quantity, price, amount and cost of a line. The object is used again for the next line. */
export function moneyReader(
  mapping: Mapping,
  notes: Notes,
): (fields: readonly string[], currency: string) => Money {
  const { columns, options } = mapping
  const quantity = columnOf(columns, 'quantity')
  const price = columnOf(columns, 'unit_price')
  const amount = columnOf(columns, 'line_amount')
  const cost = columnOf(columns, 'unit_cost')
  const out: Money = { quantity_e4: 0, unit_price_micro: 0, amount_minor: 0, unit_cost_micro: null }

  let paid = options.currency

  const decimal = (cell: string, scale: number, field: OrderTarget, code: ReasonCode): number => {
    const text = trimmed(cell)
    if (options.decimal_mark === '.') {
      const quick = plainDecimal(text, scale)
      if (!Number.isNaN(quick)) return quick
    }
    const found = parseDecimal(text, scale, options.decimal_mark)
    if (found === undefined) {
      notes.reasons.push(reason(field, code, cell))
      return 0
    }
    if (found.rounded) notes.flags |= bitOf.rounded
    const sign = field === 'quantity' ? undefined : moneySign(text)
    if (sign !== undefined && currencyCode(sign, paid) !== paid)
      notes.reasons.push(reason(field, 'other_currency', cell))
    return found.value
  }
  const present = (fields: readonly string[], column: number) => column >= 0 && fields[column]!.trim() !== ''

  const exponents = new Map<string, number>()
  const exponent = (currency: string) => {
    let known = exponents.get(currency)
    if (known === undefined) exponents.set(currency, (known = exponentOf(currency)))
    return known
  }

  return (fields, currency) => {
    paid = currency
    const q =
      quantity < 0
        ? 10 ** QUANTITY_SCALE
        : decimal(fields[quantity]!, QUANTITY_SCALE, 'quantity', 'bad_quantity')
    const given = amount >= 0 && present(fields, amount)
    const total = given ? decimal(fields[amount]!, PRICE_SCALE, 'line_amount', 'bad_amount') : 0
    let p = 0
    if (price >= 0 && (!given || present(fields, price)))
      p = decimal(fields[price]!, PRICE_SCALE, 'unit_price', 'bad_price')
    else if (given) p = q === 0 ? 0 : divided(total, q, notes)
    else notes.reasons.push(reason('line_amount', 'bad_amount', ''))
    if (q < 0) notes.flags |= bitOf.negative_quantity
    else if (q === 0) notes.flags |= bitOf.zero_quantity
    if (p === 0) notes.flags |= bitOf.zero_price
    out.quantity_e4 = q
    out.unit_price_micro = p
    const drop = exponent(currency)
    out.amount_minor = given ? roundScaled(total, 1, PRICE_SCALE - drop) : amountMinor(q, p, drop)
    if (Number.isNaN(out.amount_minor))
      notes.reasons.push(reason('quantity', 'bad_amount', fields[quantity] ?? ''))
    out.unit_cost_micro =
      cost >= 0 && present(fields, cost) ? decimal(fields[cost]!, PRICE_SCALE, 'unit_cost', 'bad_cost') : null
    return out
  }
}

/** Unit price of a line that gives only its amount, half away from zero; counted as rounded when it does not divide. */
function divided(total_micro: number, quantity_e4: number, notes: Notes): number {
  const scaled = BigInt(total_micro) * BigInt(10 ** QUANTITY_SCALE)
  const by = BigInt(quantity_e4)
  const whole = scaled / by
  const rest = scaled % by
  if (rest !== 0n) notes.flags |= bitOf.rounded
  const twice = (rest < 0n ? -rest : rest) * 2n
  const up = twice >= (by < 0n ? -by : by) ? (scaled < 0n === by < 0n ? 1n : -1n) : 0n
  return Number(whole + up)
}
