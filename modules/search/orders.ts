import { type Ctx, named } from '../../kernel/ctx.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { prepared } from '../parties/list/prepared.ts'
import { Params } from '../parties/list/where.ts'
import type { FoundOrder } from './contract.ts'
import { marksInCode } from './rules.ts'
import { oneByOne, sourcesOf, writings } from './sources.ts'

// An order is seen by whoever reaches its party. Orders of nobody in particular have no page and are not found here.

type Row = Omit<FoundOrder, 'id' | 'marks' | 'party'> & {
  order_id: number
  party_id: number
  party_name: string
  exact: boolean
}

const columns = `o.order_id, o.party_id, p.name as party_name, o.number, o.source, o.ordered_at, o.amount_minor, o.currency`
// Numbers that begin alike are looked at up to here; of more, the most recent orders are asked.
const CAP = 200
const BUDGET = 2000
// What a number may go on with: anything, or nothing.
const ANYTHING = '\u{10FFFF}'
const NOTHING = '\u0001'

type Sought = { sources: string; numbers: string; goes_on: string; scope: string; most: string }

const beginning = ({ sources, numbers, goes_on, scope, most }: Sought) => `
with k as materialized (
  select k.* from unnest(${sources}) as s (source), unnest(${numbers}) as w (number), lateral (
    select k.order_id, k.party_id, k.number = any(${numbers}) as exact from order_key k
    where k.source = s.source and k.number >= w.number and k.number < w.number || ${goes_on} order by k.number limit ${CAP}) k
)
select n.looked_at, f.* from (select count(*) as looked_at from k) n left join (
  select ${columns}, k.exact from k join orders o on o.party_id = k.party_id and o.order_id = k.order_id
    join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous'
  where ${scope} order by k.exact desc, o.ordered_at desc, o.order_id desc limit ${most}) f on true`

const lately = ({ sources, numbers, goes_on, scope, most }: Sought) => `
select ${columns}, false as exact from (select * from orders order by ordered_at desc, order_id desc limit ${BUDGET}) o
  join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous'
where o.source = any(${sources}) and exists (select from unnest(${numbers}) as w (number) where o.number >= w.number and o.number < w.number || ${goes_on})
  and ${scope} order by o.ordered_at desc, o.order_id desc limit ${most}`

/** ctx.reach is that of orders:read. A number with a digit is found from its second character on, another one as a whole. */
export async function findOrders(
  ctx: Ctx,
  text: string,
  limit: number,
): Promise<{ items: FoundOrder[]; more: boolean }> {
  const typed = text.normalize('NFKC').trim().replace(/^#/, '')
  // Two letters are no order number; a longer word may be one as a whole.
  if (typed.length > 200 || (!/\d/.test(typed) && [...typed].length < 4)) return { items: [], more: false }
  const numbers = writings(typed)
  const goes_on = typed.length >= 2 && /\d/.test(typed) ? ANYTHING : NOTHING
  const sources = await sourcesOf(ctx, 'order_key')
  if (sources.length === 0) return { items: [], more: false }
  const params = new Params()
  const sought = {
    sources: oneByOne(sources, 'text', params),
    numbers: oneByOne(numbers, 'text', params),
    goes_on: params.$(goes_on, 'text'),
    most: params.$(limit + 1, 'integer'),
  }
  const scope = scopeSql(ctx.reach, 'p', params.values.length + 1)
  params.values.push(scope.value)
  const ask = <R extends object>(text: typeof beginning) =>
    prepared<R>(ctx, text({ ...sought, scope: scope.text }), params.values)
  const [first, ...others] = await ask<{ looked_at: number } & (Row | { order_id: null })>(beginning)
  const rows = [first!, ...others].filter(
    (row): row is Row & { looked_at: number } => row.order_id !== null,
  ) as Row[]
  if (first!.looked_at >= CAP && rows.length <= limit) {
    const known = new Set(rows.map((row) => row.order_id))
    const recent = await ask<Row>(lately)
    rows.push(...recent.filter((row) => !known.has(row.order_id)))
  }
  rows.sort((a, b) => Number(b.exact) - Number(a.exact) || (a.ordered_at < b.ordered_at ? 1 : -1))
  return { items: rows.slice(0, limit).map((row) => foundOrder(row, typed)), more: rows.length > limit }
}

const foundOrder = ({ order_id, party_id, party_name, ...row }: Row, typed: string): FoundOrder => ({
  id: order_id,
  number: row.number,
  marks: typed === '' ? [] : marksInCode(row.number, typed),
  source: row.source,
  ordered_at: row.ordered_at,
  amount_minor: row.amount_minor,
  currency: row.currency,
  party: { id: party_id, name: party_name },
})

export async function knownOrders(ctx: Ctx, order_ids: readonly number[]): Promise<FoundOrder[]> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const rows = await named<Row>(
    ctx,
    `search.known_orders.${ctx.reach.kind}`,
    `select ${columns}, false as exact from order_key k join orders o on o.party_id = k.party_id and o.order_id = k.order_id
       join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous'
     where k.order_id = any($1::bigint[]) and ${scope.text}`,
    [order_ids, scope.value],
  )
  return rows.map((row) => foundOrder(row, ''))
}
