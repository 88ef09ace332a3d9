import type { Column } from '../data.ts'
import { sameLength } from '../data.ts'
import { horizon, positive } from '../error.ts'

/** The rhythm of everybody: Gamma law (r, α) of purchase rates and Erlang order k, from any fitted model. */
export type Rhythm = { r: number; alpha: number; k?: number }

export type Overdue = {
  /** P(a gap of this customer is shorter than the present silence): 0.5 usual, 0.95 late as one gap in twenty. */
  lateness: Float64Array
  /** Silence ÷ the customer's own expected gap. */
  ratio: Float64Array
  /** Median time from the last purchase to the next, while still a customer. */
  typical_gap: Float64Array
}

/**
 * Late against the customer's own rhythm: the silence since the last purchase is set against the customer's own law of
 * gaps, learned from the own history (x gaps over tₓ) and, as long as that is short, from everybody's:
 *
 *   P(gap > s) = Σ_{j<k} (R)_j/j! (s/(A+s))^j (A/(A+s))^R,   R = r + kx, A = α + tₓ   (k = 1: (A/(A+s))^R).
 *
 * Says nothing about having left: a customer may be late and alive. Who buys weekly is late after three weeks; who buys
 * yearly is not.
 */
export function overdue({ x, t_x, T }: { x: Column; t_x: Column; T: Column }, rhythm: Rhythm): Overdue {
  positive('rhythm', rhythm, ['r', 'alpha'])
  const rows = sameLength({ x, t_x, T })
  const { r, alpha, k = 1 } = rhythm
  const lateness = new Float64Array(rows)
  const ratio = new Float64Array(rows)
  const typical_gap = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    const R = r + k * x[i]!
    const A = alpha + t_x[i]!
    const silence = T[i]! - t_x[i]!
    lateness[i] = 1 - longerGap(R, A, k, silence)
    ratio[i] = silence / ((k * A) / Math.max(R - 1, R / 2))
    typical_gap[i] = gapQuantile(R, A, k, 0.5)
  }
  return { lateness, ratio, typical_gap }
}

/** P(the next gap lasts longer than s) of a customer with stage rate Gamma(R, A) and Erlang order k. */
export function longerGap(R: number, A: number, k: number, s: number): number {
  horizon(s, 'silence')
  const u = s / (A + s)
  let term = 1
  let sum = 1
  for (let j = 1; j < k; j++) {
    term *= ((R + j - 1) * u) / j
    sum += term
  }
  return Math.min(1, sum * Math.exp(-R * Math.log1p(s / A)))
}

/** The gap that is exceeded with chance 1 − p: bisection on ln s. */
export function gapQuantile(R: number, A: number, k: number, p: number): number {
  let low = Math.log(A) - 60
  let high = Math.log(A) + 60
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2
    if (longerGap(R, A, k, Math.exp(middle)) > 1 - p) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
