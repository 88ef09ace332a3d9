import { type Column, distinct, sameLength } from './data.ts'
import { fail, positive } from './error.ts'
import { type Fit, type FitOptions, solve } from './fit/fit.ts'
import { addInLogs, type Kernel } from './fit/likelihood.ts'
import { digamma, lgamma, trigamma } from './numerics/gamma.ts'
import { random } from './random.ts'

/** p: shape of single spends; q, γ: shape and scale (money) of the Gamma law of the customers' own rates. */
export type GammaGammaParams = { p: number; q: number; gamma: number }

/** `x` purchases averaged, `z` their mean spend, any one currency unit; rows with x = 0 say nothing and are left out. */
export type SpendData = { x: Column; z: Column; weight?: Column }

const LETTERS = ['p', 'q', 'gamma'] as const

function check({ x, z, weight }: SpendData): void {
  if (!x || !z) fail('data.columns', 'needs the columns x and z', {})
  const rows = sameLength({ x, z, weight })
  for (let i = 0; i < rows; i++) {
    if (!(x[i]! >= 0) || x[i] === Number.POSITIVE_INFINITY)
      fail('data.row', `row ${i}: x must be 0 or more`, { x: x[i] })
    if (x[i]! > 0 && !(z[i]! > 0 && z[i]! < Number.POSITIVE_INFINITY))
      fail('data.row', `row ${i}: mean spend must be above 0 where x > 0; leave refunds-only customers out`, {
        row: i,
        z: z[i],
      })
    if (weight && !(weight[i]! >= 0)) fail('data.row', `row ${i}: weight must not be negative`, { row: i })
  }
}

type Sorted = {
  counts: Float64Array
  from: Int32Array
  z: Float64Array
  weight: Float64Array
  total: number
  rows: number
}

/** Rows with x > 0, sorted by x, so that every function of x alone is taken once. */
function sorted({ x, z, weight }: SpendData): Sorted {
  const { values, index } = distinct(x)
  const of = (i: number) => (index ? index[i]! : i)
  const sizes = new Int32Array(values.length + 1)
  for (let i = 0; i < x.length; i++) if (x[i]! > 0) sizes[of(i) + 1]!++
  for (let i = 0; i < values.length; i++) sizes[i + 1]! += sizes[i]!
  const from = sizes.slice()
  const rows = sizes[values.length]!
  const spends = new Float64Array(rows)
  const weights = new Float64Array(rows)
  let total = 0
  for (let i = 0; i < x.length; i++) {
    if (!(x[i]! > 0)) continue
    const at = sizes[of(i)]!++
    spends[at] = z[i]!
    weights[at] = weight ? weight[i]! : 1
    total += weights[at]!
  }
  return { counts: values, from, z: spends, weight: weights, total, rows }
}

/** ln L in η = (ln p, ln q, ln γ), with gradient and Hessian; one logarithm per row. */
function kernel({ counts, from, z, weight }: Sorted): Kernel {
  const groups = Array.from(counts, (x, i) => {
    let w = 0
    let lnZ = 0
    for (let j = from[i]!; j < from[i + 1]!; j++) {
      w += weight[j]!
      lnZ += weight[j]! * Math.log(z[j]!)
    }
    return { x, w, lnZ, from: from[i]!, to: from[i + 1]! }
  }).filter(({ w }) => w > 0)
  return (eta, gradient, hessian) => {
    const natural = Array.from(eta, Math.exp) as [number, number, number]
    const [p, q, gamma] = natural
    const g = [0, 0, 0]
    const h = [0, 0, 0, 0, 0, 0, 0, 0, 0]
    let value = 0
    for (const { x, w, lnZ, from, to } of groups) {
      const n = p * x + q
      let logs = 0
      let ones = 0
      let squares = 0
      for (let i = from; i < to; i++) {
        const sum = gamma + x * z[i]!
        const one = weight[i]! / sum
        logs += weight[i]! * Math.log(sum)
        ones += one
        squares += one / sum
      }
      const both = digamma(n)
      const both1 = trigamma(n)
      value +=
        w * (lgamma(n) - lgamma(p * x) - lgamma(q) + q * Math.log(gamma) + p * x * Math.log(x)) +
        (p * x - 1) * lnZ -
        n * logs
      g[0]! += x * (w * (both - digamma(p * x) + Math.log(x)) + lnZ - logs)
      g[1]! += w * (both - digamma(q) + Math.log(gamma)) - logs
      g[2]! += (w * q) / gamma - n * ones
      h[0]! += w * x * x * (both1 - trigamma(p * x))
      h[1]! += w * x * both1
      h[2]! -= x * ones
      h[4]! += w * (both1 - trigamma(q))
      h[5]! += w / gamma - ones
      h[8]! += n * squares - (w * q) / (gamma * gamma)
    }
    addInLogs(natural, { g, h, width: 3 }, gradient, hessian)
    return value
  }
}

