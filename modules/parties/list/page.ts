import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { companyOf } from '../company.ts'
import type { PartyRow, parties, Sort } from '../contract.ts'
import { toldFields } from '../fields/values.ts'
import { amongPage } from './among.ts'
import { type Count, countOf } from './count.ts'
import { columnOf, direction, gather, keyset, type Listed, NOT_KNOWN, type Order } from './gather.ts'
import { type Found, find, findUpTo, firstKept, gatherKept, type Walked } from './gathered.ts'
import { namesOf } from './names.ts'
import { orderBy, pageBy } from './page.by.ts'
import { dressed, shown } from './page.columns.ts'
import { type Plan, planOf } from './plan.ts'
import { skimmed } from './skim.ts'
import { isOwnSort, sortOf } from './sorts.ts'
import { isAlone, ordersOf, Params, type Part, passes, recheck, resolve, type Where } from './where.ts'

// Two ways to a page, with one answer. Walk: go along the sort index of the part (everybody's, units', an owner's)
// until the page is full. Gather: take all that match through GIN and sort them; for what is rare.
// unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

type Query = Input<typeof parties.list>['query']
export async function listParties(
  ctx: Ctx,
  { query }: { query: Query },
): Promise<Output<typeof parties.list>> {
  if (isOwnSort(query.sort)) return listBy(ctx, query)
  const order = orderOf(query)
  const where = await resolve(ctx, query)
  if (!where) return { items: [], next: null, count: 0, count_exact: true, count_age_ms: 0 }
  const key = [query.sort ?? 'name', order.desc ? 'desc' : 'asc'] as const
  const among = await amongPage(ctx, where, order)
  if (among) return answerOf(ctx, among.rows, order.limit, key, among.counted)
  const { rows, counted } = await (isSearch(ctx, where) && !order.after ? firstPage : page)(ctx, where, order)
  return answerOf(ctx, rows, order.limit, key, counted ?? (await totalOf(ctx, where, order, rows)))
}

/** `counted` null: the rows say how many there are. */
type Page = { rows: Listed[]; counted: Count | null }

const isSearch = ({ tx }: Ctx, { q, live, tree }: Where): boolean => q !== null && live && !tree && !tx

async function firstPage(ctx: Ctx, where: Where, order: Order): Promise<Page> {
  const first = await firstKept(ctx, where, order, () => firstFound(ctx, where, order))
  return { rows: first.rows, counted: first.walked ? await countOf(ctx, where, first.about) : null }
}

async function firstFound(ctx: Ctx, where: Where, order: Order, isMany = false): Promise<Walked | Found> {
  const plan = await planOf(ctx, where, order.sort, isMany)
  if (plan.way === 'walk') {
    const [rows] = await Promise.all([
      walk(ctx, plan.where, order, plan.within),
      countOf(ctx, where, plan.about),
    ])
    return isWhole(plan, order, rows) ? { rows, about: plan.about } : find(ctx, where, order)
  }
  if (plan.most === undefined) return find(ctx, where, order)
  return (await findUpTo(ctx, where, order, plan.most)) ?? firstFound(ctx, where, order, true)
}

async function page(ctx: Ctx, where: Where, order: Order): Promise<Page> {
  const plan = await planOf(ctx, where, order.sort)
  const gathered = where.tree || isSearch(ctx, where) ? gatherKept : gather
  if (plan.way === 'gather') return { rows: await gathered(ctx, where, order), counted: null }
  const [rows, counted] = await Promise.all([
    skimmed(ctx, where, order).then((rows) => rows ?? walk(ctx, plan.where, order, plan.within)),
    countOf(ctx, where, plan.about),
  ])
  return { rows: isWhole(plan, order, rows) ? rows : await gathered(ctx, where, order), counted }
}

/** A walk that ends early has met a whole page. */
const isWhole = ({ within }: Plan & { way: 'walk' }, { limit }: Order, rows: readonly Listed[]): boolean =>
  within === undefined || rows.length > limit

/** In an order that has no index of its own. */
async function listBy(ctx: Ctx, query: Query): Promise<Output<typeof parties.list>> {
  const sort = await sortOf(ctx, query.sort!)
  const order = orderBy(query, sort)
  const where = await resolve(ctx, query)
  if (!where) return { items: [], next: null, count: 0, count_exact: true, count_age_ms: 0 }
  const { rows, counted } = await pageBy(ctx, where, sort, order)
  return answerOf(ctx, rows, order.limit, [sort.key, order.desc ? 'desc' : 'asc'], counted)
}

async function answerOf(
  ctx: Ctx,
  rows: readonly Listed[],
  limit: number,
  key: readonly [sort: string, way: string],
  counted: Count,
): Promise<Output<typeof parties.list>> {
  const page = rows.slice(0, limit)
  const fields = toldFields(
    ctx,
    page.map((row) => row.fields),
  )
  const [{ base_currency }, names, told] = await Promise.all([companyOf(ctx), namesOf(ctx, page), fields])
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map((row, i) => rowOf(row, base_currency, names, told[i]!)),
    next: last && encodeCursor([...key, last.slot ?? NOT_KNOWN, last.party_id]),
    ...counted,
  }
}

