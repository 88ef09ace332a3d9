/** Quantile of the standard normal law, 0 < p < 1; Acklam's rational start and one Halley step (error ≤ 1e-14). */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0
  if (p > 0.5) return -normalQuantile(1 - p)
  const x = p < 0.02425 ? tailStart(Math.sqrt(-2 * Math.log(p))) : centreStart(p - 0.5)
  const error = normalCdf(x) - p
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2)
  return x - step / (1 + (x * step) / 2)
}

const ratio = (x: number, over: readonly number[], under: readonly number[]): number =>
  over.reduce((sum, c) => sum * x + c, 0) / under.reduce((sum, c) => sum * x + c, 0)

const tailStart = (q: number): number =>
  ratio(
    q,
    [
      -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
      2.938163982698783,
    ],
    [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
  )

const centreStart = (q: number): number =>
  q *
  ratio(
    q * q,
    [
      -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
      2.506628277459239,
    ],
    [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
  )

/** Standard normal distribution function: series near 0, continued fraction in the tails (Abramowitz & Stegun 26.2). */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x)
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
  if (x > -3) {
    let term = -x
    let sum = term
    for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (x * x) / (2 * n + 1)
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / (-x + fraction)
  return density / (-x + fraction)
}
