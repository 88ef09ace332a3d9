import { type Column, sameLength } from './data.ts'
import { count, fail, positive } from './error.ts'
import { type Fit, type FitOptions, solve } from './fit/fit.ts'
import { DROPOUT_EVIDENCE, dropoutWarning } from './fit/likelihood.ts'
import { lbeta, lgamma } from './numerics/gamma.ts'
import { logHyp2f1 } from './numerics/hypergeometric.ts'
import {
  type BgBbParams,
  logLikelihoodWithoutDeath,
  most,
  type OpportunityData,
  opportunityKernel,
  Tables,
} from './opportunity/kernel.ts'
import { random } from './random.ts'

export type { BgBbParams, OpportunityData } from './opportunity/kernel.ts'

const LETTERS = ['alpha', 'beta', 'gamma', 'delta'] as const

function check({ x, t_x, n, weight }: OpportunityData): void {
  if (!x || !t_x || !n) fail('data.columns', 'needs the columns x, t_x and n', {})
  const rows = sameLength({ x, t_x, n, weight })
  for (let i = 0; i < rows; i++) {
    const whole = [x[i]!, t_x[i]!, n[i]!].every((value) => Number.isInteger(value) && value >= 0)
    if (!whole || x[i]! > t_x[i]! || t_x[i]! > n[i]! || (x[i] === 0) !== (t_x[i] === 0))
      fail('data.row', `row ${i}: needs whole 0 ≤ x ≤ t_x ≤ n, and t_x = 0 only without purchases`, {
        row: i,
        x: x[i],
        t_x: t_x[i],
        n: n[i],
      })
    if (weight && !(weight[i]! >= 0)) fail('data.row', `row ${i}: weight must not be negative`, { row: i })
  }
}
/** Identical histories once, with their weights. */
function pooled({ x, t_x, n, weight }: OpportunityData): Required<OpportunityData> {
  const seen = new Map<string, [number, number, number, number]>()
  for (let i = 0; i < x.length; i++) {
    const key = `${x[i]},${t_x[i]},${n[i]}`
    const row = seen.get(key)
    const w = weight ? weight[i]! : 1
    if (row) row[3] += w
    else seen.set(key, [x[i]!, t_x[i]!, n[i]!, w])
  }
  const rows = [...seen.values()]
  const column = (at: number) => Float64Array.from(rows, (row) => row[at]!)
  return { x: column(0), t_x: column(1), n: column(2), weight: column(3) }
}

function fit(data: OpportunityData, options: FitOptions = {}): Fit<BgBbParams> {
  check(data)
  const rows = pooled(data)
  const weight = Array.from(rows.weight).reduce((sum, w) => sum + w, 0)
  const bought = Array.from(rows.x).reduce((sum, x, i) => sum + x * rows.weight[i]!, 0)
  if (!(bought > 0))
    fail('fit.too_few', 'BG/BB: nobody bought after the start, there is nothing to fit', {
      customers: weight,
    })
  const starts = [
    [1, 1, 0.6, 3],
    [0.5, 2, 1, 8],
    [3, 3, 0.3, 1],
  ].map((start) => start.map(Math.log))
  const solution = solve(
    {
      model: 'BG/BB',
      names: LETTERS,
      letters: 4,
      kernel: opportunityKernel(rows),
      starts,
      weight,
      rows: rows.x.length,
    },
    options,
  )
  const [alpha, beta, gamma, delta] = solution.natural as [number, number, number, number]
  const warnings = [...solution.warnings]
  const evidence = 2 * (solution.log_likelihood - logLikelihoodWithoutDeath(rows))
  if (evidence < DROPOUT_EVIDENCE) warnings.unshift(dropoutWarning(evidence))
  const { log_likelihood, standard_errors, covariance, diagnostics } = solution
  const params = { alpha, beta, gamma, delta }
  return {
    params,
    log_likelihood,
    standard_errors,
    covariance,
    names: [...LETTERS],
    converged: true,
    warnings,
    notes: [],
    diagnostics,
  }
}

function ready(params: BgBbParams, data: OpportunityData, ahead: number): Tables {
  check(data)
  positive('BG/BB', params, LETTERS)
  count(ahead, 't')
  return new Tables(params, most(data.n) + ahead + 1)
}

/**
 * BG/BB: at each opportunity a customer who is alive buys with chance p ~ Beta(α, β); before each opportunity he dies
 * with chance θ ~ Beta(γ, δ). Fader, Hardie & Shang 2010, Marketing Science 29(6) 1086-1108.
 *
 * L = B(α+x, β+n−x)/B(α, β) B(γ, δ+n)/B(γ, δ) + Σ_{m=tₓ}^{n−1} B(α+x, β+m−x)/B(α, β) B(γ+1, δ+m)/B(γ, δ)        eq. (3)
 * P(alive at the next opportunity) = B(α+x, β+n−x)/B(α, β) B(γ, δ+n+1)/B(γ, δ) / L                              eq. (11)
 * E[purchases in the next t opportunities] = Σ_{k=1}^t of the same with (α+x)/(α+β+n) and δ+n+k: the finite sum avoids
 * the pole of eq. (13) at γ = 1.
 *
 * Data `{ x, t_x, n, weight? }`, `t` a whole number of opportunities; parameters `{ alpha, beta, gamma, delta }`.
 * @throws ModelError `data.*`, `params.*`, `count.range`, `fit.too_few`, `fit.not_converged`.
 */
