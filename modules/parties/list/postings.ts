import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import type { Query } from '../names/search.ts'
import { keeping } from './kept.ts'
import { Params, search } from './where.ts'

// Whom rare words find of everybody: ids and where they stand. One look through GIN serves every caller of the palette who
// asks the same words within a moment. Never an answer by itself: whoever shows a row asks the list once more whether it
// meets the search within the caller's reach.
// unscoped: ids that no answer is made of before conditions cut to the caller's reach were met

/** More than these are soon met along any order. */
export const POSTED_MAX = 20_000
const MOST_IN_ALL = 400_000
/** Who has more than these is asked for each time. */
const OWN_MAX = 5000
const OWN_IN_ALL = 200_000

export type Postings = {
  ids: readonly number[]
  units: readonly number[]
  /** when last heard of, in milliseconds */
  fresh: readonly number[]
}

const kept = keeping<Postings | null>(MOST_IN_ALL, (found) => 1 + (found?.ids.length ?? 0))
const owned = keeping<ReadonlySet<number> | null>(OWN_IN_ALL, (ids) => 1 + (ids?.size ?? 0))

/** null: too many. `contacts`: kinds that the caller may search; null: all of them. */
export async function postingsOf(
  ctx: Ctx,
  q: Query,
  contacts: string[] | null,
): Promise<{ at: number; found: Postings } | null> {
  if (ctx.tx) return null
  const key = JSON.stringify([q, contacts])
  const { at, value } = await kept.of(ctx, key, () => take(ctx, q, contacts))
  return value && { at, found: value }
}

async function take(ctx: Ctx, q: Query, contacts: string[] | null): Promise<Postings | null> {
  const params = new Params()
  const conditions = search(q, contacts, 'r', params)
  if (conditions.length === 0) return null
  const [row] = await planned<Postings>(
    ctx,
    `select coalesce(array_agg(m.party_id), '{}') as ids, coalesce(array_agg(m.unit_id), '{}') as units,
       coalesce(array_agg((extract(epoch from m.fresh) * 1000)::bigint), '{}') as fresh
     from (select r.party_id, r.unit_id, greatest(r.last_order_at, r.created_at) as fresh
       from party_listed r where r.live and ${conditions.join(' and ')} limit ${POSTED_MAX + 1}) m`,
    params.values,
  )
  return row!.ids.length > POSTED_MAX ? null : row!
}

/** Whose an owner's are; null: too many to keep. */
export async function ownedBy(ctx: Ctx, owner_id: number): Promise<ReadonlySet<number> | null> {
  const { value } = await owned.of(ctx, String(owner_id), async () => {
    const [row] = await named<{ ids: number[] }>(
      ctx,
      'parties.owned',
      `select coalesce(array_agg(x.party_id), '{}') as ids
       from (select party_id from party_own where owner_id = $1 limit ${OWN_MAX + 1}) x`,
      [owner_id],
    )
    return row!.ids.length > OWN_MAX ? null : new Set(row!.ids)
  })
  return value
}

export type Nearness = { own: number | null; team: readonly number[]; wanted: number }

/** The nearest to the caller within their reach: mine, my team's, the others; in each the latest. null: I have too many. */
export async function nearestOf(
  ctx: Ctx,
  { ids, units, fresh }: Postings,
  { own, team, wanted }: Nearness,
): Promise<number[] | null> {
  const { reach } = ctx
  const reached = reach.kind === 'units' ? new Set(reach.unit_ids) : null
  const [ours, my] = [new Set(team), own === null ? new Set<number>() : await ownedBy(ctx, own)]
  if (!my || (reach.kind === 'own' && reach.user_id !== own)) return null
  type One = { i: number; near: number }
  const best: One[] = []
  const before = (a: One, b: One) => a.near - b.near || fresh[b.i]! - fresh[a.i]! || ids[b.i]! - ids[a.i]!
  for (let i = 0; i < ids.length; i++) {
    if (reached && !reached.has(units[i]!)) continue
    const mine = my.has(ids[i]!)
    if (reach.kind === 'own' && !mine) continue
    const one = { i, near: mine ? 0 : ours.has(units[i]!) ? 1 : 2 }
    if (best.length === wanted && before(one, best.at(-1)!) >= 0) continue
    const at = best.findIndex((other) => before(one, other) < 0)
    best.splice(at < 0 ? best.length : at, 0, one)
    if (best.length > wanted) best.pop()
  }
  return best.map(({ i }) => ids[i]!)
}
