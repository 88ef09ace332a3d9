import type { Ctx } from '../../../kernel/ctx.ts'
import { models } from '../../../packages/models/src/index.ts'
import type { Settings } from '../contract.model.ts'
import { contractsUntil, inBase, type Known, renewing } from '../contracts.ts'
import { dateOf, dayNumber, MONTH } from '../rules.ts'
import { addMonths, remaining, type Tenure } from '../tenure.ts'
import { type EquityAnswer, Z } from './equity.ts'
import { atRisk } from './score.ts'

// A company that lives on contracts: where orders say too little for a model and contracts enough, these value the
// customers. Who left is known, so nothing is guessed of the past: only how often each will renew.

/** One row per customer, in the order of their ids. */
export type Contracted = {
  rows: ContractRow[]
  equity: EquityAnswer
  first_day: string
  last_day: string
}
export type ContractRow = {
  party_id: number
  value: number
  at_risk: number
  /** what the periods begun so far came to; but the first; those begun in the last 365 days */
  revenue: number
  repeat: number
  recent: number
  renewals: number
  /** renewals foreseen in the next 12 months */
  expected: number
  /** money of a period */
  each: number
  usual_days: number
  first_on: number
  last_on: number
  next_on: number
  gone: boolean
}

/** What one contract brings: its margin per renewal to come, counted with the others of its law. */
type Share = { renewals: number; period_months: number; money: number; squares: number }

/** Null: too few contracts, or nobody has ever left. */
export async function contractedOf(ctx: Ctx, settings: Settings, day: number): Promise<Contracted | null> {
  const on = dateOf(day)
  const { tenure } = await renewing(ctx, on)
  if (!tenure) return null
  const minor = inBase(ctx, on)
  const parties = new Map<number, ContractRow>()
  const shares = new Map<string, Share>()
  const rate = Math.max(settings.discount_rate, 1e-4)
  for (const contract of await contractsUntil(ctx, on)) {
    const each = await minor(contract)
    // in a currency without a rate: in no sum
    if (each === null) continue
    const row = rowOf(contract, each, settings.margin, tenure, rate, day)
    const had = parties.get(contract.party_id)
    parties.set(contract.party_id, had ? together(had, row) : row)
    if (!contract.stays) continue
    const key = `${contract.renewals}:${contract.period_months}`
    const share = shares.get(key) ?? { ...contract, money: 0, squares: 0 }
    share.money += each * settings.margin
    share.squares += (each * settings.margin) ** 2
    shares.set(key, share)
  }
  const rows = [...parties.values()].sort((one, other) => one.party_id - other.party_id)
  if (rows.length === 0) return null
  return {
    rows,
    equity: equityOf(rows, [...shares.values()], tenure, rate),
    first_day: dateOf(Math.min(...rows.map((row) => row.first_on))),
    last_day: dateOf(Math.max(...rows.map((row) => row.last_on))),
  }
}

function rowOf(
  { party_id, started_on, period_months, renewals, active, stays }: Known,
  each: number,
  margin: number,
  tenure: Tenure,
  rate: number,
  day: number,
): ContractRow {
  const begun = (nth: number) => dayNumber(addMonths(started_on, nth * period_months))
  const value = stays ? Math.round(each * margin * remaining(tenure, renewals, rate, period_months)) : 0
  const next = stays ? stillThere(tenure, renewals, 1) : 0
  let recent = 0
  for (let nth = renewals; nth >= 0 && begun(nth) > day - 365; nth--) recent += each
  let expected = 0
  for (let ahead = 1; stays && begun(renewals + ahead) <= day + 365; ahead++)
    expected += stillThere(tenure, renewals, ahead)
  return {
    party_id,
    value,
    at_risk: stays ? atRisk(value, next, 0, false) : 0,
    revenue: each * (renewals + 1),
    repeat: each * renewals,
    recent,
    renewals,
    expected,
    each,
    usual_days: period_months * MONTH.day,
    first_on: dayNumber(started_on),
    last_on: begun(renewals),
    next_on: stays ? begun(renewals + 1) : -1,
    gone: !active,
  }
}

/** The chance that one renewed so often is still there after so many more. */
const stillThere = ({ model, fit }: Tenure, renewals: number, ahead: number): number =>
  models[model].survival(fit.params as never, renewals + ahead) /
  models[model].survival(fit.params as never, renewals)

/** Several contracts of one customer: sums, the earliest, the latest, the next. */
const together = (a: ContractRow, b: ContractRow): ContractRow => ({
  party_id: a.party_id,
  value: a.value + b.value,
  at_risk: a.at_risk + b.at_risk,
  revenue: a.revenue + b.revenue,
  repeat: a.repeat + b.repeat,
  recent: a.recent + b.recent,
  renewals: a.renewals + b.renewals,
  expected: a.expected + b.expected,
  each: Math.max(a.each, b.each),
  usual_days: Math.min(a.usual_days, b.usual_days),
  first_on: Math.min(a.first_on, b.first_on),
  last_on: Math.max(a.last_on, b.last_on),
  next_on: a.next_on < 0 || b.next_on < 0 ? Math.max(a.next_on, b.next_on) : Math.min(a.next_on, b.next_on),
  gone: a.gone && b.gone,
})

/**
 * The sum and its interval: doubt about the law by the delta method, on the logarithms of its letters; chance by the
 * variance of each contract's discounted stay, which add up.
 */
function equityOf(
  rows: readonly ContractRow[],
  shares: readonly Share[],
  tenure: Tenure,
  rate: number,
): EquityAnswer {
  const equity = rows.reduce((sum, row) => sum + row.value, 0)
  const squares = rows.reduce((sum, row) => sum + row.value ** 2, 0)
  const { params, names, covariance } = tenure.fit
  const total = (given: typeof params) => {
    const law: Tenure = { ...tenure, fit: { ...tenure.fit, params: given } }
    return shares.reduce(
      (sum, share) => sum + share.money * remaining(law, share.renewals, rate, share.period_months),
      0,
    )
  }
  const slope = names.map((name) => {
    const letter = name as 'alpha'
    const step = 1e-4 * params[letter]
    const above = total({ ...params, [letter]: params[letter] + step })
    return (above - total({ ...params, [letter]: params[letter] - step })) / (2 * step)
  })
  let variance = 0
  slope.forEach((one, i) => {
    slope.forEach((other, j) => {
      variance += one * other * covariance[i]![j]!
    })
  })
  const from_parameters = variance >= 0 ? Math.sqrt(variance) : null
  const chance = shares.reduce((sum, share) => sum + share.squares * spread(tenure, share, rate), 0)
  const from_customers = Math.sqrt(chance)
  const half = from_parameters === null ? null : Z * Math.hypot(from_parameters, from_customers)
  return {
    equity,
    lower: half === null ? null : Math.max(0, equity - half),
    upper: half === null ? null : equity + half,
    from_parameters,
    from_customers,
    squares,
  }
}

/** Var of Σ d^j over the renewals to come: E[A²] = Σ_j P(j) (w_j² + 2 w_j Σ_{k<j} w_k). */
function spread(tenure: Tenure, { renewals, period_months }: Share, yearly: number): number {
  const d = (1 + yearly) ** (-period_months / 12)
  let [mean, square, before] = [0, 0, 0]
  for (let j = 0, weight = 1; j < 2000; j++, weight *= d) {
    const there = stillThere(tenure, renewals, j + 1)
    const part = there * weight * (weight + 2 * before)
    mean += there * weight
    square += part
    before += weight
    if (part < square * 1e-12) break
  }
  return Math.max(0, square - mean ** 2)
}
