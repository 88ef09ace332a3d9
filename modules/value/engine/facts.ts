import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type Clock, dateOf, periodOf, periodSql } from '../rules.ts'
import type { Columns, Layout } from './binary.ts'

// What the models need of each customer, from orders, in SQL. Everything groups by party_id alone, so that a
// distributed database does it where the orders are.
// unscoped: the engine values everybody; what it computes is read through the caller's reach (read/)

/** Order kinds are treated like this (docs/value.md):
 *  a purchase    kind `order`, worth more than nothing in the base currency; those of one period are one occasion
 *  what came back  everything else that is worth something: returns, cancellations, adjustments, negative orders
 *  left out      orders that no rate values, orders of nothing, anonymous and trashed parties */
const bought = `o.kind = 'order' and o.base_minor > 0`

export type Ask = {
  clock: Clock
  zone: string
  /** days from 1970; orders after it do not exist yet */
  as_of: number
  /** only these; all when null */
  parties: readonly number[] | null
}

export const factLayout = {
  party_id: 'int8',
  /** first and last period with a purchase, and the days */
  first: 'int4',
  last: 'int4',
  first_on: 'int4',
  last_on: 'int4',
  x: 'int4',
  sum_log: 'float8',
  /** money: whole minor units below 2^53, which doubles add up exactly, in whatever order, at a fifth of numeric's time */
  revenue: 'float8',
  repeat: 'float8',
  recent: 'float8',
  returns: 'float8',
  /** revenue of lines whose product's cost is known, and that cost */
  known: 'float8',
  cost: 'float8',
  /** at the end of calibration; −1: no customer yet */
  cal_x: 'int4',
  cal_last: 'int4',
  cal_sum_log: 'float8',
} as const satisfies Layout
export type Facts = Columns<typeof factLayout>

const literal = (zone: string): string => `'${zone.replace(/'/g, "''")}'`
const ids = (parties: readonly number[] | null, column: string): string =>
  parties ? `and ${column} = any('{${parties.map((id) => Math.trunc(id)).join(',')}}'::bigint[])` : ''

/**
 * Occasions: one row per party and period, with the party's first and previous period of purchase before it. A temporary
 * table of the connection.
 */
export async function gatherOccasions(tx: pg.ClientBase, ask: Ask, costs: boolean): Promise<void> {
  // One day of slack lets the index of time help; the exact day is compared in the company's zone.
  const until = dateOf(ask.as_of + 2)
  const known = costs
    ? `left join (
        select l.party_id, l.order_id, sum(l.amount_minor::float8) as amount, sum(round(l.quantity::float8 * c.cost_minor)) as cost
        from order_line l join value_cost c on c.product_id = l.product_id
        where true ${ids(ask.parties, 'l.party_id')} group by l.party_id, l.order_id
      ) k on k.party_id = o.party_id and k.order_id = o.order_id and o.bought`
    : ''
  // offset 0: the day, and what is a purchase, are worked out once per order
  const orders = `select o.party_id, o.order_id, o.amount_minor, o.base_minor::float8 as minor, ${bought} as bought,
      (o.ordered_at at time zone ${literal(ask.zone)})::date as day
    from orders o
    where o.base_minor <> 0 and o.ordered_at < '${until}' ${ids(ask.parties, 'o.party_id')}
      and o.party_id not in (select party_id from party where kind = 'anonymous' or not live) offset 0`
  // Everything here is in the order of the party: one sort carries the groups and the window. Of groups by an expression
  // the planner expects a tenth, and hashes them until they spill.
  if (!ask.parties) await tx.query('set local enable_hashagg = off')
  await tx.query(`create temp table value_occasion on commit drop as
    select party_id, t, first_on, last_on, money, back, known, cost,
      min(t) filter (where money > 0) over before as first, max(t) filter (where money > 0) over before as previous
    from (
      select o.party_id, ${periodSql(ask.clock, 'o.day')}::int as t,
        min(o.day) filter (where o.bought) as first_on, max(o.day) filter (where o.bought) as last_on,
        coalesce(sum(o.minor) filter (where o.bought), 0) as money, coalesce(-sum(o.minor) filter (where not o.bought), 0) as back,
        ${
          costs
            ? 'coalesce(sum(case when o.minor = o.amount_minor then k.amount else round(k.amount * o.minor / nullif(o.amount_minor, 0)) end), 0) as known, coalesce(sum(k.cost), 0) as cost'
            : '0::float8 as known, 0::float8 as cost'
        }
      from (${orders}) o ${known}
      where o.day <= '${dateOf(ask.as_of)}'
      group by 1, 2
    ) g window before as (partition by party_id order by t rows between unbounded preceding and 1 preceding)`)
  if (!ask.parties) await tx.query('set local enable_hashagg = on')
}

