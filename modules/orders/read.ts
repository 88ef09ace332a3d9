import { type Ctx, named } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { companyOf } from '../parties/company.ts'
import { reachParty } from '../parties/party.ts'
import type { Order, OrderHead, OrderLine, Purchases } from './contract.ts'
import { fillMonths, rhythmOf, silentDays } from './rules.ts'
import { exactSum } from './sums.ts'

// Whose order it is decides who sees it: every read goes through its party's scope.

export type HeadRow = Omit<OrderHead, 'id' | 'base_currency'> & { order_id: number; party_id: number }
export type OrderRow = HeadRow &
  Pick<Order, 'version' | 'created_at' | 'updated_at' | 'lines'> & { party_name: string | null }

const headColumns = `o.order_id, o.party_id, o.source, o.number, o.kind, o.ordered_at, o.currency, o.channel, o.store,
  o.line_count, o.amount_minor, o.base_minor`
const linesColumn = `(
  select coalesce(json_agg(json_build_object('line_no', x.line_no, 'kind', x.kind, 'description', x.description, 'quantity', x.quantity,
    'price_micro', x.price_micro, 'amount_minor', x.amount_minor,
    'product', case when r.product_id is not null then json_build_object('id', r.product_id, 'code', r.code, 'name', r.name) end)
    order by x.line_no), '[]')
  from order_line x left join product r on r.product_id = x.product_id
  where x.party_id = o.party_id and x.order_id = o.order_id) as lines`

export async function presentHead(ctx: Ctx, { order_id, party_id: _, ...row }: HeadRow): Promise<OrderHead> {
  return { ...row, id: order_id, base_currency: (await companyOf(ctx)).base_currency }
}

export async function presentOrder(ctx: Ctx, { party_name, ...row }: OrderRow): Promise<Order> {
  const { lines, version, created_at, updated_at, ...head } = row
  const party = party_name === null ? null : { id: row.party_id, name: party_name }
  return {
    ...(await presentHead(ctx, head)),
    party,
    lines: lines as OrderLine[],
    version,
    created_at,
    updated_at,
  }
}

/** The order with its lines, if the caller reaches its party; else 404. */
export async function loadOrder(ctx: Ctx, order_id: number): Promise<OrderRow> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const text = `select ${headColumns}, o.version, o.created_at, o.updated_at, ${linesColumn},
      case when p.kind <> 'anonymous' then p.name end as party_name
    from order_key k join orders o on o.party_id = k.party_id and o.order_id = k.order_id join party p on p.party_id = o.party_id
    where k.order_id = $1 and ${scope.text}`
  const [row] = await named<OrderRow>(ctx, `orders.load.${ctx.reach.kind}`, text, [order_id, scope.value])
  return row ?? notFound()
}

export const getOrder = async (ctx: Ctx, { params }: { params: { id: number } }): Promise<Order> =>
  presentOrder(ctx, await loadOrder(ctx, params.id))

export async function findOrders(ctx: Ctx, { query }: { query: { number: string; source?: string } }) {
  const scope = scopeSql(ctx.reach, 'p', 3)
  const text = `select ${headColumns} from order_key k
    join orders o on o.party_id = k.party_id and o.order_id = k.order_id join party p on p.party_id = o.party_id
    where k.number = $1 and ($2::text is null or k.source = $2) and ${scope.text} order by o.ordered_at desc, o.order_id desc limit 50`
  const values = [query.number, query.source ?? null, scope.value]
  const rows = await named<HeadRow>(ctx, `orders.find.${ctx.reach.kind}`, text, values)
  return { items: await Promise.all(rows.map((row) => presentHead(ctx, row))) }
}

type Before = { at: string; id: number } | null

// unscoped: the party was reached by the caller before this is asked
const pageText = `select ${headColumns} from orders o
  where o.party_id = $1 and ($2::timestamptz is null or (o.ordered_at, o.order_id) < ($2, $3::bigint)) and ($4::text is null or o.kind = $4)
  order by o.ordered_at desc, o.order_id desc limit $5`

