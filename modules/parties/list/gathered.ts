import { type Ctx, type House, planned } from '../../../kernel/ctx.ts'
import { columnOf, gather, type Listed, type Order } from './gather.ts'
import { dressed, shown } from './page.columns.ts'
import { keyOf, Params, plainly, type Where } from './where.ts'

// What a filter without an index found is kept a moment: its next page, a second look and whoever asks the same at the same
// time need not read the whole table again. Only ids and their places: each page reads its rows as they are then, and
// checks once more that they meet the filter within the caller's reach.
// unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

const AGE_MS = 2000
const MOST = 50_000
const MOST_IN_ALL = 400_000

type Found = { ids: readonly number[]; slots: readonly (string | number | null)[] }
type Held = { at: number; found: Promise<Found>; size: number }
const kept = new WeakMap<House, Map<string, Held>>()

export const forgetGathered = (house: House): void => {
  kept.get(house)?.clear()
}

export async function gatherKept(ctx: Ctx, where: Where, order: Order): Promise<Listed[]> {
  if (ctx.tx) return gather(ctx, where, order)
  const { ids, slots } = await foundOf(ctx, where, order)
  if (ids.length > MOST) return gather(ctx, where, order)
  const from = order.after ? ids.indexOf(order.after.id) : -1
  // The row that the last page ended with is gone since.
  if (order.after && from < 0) return gather(ctx, where, order)
  const rows: Listed[] = []
  for (let at = from + 1; at < ids.length && rows.length <= order.limit; ) {
    const wanted = ids.slice(at, at + order.limit + 1 - rows.length)
    const known = new Map((await rowsOf(ctx, where, wanted)).map((row) => [row.party_id, row]))
    wanted.forEach((id, i) => {
      const row = known.get(id)
      if (row) rows.push({ ...row, slot: slots[at + i]!, total: ids.length })
    })
    at += wanted.length
  }
  return rows
}

function foundOf(ctx: Ctx, where: Where, order: Order): Promise<Found> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const key = `${order.sort} ${order.desc} ${keyOf(where)}`
  const earlier = memory.get(key)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.found
  const held: Held = { at: Date.now(), found: find(ctx, where, order), size: 0 }
  const sum = [...memory.values()].reduce((total, { size }) => total + size, 0)
  if (sum > MOST_IN_ALL) memory.clear()
  memory.set(key, held)
  const { found } = held
  found.then(
    ({ ids }) => {
      held.size = ids.length
      // What took long is as old as its snapshot, not as its answer.
      if (ids.length > MOST) memory.delete(key)
    },
    () => memory.delete(key),
  )
  return found
}

async function find(ctx: Ctx, where: Where, { sort, desc }: Order): Promise<Found> {
  const params = new Params()
  const { column } = columnOf[sort]
  const by = desc ? 'desc' : 'asc'
  const rows = await planned<{ party_id: number; slot: string | number | null }>(
    ctx,
    // Materialised: else the planner, which takes a third of all for a find, walks the whole order by its index.
    `with m as materialized (
       select r.party_id, r.${column} as slot from party_listed r where ${plainly(where, 'r', params).join(' and ')}
     ) select party_id, slot from m order by slot ${by}, party_id ${by} limit ${MOST + 1}`,
    params.values,
  )
  return { ids: rows.map((row) => row.party_id), slots: rows.map((row) => row.slot) }
}

function rowsOf(ctx: Ctx, where: Where, ids: readonly number[]): Promise<Listed[]> {
  const params = new Params()
  const few = params.$(ids, 'bigint[]')
  const check = plainly(where, 'r', params)
    .map((condition) => `coalesce(${condition}, false)`)
    .join(' and ')
  return planned<Listed>(
    ctx,
    `select ${shown} from (select r.party_id from party_listed r where r.party_id = any(${few}) and ${check} offset 0) k ${dressed}`,
    params.values,
  )
}
