import { cholesky, eigen, solveCholesky } from '../numerics/linear.ts'

/** Value, gradient and Hessian of a smooth function at one point. */
export type Point = { value: number; gradient: Float64Array; hessian: Float64Array }
export type Objective = (theta: Float64Array) => Point

export type Minimum = Point & {
  theta: Float64Array
  iterations: number
  /** Largest component of the gradient over the free parameters. */
  gradient_norm: number
  /** Which parameters rest on a bound with the gradient pointing outwards. */
  bound: boolean[]
}

export type MinimizeOptions = {
  lower: Float64Array
  upper: Float64Array
  tolerance: number
  max_iterations: number

  /** A minimum already found: a walk that arrives beside it ends there, the rest would only repeat it. */
  known?: Minimum | undefined
}

/**
 * Newton's method in a box, with a trust region in the maximum norm (Nocedal & Wright 2006, ch. 4): quadratic
 * convergence near the optimum, steps along the negative curvature elsewhere. Deterministic.
 * Stops at `tolerance`, or where rounding leaves nothing to gain; the caller judges by `gradient_norm`.
 */
export function minimize(f: Objective, start: ArrayLike<number>, options: MinimizeOptions): Minimum {
  const { lower, upper } = options
  let theta: Float64Array = Float64Array.from(start, (value, i) =>
    Math.min(upper[i]!, Math.max(lower[i]!, value)),
  )
  let at = f(theta)
  let radius = 1.5
  let iterations = 0
  let bound = onBound(theta, at.gradient, options)
  while (iterations < options.max_iterations && normOf(at.gradient, bound) > options.tolerance) {
    if (beside(theta, at, options.known)) break
    iterations++
    const step = stepWithin(theta, at, bound, radius, options)
    const next: Float64Array = theta.map((value, i) =>
      Math.min(upper[i]!, Math.max(lower[i]!, value + step[i]!)),
    )
    const moved = next.map((value, i) => value - theta[i]!)
    const length = moved.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    if (length === 0) break
    const trial = f(next)
    const expected = -predict(at, moved)
    const gained = at.value - trial.value
    // below the rounding of the value itself only the gradient can tell progress
    const noise = 1e-12 * (1 + Math.abs(at.value))
    const shrinks =
      Math.abs(gained) <= noise && normOf(trial.gradient, bound) < 0.5 * normOf(at.gradient, bound)
    if (gained > 1e-4 * expected || shrinks) {
      if (gained > 0.7 * expected) radius = Math.min(4, Math.max(radius, 2 * length))
      theta = next
      at = trial
    } else {
      radius = Math.min(radius, length) / 4
      if (radius < 1e-13) break
    }
    bound = onBound(theta, at.gradient, options)
  }
  const gradient_norm = normOf(at.gradient, bound)
  if (gradient_norm <= 1e-6) theta = polished(theta, at, bound, options)
  return { ...at, theta, iterations, bound, gradient_norm }
}

/** One more Newton step, for which everything is known: it squares what error is left. Not where it would be long. */
function polished(
  theta: Float64Array,
  at: Point,
  bound: boolean[],
  { lower, upper }: MinimizeOptions,
): Float64Array {
  const step = newtonStep(at, bound, 1)
  if (!step.every((move) => Math.abs(move) < 1e-4)) return theta
  return theta.map((value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value + step[i]!)))
}

const beside = (theta: Float64Array, at: Point, known: Minimum | undefined): boolean =>
  known !== undefined &&
  Math.abs(at.value - known.value) < 1e-3 * (1 + Math.abs(known.value)) &&
  theta.every((value, i) => Math.abs(value - known.theta[i]!) < 0.1)

const onBound = (theta: Float64Array, gradient: Float64Array, { lower, upper }: MinimizeOptions): boolean[] =>
  Array.from(theta, (v, i) => (v <= lower[i]! && gradient[i]! > 0) || (v >= upper[i]! && gradient[i]! < 0))

function normOf(gradient: Float64Array, bound: boolean[]): number {
  let most = 0
  for (let i = 0; i < gradient.length; i++) {
    if (bound[i]) continue
    if (Number.isNaN(gradient[i]!)) return Number.POSITIVE_INFINITY
    most = Math.max(most, Math.abs(gradient[i]!))
  }
  return most
}

/**
 * Newton's step, shortened as a whole to end on the first wall it meets: cutting single coordinates would leave the
 * ridges along which these likelihoods run. A coordinate that stands at a wall and would pass it is held.
 */
function stepWithin(
  theta: Float64Array,
  at: Point,
  bound: boolean[],
  radius: number,
  { lower, upper }: MinimizeOptions,
): Float64Array {
  const held = bound.slice()
  for (;;) {
    const step = newtonStep(at, held, radius)
    let share = 1
    let stuck = false
    for (let i = 0; i < step.length; i++) {
      const room = step[i]! > 0 ? upper[i]! - theta[i]! : theta[i]! - lower[i]!
      const way = Math.abs(step[i]!)
      if (way <= room) continue
      if (room < 1e-12) {
        held[i] = true
        stuck = true
      } else share = Math.min(share, room / way)
    }
    if (!stuck) return step.map((value) => value * share)
  }
}

/** The change that the quadratic model expects from a step. */
function predict({ gradient, hessian }: Point, step: Float64Array): number {
  const n = step.length
  let change = 0
  for (let i = 0; i < n; i++) {
    let curve = 0
    for (let j = 0; j < n; j++) curve += hessian[i * n + j]! * step[j]!
    change += step[i]! * (gradient[i]! + curve / 2)
  }
  return change
}

/** Newton's step with |λ| for each eigenvalue λ: downhill along negative curvature too (Dauphin et al. 2014). */
function awayFromSaddle(H: Float64Array, downhill: number[], m: number): Float64Array {
  const { values, vectors } = eigen(H, m)
  const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)
  const step = new Float64Array(m)
  for (let k = 0; k < m; k++) {
    let along = 0
    for (let i = 0; i < m; i++) along += vectors[i * m + k]! * downhill[i]!
    along /= Math.max(Math.abs(values[k]!), 1e-12 * most, 1e-300)
    for (let i = 0; i < m; i++) step[i]! += along * vectors[i * m + k]!
  }
  return step
}

function newtonStep({ gradient, hessian }: Point, bound: boolean[], radius: number): Float64Array {
  const n = gradient.length
  const free = Array.from({ length: n }, (_, i) => i).filter((i) => !bound[i])
  const m = free.length
  const H = new Float64Array(m * m)
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) H[i * m + j] = hessian[free[i]! * n + free[j]!]!
  const downhill = free.map((i) => -gradient[i]!)
  const factor = cholesky(H, m)
  const step = factor ? solveCholesky(factor, downhill, m) : awayFromSaddle(H, downhill, m)
  const length = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const shrink = length > radius ? radius / length : 1
  const full = new Float64Array(n)
  for (let i = 0; i < m; i++) full[free[i]!] = step[i]! * shrink
  return full
}
