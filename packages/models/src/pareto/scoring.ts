import type { CustomerData } from '../data.ts'
import { count, fail, horizon } from '../error.ts'
import { overTimes } from '../numerics/chebyshev.ts'
import { expit, oneMinusExpOver } from '../numerics/elementary.ts'
import { expIntegralScaled, logNegativeBinomial } from '../numerics/hypergeometric.ts'
import { clusteredBreaks, logIntegral } from '../numerics/quadrature.ts'
import { DropoutTime } from './integral.ts'

export type ParetoNatural = { r: number; alpha: number; s: number; beta: number }

/**
 * P(alive at T | x, tₓ, T) = 1/(1 + s I (α+T)^(r+x) (β+T)^s). Customers without repeat purchases, most of them in most
 * businesses, differ by T alone and are computed once per T.
 */
export function paretoAlive({ r, alpha, s, beta }: ParetoNatural, { x, t_x, T }: CustomerData): Float64Array {
  const gone = new DropoutTime()
  const alive = new Float64Array(x.length)
  const lnS = Math.log(s)
  const lnOdds = (count: number, last: number, end: number) => {
    gone.set(r, alpha, s, beta, count, last, end, false)
    return lnS + gone.ln + (r + count) * Math.log(alpha + end) + s * Math.log(beta + end)
  }
  const silent = overTimes(T, (end) => Math.exp(lnOdds(0, 0, end)), {
    shift: Math.min(alpha, beta),
    vanishes: true,
  })
  for (let i = 0; i < alive.length; i++)
    alive[i] = x[i] === 0 ? 1 / (1 + silent(i)) : expit(-lnOdds(x[i]!, t_x[i]!, T[i]!))
  return alive
}

/**
 * ∫₀ᵗ (1 + τ/b)^−s dτ: the time a customer with dropout law Gamma(s, b) is expected to remain within t,
 * (b/(s−1))·[1 − (b/(b+t))^(s−1)], written so that s = 1 is no exception.
 */
export function expectedLifetime(s: number, b: number, t: number): number {
  const L = Math.log1p(t / b)
  return b * L * oneMinusExpOver((s - 1) * L)
}

/** Σⱼ wⱼ E[purchases in (T, T+tⱼ] | alive], per row. */
export function paretoIfAlive(
  { r, alpha, s, beta }: ParetoNatural,
  { x, T }: CustomerData,
  times: readonly number[],
  weights: readonly number[],
): Float64Array {
  const result = new Float64Array(x.length)
  const f = (end: number) => {
    let sum = 0
    for (let j = 0; j < times.length; j++) sum += weights[j]! * expectedLifetime(s, beta + end, times[j]!)
    return sum
  }
  const time = overTimes(T, f, { shift: beta, positive: weights.every((weight) => weight >= 0) })
  for (let i = 0; i < result.length; i++) result[i] = ((r + x[i]!) / (alpha + T[i]!)) * time(i)
  return result
}

/** Discounted expected residual transactions if alive: (r+x)/(α+T) · (β+T) e^c E_s(c), c = δ(β+T). */
export function paretoDiscounted(
  { r, alpha, s, beta }: ParetoNatural,
  { x, T }: CustomerData,
  rate: number,
): Float64Array {
  if (!(rate > 0) || rate === Number.POSITIVE_INFINITY)
    fail('rate.range', 'the discount rate must be above 0', { rate })
  const result = new Float64Array(x.length)
  const f = (end: number) => (beta + end) * expIntegralScaled(s, rate * (beta + end))
  const time = overTimes(T, f, { shift: beta })
  for (let i = 0; i < result.length; i++) result[i] = ((r + x[i]!) / (alpha + T[i]!)) * time(i)
  return result
}

/**
 * P(X(t) = n) of a customer just won (Fader & Hardie 2006, "Deriving an Expression for P(X(t) = x) Under the
 * Pareto/NBD Model"): still there at t with n purchases, or gone at y with n before it; the latter by quadrature.
 */
export function paretoProbability({ r, alpha, s, beta }: ParetoNatural, n: number, t: number): number {
  count(n)
  horizon(t)
  if (t === 0) return n === 0 ? 1 : 0
  const ln = (y: number) => logNegativeBinomial(n, r, -Math.log1p(alpha / y), -Math.log1p(y / alpha))
  const stays = Math.exp(ln(t) - s * Math.log1p(t / beta))
  const f = (v: number) => {
    const y = Math.exp(v)
    return ln(y) + Math.log(s) - Math.log(beta) - (s + 1) * Math.log1p(y / beta) + v
  }
  const high = Math.log(t)
  const low = Math.min(high, Math.log(alpha), Math.log(beta)) - 50
  // peak of y^(n+1) (α+y)^−(r+n) (β+y)^−(s+1) up to the second factor: enough to place the panels
  const peak = Math.min(high, Math.log((alpha * (n + 1)) / Math.max(r + s, 1e-3)))
  return stays + Math.exp(logIntegral(f, clusteredBreaks(low, high, 1, [peak, high])))
}
