import { type Column, sameLength } from '../data.ts'
import { fail } from '../error.ts'

export type HoldOut = {
  customers: number
  predicted: number
  actual: number
  /** predicted ÷ actual − 1: −0.12 = twelve percent too few. */
  bias: number
  /** Mean absolute error and root mean squared error per customer. */
  mae: number
  rmse: number
  /** Spearman's rank correlation, ties by mean rank. */
  rank_correlation: number
  /** Tenths of the customers from the best predicted down: what was predicted, what came, and the lift over the mean. */
  deciles: { customers: number; predicted: number; actual: number; lift: number }[]
}

/** How well predictions made at the end of a calibration period did in the hold-out period. One row per customer. */
export function holdOut(predicted: Column, actual: Column): HoldOut {
  const n = sameLength({ predicted, actual })
  if (n === 0) fail('data.empty', 'no customers', {})
  let [p, a, absolute, squared] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    p += predicted[i]!
    a += actual[i]!
    absolute += Math.abs(predicted[i]! - actual[i]!)
    squared += (predicted[i]! - actual[i]!) ** 2
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => predicted[j]! - predicted[i]! || i - j,
  )
  const tenths = Math.min(10, n)
  const deciles = Array.from({ length: tenths }, (_, d) => {
    const rows = order.subarray(Math.round((d * n) / tenths), Math.round(((d + 1) * n) / tenths))
    let [own, came] = [0, 0]
    for (const row of rows) {
      own += predicted[row]!
      came += actual[row]!
    }
    return { customers: rows.length, predicted: own, actual: came, lift: came / rows.length / (a / n) }
  })
  return {
    customers: n,
    predicted: p,
    actual: a,
    bias: p / a - 1,
    mae: absolute / n,
    rmse: Math.sqrt(squared / n),
    rank_correlation: correlation(meanRanks(predicted), meanRanks(actual)),
    deciles,
  }
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function meanRanks(values: Column): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i]! - values[j]!,
  )
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

function correlation(one: Float64Array, other: Float64Array): number {
  const mean = (one.length + 1) / 2
  let [xy, xx, yy] = [0, 0, 0]
  for (let i = 0; i < one.length; i++) {
    xy += (one[i]! - mean) * (other[i]! - mean)
    xx += (one[i]! - mean) ** 2
    yy += (other[i]! - mean) ** 2
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0
}
