import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { written } from '../filter/piece.ts'
import type { Count } from './count.ts'
import { columnOf, direction, keyset, type Listed, type Order } from './gather.ts'
import { type Found, pageOf } from './gathered.ts'
import { keeping } from './kept.ts'
import { dressed, shown } from './page.columns.ts'
import { type About, aboutAlone } from './sample.ts'
import { keyOf, ordersOf, Params, type Where } from './where.ts'

// A list filtered by nothing but one condition that a fast custom field's slots answer. No row is looked at but those that a
// page shows and, where few are found, those that are sorted: slots and orders stand in their indexes.
// unscoped: slots are cut to the caller's part; a page is made of those whose slots are

/** few: whoever is found is sorted. met: the order is walked until a page of it is among those found. */
export type Way = 'few' | 'met'

// To fetch one and sort it takes as long as to pass so many entries of an order.
const SORTED = 35
/** More are soon met along any order, row by row, and told as about so many: above 10,000 by more than a sample errs. */
export const MANY = 30_000

// Pages as they were found; what is kept beside ids weighs as much as so many of them.
const MOST_IN_ALL = 200_000
const kept = keeping<Found>(MOST_IN_ALL, ({ ids }) => 100 + ids.length)

/** null: another way is quicker. */
export async function amongPage(
  ctx: Ctx,
  where: Where,
  order: Order,
  way?: Way,
): Promise<{ rows: Listed[]; counted: Count } | null> {
  const about = where.among ? await aboutAlone(ctx, where) : null
  if (!about || (about.found > MANY && !way)) return null
  const { merged, entries } = alongOf(where, about)
  const now: { rows?: Listed[] } = {}
  const take = async (): Promise<Found> => {
    const as_of = Date.now()
    const { rows, total } = await find(ctx, where, order, way ?? wayOf(about, entries, order), merged)
    now.rows = rows
    const [ids, slots] = [rows.map((row) => row.party_id), rows.map((row) => row.slot)]
    return { ids, slots, all: rows.length <= order.limit, total, as_of }
  }
  const key = `${way ?? ''} ${JSON.stringify(order)} ${keyOf(where)}`
  let found = ctx.tx ? await take() : (await kept.of(ctx, key, take)).value
  // Its rows are read as they are now; who stood there may be gone.
  let rows = now.rows ?? (await pageOf(ctx, where, { ...order, after: null }, found))
  if (!rows) {
    found = await take()
    rows = now.rows!
  }
  const count_age_ms = Math.max(0, Date.now() - found.as_of)
  return { rows, counted: { count: found.total ?? 0, count_exact: true, count_age_ms } }
}

/** Of some units everybody's order is walked past the others, or their own orders are merged: whichever is shorter. */
function alongOf({ part }: Where, { of, all }: About): { merged: boolean; entries: number } {
  if (part.kind !== 'units') return { merged: false, entries: of }
  const merged = part.unit_ids.length * of
  return merged < all ? { merged: true, entries: merged } : { merged: false, entries: all }
}

const wayOf = ({ found }: About, entries: number, { limit }: Order): Way =>
  found * found * SORTED > limit * entries ? 'met' : 'few'

/** Whose slots meet it, of the caller's part. */
function slots({ part, unit_ids, among }: Where, params: Params): string {
  const found = (more = '') =>
    `select s.party_id from party_slot s where ${written(among!, 's', params)}${more}`
  const units = part.kind === 'units' ? part.unit_ids : unit_ids
  const those = units && params.$(units, 'bigint[]')
  if (part.kind === 'owner')
    return found(
      ` and s.owner_id = ${params.$(part.owner_id, 'bigint')}${those ? ` and s.unit_id = any(${those})` : ''}`,
    )
  // Unit by unit: the planner, which expects few, would look at the slots of all the others.
  return those
    ? `select x.party_id from unnest(${those}) as u (unit_id), lateral (${found(' and s.unit_id = u.unit_id offset 0')}) x`
    : found()
}

async function countIn(ctx: Ctx, where: Where): Promise<number> {
  const params = new Params()
  const text = `select count(*) as n from (${slots(where, params)}) x`
  return (await planned<{ n: number }>(ctx, text, params.values))[0]!.n
}

async function find(
  ctx: Ctx,
  where: Where,
  order: Order,
  way: Way,
  merged: boolean,
): Promise<{ rows: Listed[]; total: number }> {
  const params = new Params()
  const by = direction(order)
  const { column } = columnOf[order.sort]
  const end = (slot: string) => `order by ${slot} ${by}, party_id ${by} limit ${order.limit + 1}`
  const orders = ordersOf(where.part)
  const found = slots(where, params)
  // party_own holds all orders in short rows. coalesce: no join is made of it, so that the order stays.
  const text =
    way === 'few'
      ? `select x.party_id, x.slot from (select o.party_id, o.${column} as slot from party_own o where o.party_id = any(array(select m.party_id from m)) and o.live) x
         where true${keyset(order, params, 'slot')} ${end('slot')}`
      : along(
          where,
          merged,
          params,
          end('slot'),
          (part) =>
            `select o.party_id, o.${column} as slot from ${orders} o
           where o.live and ${part}coalesce(o.party_id in (select m.party_id from m), false)${keyset(order, params, column)} ${end(column)}`,
        )
  const rows = await planned<Listed & { all: number }>(
    ctx,
    `with m as materialized (${found})
     select ${shown}, k.slot, (select count(*) from m) as all from (${text}) k ${dressed} order by k.slot ${by}, k.party_id ${by}`,
    params.values,
  )
  const total = rows[0]?.all ?? (order.after ? await countIn(ctx, where) : 0)
  return { rows, total }
}

function along(
  { part }: Where,
  merged: boolean,
  { $ }: Params,
  end: string,
  entries: (part: string) => string,
): string {
  if (part.kind === 'all' || (part.kind === 'units' && !merged)) return entries('')
  if (part.kind === 'owner') return entries(`o.owner_id = ${$(part.owner_id, 'bigint')} and `)
  return `select w.* from unnest(${$(part.unit_ids, 'bigint[]')}) as u (unit_id), lateral (${entries('o.unit_id = u.unit_id and ')}) w ${end}`
}