export const headsOf = (
  ctx: Ctx,
  party_id: number,
  before: Before,
  limit: number,
  kind: string | null = null,
): Promise<HeadRow[]> =>
  named<HeadRow>(ctx, 'orders.page', pageText, [
    party_id,
    before?.at ?? null,
    before?.id ?? null,
    kind,
    limit,
  ])

type Asked = { params: { id: number }; query: { cursor?: string; limit?: number; kind?: string } }

export async function ordersOfParty(ctx: Ctx, { params, query }: Asked) {
  const before = query.cursor === undefined ? null : beforeOf(query.cursor)
  const limit = query.limit ?? 50
  await reachParty(ctx, params.id)
  const rows = await headsOf(ctx, params.id, before, limit + 1, query.kind ?? null)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  const items = await Promise.all(page.map((row) => presentHead(ctx, row)))
  return { items, next: last && encodeCursor([last.ordered_at, last.order_id]) }
}

function beforeOf(cursor: string): { at: string; id: number } {
  const [at, id] = decodeCursor(cursor, ['string', 'number'])
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(at)) || Number.isNaN(Date.parse(String(at))))
    return refuse('kernel.bad_cursor', 400)
  return { at: String(at), id: Number(id) }
}

const SHOWN = 400

type Months = {
  month: string
  order_count: number
  revenue_minor: number
  unrated_count: number
  recent_count: number
  recent_minor: number
}[]
const monthsText = `
select to_char(o.ordered_at at time zone 'UTC', 'YYYY-MM') as month, count(*) filter (where o.kind = 'order') as order_count,
  ${exactSum('sum(case when $3::text is null then o.base_minor else o.amount_minor end)')} as revenue_minor,
  count(*) filter (where $3::text is null and o.base_minor is null) as unrated_count,
  count(*) filter (where o.kind = 'order' and o.ordered_at > $2::timestamptz - interval '1 year') as recent_count,
  ${exactSum(`sum(case when $3::text is null then o.base_minor else o.amount_minor end) filter (where o.ordered_at > $2::timestamptz - interval '1 year')`)} as recent_minor
from orders o where o.party_id = $1 group by 1 order by 1`

// Where a rate is missing and all orders are in one currency, the picture is in that one.
const onlyText = `
select case when bool_or(base_minor is null) and min(currency) = max(currency) then min(currency) end as currency
from orders where party_id = $1`

export async function purchasesOf(ctx: Ctx, { params }: { params: { id: number } }): Promise<Purchases> {
  await reachParty(ctx, params.id)
  const [one] = await named<{ currency: string | null }>(ctx, 'orders.only', onlyText, [params.id])
  const only = one?.currency ?? null
  const [heads, months] = await Promise.all([
    headsOf(ctx, params.id, null, SHOWN),
    named<Months[number]>(ctx, 'orders.months', monthsText, [params.id, ctx.now, only]),
  ])
  const orders = heads
    .map((row) => ({
      id: row.order_id,
      at: row.ordered_at,
      amount_minor: only === null ? row.base_minor : row.amount_minor,
      kind: row.kind,
    }))
    .reverse()
  const sum = (key: Exclude<keyof Months[number], 'month'>) =>
    months.reduce((total, row) => total + row[key], 0)
  return {
    currency: only ?? (await companyOf(ctx)).base_currency,
    unrated_count: sum('unrated_count'),
    orders,
    order_count: sum('order_count'),
    revenue_minor: sum('revenue_minor'),
    last_12_months: { order_count: sum('recent_count'), revenue_minor: sum('recent_minor') },
    rhythm: rhythmOf(orders),
    silent_days: silentDays(orders, ctx.now.toISOString()),
    months: fillMonths(
      months.map(({ month, order_count, revenue_minor }) => ({ month, order_count, revenue_minor })),
    ),
  }
}
