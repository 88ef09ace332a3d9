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
  revenue: 'int8',
  repeat: 'int8',
  recent: 'int8',
  returns: 'int8',
  /** revenue of lines whose product's cost is known, and that cost */
  known: 'int8',
  cost: 'int8',
  /** at the end of calibration; −1: no customer yet */
  cal_x: 'int4',
  cal_last: 'int4',
  cal_sum_log: 'float8',
} as const satisfies Layout
export type Facts = Columns<typeof factLayout>

const literal = (zone: string): string => `'${zone.replace(/'/g, "''")}'`
const ids = (parties: readonly number[] | null, column: string): string =>
  parties ? `and ${column} = any('{${parties.map((id) => Math.trunc(id)).join(',')}}'::bigint[])` : ''

/** Occasions: one row per party and period. A temporary table of the connection. */
export async function gatherOccasions(tx: pg.ClientBase, ask: Ask, costs: boolean): Promise<void> {
  const day = `(o.ordered_at at time zone ${literal(ask.zone)})::date`
  // One day of slack lets the index of time help; the exact day is compared in the company's zone.
  const until = dateOf(ask.as_of + 2)
  const shown = `o.base_minor is not null and o.base_minor <> 0 and o.ordered_at < '${until}' and ${day} <= '${dateOf(ask.as_of)}'`
  // Rounded per line: whole numbers below 2^53 add up exactly in doubles, in whatever order, at a fifth of numeric's time.
  const known = costs
    ? `left join (
        select l.party_id, l.order_id, sum(l.amount_minor)::bigint as amount, sum(round(l.quantity::float8 * c.cost_minor)) as cost
        from order_line l join product_cost c on c.product_id = l.product_id
        where true ${ids(ask.parties, 'l.party_id')} group by l.party_id, l.order_id
      ) k on k.party_id = o.party_id and k.order_id = o.order_id and ${bought}`
    : ''
  await tx.query(`create temp table occasion on commit drop as
    select o.party_id, ${periodSql(ask.clock, day)}::int as t,
      min(${day}) filter (where ${bought}) as first_on, max(${day}) filter (where ${bought}) as last_on,
      coalesce(sum(o.base_minor) filter (where ${bought}), 0)::bigint as money,
      coalesce(-sum(o.base_minor) filter (where not (${bought})), 0)::bigint as back,
      ${
        costs
          ? `coalesce(sum(case when o.base_minor = o.amount_minor then k.amount else round(k.amount::float8 * o.base_minor / nullif(o.amount_minor, 0)) end), 0)::bigint as known, coalesce(sum(k.cost), 0)::bigint as cost`
          : '0::bigint as known, 0::bigint as cost'
      }
    from orders o ${known}
    where ${shown} ${ids(ask.parties, 'o.party_id')}
      and o.party_id not in (select party_id from party where kind = 'anonymous' or not live)
    group by 1, 2`)
}

/** Product costs in minor units of the base currency, at the latest rate known on the day. Returns how many there are. */
export async function gatherCosts(
  tx: pg.ClientBase,
  base: string,
  shift: ReadonlyMap<string, number>,
  day: number,
): Promise<number> {
  const { rowCount } = await tx.query(
    `create temp table product_cost on commit drop as
     select p.product_id, (p.unit_cost_micro * power(10::numeric, e.digits - 6) * case when p.cost_currency = '${base}' then 1 else (
         select r.rate from currency_rate r where r.base = '${base}' and r.currency = p.cost_currency and r.day <= '${dateOf(day)}'
         order by r.day desc limit 1) end)::float8 as cost_minor
     from product p cross join (values (${shift.get(base) ?? 2})) as e (digits) where p.unit_cost_micro is not null`,
  )
  await tx.query('delete from product_cost where cost_minor is null')
  await tx.query('analyze product_cost')
  return rowCount ?? 0
}

/** The sufficient statistics of each party with a purchase up to `as_of`, and up to `calibration`. */
export function factsSql({ clock, as_of }: Pick<Ask, 'clock' | 'as_of'>, calibration: number): string {
  const now = periodOf(clock, as_of)
  const cal = periodOf(clock, calibration)
  const known = as_of - 365
  return `
    with g as (
      select party_id, t, first_on, last_on, money, back, known, cost, money > 0 as buys,
        case when money > 0 then ln(nullif(t - lag(t) over w, 0)) end as gap, row_number() over w as n
      from occasion where t <= ${now} and (money <= 0 or first_on <= '${dateOf(as_of)}') window w as (partition by party_id, money > 0 order by t)
    )
    select party_id, (min(t) filter (where buys))::int, (max(t) filter (where buys))::int,
      min(first_on) - date '1970-01-01', max(last_on) - date '1970-01-01',
      (count(*) filter (where buys) - 1)::int, coalesce(sum(gap), 0)::float8,
      sum(money)::bigint, coalesce(sum(money) filter (where buys and n > 1), 0)::bigint,
      coalesce(sum(money) filter (where last_on > date '${dateOf(known)}'), 0)::bigint, sum(back)::bigint,
      sum(known)::bigint, sum(cost)::bigint,
      (count(*) filter (where buys and t <= ${cal}) - 1)::int,
      coalesce(max(t) filter (where buys and t <= ${cal}), 0)::int,
      coalesce(sum(gap) filter (where t <= ${cal}), 0)::float8
    from g group by party_id having bool_or(buys) order by party_id`
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
export type Weekly = { week: number; repeats: number }[]

/** Per period: customers won; and repeat purchases of those won by the end of calibration. */
export async function flowOf(
  tx: pg.ClientBase,
  calibration: number,
): Promise<{ births: Births; repeats: { t: number; n: number }[] }> {
  const births = await tx.query<{ first: number; customers: number }>(
    'select first, count(*)::int as customers from (select min(t) as first from occasion where money > 0 group by party_id) f group by 1 order by 1',
  )
  const repeats = await tx.query<{ t: number; n: number }>(
    `select o.t, count(*)::int as n from occasion o join (select party_id, min(t) as first from occasion where money > 0 group by party_id) f using (party_id)
     where o.money > 0 and o.t > f.first and f.first <= ${calibration} group by 1 order by 1`,
  )
  return { births: births.rows, repeats: repeats.rows }
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
