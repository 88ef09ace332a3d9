import type { Column, CustomerData } from '../data.ts'
import { fail } from '../error.ts'

/** What a model must offer to be discounted. */
type Predicts<Params> = {
  weightedPurchases(
    params: Params,
    data: CustomerData,
    times: readonly number[],
    weights: readonly number[],
  ): Float64Array
  discountedPurchases(params: Params, data: CustomerData, rate: number): Float64Array
}

export type LifetimeOptions = {
  /** How many periods ahead. */
  periods: number
  /** Length of a period in the unit of the data (lifetimes: a month = 4.345 weeks or 30 days). */
  period_length: number
  /** Per period, e.g. 0.01 a month. */
  discount_rate: number
  /** Expected spend per purchase, per row or for all (see `gammaGamma.expectedSpend`). */
  spend: Column | number
  /** Share of spend that is margin; default 1, and then the value is revenue. */
  margin?: number
  /** When a period's purchases are paid: at its end (default, as in lifetimes), middle or start. */
  timing?: 'end' | 'middle' | 'start'
}

const SHIFT = { end: 0, middle: 0.5, start: 1 }

/** Σⱼ F(tⱼ)·weight: discounting of the increments of F as weights on F itself (summation by parts). */
function discountWeights({ periods, period_length, discount_rate, timing = 'end' }: LifetimeOptions) {
  if (!Number.isInteger(periods) || periods < 1)
    fail('options.periods', 'periods must be a whole number above 0', { periods })
  if (!(period_length > 0)) fail('options.period_length', 'period_length must be above 0', { period_length })
  if (!(discount_rate > -1))
    fail('rate.range', 'the discount rate per period must be above −1', { discount_rate })
  const factor = (j: number) => (j > periods ? 0 : (1 + discount_rate) ** -(j - SHIFT[timing]))
  const ends = Array.from({ length: periods }, (_, j) => j + 1)
  return { times: ends.map((j) => j * period_length), weights: ends.map((j) => factor(j) - factor(j + 1)) }
}

/**
 * Lifetime value of each customer over a finite horizon, from now on (what was earned before is not in it):
 *
 *   margin · spend · Σ_{j=1}^{periods} (1+d)^−(j−shift) (E[purchases in (T, T+jΔ]] − E[purchases in (T, T+(j−1)Δ]])
 *
 * The convention of lifetimes (`timing: 'end'`), reproduced to its last digit; see `residualValue` for the infinite
 * horizon of Fader, Hardie & Lee 2005. One pass: the cost does not grow with `periods` by more than the series needed.
 * @returns money in the unit of `spend`, one figure per row, in the order of the rows.
 */
export function lifetimeValue<Params>(
  model: Predicts<Params>,
  params: Params,
  data: CustomerData,
  options: LifetimeOptions,
): Float64Array {
  const { times, weights } = discountWeights(options)
  return timesSpend(model.weightedPurchases(params, data, times, weights), options)
}

/**
 * Lifetime value over an infinite horizon with continuous discounting: margin · spend · DERT(δ), δ per unit of time.
 * Fader, Hardie & Lee 2005, "RFM and CLV", JMR 42(4) 415-430, eq. (4). A yearly rate d is δ = ln(1+d)/(units a year).
 */
export function residualValue<Params>(
  model: Predicts<Params>,
  params: Params,
  data: CustomerData,
  options: { rate: number; spend: Column | number; margin?: number },
): Float64Array {
  return timesSpend(model.discountedPurchases(params, data, options.rate), options)
}

function timesSpend(
  purchases: Float64Array,
  { spend, margin = 1 }: { spend: Column | number; margin?: number },
): Float64Array {
  if (typeof spend !== 'number' && spend.length !== purchases.length)
    fail('data.length', 'spend needs one figure per row', { rows: purchases.length, spend: spend.length })
  for (let i = 0; i < purchases.length; i++) {
    const each = typeof spend === 'number' ? spend : spend[i]!
    // 0 × Infinity: whoever will buy nothing is worth nothing, whatever the mean spend
    purchases[i] = purchases[i] === 0 ? 0 : purchases[i]! * each * margin
  }
  return purchases
}
