import { type Column, sameLength } from './data.ts'
import { count, fail, positive } from './error.ts'
import { type Fit, type FitOptions, solve } from './fit/fit.ts'
import type { Kernel } from './fit/kernel.ts'
import { logAdd } from './numerics/elementary.ts'
import { lbeta, lgamma } from './numerics/gamma.ts'
import { logHyp2f1 } from './numerics/hypergeometric.ts'
import { random } from './random.ts'

/** α, β: Beta law of the chance to buy at an opportunity; γ, δ: Beta law of the chance to die before the next one. */
export type BgBbParams = { alpha: number; beta: number; gamma: number; delta: number }

/** `x` purchases in `n` opportunities, the last at opportunity `t_x` (0 if none). */
export type OpportunityData = { x: Column; t_x: Column; n: Column; weight?: Column }

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

/** ln (a)ₘ, and its first and second derivative in a, for m = 0 … size. */
class Rising {
  readonly log: Float64Array
  readonly slope: Float64Array
  readonly bend: Float64Array
  constructor(a: number, size: number) {
    this.log = new Float64Array(size + 1)
    this.slope = new Float64Array(size + 1)
    this.bend = new Float64Array(size + 1)
    for (let m = 0; m < size; m++) {
      this.log[m + 1] = this.log[m]! + Math.log(a + m)
      this.slope[m + 1] = this.slope[m]! + 1 / (a + m)
      this.bend[m + 1] = this.bend[m]! - 1 / (a + m) ** 2
    }
  }
}

/** The six tables every figure of this model is read from, for histories up to `size` opportunities. */
class Tables {
  readonly a: Rising
  readonly b: Rising
  readonly ab: Rising
  readonly c: Rising
  readonly d: Rising
  readonly cd: Rising
  constructor({ alpha, beta, gamma, delta }: BgBbParams, size: number) {
    this.a = new Rising(alpha, size + 1)
    this.b = new Rising(beta, size + 1)
    this.ab = new Rising(alpha + beta, size + 1)
    this.c = new Rising(gamma, size + 1)
    this.d = new Rising(delta, size + 1)
    this.cd = new Rising(gamma + delta, size + 1)
  }

  /** ln of: x purchases in the first m opportunities in one order, and alive through m (`died` 0) or dead after m (1). */
  log(x: number, m: number, died: 0 | 1): number {
    const buys = this.a.log[x]! + this.b.log[m - x]! - this.ab.log[m]!
    return buys + this.c.log[died]! + this.d.log[m]! - this.cd.log[m + died]!
  }

  /** ln B(γ, δ+m)/B(γ, δ): alive through m opportunities. */
  survival(m: number): number {
    return this.d.log[m]! - this.cd.log[m]!
  }

  /** ln likelihood of one history (Fader, Hardie & Shang 2010 eq. 3). */
  likelihood(x: number, t_x: number, n: number): number {
    let total = this.log(x, n, 0)
    for (let m = t_x; m < n; m++) total = logAdd(total, this.log(x, m, 1))
    return total
  }
}

const most = (column: Column): number => {
  let top = 0
  for (let i = 0; i < column.length; i++) top = Math.max(top, column[i]!)
  return top
}

/** Log-likelihood in η with gradient and Hessian: means and covariances over "alive" and the possible times of death. */
function kernel({ x, t_x, n, weight }: OpportunityData): Kernel {
  const size = most(n)
  return (eta, gradient, hessian) => {
    const [alpha, beta, gamma, delta] = Array.from(eta, Math.exp) as [number, number, number, number]
    const natural = [alpha, beta, gamma, delta]
    const tables = new Tables({ alpha, beta, gamma, delta }, size)
    const { a, b, ab, c, d, cd } = tables
    let value = 0
    const g = new Float64Array(4)
    const h = new Float64Array(16)
    const f = new Float64Array(4)
    const mean = new Float64Array(4)
    const square = new Float64Array(16)
    const add = (share: number, count: number, m: number, died: 0 | 1) => {
      f[0] = a.slope[count]! - ab.slope[m]!
      f[1] = b.slope[m - count]! - ab.slope[m]!
      f[2] = c.slope[died]! - cd.slope[m + died]!
      f[3] = d.slope[m]! - cd.slope[m + died]!
      for (let i = 0; i < 4; i++) {
        mean[i]! += share * f[i]!
        for (let j = i; j < 4; j++) square[i * 4 + j]! += share * f[i]! * f[j]!
      }
      square[0]! += share * (a.bend[count]! - ab.bend[m]!)
      square[1]! -= share * ab.bend[m]!
      square[5]! += share * (b.bend[m - count]! - ab.bend[m]!)
      square[10]! += share * (c.bend[died]! - cd.bend[m + died]!)
      square[11]! -= share * cd.bend[m + died]!
      square[15]! += share * (d.bend[m]! - cd.bend[m + died]!)
    }
    for (let i = 0; i < x.length; i++) {
      const w = weight ? weight[i]! : 1
      if (w === 0) continue
      const ln = tables.likelihood(x[i]!, t_x[i]!, n[i]!)
      value += w * ln
      mean.fill(0)
      square.fill(0)
      add(Math.exp(tables.log(x[i]!, n[i]!, 0) - ln), x[i]!, n[i]!, 0)
      for (let m = t_x[i]!; m < n[i]!; m++) add(Math.exp(tables.log(x[i]!, m, 1) - ln), x[i]!, m, 1)
      for (let j = 0; j < 4; j++) {
        g[j]! += w * mean[j]!
        for (let k = j; k < 4; k++) h[j * 4 + k]! += w * (square[j * 4 + k]! - mean[j]! * mean[k]!)
      }
    }
    for (let i = 0; i < 4; i++) {
      const slope = natural[i]! * g[i]!
      gradient[i]! += slope
      for (let j = i; j < 4; j++) {
        const bend = natural[i]! * natural[j]! * h[i * 4 + j]! + (i === j ? slope : 0)
        hessian[i * 4 + j]! += bend
        if (j > i) hessian[j * 4 + i]! += bend
      }
    }
    return value
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
    { model: 'BG/BB', names: LETTERS, letters: 4, kernel: kernel(rows), starts, weight, rows: rows.x.length },
    options,
  )
  const [alpha, beta, gamma, delta] = solution.natural as [number, number, number, number]
  const warnings = [...solution.warnings]
  const death = gamma / (gamma + delta)
  if (death < 1e-4)
    warnings.unshift(
      'dropout_not_identified: a mean chance of leaving below 1e-4 per opportunity; P(alive) near 1 is no finding',
    )
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
