import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { revenueChange } from '../../../packages/models/src/index.ts'
import { companyOf } from '../../access/company.ts'
import type { Bucket, Cohorts, Filter, RevenueChange } from '../contract.shapes.ts'
import { dateOf, dayNumber, SPAN_MONTHS, type Span, spanIndex, spanName, spanOf, spanSql } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { BUYS, basisOf, customersIn, dayOf, Params, reached, type Snap, snapshotOf } from './basis.ts'

// Pictures of purchases themselves: cohorts, the leaky bucket, revenue. In SQL, because a million customers'
// periods are too many to carry; flows.api.test.ts holds them against the library's functions.
// unscoped: every statement is cut to the caller's reach by `reached` (basis.ts)

type PeriodAsked = { query: Filter & { period?: Span; last?: number } }

/** Purchases up to the snapshot's day of the customers asked for: `o` orders, `l` party_listed. */
export async function purchases(
  ctx: Ctx,
  snap: Snap,
  filter: Filter,
  params: Params,
): Promise<{ from: string; day: string }> {
  const day = dayOf(params.$((await companyOf(ctx)).time_zone, 'text'))
  const until = params.$(snap.as_of, 'date')
  return {
    day,
    from: `from orders o join party_listed l on l.party_id = o.party_id where ${BUYS} and ${day} <= ${until} and ${reached(ctx, filter, params)}`,
  }
}

/** Months where the data are short, quarters where they are long. */
const spanFor = (snap: Snap, asked?: Span): Span =>
  asked ?? (snap.summary.data.span_days > 900 ? 'quarter' : 'month')
const indexOf = (kind: Span, date: string): number =>
  spanIndex(kind, Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1)
/** Whether a period has ended by the snapshot's day. */
const ended = (kind: Span, index: number, as_of: string): boolean =>
  dayNumber(spanOf(spanName(kind, index)).until) <= dayNumber(as_of) + 1

export async function cohorts(ctx: Ctx, { query }: PeriodAsked): Promise<Cohorts> {
  const snap = await snapshotOf(ctx, query.as_of)
  const period = spanFor(snap, query.period)
  const params = new Params()
  const { from, day } = await purchases(ctx, snap, query, params)
  const rows = await planned<{ first: number; age: number; customers: number; revenue: number }>(
    ctx,
    `with p as (select o.party_id, ${spanSql(period, day)} as p, sum(o.base_minor)::bigint as money ${from} group by 1, 2),
     f as (select party_id, min(p) as first from p group by 1)
     select f.first, p.p - f.first as age, count(*)::int as customers, sum(p.money)::bigint as revenue
     from p join f using (party_id) group by 1, 2 order by 1, 2`,
    params.values,
  )
  const customers = await customersIn(ctx, snap, query)
  const now = indexOf(period, snap.as_of)
  const firsts = [...new Set(rows.map((row) => row.first))]
  const all = firsts.map((first) => {
    const own = new Map(rows.filter((row) => row.first === first).map((row) => [row.age, row]))
    const ages = Array.from({ length: now - first + 1 }, (_, age) => own.get(age))
    const size = own.get(0)!.customers
    return {
      period: spanName(period, first),
      start: spanOf(spanName(period, first)).from,
      customers: size,
      active: ages.map((row) => row?.customers ?? 0),
      retention: ages.map((row) => (row?.customers ?? 0) / size),
      revenue_minor: ages.map((row) => row?.revenue ?? 0),
      complete: ended(period, now, snap.as_of),
    }
  })
  const longest = Math.max(0, ...all.map((cohort) => cohort.active.length))
  const curve = Array.from({ length: longest }, (_, age) => {
    const reachedAge = all.filter((cohort) => cohort.active.length > age)
    const size = reachedAge.reduce((sum, cohort) => sum + cohort.customers, 0)
    const active = reachedAge.reduce((sum, cohort) => sum + cohort.active[age]!, 0)
    return { age, customers: size, retention: size > 0 ? active / size : 0 }
  })
  return { ...(await basisOf(ctx, snap, customers)), period, cohorts: all.slice(-(query.last ?? 120)), curve }
}

