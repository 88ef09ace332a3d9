import { distinct } from '../data.ts'

/**
 * Chebyshev interpolation of a positive function that is analytic in ln(shift + v) off the negative axis: what
 * expectations are as functions of the time observed. A million customers with a million different T then cost a few
 * dozen evaluations and a short sum each.
 */

const MOST_NODES = 72

/**
 * v ↦ e^{L(v)} for v in [low, high], with L = `ln` interpolated in u = ln(shift + v); undefined when the range is too wide
 * or a check between the nodes finds an error above 1e-12. Singular points are taken to lie at |Im u| ≥ `distance`.
 */
export function interpolated(
  ln: (v: number) => number,
  low: number,
  high: number,
  shift: number,
  { distance = Math.PI, tolerance = 1e-12 }: { distance?: number; tolerance?: number } = {},
): ((v: number) => number) | undefined {
  const from = Math.log(shift + low)
  const half = (Math.log(shift + high) - from) / 2
  const middle = from + half
  if (!(half > 1e-9) || !Number.isFinite(half)) return undefined
  const reach = distance / half
  const n = Math.ceil(36 / Math.log(reach + Math.sqrt(1 + reach * reach))) + 6
  if (n > MOST_NODES) return undefined
  const values = Float64Array.from({ length: n }, (_, k) => {
    const u = middle + half * Math.cos((Math.PI * (k + 0.5)) / n)
    return ln(Math.min(high, Math.max(low, Math.exp(u) - shift)))
  })
  const coefficients = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += values[k]! * Math.cos((Math.PI * j * (k + 0.5)) / n)
    return ((j === 0 ? 1 : 2) / n) * sum
  })
  const at = (v: number): number => {
    const x = (Math.log(shift + v) - middle) / half
    const twice = 2 * x
    let one = 0
    let two = 0
    for (let j = n - 1; j > 0; j--) {
      const next = coefficients[j]! + twice * one - two
      two = one
      one = next
    }
    return coefficients[0]! + x * one - two
  }
  for (const share of [0.03, 0.31, 0.77]) {
    const v = Math.min(high, Math.exp(from + 2 * half * share) - shift)
    if (!(Math.abs(at(v) - ln(v)) < tolerance)) return undefined
  }
  return (v) => Math.exp(at(v))
}

const MOST_HALVINGS = 3

/** The same over a wide range or near singular points: halved in u until each part holds; undefined where none does. */
export function inPieces(
  ln: (v: number) => number,
  low: number,
  high: number,
  shift: number,
  options: { distance?: number; tolerance?: number },
  halvings = MOST_HALVINGS,
): ((v: number) => number) | undefined {
  const whole = interpolated(ln, low, high, shift, options)
  if (whole || halvings === 0) return whole
  const middle = Math.sqrt((shift + low) * (shift + high)) - shift
  const below = inPieces(ln, low, middle, shift, options, halvings - 1)
  const above = below && inPieces(ln, middle, high, shift, options, halvings - 1)
  return below && above && ((v) => (v < middle ? below(v) : above(v)))
}

/** From this many points on interpolating is cheaper than evaluating. */
export const WORTH_INTERPOLATING = 2 * MOST_NODES
/** Up to this many different T a table is cheaper still. */
const TABLE = 4096

type Shape = {
  /** Where the nearest singular point lies: at v = −shift. */
  shift: number
  /** Positive everywhere: only then may its logarithm be interpolated. */
  positive?: boolean
  /** Vanishes like v at 0: v is divided out first. */
  vanishes?: boolean
  /** Most different T for which a table is worth a try. */
  table?: number
  /** Singular points in ln(shift + v) lie this far from the real axis, or farther. */
  distance?: number
}

/**
 * f(T[i]) for every row i that will be asked for: a table over the different T where they are few (a day clock),
 * interpolation where they are many (continuous times), f itself otherwise. Answers agree to 1e-12.
 */
export function overTimes(
  T: ArrayLike<number>,
  f: (v: number) => number,
  { shift, positive = true, vanishes = false, table: most = TABLE, distance = Math.PI }: Shape,
): (i: number) => number {
  const { values, index } = distinct(T, most)
  if (index) {
    const table = new Float64Array(values.length).fill(Number.NaN)
    return (i) => {
      const at = index[i]!
      if (Number.isNaN(table[at]!)) table[at] = f(values[at]!)
      return table[at]!
    }
  }
  let low = Number.POSITIVE_INFINITY
  let high = 0
  for (let i = 0; i < T.length; i++) {
    if (T[i]! < low) low = T[i]!
    if (T[i]! > high) high = T[i]!
  }
  const ln = vanishes ? (v: number) => Math.log(f(v) / v) : (v: number) => Math.log(f(v))
  const can = positive && T.length > WORTH_INTERPOLATING && !(vanishes && low === 0)
  const smooth = can ? interpolated(ln, low, high, shift, { distance }) : undefined
  if (!smooth) return (i) => f(T[i]!)
  return vanishes ? (i) => smooth(T[i]!) * T[i]! : (i) => smooth(T[i]!)
}
