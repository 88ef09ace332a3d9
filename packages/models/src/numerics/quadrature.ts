import { lbeta } from './gamma.ts'

/** Gauss–Legendre nodes and weights on [0, 1]: `nodes` ascending, Σ weights = 1. Newton on Pₙ. */
export function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      let p0 = 1
      let p1 = x
      for (let k = 2; k <= n; k++) [p0, p1] = [p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k]
      slope = (n * (x * p1 - p0)) / (x * x - 1)
      const move = p1 / slope
      x -= move
      if (Math.abs(move) < 1e-16) break
    }
    nodes[n - 1 - i] = (1 + x) / 2
    weights[n - 1 - i] = 1 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}

export const GL16 = gaussLegendre(16)

/**
 * ln ∫ e^{f(u)} du over [breaks[0], breaks.at(-1)], composite 16-point Gauss–Legendre, one panel per gap.
 * A panel whose two ends lie 60 below the best end is left out (e^−60 ≈ 1e-26), so `breaks` must cluster at the peak.
 */
export function logIntegral(f: (u: number) => number, breaks: readonly number[]): number {
  const ends = breaks.map(f)
  let top = Number.NEGATIVE_INFINITY
  for (const end of ends) if (end > top) top = end
  if (top === Number.NEGATIVE_INFINITY) return top
  let sum = 0
  for (let i = 0; i + 1 < breaks.length; i++) {
    if (ends[i]! < top - 60 && ends[i + 1]! < top - 60) continue
    const width = breaks[i + 1]! - breaks[i]!
    for (let j = 0; j < 16; j++)
      sum += width * GL16.weights[j]! * Math.exp(f(breaks[i]! + width * GL16.nodes[j]!) - top)
  }
  return top + Math.log(sum)
}

/** Panel ends on [low, high]: every `step`, and geometrically closer (down to 0.004) around each centre. */
export function clusteredBreaks(
  low: number,
  high: number,
  step: number,
  centres: readonly number[],
): number[] {
  const ends = [low, high]
  for (let u = low + step; u < high; u += step) ends.push(u)
  for (const centre of centres) {
    if (centre > low && centre < high) ends.push(centre)
    for (let away = 0.004; away < step; away *= 2)
      for (const u of [centre - away, centre + away]) if (u > low && u < high) ends.push(u)
  }
  return ends.sort((one, other) => one - other)
}

const LOGIT_LIMIT = 90

/** Peak of a function by a coarse walk and golden section; exact position is not needed, only its neighbourhood. */
function peakOf(f: (u: number) => number, low: number, high: number): number {
  let best = low
  let value = Number.NEGATIVE_INFINITY
  for (let u = low; u <= high; u += 1) {
    const here = f(u)
    if (here > value) [best, value] = [u, here]
  }
  let left = Math.max(low, best - 1)
  let right = Math.min(high, best + 1)
  for (let i = 0; i < 30; i++) {
    const one = left + (right - left) * 0.382
    const two = left + (right - left) * 0.618
    if (f(one) > f(two)) right = two
    else left = one
  }
  return (left + right) / 2
}

/**
 * ln E[e^{logG(p, 1−p)}] for p ~ Beta(a, b), with a and b from 1e-4 to 1e5.
 *
 * Integrates in u = logit p, where density and integrand vary on a scale of 1 or of the density's own width. Beyond
 * |u| = 90 both are exponentials: the tails are added in closed form. Relative error 1e-13 for shapes to 1e3, 1e-11 at 1e5.
 */
export function logBetaMean(a: number, b: number, logG: (p: number, q: number) => number): number {
  const norm = lbeta(a, b)
  const f = (u: number) => {
    const small = Math.exp(-Math.abs(u))
    const near = 1 / (1 + small)
    const far = small / (1 + small)
    const tail = Math.log1p(small)
    const p = u > 0 ? near : far
    const lnP = u > 0 ? -tail : u - tail
    const lnQ = u > 0 ? -u - tail : -tail
    return a * lnP + b * lnQ - norm + logG(p, u > 0 ? far : near)
  }
  const low = -LOGIT_LIMIT
  const high = LOGIT_LIMIT
  const mode = Math.min(high, Math.max(low, Math.log(a / b)))
  const middle = logIntegral(f, clusteredBreaks(low, high, 2, [mode, peakOf(f, low, high)]))
  const left = f(low) - Math.log(a)
  const right = f(high) - Math.log(b)
  const top = Math.max(middle, left, right)
  return top + Math.log(Math.exp(middle - top) + Math.exp(left - top) + Math.exp(right - top))
}
