import { type Column, sameLength } from '../data.ts'
import { count, fail, positive } from '../error.ts'
import { type Fit, type FitOptions, solve } from '../fit/fit.ts'
import type { Kernel } from '../fit/likelihood.ts'
import { digamma, lbeta, trigamma } from '../numerics/gamma.ts'
import { random } from '../random.ts'

/** α, β: Beta law of the chance to leave at a renewal; c: < 1 that chance falls with tenure, > 1 rises, 1 constant. */
export type TenureParams = { alpha: number; beta: number; c?: number }

/** Customers still there after 0, 1, 2, … renewals, of one cohort, or of several in `cohorts`. */
export type SurvivorData = { survivors: Column } | { cohorts: readonly Column[] }

const lastOf = (cohort: Column): number => cohort[cohort.length - 1]!
const cohortsOf = (data: SurvivorData): readonly Column[] =>
  'cohorts' in data ? data.cohorts : [data.survivors]

function check(data: SurvivorData): void {
  const cohorts = cohortsOf(data)
  if (cohorts.length === 0 || cohorts.some((cohort) => !cohort || cohort.length < 2))
    fail('data.columns', 'needs survivors: counts after 0, 1, … renewals, at least two', {})
  for (const cohort of cohorts) {
    sameLength({ survivors: cohort })
    for (let t = 0; t < cohort.length; t++) {
      const before = t === 0 ? Number.POSITIVE_INFINITY : cohort[t - 1]!
      if (!(cohort[t]! >= 0) || !(cohort[t]! <= before) || cohort[t] === Number.POSITIVE_INFINITY)
        fail('data.row', `survivors[${t}] must lie between 0 and the count before it`, {
          t,
          value: cohort[t],
        })
    }
  }
}

/** ln S(t) = ln B(α, β+t^c)/B(α, β), the share still there after t renewals. */
export function logSurvival({ alpha, beta, c = 1 }: TenureParams, t: number): number {
  return t === 0 ? 0 : lbeta(alpha, beta + t ** c) - lbeta(alpha, beta)
}

/** S(t) with gradient and Hessian in (α, β, c). */
function survivalAt(alpha: number, beta: number, c: number, t: number) {
  if (t === 0) return { S: 1, g: [0, 0, 0], h: [0, 0, 0, 0, 0, 0, 0, 0, 0] }
  const tau = t ** c
  const S = Math.exp(lbeta(alpha, beta + tau) - lbeta(alpha, beta))
  const whole = digamma(alpha + beta)
  const end = digamma(alpha + beta + tau)
  const part = digamma(beta + tau)
  const whole1 = trigamma(alpha + beta)
  const end1 = trigamma(alpha + beta + tau)
  const part1 = trigamma(beta + tau)
  const ln = Math.log(t)
  const slope = tau * ln
  const g = [whole - end, part - end - digamma(beta) + whole, (part - end) * slope]
  const lnH = [
    [whole1 - end1, whole1 - end1, -end1 * slope],
    [whole1 - end1, part1 - end1 - trigamma(beta) + whole1, (part1 - end1) * slope],
    [-end1 * slope, (part1 - end1) * slope, (part1 - end1) * slope * slope + (part - end) * slope * ln],
  ]
  const h = Array.from({ length: 9 }, (_, k) => {
    const [i, j] = [Math.floor(k / 3), k % 3]
    return S * (lnH[i]![j]! + g[i]! * g[j]!)
  })
  return { S, g: g.map((value) => S * value), h }
}

