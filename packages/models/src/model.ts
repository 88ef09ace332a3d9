import type { Column, CustomerData } from './data.ts'
import type { Fit, FitOptions } from './fit/fit.ts'

/** Options of `fit` for models of repeat purchases. */
export type RepeatFitOptions = FitOptions & {
  /** Erlang order of the time between purchases (CNBD-k models): 1 = random, larger = more regular. Found when absent. */
  k?: number
  /** BG family: whether a dropout covariate moves a and b by coefficients of their own (default) or by a common one. */
  dropout_effects?: 'separate' | 'common'
}

export type SimulateOptions = {
  /** Length of observation per customer, in the data's unit. */
  T: Column
  /** Same seed, same customers. */
  seed: number
}

export type SimulatedCustomers = {
  x: Float64Array
  t_x: Float64Array
  T: Float64Array
  sum_log_itt: Float64Array
  /** 1 while still a customer at T, 0 after dropout: known only because it is simulated. */
  alive: Uint8Array
}

/** CNBD-k only: the Erlang order, where the parameters do not carry it (fits do). */
export type OrderOption = { k?: number }

/** What every model of repeat purchases offers. `t` is in the unit of the data; answers are one figure per row. */
export type RepeatModel<Params> = {
  name: string
  letters: readonly string[]
  fit(data: CustomerData, options?: RepeatFitOptions): Fit<Params>
  /** The sum over rows, weighted where the data carry weights. */
  logLikelihood(params: Params, data: CustomerData, options?: OrderOption): number
  /** Probability of still being a customer at T, given the history. */
  pAlive(params: Params, data: CustomerData, options?: OrderOption): Float64Array
  /** Expected purchases in (T, T+t], given the history. */
  expectedPurchases(params: Params, data: CustomerData, t: number, options?: OrderOption): Float64Array
  /** Both of the above in one pass. */
  score(
    params: Params,
    data: CustomerData,
    t: number,
  ): { p_alive: Float64Array; expected_purchases: Float64Array }
  /** Σⱼ weights[j] · E[purchases in (T, T+times[j]]], in one pass: what discounting needs. */
  weightedPurchases(
    params: Params,
    data: CustomerData,
    times: readonly number[],
    weights: readonly number[],
  ): Float64Array
  /** Expected repeat purchases in (0, t] of a customer just won. */
  expectedPurchasesNew(params: Params, t: number, options?: OrderOption): number
  /** P(exactly k repeat purchases in (0, t]) of a customer just won. */
  probability(params: Params, k: number, t: number, options?: OrderOption): number
  /** Discounted expected residual transactions: ∫₀^∞ e^(−rate·τ) dE[purchases in (T, T+τ]]; `rate` per unit of time. */
  discountedPurchases(params: Params, data: CustomerData, rate: number): Float64Array
  simulate(params: Params, options: SimulateOptions): SimulatedCustomers
  /** Draws of the purchases one customer will make in (T, T+t]: their spread is what a prediction must admit. */
  sampleFuture(
    params: Params,
    customer: { x: number; t_x: number; T: number },
    t: number,
    draws: number,
    seed: number,
  ): Float64Array
}
