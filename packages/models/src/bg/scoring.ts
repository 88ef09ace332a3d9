import { type CustomerData, distinct, type Index } from '../data.ts'
import { inPieces, overTimes, WORTH_INTERPOLATING } from '../numerics/chebyshev.ts'
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
 * Σⱼ wⱼ E[purchases in tⱼ | alive at T], per row. It depends on the history through x and T and, for k > 1, on the stage
 * of the Erlang clock, weighted by the silence so far: Σ_stage π_stage(x, silence) Σⱼ wⱼ G_{x,stage}(tⱼ/(α+T)).
 */
export function purchasesIfAlive(
  natural: BgNatural,
  data: CustomerData,
  shape: BgShape,
  times: readonly number[],
  weights: readonly number[],
): Float64Array {
  const { k } = shape
  const { r, alpha } = natural
  const { x, t_x, T } = data
  const result = new Float64Array(x.length)
  const xs = distinct(x)
  const Ts = distinct(T, FEW_TIMES)
  const positive = weights.every((weight) => weight >= 0)
  const groups = xs.index ? rowsOf(xs.index, xs.values.length) : Array.from(x, (_, i) => Int32Array.of(i))
  const stages = new Float64Array(k).fill(1)
  for (const [at, rows] of groups.entries()) {
    const own = new Float64Array(rows.length)
    for (let j = 0; j < rows.length; j++) own[j] = T[rows[j]!]!
    const R = r + k * xs.values[at]!
    for (let stage = 0; stage < k; stage++) {
      const curve = curveOf(natural, shape, xs.values[at]!, stage, own, times)
      const mean = (end: number) => {
        let sum = 0
        for (let j = 0; j < times.length; j++) sum += weights[j]! * curve(times[j]! / (alpha + end))
        return sum
      }
      const far = { shift: alpha, positive, table: 0, distance: apart(k) }
      const atTime = Ts.index ? tabled(Ts, rows, mean) : overTimes(own, mean, far)
      for (let j = 0; j < rows.length; j++) {
        const i = rows[j]!
        if (k > 1) stageWeights(R, (T[i]! - t_x[i]!) / (alpha + T[i]!), stages)
        if (stages[stage] !== 0) result[i]! += stages[stage]! * atTime(j)
      }
    }
  }
  return result
}

/** One answer for each different T of these rows. */
function tabled({ values, index }: Index, rows: Int32Array, f: (T: number) => number): (j: number) => number {
  const table = new Float64Array(values.length).fill(Number.NaN)
  return (j) => {
    const at = index![rows[j]!]!
    if (Number.isNaN(table[at]!)) table[at] = f(values[at]!)
    return table[at]!
  }
}

/** Different T up to which a table over them beats an interpolation. */
const FEW_TIMES = WORTH_INTERPOLATING

/** How far in ln(t/A) the singular points of the mean lie from the real axis: where 1 + (t/A)(1 − σω) = 0, ω^k = 1. */
const apart = (k: number): number => (k === 1 ? Math.PI : Math.PI / 2 + Math.PI / k)

/**
 * G_{x,stage}(t/A): the mean of one count and stage depends on t and A only by their ratio. Interpolated to 1e-11 in the
 * ratio where it will be asked for often, else the mean itself.
 */
function curveOf(
  { r, alpha, a, b }: BgNatural,
  shape: BgShape,
  x: number,
  stage: number,
  T: Float64Array,
  times: readonly number[],
): (ratio: number) => number {
  const { k } = shape
  const R = r + k * x + stage
  const B = b + x + (shape.dropout_at_zero ? 1 : 0)
  const table = k === 1 ? new SurvivorTable(a, B) : undefined
  const direct = (ratio: number) =>
    table ? table.expected(R, 1, ratio) : expectedIfAlive(R, 1, a, B, ratio, k, stage)
  if (Math.min(T.length, FEW_TIMES) * times.length < WORTH_INTERPOLATING) return direct
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 0; i < T.length; i++) {
    least = Math.min(least, T[i]!)
    most = Math.max(most, T[i]!)
  }
  const soonest = Math.min(...times.filter((t) => t > 0))
  const low = soonest / (alpha + most)
  const high = Math.max(...times) / (alpha + least)
  const smooth = inPieces((ratio) => Math.log(direct(ratio)), low, high, 0, {
    distance: apart(k),
    tolerance: 1e-11,
  })
  return smooth ? (ratio) => (ratio === 0 ? 0 : smooth(ratio)) : direct
}

/** Rows of each distinct value. */
function rowsOf(index: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count)
  for (let i = 0; i < index.length; i++) sizes[index[i]!]!++
  const rows = Array.from(sizes, (size) => new Int32Array(size))
  sizes.fill(0)
  for (let i = 0; i < index.length; i++) rows[index[i]!]![sizes[index[i]!]!++] = i
  return rows
}

/** P(stage = j | alive, silence): proportional to (R)_j/j! u^j; in logarithms where the powers leave the doubles. */
function stageWeights(R: number, u: number, into: Float64Array): void {
  const k = into.length
  let total = 1
  into[0] = 1
  for (let j = 1; j < k; j++) {
    into[j] = (into[j - 1]! * (R + j - 1) * u) / j
    total += into[j]!
  }
  if (total < Number.MAX_VALUE) {
    for (let j = 0; j < k; j++) into[j]! /= total
    return
  }
  let sum = 0
  into[0] = 0
  for (let j = 1; j < k; j++) {
    into[j] = into[j - 1]! + Math.log(((R + j - 1) * u) / j)
    sum = logAdd(sum, into[j]!)
  }
  for (let j = 0; j < k; j++) into[j] = Math.exp(into[j]! - sum)
}