export const bgBb = {
  name: 'BG/BB',
  letters: LETTERS,
  fit,
  logLikelihood(params: BgBbParams, data: OpportunityData): number {
    const tables = ready(params, data, 0)
    let total = 0
    for (let i = 0; i < data.x.length; i++)
      total += (data.weight?.[i] ?? 1) * tables.likelihood(data.x[i]!, data.t_x[i]!, data.n[i]!)
    return total
  },
  /** P(alive at opportunity n + `ahead`); the next one by default, as published. */
  pAlive(params: BgBbParams, data: OpportunityData, ahead = 1): Float64Array {
    const tables = ready(params, data, ahead)
    return Float64Array.from({ length: data.x.length }, (_, i) => {
      const [x, n] = [data.x[i]!, data.n[i]!]
      const alive = tables.log(x, n, 0) + tables.survival(n + ahead) - tables.survival(n)
      return Math.exp(alive - tables.likelihood(x, data.t_x[i]!, n))
    })
  },
  expectedPurchases(params: BgBbParams, data: OpportunityData, t: number): Float64Array {
    const tables = ready(params, data, t)
    const { alpha, beta } = params
    return Float64Array.from({ length: data.x.length }, (_, i) => {
      const [x, n] = [data.x[i]!, data.n[i]!]
      let sum = 0
      for (let k = 1; k <= t; k++) sum += Math.exp(tables.survival(n + k) - tables.survival(n))
      const alive = Math.exp(tables.log(x, n, 0) - tables.likelihood(x, data.t_x[i]!, n))
      return alive * ((alpha + x) / (alpha + beta + n)) * sum
    })
  },
  /** Expected purchases in the first t opportunities. */
  expectedPurchasesNew(params: BgBbParams, t: number): number {
    positive('BG/BB', params, LETTERS)
    count(t, 't')
    const tables = new Tables(params, t)
    let sum = 0
    for (let k = 1; k <= t; k++) sum += Math.exp(tables.survival(k))
    return (params.alpha / (params.alpha + params.beta)) * sum
  },
  /** P(k purchases in the first t opportunities), eq. (8). */
  probability(params: BgBbParams, k: number, t: number): number {
    positive('BG/BB', params, LETTERS)
    count(k)
    count(t, 't')
    if (k > t) return 0
    const tables = new Tables(params, t)
    const choose = (m: number) => lgamma(m + 1) - lgamma(k + 1) - lgamma(m - k + 1)
    let total = Math.exp(choose(t) + tables.log(k, t, 0))
    for (let m = k; m < t; m++) total += Math.exp(choose(m) + tables.log(k, m, 1))
    return total
  },
  /** Σ_{k≥1} (1+rate)^−k E[purchase at opportunity n+k], eq. (14); `rate` per opportunity. */
  discountedPurchases(params: BgBbParams, data: OpportunityData, rate: number): Float64Array {
    if (!(rate > 0)) fail('rate.range', 'the discount rate must be above 0', { rate })
    const tables = ready(params, data, 0)
    const { alpha, beta, gamma, delta } = params
    return Float64Array.from({ length: data.x.length }, (_, i) => {
      const [x, n] = [data.x[i]!, data.n[i]!]
      const alive = tables.log(x, n, 0) - tables.likelihood(x, data.t_x[i]!, n)
      const next = lbeta(gamma, delta + n + 1) - lbeta(gamma, delta + n)
      const series = logHyp2f1(1, delta + n + 1, gamma + delta + n + 1, 1 / (1 + rate))
      return Math.exp(alive + next + series) * ((alpha + x) / (alpha + beta + n) / (1 + rate))
    })
  },
  simulate(
    params: BgBbParams,
    { n, seed }: { n: Column; seed: number },
  ): Required<Omit<OpportunityData, 'weight'>> {
    positive('BG/BB', params, LETTERS)
    const draw = random(seed)
    const x = new Float64Array(n.length)
    const t_x = new Float64Array(n.length)
    for (let i = 0; i < n.length; i++) {
      const buy = draw.beta(params.alpha, params.beta)
      const die = draw.beta(params.gamma, params.delta)
      for (let at = 1; at <= n[i]!; at++) {
        if (draw.uniform() < die) break
        if (draw.uniform() >= buy) continue
        x[i]!++
        t_x[i] = at
      }
    }
    return { x, t_x, n: Float64Array.from(n) }
  },
}
