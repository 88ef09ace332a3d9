import { type CustomerData, checkCustomers, type Pooled, pool } from '../data.ts'
import { fail } from '../error.ts'
import { type Effect, groupedKernel } from '../fit/effects.ts'
import { type Fit, type Problem, type Solution, solve } from '../fit/fit.ts'
import { DROPOUT_EVIDENCE, dropoutWarning } from '../fit/likelihood.ts'
import { minimize } from '../fit/minimize.ts'
import { clockOf, SAMPLE_ROWS, sampleOf } from '../fit/sample.ts'
import type { RepeatFitOptions } from '../model.ts'
import { type BgShape, bgKernel } from './kernel.ts'
import { BG_LETTERS, type BgParams, timingConstant } from './params.ts'

type Relative = { name: string; dropout_at_zero: boolean; erlang: boolean }

const MAX_ORDER = 12

/** Fits one relative; without `k` a CNBD-k tries k = 1, 2, … until the likelihood has fallen twice. */
export function fitBg(relative: Relative, data: CustomerData, options: RepeatFitOptions): Fit<BgParams> {
  checkCustomers(data)
  if (!relative.erlang) return fitOrder(relative, data, options, 1)
  if (options.k !== undefined) {
    if (!Number.isInteger(options.k) || options.k < 1 || options.k > 100)
      fail('options.k', 'k must be a whole number from 1 to 100', { k: options.k })
    return fitOrder(relative, data, options, options.k)
  }
  let best = fitOrder(relative, data, options, 1)
  let falls = 0
  let before = best.log_likelihood
  for (let k = 2; k <= MAX_ORDER && falls < 2; k++) {
    const fit = fitOrder(relative, data, options, k)
    falls = fit.log_likelihood < before ? falls + 1 : 0
    before = fit.log_likelihood
    if (fit.log_likelihood > best.log_likelihood) best = fit
  }
  return best
}

function effectsFor(data: CustomerData, options: RepeatFitOptions): Effect[] {
  const purchase = Object.keys(data.covariates?.purchase ?? {})
  const dropout = Object.keys(data.covariates?.dropout ?? {})
  const common = options.dropout_effects === 'common'
  return [
    ...purchase.map((name): Effect => ({ side: 'purchase', name, targets: [{ letter: 1, sign: -1 }] })),
    ...dropout.map(
      (name): Effect => ({
        side: 'dropout',
        name,
        targets: common
          ? [
              { letter: 2, sign: 1 },
              { letter: 3, sign: 1 },
            ]
          : [{ letter: 2, sign: 1 }],
      }),
    ),
    ...(common
      ? []
      : dropout.map((name): Effect => ({ side: 'dropout_b', name, targets: [{ letter: 3, sign: 1 }] }))),
  ]
}

function fitOrder(
  relative: Relative,
  data: CustomerData,
  options: RepeatFitOptions,
  k: number,
): Fit<BgParams> {
  const shape: BgShape = { dropout_at_zero: relative.dropout_at_zero, k }
  const constant = timingConstant(data, k)
  const rows = pool(data)
  const clock = clockOf(relative.name, rows)
  const effects = effectsFor(data, options)
  const kernelOf = (chosen: Pooled) => bgKernel(chosen, shape)
  const kernel = effects.length > 0 ? groupedKernel(data, 4, effects, kernelOf) : kernelOf(rows)
  const sample = effects.length === 0 && rows.rows > 2 * SAMPLE_ROWS ? sampleOf(rows) : undefined
  const rate = (k * clock.purchases) / clock.time
  const starts = [
    [0.6, 0.8, 2.5, 2],
    [1.5, 0.1, 1, 1.2],
    [0.3, 3, 6, 3],
  ].map(([r, a, b, faster]) => [
    ...[r!, r! / (rate * faster!), a!, b!].map(Math.log),
    ...effects.map(() => 0),
  ])
  const problem: Problem = {
    model: relative.name,
    names: [...BG_LETTERS, ...effects.map(({ side, name }) => `${side}.${name}`)],
    letters: 4,
    kernel,
    ...(sample && { sample: kernelOf(sample), sample_weight: sample.weight_total }),
    starts,
    weight: rows.weight_total,
    scale: [0, Math.log(clock.time / rows.weight_total), 0, 0],
    rows: rows.rows,
  }
  const solution = solve(problem, options)
  return describe({ relative, rows, effects, k, solution, clock, constant })
}

type Described = {
  relative: Relative
  constant: number
  rows: Pooled
  effects: Effect[]
  k: number
  solution: Solution
  clock: { purchases: number; time: number; repeaters: number }
}

function describe({ relative, rows, effects, k, solution, clock, constant }: Described): Fit<BgParams> {
  const [r, alpha, a, b] = solution.natural as [number, number, number, number]
  const params: BgParams = { r, alpha, a, b, ...(relative.erlang && { k }) }
  effects.forEach(({ side, name }, i) => {
    params.effects ??= {}
    params.effects[side] ??= {}
    params.effects[side][name] = solution.natural[4 + i]!
  })
  const warnings = [...solution.warnings]
  if (effects.length === 0) {
    const without = logLikelihoodWithoutDropout(rows, { dropout_at_zero: false, k }, clock)
    const evidence = 2 * (solution.log_likelihood - without)
    if (evidence < DROPOUT_EVIDENCE) warnings.unshift(dropoutWarning(evidence))
  }
  if (clock.repeaters < 30) warnings.push(`few_repeaters: only ${clock.repeaters} customers came back`)
  const notes: string[] = []
  if (!relative.dropout_at_zero)
    notes.push(
      'never_returned: this model cannot let a customer go before the first repeat purchase, so P(alive) is 1 for all who never came back; show MBG/NBD or Pareto/NBD instead',
    )
  notes.push(
    `dropout_mean: the mean dropout probability a/(a+b) is ${(a / (a + b)).toPrecision(4)}; a and b apart are weaker`,
  )
  return {
    params,
    log_likelihood: solution.log_likelihood + constant,
    standard_errors: solution.standard_errors,
    covariance: solution.covariance,
    names: [...BG_LETTERS, ...effects.map(({ side, name }) => `${side}.${name}`)],
    converged: true,
    warnings,
    notes,
    diagnostics: solution.diagnostics,
  }
}

/** The best log-likelihood of the same purchases when nobody drops out: NBD, Erlang order k. */
export function logLikelihoodWithoutDropout(
  rows: Pooled,
  shape: BgShape,
  clock: { purchases: number; time: number },
): number {
  const kernel = bgKernel(rows, shape, true)
  const objective = (eta: Float64Array) => {
    const gradient = new Float64Array(2)
    const hessian = new Float64Array(4)
    const value = -kernel(eta, gradient, hessian) / rows.weight_total
    return {
      value,
      gradient: gradient.map((g) => -g / rows.weight_total),
      hessian: hessian.map((h) => -h / rows.weight_total),
    }
  }
  const start = [0, Math.log(clock.time / (shape.k * clock.purchases))]
  const bounds = { lower: Float64Array.of(-25, start[1]! - 25), upper: Float64Array.of(25, start[1]! + 25) }
  const best = minimize(objective, start, { ...bounds, tolerance: 1e-9, max_iterations: 100 })
  return -best.value * rows.weight_total
}
