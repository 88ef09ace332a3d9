import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import type { Input } from '../../kernel/route.ts'
import { reaches, scopeSql } from '../../kernel/scope.ts'
import { Params } from '../parties/list/where.ts'
import type { Pool, PoolPatch, PoolWrite, pools } from './contract.ts'
import { allPools, type PoolRecord, poolOf, within } from './territory.ts'

// Pools as they are set. Who reaches a pool's unit, or a unit of it, sees it.

const START = {
  role: null,
  active: true,
  claimers: [],
  claim_cap: null,
  claim_days: 7,
  holding_cap: null,
  cooldown_days: 30,
  no_order_days: null,
  no_change_days: null,
  warn_days: 7,
} as const satisfies Omit<Required<PoolWrite>, 'name' | 'unit_id'>

export const mayClaim = (ctx: Ctx, { active, claimers }: PoolRecord): boolean =>
  active && ctx.who.kind === 'user' && (claimers.length === 0 || claimers.includes(ctx.who.role))

const isSeen = ({ reach }: Ctx, { unit_ids }: PoolRecord): boolean =>
  reach.kind === 'all' || (reach.kind === 'units' && unit_ids.some((id) => reach.unit_ids.includes(id)))

export async function listPools(ctx: Ctx): Promise<{ items: Pool[] }> {
  const pools = await allPools(ctx)
  const items: Pool[] = []
  for (const pool of pools.filter((one) => isSeen(ctx, one))) items.push(await present(ctx, pool, pools))
  return { items }
}

/** The pool, if the caller reaches any of its customers. */
export async function seenPool(ctx: Ctx, id: number) {
  const found = await poolOf(ctx, id)
  if (!isSeen(ctx, found.pool)) refuse('kernel.not_found', 404)
  return found
}

export async function usage(ctx: Ctx, pool: PoolRecord, pools: readonly PoolRecord[], user_id: number) {
  const params = new Params()
  const conditions = within(pool, pools, params)
  const me = params.$(user_id, 'bigint')
  const id = params.$(pool.pool_id, 'bigint')
  const since = params.$(new Date(ctx.now.getTime() - pool.claim_days * 86_400_000), 'timestamptz')
  // unscoped: one's own customers
  const [row] = await planned<Pool['mine']>(
    ctx,
    `select (select count(*)::int from pool_move m where m.user_id = ${me} and m.pool_id = ${id} and m.kind = 'claimed' and m.at > ${since}) as claimed,
       (select count(*)::int from party_listed l where l.owner_id = ${me} and ${conditions.join(' and ')}) as holding,
       (select count(*)::int from pool_warning w where w.owner_id = ${me} and w.pool_id = ${id}) as warned`,
    params.values,
  )
  return row!
}

