import { type CustomerData, distinct } from '../data.ts'
import { overTimes } from '../numerics/chebyshev.ts'
import { logAdd } from '../numerics/elementary.ts'
import { expectedIfAlive, SurvivorTable } from './expectation.ts'
import type { BgShape } from './kernel.ts'

export type BgNatural = { r: number; alpha: number; a: number; b: number }

/** ln S₂ (see the kernel): 0 for k = 1. */
function logAlive(k: number, R: number, u: number): number {
  let sum = 1
  let term = 1
  for (let j = 1; j < k; j++) {
    term *= ((R + j - 1) * u) / j
    sum += term
  }
  return Math.log(sum)
}

/** ln of the odds of having dropped out against being alive, per row; −∞ where dropout was impossible. */
export function logDropoutOdds(
  { r, alpha, a, b }: BgNatural,
  data: CustomerData,
  shape: BgShape,
): Float64Array {
  const { k } = shape
  const delta = shape.dropout_at_zero ? 1 : 0
  const { x, t_x, T } = data
  const odds = new Float64Array(x.length)
  const lnA = Math.log(a)
  for (let i = 0; i < odds.length; i++) {
    const n = x[i]! + delta
    if (n === 0) {
      odds[i] = Number.NEGATIVE_INFINITY
      continue
    }
    const R = r + k * x[i]!
    const silence = T[i]! - t_x[i]!
    odds[i] = lnA - Math.log(b + n - 1) + R * Math.log1p(silence / (alpha + t_x[i]!))
    if (k > 1) odds[i]! -= logAlive(k, R, silence / (alpha + T[i]!))
  }
  return odds
}

/** P(alive) = 1 / (1 + odds), exact down to 1e-308. */
export function aliveFromOdds(odds: Float64Array): Float64Array {
  const alive = new Float64Array(odds.length)
  for (let i = 0; i < odds.length; i++) {
    const o = odds[i]!
    if (o <= 0) alive[i] = 1 / (1 + Math.exp(o))
    else {
      const e = Math.exp(-o)
      alive[i] = e / (1 + e)
    }
  }
  return alive
}

/**
 * Σⱼ wⱼ E[purchases in tⱼ | alive at T], per row. For k = 1 it depends on the history through (x, T) alone and is
 * interpolated in T where many share x; for k > 1 also on the stage of the Erlang clock, weighted by the silence so far.
 */
export function purchasesIfAlive(
  { r, alpha, a, b }: BgNatural,
  data: CustomerData,
  shape: BgShape,
  times: readonly number[],
  weights: readonly number[],
): Float64Array {
  const { k } = shape
  const delta = shape.dropout_at_zero ? 1 : 0
  const { x, t_x, T } = data
  const result = new Float64Array(x.length)
  if (k > 1) {
    for (let i = 0; i < result.length; i++) {
      const u = (T[i]! - t_x[i]!) / (alpha + T[i]!)
      const B = b + x[i]! + delta
      const stages = stageWeights(k, r + k * x[i]!, u)
      for (let stage = 0; stage < k; stage++)
        for (let j = 0; j < times.length; j++) {
          if (stages[stage] === 0) continue
          const mean = expectedIfAlive(r + k * x[i]! + stage, alpha + T[i]!, a, B, times[j]!, k, stage)
          result[i]! += stages[stage]! * weights[j]! * mean
        }
    }
    return result
  }
  const xs = distinct(x)
  const tables = Array.from(xs.values, (count) => new SurvivorTable(a, b + count + delta))
  const mean = (at: number, end: number) => {
    let sum = 0
    for (let j = 0; j < times.length; j++)
      sum += weights[j]! * tables[at]!.expected(r + xs.values[at]!, alpha + end, times[j]!)
    return sum
  }
  const Ts = distinct(T, FEW_TIMES)
  if (xs.index && Ts.index && xs.values.length * Ts.values.length <= MOST_PAIRS) {
    // a day clock: one answer per pair of x and T
    const known = new Float64Array(xs.values.length * Ts.values.length).fill(Number.NaN)
    for (let i = 0; i < result.length; i++) {
      const at: number = xs.index[i]!
      const key = at * Ts.values.length + Ts.index[i]!
      if (Number.isNaN(known[key]!)) known[key] = mean(at, T[i]!)
      result[i] = known[key]!
    }
    return result
  }
  if (!xs.index) return result.map((_, i) => mean(i, T[i]!))
  const positive = weights.every((weight) => weight >= 0)
  for (const [at, rows] of rowsOf(xs.index, xs.values.length).entries()) {
    const own = Float64Array.from(rows, (i) => T[i]!)
    const atTime = overTimes(own, (end) => mean(at, end), { shift: alpha, positive, table: false })
    for (let j = 0; j < rows.length; j++) result[rows[j]!] = atTime(j)
  }
  return result
}

/** Different T that are few enough for a table per count of purchases. */
const FEW_TIMES = 1024
const MOST_PAIRS = 2_000_000

/** Rows of each distinct value. */
function rowsOf(index: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count)
  for (let i = 0; i < index.length; i++) sizes[index[i]!]!++
  const rows = Array.from(sizes, (size) => new Int32Array(size))
  sizes.fill(0)
  for (let i = 0; i < index.length; i++) rows[index[i]!]![sizes[index[i]!]!++] = i
  return rows
}

/** P(stage = j | alive, silence): proportional to (R)_j/j! u^j. */
function stageWeights(k: number, R: number, u: number): Float64Array {
  const logs = new Float64Array(k)
  let total = 0
  for (let j = 1; j < k; j++) {
    logs[j] = u > 0 ? logs[j - 1]! + Math.log(((R + j - 1) * u) / j) : Number.NEGATIVE_INFINITY
    total = logAdd(total, logs[j]!)
  }
  return logs.map((log) => Math.exp(log - total))
}
