import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { PartyRow, Sort } from '../contract.ts'
import { dressed, shown } from './page.columns.ts'
import { near, Params, plainly, type Where } from './where.ts'

// unscoped: every condition comes from where.ts, which cuts the question to the caller's reach

export type Order = {
  sort: Sort
  desc: boolean
  limit: number
  after: { value: string | number; id: number } | null
}
export type Listed = Omit<PartyRow, 'id' | 'owner' | 'unit' | 'currency'> & {
  party_id: number
  owner_id: number | null
  unit_id: number
  slot: string | number | null
  total?: number
  total_age_ms?: number
}

export const columnOf: { readonly [S in Sort]: { column: string; type: string; part: 'string' | 'number' } } =
  {
    name: { column: 'name_sort', type: 'text', part: 'string' },
    last_order_at: { column: 'last_order_at', type: 'timestamptz', part: 'string' },
    revenue_minor: { column: 'revenue_minor', type: 'bigint', part: 'number' },
    order_count: { column: 'order_count', type: 'bigint', part: 'number' },
    created_at: { column: 'created_at', type: 'timestamptz', part: 'string' },
  }
export const NOT_KNOWN = '-infinity'

export const direction = ({ desc }: Order) => (desc ? 'desc' : 'asc')

export function keyset({ sort, desc, after }: Order, { $ }: Params, column: string): string {
  if (!after) return ''
  return ` and (${column}, party_id) ${desc ? '<' : '>'} (${$(after.value, columnOf[sort].type)}, ${$(after.id, 'bigint')})`
}

/** All that match, sorted; for what is rare. */
export async function gather(ctx: Ctx, where: Where, order: Order): Promise<Listed[]> {
  const params = new Params()
  const by = direction(order)
  const { column } = columnOf[order.sort]
  const text = `
    with m as materialized (
      select r.party_id, r.${column} as slot from ${where.part.kind === 'owner' ? near(where, params) : 'party_listed r'} where ${plainly(where, 'r', params).join(' and ')}
    )
    select ${shown}, k.slot, k.total from (
      select m.*, (select count(*) from m) as total from m
      where true${keyset(order, params, 'slot')} order by slot ${by}, party_id ${by} limit ${order.limit + 1}
    ) k ${dressed} order by k.slot ${by}, k.party_id ${by}`
  return planned<Listed>(ctx, text, params.values)
}
