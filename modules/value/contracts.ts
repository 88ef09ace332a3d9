import { type Ctx, planned } from '../../kernel/ctx.ts'
import { companyOf } from '../access/company.ts'
import type { Contracts } from './contract.model.ts'
import type { Filter } from './contract.shapes.ts'
import { warningOf } from './engine/choose.ts'
import { converted } from './needs.ts'
import { findSnapshot, Params, reached } from './read/basis.ts'
import { dateOf, todayIn } from './rules.ts'
import { settingsOf } from './settings.ts'
import {
  addMonths,
  type Contract,
  fitTenure,
  LEAST_CONTRACTS,
  remaining,
  survivalTable,
  survivors,
  type Tenure,
  tenureHoldOut,
} from './tenure.ts'

// Subscriptions: who renews, and what is still to come of them. unscoped: `reached` cuts to the caller's reach; the model
// is fitted on everybody's, as models are

type Row = {
  party_id: number
  subscription_id: number
  started_on: string
  period_months: number
  amount_minor: number
  currency: string
  ended_on: string | null
}

/** Renewals that came by a day: the first period is none. */
export function renewalsBy(
  started_on: string,
  period_months: number,
  day: string,
  inclusive: boolean,
): number {
  let n = 0
  while (n < 1000) {
    const next = addMonths(started_on, (n + 1) * period_months)
    if (inclusive ? next > day : next >= day) break
    n++
  }
  return n
}

async function rowsOf(ctx: Ctx, day: string, filter: Filter | null): Promise<Row[]> {
  const params = new Params()
  const until = params.$(day, 'date')
  const scope = filter ? reached(ctx, filter, params) : 'l.live'
  return planned<Row>(
    ctx,
    `select s.party_id, s.subscription_id, s.started_on, s.period_months, s.amount_minor, s.currency, s.ended_on
     from subscription s join party_listed l on l.party_id = s.party_id where s.started_on <= ${until} and ${scope} order by s.party_id, s.subscription_id`,
    params.values,
  )
}

/** A contract as it stood on a day. */
export type Known = Contract & {
  started_on: string
  amount_minor: number
  currency: string
  far: number
  stays: boolean
}

const known = (row: Row, day: string): Known => {
  const ended = row.ended_on !== null && row.ended_on <= day
  const far = renewalsBy(row.started_on, row.period_months, day, true)
  return {
    party_id: row.party_id,
    subscription_id: row.subscription_id,
    renewals: ended ? renewalsBy(row.started_on, row.period_months, row.ended_on!, false) : far,
    period_months: row.period_months,
    active: !ended,
    minor: null,
    started_on: row.started_on,
    amount_minor: row.amount_minor,
    currency: row.currency,
    far,
    stays: row.ended_on === null,
  }
}

/** Everybody's, as they stood on the day; of an end that came later, nothing was known then. */
export async function contractsUntil(ctx: Ctx, day: string): Promise<Known[]> {
  const { time_zone } = await companyOf(ctx)
  const today = todayIn(time_zone, ctx.now)
  return (await rowsOf(ctx, day, null)).map((row) =>
    known(
      row.ended_on !== null && row.ended_on > day && row.ended_on <= today ? { ...row, ended_on: null } : row,
      day,
    ),
  )
}

/** Money of a period in the base currency at the day's rate; null without one. */
export function inBase(ctx: Ctx, day: string): (one: Known) => Promise<number | null> {
  const rates = new Map<string, Promise<number | null>>()
  return async ({ amount_minor, currency }) => {
    if (currency === (await companyOf(ctx)).base_currency) return amount_minor
    const key = `${currency} ${amount_minor}`
    const asked = rates.get(key) ?? converted(ctx, amount_minor, currency, day)
    rates.set(key, asked)
    return asked
  }
}

const cohortsOf = (contracts: readonly (Contract & { far: number })[]) =>
  survivors(contracts, (one) => (one as Contract & { far: number }).far)

export type Renewing = { day: string; tenure: Tenure | null; cohorts: number[][] }

/** The model of everybody's contracts; null where there are too few, or nobody ever left. */
export async function renewing(ctx: Ctx, day: string): Promise<Renewing> {
  const contracts = (await rowsOf(ctx, day, null)).map((row) => known(row, day))
  const cohorts = cohortsOf(contracts)
  const ended = contracts.filter(({ active }) => !active).length
  const enough = contracts.length >= LEAST_CONTRACTS.contracts && ended >= LEAST_CONTRACTS.ended
  return { day, cohorts, tenure: enough && cohorts.length > 0 ? fitTenure(cohorts) : null }
}

/** What one is still worth: the margin of the renewals to come, discounted. Nothing for one that ended or is to end. */
export async function worthOf(ctx: Ctx, { day, tenure }: Renewing, row: Row): Promise<number | null> {
  if (row.ended_on !== null) return 0
  if (!tenure) return null
  const { base_currency } = await companyOf(ctx)
  const settings = await settingsOf(ctx)
  const minor =
    row.currency === base_currency
      ? row.amount_minor
      : await converted(ctx, row.amount_minor, row.currency, day)
  if (minor === null) return null
  const renewals = renewalsBy(row.started_on, row.period_months, day, true)
  // the model needs some discount: without any, a share of contracts lasts for ever
  const periods = remaining(tenure, renewals, Math.max(settings.discount_rate, 1e-4), row.period_months)
  return Math.round(minor * settings.margin * periods)
}

export async function contractsValue(
  ctx: Ctx,
  day: number,
): Promise<{ customers: number; value_minor: number }> {
  const on = dateOf(day)
  const rows = (await rowsOf(ctx, on, null)).filter((row) => row.ended_on === null || row.ended_on > on)
  if (rows.length === 0) return { customers: 0, value_minor: 0 }
  const model = await renewing(ctx, on)
  let value_minor = 0
  for (const row of rows) value_minor += (await worthOf(ctx, model, row)) ?? 0
  return { customers: new Set(rows.map((row) => row.party_id)).size, value_minor }
}

export async function contracts(ctx: Ctx, { query }: { query: Filter }): Promise<Contracts> {
  const { base_currency, time_zone } = await companyOf(ctx)
  const snap = query.as_of ? await findSnapshot(ctx, query.as_of) : null
  const day = snap?.as_of ?? query.as_of ?? todayIn(time_zone, ctx.now)
  const rows = await rowsOf(ctx, day, query)
  const own = rows.map((row) => known(row, day))
  const model = await renewing(ctx, day)
  const { tenure } = model
  const cohorts = cohortsOf(own)
  let value_minor = 0
  if (tenure) for (const row of rows) value_minor += (await worthOf(ctx, model, row)) ?? 0
  const active = own.filter((one) => one.active).length
  const periods = Map.groupBy(rows, (row) => row.period_months)
  const usual = [...periods.entries()].sort(([, one], [, other]) => other.length - one.length)[0]?.[0] ?? null
  const table = tenure && cohorts.length > 0 ? survivalTable(cohorts, tenure) : []
  return {
    as_of: day,
    currency: base_currency,
    too_few: tenure === null,
    active,
    ended: own.length - active,
    value_minor: tenure ? value_minor : null,
    period_months: usual,
    model: tenure?.model ?? null,
    params: tenure?.fit.params ?? null,
    log_likelihood: tenure?.fit.log_likelihood ?? null,
    warnings: tenure?.fit.warnings.map(warningOf) ?? [],
    survival: table,
    retention: tenure ? (table[1]?.predicted ?? null) : null,
    holdout: ctx.reach.kind === 'all' && tenure ? tenureHoldOut(model.cohorts) : null,
  }
}
