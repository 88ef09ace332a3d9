import { distinct, type Pooled } from '../data.ts'
import { addInLogs, type Kernel } from '../fit/likelihood.ts'
import { digamma, lrising, trigamma } from '../numerics/gamma.ts'
import { DropoutTime } from './integral.ts'

/**
 * Log-likelihood kernel of Pareto/NBD in η = (ln r, ln α, ln s, ln β), with exact gradient and Hessian.
 *
 * ln L = ln Γ(r+x) − ln Γ(r) + r ln α + s ln β + ln{ (α+T)^−(r+x) (β+T)^−s + s ∫ₜₓᵀ (α+y)^−(r+x) (β+y)^−(s+1) dy }
 *
 * (Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005, "A Note on Deriving the Pareto/NBD Model"). The bracket
 * is a mixture of "alive" and "gone at y": its derivatives are means and covariances under the mixture.
 */
export function paretoKernel(rows: Pooled): Kernel {
  const xs = distinct(rows.x)
  const x_weight = new Float64Array(xs.values.length)
  for (let i = 0; i < rows.rows; i++) x_weight[xs.index ? xs.index[i]! : i]! += rows.weight[i]!
  const gone = new DropoutTime()
  return (eta, gradient, hessian) => {
    const natural = Array.from(eta, Math.exp) as [number, number, number, number]
    const [r, alpha, s, beta] = natural
    const g = new Float64Array(4)
    const h = new Float64Array(16)
    let value = rows.weight_total * (r * Math.log(alpha) + s * Math.log(beta))
    g[0] = rows.weight_total * Math.log(alpha)
    g[1] = (rows.weight_total * r) / alpha
    g[2] = rows.weight_total * Math.log(beta)
    g[3] = (rows.weight_total * s) / beta
    h[1] = rows.weight_total / alpha
    h[5] = (-rows.weight_total * r) / (alpha * alpha)
    h[11] = rows.weight_total / beta
    h[15] = (-rows.weight_total * s) / (beta * beta)
    const psi = digamma(r)
    const psi1 = trigamma(r)
    for (let i = 0; i < xs.values.length; i++) {
      const x = xs.values[i]!
      if (x === 0) continue
      value += x_weight[i]! * lrising(r, x)
      g[0]! += x_weight[i]! * (digamma(r + x) - psi)
      h[0]! += x_weight[i]! * (trigamma(r + x) - psi1)
    }
    value += mixtureTerms(rows, natural, gone, g, h)
    addInLogs(natural, { g, h, width: 4 }, gradient, hessian)
    return value
  }
}

/** Σ weight · ln{alive + gone} and its derivatives in (r, α, s, β), added to g and h (upper triangle). */
function mixtureTerms(
  rows: Pooled,
  [r, alpha, s, beta]: [number, number, number, number],
  gone: DropoutTime,
  g: Float64Array,
  h: Float64Array,
): number {
  let value = 0
  const lnS = Math.log(s)
  const { mean } = gone
  const slopes = new Float64Array(4)
  const apart = new Float64Array(4)
  for (let i = 0; i < rows.rows; i++) {
    const w = rows.weight[i]!
    const x = rows.x[i]!
    const T = rows.T[i]!
    const R = r + x
    const lnAT = Math.log(alpha + T)
    const lnBT = Math.log(beta + T)
    const aT = 1 / (alpha + T)
    const bT = 1 / (beta + T)
    const alive = -R * lnAT - s * lnBT
    gone.set(r, alpha, s, beta, x, rows.t_x[i]!, T, true)
    const q = gone.ln === Number.NEGATIVE_INFINITY ? gone.ln : lnS + gone.ln - alive
    const e = Math.exp(q > 0 ? -q : q)
    value += w * (alive + (q > 0 ? q : 0) + Math.log1p(e))
    const p1 = q > 0 ? 1 / (1 + e) : e / (1 + e)
    const p0 = 1 - p1
    if (p1 === 0) {
      g[0]! -= w * lnAT
      g[1]! -= w * R * aT
      g[2]! -= w * lnBT
      g[3]! -= w * s * bT
      h[1]! -= w * aT
      h[5]! += w * R * aT * aT
      h[11]! -= w * bT
      h[15]! += w * s * bT * bT
      continue
    }
    const mA = mean[1]!
    const mB = mean[3]!
    slopes[0] = -mean[0]!
    slopes[1] = -R * mA
    slopes[2] = 1 / s - mean[2]!
    slopes[3] = -(s + 1) * mB
    const flat0 = -lnAT
    const flat1 = -R * aT
    const flat2 = -lnBT
    const flat3 = -s * bT
    g[0]! += w * (p1 * slopes[0]! + p0 * flat0)
    g[1]! += w * (p1 * slopes[1]! + p0 * flat1)
    g[2]! += w * (p1 * slopes[2]! + p0 * flat2)
    g[3]! += w * (p1 * slopes[3]! + p0 * flat3)
    apart[0] = slopes[0]! - flat0
    apart[1] = slopes[1]! - flat1
    apart[2] = slopes[2]! - flat2
    apart[3] = slopes[3]! - flat3
    addBends(h, gone, apart, { w, p0, p1, R, s, aT, bT })
  }
  return value
}

type Row = { w: number; p0: number; p1: number; R: number; s: number; aT: number; bT: number }

/** One row's share of the Hessian: means of second derivatives, and the spread of the first within and between the parts. */
function addBends(
  h: Float64Array,
  gone: DropoutTime,
  apart: Float64Array,
  { w, p0, p1, R, s, aT, bT }: Row,
): void {
  const { covariance: cov, mean } = gone
  const mA = mean[1]!
  const mB = mean[3]!
  const both = w * p0 * p1
  const dead = w * p1
  const S1 = s + 1
  h[0]! += dead * cov[0]! + both * apart[0]! * apart[0]!
  h[1]! += dead * (R * cov[1]! - mA) - w * p0 * aT + both * apart[0]! * apart[1]!
  h[2]! += dead * cov[2]! + both * apart[0]! * apart[2]!
  h[3]! += dead * S1 * cov[3]! + both * apart[0]! * apart[3]!
  h[5]! +=
    dead * (R * R * cov[5]! + R * (cov[5]! + mA * mA)) + w * p0 * R * aT * aT + both * apart[1]! * apart[1]!
  h[6]! += dead * R * cov[6]! + both * apart[1]! * apart[2]!
  h[7]! += dead * R * S1 * cov[7]! + both * apart[1]! * apart[3]!
  h[10]! += dead * (cov[10]! - 1 / (s * s)) + both * apart[2]! * apart[2]!
  h[11]! += dead * (S1 * cov[11]! - mB) - w * p0 * bT + both * apart[2]! * apart[3]!
  h[15]! +=
    dead * (S1 * S1 * cov[15]! + S1 * (cov[15]! + mB * mB)) +
    w * p0 * s * bT * bT +
    both * apart[3]! * apart[3]!
}
