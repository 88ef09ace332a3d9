import type { Column } from '../data.ts'
import { addInLogs, type Kernel } from '../fit/likelihood.ts'
import { minimize } from '../fit/minimize.ts'
import { logAdd } from '../numerics/elementary.ts'

/** α, β: Beta law of the chance to buy at an opportunity; γ, δ: Beta law of the chance to die before the next one. */
export type BgBbParams = { alpha: number; beta: number; gamma: number; delta: number }

/** `x` purchases in `n` opportunities, the last at opportunity `t_x` (0 if none). */
export type OpportunityData = { x: Column; t_x: Column; n: Column; weight?: Column }

/** ln (a)ₘ, and its first and second derivative in a, for m = 0 … size. */
export class Rising {
  readonly log: Float64Array
  readonly slope: Float64Array
  readonly bend: Float64Array
  constructor(a: number, size: number) {
    this.log = new Float64Array(size + 1)
    this.slope = new Float64Array(size + 1)
    this.bend = new Float64Array(size + 1)
    for (let m = 0; m < size; m++) {
      this.log[m + 1] = this.log[m]! + Math.log(a + m)
      this.slope[m + 1] = this.slope[m]! + 1 / (a + m)
      this.bend[m + 1] = this.bend[m]! - 1 / (a + m) ** 2
    }
  }
}

/** The six tables every figure of this model is read from, for histories up to `size` opportunities. */
export class Tables {
  readonly a: Rising
  readonly b: Rising
  readonly ab: Rising
  readonly c: Rising
  readonly d: Rising
  readonly cd: Rising
  constructor({ alpha, beta, gamma, delta }: BgBbParams, size: number) {
    this.a = new Rising(alpha, size + 1)
    this.b = new Rising(beta, size + 1)
    this.ab = new Rising(alpha + beta, size + 1)
    this.c = new Rising(gamma, size + 1)
    this.d = new Rising(delta, size + 1)
    this.cd = new Rising(gamma + delta, size + 1)
  }

  /** ln of: x purchases in the first m opportunities in one order, and alive through m (`died` 0) or dead after m (1). */
  log(x: number, m: number, died: 0 | 1): number {
    const buys = this.a.log[x]! + this.b.log[m - x]! - this.ab.log[m]!
    return buys + this.c.log[died]! + this.d.log[m]! - this.cd.log[m + died]!
  }

  /** ln B(γ, δ+m)/B(γ, δ): alive through m opportunities. */
  survival(m: number): number {
    return this.d.log[m]! - this.cd.log[m]!
  }

  /** ln likelihood of one history (Fader, Hardie & Shang 2010 eq. 3). */
  likelihood(x: number, t_x: number, n: number): number {
    let total = this.log(x, n, 0)
    for (let m = t_x; m < n; m++) total = logAdd(total, this.log(x, m, 1))
    return total
  }
}

export const most = (column: Column): number => {
  let top = 0
  for (let i = 0; i < column.length; i++) top = Math.max(top, column[i]!)
  return top
}

/** Log-likelihood in η with gradient and Hessian: means and covariances over "alive" and the possible times of death. */
export function opportunityKernel({ x, t_x, n, weight }: OpportunityData): Kernel {
  const size = most(n)
  return (eta, gradient, hessian) => {
    const [alpha, beta, gamma, delta] = Array.from(eta, Math.exp) as [number, number, number, number]
    const natural = [alpha, beta, gamma, delta]
    const tables = new Tables({ alpha, beta, gamma, delta }, size)
    const { a, b, ab, c, d, cd } = tables
    let value = 0
    const g = new Float64Array(4)
    const h = new Float64Array(16)
    const f = new Float64Array(4)
    const mean = new Float64Array(4)
    const square = new Float64Array(16)
    const add = (share: number, count: number, m: number, died: 0 | 1) => {
      f[0] = a.slope[count]! - ab.slope[m]!
      f[1] = b.slope[m - count]! - ab.slope[m]!
      f[2] = c.slope[died]! - cd.slope[m + died]!
      f[3] = d.slope[m]! - cd.slope[m + died]!
      for (let i = 0; i < 4; i++) {
        mean[i]! += share * f[i]!
        for (let j = i; j < 4; j++) square[i * 4 + j]! += share * f[i]! * f[j]!
      }
      square[0]! += share * (a.bend[count]! - ab.bend[m]!)
      square[1]! -= share * ab.bend[m]!
      square[5]! += share * (b.bend[m - count]! - ab.bend[m]!)
      square[10]! += share * (c.bend[died]! - cd.bend[m + died]!)
      square[11]! -= share * cd.bend[m + died]!
      square[15]! += share * (d.bend[m]! - cd.bend[m + died]!)
    }
    for (let i = 0; i < x.length; i++) {
      const w = weight ? weight[i]! : 1
      if (w === 0) continue
      const ln = tables.likelihood(x[i]!, t_x[i]!, n[i]!)
      value += w * ln
      mean.fill(0)
      square.fill(0)
      add(Math.exp(tables.log(x[i]!, n[i]!, 0) - ln), x[i]!, n[i]!, 0)
      for (let m = t_x[i]!; m < n[i]!; m++) add(Math.exp(tables.log(x[i]!, m, 1) - ln), x[i]!, m, 1)
      for (let j = 0; j < 4; j++) {
        g[j]! += w * mean[j]!
        for (let k = j; k < 4; k++) h[j * 4 + k]! += w * (square[j * 4 + k]! - mean[j]! * mean[k]!)
      }
    }
    addInLogs(natural, { g, h, width: 4 }, gradient, hessian)
    return value
  }
}

/**
 * The best log-likelihood of the same histories when nobody dies: beta-binomial, Σ w ln{(α)ₓ (β)ₙ₋ₓ / (α+β)ₙ}. What BG/BB
 * gains over it is the evidence for dropout.
 */
export function logLikelihoodWithoutDeath({ x, n, weight }: Required<OpportunityData>): number {
  const size = most(n)
  let total = 0
  for (let i = 0; i < weight.length; i++) total += weight[i]!
  const objective = (eta: Float64Array) => {
    const alpha = Math.exp(eta[0]!)
    const beta = Math.exp(eta[1]!)
    const [a, b, ab] = [new Rising(alpha, size), new Rising(beta, size), new Rising(alpha + beta, size)]
    let value = 0
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0]
    for (let i = 0; i < weight.length; i++) {
      const w = weight[i]! / total
      const [bought, not, all] = [x[i]!, n[i]! - x[i]!, n[i]!]
      value -= w * (a.log[bought]! + b.log[not]! - ab.log[all]!)
      ga -= w * (a.slope[bought]! - ab.slope[all]!)
      gb -= w * (b.slope[not]! - ab.slope[all]!)
      haa -= w * (a.bend[bought]! - ab.bend[all]!)
      hbb -= w * (b.bend[not]! - ab.bend[all]!)
      hab += w * ab.bend[all]!
    }
    const gradient = Float64Array.of(alpha * ga, beta * gb)
    const cross = alpha * beta * hab
    const hessian = Float64Array.of(alpha ** 2 * haa + alpha * ga, cross, cross, beta ** 2 * hbb + beta * gb)
    return { value, gradient, hessian }
  }
  const box = {
    lower: Float64Array.of(-25, -25),
    upper: Float64Array.of(13.8, 13.8),
    tolerance: 1e-9,
    max_iterations: 100,
  }
  return -minimize(objective, [0, 0], box).value * total
}
