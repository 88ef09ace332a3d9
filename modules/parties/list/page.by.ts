import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor } from '../../../kernel/cursor.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { countOf } from './count.ts'
import type { Listed } from './gather.ts'
import { dressed, shown } from './page.columns.ts'
import { planOf } from './plan.ts'
import { roughlyMet } from './rough.ts'
import { type SortBy, sqlOf } from './sorts.ts'
import { Params, plainly, type Where, wholly } from './where.ts'

// A page in another order than the indexed ones. Along a custom field's slot it is walked like them; else what is found is
// sorted, as far as the page goes. unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

export type OrderBy = { desc: boolean; limit: number; after: { value: string; id: number } | null }

export function orderBy(query: { order?: string; limit?: number; cursor?: string }, sort: SortBy): OrderBy {
  const desc = (query.order ?? (sort.type === 'text' ? 'asc' : 'desc')) === 'desc'
  const limit = query.limit ?? 50
  if (query.cursor === undefined) return { desc, limit, after: null }
  const [by, way, value, id] = decodeCursor(query.cursor, ['string', 'string', 'string', 'number'])
  if (by !== sort.key || way !== (desc ? 'desc' : 'asc')) return refuse('kernel.bad_cursor', 400)
  if (sort.type === 'float8' && !/^-?(Infinity|\d+(\.\d+)?(e[+-]?\d{1,3})?)$/.test(String(value)))
    return refuse('kernel.bad_cursor', 400)
  return { desc, limit, after: { value: String(value), id: Number(id) } }
}

export async function pageBy(ctx: Ctx, where: Where, sort: SortBy, order: OrderBy) {
  const plan = await planOf(ctx, where, 'revenue_minor')
  const along = sort.slot !== null && where.live && plan.way === 'walk'
  const [rows, counted] = await Promise.all([
    along ? alongSlot(ctx, plan.where, sort, order) : sorted(ctx, where, sort, order),
    countOf(ctx, where, plan.way === 'walk' ? plan.about : undefined),
  ])
  return { rows, counted }
}

const typeOf = (sort: SortBy): string => (sort.type === 'text' ? 'text' : 'float8')
const wayOf = ({ desc }: OrderBy): string => (desc ? 'desc' : 'asc')

function after(order: OrderBy, sort: SortBy, expr: string, id: string, { $ }: Params): string {
  if (!order.after) return ''
  const value = $(order.after.value, typeOf(sort))
  return ` and (${expr}, ${id}) ${order.desc ? '<' : '>'} (${value}, ${$(order.after.id, 'bigint')})`
}

async function sorted(ctx: Ctx, where: Where, sort: SortBy, order: OrderBy): Promise<Listed[]> {
  const params = new Params()
  const by = wayOf(order)
  const conditions = [...(await roughlyMet(ctx, where, params)), ...wholly(where, 'r', params)].join(' and ')
  const expr = sqlOf(sort, 'r', params)
  return planned<Listed>(
    ctx,
    `select ${shown}, k.slot::text as slot from (
       select r.party_id, ${expr} as slot from party_listed r
       where ${conditions}${after(order, sort, expr, 'r.party_id', params)}
       order by slot ${by}, r.party_id ${by} limit ${order.limit + 1}
     ) k ${dressed} order by k.slot ${by}, k.party_id ${by}`,
    params.values,
  )
}

/** Units merge their own orders, as along the indexed ones. */
export function alongSlot(ctx: Ctx, where: Where, sort: SortBy, order: OrderBy): Promise<Listed[]> {
  const params = new Params()
  const { $ } = params
  const by = wayOf(order)
  const { custom_field_id, column } = sort.slot!
  const end = `order by slot ${by}, party_id ${by} limit ${order.limit + 1}`
  const check = plainly({ ...where, part: { kind: 'all' } }, 'r', params)
    .map((condition) => `coalesce(${condition}, false)`)
    .join(' and ')
  const from = after(order, sort, `s.${column}`, 's.party_id', params)
  const along = (part: string) => `select w.party_id, w.slot from (
      select s.party_id, s.${column} as slot from party_slot s
      where s.custom_field_id = ${$(custom_field_id, 'bigint')} and s.${column} is not null${part}${from}
      order by s.${column} ${by}, s.party_id ${by} offset 0) w
    join party_listed r on r.party_id = w.party_id and ${check} order by w.slot ${by}, w.party_id ${by} limit ${order.limit + 1}`
  const { part } = where
  const parted =
    part.kind === 'all'
      ? along('')
      : part.kind === 'owner'
        ? along(` and s.owner_id = ${$(part.owner_id, 'bigint')}`)
        : `select w.* from unnest(${$(part.unit_ids, 'bigint[]')}) as u (unit_id), lateral (${along(' and s.unit_id = u.unit_id')}) w ${end}`
  return planned<Listed>(
    ctx,
    `select ${shown}, k.slot::text as slot from (${parted}) k ${dressed} order by k.slot ${by}, k.party_id ${by}`,
    params.values,
  )
}
