import type { Pooled } from '../data.ts'
import { fail } from '../error.ts'

/** Rows on which starting points are compared before all rows are used. */
export const SAMPLE_ROWS = 4000

/** Every nth pooled row, so that all T and x are met; deterministic. */
export function sampleOf(rows: Pooled): Pooled {
  const stride = Math.floor(rows.rows / SAMPLE_ROWS)
  // rows that stand for many customers are kept whole: their weight would otherwise tip the sample
  const heavy = (8 * rows.weight_total) / rows.rows
  const chosen: number[] = []
  const share: number[] = []
  let phase = 0
  for (let i = 0; i < rows.rows; i++) {
    if (rows.weight[i]! > heavy) {
      chosen.push(i)
      share.push(rows.weight[i]! / stride)
    } else if (phase++ % stride === 0) {
      chosen.push(i)
      share.push(rows.weight[i]!)
    }
  }
  const take = (column: Float64Array) => Float64Array.from(chosen, (i) => column[i]!)
  const weight = Float64Array.from(share)
  return {
    rows: chosen.length,
    weight_total: weight.reduce((sum, w) => sum + w, 0),
    x: take(rows.x),
    t_x: take(rows.t_x),
    T: take(rows.T),
    weight,
  }
}

/** Total purchases, time and repeat buyers; refuses data in which nothing repeats. */
export function clockOf(model: string, rows: Pooled): { purchases: number; time: number; repeaters: number } {
  let purchases = 0
  let time = 0
  let repeaters = 0
  for (let i = 0; i < rows.rows; i++) {
    purchases += rows.weight[i]! * rows.x[i]!
    time += rows.weight[i]! * rows.T[i]!
    if (rows.x[i]! > 0) repeaters += rows.weight[i]!
  }
  if (!(purchases > 0) || !(time > 0))
    fail('fit.too_few', `${model}: nobody bought twice, there is nothing to fit`, {
      customers: rows.weight_total,
      purchases,
    })
  return { purchases, time, repeaters }
}
