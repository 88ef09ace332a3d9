import { logLikelihoodWithoutDropout } from './bg/fit.ts'
import { type CustomerData, checkCustomers, type Pooled, pool } from './data.ts'
import { horizon, positive } from './error.ts'
import { type Effect, type EffectSide, type Effects, groupedKernel, overGroups } from './fit/effects.ts'
import { type Fit, solve } from './fit/fit.ts'
import { DROPOUT_EVIDENCE, dropoutWarning } from './fit/likelihood.ts'
import { clockOf, SAMPLE_ROWS, sampleOf } from './fit/sample.ts'
import type { RepeatFitOptions, RepeatModel } from './model.ts'
import { paretoKernel } from './pareto/kernel.ts'
import {
  expectedLifetime,
  paretoAlive,
  paretoDiscounted,
  paretoIfAlive,
  paretoProbability,
} from './pareto/scoring.ts'
import { futurePareto, simulatePareto } from './pareto/simulate.ts'

/**
 * r, α: shape and rate (time) of the Gamma law of purchase rates; s, β: shape and rate (time) of the Gamma law of
 * dropout rates; effects: coefficients of covariates, α_i = α e^(−purchase z), β_i = β e^(−dropout z): a positive
 * dropout coefficient means shorter lives.
 */
export type ParetoParams = { r: number; alpha: number; s: number; beta: number; effects?: Effects }

const LETTERS = ['r', 'alpha', 's', 'beta'] as const

function shift(
  { effects: _, ...letters }: ParetoParams,
  values: Partial<Record<EffectSide, number>>,
): ParetoParams {
  return {
    ...letters,
    alpha: letters.alpha * Math.exp(-(values.purchase ?? 0)),
    beta: letters.beta * Math.exp(-(values.dropout ?? 0)),
  }
}

function fit(data: CustomerData, options: RepeatFitOptions = {}): Fit<ParetoParams> {
  checkCustomers(data)
  const rows = pool(data)
  const clock = clockOf('Pareto/NBD', rows)
  const effects: Effect[] = [
    ...Object.keys(data.covariates?.purchase ?? {}).map(
      (name): Effect => ({ side: 'purchase', name, targets: [{ letter: 1, sign: -1 }] }),
    ),
    ...Object.keys(data.covariates?.dropout ?? {}).map(
      (name): Effect => ({ side: 'dropout', name, targets: [{ letter: 3, sign: -1 }] }),
    ),
  ]
  const kernel = effects.length > 0 ? groupedKernel(data, 4, effects, paretoKernel) : paretoKernel(rows)
  const sample: Pooled | undefined =
    effects.length === 0 && rows.rows > 2 * SAMPLE_ROWS ? sampleOf(rows) : undefined
  const span = clock.time / rows.weight_total
  const rate = clock.purchases / clock.time
  const starts = [
    [0.6, 1.5, 0.6, 0.4],
    [1.5, 1, 0.3, 1],
    [0.4, 3, 2, 1],
  ].map(([r, faster, s, beta]) => [
    ...[r!, r! / (rate * faster!), s!, beta! * span].map(Math.log),
    ...effects.map(() => 0),
  ])
  const names = [...LETTERS, ...effects.map(({ side, name }) => `${side}.${name}`)]
  const solution = solve(
    {
      model: 'Pareto/NBD',
      names,
      letters: 4,
      kernel,
      ...(sample && { sample: paretoKernel(sample), sample_weight: sample.weight_total }),
      starts,
      weight: rows.weight_total,
      scale: [0, Math.log(span), 0, Math.log(span)],
      rows: rows.rows,
    },
    options,
  )
  const [r, alpha, s, beta] = solution.natural as [number, number, number, number]
  const params: ParetoParams = { r, alpha, s, beta }
  effects.forEach(({ side, name }, i) => {
    params.effects ??= {}
    params.effects[side] ??= {}
    params.effects[side][name] = solution.natural[4 + i]!
  })
  const warnings = [...solution.warnings]
  if (effects.length === 0) {
    const without = logLikelihoodWithoutDropout(rows, { dropout_at_zero: false, k: 1 }, clock)
    const evidence = 2 * (solution.log_likelihood - without)
    if (evidence < DROPOUT_EVIDENCE) warnings.unshift(dropoutWarning(evidence))
  }
  if (clock.repeaters < 30) warnings.push(`few_repeaters: only ${clock.repeaters} customers came back`)
  const { log_likelihood, standard_errors, covariance, diagnostics } = solution
  return {
    params,
    log_likelihood,
    standard_errors,
    covariance,
    names,
    converged: true,
    warnings,
    notes: [],
    diagnostics,
  }
}

