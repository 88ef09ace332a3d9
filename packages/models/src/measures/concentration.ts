import type { Column } from '../data.ts'
import { fail } from '../error.ts'

/** Row numbers from the most valuable to the least; ties in the order of the rows. */
function ranking(values: Column): Uint32Array {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]!)) fail('data.row', `row ${i}: value is not a finite number`, { row: i })
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[j]! - values[i]! || i - j,
  )
}

const totalOf = (values: Column): number => {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

export type Concentration = {
  total: number
  /** 0 = all customers bring the same, near 1 = one brings all. Above 1 only when some bring less than nothing. */
  gini: number
  /** Share of customers (best first) → share of value, at most `points` + 1 of them, (0, 0) and (1, 1) included. */
  curve: { customers: number; value: number }[]
  /** The smallest share of customers that brings `share` of the value. */
  customersFor(share: number): number
  /** What the best `share` of the customers bring. */
  valueOf(share: number): number
}

/**
 * Lorenz curve and Gini coefficient of a value per customer, best customers first: "80 % of the value comes from …".
 * Gini = Σ (2i − n − 1) vᵢ / (n Σ v), vᵢ ascending (Lorenz 1905; Gini 1912). Needs a total above 0; negative values
 * (more returned than bought) are kept, and push the curve above 1 before its end.
 */
export function concentration(values: Column, points = 100): Concentration {
  const n = values.length
  const total = totalOf(values)
  if (n === 0 || !(total > 0)) fail('data.total', 'needs customers with a total value above 0', { n, total })
  const order = ranking(values)
  const cumulated = new Float64Array(n + 1)
  let weighted = 0
  for (let i = 0; i < n; i++) {
    const value = values[order[i]!]!
    cumulated[i + 1] = cumulated[i]! + value
    weighted += (n - 1 - 2 * i) * value
  }
  const step = Math.max(1, Math.ceil(n / points))
  const curve: { customers: number; value: number }[] = []
  for (let i = 0; i < n; i += step) curve.push({ customers: i / n, value: cumulated[i]! / total })
  curve.push({ customers: 1, value: 1 })
  return {
    total,
    gini: weighted / (n * total),
    curve,
    customersFor: (share) => coreOf(cumulated, total, share) / n,
    valueOf: (share) => cumulated[Math.round(share * n)]! / total,
  }
}

/** How many of the best are needed to reach a share of the total. */
function coreOf(cumulated: Float64Array, total: number, share: number): number {
  if (!(share >= 0 && share <= 1)) fail('options.share', 'a share lies between 0 and 1', { share })
  // one part in 1e12: sums of money in binary must not ask for one customer more
  const goal = share * total * (1 - 1e-12)
  for (let i = 0; i < cumulated.length; i++) if (cumulated[i]! >= goal) return i
  return cumulated.length - 1
}

export type AbcClass = 'A' | 'B' | 'C'

/**
 * ABC classes: A the smallest group of the best customers that brings `a` of the value (default 80 %), B those that
 * bring it to `b` (95 %), C the rest, among them everybody with nothing or less. Rows keep their order.
 */
export function abc(values: Column, { a = 0.8, b = 0.95 }: { a?: number; b?: number } = {}): AbcClass[] {
  const total = totalOf(values)
  if (!(a > 0 && a <= b && b <= 1)) fail('options.share', 'needs 0 < a ≤ b ≤ 1', { a, b })
  if (!(total > 0)) fail('data.total', 'needs a total value above 0', { total })
  const classes = new Array<AbcClass>(values.length).fill('C')
  let before = 0
  for (const row of ranking(values)) {
    if (!(values[row]! > 0)) break
    const reached = before / total
    if (reached < a - 1e-12) classes[row] = 'A'
    else if (reached < b - 1e-12) classes[row] = 'B'
    else break
    before += values[row]!
  }
  return classes
}
