import type { CustomerData } from '../data.ts'
import { fail } from '../error.ts'
import { expIntegralScaled } from '../numerics/hypergeometric.ts'
import { logBetaMean } from '../numerics/quadrature.ts'
import type { BgShape } from './kernel.ts'
import { type BgNatural, purchasesIfAlive } from './scoring.ts'

/**
 * Discounted expected residual transactions of a customer who is alive, continuous rate δ per unit of time:
 *
 *   R/A · ∫₀^∞ e^(−δτ) E[(1 + pτ/A)^−(R+1)] dτ = E_p[ (R/p) e^c E_{R+1}(c) ],   c = δA/p, p ~ Beta(a, B).
 *
 * The inner integral is a scaled exponential integral; the outer one quadrature over p. No peer offers it for BG/NBD.
 * For k > 1 the discounting is done on expected purchases over a grid fine against 1/δ.
 */
export function discountedBg(
  natural: BgNatural,
  data: CustomerData,
  shape: BgShape,
  rate: number,
): Float64Array {
  if (!(rate > 0) || rate === Number.POSITIVE_INFINITY)
    fail('rate.range', 'the discount rate must be above 0', { rate })
  const { r, alpha, a, b } = natural
  if (shape.k > 1) return byGrid(natural, data, shape, rate)
  const delta = shape.dropout_at_zero ? 1 : 0
  const known = new Map<string, number>()
  const { x, T } = data
  return Float64Array.from({ length: x.length }, (_, i) => {
    const key = `${x[i]},${T[i]}`
    const before = known.get(key)
    if (before !== undefined) return before
    const R = r + x[i]!
    const A = alpha + T[i]!
    const value = Math.exp(
      logBetaMean(a, b + x[i]! + delta, (p) => {
        const c = (rate * A) / p
        // beyond 1e12 the integral is 1/(c+R+1) to the last digit
        return Math.log(R / p) + Math.log(c > 1e12 ? 1 / (c + R + 1) : expIntegralScaled(R + 1, c))
      }),
    )
    known.set(key, value)
    return value
  })
}

/** Simpson's rule on ∫ δ e^(−δτ) E(τ) dτ in u = 1 − e^(−δτ), by parts from the definition. */
function byGrid(natural: BgNatural, data: CustomerData, shape: BgShape, rate: number): Float64Array {
  const panels = 64
  const times: number[] = []
  const weights: number[] = []
  for (let i = 1; i < panels; i++) {
    // u = 1 − (1−v)³ clusters nodes at long horizons, where E(τ) is flat but the substitution stretches
    const v = i / panels
    times.push((-3 * Math.log1p(-v)) / rate)
    weights.push(((i % 2 === 1 ? 4 : 2) / (3 * panels)) * 3 * (1 - v) ** 2)
  }
  return purchasesIfAlive(natural, data, shape, times, weights)
}
