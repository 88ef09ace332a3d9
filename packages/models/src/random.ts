/** Seeded random numbers: same seed, same stream, on every machine. xoshiro128** seeded by splitmix32. */
export type Random = {
  /** Uniform on (0, 1), 32 bits, never 0 or 1. */
  uniform(): number
  normal(): number
  exponential(): number
  /** Shape `a`, rate 1; ln of it, because shapes near 0 underflow. */
  logGamma(a: number): number
  gamma(a: number): number
  /** Beta(a, b). */
  beta(a: number, b: number): number
  poisson(mean: number): number
}

export function random(seed: number): Random {
  let mix = (seed >>> 0) ^ Math.floor(seed / 2 ** 32)
  const state = new Uint32Array(4)
  for (let i = 0; i < 4; i++) {
    mix = (mix + 0x9e3779b9) | 0
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    state[i] = z ^ (z >>> 15)
  }
  const uniform = () => {
    const five = Math.imul(state[1]!, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0
    const shifted = state[1]! << 9
    state[2]! ^= state[0]!
    state[3]! ^= state[1]!
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= shifted
    state[3] = (state[3]! << 11) | (state[3]! >>> 21)
    return (result + 0.5) / 4294967296
  }
  let spare: number | undefined
  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  const exponential = () => -Math.log(uniform())
  const logGamma = (a: number): number => {
    // shapes below 1: Gamma(a) = Gamma(a+1) · U^(1/a) (Marsaglia & Tsang 2000, section 6)
    if (a < 1) return logGamma(a + 1) + Math.log(uniform()) / a
    const d = a - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = normal()
      const v = (1 + c * x) ** 3
      if (v <= 0) continue
      if (Math.log(uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return Math.log(d * v)
    }
  }
  const gamma = (a: number) => Math.exp(logGamma(a))
  const beta = (a: number, b: number) => {
    const one = logGamma(a)
    const other = logGamma(b)
    return 1 / (1 + Math.exp(other - one))
  }
  const poisson = (mean: number) => poissonDraw({ uniform, exponential, gamma, beta }, mean)
  return { uniform, normal, exponential, logGamma, gamma, beta, poisson }
}

type Draws = Pick<Random, 'uniform' | 'exponential' | 'gamma' | 'beta'>

function poissonDraw(draw: Draws, mean: number): number {
  // by halving through a Gamma order statistic (Ahrens & Dieter 1974) until the mean is small
  let left = mean
  let count = 0
  while (left > 12) {
    const m = Math.floor(left * 0.875)
    const arrival = draw.gamma(m)
    if (arrival > left) return count + binomialDraw(draw, m - 1, left / arrival)
    count += m
    left -= arrival
  }
  for (let time = draw.exponential(); time <= left; time += draw.exponential()) count++
  return count
}

function binomialDraw(draw: Draws, n: number, p: number): number {
  let trials = n
  let chance = p
  let count = 0
  while (trials > 20) {
    // median order statistic of uniforms is Beta distributed (Devroye 1986, X.4)
    const i = 1 + Math.floor(trials / 2)
    const at = draw.beta(i, trials + 1 - i)
    if (at <= chance) {
      count += i
      chance = (chance - at) / (1 - at)
      trials -= i
    } else {
      chance /= at
      trials = i - 1
    }
  }
  for (let i = 0; i < trials; i++) if (draw.uniform() < chance) count++
  return count
}
