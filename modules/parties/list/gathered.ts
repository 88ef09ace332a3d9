import { type Ctx, type House, planned } from '../../../kernel/ctx.ts'
import { columnOf, gather, type Listed, type Order } from './gather.ts'
import { keeping } from './kept.ts'
import { shown } from './page.columns.ts'
import { forgetPostings, postedIn, postingsOf } from './postings.ts'
import { prepared } from './prepared.ts'
import { roughlyMet } from './rough.ts'
import { keyOf, knowsHeads, near, Params, plainly, type Where } from './where.ts'

// What a search or a filter without an index found is kept a while (kept.ts): its next page, a second look and whoever asks
// the same need not read it all again. Only ids and their places: each page reads its rows as they are then, and
// checks once more that they meet the filter within the caller's reach.
// unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

const MOST = 50_000
const MOST_IN_ALL = 400_000
// What words find is soon gathered again for the few who turn so many pages.
const FIRST = 250

/** `total` found, of them the first. */
type Found = {
  ids: readonly number[]
  slots: readonly (string | number | null)[]
  total: number
  as_of: number
}
const kept = keeping<Found>(MOST_IN_ALL, ({ ids }) => 1 + ids.length)

export const forgetGathered = (house: House): void => {
  kept.forget(house)
  forgetPostings(house)
}

export async function gatherKept(ctx: Ctx, where: Where, order: Order): Promise<Listed[]> {
  if (ctx.tx) return gather(ctx, where, order)
  const key = `${order.sort} ${order.desc} ${keyOf(where)}`
  const { ids, slots, total, as_of } = (await kept.of(ctx, key, () => find(ctx, where, order))).value
  const total_age_ms = Math.max(0, Date.now() - as_of)
  const from = order.after ? ids.indexOf(order.after.id) : -1
  // The row that the last page ended with is gone since.
  if (order.after && from < 0) return gather(ctx, where, order)
  const rows: Listed[] = []
  for (let at = from + 1; at < ids.length && rows.length <= order.limit; ) {
    const wanted = ids.slice(at, at + order.limit + 1 - rows.length)
    const known = new Map((await rowsOf(ctx, where, wanted)).map((row) => [row.party_id, row]))
    wanted.forEach((id, i) => {
      const row = known.get(id)
      if (row) rows.push({ ...row, slot: slots[at + i]!, total, total_age_ms })
    })
    at += wanted.length
  }
  return rows.length <= order.limit && ids.length < total ? gather(ctx, where, order) : rows
}

async function find(ctx: Ctx, where: Where, { sort, desc }: Order): Promise<Found> {
  const params = new Params()
  const { column } = columnOf[sort]
  const by = desc ? 'desc' : 'asc'
  const posted = await postedOf(ctx, where)
  const as_of = posted?.at ?? Date.now()
  const from = where.part.kind === 'owner' && !posted ? near(where, params) : 'party_listed r'
  const conditions = [...(await roughlyMet(ctx, where, params)), ...plainly(where, 'r', params)]
  if (posted) conditions.unshift(`r.party_id = any(${params.$(posted.ids, 'bigint[]')})`)
  const rows = await planned<{ party_id: number; slot: string | number | null; total: number }>(
    ctx,
    // Materialised: else the planner, which takes a third of all for a find, walks the whole order by its index.
    `with m as materialized (
       select r.party_id, r.${column} as slot from ${from} where ${conditions.join(' and ')}
     ) select party_id, slot, (select count(*) from m) as total from m order by slot ${by}, party_id ${by} limit ${where.tree ? MOST : FIRST}`,
    params.values,
  )
  return {
    ids: rows.map((row) => row.party_id),
    slots: rows.map((row) => row.slot),
    total: rows[0]?.total ?? 0,
    as_of,
  }
}

/** Of one owner or some units, from what the words find of everybody; null: there is a shorter way. */
async function postedOf(ctx: Ctx, where: Where): Promise<{ at: number; ids: number[] } | null> {
  const { q, part, contacts } = where
  if (!q || !where.live || where.tree) return null
  // An owner's own index knows these; of everybody they are no fewer.
  if (part.kind !== 'units' && knowsHeads(where)) return null
  const posted = await postingsOf(ctx, q, contacts)
  const ids = posted && (await postedIn(ctx, posted.found, part))
  return ids && { at: posted.at, ids }
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
