import { type Ctx, named } from '../../../kernel/ctx.ts'
import { columnOf, direction, keyset, type Listed, type Order } from './gather.ts'
import { dressed, shown } from './page.columns.ts'
import { shareOfPart } from './plan.ts'
import { shapeOf } from './prepared.ts'
import { Params, passes, type Where } from './where.ts'

// A page of units that have a good part of everybody: they are soon met along everybody's order, whose entries say the unit,
// where to merge the units' own orders looks into each of them for a whole page.
// unscoped: conditions come from where.ts, cut to the caller's reach

const PAGE = 51
// What a look into one more unit's order costs beside its page, in entries.
const LOOK = 50
// Of units that stand apart (all at the end of an order) so many times the entries that a page should take are passed, no more.
const PATIENCE = 8

/** null: no full page so soon, or their own orders are shorter. */
export async function skimmed(
  ctx: Ctx,
  where: Where,
  order: Order,
  patience = PATIENCE,
): Promise<Listed[] | null> {
  const { part } = where
  if (part.kind !== 'units' || !where.live || where.q || where.tree || where.unowned || where.country)
    return null
  if (where.roles.length + where.tags.length > 0) return null
  const share = await shareOfPart(ctx, where)
  const expected = PAGE / share
  if (expected > (part.unit_ids.length * (PAGE + LOOK)) / 2) return null
  // In powers of two: few statements, each prepared once.
  const within = 2 ** Math.ceil(Math.log2(patience * expected))
  const params = new Params()
  const by = direction(order)
  const { column } = columnOf[order.sort]
  const limit = order.limit + 1
  const after = keyset(order, params, column)
  const met = passes({ ...where, part: { kind: 'all' }, unit_ids: part.unit_ids }, params)
  const text = `select ${shown}, k.slot from (
      select party_id, slot from (
        select party_id, ${column} as slot, unit_id, marks from party_list where live${after}
        order by ${column} ${by}, party_id ${by} limit ${within}
      ) e where ${met.join(' and ')} order by slot ${by}, party_id ${by} limit ${limit}
    ) k ${dressed} order by k.slot ${by}, k.party_id ${by}`
  const name = shapeOf(text)
  if (name === null) return null
  const rows = await named<Listed>(ctx, name, text, params.values)
  return rows.length < limit ? null : rows
}
