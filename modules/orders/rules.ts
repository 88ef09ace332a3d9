import type { Purchases } from './contract.ts'

// Money and rhythm: pure, shared by server and web.

const MICRO_DIGITS = 6
const QUANTITY_DIGITS = 4

/** a / 10^digits, halves to the even neighbour. */
export function roundHalfEven(a: bigint, digits: number): bigint {
  const by = 10n ** BigInt(digits)
  const quotient = a / by
  const rest = a % by
  const twice = (rest < 0n ? -rest : rest) * 2n
  if (twice < by || (twice === by && quotient % 2n === 0n)) return quotient
  return quotient + (a < 0n ? -1n : 1n)
}

/** Quantity in ten-thousandths × price in millionths → minor units of a currency with `exponent` digits. */
export const lineAmount = (quantity_e4: number, price_micro: number, exponent: number): number =>
  Number(roundHalfEven(BigInt(quantity_e4) * BigInt(price_micro), QUANTITY_DIGITS + MICRO_DIGITS - exponent))

/** 1.5 → 15000; null when it has more than four decimals or is too large to be exact. */
export function quantityE4(quantity: number): number | null {
  const [digits, exponent] = quantity.toExponential().split('e') as [string, string]
  const decimals = Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
  const scaled = Math.round(quantity * 10 ** QUANTITY_DIGITS)
  return decimals <= QUANTITY_DIGITS && Number.isSafeInteger(scaled) ? scaled : null
}

const RATE_DIGITS = 10
/** Minor units of one currency in another's, at `rate` (a decimal, ten digits kept): halves to even. */
export function convert(minor: number, rate: string, exponent: number, base_exponent: number): number {
  const [whole = '0', fraction = ''] = rate.split('.')
  const scaled = BigInt(whole + fraction.padEnd(RATE_DIGITS, '0').slice(0, RATE_DIGITS))
  const digits = RATE_DIGITS + exponent - base_exponent
  const product = BigInt(minor) * scaled
  return Number(digits < 0 ? product * 10n ** BigInt(-digits) : roundHalfEven(product, digits))
}

export type Purchase = { at: string; amount_minor: number | null; kind: string }
const DAY_MS = 86_400_000
const dayOf = (iso: string): number => Math.floor(Date.parse(iso) / DAY_MS)
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Linear between neighbours, as spreadsheets do it; of sorted values. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}

const RHYTHM_DAYS = 3
const tenth = (n: number) => Math.round(n * 10) / 10

/** Days between days with an order. Several orders of one day are one occasion; returns and cancellations are none. */
export function rhythmOf(purchases: readonly Purchase[]): Purchases['rhythm'] {
  const days = [...new Set(purchases.filter(({ kind }) => kind === 'order').map(({ at }) => dayOf(at)))].sort(
    (a, b) => a - b,
  )
  if (days.length < RHYTHM_DAYS) return null
  const gaps = days
    .slice(1)
    .map((day, i) => day - days[i]!)
    .sort((a, b) => a - b)
  const [p25, median, p75] = [0.25, 0.5, 0.75].map((q) => quantile(gaps, q)) as [number, number, number]
  const last = days.at(-1)!
  return {
    median_days: tenth(median),
    p25_days: tenth(p25),
    p75_days: tenth(p75),
    gaps: gaps.length,
    expected_from: dateOf(last + Math.floor(p25)),
    expected_to: dateOf(last + Math.ceil(p75)),
  }
}

/** Whole days since the last order; null without one. */
export function silentDays(purchases: readonly Purchase[], now: string): number | null {
  const days = purchases.filter(({ kind }) => kind === 'order').map(({ at }) => dayOf(at))
  return days.length === 0 ? null : Math.max(0, dayOf(now) - Math.max(...days))
}

/** Every month from the first to the last order, silent ones with zeros. */
export function fillMonths(months: Purchases['months']): Purchases['months'] {
  const first = months[0]
  const last = months.at(-1)
  if (!first || !last) return []
  const known = new Map(months.map((row) => [row.month, row]))
  const filled: Purchases['months'] = []
  for (let month = first.month; month <= last.month; month = nextMonth(month))
    filled.push(known.get(month) ?? { month, order_count: 0, revenue_minor: 0 })
  return filled
}

function nextMonth(month: string): string {
  const [year, m] = month.split('-').map(Number) as [number, number]
  return m === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${month.slice(0, 4)}-${String(m + 1).padStart(2, '0')}`
}
