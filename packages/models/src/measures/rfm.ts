import { type Column, sameLength } from '../data.ts'
import { fail } from '../error.ts'

/** The named segments, from the two scores 1–5: how recent, and how often and how much. */
export type RfmSegment =
  | 'champions'
  | 'loyal'
  | 'potential_loyal'
  | 'new'
  | 'promising'
  | 'needs_attention'
  | 'about_to_sleep'
  | 'at_risk'
  | 'cannot_lose'
  | 'hibernating'

/**
 * Scores 1 … `groups` by rank: `1 + ⌊groups · (less + equal/2) / n⌋`, where `less` counts the smaller values and `equal`
 * the same. Without ties these are equal groups; tied values always share a score, whatever the order of the rows, so a
 * count that half of the customers have is one group and not an accident of sorting.
 */
export function rankScores(values: Column, groups = 5): Uint8Array {
  if (!Number.isInteger(groups) || groups < 2 || groups > 100)
    fail('options.groups', 'groups: 2 to 100', { groups })
  const n = values.length
  const order = Float64Array.from(values).sort()
  if (order.some(Number.isNaN)) fail('data.row', 'a value is not a number', {})
  const scores = new Uint8Array(n)
  const score = new Map<number, number>()
  for (let from = 0; from < n; ) {
    let to = from
    while (to < n && order[to] === order[from]) to++
    score.set(order[from]!, Math.min(groups, 1 + Math.floor((groups * (from + (to - from) / 2)) / n)))
    from = to
  }
  for (let i = 0; i < n; i++) scores[i] = score.get(values[i]!)!
  return scores
}

const GRID: readonly (readonly RfmSegment[])[] = [
  // rows: recency 1 (long ago) to 5; columns: frequency and money 1 (little) to 5
  ['hibernating', 'hibernating', 'at_risk', 'cannot_lose', 'cannot_lose'],
  ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'at_risk'],
  ['about_to_sleep', 'about_to_sleep', 'needs_attention', 'loyal', 'loyal'],
  ['promising', 'potential_loyal', 'potential_loyal', 'loyal', 'loyal'],
  ['new', 'potential_loyal', 'potential_loyal', 'champions', 'champions'],
]

export type Rfm = {
  recency: Uint8Array
  frequency: Uint8Array
  monetary: Uint8Array
  segment: RfmSegment[]
}

/**
 * Recency, frequency, money: quintile scores (5 best) and a named segment per customer.
 * `days_since` time since the last purchase (less is better), `purchases` and `money` in the same period. The segment
 * is read from the recency score and the rounded mean of the other two. Hughes 1994; the names are common usage.
 */
export function rfm(data: { days_since: Column; purchases: Column; money: Column }): Rfm {
  sameLength(data)
  const recency = rankScores(Float64Array.from(data.days_since, (days) => -days))
  const frequency = rankScores(data.purchases)
  const monetary = rankScores(data.money)
  const segment = Array.from(
    recency,
    (r, i) => GRID[r - 1]![Math.round((frequency[i]! + monetary[i]!) / 2) - 1]!,
  )
  return { recency, frequency, monetary, segment }
}

export type PurchaseClass = 'one_off' | 'occasional' | 'regular'

/**
 * One-off, occasional or regular, from counts and times between purchases.
 *
 * One-off: no repeat purchase. Regular: at least `regular_from` repeat purchases whose gaps are steadier than chance,
 * i.e. the Gamma shape k of the gaps, k̂ ≈ (3 − s + √((s−3)² + 24 s))/(12 s) with s = ln(mean gap) − mean ln gap
 * (Minka 2002), corrected for few gaps, reaches `steadiness` (1 = chance). Otherwise occasional.
 * `sum_log_itt` is Σ ln gap in the unit of `t_x`, as the CNBD-k models take it.
 */
export function purchaseClasses(
  { x, t_x, sum_log_itt }: { x: Column; t_x: Column; sum_log_itt: Column },
  { regular_from = 3, steadiness = 1.5 }: { regular_from?: number; steadiness?: number } = {},
): PurchaseClass[] {
  sameLength({ x, t_x, sum_log_itt })
  return Array.from({ length: x.length }, (_, i): PurchaseClass => {
    const gaps = x[i]!
    if (gaps === 0) return 'one_off'
    if (gaps < regular_from) return 'occasional'
    return gapShape(gaps, t_x[i]!, sum_log_itt[i]!) >= steadiness ? 'regular' : 'occasional'
  })
}

/** Gamma shape of n gaps with a given sum and sum of logarithms; Infinity when all are equal. */
export function gapShape(gaps: number, sum: number, sum_log: number): number {
  const s = Math.log(sum / gaps) - sum_log / gaps
  if (!(s > 1e-12)) return Number.POSITIVE_INFINITY
  const k = (3 - s + Math.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s)
  // maximum likelihood overstates k in small samples by about 3k/n (Choi & Wette 1969)
  return Math.max(0, k - (3 * k - (2 / 3) * (k / (1 + k)) - (4 / 5) * (k / (1 + k) ** 2)) / gaps)
}
