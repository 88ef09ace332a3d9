import { fail } from '../error.ts'
import type { Kernel } from './likelihood.ts'
import { type Minimum, minimize } from './minimize.ts'
import { uncertainty } from './uncertainty.ts'

export type FitOptions = {
  /**
   * L2: adds `penalty · Σ θ²` to the mean negative log-likelihood, θ the parameters themselves; those that carry a unit
   * (α, β of time, γ of money) are taken relative to the mean T or the mean spend, so that the unit does not matter.
   */
  penalty?: number
  /** Starting point in the model's letters; found from the data when absent. */
  start?: Record<string, number>
  max_iterations?: number
}

/** What every `fit` returns. `covariance` is in the order of `names`. */
export type Fit<Params> = {
  params: Params
  /** The sum over customers, without the penalty. */
  log_likelihood: number
  /** Of the parameters themselves (not their logarithms), from the inverse Hessian; NaN where the data say nothing. */
  standard_errors: Record<string, number>
  covariance: number[][]
  names: string[]
  /** Always true: a fit that does not converge throws `fit.not_converged`. */
  converged: boolean
  /** Each starts with a stable code and a colon. Empty when there is nothing to warn of. */
  warnings: string[]
  /** What a reader of this model must know even when all is well; same form as warnings. */
  notes: string[]
  diagnostics: { iterations: number; gradient_norm: number; customers: number; rows: number }
}

export type Problem = {
  model: string
  /** Names of θ: letters first (on the log scale), then coefficients (as they are). */
  names: readonly string[]
  letters: number
  kernel: Kernel
  /** A kernel on fewer rows, for finding the neighbourhood of the optimum. */
  sample?: Kernel
  sample_weight?: number
  starts: number[][]
  weight: number
  /** ln of the unit of each letter: bounds are taken around it, so that the clock's unit does not matter. */
  scale?: number[]
  rows: number
}

export type Solution = {
  theta: Float64Array
  natural: number[]
  log_likelihood: number
  standard_errors: Record<string, number>
  covariance: number[][]
  warnings: string[]
  diagnostics: Fit<unknown>['diagnostics']
}

const LN_BOUND = 25
/** Shapes end at a million: beyond, heterogeneity is below a tenth of a percent and only rounding is left to climb. */
const LN_SHAPE_BOUND = Math.log(1e6)
const CONVERGED = 1e-8

/** Mean negative log-likelihood with its penalty. */
function objective({ letters, scale }: Problem, kernel: Kernel, weight: number, penalty: number) {
  return (theta: Float64Array) => {
    const size = theta.length
    const gradient = new Float64Array(size)
    const hessian = new Float64Array(size * size)
    let value = -kernel(theta, gradient, hessian) / weight
    for (let i = 0; i < size; i++) gradient[i]! /= -weight
    for (let i = 0; i < size * size; i++) hessian[i]! /= -weight
    if (penalty > 0) {
      for (let i = 0; i < size; i++) {
        const natural = i < letters ? Math.exp(theta[i]! - (scale?.[i] ?? 0)) : theta[i]!
        value += penalty * natural * natural
        gradient[i]! += 2 * penalty * natural * (i < letters ? natural : 1)
        hessian[i * size + i]! += (i < letters ? 4 * natural * natural : 2) * penalty
      }
    }
    return { value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value, gradient, hessian }
  }
}

/**
 * Maximum likelihood: several starts on a sample, the best of them finished on all rows with Newton's method.
 * @throws ModelError `fit.not_converged` when no start reaches a point where the gradient vanishes.
 */
