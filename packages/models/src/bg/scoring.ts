import { type CustomerData, distinct } from '../data.ts'
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
 * computed once per distinct pair; for k > 1 also on the stage of the Erlang clock, weighted by the silence so far.
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
  const { values, index } = distinct(x)
  // a table per distinct count; where counts hardly repeat, each row has its own
  const tables = Array.from(values, (count) => new SurvivorTable(a, b + count + delta))
  const known = Array.from(values, () => new Map<number, number>())
  for (let i = 0; i < result.length; i++) {
    const at = index ? index[i]! : i
    const end = T[i]!
    let mean = known[at]!.get(end)
    if (mean === undefined) {
      mean = 0
      for (let j = 0; j < times.length; j++)
        mean += weights[j]! * tables[at]!.expected(r + values[at]!, alpha + end, times[j]!)
      known[at]!.set(end, mean)
    }
    result[i] = mean
  }
  return result
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