function alive(params: ParetoParams, data: CustomerData): Float64Array {
  checkCustomers(data)
  positive('Pareto/NBD', params, LETTERS)
  return overGroups(params, data, shift, paretoAlive)
}

function weighted(
  params: ParetoParams,
  data: CustomerData,
  times: readonly number[],
  weights: readonly number[],
) {
  const p = alive(params, data)
  const mean = overGroups(params, data, shift, (natural, rows) =>
    paretoIfAlive(natural, rows, times, weights),
  )
  for (let i = 0; i < mean.length; i++) mean[i]! *= p[i]!
  return mean
}

/**
 * Pareto/NBD: purchases at random with rate λ ~ Gamma(r, α) until an unseen end after an exponential life with rate
 * μ ~ Gamma(s, β). Schmittlein, Morrison & Colombo 1987, Management Science 33(1) 1-24; Fader & Hardie 2005 note.
 *
 * ln L: see `paretoKernel`. P(alive) = 1/(1 + s I (α+T)^(r+x) (β+T)^s), I = ∫ₜₓᵀ (α+y)^−(r+x) (β+y)^−(s+1) dy.
 * E[purchases in t] = P(alive) (r+x)(β+T)/((α+T)(s−1)) [1 − ((β+T)/(β+T+t))^(s−1)], its limit at s = 1 included.
 * DERT(δ) = P(alive) (r+x)/(α+T) (β+T) e^c E_s(c), c = δ(β+T), the same as the Tricomi form of Fader, Hardie & Lee 2005
 * JMR eq. (5).
 *
 * Data `{ x, t_x, T, weight?, covariates? }`, parameters `{ r, alpha, s, beta }`, α and β in the time unit of the data.
 * @throws ModelError `data.*`, `params.*`, `fit.too_few`, `fit.not_converged`.
 */
export const paretoNbd: RepeatModel<ParetoParams> = {
  name: 'Pareto/NBD',
  letters: LETTERS,
  fit,
  logLikelihood(params, data) {
    checkCustomers(data)
    positive('Pareto/NBD', params, LETTERS)
    let total = 0
    overGroups(params, data, shift, (natural, rows) => {
      const eta = Float64Array.from(LETTERS, (letter) => Math.log(natural[letter]))
      total += paretoKernel(pool(rows))(eta, new Float64Array(4), new Float64Array(16))
      return new Float64Array(rows.x.length)
    })
    return total
  },
  pAlive: alive,
  expectedPurchases(params, data, t) {
    horizon(t)
    return weighted(params, data, [t], [1])
  },
  score(params, data, t) {
    horizon(t)
    const p_alive = alive(params, data)
    const mean = overGroups(params, data, shift, (natural, rows) => paretoIfAlive(natural, rows, [t], [1]))
    for (let i = 0; i < mean.length; i++) mean[i]! *= p_alive[i]!
    return { p_alive, expected_purchases: mean }
  },
  weightedPurchases: weighted,
  expectedPurchasesNew(params, t) {
    positive('Pareto/NBD', params, LETTERS)
    horizon(t)
    return (params.r / params.alpha) * expectedLifetime(params.s, params.beta, t)
  },
  probability(params, k, t) {
    positive('Pareto/NBD', params, LETTERS)
    return paretoProbability(params, k, t)
  },
  discountedPurchases(params, data, rate) {
    const p = alive(params, data)
    const mean = overGroups(params, data, shift, (natural, rows) => paretoDiscounted(natural, rows, rate))
    for (let i = 0; i < mean.length; i++) mean[i]! *= p[i]!
    return mean
  },
  simulate(params, options) {
    positive('Pareto/NBD', params, LETTERS)
    return simulatePareto(params, options)
  },
  sampleFuture(params, customer, t, draws, seed) {
    positive('Pareto/NBD', params, LETTERS)
    return futurePareto(params, customer, t, draws, seed)
  },
}
