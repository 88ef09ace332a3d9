import { type Actor, type Ctx, planned } from '../../kernel/ctx.ts'
import { reaches, reachOf } from '../../kernel/scope.ts'
import { actorOfUser } from '../access/identify.ts'
import { type Reached, reachParty } from '../parties/party.ts'

export type Colleague = { id: number; name: string; unit: string }

/** As this colleague would be served: they may read both the party and what is said of it. */
export const maySee = (them: Actor, permission: string, party: Reached): boolean =>
  [permission, 'parties:read'].every((code) => {
    const reach = reachOf(them, code)
    return reach !== null && reaches(reach, party)
  })

const SHOWN = 8
// Of a big company not everybody is asked: who types another letter is offered others.
const ASKED = 60

/** Active colleagues by a part of their name; about a party, those who may see it. */
export async function colleagues(
  ctx: Ctx,
  q: string,
  permission: string,
  party: Reached | null,
): Promise<{ items: Colleague[] }> {
  const rows = await planned<Colleague>(
    ctx,
    `select u.user_id as id, u.name, n.name as unit from app_user u join unit n on n.unit_id = u.unit_id
     where u.active and ($1 = '' or strpos(lower(u.name), lower($1)) > 0 or strpos(lower(u.email), lower($1)) > 0)
     order by u.user_id = $2 desc, u.unit_id = $3 desc, u.name, u.user_id limit ${ASKED}`,
    [q.trim(), ctx.who.kind === 'user' ? ctx.who.id : 0, ctx.who.unit_id],
  )
  const items: Colleague[] = []
  for (const row of rows) {
    if (items.length === SHOWN) break
    const them = await actorOfUser(ctx.house, row.id)
    if (them && (party ? maySee(them, permission, party) : reachOf(them, permission) !== null))
      items.push(row)
  }
  return { items }
}

/** Those of them who may not see it, or are no longer here. */
export async function blind(
  ctx: Ctx,
  ids: readonly number[],
  permission: string,
  party: Reached | null,
): Promise<number[]> {
  const active = await planned<{ id: number }>(
    ctx,
    'select user_id as id from app_user where active and user_id = any($1::bigint[])',
    [ids],
  )
  const there = new Set(active.map(({ id }) => id))
  const found: number[] = []
  for (const id of ids) {
    const them = there.has(id) ? await actorOfUser(ctx.house, id) : null
    if (!them || !(party ? maySee(them, permission, party) : reachOf(them, permission) !== null))
      found.push(id)
  }
  return found
}

export const mentionable = async (
  ctx: Ctx,
  { params, query }: { params: { id: number }; query: { q?: string } },
) => colleagues(ctx, query.q ?? '', 'notes:read', await reachParty(ctx, params.id))
