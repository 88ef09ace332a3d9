import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, named, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { exponentOf } from '../../kernel/text.ts'
import { companyOf } from '../parties/company.ts'
import { refreshFigures } from './figures.ts'
import { convert } from './rules.ts'

const known = new Set(Intl.supportedValuesOf('currency'))
export const checkCurrency = (currency: string): string =>
  known.has(currency) ? currency : refuse('orders.bad_currency', 422, { currency })

/** What an amount comes to in the base currency at that time's rate; null when no rate is known. */
export async function inBase(ctx: Ctx, minor: number, currency: string, at: string): Promise<number | null> {
  const { base_currency } = await companyOf(ctx)
  if (currency === base_currency) return minor
  const [row] = await named<{ rate: string }>(
    ctx,
    'orders.rate',
    'select rate::text as rate from currency_rate where currency = $1 and day <= $2::date order by day desc limit 1',
    [currency, at.slice(0, 10)],
  )
  if (!row) return null
  const base = convert(minor, row.rate, exponentOf(currency), exponentOf(base_currency))
  return Number.isSafeInteger(base) ? base : refuse('orders.too_large', 422)
}

export async function listRates(ctx: Ctx, { query }: { query: { currency?: string; limit?: number } }) {
  const { base_currency } = await companyOf(ctx)
  const items = await planned<{ currency: string; day: string; rate: number }>(
    ctx,
    'select currency, day, rate from currency_rate where $1::text is null or currency = $1 order by day desc, currency limit $2',
    [query.currency ?? null, query.limit ?? 50],
  )
  return { base_currency, items }
}

type Rate = { currency: string; day: string; rate: number }

/** Orders of that currency from the day on, up to the next rate's day, are valued anew, and so are their parties. */
export const setRate = (ctx: Ctx, { body }: { body: Rate }): Promise<Rate & { orders: number }> =>
  atomically(ctx, async (ctx) => {
    const { base_currency } = await companyOf(ctx)
    checkCurrency(body.currency)
    if (body.currency === base_currency) refuse('orders.bad_currency', 422, { currency: body.currency })
    const [before] = await planned<{ rate: number }>(
      ctx,
      'select rate from currency_rate where currency = $1 and day = $2',
      [body.currency, body.day],
    )
    await planned(
      ctx,
      'insert into currency_rate (currency, day, rate) values ($1, $2, $3) on conflict (currency, day) do update set rate = excluded.rate',
      [body.currency, body.day, body.rate],
    )
    const rows = await planned<{ party_id: number }>(ctx, revalueText, [
      body.currency,
      body.day,
      body.rate,
      exponentOf(base_currency) - exponentOf(body.currency),
    ])
    const was = { currency: body.currency, day: body.day, rate: before?.rate ?? null }
    await record(ctx, { action: 'orders.rate_set', subject: 'currency_rate', subject_id: 0, was })
    await refreshFigures(ctx, [...new Set(rows.map((row) => row.party_id))])
    return { ...body, orders: rows.length }
  })

// Halves to even, as rules.ts does it: PostgreSQL's round() takes them away from zero.
// unscoped: a rate is the company's; it values everybody's orders and shows none
const revalueText = `
with value as (
  select o.party_id, o.order_id, o.amount_minor * $3::numeric * power(10::numeric, $4::int) as exact from orders o
  where o.currency = $1 and o.ordered_at >= $2::date
    and o.ordered_at < coalesce((select min(r.day) from currency_rate r where r.currency = $1 and r.day > $2::date), 'infinity')
)
update orders o set base_minor = case when abs(v.exact - trunc(v.exact)) = 0.5 then 2 * round(v.exact / 2) else round(v.exact) end
from value v where o.party_id = v.party_id and o.order_id = v.order_id
returning o.party_id`
