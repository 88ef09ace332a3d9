/** Small functions that keep their digits where the textbook form cancels or overflows. */

/** ln(e^a + e^b). −Infinity is the empty sum. */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b
  if (high === Number.NEGATIVE_INFINITY) return high
  return high + Math.log1p(Math.exp((a > b ? b : a) - high))
}

/** ln Σ e^v. Empty: −Infinity. */
export function logSumExp(values: ArrayLike<number>): number {
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) if (values[i]! > high) high = values[i]!
  if (!Number.isFinite(high)) return high
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - high)
  return high + Math.log(sum)
}

/** 1 / (1 + e^−x) without overflow. */
export function expit(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** ln(1 + e^x) without overflow. */
export const log1pExp = (x: number): number =>
  x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))

/** (1 − e^−x) / x, equal to 1 at x = 0: the shape of every removable singularity in these models. */
export const oneMinusExpOver = (x: number): number => (x === 0 ? 1 : -Math.expm1(-x) / x)