/** Product costs in minor units of the base currency, at the latest rate known on the day. Returns how many there are. */
export async function gatherCosts(
  tx: pg.ClientBase,
  base: string,
  shift: ReadonlyMap<string, number>,
  day: number,
): Promise<number> {
  const { rowCount } = await tx.query(
    `create temp table value_cost on commit drop as
     select p.product_id, (p.unit_cost_micro * power(10::numeric, e.digits - 6) * case when p.cost_currency = '${base}' then 1 else (
         select r.rate from currency_rate r where r.base = '${base}' and r.currency = p.cost_currency and r.day <= '${dateOf(day)}'
         order by r.day desc limit 1) end)::float8 as cost_minor
     from product p cross join (values (${shift.get(base) ?? 2})) as e (digits) where p.unit_cost_micro is not null`,
  )
  await tx.query('delete from value_cost where cost_minor is null')
  await tx.query('analyze value_cost')
  return rowCount ?? 0
}

/** The sufficient statistics of each party with a purchase up to `as_of`, and up to `calibration`; of `value_occasion`. */
export function factsSql({ clock, as_of }: Pick<Ask, 'clock' | 'as_of'>, calibration: number): string {
  const cal = periodOf(clock, calibration)
  // in the order of time within the party: sums of logarithms are then the same every time
  return `
    select party_id, (min(t) filter (where buys))::int, (max(t) filter (where buys))::int,
      min(first_on) - date '1970-01-01', max(last_on) - date '1970-01-01',
      (count(*) filter (where buys) - 1)::int, coalesce(sum(gap), 0),
      sum(money), coalesce(sum(money) filter (where previous is not null), 0),
      coalesce(sum(money) filter (where last_on > date '${dateOf(as_of - 365)}'), 0), sum(back), sum(known), sum(cost),
      (count(*) filter (where buys and t <= ${cal}) - 1)::int,
      coalesce(max(t) filter (where buys and t <= ${cal}), 0)::int,
      coalesce(sum(gap) filter (where t <= ${cal}), 0)
    from (
      select o.*, money > 0 as buys, case when money > 0 then ln((t - previous)::float8) end as gap
      from value_occasion o order by party_id, t offset 0
    ) g group by party_id having bool_or(buys) order by party_id`
}

/** The bytes of a COPY, chunk by chunk, as they come. */
export async function stream(
  tx: pg.ClientBase,
  sql: string,
  each: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const source = tx.query(copyTo(`copy (${sql}) to stdout with (format binary)`))
  for await (const chunk of source) await each(chunk as Buffer)
}

export type Births = { first: number; customers: number }[]

/** Per period: customers won; and repeat purchases of those won by the end of calibration. */
export async function flowOf(
  tx: pg.ClientBase,
  calibration: number,
): Promise<{ births: Births; repeats: { t: number; n: number }[] }> {
  const { rows } = await tx.query<{ t: number; won: number; again: number }>(
    `select t, (count(*) filter (where previous is null))::int as won, (count(*) filter (where first <= ${calibration}))::int as again
     from value_occasion where money > 0 group by t order by t`,
  )
  return {
    births: rows.filter(({ won }) => won > 0).map(({ t, won }) => ({ first: t, customers: won })),
    repeats: rows.filter(({ again }) => again > 0).map(({ t, again }) => ({ t, n: again })),
  }
}

const countsText = (day: string, until: string) => `
  select count(*)::bigint as orders,
    count(*) filter (where o.kind <> 'order')::bigint as returns,
    count(*) filter (where o.base_minor is null)::bigint as unrated,
    count(*) filter (where o.kind = 'order' and o.base_minor <= 0)::bigint as empty,
    count(*) filter (where a.party_id is not null)::bigint as anonymous
  from orders o left join party a on a.party_id = o.party_id and a.kind = 'anonymous'
  where o.ordered_at < '${until}' and ${day} < '${until}'`

export type OrderCounts = {
  orders: number
  returns: number
  unrated: number
  empty: number
  anonymous: number
}

export async function countsOf(tx: pg.ClientBase, { zone, as_of }: Ask): Promise<OrderCounts> {
  const day = `(o.ordered_at at time zone ${literal(zone)})::date`
  const { rows } = await tx.query<OrderCounts>(countsText(day, dateOf(as_of + 1)))
  return rows[0]!
}

/** The day of the last purchase, in the company's zone; null without any. */
export async function lastDay(
  tx: Pick<pg.ClientBase, 'query'>,
  zone: string,
  today: string,
): Promise<string | null> {
  const { rows } = await tx.query<{ day: string | null }>(
    `select (max(o.ordered_at) at time zone $1)::date as day from orders o
     where o.kind = 'order' and o.base_minor > 0 and o.ordered_at < ($2::date + 1)::timestamp at time zone $1
       and o.party_id not in (select party_id from party where kind = 'anonymous' or not live)`,
    [zone, today],
  )
  return rows[0]!.day
}