/** Σ lost(t) ln(S(t−1) − S(t)) + left ln S(m), in η; `size` 2 holds c at 1. */
function kernel(data: SurvivorData, size: 2 | 3): Kernel {
  const cohorts = cohortsOf(data)
  const longest = Math.max(...cohorts.map((cohort) => cohort.length))
  return (eta, gradient, hessian) => {
    const natural = Array.from(eta, Math.exp)
    const [alpha, beta, c = 1] = natural as [number, number, number?]
    const at = Array.from({ length: longest }, (_, t) => survivalAt(alpha, beta, c, t))
    let value = 0
    const g = [0, 0, 0]
    const h = new Float64Array(9)
    const add = (w: number, P: number, dP: number[], ddP: number[]) => {
      value += w * Math.log(P)
      for (let i = 0; i < 3; i++) {
        g[i]! += (w * dP[i]!) / P
        for (let j = 0; j < 3; j++) h[i * 3 + j]! += w * (ddP[i * 3 + j]! / P - (dP[i]! / P) * (dP[j]! / P))
      }
    }
    for (const cohort of cohorts) {
      for (let t = 1; t < cohort.length; t++) {
        const lost = cohort[t - 1]! - cohort[t]!
        if (lost === 0) continue
        const [one, two] = [at[t - 1]!, at[t]!]
        add(
          lost,
          one.S - two.S,
          one.g.map((v, i) => v - two.g[i]!),
          one.h.map((v, i) => v - two.h[i]!),
        )
      }
      const last = at[cohort.length - 1]!
      if (lastOf(cohort) > 0) add(lastOf(cohort), last.S, last.g, last.h)
    }
    for (let i = 0; i < size; i++) {
      gradient[i]! += natural[i]! * g[i]!
      for (let j = 0; j < size; j++)
        hessian[i * size + j]! +=
          natural[i]! * natural[j]! * h[i * 3 + j]! + (i === j ? natural[i]! * g[i]! : 0)
    }
    return value
  }
}

function fitTenure(name: string, size: 2 | 3, data: SurvivorData, options: FitOptions): Fit<TenureParams> {
  check(data)
  const cohorts = cohortsOf(data)
  const customers = cohorts.reduce((sum, cohort) => sum + cohort[0]!, 0)
  const lost = cohorts.reduce((sum, cohort) => sum + cohort[0]! - lastOf(cohort), 0)
  if (!(customers > 0) || lost === 0 || (lost === customers && cohorts.every((cohort) => cohort[1] === 0)))
    fail('fit.too_few', `${name}: somebody must leave, and not everybody at once`, { customers, lost })
  const names = ['alpha', 'beta', 'c'].slice(0, size)
  const starts = [
    [1, 2, 1],
    [0.5, 0.5, 1.4],
    [4, 12, 0.8],
  ].map((start) => start.slice(0, size).map(Math.log))
  const solution = solve(
    {
      model: name,
      names,
      letters: size,
      kernel: kernel(data, size),
      starts,
      weight: customers,
      rows: cohorts.length,
    },
    options,
  )
  const [alpha, beta, c] = solution.natural as [number, number, number?]
  const { log_likelihood, standard_errors, covariance, warnings, diagnostics } = solution
  const params: TenureParams = c === undefined ? { alpha, beta } : { alpha, beta, c }
  const periods = Math.max(...cohorts.map((cohort) => cohort.length)) - 1
  const notes =
    periods < 4
      ? [`short: only ${periods} renewals observed; the curve beyond is the model's word alone`]
      : []
  return {
    params,
    log_likelihood,
    standard_errors,
    covariance,
    names,
    converged: true,
    warnings,
    notes,
    diagnostics,
  }
}

/** Expected renewals in the next t of a customer still there after `after` renewals. */
function renewals(params: TenureParams, after: number, t: number): number {
  const now = logSurvival(params, after)
  let sum = 0
  for (let i = 1; i <= t; i++) sum += Math.exp(logSurvival(params, after + i) - now)
  return sum
}

function residualPeriods(params: TenureParams, n: number, d: number): number {
  const now = logSurvival(params, n - 1)
  let sum = 0
  for (let t = n; t < n + 1_000_000; t++) {
    const term = Math.exp(logSurvival(params, t) - now - (t - n) * Math.log1p(d))
    sum += term
    // what follows is at most a geometric series in 1/(1+d)
    if (term < sum * d * 1e-16) break
  }
  return sum
}

/** Leaves at the first renewal t with (1−θ)^(t^c) < U, θ ~ Beta(α, β). */
function simulateTenure(
  { alpha, beta, c = 1 }: TenureParams,
  { customers, periods, seed }: { customers: number; periods: number; seed: number },
): { survivors: Float64Array } {
  count(customers, 'customers')
  count(periods, 'periods')
  const draw = random(seed)
  const survivors = new Float64Array(periods + 1)
  for (let i = 0; i < customers; i++) {
    const renewals = (draw.exponential() / -Math.log1p(-draw.beta(alpha, beta))) ** (1 / c)
    for (let t = 0; t <= periods && t <= renewals; t++) survivors[t]!++
  }
  return { survivors }
}

