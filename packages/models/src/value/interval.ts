import type { Column, CustomerData } from '../data.ts'
import { fail } from '../error.ts'
import type { Fit } from '../fit/fit.ts'
import { cholesky } from '../numerics/linear.ts'
import { normalQuantile } from '../numerics/normal.ts'
import { random } from '../random.ts'

/** Where a figure lives: intervals are made where it is roughly normal and never leave its range. */
export type Scale = 'identity' | 'log' | 'logit'
export type Interval = { estimate: Float64Array; lower: Float64Array; upper: Float64Array }
export type IntervalOptions = {
  level?: number
  scale?: Scale
  /** Parameters taken as they were fitted: the interval is then what it is if they are right. */
  held?: readonly string[]
}

type Figures<Params> = (params: Params) => number | Column

/** A shape this large says that customers do not differ; its exact size moves no figure, so it is held. */
const HOMOGENEOUS = 1e5

const TO = { identity: (v: number) => v, log: Math.log, logit: (v: number) => Math.log(v / (1 - v)) }
const FROM = { identity: (v: number) => v, log: Math.exp, logit: (v: number) => 1 / (1 + Math.exp(-v)) }
const WIDEST = {
  identity: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  log: [0, Number.POSITIVE_INFINITY],
  logit: [0, 1],
} as const

const asArray = (value: number | Column): Float64Array =>
  typeof value === 'number' ? Float64Array.of(value) : Float64Array.from(value)

/** Parameters from their flat names (`r`, `purchase.region`, …), everything else as in the fit. */
function rebuild<Params extends object>(fit: Fit<Params>, values: ArrayLike<number>): Params {
  const params = structuredClone(fit.params) as Record<string, unknown>
  fit.names.forEach((name, i) => {
    const [side, covariate] = splitName(name)
    if (covariate === undefined) params[name] = values[i]!
    else (params['effects'] as Record<string, Record<string, number>>)[side]![covariate] = values[i]!
  })
  return params as Params
}

function splitName(name: string): [string, string | undefined] {
  const at = name.indexOf('.')
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at + 1)]
}

/** θ as it was estimated: logarithms of the letters, coefficients as they are. */
function flat<Params extends object>(fit: Fit<Params>): { values: number[]; logs: boolean[] } {
  const letters = fit.params as Record<string, unknown>
  const values = fit.names.map((name) => {
    const [side, covariate] = splitName(name)
    if (covariate === undefined) return letters[name] as number
    return (letters['effects'] as Record<string, Record<string, number>>)[side]![covariate]!
  })
  return { values, logs: fit.names.map((name) => splitName(name)[1] === undefined) }
}

/**
 * Delta method: the interval of any figure that is a function of the parameters, for many figures at once (per row).
 *
 *   var f = ∇f′ C ∇f, with ∇f by central differences in ln θ and C the covariance of ln θ; interval on `scale`.
 *
 * What the data do not determine (NaN in the covariance) gives the widest interval there is, [0, 1] for a
 * probability: an unidentified dropout is never printed as certainty, unless the caller holds it (`held`). Covers the
 * parameters' uncertainty only; for one customer's future see `predictionInterval`. Cost: 2 evaluations of `figures`
 * per parameter.
 */
export function deltaInterval<Params extends object>(
  fit: Fit<Params>,
  figures: Figures<Params>,
  { level = 0.95, scale = 'identity', held: told = [] }: IntervalOptions = {},
): Interval {
  const { values, logs } = flat(fit)
  const estimate = asArray(figures(fit.params))
  const lower = new Float64Array(estimate.length)
  const upper = new Float64Array(estimate.length)
  const free = [...values.keys()].filter((i) => {
    const homogeneous = Number.isNaN(fit.covariance[i]![i]!) && values[i]! >= HOMOGENEOUS
    return !homogeneous && !told.includes(fit.names[i]!)
  })
  if (free.some((i) => Number.isNaN(fit.covariance[i]![i]!)))
    return { estimate, lower: lower.fill(WIDEST[scale][0]), upper: upper.fill(WIDEST[scale][1]) }
  const C = (i: number, j: number) =>
    fit.covariance[i]![j]! / ((logs[i] ? values[i]! : 1) * (logs[j] ? values[j]! : 1))
  const slopes = free.map((i) => {
    const value = values[i]!
    const h = Math.min(1e-3, 1e-2 * Math.sqrt(C(i, i))) || 1e-3
    const at = (side: number) => {
      const moved = values.slice()
      moved[i] = logs[i] ? value * Math.exp(side * h) : value + side * h
      return asArray(figures(rebuild(fit, moved)))
    }
    const up = at(1)
    const down = at(-1)
    return up.map((high, row) => (TO[scale](high) - TO[scale](down[row]!)) / (2 * h))
  })
  const z = normalQuantile((1 + level) / 2)
  for (let row = 0; row < estimate.length; row++) {
    let variance = 0
    for (let i = 0; i < free.length; i++)
      for (let j = 0; j < free.length; j++)
        variance += slopes[i]![row]! * C(free[i]!, free[j]!) * slopes[j]![row]!
    const centre = TO[scale](estimate[row]!)
    // a figure on the edge of its range (P(alive) = 1 by construction) has no slope and no width
    if (!Number.isFinite(centre) || Number.isNaN(variance)) {
      lower[row] = estimate[row]!
      upper[row] = estimate[row]!
      continue
    }
    lower[row] = FROM[scale](centre - z * Math.sqrt(variance))
    upper[row] = FROM[scale](centre + z * Math.sqrt(variance))
  }
  return { estimate, lower, upper }
}

