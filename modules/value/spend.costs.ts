import { type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { companyOf } from '../access/company.ts'
import type { purposes, SpendSummary } from './contract.customer.ts'
import { Params } from './read/basis.ts'
import { dateOf, dayNumber, todayIn } from './rules.ts'
import { within } from './spend.ts'

// What winning and keeping a customer has cost. unscoped: cut to the caller's reach by `within` and `flowOf`

/** Costs to win and to keep, over what was spent and the customers that came and stayed. Default: the last twelve months. */
export async function spendSummary(
  ctx: Ctx,
  { query }: { query: { from?: string; to?: string } },
): Promise<SpendSummary> {
  const { time_zone, base_currency } = await companyOf(ctx)
  const to = query.to ?? todayIn(time_zone, ctx.now)
  const from = query.from ?? dateOf(dayNumber(to) - 364)
  if (from > to) refuse('value.bad_period', 422)
  const params = new Params()
  const [a, b] = [params.$(from, 'date'), params.$(to, 'date')]
  const items = await planned<SpendSummary['items'][number] & { unrated: number }>(
    ctx,
    `select s.purpose, s.driver, coalesce(sum(s.base_minor), 0)::bigint as amount_minor, sum(s.hours)::float8 as hours, count(*) as entries,
       count(*) filter (where s.base_minor is null) as unrated
     from spend s left join party p on p.party_id = s.party_id and s.party_id <> 0 where s.spent_on between ${a} and ${b} and ${within(ctx, params)}
     group by 1, 2 order by 1, 2`,
    params.values,
  )
  const flow = await flowOf(ctx, from, to, time_zone)
  const sum = (purpose: (typeof purposes)[number]) =>
    items.reduce((total, item) => (item.purpose === purpose ? total + item.amount_minor : total), 0)
  return {
    currency: base_currency,
    from,
    to,
    items: items.map(({ unrated: _, ...item }) => item),
    unrated: items.reduce((total, item) => total + item.unrated, 0),
    customers_won: flow.won,
    cost_to_win_minor: flow.won > 0 ? Math.round(sum('win') / flow.won) : null,
    customers_kept: flow.kept,
    cost_to_keep_minor: flow.kept > 0 ? Math.round(sum('keep') / flow.kept) : null,
  }
}

/** Won: first purchase in the span. Kept: a purchase in it, and one before it. */
async function flowOf(
  ctx: Ctx,
  from: string,
  to: string,
  zone: string,
): Promise<{ won: number; kept: number }> {
  const params = new Params()
  const { $ } = params
  const day = `(o.ordered_at at time zone ${$(zone, 'text')})::date`
  const { reach } = ctx
  const scope =
    reach.kind === 'all'
      ? 'true'
      : reach.kind === 'units'
        ? `p.unit_id = any(${$(reach.unit_ids, 'bigint[]')})`
        : `p.owner_id = ${$(reach.user_id, 'bigint')}`
  const [row] = await planned<{ won: number; kept: number }>(
    ctx,
    `select count(*) filter (where f.first >= ${$(from, 'date')}) as won, count(*) filter (where f.first < ${$(from, 'date')}) as kept
     from (select o.party_id, min(${day}) as first, max(${day}) filter (where ${day} >= ${$(from, 'date')}) as last
       from orders o join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous' and ${scope}
       where o.kind = 'order' and o.base_minor > 0 and ${day} <= ${$(to, 'date')} group by 1) f where f.last is not null`,
    params.values,
  )
  return row!
}
