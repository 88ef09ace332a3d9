import { type Column, type Covariates, type CustomerData, type Pooled, pool, sameLength } from '../data.ts'
import { fail } from '../error.ts'
import type { Kernel } from './likelihood.ts'

/**
 * Coefficients of time-invariant covariates. A positive `purchase` coefficient means more frequent purchases
 * (α_i = α exp(−γ z)); what `dropout` does is said by each model. Source: Fader & Hardie 2007, "Incorporating
 * Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models".
 */
export type Effects = Partial<Record<EffectSide, Record<string, number>>>
export type EffectSide = 'purchase' | 'dropout' | 'dropout_b'

/** One coefficient: which letters (by place) it shifts, by how much per unit of which covariate. */
export type Effect = { side: EffectSide; name: string; targets: readonly { letter: number; sign: number }[] }

/** Customers with equal covariates: their rows, and the value of each effect's covariate. */
export type Group = { rows: number[]; z: Float64Array }

const columnOf = (
  covariates: Covariates | undefined,
  { side, name }: { side: EffectSide; name: string },
): Column => {
  const columns = covariates?.[side === 'purchase' ? 'purchase' : 'dropout']
  return (
    columns?.[name] ??
    fail('data.covariate', `covariate ${name} (${side}) is missing from the data`, { side, name })
  )
}

/** Rows grouped by their covariate values. Without effects: one group of everybody. */
export function groupsOf(
  data: CustomerData,
  effects: readonly { side: EffectSide; name: string }[],
): Group[] {
  const length = data.x.length
  const columns = effects.map((effect) => columnOf(data.covariates, effect))
  sameLength({
    x: data.x,
    ...Object.fromEntries(columns.map((column, i) => [`covariate ${effects[i]!.name}`, column])),
  })
  const groups = new Map<string, Group>()
  for (let i = 0; i < length; i++) {
    const z = Float64Array.from(columns, (column) => column[i]!)
    if (z.some((value) => !Number.isFinite(value)))
      fail('data.covariate', `row ${i}: a covariate is not finite`, { row: i })
    const key = z.join(',')
    const group = groups.get(key)
    if (group) group.rows.push(i)
    else groups.set(key, { rows: [i], z })
  }
  return [...groups.values()]
}

/** A kernel in (η, γ): every group has its own η, a linear function of both. */
export function groupedKernel(
  data: CustomerData,
  letters: number,
  effects: readonly Effect[],
  kernelOf: (rows: Pooled) => Kernel,
): Kernel {
  const groups = groupsOf(data, effects).map(({ rows, z }) => ({
    z,
    kernel: kernelOf(pool(subset(data, rows))),
  }))
  const size = letters + effects.length
  // row-major: how η_letter moves with θ_i, written per group
  const design = new Float64Array(letters * size)
  return (theta, gradient, hessian) => {
    let total = 0
    for (const { z, kernel } of groups) {
      design.fill(0)
      for (let l = 0; l < letters; l++) design[l * size + l] = 1
      for (let e = 0; e < effects.length; e++)
        for (const { letter, sign } of effects[e]!.targets) design[letter * size + letters + e] = sign * z[e]!
      const eta = new Float64Array(letters)
      for (let l = 0; l < letters; l++)
        for (let i = 0; i < size; i++) eta[l]! += design[l * size + i]! * theta[i]!
      const g = new Float64Array(letters)
      const h = new Float64Array(letters * letters)
      total += kernel(eta, g, h)
      for (let i = 0; i < size; i++) {
        for (let l = 0; l < letters; l++) {
          const by = design[l * size + i]!
          if (by === 0) continue
          gradient[i]! += by * g[l]!
          for (let j = 0; j < size; j++)
            for (let m = 0; m < letters; m++)
              hessian[i * size + j]! += by * h[l * letters + m]! * design[m * size + j]!
        }
      }
    }
    return total
  }
}

/** The chosen rows as a data set of their own. */
export function subset(data: CustomerData, rows: ArrayLike<number>): CustomerData {
  const take = (column: Column) => Float64Array.from(rows, (row) => column[row]!)
  return {
    x: take(data.x),
    t_x: take(data.t_x),
    T: take(data.T),
    ...(data.weight && { weight: take(data.weight) }),
    ...(data.sum_log_itt && { sum_log_itt: take(data.sum_log_itt) }),
  }
}

/** Runs `f` once per group of customers with equal parameters and puts the answers back in the order of the rows. */
export function overGroups<Params extends { effects?: Effects }>(
  params: Params,
  data: CustomerData,
  shift: (params: Params, values: Partial<Record<EffectSide, number>>) => Params,
  f: (params: Params, data: CustomerData) => Float64Array,
): Float64Array {
  const used = effectsOf(params.effects)
  if (used.length === 0) return f(params, data)
  const result = new Float64Array(data.x.length)
  for (const { rows, z } of groupsOf(data, used)) {
    const values: Partial<Record<EffectSide, number>> = {}
    used.forEach(({ side, value }, i) => {
      values[side] = (values[side] ?? 0) + value * z[i]!
    })
    const part = f(shift(params, values), subset(data, rows))
    rows.forEach((row, i) => {
      result[row] = part[i]!
    })
  }
  return result
}

/** The coefficients as a list, in a fixed order. */
export function effectsOf(effects: Effects | undefined): { side: EffectSide; name: string; value: number }[] {
  const sides: EffectSide[] = ['purchase', 'dropout', 'dropout_b']
  return sides.flatMap((side) =>
    Object.entries(effects?.[side] ?? {}).map(([name, value]) => ({ side, name, value })),
  )
}
