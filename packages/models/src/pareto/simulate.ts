import type { SimulatedCustomers, SimulateOptions } from '../model.ts'
import { random } from '../random.ts'
import { type ParetoNatural, paretoAlive } from './scoring.ts'

/** Draws customers: λ ~ Gamma(r, α), μ ~ Gamma(s, β), lifetime Exp(μ), purchases Poisson(λ) while alive. */
export function simulatePareto(
  { r, alpha, s, beta }: ParetoNatural,
  { T, seed }: SimulateOptions,
): SimulatedCustomers {
  const draw = random(seed)
  const length = T.length
  const out: SimulatedCustomers = {
    x: new Float64Array(length),
    t_x: new Float64Array(length),
    T: Float64Array.from(T),
    sum_log_itt: new Float64Array(length),
    alive: new Uint8Array(length),
  }
  for (let i = 0; i < length; i++) {
    const rate = draw.gamma(r) / alpha
    const lifetime = draw.exponential() / (draw.gamma(s) / beta)
    const end = Math.min(lifetime, T[i]!)
    let now = draw.exponential() / rate
    while (now <= end) {
      out.sum_log_itt[i]! += Math.log(now - out.t_x[i]!)
      out.x[i]!++
      out.t_x[i] = now
      now += draw.exponential() / rate
    }
    out.alive[i] = lifetime > T[i]! ? 1 : 0
  }
  return out
}

/** Draws of purchases in (T, T+t]: alive or not, then λ ~ Gamma(r+x, α+T) and μ ~ Gamma(s, β+T), independent if alive. */
export function futurePareto(
  params: ParetoNatural,
  { x, t_x, T }: { x: number; t_x: number; T: number },
  t: number,
  draws: number,
  seed: number,
): Float64Array {
  const { r, alpha, s, beta } = params
  const draw = random(seed)
  const alive = paretoAlive(params, { x: [x], t_x: [t_x], T: [T] })[0]!
  return Float64Array.from({ length: draws }, () => {
    if (draw.uniform() >= alive) return 0
    const rate = draw.gamma(r + x) / (alpha + T)
    const left = draw.exponential() / (draw.gamma(s) / (beta + T))
    return draw.poisson(rate * Math.min(left, t))
  })
}
