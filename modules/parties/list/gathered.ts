import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { columnOf, gather, type Listed, type Order } from './gather.ts'
import { keeping } from './kept.ts'
import { shown } from './page.columns.ts'
import { prepared } from './prepared.ts'
import { roughlyMet } from './rough.ts'
import { keyOf, near, Params, plainly, search, type Where } from './where.ts'

// What the first page of a search found, and what a filter without an index found, is kept a while (kept.ts): the next page, a
// second look and whoever asks the same need not find it again. Only ids and their places: each page reads its rows as they
// are then, and checks once more that they meet the filter within the caller's reach.
// unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

const MOST = 50_000
const MOST_IN_ALL = 300_000
// What words find is soon gathered again for the few who turn so many pages.
const FIRST = 250

export type Found = {
  ids: readonly number[]
  slots: readonly (string | number | null)[]
  /** nobody else is found */
  all: boolean
  /** null: a walk met these first, and does not know how many there are */
  total: number | null
  as_of: number
  /** what a plan says of a walk in place of a count */
  about?: number | undefined
}
// What is kept beside ids weighs as much as so many of them.
const kept = keeping<Found>(MOST_IN_ALL, ({ ids }) => 100 + ids.length)
// Of a search the first page is kept, of as many rows as were asked for.
const keyed = (where: Where, { sort, desc, limit }: Order): string =>
  `${sort} ${desc} ${where.tree ? '' : limit} ${keyOf(where)}`

export async function gatherKept(ctx: Ctx, where: Where, order: Order): Promise<Listed[]> {
  if (ctx.tx) return gather(ctx, where, order)
  const { value } = await kept.of(ctx, keyed(where, order), () => find(ctx, where, order))
  return (await pageOf(ctx, where, order, value)) ?? gather(ctx, where, order)
}

export type Walked = { rows: Listed[]; about?: number | undefined }

/** A search's first page. `take`: as a walk meets it, or what gathering finds. `walked`: it does not say how many there are. */
export async function firstKept(
  ctx: Ctx,
  where: Where,
  order: Order,
  take: () => Promise<Walked | Found>,
): Promise<Walked & { walked: boolean }> {
  const now: { rows?: Listed[] } = {}
  const taken = async (): Promise<Found> => {
    const first = await take()
    if (!('rows' in first)) return first
    const { rows, about } = first
    now.rows = rows
    const [ids, slots] = [rows.map((row) => row.party_id), rows.map((row) => row.slot)]
    return { ids, slots, all: rows.length <= order.limit, total: null, as_of: Date.now(), about }
  }
  let { value } = await kept.of(ctx, keyed(where, order), taken)
  let rows = now.rows ?? (await pageOf(ctx, where, order, value))
  if (!rows) {
    value = await taken()
    rows = now.rows ?? (await gather(ctx, where, order))
  }
  return { rows, walked: value.total === null, about: value.about }
}

/** A page of what was found; null: it goes on beyond what is kept of it, or who stood there is gone since. */
export async function pageOf(ctx: Ctx, where: Where, order: Order, found: Found): Promise<Listed[] | null> {
  const { ids, slots, all, total, as_of } = found
  const told = total === null ? {} : { total, total_age_ms: Math.max(0, Date.now() - as_of) }
  const from = order.after ? ids.indexOf(order.after.id) : -1
  if (order.after && from < 0) return null
  const rows: Listed[] = []
  for (let at = from + 1; at < ids.length && rows.length <= order.limit; ) {
    const wanted = ids.slice(at, at + order.limit + 1 - rows.length)
    const known = new Map((await rowsOf(ctx, where, wanted)).map((row) => [row.party_id, row]))
    wanted.forEach((id, i) => {
      const row = known.get(id)
      if (row) rows.push(Object.assign(row, { slot: slots[at + i]! }, told))
    })
    at += wanted.length
  }
  return rows.length <= order.limit && !all ? null : rows
}

export async function find(ctx: Ctx, where: Where, order: Order): Promise<Found> {
  const params = new Params()
  const { column } = columnOf[order.sort]
  const from = where.part.kind === 'owner' ? near(where, params) : 'party_listed r'
  const conditions = [...(await roughlyMet(ctx, where, params)), ...plainly(where, 'r', params)].join(' and ')
  const matching = `m as materialized (select r.party_id, r.${column} as slot from ${from} where ${conditions})`
  return (await first(ctx, where, order, matching, '0', params)).found
}

/**
 * By the words alone first, up to so many: whoever stands within reach is among these. null: words that find more of everybody,
 * which the planner did not guess.
 */
export async function findUpTo(ctx: Ctx, where: Where, order: Order, most: number): Promise<Found | null> {
  const params = new Params()
  const words = search(where.q!, where.contacts, 'r', params).join(' and ')
  const { column } = columnOf[order.sort]
  const matching = `e as materialized (
      select r.party_id, r.unit_id, r.live, r.kind, r.country, r.${column} as slot from party_listed r
      where r.live and ${words} limit ${most + 1}
    ), m as materialized (select r.party_id, r.slot from e r where ${plainly({ ...where, q: null }, 'r', params).join(' and ')})`
  const { found, looked_at } = await first(ctx, where, order, matching, '(select count(*) from e)', params)
  return looked_at > most ? null : found
}

/** Of all that match (`m`) the first in their order. */
async function first(
  ctx: Ctx,
  { tree }: Where,
  { desc }: Order,
  matching: string,
  looked_at: string,
  { values }: Params,
): Promise<{ found: Found; looked_at: number }> {
  const as_of = Date.now()
  const by = desc ? 'desc' : 'asc'
  type One = { looked_at: number; party_id: number | null; slot: Found['slots'][number]; total: number }
  const rows = await planned<One>(
    ctx,
    // Materialised: else the planner, which takes a third of all for a find, walks the whole order by its index.
    `with ${matching}
     select w.looked_at, k.* from (select ${looked_at} as looked_at) w left join (
       select party_id, slot, (select count(*) from m) as total from m
       order by slot ${by}, party_id ${by} limit ${tree ? MOST : FIRST}) k on true
     order by k.slot ${by}, k.party_id ${by}`,
    values,
  )
  const met = rows.filter((row) => row.party_id !== null)
  const total = met[0]?.total ?? 0
  const ids = met.map((row) => row.party_id!)
  const slots = met.map((row) => row.slot)
  return { found: { ids, slots, all: ids.length === total, total, as_of }, looked_at: rows[0]!.looked_at }
}

function rowsOf(ctx: Ctx, where: Where, ids: readonly number[]): Promise<Listed[]> {
  const params = new Params()
  const few = params.$(ids, 'bigint[]')
  const check = plainly(where, 'l', params)
    .map((condition) => `coalesce(${condition}, false)`)
    .join(' and ')
  const text = `select ${shown} from party_listed l where l.party_id = any(${few}) and ${check}`
  // A filter's text is its own, and planned with its values.
  return (where.tree ? planned<Listed> : prepared<Listed>)(ctx, text, params.values)
}
