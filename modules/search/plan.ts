import type { Ctx, House } from '../../kernel/ctx.ts'
import { estimate } from '../parties/list/estimate.ts'
import { POSTED_MAX } from '../parties/list/postings.ts'
import { Params, search } from '../parties/list/where.ts'
import type { Asked } from './asked.ts'

// unscoped: what the planner guesses of everybody's rows only picks a way; both ways give the same answer
/** So many entries of an index are walked, where its bits say whom to look at. */
export const BUDGET = 12_000
/** Of my own or one unit's. */
export const BUDGET_NEAR = 2000
/** And so many where each must be looked at on its own row. */
export const BUDGET_UNKEPT = 1500
// Fewer than these are gathered in the time that a walk takes to meet the first of them.
const DENSE = 1000
/** So many, as the planner guesses letters within words, are looked up for everybody at once (postings.ts). */
export const POSTED_GUESS = 2 * POSTED_MAX
const AGE_MS = 60_000
const KEPT_MAX = 5000
const kept = new WeakMap<House, Map<string, { at: number; rows: Promise<number> }>>()

/** `keeps`: the bits of party_find know what is asked. */
export const isDense = (about: number, keeps: boolean): boolean => about >= (keeps ? DENSE : POSTED_GUESS)

/** As the planner guesses, of everybody. */
export function aboutHowMany(ctx: Ctx, { query }: Asked): Promise<number> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const key = JSON.stringify(query)
  const earlier = memory.get(key)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.rows
  if (memory.size >= KEPT_MAX) memory.clear()
  const params = new Params()
  // Whoever may not search contact points meets fewer; the guess without them is quicker and near enough.
  const from = `from party_listed r where r.live and ${search(query, null, 'r', params).join(' and ')}`
  const rows = estimate(ctx, from, params.values)
  memory.set(key, { at: Date.now(), rows })
  rows.catch(() => memory.delete(key))
  return rows
}
