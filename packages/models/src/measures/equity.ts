import type { Column, CustomerData } from '../data.ts'
import { fail } from '../error.ts'
import type { Fit } from '../fit/fit.ts'
import { normalQuantile } from '../numerics/normal.ts'
import { random } from '../random.ts'
import { deltaInterval } from '../value/interval.ts'

type Foresees<Params> = {
  sampleFuture(
    params: Params,
    customer: { x: number; t_x: number; T: number },
    t: number,
    draws: number,
    seed: number,
  ): Float64Array
}

export type Equity = {
  /** Σ lifetime values. */
  equity: number
  lower: number
  upper: number
  /** Standard errors of the sum: from not knowing the parameters, and from not knowing what customers will do. */
  from_parameters: number
  from_customers: number
  customers: number
}

/**
 * Customer equity: the sum of discounted lifetime values, with its interval (Blattberg & Deighton 1996; Rust, Lemon &
 * Zeithaml 2004). Two sources of doubt are kept apart and added as variances: the parameters (delta method through
 * `values`), and chance (variance of the future purchases of a seeded sample of customers, scaled to all; their worth
 * per expected purchase is taken from their own lifetime value). `horizon` is the span `values` looks ahead, in the unit
 * of the data. Spend and margin are taken as given, and so are the parameters named in `held`.
 */
export function customerEquity<Params extends object>(
  model: Foresees<Params>,
  fit: Fit<Params>,
  data: CustomerData,
  values: (params: Params) => Column,
  {
    horizon,
    level = 0.95,
    sample = 400,
    seed = 1,
    held,
  }: { horizon: number; level?: number; sample?: number; seed?: number; held?: readonly string[] },
): Equity {
  const own = values(fit.params)
  const rows = own.length
  if (rows !== data.x.length)
    fail('data.length', 'values must answer one figure per row', { rows, data: data.x.length })
  const weight = (i: number) => data.weight?.[i] ?? 1
  const total = (figures: Column) => {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += weight(i) * figures[i]!
    return sum
  }
  const equity = total(own)
  const { lower, upper } = deltaInterval(fit, (params) => total(values(params)), {
    level,
    ...(held && { held }),
  })
  const z = normalQuantile((1 + level) / 2)
  const from_parameters = (upper[0]! - lower[0]!) / 2 / z
  const draw = random(seed)
  let spread = 0
  const picks = Math.min(sample, rows)
  for (let n = 0; n < picks; n++) {
    const i = picks === rows ? n : Math.floor(draw.uniform() * rows)
    const futures = model.sampleFuture(
      fit.params,
      { x: data.x[i]!, t_x: data.t_x[i]!, T: data.T[i]! },
      horizon,
      200,
      seed + n,
    )
    const mean = futures.reduce((sum, value) => sum + value, 0) / futures.length
    if (mean === 0) continue
    const variance = futures.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (futures.length - 1)
    spread += weight(i) * variance * (own[i]! / mean) ** 2
  }
  const from_customers = Math.sqrt((spread * rows) / picks)
  const both = z * Math.hypot(from_parameters, from_customers)
  let customers = 0
  for (let i = 0; i < rows; i++) customers += weight(i)
  return {
    equity,
    lower: Math.max(0, equity - both),
    upper: equity + both,
    from_parameters,
    from_customers,
    customers,
  }
}

/**
 * Return on an investment in customers: ROI = (ΔCE − E)/E, ΔCE the change in customer equity it brings, E its discounted
 * cost. Rust, Lemon & Zeithaml 2004, Journal of Marketing 68(1) 109-127: 70 million spent, equity up 101.29 million,
 * return 44.7 %.
 */
export function returnOnEquity({ equity_change, cost }: { equity_change: number; cost: number }): number {
  if (!(cost > 0)) fail('options.range', 'cost must be above 0', { cost })
  return (equity_change - cost) / cost
}
