import { cholesky, invert } from '../numerics/linear.ts'
import type { Minimum } from './minimize.ts'

type Input = {
  names: readonly string[]
  letters: number
  natural: readonly number[]
  weight: number
  best: Minimum
  scale?: number[]
}

/** A standard error of ln θ above this means: known to a factor of e^±3 ≈ 20 at one standard error. */
const WEAK = 3
/** And above this (a factor of a million) it is not known at all. */
const UNKNOWN = 14
/** A shape this large is a heterogeneity that cannot be told from none. */
const HOMOGENEOUS = 1e4

/**
 * Covariance of the parameters from the Hessian of the mean negative log-likelihood in (ln letters, coefficients):
 * cov(θᵢ, θⱼ) = θᵢ θⱼ (H⁻¹)ᵢⱼ / n, symmetric (lifetimes prints θᵢ² (H⁻¹)ᵢⱼ: right only on the diagonal).
 * Parameters on a bound, or in a direction where the likelihood is flat, get NaN and a warning.
 */
export function uncertainty({ names, letters, natural, weight, best, scale }: Input): {
  covariance: number[][]
  warnings: string[]
} {
  const size = names.length
  const warnings: string[] = []
  let free = names.map((_, i) => i).filter((i) => !best.bound[i])
  for (const i of names.keys())
    if (best.bound[i])
      warnings.push(`boundary: ${names[i]} ran to the edge of what is possible (${natural[i]})`)
  let inverse = reduced(best.hessian, size, free)
  while (!inverse && free.length > 0) {
    // the flattest coordinate goes first
    const flat = free.reduce((one, i) =>
      best.hessian[i * size + i]! < best.hessian[one * size + one]! ? i : one,
    )
    free = free.filter((i) => i !== flat)
    warnings.push(`flat: the data do not determine ${names[flat]}`)
    inverse = reduced(best.hessian, size, free)
  }
  const covariance = names.map(() => new Array<number>(size).fill(Number.NaN))
  const unknown: number[] = []
  free.forEach((i, at) => {
    const factor = (k: number) => (k < letters ? natural[k]! : 1)
    free.forEach((j, to) => {
      covariance[i]![j] = (factor(i) * factor(j) * inverse![at * free.length + to]!) / weight
    })
    const spread = Math.sqrt(inverse![at * free.length + at]! / weight)
    if (spread > UNKNOWN) unknown.push(i)
    else if (i < letters && spread > WEAK)
      warnings.push(`weak: ${names[i]} is known only to a factor of ${Math.exp(spread).toPrecision(2)}`)
  })
  for (const i of unknown) {
    warnings.push(`flat: the data do not determine ${names[i]}`)
    for (const j of names.keys()) covariance[i]![j] = covariance[j]![i] = Number.NaN
  }
  const shapes = names
    .slice(0, letters)
    .filter((_, i) => natural[i]! / Math.exp(scale?.[i] ?? 0) > HOMOGENEOUS)
  if (shapes.length > 0)
    warnings.push(
      `homogeneous: ${shapes.join(', ')} so large that customers do not differ; a simpler model says the same`,
    )
  return { covariance, warnings }
}

function reduced(hessian: Float64Array, size: number, keep: number[]): Float64Array | undefined {
  const n = keep.length
  const H = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) H[i * n + j] = hessian[keep[i]! * size + keep[j]!]!
  return cholesky(H, n) ? invert(H, n) : undefined
}
