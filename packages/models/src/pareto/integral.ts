import { gaussLegendre } from '../numerics/quadrature.ts'

const RULES = { 8: gaussLegendre(8), 12: gaussLegendre(12), 16: gaussLegendre(16) }

/** How fast the logarithm of the integrand falls where min(α, β) + y = `here`: grows with y. */
const steepness = (near: number, far: number, here: number, apart: number): number =>
  Math.abs(1 - near) + (far * here) / (here + apart)

/** Nodes enough for 1e-15, by fall of the logarithm over the panel and by the panel's width. */
const ruleFor = (fall: number, width: number) =>
  RULES[fall <= 3 && width <= 1.2 ? 8 : fall <= 8 && width <= 2.5 ? 12 : 16]

/**
 * Weighted means over the unknown time of dropout, y in [tₓ, T], of a customer who is gone.
 *
 * The integral that makes Pareto/NBD hard is I = ∫ (α+y)^−(r+x) (β+y)^−(s+1) dy from tₓ to T; the published form is a
 * difference of two ₂F₁ (Schmittlein, Morrison & Colombo 1987, A.11; Fader & Hardie 2005 note), which cancels and
 * overflows for x > 130. Here it is taken directly by composite Gauss–Legendre in v = ln(min(α, β) + y), where the
 * integrand is analytic for |Im v| < π and falls at most like e^−(r+s+x)v; every term is positive. Relative error ≤ 1e-13.
 */
export class DropoutTime {
  /** ln I; −∞ when tₓ = T. */
  ln = Number.NEGATIVE_INFINITY
  /** Means of ln(α+y), 1/(α+y), ln(β+y), 1/(β+y) under the integrand. */
  readonly mean = new Float64Array(4)
  /** Their covariances, row-major 4 × 4, upper triangle. */
  readonly covariance = new Float64Array(16)

  /** Fills all fields; without `moments` only `ln`. */
  set(
    r: number,
    alpha: number,
    s: number,
    beta: number,
    x: number,
    t_x: number,
    T: number,
    moments: boolean,
  ): void {
    const alphaFirst = alpha <= beta
    const least = alphaFirst ? alpha : beta
    const apart = Math.abs(alpha - beta)
    const v0 = Math.log(least + t_x)
    const whole = Math.log1p((T - t_x) / (least + t_x))
    if (!(whole > 0)) {
      this.ln = Number.NEGATIVE_INFINITY
      return
    }
    const near = alphaFirst ? r + x : s + 1
    const far = alphaFirst ? s + 1 : r + x
    const base = least + t_x
    const slope = (v: number) => steepness(near, far, base * Math.exp(v), apart)
    const easy = whole * slope(whole)
    const single = easy <= 16 && whole <= 3
    const rule = ruleFor(easy, whole)
    const far0 = Math.log(base + apart)
    let [sum, a1, b1, c1, d1] = [0, 0, 0, 0, 0]
    let [aa, ab, ac, ad, bb, bc, bd, cc, cd, dd] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let size = whole
    for (let from = 0; from < whole; from += size) {
      if (!single) {
        size = Math.min(3, 16 / slope(from), whole - from)
        size = Math.min(size, 16 / slope(from + size))
      }
      const before = sum
      for (let j = 0; j < rule.nodes.length; j++) {
        const a = from + size * rule.nodes[j]!
        const shifted = base * Math.exp(a)
        const c = Math.log(shifted + apart) - far0
        const w = size * rule.weights[j]! * Math.exp((1 - near) * a - far * c)
        sum += w
        if (!moments) continue
        const b = 1 / shifted
        const d = 1 / (shifted + apart)
        const wa = w * a
        const wb = w * b
        const wc = w * c
        const wd = w * d
        a1 += wa
        b1 += wb
        c1 += wc
        d1 += wd
        aa += wa * a
        ab += wa * b
        ac += wa * c
        ad += wa * d
        bb += wb * b
        bc += wb * c
        bd += wb * d
        cc += wc * c
        cd += wc * d
        dd += wd * d
      }
      // n ≥ 1 falls from the first panel on; below it the integrand may rise first, and then no panel is this small
      if (sum - before < sum * 1e-18) break
    }
    this.ln = (1 - near) * v0 - far * far0 + Math.log(sum)
    if (!moments) return
    const [A, B, C, D] = alphaFirst ? ([0, 1, 2, 3] as const) : ([2, 3, 0, 1] as const)
    const means = [a1 / sum, b1 / sum, c1 / sum, d1 / sum] as const
    this.#put([A, B, C, D], means, [aa, ab, ac, ad, bb, bc, bd, cc, cd, dd], sum)
    this.mean[A]! += v0
    this.mean[C]! += far0
  }

  /** Moments of (a, b, c, d) into the places of the letters they stand for. */
  #put(places: readonly number[], means: readonly number[], products: readonly number[], sum: number): void {
    let k = 0
    for (let i = 0; i < 4; i++) {
      const one = places[i]!
      this.mean[one] = means[i]!
      for (let j = i; j < 4; j++) {
        const other = places[j]!
        const at = one < other ? one * 4 + other : other * 4 + one
        this.covariance[at] = products[k++]! / sum - means[i]! * means[j]!
      }
    }
  }
}
