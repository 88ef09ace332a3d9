import { type CustomerData, checkCustomers, pool } from '../data.ts'
import { count, horizon, positive } from '../error.ts'
import { overGroups } from '../fit/effects.ts'
import type { RepeatModel } from '../model.ts'
import { discountedBg } from './discount.ts'
import { expectedIfAlive } from './expectation.ts'
import { fitBg } from './fit.ts'
import { type BgShape, bgKernel } from './kernel.ts'
import { BG_LETTERS, type BgParams, orderOf, shiftBg, timingConstant } from './params.ts'
import { bgProbability } from './probability.ts'
import { aliveFromOdds, logDropoutOdds, purchasesIfAlive } from './scoring.ts'
import { futureBg, simulateBg } from './simulate.ts'

type Order = { k?: number } | undefined

/** Log-likelihood over the groups of customers with equal covariates, the constant of timing included. */
function sumOfGroups(params: BgParams, data: CustomerData, shape: BgShape): number {
  let total = timingConstant(data, shape.k)
  overGroups(params, data, shiftBg, (natural, rows) => {
    const eta = Float64Array.from(BG_LETTERS, (letter) => Math.log(natural[letter]))
    total += bgKernel(pool(rows), shape)(eta, new Float64Array(4), new Float64Array(16))
    return new Float64Array(rows.x.length)
  })
  return total
}

/** Builds one of the four relatives. */
export function bgFamily(name: string, dropout_at_zero: boolean, erlang: boolean): RepeatModel<BgParams> {
  const shapeOf = (params: BgParams): BgShape => {
    positive(name, params, BG_LETTERS)
    return { dropout_at_zero, k: orderOf(name, erlang, params) }
  }
  /** k may stand in the parameters (as fits return them) or in the options. */
  const told = (params: BgParams, options: Order): BgParams =>
    options?.k === undefined ? params : { ...params, k: params.k ?? options.k }
  const perRow = (
    params: BgParams,
    data: CustomerData,
    f: (natural: BgParams, rows: CustomerData, shape: BgShape) => Float64Array,
  ) => {
    checkCustomers(data)
    const shape = shapeOf(params)
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
    logLikelihood(given, data, options) {
      const params = told(given, options)
      checkCustomers(data)
      return sumOfGroups(params, data, shapeOf(params))
    },
    pAlive: (params, data, options) => perRow(told(params, options), data, alive),
    expectedPurchases(params, data, t, options) {
      horizon(t)
      return weighted(told(params, options), data, [t], [1])
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
    expectedPurchasesNew(params, t, options) {
      const { k } = shapeOf(told(params, options))
      horizon(t)
      const { r, alpha, a, b } = params
      const delta = dropout_at_zero ? 1 : 0
      return (delta ? b / (a + b) : 1) * expectedIfAlive(r, alpha, a, b + delta, t, k, 0)
    },
    probability(params, n, t, options) {
      const shape = shapeOf(told(params, options))
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
