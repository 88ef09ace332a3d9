import { bootstrapInterval, customerEquity } from '../../../packages/models/src/index.ts'
import { INTERVAL_LEVEL, MONTH, MOST } from '../rules.ts'
import type { Facts } from './facts.ts'
import {
  asCustomerData,
  distinctHistories,
  type Foreseer,
  foreseer,
  historiesOf,
  thinned,
} from './histories.ts'
import { type Assumed, discounting, type Figures, type Scoring, spendOf } from './score.ts'

export type EquityAnswer = {
  equity: number
  lower: number | null
  upper: number | null
  /** standard errors: from not knowing the parameters, and from not knowing what customers will do */
  from_parameters: number | null
  from_customers: number | null
  /** Σ value²: what a part's chance is measured by */
  squares: number
}

const DROPOUT = ['a', 'b', 's', 'beta']
const BOOTSTRAP_ROWS = 20_000
const REPLICATES = 40
/** Customers whose futures are drawn for the interval's share of chance. */
const DRAWN = 200
/** Of the normal law, for INTERVAL_LEVEL. */
export const Z = 1.2815515655446004

/**
 * The sum of lifetime values with its interval. Of many customers every n-th stands for all: doubt about the parameters
 * keeps its share of the sum, chance grows with the root of the sum of squares. Where the data do not identify a parameter
 * other than dropout the delta method says "anything": then the parametric bootstrap, up to 20,000 customers, else none.
 */
export function equityOf(
  everybody: Facts,
  figures: Figures,
  scoring: Scoring,
  assumed: Assumed,
): EquityAnswer {
  const equity = sum(figures.value)
  const squares = sum(figures.value, 2)
  const unknown = { equity, lower: null, upper: null, from_parameters: null, from_customers: null, squares }
  const model = foreseer(scoring.model)
  if (!model.repeat || everybody.x.length === 0) return unknown
  const facts = thinned(everybody, MOST.interval)
  const every = Math.ceil(everybody.x.length / MOST.interval)
  const each = spendOf(scoring, facts, assumed.minor)
  for (let i = 0; i < each.length; i++) each[i]! *= figures.margin[i * every]! * (1 - assumed.return_share)
  const all = historiesOf(facts, assumed.now)
  const values = valuer(model, all, each, assumed)
  const horizon = assumed.horizon_months * MONTH[assumed.clock]
  const drawn = customerEquity(model.repeat, scoring.fit, asCustomerData(all), values, {
    horizon,
    level: INTERVAL_LEVEL,
    sample: DRAWN,
    held: nobodyLeaves(scoring.fit),
  })
  const part = values(scoring.fit.params)
  const chance = drawn.from_customers * Math.sqrt(squares / Math.max(sum(part, 2), Number.MIN_VALUE))
  const scale = drawn.equity > 0 ? equity / drawn.equity : 1
  const answer = (below: number, above: number) => ({
    equity,
    lower: Math.max(0, equity - Math.hypot(below * scale, Z * chance)),
    upper: equity + Math.hypot(above * scale, Z * chance),
    from_parameters: ((below + above) / 2 / Z) * scale,
    from_customers: chance,
    squares,
  })
  if (Number.isFinite(drawn.from_parameters))
    return answer(Z * drawn.from_parameters, Z * drawn.from_parameters)
  if (every > 1 || all.x.length > BOOTSTRAP_ROWS) return unknown
  try {
    const total = (params: object) => sum(values(params))
    const again = bootstrapInterval(model.repeat, scoring.fit, asCustomerData(all), total, {
      level: INTERVAL_LEVEL,
      replicates: REPLICATES,
    })
    return answer(Math.max(0, drawn.equity - again.lower[0]!), Math.max(0, again.upper[0]! - drawn.equity))
  } catch {
    // the refits did not hold: no interval is better than one that is made up
    return unknown
  }
}

/** Where the data tell no dropout its letters may be flat without end: the interval then speaks for "nobody leaves". */
const nobodyLeaves = ({ warnings, covariance, names }: Scoring['fit']): string[] =>
  warnings.some((warning) => warning.startsWith('dropout_not_identified'))
    ? names.filter((name, i) => DROPOUT.includes(name) && Number.isNaN(covariance[i]![i]!))
    : []

/** Lifetime values as a function of the parameters; equal histories are computed once. */
function valuer(model: Foreseer, all: ReturnType<typeof historiesOf>, each: Float64Array, assumed: Assumed) {
  const { data, of } = distinctHistories(all)
  const { times, weights } = discounting(assumed)
  let last: { params: object; values: Float64Array } | null = null
  return (params: object): Float64Array => {
    // the fit's own are asked for three times; the bootstrap asks for other parameters, never for other customers
    if (last?.params !== params) {
      const discounted = model.weighted(params, data, times, weights)
      last = { params, values: each.map((money, i) => discounted[of[i]!]! * money) }
    }
    return last.values
  }
}

function sum(column: Float64Array, power: 1 | 2 = 1): number {
  let total = 0
  for (let i = 0; i < column.length; i++) total += power === 1 ? column[i]! : column[i]! ** 2
  return total
}