/** Draws of the parameters from their asymptotic normal law in ln θ; refuses where the data determine too little. */
export function parameterDraws<Params extends object>(
  fit: Fit<Params>,
  draws: number,
  seed: number,
): Params[] {
  const { values, logs } = flat(fit)
  const size = values.length
  const C = Float64Array.from({ length: size * size }, (_, k) => {
    const [i, j] = [Math.floor(k / size), k % size]
    return fit.covariance[i]![j]! / ((logs[i] ? values[i]! : 1) * (logs[j] ? values[j]! : 1))
  })
  const L = cholesky(C, size)
  if (!L)
    return fail('interval.unidentified', 'the data do not determine all parameters', {
      warnings: fit.warnings,
    })
  const draw = random(seed)
  return Array.from({ length: draws }, () => {
    const noise = Array.from({ length: size }, () => draw.normal())
    const moved = values.map((value, i) => {
      let shift = 0
      for (let j = 0; j <= i; j++) shift += L[i * size + j]! * noise[j]!
      return logs[i] ? value * Math.exp(shift) : value + shift
    })
    return rebuild(fit, moved)
  })
}

type Resamples<Params> = {
  fit(data: CustomerData, options?: { start?: Record<string, number>; k?: number }): Fit<Params>
  simulate(params: Params, options: { T: Column; seed: number }): CustomerData
}

/**
 * Parametric bootstrap: customers are drawn anew from the fitted model over the same periods of observation, refitted,
 * and the figure taken again; the interval holds the middle `level` of the answers. Slower than the delta method, and
 * right where the likelihood is not quadratic. Refits that fail are counted, not hidden.
 */
export function bootstrapInterval<Params extends object>(
  model: Resamples<Params>,
  fit: Fit<Params>,
  data: CustomerData,
  figures: Figures<Params>,
  { level = 0.95, replicates = 200, seed = 1 }: { level?: number; replicates?: number; seed?: number } = {},
): Interval & { failed: number } {
  const T = expanded(data)
  const order = (fit.params as { k?: number }).k
  return bootstrap(figures(fit.params), {
    level,
    replicates,
    seed,
    again: (own) =>
      figures(model.fit(model.simulate(fit.params, { T, seed: own }), order ? { k: order } : {}).params),
  })
}

/**
 * The same for any model: `again(seed)` draws data from the fitted model, refits it and returns the figures anew, as in
 * `(seed) => models.bgBb.pAlive(models.bgBb.fit(models.bgBb.simulate(params, { n, seed })).params, rows)`.
 */
export function bootstrap(
  figures: number | Column,
  {
    again,
    level = 0.95,
    replicates = 200,
    seed = 1,
  }: { again: (seed: number) => number | Column; level?: number; replicates?: number; seed?: number },
): Interval & { failed: number } {
  const estimate = asArray(figures)
  const answers: Float64Array[] = []
  let failed = 0
  for (let b = 0; b < replicates; b++) {
    try {
      answers.push(asArray(again(seed * 1_000_003 + b)))
    } catch {
      failed++
    }
  }
  if (answers.length < replicates / 2)
    fail('interval.unstable', 'more than half of the bootstrap refits failed', { replicates, failed })
  const bound = (share: number) =>
    estimate.map((_, row) =>
      quantile(
        answers.map((answer) => answer[row]!),
        share,
      ),
    )
  return { estimate, lower: bound((1 - level) / 2), upper: bound((1 + level) / 2), failed }
}

function expanded({ T, weight }: CustomerData): Float64Array {
  if (!weight) return Float64Array.from(T)
  return Float64Array.from(
    Array.from(T, (end, i) => new Array<number>(Math.round(weight[i]!)).fill(end)).flat(),
  )
}

/** The value below which `share` of the values lie, linear between them. */
export function quantile(values: Column, share: number): number {
  const sorted = Float64Array.from(values).sort()
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!)
}

type Foresees<Params> = {
  sampleFuture(
    params: Params,
    customer: { x: number; t_x: number; T: number },
    t: number,
    draws: number,
    seed: number,
  ): Float64Array
}

/**
 * What one customer may do in the next t: mean and the range that holds `level` of the draws. Contains the chance of
 * being gone, the customer's own unknown rate and the luck of the draw; with `parameters` their uncertainty too.
 */
export function predictionInterval<Params>(
  model: Foresees<Params>,
  params: Params | readonly Params[],
  customer: { x: number; t_x: number; T: number },
  t: number,
  { level = 0.9, draws = 2000, seed = 1 }: { level?: number; draws?: number; seed?: number } = {},
): { mean: number; lower: number; upper: number } {
  const each: readonly Params[] = Array.isArray(params) ? params : [params as Params]
  const share = Math.ceil(draws / each.length)
  const all = each.flatMap((one, i) => Array.from(model.sampleFuture(one, customer, t, share, seed + i)))
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return {
    mean,
    lower: Math.floor(quantile(all, (1 - level) / 2)),
    upper: Math.ceil(quantile(all, (1 + level) / 2)),
  }
}
