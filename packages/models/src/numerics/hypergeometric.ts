import { fail } from '../error.ts'
import { lbeta, lrising } from './gamma.ts'
import { logBetaMean, logIntegral } from './quadrature.ts'

const SERIES_TERMS = 20_000

/** ln of Σ (a)ₙ(b)ₙ/((c)ₙ n!) zⁿ for positive a, b, c and 0 < z < 1: every term positive, rescaled before overflow. */
function logSeries(a: number, b: number, c: number, z: number): number {
  let log = 0
  let term = 1
  let sum = 1
  for (let n = 0; n < 50_000_000; n++) {
    const ratio = ((a + n) / (c + n)) * ((b + n) / (1 + n)) * z
    term *= ratio
    sum += term
    if (sum > 1e280) {
      log += Math.log(sum)
      term /= sum
      sum = 1
    }
    if (ratio < 1 && term * ratio < (1 - ratio) * sum * 1e-17) return log + Math.log(sum)
  }
  return fail('numerics.no_convergence', 'the hypergeometric series did not converge', { a, b, c, z })
}

/** Terms the series will need: its peak, and from there a geometric tail. */
const termsNeeded = (a: number, b: number, c: number, z: number): number =>
  (Math.max(0, a + b - c) * z + 45) / (1 - z)

/** Euler's integral: 2F1 = E[(1 − z p)^−a], p ~ Beta(b, c−b) (DLMF 15.6.1). */
const logEuler = (a: number, b: number, c: number, z: number): number =>
  logBetaMean(b, c - b, (p, q) => -a * Math.log(z > 0.5 ? 1 - z + z * q : 1 - z * p))

/**
 * ln ₂F₁(a, b; c; z), the Gaussian hypergeometric function, for a, b, c > 0 and z < 1.
 *
 * In log space because the values met in customer-base models exceed 1e±300. Series of positive terms when short;
 * near z = 1 Euler's integral, raising c by contiguity (DLMF 15.5.18) where c is below both a and b.
 * Negative z through Pfaff (DLMF 15.8.1) or Euler's integral.
 * @throws ModelError `numerics.domain` outside that region.
 */
export function logHyp2f1(a: number, b: number, c: number, z: number): number {
  if (!(a > 0 && b > 0 && c > 0 && z < 1))
    fail('numerics.domain', 'needs a, b, c > 0 and z < 1', { a, b, c, z })
  if (z === 0) return 0
  if (c === b) return -a * Math.log1p(-z)
  if (c === a) return -b * Math.log1p(-z)
  if (z < 0) {
    if (c > b) return -a * Math.log1p(-z) + logHyp2f1(a, c - b, c, z / (z - 1))
    if (c > a) return -b * Math.log1p(-z) + logHyp2f1(c - a, b, c, z / (z - 1))
    return contiguous(a, b, c, z)
  }
  if (termsNeeded(a, b, c, z) < SERIES_TERMS) return logSeries(a, b, c, z)
  if (c > b) return logEuler(a, b, c, z)
  if (c > a) return logEuler(b, a, c, z)
  return contiguous(a, b, c, z)
}

/** F(c) from F(c+1) and F(c+2); both arguments that are subtracted are smaller by a factor (1−z). */
function contiguous(a: number, b: number, c: number, z: number): number {
  const one = logHyp2f1(a, b, c + 1, z)
  const two = logHyp2f1(a, b, c + 2, z)
  const d = c + 1
  const sum = d * (c - (2 * d - a - b - 1) * z) + (d - a) * (d - b) * z * Math.exp(two - one)
  return one + Math.log(sum / (d * c * (1 - z)))
}

/** ₂F₁(a, b; c; z) itself; see `logHyp2f1`. Overflows to Infinity where the value does. */
export const hyp2f1 = (a: number, b: number, c: number, z: number): number => Math.exp(logHyp2f1(a, b, c, z))

/**
 * e^z E_s(z) = ∫₀^∞ e^−zw (1+w)^−s dw, the scaled exponential integral of real order s > 0, z > 0 (DLMF 8.19).
 * With U the Tricomi function, z e^z E_s(z) = U(1, 2−s, z)·z; smooth through s = 1. Continued fraction for z + s large,
 * quadrature in ln(1+w) otherwise.
 */
export function expIntegralScaled(s: number, z: number): number {
  if (!(s > 0 && z > 0)) fail('numerics.domain', 'needs s > 0 and z > 0', { s, z })
  if (z < 1 && s < 40) {
    const end = Math.log1p(60 / z)
    const breaks = Array.from({ length: Math.ceil(end * 2) + 9 }, (_, i) => i)
    const width = end / (breaks.length - 1)
    return Math.exp(
      logIntegral(
        (v) => -z * Math.expm1(v) - (s - 1) * v,
        breaks.map((i) => i * width),
      ),
    )
  }
  let b = z + s
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let i = 1; i < 100_000; i++) {
    const a = -i * (s - 1 + i)
    b += 2
    d = 1 / (a * d + b)
    c = b + a / c
    h *= c * d
    if (Math.abs(c * d - 1) < 1e-16) return h
  }
  return h
}

/** ln I_x(a, b) and ln(1 − I_x(a, b)), the regularised incomplete beta function and its complement (DLMF 8.17.22). */
export function logBetaInc(a: number, b: number, x: number): { lower: number; upper: number } {
  if (x <= 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 }
  if (x >= 1) return { lower: 0, upper: Number.NEGATIVE_INFINITY }
  const front = a * Math.log(x) + b * Math.log1p(-x) - lbeta(a, b)
  if (x < (a + 1) / (a + b + 2)) {
    const lower = front + Math.log(betaFraction(a, b, x) / a)
    return { lower, upper: Math.log1p(-Math.min(1, Math.exp(lower))) }
  }
  const upper = front + Math.log(betaFraction(b, a, 1 - x) / b)
  return { lower: Math.log1p(-Math.min(1, Math.exp(upper))), upper }
}

/** Lentz's evaluation of the incomplete beta continued fraction; needs O(√max(a, b)) steps. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return h
}

/** ln P(N = n) of the negative binomial with shape r and odds z: Γ(r+n)/(Γ(r) n!) (1−z)^r zⁿ; `lnQ` = ln(1−z). */
export function logNegativeBinomial(n: number, r: number, lnZ: number, lnQ: number): number {
  return lrising(r, n) - lrising(1, n) + r * lnQ + (n === 0 ? 0 : n * lnZ)
}
