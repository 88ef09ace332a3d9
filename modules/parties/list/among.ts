import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { written } from '../filter/piece.ts'
import type { Count } from './count.ts'
import { columnOf, direction, keyset, type Listed, type Order } from './gather.ts'
import { dressed, shown } from './page.columns.ts'
import { Params, recheck, type Where } from './where.ts'

// A list filtered by nothing but a range of a fast custom field. The range is read from its index alone, exactly counted, and
// the order is walked past whoever is not in it without a look at their row: of a million a page takes some ms.
// unscoped: the range is cut to the caller's part, and rows are checked by conditions of where.ts

// So few are sooner looked up one by one; more than so many are soon met along any order.
const FEW = 1500
const MANY = 30_000

/** null: another way is quicker. */
export async function amongPage(
  ctx: Ctx,
  where: Where,
  order: Order,
  few = FEW,
): Promise<{ rows: Listed[]; counted: Count } | null> {
  const { among, part } = where
  if (!among || !where.live || part.kind === 'owner') return null
  if (where.roles.length + where.tags.length > 0 || where.kind || where.country || where.unowned || where.q)
    return null
  const range = (params: Params) =>
    `select s.party_id from party_slot s where ${written(among, 's', params)}${part.kind === 'units' ? ` and s.unit_id = any(${params.$(part.unit_ids, 'bigint[]')})` : ''}`
  const asked = new Params()
  const [found] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from (${range(asked)} limit ${MANY + 1}) x`,
    asked.values,
  )
  const { n } = found!
  if (n > MANY) return null
  const params = new Params()
  const by = direction(order)
  const { column } = columnOf[order.sort]
  const unit = part.kind === 'units' ? [`r.unit_id = any(${params.$(part.unit_ids, 'bigint[]')})`] : []
  // The range is the whole filter, written with the value: the row need not say it again.
  const check = ['true', ...unit, ...recheck({ ...where, tree: null }, 'r', params)]
    .map((condition) => `coalesce(${condition}, false)`)
    .join(' and ')
  const end = `order by slot ${by}, party_id ${by} limit ${order.limit + 1}`
  const after = keyset(order, params, column)
  // coalesce: as a condition of its own the planner would begin with the range, and sort it.
  const text =
    n < few
      ? `select party_id, ${column} as slot from party_listed r where party_id = any(array(${range(params)})) and live and ${check}${after} ${end}`
      : `select w.party_id, w.slot from (
           select party_id, ${column} as slot from party_listed where live and coalesce(party_id in (${range(params)}), false)${after}
           order by ${column} ${by}, party_id ${by} offset 0
         ) w join party_listed r on r.party_id = w.party_id and ${check} order by w.slot ${by}, w.party_id ${by} limit ${order.limit + 1}`
  const rows = await planned<Listed>(
    ctx,
    `select ${shown}, k.slot from (${text}) k ${dressed} order by k.slot ${by}, k.party_id ${by}`,
    params.values,
  )
  return { rows, counted: { count: n, count_exact: true, count_age_ms: 0 } }
}
