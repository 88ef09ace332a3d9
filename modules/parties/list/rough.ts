import type { Ctx } from '../../../kernel/ctx.ts'
import { written } from '../filter/piece.ts'
import { estimate } from './estimate.ts'
import { Params, type Where } from './where.ts'

// unscoped: a condition beside those of where.ts, which cut the question to the caller's reach

// So many are looked up one by one in less time than all are read.
const LOOKED_UP = 60_000

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
  // Of some units, by what their index knows of who is in them: the others' rows are not looked at.
  const there =
    part.kind === 'units'
      ? ` and k.party_id in (select u.party_id from party_list u where ${live ? '' : 'not '}u.live and u.unit_id = any(${params.$(part.unit_ids, 'bigint[]')}))`
      : ''
  return [
    `r.party_id = any(array(select k.party_id from party_bucket k where ${written(roughly, 'k', params)}${there}))`,
  ]
}