export function solve(problem: Problem, options: FitOptions): Solution {
  const { names, letters, weight } = problem
  const penalty = options.penalty ?? 0
  if (!(penalty >= 0)) fail('options.penalty', 'penalty must be 0 or more', { penalty })
  const size = names.length
  const bounds = {
    lower: Float64Array.from({ length: size }, (_, i) =>
      i < letters ? (problem.scale?.[i] ?? 0) - LN_BOUND : -1e3,
    ),
    upper: Float64Array.from({ length: size }, (_, i) =>
      i < letters ? (problem.scale?.[i] ? problem.scale[i]! + LN_BOUND : LN_SHAPE_BOUND) : 1e3,
    ),
    max_iterations: options.max_iterations ?? 200,
  }
  const starts = options.start
    ? [startFrom(options.start, names, letters), ...problem.starts]
    : problem.starts
  const full = objective(problem, problem.kernel, weight, penalty)
  const rough = problem.sample
    ? objective(problem, problem.sample, problem.sample_weight ?? weight, penalty)
    : full
  const tolerance = problem.sample ? 1e-7 : 1e-11
  const tried: Minimum[] = []
  for (const start of starts) {
    const first = tried[0]
    const known = first && first.gradient_norm < 1e-6 ? first : undefined
    const found = minimize(rough, start, { ...bounds, tolerance, known })
    // a second start led to the same place: further ones would only repeat it
    if (known && near(found, known)) break
    tried.push(found)
    tried.sort((one, other) => one.value - other.value)
  }
  // a sample may miss a weak dropout and end on the plateau where nobody leaves, from which no gradient leads back
  const found = tried[0]
  if (problem.sample && found && atEdge(found, problem))
    tried.push(...starts.map((theta) => ({ ...found, theta: Float64Array.from(theta) })))
  let best: Minimum | undefined
  for (const attempt of tried) {
    const result = problem.sample ? minimize(full, attempt.theta, { ...bounds, tolerance: 1e-11 }) : attempt
    if (result.gradient_norm <= tolerated(result, problem) && (!best || result.value < best.value))
      best = result
    if (best && problem.sample && !atEdge(best, problem)) break
  }
  if (!best)
    return fail(
      'fit.not_converged',
      `${problem.model}: the likelihood has no maximum that could be reached`,
      {
        model: problem.model,
        best: tried[0] && Array.from(tried[0].theta, (v, i) => (i < letters ? Math.exp(v) : v)),
        gradient_norm: tried[0]?.gradient_norm,
      },
    )
  return finish(problem, best, penalty)
}

/** Whether a letter lies far outside the range in which these models are met. */
const atEdge = ({ theta }: Minimum, { letters, scale }: Problem): boolean =>
  theta.subarray(0, letters).some((value, i) => Math.abs(value - (scale?.[i] ?? 0)) > 6)

/** Differences of numbers as large as a shape of a million are rounded in proportion to it. */
function tolerated({ theta }: Minimum, { letters, scale }: Problem): number {
  const shapes = Array.from(theta.subarray(0, letters), (value, i) => value - (scale?.[i] ?? 0))
  return CONVERGED * Math.max(1, Math.exp(Math.max(...shapes)) / 1e4)
}

const near = (found: Minimum, known: Minimum): boolean =>
  found.value - known.value > -1e-9 * (1 + Math.abs(known.value)) &&
  found.theta.every((value, i) => Math.abs(value - known.theta[i]!) < 0.1)

function startFrom(start: Record<string, number>, names: readonly string[], letters: number): number[] {
  return names.map((name, i) => {
    const value = start[name] ?? (i < letters ? Number.NaN : 0)
    if (i < letters && !(value > 0)) fail('options.start', `start.${name} must be above 0`, { name, value })
    return i < letters ? Math.log(value) : value
  })
}

function finish(problem: Problem, best: Minimum, penalty: number): Solution {
  const { names, letters, weight } = problem
  const natural = Array.from(best.theta, (v, i) => (i < letters ? Math.exp(v) : v))
  const inUnits = natural.map((v, i) => v / Math.exp(problem.scale?.[i] ?? 0))
  const penalised = penalty > 0 ? penalty * inUnits.reduce((sum, v) => sum + v * v, 0) : 0
  const { covariance, warnings } = uncertainty({
    names,
    letters,
    natural,
    weight,
    best,
    scale: problem.scale,
  })
  return {
    theta: best.theta,
    natural,
    log_likelihood: -(best.value - penalised) * weight,
    standard_errors: Object.fromEntries(names.map((name, i) => [name, Math.sqrt(covariance[i]![i]!)])),
    covariance,
    warnings,
    diagnostics: {
      iterations: best.iterations,
      gradient_norm: best.gradient_norm,
      customers: weight,
      rows: problem.rows,
    },
  }
}
