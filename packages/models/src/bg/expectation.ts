import { logBetaMean } from '../numerics/quadrature.ts'

const LONG_SERIES = 3000
const RESCALE = 1e200
const LN_RESCALE = Math.log(RESCALE)

/**
 * Expected purchases in the next t of a customer who is alive, with purchase rate λ ~ Gamma(R, rate A) counted in
 * Erlang-k stages of which `stage` are done, and dropout probability p ~ Beta(a, B) after each purchase:
 *
 *   Σₙ NB(n; R, z) S_⌊(n+stage)/k⌋,   z = t/(A+t),   S_m = Σ_{i<m} (B)ᵢ/(a+B)ᵢ.
 *
 * Every term is positive: no cancellation and no singularity at a = 1, where the closed form
 * (a+B−1)/(a−1)·[1 − (A/(A+t))^R ₂F₁(R, B; a+B−1; z)] (Fader, Hardie & Lee 2005 eq. 10) is 0/0.
 * Where the series is long the same mean is taken by quadrature over p: E[(1 − (1+pt/A)^−R)/p] for k = 1, and its
 * Erlang counterpart otherwise.
 */
export function expectedIfAlive(
  R: number,
  A: number,
  a: number,
  B: number,
  t: number,
  k = 1,
  stage = 0,
): number {
  if (t === 0) return 0
  const z = t / (A + t)
  const lnQ = -Math.log1p(t / A)
  const mean = (R * t) / A
  const terms = mean + 8 * Math.sqrt(mean / (1 - z)) + 40 / -Math.log(z)
  if (k === 1 && (terms > LONG_SERIES || R * lnQ < -600)) return byQuadrature(R, A, a, B, t)
  if (k > 1 && terms > LONG_SERIES * k) return byErlangQuadrature(R, A, a, B, t, k, stage)
  return bySeries(R, A, t, a, B, k, stage)
}

/** The sum itself, rescaled before it overflows; O(mean + tail) terms. */
export function bySeries(
  R: number,
  A: number,
  t: number,
  a: number,
  B: number,
  k: number,
  stage: number,
): number {
  const z = t / (A + t)
  let lnScale = -R * Math.log1p(t / A)
  let pmf = 1
  let total = 0
  let survivors = 0
  let chance = 1
  let purchases = 0
  let phase = stage
  for (let n = 0; n < 50_000_000; n++) {
    while (phase >= k) {
      survivors += chance
      chance *= (B + purchases) / (a + B + purchases)
      purchases++
      phase -= k
    }
    total += pmf * survivors
    const ratio = (z * (R + n)) / (n + 1)
    pmf *= ratio
    phase++
    if (pmf > RESCALE) {
      pmf /= RESCALE
      total /= RESCALE
      lnScale += LN_RESCALE
    }
    if (ratio < 1 && survivors > 0) {
      const rest = (pmf / (1 - ratio)) * (survivors + chance / (1 - ratio))
      if (rest <= total * 1e-16) break
    } else if (ratio < 1 && pmf === 0) break
  }
  return total * Math.exp(lnScale)
}

function byQuadrature(R: number, A: number, a: number, B: number, t: number): number {
  const lnMean = logBetaMean(a, B, (p) => Math.log(-Math.expm1(-R * Math.log1p((p * t) / A)) / p))
  return Math.exp(lnMean)
}

/**
 * E[(1 − E s^M)/p] over p ~ Beta(a, B), s = 1−p, M = ⌊(N+stage)/k⌋ purchases, N negative binomial.
 *
 * With σ = s^(1/k) and ω = e^(2πi/k), s^⌊y/k⌋ = Σ_l c_l (σω^l)^y, c_l = Σ_q σ^−q ω^−lq / k: a sum of k geometric terms, each
 * with a closed mean. The term l = 0 holds 1 − O(p) and is kept as a logarithm; the others are O(p) by themselves.
 */
