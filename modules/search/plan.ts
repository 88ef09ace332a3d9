import { type Ctx, type House, named } from '../../kernel/ctx.ts'
import { estimate } from '../parties/list/count.ts'
import { Params, search } from '../parties/list/where.ts'
import type { Asked } from './asked.ts'

// unscoped: what the planner guesses of everybody's rows only picks a way; both ways give the same answer
/** So many rows are looked at along the order of recency before the rest is gathered. */
export const BUDGET = 4000
// Fewer than these are gathered in the time that a walk takes to meet the first of them.
const DENSE = 2000
const AGE_MS = 60_000
const KEPT_MAX = 5000
const kept = new WeakMap<House, Map<string, { at: number; dense: Promise<boolean> }>>()

export function isDense(ctx: Ctx, { query, contacts }: Asked): Promise<boolean> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const key = JSON.stringify([query, contacts === null])
  const earlier = memory.get(key)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.dense
  if (memory.size >= KEPT_MAX) memory.clear()
  const params = new Params()
  // Whoever may not search contact points meets fewer; the guess without them is quicker and near enough.
  const from = `from party_list r where r.live and ${search(query, null, 'r', params).join(' and ')}`
  const dense = estimate(ctx, from, params.values).then((rows) => rows >= DENSE)
  memory.set(key, { at: Date.now(), dense })
  dense.catch(() => memory.delete(key))
  return dense
}

/** So many of one's own are looked through for each search; of more, the recent ones are walked. */
const FEW_OWN = 3000
const owners = new WeakMap<House, Map<number, { at: number; few: Promise<boolean> }>>()

export function ownsFew(ctx: Ctx, user_id: number): Promise<boolean> {
  let memory = owners.get(ctx.house)
  if (!memory) owners.set(ctx.house, (memory = new Map()))
  const earlier = memory.get(user_id)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.few
  if (memory.size >= KEPT_MAX) memory.clear()
  const few = named<{ n: number }>(
    ctx,
    'search.owns',
    `select count(*) as n from (select 1 from party_list where live and owner_id = $1 limit ${FEW_OWN + 1}) x`,
    [user_id],
  ).then(([row]) => row!.n <= FEW_OWN)
  memory.set(user_id, { at: Date.now(), few })
  few.catch(() => memory.delete(user_id))
  return few
}
