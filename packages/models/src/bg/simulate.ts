import type { SimulatedCustomers, SimulateOptions } from '../model.ts'
import { expit } from '../numerics/elementary.ts'
import { type Random, random } from '../random.ts'
import type { BgShape } from './kernel.ts'
import { type BgNatural, logDropoutOdds } from './scoring.ts'

/** Draws customers from the model's own story: rate, dropout probability, Erlang-k waits, a coin after each purchase. */
export function simulateBg(
  params: BgNatural,
  shape: BgShape,
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
    const rate = draw.gamma(params.r) / params.alpha
    const dropout = draw.beta(params.a, params.b)
    let now = 0
    let alive = !(shape.dropout_at_zero && draw.uniform() < dropout)
    while (alive) {
      const wait = erlang(draw, shape.k, rate)
      if (now + wait > T[i]!) break
      now += wait
      out.x[i]!++
      out.t_x[i] = now
      out.sum_log_itt[i]! += Math.log(wait)
      alive = draw.uniform() >= dropout
    }
    out.alive[i] = alive ? 1 : 0
  }
  return out
}

function erlang(draw: Random, k: number, rate: number): number {
  let sum = 0
  for (let j = 0; j < k; j++) sum += draw.exponential()
  return sum / rate
}

/**
 * Draws of the future from the posterior given a history: alive or not, then λ ~ Gamma(r+kx+stage, α+T) and
 * p ~ Beta(a, b+x+δ), independent given that the customer is alive.
 */
export function futureBg(
  params: BgNatural,
  shape: BgShape,
  { x, t_x, T }: { x: number; t_x: number; T: number },
  t: number,
  draws: number,
  seed: number,
): Float64Array {
  const { r, alpha, a, b } = params
  const { k } = shape
  const draw = random(seed)
  const dropped = expit(logDropoutOdds(params, { x: [x], t_x: [t_x], T: [T] }, shape)[0]!)
  const u = (T - t_x) / (alpha + T)
  const stages = [1]
  for (let j = 1; j < k; j++) stages.push((stages[j - 1]! * (r + k * x + j - 1) * u) / j)
  const whole = stages.reduce((sum, weight) => sum + weight, 0)
  return Float64Array.from({ length: draws }, () => {
    if (draw.uniform() < dropped) return 0
    let stage = 0
    for (let left = draw.uniform() * whole - stages[0]!; left > 0 && stage < k - 1; left -= stages[stage]!)
      stage++
    const rate = draw.gamma(r + k * x + stage) / (alpha + T)
    const dropout = draw.beta(a, b + x + (shape.dropout_at_zero ? 1 : 0))
    let purchases = 0
    let now = erlang(draw, k - stage, rate)
    while (now <= t) {
      purchases++
      if (draw.uniform() < dropout) break
      now += erlang(draw, k, rate)
    }
    return purchases
  })
}