/** Gathered rows say how many there are; no first page says that there is nobody; one past the end has to ask. */
function totalOf(ctx: Ctx, where: Where, { after }: Order, rows: readonly Listed[]): Promise<Count> | Count {
  const [first] = rows
  if (!first && after) return countOf(ctx, where)
  return { count: first?.total ?? 0, count_exact: true, count_age_ms: first?.total_age_ms ?? 0 }
}

function orderOf(query: Query): Order {
  const sort = (query.sort ?? 'name') as Sort
  const desc = (query.order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc'
  const limit = query.limit ?? 50
  if (query.cursor === undefined) return { sort, desc, limit, after: null }
  const [by, direction, value, id] = decodeCursor(query.cursor, [
    'string',
    'string',
    columnOf[sort].part,
    'number',
  ])
  if (by !== sort || direction !== (desc ? 'desc' : 'asc')) return refuse('kernel.bad_cursor', 400)
  const isTime = columnOf[sort].type === 'timestamptz'
  if (isTime && value !== NOT_KNOWN && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value)))
    return refuse('kernel.bad_cursor', 400)
  return { sort, desc, limit, after: { value: value!, id: Number(id) } }
}

export async function walk(ctx: Ctx, where: Where, order: Order, within?: number): Promise<Listed[]> {
  const params = new Params()
  const by = direction(order)
  const { column } = columnOf[order.sort]
  const conditions = ['live', ...passes(where, params)].join(' and ') + keyset(order, params, column)
  // Its rows hold all that is asked. Past other units' the index is read by itself, and rows only of these.
  const alone = isAlone(where)
  const direct = alone && where.unit_ids === null
  // coalesce: the planner would multiply the two guesses for one fact, and expect an empty page.
  const check = recheck(where, direct ? 'party_list' : 'r', params)
    .map((condition) => `coalesce(${condition}, false)`)
    .join(' and ')
  const limit = order.limit + 1
  const end = `order by slot ${by}, party_id ${by} limit ${limit}`
  const along = (part: string) => {
    const index = `select party_id, ${column} as slot from ${ordersOf(where.part)} where ${part}${conditions}`
    if (!check) return `${index} ${end}`
    if (direct) return `${index} and ${check} ${end}`
    return `select w.party_id, w.slot from (${index} order by ${column} ${by}, party_id ${by} ${within ? `limit ${within}` : 'offset 0'}) w
      join ${alone ? 'party_list' : 'party_listed'} r on r.party_id = w.party_id and ${check} order by w.slot ${by}, w.party_id ${by} limit ${limit}`
  }
  const text = `select ${shown}, k.slot from (${parted(where.part, along, params, end)}) k ${dressed}
    order by k.slot ${by}, k.party_id ${by}`
  // A filter's text is its own: not kept prepared, and planned with its values.
  if (where.tree) return planned<Listed>(ctx, text, params.values)
  // Its plan is the same whatever the values: prepared once per connection. A filtered walk may be long: not pipelined.
  if (check)
    return (
      await (ctx.tx ?? ctx.house.pool).query<Listed>({ name: nameOf(text), text, values: params.values })
    ).rows
  return named<Listed>(ctx, nameOf(text), text, params.values)
}

const names = new Map<string, string>()
function nameOf(text: string): string {
  let name = names.get(text)
  if (!name) names.set(text, (name = `parties.list.${names.size}`))
  return name
}

/** Units merge their own orders: one look into the index per unit. */
function parted(part: Part, along: (condition: string) => string, { $ }: Params, end: string): string {
  if (part.kind === 'all') return along('')
  if (part.kind === 'owner') return along(`owner_id = ${$(part.owner_id, 'bigint')} and `)
  return `select w.* from unnest(${$(part.unit_ids, 'bigint[]')}) as s (unit_id),
    lateral (${along('unit_id = s.unit_id and ')}) w ${end}`
}

// Written out: a rest spread of every row cost a tenth of a page.
export function rowOf(
  row: Listed,
  currency: string,
  { owners, units }: Awaited<ReturnType<typeof namesOf>>,
  fields: PartyRow['fields'],
): PartyRow {
  return {
    id: row.party_id,
    kind: row.kind,
    name: row.name,
    name_romanised: row.name_romanised,
    roles: row.roles,
    tags: row.tags,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: owners.get(row.owner_id) ?? '' },
    unit: { id: row.unit_id, name: units.get(row.unit_id) ?? '' },
    country: row.country,
    order_count: row.order_count,
    revenue_minor: row.revenue_minor,
    unrated_count: row.unrated_count,
    currency,
    first_order_at: row.first_order_at,
    last_order_at: row.last_order_at,
    created_at: row.created_at,
    fields,
  }
}
