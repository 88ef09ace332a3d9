import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, named, planned } from '../../kernel/ctx.ts'
import { startRun } from '../../kernel/job.ts'
import { refuse } from '../../kernel/refuse.ts'
import { exponentOf } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { baseToValueIn, guessCurrency, isGuessed, lockBase, settleCurrency } from '../access/currency.ts'
import { revalueOrders } from './jobs.ts'
import { convert } from './rules.ts'

const known = new Set(Intl.supportedValuesOf('currency'))
export const checkCurrency = (currency: string): string =>
  known.has(currency) ? currency : refuse('orders.bad_currency', 422, { currency })

/** What an amount comes to in the base currency at that time's rate; null when no rate is known. In the writer's transaction. */
export async function inBase(ctx: Ctx, minor: number, currency: string, at: string): Promise<number | null> {
  const base_currency = await baseToValueIn(ctx)
  if (currency === base_currency) return minor
  const [row] = await named<{ rate: string }>(
    ctx,
    'orders.rate',
    'select rate::text as rate from currency_rate where base = $3 and currency = $1 and day <= $2::date order by day desc limit 1',
    [currency, at.slice(0, 10), base_currency],
  )
  if (!row) return null
  const base = convert(minor, row.rate, exponentOf(currency), exponentOf(base_currency))
  return Number.isSafeInteger(base) ? base : refuse('orders.too_large', 422)
}

// Houses whose orders have begun, or whose currency somebody chose: asked at every order until then, and again after a
// while, because undoing the import that began it all opens the question anew.
const settled = new WeakMap<object, number>()
const SETTLED_MS = 5000

/** The company counts in a currency that was only guessed, and no order has come yet. */
export async function isOpen(ctx: Ctx): Promise<boolean> {
  if (Date.now() < (settled.get(ctx.house) ?? 0)) return false
  // unscoped: whether there is any order at all
  const begun = async () => (await planned(ctx, 'select from orders limit 1', [])).length > 0
  if ((await isGuessed(ctx)) && !(await begun())) return true
  settled.set(ctx.house, Date.now() + SETTLED_MS)
  return false
}

/** No order is left in a currency that the first ones had settled: the next ones settle it again. */
export async function reopenCurrency(
  ctx: Ctx,
  { was, base }: { was: string; base: string },
): Promise<boolean> {
  await lockBase(ctx)
  // unscoped: whether there is any order at all
  const begun = (await planned(ctx, 'select from orders limit 1', [])).length > 0
  if (begun || (await isGuessed(ctx)) || (await companyOf(ctx)).base_currency !== base) return false
  await guessCurrency(ctx, was)
  settled.delete(ctx.house)
  return true
}

/** The first orders settle a guess: in their currency if they have one only. Under the lock, until commit. */
export async function settleByOrders(ctx: Ctx, currency: string | null): Promise<void> {
  await lockBase(ctx)
  if (await isOpen(ctx)) await settleCurrency(ctx, currency ?? (await companyOf(ctx)).base_currency)
}

export async function listRates(ctx: Ctx, { query }: { query: { currency?: string; limit?: number } }) {
  const { base_currency } = await companyOf(ctx)
  const items = await planned<{ currency: string; day: string; rate: number }>(
    ctx,
    `select currency, day, rate from currency_rate where base = $3 and ($1::text is null or currency = $1)
     order by day desc, currency limit $2`,
    [query.currency ?? null, query.limit ?? 50, base_currency],
  )
  return { base_currency, items }
}

type Rate = { currency: string; day: string; rate: number }
type RateSet = Rate & { orders: number; run_id: number | null }

/** Orders of that currency are valued anew by a run of its own, and so are their parties. */
export const setRate = (ctx: Ctx, { body }: { body: Rate }): Promise<RateSet> =>
  atomically(ctx, async (ctx) => {
    await lockBase(ctx)
    const { base_currency } = await companyOf(ctx)
    const { currency, day, rate } = body
    checkCurrency(currency)
    if (currency === base_currency) refuse('orders.bad_currency', 422, { currency })
    const [before] = await planned<{ rate: number }>(
      ctx,
      'select rate from currency_rate where base = $3 and currency = $1 and day = $2',
      [currency, day, base_currency],
    )
    await planned(
      ctx,
      'insert into currency_rate (base, currency, day, rate) values ($4, $1, $2, $3) on conflict (base, currency, day) do update set rate = excluded.rate',
      [currency, day, rate, base_currency],
    )
    // unscoped: a rate is the company's; it values everybody's orders and shows none
    const [concerned] = await planned<{ n: number }>(ctx, concernedText, [currency, day, base_currency])
    const was = { base: base_currency, currency, day, rate: before?.rate ?? null }
    await record(ctx, { action: 'orders.rate_set', subject: 'currency_rate', subject_id: 0, was })
    const orders = concerned!.n
    if (orders === 0) return { ...body, orders, run_id: null }
    const { run_id } = await startRun(ctx, revalueOrders, { currency }, { subject: { currency } })
    return { ...body, orders, run_id }
  })

const concernedText = `
select count(*) as n from orders o where o.currency = $1 and o.ordered_at >= $2::date
  and o.ordered_at < coalesce((select min(r.day) from currency_rate r where r.base = $3 and r.currency = $1 and r.day > $2::date), 'infinity')`