/** Weighted correlation of count and mean spend among repeat buyers: the model assumes it is near 0. */
function correlation({ counts, from, z, weight, total }: Sorted): number {
  let [sx, sz, sxx, szz, sxz] = [0, 0, 0, 0, 0]
  counts.forEach((x, i) => {
    for (let j = from[i]!; j < from[i + 1]!; j++) {
      const w = weight[j]! / total
      sx += w * x
      sz += w * z[j]!
      sxx += w * x * x
      szz += w * z[j]! * z[j]!
      sxz += w * x * z[j]!
    }
  })
  const spread = Math.sqrt((sxx - sx * sx) * (szz - sz * sz))
  return spread > 0 ? (sxz - sx * sz) / spread : 0
}

function fit(data: SpendData, options: FitOptions = {}): Fit<GammaGammaParams> {
  check(data)
  const rows = sorted(data)
  if (rows.rows < 3)
    fail('fit.too_few', 'Gamma-Gamma needs at least three customers with spend', { rows: rows.rows })
  let mean = 0
  for (let i = 0; i < rows.rows; i++) mean += (rows.weight[i]! * rows.z[i]!) / rows.total
  const starts = [
    [4, 3],
    [1, 1.5],
    [15, 8],
  ].map(([p, q]) => [p!, q!, (mean * (q! - 1 || 1)) / p!].map((value) => Math.log(Math.max(value, 1e-3))))
  const solution = solve(
    {
      model: 'Gamma-Gamma',
      names: LETTERS,
      letters: 3,
      kernel: kernel(rows),
      starts,
      weight: rows.total,
      scale: [0, 0, Math.log(mean)],
      rows: rows.rows,
    },
    options,
  )
  const [p, q, gamma] = solution.natural as [number, number, number]
  const warnings = [...solution.warnings]
  if (q <= 1)
    warnings.push(
      `infinite_mean: q = ${q.toPrecision(4)} ≤ 1, so the mean spend of a new customer is infinite`,
    )
  const together = correlation(rows)
  if (Math.abs(together) > 0.3)
    warnings.push(
      `spend_depends_on_count: correlation ${together.toFixed(2)} of count and mean spend; the model assumes none`,
    )
  const { log_likelihood, standard_errors, covariance, diagnostics } = solution
  const notes = [`correlation: ${together.toFixed(3)} between count and mean spend`]
  return {
    params: { p, q, gamma },
    log_likelihood,
    standard_errors,
    covariance,
    names: [...LETTERS],
    converged: true,
    warnings,
    notes,
    diagnostics,
  }
}

/** E[spend per purchase] of a customer without history: pγ/(q−1); Infinity for q ≤ 1. */
function expectedSpendNew(params: GammaGammaParams): number {
  positive('Gamma-Gamma', params, LETTERS)
  const { p, q, gamma } = params
  return q > 1 ? (p * gamma) / (q - 1) : Number.POSITIVE_INFINITY
}

/**
 * Gamma-Gamma model of spend per purchase: single spends Gamma(p, ν), ν ~ Gamma(q, γ), independent of how often one
 * buys. Fader, Hardie & Lee 2005, JMR 42(4) 415-430; Fader & Hardie 2013, note 025 eq. (1a), (5).
 *
 * ln L = ln Γ(px+q) − ln Γ(px) − ln Γ(q) + q ln γ + (px−1) ln z + px ln x − (px+q) ln(γ+xz)
 * E[spend | x, z] = p(γ+xz)/(px+q−1): the customer's own mean, pulled towards everybody's.
 *
 * Data `{ x, z, weight? }`: `x` is the number of purchases averaged in `z`. With `x` repeat purchases, `z` must leave
 * the first purchase out (as in the published CDNOW fits); mixing the two is the commonest mistake with this model.
 * @throws ModelError `data.*`, `params.*`, `fit.too_few`, `fit.not_converged`.
 */
export const gammaGamma = {
  name: 'Gamma-Gamma',
  letters: LETTERS,
  fit,
  logLikelihood(params: GammaGammaParams, data: SpendData): number {
    check(data)
    positive('Gamma-Gamma', params, LETTERS)
    const eta = Float64Array.from(LETTERS, (letter) => Math.log(params[letter]))
    return kernel(sorted(data))(eta, new Float64Array(3), new Float64Array(9))
  },
  /** E[spend per purchase | x, z] per row; the mean of all customers where x = 0. */
  expectedSpend(params: GammaGammaParams, data: SpendData): Float64Array {
    check(data)
    const { p, q, gamma } = params
    const everybody = expectedSpendNew(params)
    return Float64Array.from({ length: data.x.length }, (_, i) => {
      const n = p * data.x[i]! + q - 1
      if (data.x[i] === 0) return everybody
      return n > 0 ? (p * (gamma + data.x[i]! * data.z[i]!)) / n : Number.POSITIVE_INFINITY
    })
  },
  expectedSpendNew,
  /** Mean spends of customers with `x` purchases each (0 where x = 0). */
  simulate(
    params: GammaGammaParams,
    { x, seed }: { x: Column; seed: number },
  ): { x: Float64Array; z: Float64Array } {
    positive('Gamma-Gamma', params, LETTERS)
    const draw = random(seed)
    const z = Float64Array.from({ length: x.length }, (_, i) => {
      if (x[i] === 0) return 0
      const lnRate = draw.logGamma(params.q) - Math.log(params.gamma)
      return Math.exp(draw.logGamma(params.p * x[i]!) - lnRate) / x[i]!
    })
    return { x: Float64Array.from(x), z }
  },
}
