import type { CustomerData, Fit, RepeatModel } from '../../../packages/models/src/index.ts'
import { models } from '../../../packages/models/src/index.ts'
import type { repeatModels } from '../contract.shapes.ts'
import type { Facts } from './facts.ts'

// Customers as the models take them, and one face for the continuous models and the discrete one.

export type ModelName = (typeof repeatModels)[number]
export type AnyFit = Fit<Record<string, unknown>>
export type Histories = {
  x: Float64Array
  t_x: Float64Array
  T: Float64Array
  sum_log_itt: Float64Array
}

/** Every n-th customer, so that at most `most` are left; the same ones every time. */
export function thinned(facts: Facts, most: number): Facts {
  const step = Math.ceil(facts.x.length / most)
  if (step <= 1) return facts
  const rows = Math.ceil(facts.x.length / step)
  const thin = <A extends Float64Array | Int32Array>(column: A): A => {
    const taken = new (column.constructor as new (rows: number) => A)(rows)
    for (let i = 0; i < rows; i++) taken[i] = column[i * step]!
    return taken
  }
  return Object.fromEntries(Object.entries(facts).map(([name, column]) => [name, thin(column)])) as Facts
}

/** All customers as of `now` (a period of the clock). */
export function historiesOf(facts: Facts, now: number): Histories {
  const rows = facts.x.length
  const make = (figure: (i: number) => number) => {
    const column = new Float64Array(rows)
    for (let i = 0; i < rows; i++) column[i] = figure(i)
    return column
  }
  return {
    x: make((i) => facts.x[i]!),
    t_x: make((i) => facts.last[i]! - facts.first[i]!),
    T: make((i) => now - facts.first[i]!),
    sum_log_itt: make((i) => facts.sum_log[i]!),
  }
}

/** Those who were customers by the end of calibration, as they were then; and what they bought since. */
export function calibrationOf(facts: Facts, end: number): Histories & { actual: Float64Array } {
  const then = Int32Array.from(facts.cal_x.keys()).filter((i) => facts.cal_x[i]! >= 0)
  const make = (figure: (i: number) => number) => Float64Array.from(then, figure)
  return {
    x: make((i) => facts.cal_x[i]!),
    t_x: make((i) => facts.cal_last[i]! - facts.first[i]!),
    T: make((i) => end - facts.first[i]!),
    sum_log_itt: make((i) => facts.cal_sum_log[i]!),
    actual: make((i) => facts.x[i]! - facts.cal_x[i]!),
  }
}

type Repeat = RepeatModel<Record<string, unknown>>
export type Foreseer = {
  name: ModelName
  fit(data: Histories): AnyFit
  pAlive(params: object, data: Histories): Float64Array
  expected(params: object, data: Histories, t: number): Float64Array
  expectedNew(params: object, t: number): number
  /** Σ weight·E[purchases by time] */
  weighted(
    params: object,
    data: Histories,
    times: readonly number[],
    weights: readonly number[],
  ): Float64Array
  /** null: cannot be drawn from one customer at a time */
  repeat: Repeat | null
}

const continuous = (name: Exclude<ModelName, 'bgBb'>): Foreseer => {
  const model = models[name] as unknown as Repeat
  return {
    name,
    fit: (data) => model.fit(data),
    pAlive: (params, data) => model.pAlive(params as never, data),
    expected: (params, data, t) => model.expectedPurchases(params as never, data, t),
    expectedNew: (params, t) => model.expectedPurchasesNew(params as never, t),
    weighted: (params, data, times, weights) =>
      model.weightedPurchases(params as never, data, times, weights),
    repeat: model,
  }
}

/** The periods of the clock after the first purchase are the opportunities. */
const opportunities = ({ x, t_x, T }: Histories) => ({ x, t_x, n: T })
const discrete: Foreseer = {
  name: 'bgBb',
  fit: (data) => models.bgBb.fit(opportunities(data)) as unknown as AnyFit,
  pAlive: (params, data) => models.bgBb.pAlive(params as never, opportunities(data)),
  expected: (params, data, t) =>
    models.bgBb.expectedPurchases(params as never, opportunities(data), Math.round(t)),
  expectedNew: (params, t) => models.bgBb.expectedPurchasesNew(params as never, Math.round(t)),
  weighted: (params, data, times, weights) => {
    const sum = new Float64Array(data.x.length)
    times.forEach((time, j) => {
      const by = models.bgBb.expectedPurchases(params as never, opportunities(data), Math.round(time))
      for (let i = 0; i < sum.length; i++) sum[i]! += weights[j]! * by[i]!
    })
    return sum
  },
  repeat: null,
}

export const foreseer = (name: ModelName): Foreseer => (name === 'bgBb' ? discrete : continuous(name))

/** Equal histories are scored once: one-off buyers of a day are one row. `of[i]` is customer i's row in `data`. */
export function distinctHistories(all: Histories): { data: Histories; of: Int32Array } {
  const rows = all.x.length
  const of = new Int32Array(rows)
  const first: number[] = []
  const seen = new Map<number, number>()
  for (let i = 0; i < rows; i++) {
    // periods are below 2^16 (a day clock holds 179 years), purchases below 2^20
    const key = (all.x[i]! * 65_536 + all.t_x[i]!) * 65_536 + all.T[i]!
    let at = seen.get(key)
    if (at === undefined) {
      at = first.push(i) - 1
      seen.set(key, at)
    }
    of[i] = at
  }
  const take = (column: Float64Array) => Float64Array.from(first, (i) => column[i]!)
  const data = { x: take(all.x), t_x: take(all.t_x), T: take(all.T), sum_log_itt: take(all.sum_log_itt) }
  return { data, of }
}

export const asCustomerData = (data: Histories): CustomerData => data