async function present(ctx: Ctx, pool: PoolRecord, pools: readonly PoolRecord[]): Promise<Pool> {
  const params = new Params()
  const conditions = within(pool, pools, params)
  const scope = scopeSql(ctx.reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*)::int as n from party_listed l where l.owner_id is null and ${[...conditions, scope.text].join(' and ')}`,
    params.values,
  )
  const { pool_id, unit_id, unit_name, depth: _, unit_ids: __, role, ...rest } = pool
  return {
    ...rest,
    id: pool_id,
    role: role as Pool['role'],
    unit: { id: unit_id, name: unit_name },
    waiting: pool.active ? row!.n : 0,
    mine: await usage(ctx, pool, pools, ctx.who.kind === 'user' ? ctx.who.id : 0),
    may_claim: mayClaim(ctx, pool),
  }
}

async function checkUnit(ctx: Ctx, unit_id: number): Promise<void> {
  const [unit] = await planned(ctx, 'select 1 from unit where unit_id = $1', [unit_id])
  if (!unit || !reaches(ctx.reach, { unit_id, owner_id: null })) refuse('pools.bad_unit', 422, { unit_id })
}

type Values = Omit<Required<PoolWrite>, 'unit_id'> & { unit_id: number }
function check({ no_order_days, no_change_days, warn_days }: Values): void {
  const least = Math.min(
    no_order_days ?? Number.POSITIVE_INFINITY,
    no_change_days ?? Number.POSITIVE_INFINITY,
  )
  if (warn_days >= least) refuse('pools.no_rule', 422)
}

const columns = ['name', 'unit_id', ...(Object.keys(START) as (keyof typeof START)[])] as const

export const createPool = (ctx: Ctx, { body }: Input<typeof pools.create>): Promise<Pool> =>
  atomically(ctx, async (ctx) => {
    const values: Values = { ...START, ...body, claimers: [...(body.claimers ?? [])], name: body.name.trim() }
    await checkUnit(ctx, values.unit_id)
    check(values)
    const pool_id = await ctx.house.ids.next()
    const made = await planned(
      ctx,
      `insert into pool (pool_id, created_by, created_at, updated_at, ${columns.join(', ')})
       values ($1, $2, $3, $3, ${columns.map((_, i) => `$${i + 4}`).join(', ')}) on conflict (unit_id, name) do nothing returning 1`,
      [pool_id, ctx.who.kind === 'user' ? ctx.who.id : null, ctx.now, ...columns.map((key) => values[key])],
    )
    if (made.length === 0) refuse('pools.name_taken', 409, { name: values.name })
    await record(ctx, { action: 'pools.created', subject: 'pool', subject_id: pool_id })
    const { pool, pools } = await poolOf(ctx, pool_id)
    return present(ctx, pool, pools)
  })

class Unchanged extends Error {}
export async function updatePool(ctx: Ctx, input: Input<typeof pools.update>): Promise<Pool> {
  try {
    return await atomically(ctx, (ctx) => change(ctx, input.params.id, input.body))
  } catch (error) {
    if (!(error instanceof Unchanged)) throw error
    const { pool, pools } = await seenPool(ctx, input.params.id)
    return present(ctx, pool, pools)
  }
}

async function change(ctx: Ctx, id: number, body: PoolPatch): Promise<Pool> {
  await planned(ctx, 'select 1 from pool where pool_id = $1 for update', [id])
  const { pool: before } = await seenPool(ctx, id)
  await checkUnit(ctx, before.unit_id)
  expectVersion(ctx, before.version)
  const values = { ...(before as unknown as Values), ...body }
  if (body.unit_id !== undefined) await checkUnit(ctx, body.unit_id)
  check(values)
  const was: Record<string, unknown> = {}
  for (const key of columns)
    if (JSON.stringify(values[key]) !== JSON.stringify(before[key])) was[key] = before[key]
  if (Object.keys(was).length === 0) throw new Unchanged()
  const [taken] = await planned(
    ctx,
    'select 1 from pool where unit_id = $1 and name = $2 and pool_id <> $3',
    [values.unit_id, values.name.trim(), id],
  )
  if (taken) refuse('pools.name_taken', 409, { name: values.name })
  await planned(
    ctx,
    `update pool set ${columns.map((key, i) => `${key} = $${i + 3}`).join(', ')}, version = version + 1, updated_at = $2 where pool_id = $1`,
    [id, ctx.now, ...columns.map((key) => (key === 'name' ? values.name.trim() : values[key]))],
  )
  // What was warned by other rules is warned anew by these.
  await planned(ctx, 'delete from pool_warning where pool_id = $1', [id])
  await record(ctx, { action: 'pools.changed', subject: 'pool', subject_id: id, was })
  const { pool, pools } = await poolOf(ctx, id)
  return present(ctx, pool, pools)
}

export const removePool = (ctx: Ctx, { params }: Input<typeof pools.remove>): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const { pool } = await seenPool(ctx, params.id)
    await checkUnit(ctx, pool.unit_id)
    await planned(ctx, 'delete from pool_warning where pool_id = $1', [params.id])
    await planned(ctx, 'delete from pool where pool_id = $1', [params.id])
    const { unit_ids: _, depth: __, ...was } = pool
    await record(ctx, { action: 'pools.removed', subject: 'pool', subject_id: params.id, was })
  })
