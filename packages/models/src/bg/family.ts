import { type CustomerData, checkCustomers, type Pooled, pool } from '../data.ts'
import { count, fail, horizon, positive } from '../error.ts'
import { type EffectSide, type Effects, overGroups } from '../fit/effects.ts'
import type { RepeatModel } from '../model.ts'
import { lgamma } from '../numerics/gamma.ts'
import { discountedBg } from './discount.ts'
import { expectedIfAlive } from './expectation.ts'
import { fitBg } from './fit.ts'
import { type BgShape, bgKernel } from './kernel.ts'
import { bgProbability } from './probability.ts'
import { aliveFromOdds, logDropoutOdds, purchasesIfAlive } from './scoring.ts'
import { futureBg, simulateBg } from './simulate.ts'

/**
 * r, α: shape and rate (in time units) of the Gamma law of purchase rates; a, b: Beta law of the probability to drop
 * out after a purchase; k: Erlang order (CNBD-k models only); effects: coefficients of covariates.
 */
export type BgParams = { r: number; alpha: number; a: number; b: number; k?: number; effects?: Effects }

export const BG_LETTERS = ['r', 'alpha', 'a', 'b'] as const

/** Erlang order of these parameters: 1 unless the model is a CNBD-k, which must be told. */
export function orderOf(name: string, erlang: boolean, params: BgParams, given?: { k?: number }): number {
  if (!erlang) return 1
  const k = params.k ?? given?.k
  if (k === undefined || !Number.isInteger(k) || k < 1 || k > 100)
    fail('params.k', `${name} needs k, a whole number from 1 to 100, in its parameters`, { k })
  return k as number
}

/** a → a e^(dropout), b → b e^(dropout_b), or both by `dropout` where no `dropout_b` is given; α → α e^(−purchase). */
export function shiftBg(params: BgParams, values: Partial<Record<EffectSide, number>>): BgParams {
  const { effects, ...letters } = params
  const dropout = values.dropout ?? 0
  const forB = effects?.dropout_b ? (values.dropout_b ?? 0) : dropout
  return {
    ...letters,
    alpha: letters.alpha * Math.exp(-(values.purchase ?? 0)),
    a: letters.a * Math.exp(dropout),
    b: letters.b * Math.exp(forB),
  }
}

/** Σ (k−1) Σ ln itt − x ln (k−1)!: what regular timing adds to the likelihood without touching a parameter. */
export function timingConstant(data: CustomerData, k: number): number {
  if (k === 1) return 0
  const itt = data.sum_log_itt
  if (!itt)
    return fail('data.columns', 'CNBD-k with k > 1 needs sum_log_itt (Σ ln of times between purchases)', {
      k,
    })
  const perPurchase = lgamma(k)
  let total = 0
  for (let i = 0; i < data.x.length; i++) {
    if (data.x[i]! > 0 && !Number.isFinite(itt[i]!))
      fail('data.row', `row ${i}: sum_log_itt must be finite (two purchases at one time are one)`, { row: i })
    if (data.x[i]! > 0) total += (data.weight?.[i] ?? 1) * ((k - 1) * itt[i]! - data.x[i]! * perPurchase)
  }
  return total
}

/** Builds one of the four relatives. */
export function bgFamily(name: string, dropout_at_zero: boolean, erlang: boolean): RepeatModel<BgParams> {
  const shapeOf = (params: BgParams, given?: { k?: number }): BgShape => {
    positive(name, params, BG_LETTERS)
    return { dropout_at_zero, k: orderOf(name, erlang, params, given) }
  }
  const kernelOf = (shape: BgShape) => (rows: Pooled) => bgKernel(rows, shape)
  const perRow = (
    params: BgParams,
    data: CustomerData,
    f: (natural: BgParams, rows: CustomerData, shape: BgShape) => Float64Array,
  ) => {
    checkCustomers(data)
    const shape = shapeOf(params, data as { k?: number })
    return overGroups(params, data, shiftBg, (natural, rows) => f(natural, rows, shape))
  }
  const alive = (natural: BgParams, rows: CustomerData, shape: BgShape) =>
    aliveFromOdds(logDropoutOdds(natural, rows, shape))
  const weighted = (
    params: BgParams,
    data: CustomerData,
    times: readonly number[],
    weights: readonly number[],
  ) =>
    perRow(params, data, (natural, rows, shape) => {
      const p = alive(natural, rows, shape)
      const mean = purchasesIfAlive(natural, rows, shape, times, weights)
      return p.map((value, i) => value * mean[i]!)
    })
  return {
    name,
    letters: BG_LETTERS,
    fit: (data, options = {}) => fitBg({ name, dropout_at_zero, erlang }, data, options),
    logLikelihood(params, data) {
      checkCustomers(data)
      const shape = shapeOf(params, data as { k?: number })
      let total = 0
      overGroups(params, data, shiftBg, (natural, rows) => {
        const eta = Float64Array.from(BG_LETTERS, (letter) => Math.log(natural[letter]))
        total += kernelOf(shape)(pool(rows))(eta, new Float64Array(4), new Float64Array(16))
        return new Float64Array(rows.x.length)
      })
      return total + timingConstant(data, shape.k)
    },
    pAlive: (params, data) => perRow(params, data, alive),
    expectedPurchases(params, data, t) {
      horizon(t)
      return weighted(params, data, [t], [1])
    },
    score(params, data, t) {
      horizon(t)
      const p_alive = perRow(params, data, alive)
      const mean = perRow(params, data, (natural, rows, shape) =>
        purchasesIfAlive(natural, rows, shape, [t], [1]),
      )
      for (let i = 0; i < mean.length; i++) mean[i]! *= p_alive[i]!
      return { p_alive, expected_purchases: mean }
    },
    weightedPurchases: weighted,
    expectedPurchasesNew(params, t) {
      const { k } = shapeOf(params)
      horizon(t)
      const { r, alpha, a, b } = params
      const delta = dropout_at_zero ? 1 : 0
      return (delta ? b / (a + b) : 1) * expectedIfAlive(r, alpha, a, b + delta, t, k, 0)
    },
    probability(params, n, t) {
      const shape = shapeOf(params)
      count(n)
      horizon(t)
      return bgProbability(params, shape, n, t)
    },
    discountedPurchases: (params, data, rate) =>
      perRow(params, data, (natural, rows, shape) => {
        const p = alive(natural, rows, shape)
        const mean = discountedBg(natural, rows, shape, rate)
        return p.map((value, i) => value * mean[i]!)
      }),
    simulate: (params, options) => simulateBg(params, shapeOf(params), options),
    sampleFuture: (params, customer, t, draws, seed) =>
      futureBg(params, shapeOf(params), customer, t, draws, seed),
  }
}
