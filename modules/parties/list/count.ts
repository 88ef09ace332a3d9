import { type Ctx, type House, named, planned } from '../../../kernel/ctx.ts'
import { forgetGathered } from './gathered.ts'
import { keyOf, knowsHeads, near, Params, plainly, type Where } from './where.ts'

export type Count = { count: number; count_exact: boolean; count_age_ms: number }

// unscoped: conditions come from where.ts, cut to the caller's reach; what is asked of everybody only picks a plan
const EXACT_MAX = 10_000
// The planner's guess of words is off by half, not by this.
const SURELY = 4
// A count may be this old, and says so; a write of this process forgets it.
const AGE_MS = 2000
const KEPT_MAX = 5000

type Kept = { at: number; value: Promise<{ count: number; exact: boolean }> }
const memories = new WeakMap<House, Map<string, Kept>>()
const memoryOf = (house: House): Map<string, Kept> => {
  let memory = memories.get(house)
  if (!memory) memories.set(house, (memory = new Map()))
  return memory
}

/** After a write: whoever wrote sees a count that has heard of it. */
export const forgetCounts = (house: House): void => {
  memoryOf(house).clear()
  forgetGathered(house)
}

/** `about`: what a taste of the table says, where that is more than is counted exactly. */
export async function countOf(ctx: Ctx, where: Where, about?: number): Promise<Count> {
  if (about !== undefined) return { count: about, count_exact: false, count_age_ms: 0 }
  const counts = memoryOf(ctx.house)
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

/** One label or none, of everybody or of units: the deltas say it exactly. */
const byDeltas = (where: Where): boolean =>
  where.live &&
  where.part.kind !== 'owner' &&
  where.roles.length + where.tags.length <= 1 &&
  !where.kind &&
  !where.country &&
  !where.unowned &&
  !where.tree &&
  !where.q

async function fromDeltas(ctx: Ctx, where: Where) {
  const { part } = where
  const units = part.kind === 'units' ? part.unit_ids : null
  const [row] = await named<{ count: number }>(
    ctx,
    `parties.count.${part.kind}`,
    `select coalesce(sum(delta), 0)::bigint as count from party_count
     where label = $1 and ${units ? 'unit_id = any($2::bigint[])' : '$2::bigint[] is null'}`,
    [countedLabels(where)[0] ?? '', units],
  )
  return { count: row!.count, exact: true }
}

/** As party_count names them. */
export const countedLabels = ({ roles, tags }: Where): string[] => [...roles, ...tags.map((tag) => `#${tag}`)]

// A team's own index is passed over in a few milliseconds, whatever is found of everybody.
const TEAM = 20_000

/** Whether a part is counted sooner along its own index than from all that is found of everybody. */
async function isNear(ctx: Ctx, where: Where): Promise<boolean> {
  if (where.part.kind === 'all' || !knowsHeads(where)) return false
  return (
    where.part.kind === 'owner' || (await fromDeltas(ctx, { ...where, roles: [], tags: [] })).count < TEAM
  )
}

async function bySearch(ctx: Ctx, where: Where) {
  const params = new Params()
  const conditions = `where ${plainly(where, 'r', params).join(' and ')}`
  const from = `from party_listed r ${conditions}`
  // Words that so many are guessed to have are not counted up to where the guess would begin anyway.
  const guess = where.q ? await estimate(ctx, from, params.values) : 0
  if (guess > SURELY * EXACT_MAX) return { count: guess, exact: false }
  const values = [...params.values]
  const along = where.q && (await isNear(ctx, where)) ? `from ${near(where, params)} ${conditions}` : from
  const [row] = await planned<{ count: number }>(
    ctx,
    `select count(*) as count from (select 1 ${along} limit ${EXACT_MAX + 1}) x`,
    params.values,
  )
  if (row!.count <= EXACT_MAX) return { count: row!.count, exact: true }
  return { count: Math.max(EXACT_MAX + 1, await estimate(ctx, from, values)), exact: false }
}

type Explained = { 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }

/** The planner's own guess: good for labels, whose frequencies it keeps; rough for words. */
export async function estimate(ctx: Ctx, from: string, values: unknown[]): Promise<number> {
  const [row] = await planned<Explained>(ctx, `explain (format json) select 1 ${from}`, values)
  return Math.round(row!['QUERY PLAN'][0].Plan['Plan Rows'])
}
