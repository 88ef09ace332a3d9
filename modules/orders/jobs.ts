import { Type as T } from 'typebox'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { job, type Step, startRun } from '../../kernel/job.ts'
import { exponentOf } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { refreshFigures } from './figures.ts'

const BATCH = 2000
const STEP_MS = 5000
type Cursor = { after: number; done: number; total: number }

/** The order figures of every list row, counted anew. unscoped: for everybody, shown to nobody. */
export const rebuildFigures = job({
  name: 'orders.rebuild_figures',
  payload: T.Object({}),
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const [size] = cursor
      ? []
      : await planned<{ n: number }>(ctx, 'select count(*) as n from party_listed', [])
    const place = (cursor as Cursor | null) ?? { after: 0, done: 0, total: size!.n }
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const text = `select party_id from party_listed where party_id > $1 order by party_id limit ${BATCH}`
      const rows = await named<{ party_id: number }>(ctx, 'orders.next', text, [place.after])
      if (rows.length === 0) return { done: true, result: { parties: place.done } }
      await refreshFigures(
        ctx,
        rows.map((row) => row.party_id),
      )
      place.after = rows.at(-1)!.party_id
      place.done += rows.length
      await ctx.progress?.report({ done: place.done, total: place.total })
    }
    return { done: false, cursor: place }
  },
})

type Valued = { after: number; done: number; total: number; changed: number }

/**
 * What every order comes to in the base currency, anew, with the figures of its party: after the base currency changed, or
 * a rate was set. One batch a step, so that it holds no party while it waits for another. unscoped: values are everybody's.
 */
export const revalueOrders = job({
  name: 'orders.revalue',
  payload: T.Object({ currency: T.Optional(T.String()) }),
  run: async (ctx, { currency = null }, cursor): Promise<Step> => {
    const place = (cursor as Valued | null) ?? {
      ...(await sizeOf(ctx, currency)),
      after: 0,
      done: 0,
      changed: 0,
    }
    const next = await planned<{ party_id: number; n: number }>(
      ctx,
      `select party_id, count(*) as n from orders where party_id > $1 and ($2::text is null or currency = $2)
       group by party_id order by party_id limit ${BATCH}`,
      [place.after, currency],
    )
    if (next.length === 0) return { done: true, result: { orders: place.changed } }
    const ids = next.map((row) => row.party_id)
    const base = (await companyOf(ctx)).base_currency
    const rows = await planned<{ party_id: number }>(ctx, revalueText, [ids, base, ...shifts(base)])
    await refreshFigures(ctx, [...new Set(rows.map((row) => row.party_id))])
    place.after = ids.at(-1)!
    place.done += next.reduce((sum, row) => sum + row.n, 0)
    place.changed += rows.length
    await ctx.progress?.report({ done: place.done, total: place.total })
    return { done: false, cursor: place }
  },
})

const sizeOf = async (ctx: Ctx, currency: string | null): Promise<{ total: number }> => {
  const text = 'select count(*) as total from orders where $1::text is null or currency = $1'
  return (await planned<{ total: number }>(ctx, text, [currency]))[0]!
}

/** Digits of the base's minor unit less those of each currency's. */
export function shifts(base: string): [string[], number[]] {
  const all = Intl.supportedValuesOf('currency')
  return [all, all.map((one) => exponentOf(base) - exponentOf(one))]
}

// Halves to even, as rules.ts does it: PostgreSQL's round() takes them away from zero. Beyond 2^53 no value is exact.
const revalueText = `
with exact as (
  select o.party_id, o.order_id, o.base_minor, case when o.currency = $2 then o.amount_minor else (
      select o.amount_minor * r.rate * power(10::numeric, e.shift) from currency_rate r
      where r.base = $2 and r.currency = o.currency and r.day <= o.ordered_at::date order by r.day desc limit 1) end as v
  from orders o join unnest($3::text[], $4::int[]) as e (currency, shift) on e.currency = o.currency
  where o.party_id = any($1::bigint[])
), whole as (
  select party_id, order_id, base_minor, case when abs(v - trunc(v)) = 0.5 then 2 * round(v / 2) else round(v) end as v from exact
), value as (
  select party_id, order_id, base_minor, case when abs(v) <= 9007199254740991 then v end::bigint as v from whole
)
update orders o set base_minor = n.v from value n
where o.party_id = n.party_id and o.order_id = n.order_id and n.v is distinct from n.base_minor
returning o.party_id`

/** Hears of every change of the settings; only another base currency makes values anew. */
export const baseChanged = job({
  name: 'orders.base_changed',
  payload: T.Object({ changed: T.Optional(T.Array(T.String())) }, { additionalProperties: true }),
  run: async (ctx, { changed = [] }) => {
    if (!changed.includes('base_currency')) return
    const currency = (await companyOf(ctx)).base_currency
    const [any] = await planned(ctx, 'select from orders limit 1', [])
    if (any) await startRun(ctx, revalueOrders, {}, { subject: { base_currency: currency } })
  },
})
