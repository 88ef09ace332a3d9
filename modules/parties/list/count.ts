import { type Ctx, type House, named, planned } from '../../../kernel/ctx.ts'
import { keyOf, Params, plainly, type Where } from './where.ts'

export type Count = { count: number; count_exact: boolean; count_age_ms: number }

// unscoped: conditions come from where.ts, cut to the caller's reach; what is asked of everybody only picks a plan
const EXACT_MAX = 10_000
// A count may be this old, and says so; a write of this process forgets it.
const AGE_MS = 2000
// Whether a label is rare decides only how a list is read, never what it shows.
const RARE_AGE_MS = 60_000
/** So many rows are gathered and sorted faster than a sort index is walked for them. */
export const RARE = 5000
const KEPT_MAX = 5000

type Kept = { at: number; value: Promise<{ count: number; exact: boolean }> }
type Memory = { counts: Map<string, Kept>; rare: Map<string, { at: number; value: Promise<boolean> }> }
const memories = new WeakMap<House, Memory>()
const memoryOf = (house: House): Memory => {
  let memory = memories.get(house)
  if (!memory) memories.set(house, (memory = { counts: new Map(), rare: new Map() }))
  return memory
}

/** After a write: whoever wrote sees a count that has heard of it. */
export const forgetCounts = (house: House): void => memoryOf(house).counts.clear()

export async function countOf(ctx: Ctx, where: Where): Promise<Count> {
  const { counts } = memoryOf(ctx.house)
  const key = keyOf(where)
  const now = Date.now()
  let kept = counts.get(key)
  if (!kept || now - kept.at > AGE_MS) {
    kept = { at: now, value: byDeltas(where) ? fromDeltas(ctx, where) : bySearch(ctx, where) }
    if (counts.size >= KEPT_MAX) counts.clear()
    counts.set(key, kept)
    kept.value.catch(() => counts.delete(key))
  }
  const { count, exact } = await kept.value
  return { count, count_exact: exact, count_age_ms: Math.max(0, now - kept.at) }
}

const byDeltas = (where: Where): boolean =>
  where.live &&
  where.part.kind !== 'owner' &&
  where.roles.length <= 1 &&
  where.tags.length === 0 &&
  !where.kind &&
  !where.country &&
  !where.unowned &&
  !where.q

async function fromDeltas(ctx: Ctx, { part, roles }: Where) {
  const units = part.kind === 'units' ? part.unit_ids : null
  const [row] = await named<{ count: number }>(
    ctx,
    `parties.count.${part.kind}`,
    `select coalesce(sum(delta), 0)::bigint as count from party_count
     where role = $1 and ${units ? 'unit_id = any($2::bigint[])' : '$2::bigint[] is null'}`,
    [roles[0] ?? '', units],
  )
  return { count: row!.count, exact: true }
}

async function bySearch(ctx: Ctx, where: Where) {
  const params = new Params()
  const from = `from party_list r where ${plainly(where, 'r', params).join(' and ')}`
  const [row] = await planned<{ count: number }>(
    ctx,
    `select count(*) as count from (select 1 ${from} limit ${EXACT_MAX + 1}) x`,
    params.values,
  )
  if (row!.count <= EXACT_MAX) return { count: row!.count, exact: true }
  return { count: Math.max(EXACT_MAX + 1, await estimate(ctx, from, params.values)), exact: false }
}

type Explained = { 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }

/** The planner's own guess: good for labels, whose frequencies it keeps; rough for words. */
async function estimate(ctx: Ctx, from: string, values: unknown[]): Promise<number> {
  const [row] = await planned<Explained>(ctx, `explain (format json) select 1 ${from}`, values)
  return Math.round(row!['QUERY PLAN'][0].Plan['Plan Rows'])
}

/** Whether so few live parties carry these tags and market roles that gathering them all is the quicker way. */
export function areRare(ctx: Ctx, { roles, tags }: Where): Promise<boolean> {
  const { rare } = memoryOf(ctx.house)
  const key = JSON.stringify([roles, tags])
  const kept = rare.get(key)
  if (kept && Date.now() - kept.at < RARE_AGE_MS) return kept.value
  const value = planned<{ count: number }>(
    ctx,
    `select count(*) as count from (
       select 1 from party_list where live and roles @> $1::text[] and tags @> $2::text[] limit ${RARE + 1}) x`,
    [roles, tags],
  ).then(([row]) => row!.count <= RARE)
  if (rare.size >= KEPT_MAX) rare.clear()
  rare.set(key, { at: Date.now(), value })
  value.catch(() => rare.delete(key))
  return value
}

// Above this share a search fills its page soonest by walking the order; below it by gathering what it finds.
const DENSE = 0.15

export async function isDense(ctx: Ctx, where: Where): Promise<boolean> {
  const params = new Params()
  const from = `from party_list r where ${plainly({ ...where, part: { kind: 'all' }, unit_ids: null }, 'r', params).join(' and ')}`
  const [guess, [all]] = await Promise.all([
    estimate(ctx, from, params.values),
    named<{ rows: number }>(
      ctx,
      'parties.size',
      `select reltuples::bigint as rows from pg_class where oid = 'party_list'::regclass`,
      [],
    ),
  ])
  return guess > Math.max(RARE, DENSE * all!.rows)
}
