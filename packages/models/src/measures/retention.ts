import { fail } from '../error.ts'

/**
 * Margin multiple: lifetime value per unit of yearly margin, m r/(1+d−r(1+g)), first margin not counted.
 * Gupta & Lehmann 2003, "Customers as Assets", Journal of Interactive Marketing 17(1) 9-24.
 * `retention` r and `discount` d per period, `growth` g of the margin per period; needs r(1+g) < 1+d.
 */
export function marginMultiple({ retention, discount, growth = 0 }: Steady): number {
  share(retention, 'retention')
  const rest = 1 + discount - retention * (1 + growth)
  if (!(discount > -1) || !(rest > 0))
    fail('rate.range', 'needs retention·(1+growth) < 1+discount', { retention, discount, growth })
  return retention / rest
}

export type Steady = { retention: number; discount: number; growth?: number }

function share(value: number, name: string): void {
  if (!(value >= 0 && value <= 1))
    fail('options.share', `${name} must lie between 0 and 1`, { [name]: value })
}

/** By how many percent lifetime value rises when retention rises by 1 %: 1 + r(1+g)/(1+d−r(1+g)). */
export function retentionElasticity({ retention, discount, growth = 0 }: Steady): number {
  marginMultiple({ retention, discount, growth })
  const kept = retention * (1 + growth)
  return 1 + kept / (1 + discount - kept)
}

/** The classic figures to stand beside one's own: profit gained from 5 points fewer defections, by industry. */
export const CLASSIC_RETENTION_EFFECT = {
  low: 0.25,
  high: 0.85,
  source:
    'Reichheld & Sasser 1990, Harvard Business Review 68(5) 105-111 (bank branches 85 %, insurance brokerage 50 %, auto service 30 %)',
} as const

export type RetentionEffect = {
  /** Value of a customer now (first margin included), and with better retention. */
  value: number
  value_after: number
  /** Relative change of a customer's value, e.g. 0.42. */
  change: number
  /** For all customers, in money. */
  gain: number
  classic: typeof CLASSIC_RETENTION_EFFECT
}

/**
 * What `points` more retention (0.05 = five points) are worth on one's own numbers:
 * value = m (1+d)/(1+d−r(1+g)) per customer, margin m per period from now. The classic range is a claim about other
 * industries' profits; it stands beside, never instead. Retention is capped at 1.
 */
export function retentionEffect({
  margin,
  customers,
  points = 0.05,
  ...steady
}: Steady & { margin: number; customers: number; points?: number }): RetentionEffect {
  const value = margin * (1 + marginMultiple(steady) * (1 + (steady.growth ?? 0)))
  const better = { ...steady, retention: Math.min(1, steady.retention + points) }
  const value_after = margin * (1 + marginMultiple(better) * (1 + (better.growth ?? 0)))
  return {
    value,
    value_after,
    change: value_after / value - 1,
    gain: customers * (value_after - value),
    classic: CLASSIC_RETENTION_EFFECT,
  }
}

/**
 * What it costs to replace a customer who leaves: winning another one, plus the margin missed until the new one brings
 * as much, rising in a straight line over `ramp_periods`.
 * cost = acquisition_spend ÷ customers_won + margin · ramp_periods/2. Not discounted: ramps are short.
 */
export function replacementCost({
  acquisition_spend,
  customers_won,
  margin,
  ramp_periods,
}: Record<'acquisition_spend' | 'customers_won' | 'margin' | 'ramp_periods', number>): {
  acquisition: number
  ramp: number
  total: number
} {
  if (!(customers_won > 0))
    fail('data.total', 'nobody was won: the cost of winning one is unknown', { customers_won })
  if (!(acquisition_spend >= 0) || !(ramp_periods >= 0))
    fail('options.range', 'spend and ramp must be 0 or more', { acquisition_spend, ramp_periods })
  const acquisition = acquisition_spend / customers_won
  const ramp = (margin * ramp_periods) / 2
  return { acquisition, ramp, total: acquisition + ramp }
}

export type Response = { ceiling: number; rate: number; spend: number }

/** Rate reached by a spend: C (1 − e^−kA), with k from one known point. Blattberg & Deighton 1996, HBR 74(4) 136-144. */
export function responseCurve({ ceiling, rate, spend }: Response): { k: number; at(spend: number): number } {
  if (!(rate > 0 && rate < ceiling && ceiling <= 1 && spend > 0))
    fail('options.range', 'needs 0 < rate < ceiling ≤ 1 and spend above 0', { ceiling, rate, spend })
  const k = -Math.log1p(-rate / ceiling) / spend
  return { k, at: (more) => -ceiling * Math.expm1(-k * more) }
}

/**
 * The best split of money per head between winning and keeping (Blattberg & Deighton 1996; optimality: Pfeifer 2005,
 * marginal cost to acquire = marginal cost to retain = value of a customer).
 * Per prospect: a(A) V(R) − A with V(R) = (m(1+d) − R)/(1+d−r(R)); R* solves 1/r′(R) = V(R), whatever A is; then
 * A* = ln(k₁ C_a V*)/k₁, or 0. One root by bisection.
 */
export function bestBudget({
  margin,
  discount,
  acquisition,
  retention,
}: {
  margin: number
  discount: number
  acquisition: Response
  retention: Response
}): {
  retention_spend: number
  acquisition_spend: number
  retention: number
  acquisition: number
  customer_value: number
  equity_per_prospect: number
} {
  const keep = responseCurve(retention)
  const win = responseCurve(acquisition)
  const value = (R: number) => (margin * (1 + discount) - R) / (1 + discount - keep.at(R))
  const excess = (R: number) => Math.exp(keep.k * R) / (keep.k * retention.ceiling) - value(R)
  let low = 0
  let high = margin * (1 + discount)
  if (excess(0) >= 0) high = 0
  for (let i = 0; i < 200 && high - low > 0; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (excess(middle) > 0) high = middle
    else low = middle
  }
  const retention_spend = high
  const customer_value = value(retention_spend)
  const steep = win.k * acquisition.ceiling * customer_value
  const acquisition_spend = steep > 1 ? Math.log(steep) / win.k : 0
  const won = win.at(acquisition_spend)
  return {
    retention_spend,
    acquisition_spend,
    retention: keep.at(retention_spend),
    acquisition: won,
    customer_value,
    equity_per_prospect: won * customer_value - acquisition_spend,
  }
}