export async function bucket(ctx: Ctx, { query }: PeriodAsked): Promise<Bucket> {
  const snap = await snapshotOf(ctx, query.as_of)
  const settings = await settingsById(ctx, snap.settings_id)
  const period = spanFor(snap, query.period)
  const grace = graceOf(settings.bucket_months, period)
  const params = new Params()
  const { from, day } = await purchases(ctx, snap, query, params)
  const forgiven = params.$(grace, 'int')
  const rows = await planned<{ p: number; won: number; rewon: number; lost: number }>(
    ctx,
    `with p as (select o.party_id, ${spanSql(period, day)} as p ${from} group by 1, 2),
     n as (select p, lag(p) over w as before, lead(p) over w as next from p window w as (partition by party_id order by p)),
     e as (
       select p, (before is null)::int as won, (p - before > ${forgiven} + 1)::int as rewon, 0 as lost from n
       union all select p + ${forgiven} + 1, 0, 0, 1 from n where next is null or next - p > ${forgiven} + 1
     )
     select p, sum(won)::int as won, coalesce(sum(rewon), 0)::int as rewon, sum(lost)::int as lost from e group by 1 order by 1`,
    params.values,
  )
  const basis = await basisOf(ctx, snap, await customersIn(ctx, snap, query))
  const found = new Map(rows.map((row) => [row.p, row]))
  const now = indexOf(period, snap.as_of)
  const periods: Bucket['periods'] = []
  let active = 0
  for (let p = rows[0]?.p ?? now + 1; p <= now; p++) {
    const { won, rewon, lost } = found.get(p) ?? { won: 0, rewon: 0, lost: 0 }
    const net = won + rewon - lost
    active += net
    const name = spanName(period, p)
    periods.push({
      period: name,
      start: spanOf(name).from,
      active,
      won,
      kept: active - won - rewon,
      rewon,
      lost,
      net,
      replaced: Math.min(won + rewon, lost),
      complete: ended(period, p, snap.as_of),
    })
  }
  return { ...basis, period, grace, periods: periods.slice(-(query.last ?? 120)) }
}

/** Whole periods without a purchase that are forgiven, so that the next one is the loss. */
export const graceOf = (months: number, period: Span): number =>
  Math.max(0, Math.ceil(months / SPAN_MONTHS[period]) - 1)

export type Days = { from: number; to: number }
type Sale = { customers: number; orders: number; revenue_minor: number }

async function salesOf(ctx: Ctx, snap: Snap, filter: Filter, { from, to }: Days): Promise<Sale> {
  const params = new Params()
  const { from: source, day } = await purchases(ctx, snap, filter, params)
  const [row] = await planned<Sale>(
    ctx,
    `select count(distinct o.party_id) as customers, count(*) as orders, coalesce(sum(o.base_minor), 0)::bigint as revenue_minor
     ${source} and ${day} between ${params.$(dateOf(from), 'date')} and ${params.$(dateOf(to), 'date')}`,
    params.values,
  )
  return row!
}

/** The last year and the one before; halves of the data where they are shorter than two years. */
export function lastTwo(snap: Snap): { before: Days; after: Days; days: number } {
  const to = dayNumber(snap.as_of)
  const days = Math.max(1, Math.min(365, Math.floor((snap.summary.data.span_days + 1) / 2)))
  return { days, after: { from: to - days + 1, to }, before: { from: to - 2 * days + 1, to: to - days } }
}

export type SpansAsked = { [K in 'from' | 'to' | 'before_from' | 'before_to']?: string | undefined }
type RevenueAsked = { query: Filter & SpansAsked }

/** The two spans that are compared: as asked, else the last year and the one before. */
export function spansOf(snap: Snap, asked: SpansAsked): { before: Days; after: Days } {
  const usual = lastTwo(snap)
  const after = {
    from: asked.from ? dayNumber(asked.from) : usual.after.from,
    to: asked.to ? dayNumber(asked.to) : usual.after.to,
  }
  const length = after.to - after.from + 1
  const before = {
    from: asked.before_from ? dayNumber(asked.before_from) : after.from - length,
    to: asked.before_to ? dayNumber(asked.before_to) : after.from - 1,
  }
  if (length < 1 || before.to < before.from) refuse('value.bad_period', 422)
  return { before, after }
}

export async function revenue(ctx: Ctx, { query }: RevenueAsked): Promise<RevenueChange> {
  const snap = await snapshotOf(ctx, query.as_of)
  const { before, after } = spansOf(snap, query)
  const [one, other] = await Promise.all([
    salesOf(ctx, snap, query, before),
    salesOf(ctx, snap, query, after),
  ])
  const sales = (days: Days, sale: Sale) => ({
    from: dateOf(days.from),
    to: dateOf(days.to),
    ...sale,
    orders_per_customer: sale.customers > 0 ? sale.orders / sale.customers : null,
    order_minor: sale.orders > 0 ? sale.revenue_minor / sale.orders : null,
  })
  return {
    ...(await basisOf(ctx, snap, await customersIn(ctx, snap, query))),
    before: sales(before, one),
    after: sales(after, other),
    total_minor: other.revenue_minor - one.revenue_minor,
    split: splitOf(one, other),
    why_not: one.orders === 0 ? 'nothing_before' : other.orders === 0 ? 'nothing_after' : null,
  }
}

/** In whole minor units that add up to the change: what rounding leaves goes to the size of orders. */
export function splitOf(before: Sale, after: Sale): RevenueChange['split'] {
  if (before.orders === 0 || after.orders === 0) return null
  const figures = ({ customers, orders, revenue_minor }: Sale) => ({
    customers,
    orders,
    revenue: revenue_minor,
  })
  const parts = revenueChange(figures(before), figures(after))
  const customers_minor = Math.round(parts.customers)
  const frequency_minor = Math.round(parts.frequency)
  const size_minor = after.revenue_minor - before.revenue_minor - customers_minor - frequency_minor
  return { customers_minor, frequency_minor, size_minor }
}
