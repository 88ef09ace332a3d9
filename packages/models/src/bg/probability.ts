import { lbeta } from '../numerics/gamma.ts'
import { logBetaInc, logNegativeBinomial } from '../numerics/hypergeometric.ts'
import type { BgShape } from './kernel.ts'
import type { BgNatural } from './scoring.ts'

/**
 * P(X(t) = n) of a customer just won.
 *
 *   B(a, b+n+δ)/B(a, b) · P(kn ≤ N < k(n+1)) + [n+δ > 0] B(a+1, b+n+δ−1)/B(a, b) · P(N ≥ kn),
 *
 * N negative binomial with shape r and odds t/(α+t): still alive after n purchases, or gone with the nth.
 * Fader, Hardie & Lee 2005 eq. (8) for k = 1, δ = 0. Tails by the incomplete beta function, so that small
 * probabilities keep their digits.
 */
export function bgProbability({ r, alpha, a, b }: BgNatural, shape: BgShape, n: number, t: number): number {
  const { k } = shape
  const delta = shape.dropout_at_zero ? 1 : 0
  if (t === 0) return n === 0 ? 1 : 0
  const z = t / (alpha + t)
  const lnZ = -Math.log1p(alpha / t)
  const lnQ = -Math.log1p(t / alpha)
  const base = lbeta(a, b)
  let window = 0
  for (let i = k * n; i < k * (n + 1); i++) window += Math.exp(logNegativeBinomial(i, r, lnZ, lnQ))
  const alive = Math.exp(lbeta(a, b + n + delta) - base) * window
  if (n + delta === 0) return alive
  const atLeast = n === 0 ? 0 : logBetaInc(k * n, r, z).lower
  return alive + Math.exp(lbeta(a + 1, b + n + delta - 1) - base + atLeast)
}
