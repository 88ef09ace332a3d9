import { type Ctx, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { reachParty } from '../parties/party.ts'
import type { LastChange } from './contract.ts'
import { type PresencePart, partsSeen } from './parts.ts'

type Input = { params: { id: number }; query: { part: string; part_id: number } }
type Row = {
  at: string
  action: string
  kind: 'user' | 'key' | 'system' | 'cli'
  id: number
  name: string | null
}

/**
 * Whoever writes in a note, a task, a tie or a date that a colleague changes or takes away meanwhile is told who it
 * was. Of what the caller never saw it says what it says of what never was.
 */
export async function lastChange(
  parts: readonly PresencePart[],
  ctx: Ctx,
  { params, query }: Input,
): Promise<LastChange> {
  await reachParty(ctx, params.id)
  const part = parts.find(({ kind }) => kind === query.part)
  if (!part) return notFound()
  const field = `${part.kind}.${query.part_id}`
  const reach = reachOf(ctx.who, part.sees)
  if (reach === null) return { there: false, change: null }
  const there = (await partsSeen(ctx, [part], [{ party_id: params.id, field }])).size > 0
  const scope = scopeSql(reach, 'p', 4)
  const went = part.went?.(ctx, 5) ?? { text: 'true', values: [] }
  const seen = there ? { text: 'true', values: [] } : went
  const [row] = await planned<Row>(
    ctx,
    `select a.at, a.action, a.actor_kind as kind, a.actor_id as id, coalesce(u.name, k.name) as name
     from audit a join party p on p.party_id = a.party_id and ${scope.text}
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id = $1 and a.subject = $2 and a.subject_id = $3 and ${seen.text}
     order by a.at desc, a.audit_id desc limit 1`,
    [params.id, part.subject, query.part_id, scope.value, ...seen.values],
  )
  if (!row || (!there && !row.action.endsWith('.removed'))) return { there, change: null }
  const { at, action, ...by } = row
  return { there, change: { at, action, by } }
}
