import { type Ctx, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import type { Params } from '../parties/list/where.ts'

// Which pool a customer belongs to: that of the nearest unit above, one for their market role before one for any.

export type PoolRecord = {
  pool_id: number
  name: string
  unit_id: number
  unit_name: string
  role: string | null
  active: boolean
  claimers: string[]
  claim_cap: number | null
  claim_days: number
  holding_cap: number | null
  cooldown_days: number
  no_order_days: number | null
  no_change_days: number | null
  warn_days: number
  version: number
  /** below headquarters */
  depth: number
  /** the unit and all below */
  unit_ids: number[]
}

const poolsText = `
with recursive up as (
  select unit_id, unit_id as above, 0 as steps from unit
  union all select up.unit_id, u.parent_id, steps + 1 from up join unit u on u.unit_id = up.above where u.parent_id is not null
)
select p.pool_id, p.name, p.unit_id, u.name as unit_name, p.role, p.active, p.claimers, p.claim_cap, p.claim_days, p.holding_cap,
  p.cooldown_days, p.no_order_days, p.no_change_days, p.warn_days, p.version,
  (select max(steps)::int from up where up.unit_id = p.unit_id) as depth,
  array(select up.unit_id from up where up.above = p.unit_id order by 1) as unit_ids
from pool p join unit u on u.unit_id = p.unit_id order by p.name, p.pool_id`

export const allPools = (ctx: Ctx): Promise<PoolRecord[]> => planned<PoolRecord>(ctx, poolsText, [])

export async function poolOf(ctx: Ctx, pool_id: number): Promise<{ pool: PoolRecord; pools: PoolRecord[] }> {
  const pools = await allPools(ctx)
  return { pool: pools.find((one) => one.pool_id === pool_id) ?? notFound(), pools }
}

/** Does `a` take a customer of both before `b`? */
const before = (a: PoolRecord, b: PoolRecord): boolean =>
  a.depth !== b.depth
    ? a.depth > b.depth
    : (a.role === null) !== (b.role === null)
      ? a.role !== null
      : a.pool_id < b.pool_id

/** The pool of a customer in this unit with these market roles. */
export const poolFor = (
  pools: readonly PoolRecord[],
  { unit_id, roles }: { unit_id: number; roles: readonly string[] },
): PoolRecord | null =>
  pools
    .filter(
      (pool) =>
        pool.active && pool.unit_ids.includes(unit_id) && (pool.role === null || roles.includes(pool.role)),
    )
    .reduce<PoolRecord | null>((best, pool) => (best === null || before(pool, best) ? pool : best), null)

/** The same as conditions over party_listed `l`. */
export function within(pool: PoolRecord, pools: readonly PoolRecord[], { $ }: Params): string[] {
  const mine = (one: PoolRecord) =>
    `l.unit_id = any(${$(one.unit_ids, 'bigint[]')})${one.role === null ? '' : ` and l.roles @> ${$([one.role], 'text[]')}`}`
  const nearer = pools.filter(
    (one) =>
      one.active &&
      one.pool_id !== pool.pool_id &&
      before(one, pool) &&
      one.unit_ids.some((id) => pool.unit_ids.includes(id)),
  )
  return ['l.live', mine(pool), ...nearer.map((one) => `not (${mine(one)})`)]
}
