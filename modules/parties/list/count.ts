import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { estimate } from './estimate.ts'
import { forgetKept, keeping } from './kept.ts'
import { roughlyMet } from './rough.ts'
import { keyOf, knowsHeads, near, Params, plainly, type Where } from './where.ts'

export type Count = { count: number; count_exact: boolean; count_age_ms: number }

// unscoped: conditions come from where.ts, cut to the caller's reach; what is asked of everybody only picks a plan
const EXACT_MAX = 10_000
// The planner's guess of words is off by half, not by this.
const SURELY = 4
const KEPT_MAX = 5000
/** `as_of`: when it was counted, where that was for an earlier question */
type Counted = { count: number; exact: boolean; as_of?: number }
const kept = keeping<Counted>(KEPT_MAX)
const UNITS_KEPT_MAX = 100_000
const countedByUnit = keeping<Map<number, number> | null>(UNITS_KEPT_MAX, (units) => 1 + (units?.size ?? 0))

/** After a write: whoever wrote sees a count that has heard of it. */
export const forgetCounts = forgetKept

/** `about`: what a taste of the table says, where that is more than is counted exactly. */
export async function countOf(ctx: Ctx, where: Where, about?: number): Promise<Count> {
  if (about !== undefined) return { count: about, count_exact: false, count_age_ms: 0 }
  const { at, value } = await kept.of(ctx, keyOf(where), () =>
    byDeltas(where) ? fromDeltas(ctx, where) : bySearch(ctx, where),
  )
  const count_age_ms = Math.max(0, Date.now() - (value.as_of ?? at))
  return { count: value.count, count_exact: value.exact, count_age_ms }
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

// So many are counted by unit in some 50 ms, no more than to count those of one branch.
const BY_UNIT = 60_000

/** One count by unit answers everybody, and every team and branch. null: too many, or not asked of units. */
export async function byUnits(ctx: Ctx, where: Where): Promise<Counted | null> {
  const { part } = where
  if (!where.q || where.tree || !where.live || part.kind === 'owner') return null
  const everybody: Where = { ...where, part: { kind: 'all' } }
  const { at, value } = await countedByUnit.of(ctx, keyOf(everybody), async () => {
    const params = new Params()
    const from = `from party_listed r where ${plainly(everybody, 'r', params).join(' and ')}`
    if ((await estimate(ctx, from, params.values)) > BY_UNIT) return null
    const rows = await planned<{ unit_id: number; n: number }>(
      ctx,
      `select x.unit_id, count(*) as n from (select r.unit_id ${from} limit ${2 * BY_UNIT}) x group by x.unit_id`,
      params.values,
    )
    const all = rows.reduce((sum, { n }) => sum + n, 0)
    return all < 2 * BY_UNIT ? new Map(rows.map(({ unit_id, n }) => [unit_id, n])) : null
  })
  if (!value) return null
  const units = part.kind === 'all' ? [...value.keys()] : part.unit_ids
  const count = units.reduce((sum, unit_id) => sum + (value.get(unit_id) ?? 0), 0)
  return { count, exact: true, as_of: at }
}

async function bySearch(ctx: Ctx, where: Where): Promise<Counted> {
  const isNearer = where.q !== null && (await isNear(ctx, where))
  const counted = isNearer ? null : await byUnits(ctx, where)
  if (counted) return counted
  const params = new Params()
  const conditions = `where ${[...(await roughlyMet(ctx, where, params)), ...plainly(where, 'r', params)].join(' and ')}`
  const from = `from party_listed r ${conditions}`
  // Words that so many are guessed to have are not counted up to where the guess would begin anyway.
  const guess = where.q ? await estimate(ctx, from, params.values) : 0
  if (guess > SURELY * EXACT_MAX) return { count: guess, exact: false }
  const values = [...params.values]
  const along = isNearer ? `from ${near(where, params)} ${conditions}` : from
  const [row] = await planned<{ count: number }>(
    ctx,
    `select count(*) as count from (select 1 ${along} limit ${EXACT_MAX + 1}) x`,
    params.values,
  )
  if (row!.count <= EXACT_MAX) return { count: row!.count, exact: true }
  return { count: Math.max(EXACT_MAX + 1, await estimate(ctx, from, values)), exact: false }
}
