import { type Column, sameLength } from '../data.ts'
import { fail } from '../error.ts'

/** One row per customer and period with at least one order (more rows of the same pair are added up). */
export type Activity = { customer: Column; period: Column; amount?: Column }

type Months = { periods: Map<number, Map<number, number>>; first: number; last: number }

/** customer → (period → amount); periods are whole numbers counted by the caller (months since 2000, say). */
function byCustomer({ customer, period, amount }: Activity): Months {
  const rows = sameLength({ customer, period, amount })
  const periods = new Map<number, Map<number, number>>()
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < rows; i++) {
    const at = period[i]!
    if (!Number.isInteger(at))
      fail('data.row', `row ${i}: period must be a whole number`, { row: i, period: at })
    let own = periods.get(customer[i]!)
    if (!own) periods.set(customer[i]!, (own = new Map()))
    own.set(at, (own.get(at) ?? 0) + (amount ? amount[i]! : 1))
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  if (rows === 0) fail('data.empty', 'no activity', {})
  return { periods, first, last }
}

export type Cohort = {
  /** The period of the first order. */
  period: number
  customers: number
  /** Customers with an order 0, 1, 2, … periods later; NaN-free, as long as the data reach. */
  active: number[]
  /** active ÷ customers. */
  retention: number[]
  /** Amounts (or numbers of rows) 0, 1, 2, … periods later. */
  amount: number[]
}

/**
 * Cohort table: customers grouped by the period of their first order, followed period by period; and the curve over all
 * cohorts, each age weighted by the customers who could reach it. A cohort's row ends where the data end: an age not yet
 * reached is absent, not 0.
 */
export function cohorts(activity: Activity): {
  cohorts: Cohort[]
  curve: { age: number; retention: number; customers: number }[]
} {
  const { periods, last } = byCustomer(activity)
  const found = new Map<number, Cohort>()
  for (const own of periods.values()) {
    const start = Math.min(...own.keys())
    let cohort = found.get(start)
    if (!cohort) {
      const blank = () => new Array<number>(last - start + 1).fill(0)
      found.set(
        start,
        (cohort = { period: start, customers: 0, active: blank(), retention: [], amount: blank() }),
      )
    }
    cohort.customers++
    for (const [at, amount] of own) {
      cohort.active[at - start]!++
      cohort.amount[at - start]! += amount
    }
  }
  const table = [...found.values()].sort((one, other) => one.period - other.period)
  for (const cohort of table) cohort.retention = cohort.active.map((count) => count / cohort.customers)
  const longest = Math.max(...table.map((cohort) => cohort.active.length))
  const curve = Array.from({ length: longest }, (_, age) => {
    const reached = table.filter((cohort) => cohort.active.length > age)
    const customers = reached.reduce((sum, cohort) => sum + cohort.customers, 0)
    return {
      age,
      customers,
      retention: reached.reduce((sum, cohort) => sum + cohort.active[age]!, 0) / customers,
    }
  })
  return { cohorts: table, curve }
}

export type BucketPeriod = {
  period: number
  active: number
  /** First order ever. */
  won: number
  /** Ordered in this period and in the one before. */
  kept: number
  /** Ordered in this period, not in the one before, but earlier. */
  rewon: number
  /** Ordered in the period before, not in this one. */
  lost: number
  /** won + rewon − lost = active − active before. */
  net: number
  /** Of the customers won or re-won, how many merely replaced those lost: min(won + rewon, lost). */
  replaced: number
}

/**
 * The leaky bucket (Ehrenberg): what flows in and out of the active customers, period by period.
 * The first period of the data holds everybody as "won": read it from the second on. `grace` is how many periods without
 * an order are forgiven before a customer counts as lost (default 0; 11 with months = a year).
 */
export function leakyBucket(activity: Activity, grace = 0): BucketPeriod[] {
  if (!Number.isInteger(grace) || grace < 0)
    fail('options.grace', 'grace must be a whole number, 0 or more', { grace })
  const { periods, first, last } = byCustomer(activity)
  const blank = (period: number): BucketPeriod => ({
    period,
    active: 0,
    won: 0,
    kept: 0,
    rewon: 0,
    lost: 0,
    net: 0,
    replaced: 0,
  })
  const table = Array.from({ length: last - first + 1 }, (_, i) => blank(first + i))
  for (const own of periods.values()) {
    const times = [...own.keys()].sort((one, other) => one - other)
    // stretches of activity: from an order to `grace` periods after the last one that follows closely enough
    for (let i = 0; i < times.length; ) {
      const from = times[i]!
      let to = from + grace
      const start = i
      for (i++; i < times.length && times[i]! <= to + 1; i++) to = times[i]! + grace
      table[from - first]![start === 0 ? 'won' : 'rewon']++
      for (let at = from; at <= Math.min(to, last); at++) {
        table[at - first]!.active++
        if (at > from) table[at - first]!.kept++
      }
      if (to + 1 <= last) table[to + 1 - first]!.lost++
    }
  }
  for (const row of table) {
    row.net = row.won + row.rewon - row.lost
    row.replaced = Math.min(row.won + row.rewon, row.lost)
  }
  return table
}

/**
 * Splits a change in revenue exactly into number of customers × orders per customer × money per order, by the
 * logarithmic mean: Δ_f = L(R₁, R₀) ln(f₁/f₀), L(a, b) = (a−b)/ln(a/b). The parts add up to R₁ − R₀ with nothing left over
 * and do not depend on their order (LMDI-I, Ang 2005). All six figures must be above 0.
 */
export function revenueChange(
  before: { customers: number; orders: number; revenue: number },
  after: { customers: number; orders: number; revenue: number },
): { total: number; customers: number; frequency: number; size: number } {
  for (const value of [...Object.values(before), ...Object.values(after)])
    if (!(value > 0))
      fail('data.total', 'customers, orders and revenue must be above 0 in both periods', { before, after })
  const total = after.revenue - before.revenue
  const ratio = Math.log(after.revenue / before.revenue)
  const mean = Math.abs(ratio) < 1e-12 ? before.revenue : total / ratio
  const customers = mean * Math.log(after.customers / before.customers)
  const frequency = mean * Math.log(after.orders / after.customers / (before.orders / before.customers))
  return { total, customers, frequency, size: total - customers - frequency }
}
