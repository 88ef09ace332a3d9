import type { CustomerData } from '../data.ts'
import { fail } from '../error.ts'
import type { EffectSide, Effects } from '../fit/effects.ts'
import { lgamma } from '../numerics/gamma.ts'

/**
 * r, α: shape and rate (in time units) of the Gamma law of purchase rates; a, b: Beta law of the probability to drop
 * out after a purchase; k: Erlang order (CNBD-k models only); effects: coefficients of covariates.
 */
export type BgParams = { r: number; alpha: number; a: number; b: number; k?: number; effects?: Effects }

export const BG_LETTERS = ['r', 'alpha', 'a', 'b'] as const

/** Erlang order of these parameters: 1 unless the model is a CNBD-k, which must be told. */
export function orderOf(name: string, erlang: boolean, params: BgParams): number {
  if (!erlang) return 1
  const { k } = params
  if (k === undefined || !Number.isInteger(k) || k < 1 || k > 100)
    fail('params.k', `${name} needs k, a whole number from 1 to 100, in its parameters`, { k })
  return k as number
}

/** a → a e^(dropout), b → b e^(dropout_b), or both by `dropout` where no `dropout_b` is given; α → α e^(−purchase). */
export function shiftBg(params: BgParams, values: Partial<Record<EffectSide, number>>): BgParams {
  const { effects, ...letters } = params
  const dropout = values.dropout ?? 0
  const forB = effects?.dropout_b ? (values.dropout_b ?? 0) : dropout
  return {
    ...letters,
    alpha: letters.alpha * Math.exp(-(values.purchase ?? 0)),
    a: letters.a * Math.exp(dropout),
    b: letters.b * Math.exp(forB),
  }
}

/** Σ (k−1) Σ ln itt − x ln (k−1)!: what regular timing adds to the likelihood without touching a parameter. */
export function timingConstant(data: CustomerData, k: number): number {
  if (k === 1) return 0
  const itt = data.sum_log_itt
  if (!itt)
    return fail('data.columns', 'CNBD-k with k > 1 needs sum_log_itt (Σ ln of times between purchases)', {
      k,
    })
  const perPurchase = lgamma(k)
  let total = 0
  for (let i = 0; i < data.x.length; i++) {
    if (data.x[i]! > 0 && !Number.isFinite(itt[i]!))
      fail('data.row', `row ${i}: sum_log_itt must be finite (two purchases at one time are one)`, { row: i })
    if (data.x[i]! > 0) total += (data.weight?.[i] ?? 1) * ((k - 1) * itt[i]! - data.x[i]! * perPurchase)
  }
  return total
}
