/**
 * Adds the gradient and Hessian of a log-likelihood in η (the logarithms of the model's parameters) to the given
 * arrays and returns its value. `hessian` is row-major, both triangles.
 */
export type Kernel = (eta: Float64Array, gradient: Float64Array, hessian: Float64Array) => number

/**
 * Adds derivatives taken in natural parameters (`g`, and the upper triangle of `h`, row length `width`) to those in their
 * logarithms: ∂/∂ln θᵢ = θᵢ gᵢ, ∂²/∂ln θᵢ ∂ln θⱼ = θᵢ θⱼ hᵢⱼ + [i = j] θᵢ gᵢ.
 */
export function addInLogs(
  natural: readonly number[],
  { g, h, width }: { g: ArrayLike<number>; h: ArrayLike<number>; width: number },
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const size = gradient.length
  for (let i = 0; i < size; i++) {
    const slope = natural[i]! * g[i]!
    gradient[i]! += slope
    for (let j = i; j < size; j++) {
      const bend = natural[i]! * natural[j]! * h[i * width + j]! + (i === j ? slope : 0)
      hessian[i * size + j]! += bend
      if (j > i) hessian[j * size + i]! += bend
    }
  }
}

/** −2 ln of the likelihood ratio below which dropout cannot be told from none (χ²₂ at 5 %). */
export const DROPOUT_EVIDENCE = 5.99

/** The warning that a fit carries when a model in which nobody ever leaves does as well. */
export const dropoutWarning = (evidence: number): string =>
  `dropout_not_identified: a model in which nobody ever leaves fits as well (2·ΔLL = ${evidence.toFixed(2)}, below ${DROPOUT_EVIDENCE}); P(alive) near 1 is an assumption here, not a finding`
