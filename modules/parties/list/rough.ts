import type { Ctx } from '../../../kernel/ctx.ts'
import { written } from '../filter/piece.ts'
import { estimate } from './estimate.ts'
import { Params, type Where } from './where.ts'

// unscoped: a condition beside those of where.ts, which cut the question to the caller's reach

// So many are looked up one by one in less time than all are read.
const LOOKED_UP = 60_000
// And of so few the others are not told apart before.
const ALL_ALIKE = 300

/** Only rows `r` whose buckets of custom fields say that they may meet the filter, unless these are a good part of everybody. */
export async function roughlyMet(
  ctx: Ctx,
  { roughly, part, live }: Where,
  params: Params,
): Promise<string[]> {
  if (!roughly || part.kind === 'owner') return []
  const guess = new Params()
  const about = await estimate(ctx, `from party_bucket k where ${written(roughly, 'k', guess)}`, guess.values)
  if (about > LOOKED_UP) return []
  const found = `select k.party_id from party_bucket k where ${written(roughly, 'k', params)}`
  if (part.kind !== 'units' || about < ALL_ALIKE) return [`r.party_id = any(array(${found}))`]
  // Of some units, by what their index knows of who is in them: the others' rows are not looked at. offset: first the buckets,
  // else each of the units' is asked for its own.
  const units = params.$(part.unit_ids, 'bigint[]')
  const there = `select u.party_id from party_list u where ${live ? '' : 'not '}u.live and u.unit_id = any(${units})`
  return [
    `r.party_id = any(array(select x.party_id from (${found} offset 0) x where x.party_id in (${there})))`,
  ]
}
