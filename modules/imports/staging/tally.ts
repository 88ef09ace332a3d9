import type { OrderRow } from '../rows/types.ts'
import { policies } from '../rules.ts'
import type { Mapping } from '../targets.ts'
import { currencyCode } from '../values/currencies.ts'
import { PRICE_SCALE, parseDecimal, QUANTITY_SCALE } from '../values/numbers.ts'

/** Exact sums of quantity × price: floats carry as long as they are exact, BigInt takes over where they end. */
export class DecimalSum {
  #low = 0
  #total = 0n
  /** quantity ×10⁴, price ×10⁶ */
  add(quantity_e4: number, price_micro: number): void {
    const product = quantity_e4 * price_micro
    if (product > EXACT || product < -EXACT) {
      this.#total += BigInt(quantity_e4) * BigInt(price_micro)
      return
    }
    this.#low += product
    if (this.#low > EXACT || this.#low < -EXACT) {
      this.#total += BigInt(this.#low)
      this.#low = 0
    }
  }
  /** ×10¹⁰ */
  get value(): bigint {
    return this.#total + BigInt(this.#low)
  }
}
const EXACT = 2 ** 51
const SUM_SCALE = QUANTITY_SCALE + PRICE_SCALE

/** 97477479340000000n → `9747747.934`, at scale 10. */
export function decimalText(value: bigint, scale = SUM_SCALE): string {
  const negative = value < 0n
  const digits = (negative ? -value : value).toString().padStart(scale + 1, '0')
  const fraction = digits.slice(-scale).replace(/0+$/, '')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}${fraction && `.${fraction}`}`
}

/** What is counted while an order file is read, line by line. */
export class OrderTally {
  readonly flags = new Array<number>(policies.length).fill(0)
  readonly imported = new Map<string, DecimalSum>()
  readonly rejected = new Map<string, DecimalSum>()
  readonly #combined = new Map<number, number>()
  readonly #currency: string
  #last_flags = -1
  #last_flags_count = 0
  readonly #columns: { quantity: number; price: number; amount: number; currency: number }
  readonly #mark: Mapping['options']['decimal_mark']
  #sum: { currency: string; sum: DecimalSum } | null = null
  /** a file that gives amounts and no prices is summed by them */
  readonly #by_amount: boolean
  readonly #unit_micro = 10 ** QUANTITY_SCALE

  constructor({ columns, options }: Mapping) {
    const at = (target: Mapping['columns'][number]) => columns.indexOf(target)
    this.#columns = {
      quantity: at('quantity'),
      price: at('unit_price'),
      amount: at('line_amount'),
      currency: at('currency'),
    }
    this.#mark = options.decimal_mark
    this.#currency = options.currency
    this.#by_amount = this.#columns.price < 0
  }

  add(row: OrderRow, minor_scale: number): void {
    if (row.flags !== this.#last_flags) this.#count(row.flags)
    this.#last_flags_count++
    if (this.#sum?.currency !== row.currency)
      this.#sum = { currency: row.currency, sum: sumOf(this.imported, row.currency) }
    if (this.#by_amount)
      this.#sum.sum.add(this.#unit_micro, row.amount_minor * 10 ** (PRICE_SCALE - minor_scale))
    else this.#sum.sum.add(row.quantity_e4, row.unit_price_micro)
  }

  /** Flags come in few combinations: counted by combination, taken apart once. */
  #count(next: number): void {
    if (this.#last_flags >= 0)
      this.#combined.set(
        this.#last_flags,
        (this.#combined.get(this.#last_flags) ?? 0) + this.#last_flags_count,
      )
    this.#last_flags = next
    this.#last_flags_count = 0
  }

  /** What a rejected record comes to, where its figures can be read. */
  reject(fields: readonly string[]): void {
    const { quantity, price, amount, currency } = this.#columns
    const read = (column: number, scale: number) =>
      column < 0 || column >= fields.length
        ? undefined
        : parseDecimal(fields[column]!.trim(), scale, this.#mark)?.value
    const code =
      currency < 0
        ? this.#currency
        : (currencyCode(fields[currency]?.trim() ?? '', this.#currency) ?? this.#currency)
    const q = this.#by_amount ? this.#unit_micro : read(quantity, QUANTITY_SCALE)
    const p = read(this.#by_amount ? amount : price, PRICE_SCALE)
    if (q !== undefined && p !== undefined) sumOf(this.rejected, code).add(q, p)
  }

  end(): void {
    this.#count(-1)
    for (const [bits, n] of this.#combined)
      for (let i = 0; i < policies.length; i++) if (bits & (1 << i)) this.flags[i]! += n
  }
}

function sumOf(sums: Map<string, DecimalSum>, currency: string): DecimalSum {
  let sum = sums.get(currency)
  if (sum === undefined) sums.set(currency, (sum = new DecimalSum()))
  return sum
}