export function byErlangQuadrature(
  R: number,
  A: number,
  a: number,
  B: number,
  t: number,
  k: number,
  stage: number,
): number {
  const odds = t / A
  const logG = (p: number, q: number) => {
    const lnSigma = (p < 0.5 ? Math.log1p(-p) : Math.log(q)) / k
    const sigma = Math.exp(lnSigma)
    const rises = Array.from({ length: k }, (_, i) => Math.expm1(-i * lnSigma))
    const whole = rises.reduce((sum, rise) => sum + rise, 0)
    const first = Math.log1p(whole / k) + stage * lnSigma - R * Math.log1p(-odds * Math.expm1(lnSigma))
    let rest = 0
    for (let l = 1; l < k; l++) {
      const turn = (2 * Math.PI * l) / k
      let [re, im] = [0, 0]
      for (let i = 1; i < k; i++) {
        re += (rises[i]! * Math.cos(turn * i)) / k
        im -= (rises[i]! * Math.sin(turn * i)) / k
      }
      // (1 + odds(1 − σω^l))^−R (σω^l)^stage, in polar form
      const x = 1 + odds * (1 - sigma * Math.cos(turn))
      const y = -odds * sigma * Math.sin(turn)
      const size = Math.exp(-R * Math.log(Math.hypot(x, y)) + stage * lnSigma)
      const angle = -R * Math.atan2(y, x) + stage * turn
      rest += size * (re * Math.cos(angle) - im * Math.sin(angle))
    }
    return Math.log(-Math.expm1(first) - rest) - Math.log(p)
  }
  // near p = 1 powers of σ explode and cancel, but there the plain sum over M is short
  const few = (p: number, q: number) => Math.log1p(-fewPurchases(R, odds, q, k, stage)) - Math.log(p)
  return Math.exp(logBetaMean(a, B, (p, q) => (q < 0.05 ? few(p, q) : logG(p, q))))
}

/** E s^M for small s: Σ_m s^m P(M = m), ended where s^m no longer counts. */
function fewPurchases(R: number, odds: number, s: number, k: number, stage: number): number {
  const z = odds / (1 + odds)
  let pmf = Math.exp(-R * Math.log1p(odds))
  let power = 1
  let sum = 0
  for (let n = 0, phase = stage; power > 1e-18; n++, phase++) {
    if (phase === k) {
      power *= s
      phase = 0
    }
    sum += power * pmf
    pmf *= (z * (R + n)) / (n + 1)
  }
  return sum
}

/**
 * The same mean for k = 1 and one customer history at many t, weighted: Σᵢ wᵢ E(tᵢ). `table` holds S₀, S₁, … for
 * (a, B), so that one term costs two multiplications.
 */
export class SurvivorTable {
  readonly a: number
  readonly B: number
  #values = [0]
  #chance = 1
  constructor(a: number, B: number) {
    this.a = a
    this.B = B
  }

  /** S₀ … S_n. */
  upTo(n: number): number[] {
    const values = this.#values
    for (let m = values.length; m <= n; m++) {
      values.push(values[m - 1]! + this.#chance)
      this.#chance *= (this.B + m - 1) / (this.a + this.B + m - 1)
    }
    return values
  }

  /** Expected purchases in t if alive; see `expectedIfAlive`. */
  expected(R: number, A: number, t: number): number {
    if (t === 0) return 0
    const z = t / (A + t)
    const lnQ = -Math.log1p(t / A)
    const mean = (R * t) / A
    const terms = Math.ceil(mean + 8 * Math.sqrt(mean / (1 - z)) + 40 / -Math.log(z))
    if (!(terms < LONG_SERIES) || R * lnQ < -600) return byQuadrature(R, A, this.a, this.B, t)
    const S = this.upTo(terms + 64)
    let pmf = Math.exp(R * lnQ)
    let total = 0
    for (let n = 0; n < terms + 64; n++) {
      const add = pmf * S[n]!
      total += add
      const ratio = (z * (R + n)) / (n + 1)
      if (ratio < 0.999 && n > 0 && add <= total * 1e-17 * (1 - ratio) * (1 - ratio)) return total
      pmf *= ratio
    }
    return bySeries(R, A, t, this.a, this.B, 1, 0)
  }
}