/** Builds sBG (`size` 2) or beta-discrete-Weibull (`size` 3). */
export function tenureModel(name: string, size: 2 | 3) {
  const letters = size === 3 ? (['alpha', 'beta', 'c'] as const) : (['alpha', 'beta'] as const)
  const guard = (params: TenureParams): TenureParams => {
    positive(name, params, letters)
    return size === 3 ? params : { alpha: params.alpha, beta: params.beta }
  }
  const survival = (params: TenureParams, t: number) => {
    if (!(t >= 0)) fail('horizon.range', 't must be 0 or more', { t })
    return Math.exp(logSurvival(guard(params), t))
  }
  const periodsOf = (data: SurvivorData) => Math.max(...cohortsOf(data).map((cohort) => cohort.length))
  return {
    name,
    letters,
    fit: (data: SurvivorData, options: FitOptions = {}): Fit<TenureParams> =>
      fitTenure(name, size, data, options),
    logLikelihood(params: TenureParams, data: SurvivorData): number {
      check(data)
      const natural = guard(params)
      const eta = Float64Array.from(letters, (letter) => Math.log(natural[letter]!))
      return kernel(data, size)(eta, new Float64Array(size), new Float64Array(size * size))
    },
    /** S(t) for t = 0, 1, … as many as the data have periods: the chance to be still there after t renewals. */
    pAlive(params: TenureParams, data: SurvivorData): Float64Array {
      check(data)
      return Float64Array.from({ length: periodsOf(data) }, (_, t) => survival(params, t))
    },
    /** Per tenure 0, 1, … of the data: expected renewals in the next t of a customer still there at that tenure. */
    expectedPurchases(params: TenureParams, data: SurvivorData, t: number): Float64Array {
      check(data)
      count(t, 't')
      const natural = guard(params)
      return Float64Array.from({ length: periodsOf(data) }, (_, after) => renewals(natural, after, t))
    },
    /** Expected renewals in the first t of a new customer: Σ_{i=1}^t S(i). */
    expectedPurchasesNew(params: TenureParams, t: number): number {
      count(t, 't')
      return renewals(guard(params), 0, t)
    },
    /** P(exactly k renewals in t chances): leaves at chance k+1 ≤ t, or is still there when k = t. */
    probability(params: TenureParams, k: number, t: number): number {
      count(k)
      count(t, 't')
      if (k > t) return 0
      return k === t ? survival(params, t) : survival(params, k) - survival(params, k + 1)
    },
    /** Survivors after 0 … `periods` renewals of that many customers, each with a chance to leave of its own. */
    simulate: (
      params: TenureParams,
      cohort: { customers: number; periods: number; seed: number },
    ): { survivors: Float64Array } => simulateTenure(guard(params), cohort),
    /** Share of the first customers still there after t renewals. */
    survival,
    /** Chance to renew at renewal t ≥ 1 of those still there: S(t)/S(t−1); rises with t although nobody changes (c = 1). */
    retention(params: TenureParams, t: number): number {
      if (!(t >= 1)) fail('horizon.range', 'renewals are counted from 1', { t })
      const natural = guard(params)
      return Math.exp(logSurvival(natural, t) - logSurvival(natural, t - 1))
    },
    /**
     * Discounted expected residual lifetime in periods of a customer in contract period n, before the nth renewal:
     * Σ_{t≥n} S(t)/S(n−1) (1+d)^−(t−n); for sBG equal to (β+n−1)/(α+β+n−1) ₂F₁(1, β+n; α+β+n; 1/(1+d)). Fader & Hardie
     * 2010, Marketing Science 29(1) 85-93, eq. (6).
     */
    discountedLifetime(params: TenureParams, n: number, d: number): number {
      if (!(n >= 1)) fail('horizon.range', 'contract periods are counted from 1', { n })
      if (!(d > 0)) fail('rate.range', 'the discount rate must be above 0', { d })
      return residualPeriods(guard(params), n, d)
    },
  }
}
