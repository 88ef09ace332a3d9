import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import type { Part as KeptPart } from '../../kernel/personal.ts'
import { refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { phrase } from '../../kernel/text.ts'
import type { Erasure } from './contract.ts'

type Row = Omit<Erasure, 'parts' | 'by'> & {
  actor_kind: Erasure['by']['kind']
  actor_id: number
  actor_name: string | null
  parts: KeptPart[]
}

const select = `
select e.erasure_id, e.party_id, e.at, e.actor_kind, e.actor_id, coalesce(u.name, k.name) as actor_name, e.ground, e.reference, e.parts, e.reapplied_at
from erasure e join party p on p.party_id = e.party_id
left join app_user u on e.actor_kind = 'user' and u.user_id = e.actor_id
left join api_key k on e.actor_kind = 'key' and k.key_id = e.actor_id`

const present = (ctx: Ctx, { actor_kind, actor_id, actor_name, parts, ...row }: Row): Erasure => ({
  ...row,
  by: { kind: actor_kind, id: actor_id, name: actor_name },
  parts: parts.map(({ what, says, fate, count, because }) => ({
    what,
    fate,
    count,
    label: phrase(says, ctx.locale),
    because: because ? phrase(because, ctx.locale) : null,
  })),
})

/** The newest of a party; null where the caller reaches none. */
export async function recordOf(ctx: Ctx, party_id: number): Promise<Erasure | null> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const [row] = await planned<Row>(
    ctx,
    `${select} where e.party_id = $1 and ${scope.text} order by e.at desc limit 1`,
    [party_id, scope.value],
  )
  return row ? present(ctx, row) : null
}

type Query = { cursor?: string; limit?: number }
export async function listErasures(ctx: Ctx, { query }: { query: Query }) {
  const limit = query.limit ?? 50
  const [at, id] =
    query.cursor === undefined ? [null, null] : decodeCursor(query.cursor, ['string', 'number'])
  if (at !== null && Number.isNaN(Date.parse(String(at)))) refuse('kernel.bad_cursor', 400)
  const scope = scopeSql(ctx.reach, 'p', 1)
  const rows = await planned<Row>(
    ctx,
    `${select} where ${scope.text} and ($2::timestamptz is null or (e.at, e.erasure_id) < ($2, $3::bigint))
     order by e.at desc, e.erasure_id desc limit $4`,
    [scope.value, at, id, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map((row) => present(ctx, row)),
    next: last && encodeCursor([last.at, last.erasure_id]),
  }
}
