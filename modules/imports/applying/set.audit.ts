import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'

// Audit and outbox for a whole set, in the shape that kernel/audit.ts writes row by row.

export type RecordSet = {
  /** the verb in full, as a single write would have it */
  action: string
  subject: string
  /** `select party_id, subject_id, was from …`; was is null for what was created */
  from: string
  /** of `from`: $9 and on */
  values?: readonly unknown[]
  /** what consumers hear, once per bundle: { import_id, ids } */
  event: string
}

// Ids an event names at most: consumers load them in one statement.
const BUNDLE = 1000

export async function recordSet(
  tx: pg.ClientBase,
  ctx: Ctx,
  import_id: number,
  { action, subject, from, values = [], event }: RecordSet,
): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `with rows as (
       select party_id, subject_id, coalesce(was, '{}') as payload, uuid_send(gen_random_uuid()) as salt from (${from}) s
     ), audited as (
       insert into audit (party_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
       select party_id, $1, $2, $3, $4, $5, $6, subject_id, sha256(salt || convert_to(payload::text, 'UTF8')), salt, payload from rows
       returning audit_id, subject_id
     ), bundled as (
       select audit_id, subject_id, (row_number() over () - 1) / ${BUNDLE} as bundle from audited
     ), heard as (
       insert into outbox (at, name, payload, audit_ids)
       select $1, $7, jsonb_build_object('import_id', $8::bigint, 'ids', jsonb_agg(subject_id)), array_agg(audit_id) from bundled group by bundle
     )
     select count(*) as n from audited`,
    [ctx.now, ctx.who.kind, ctx.who.id, ctx.request_id, action, subject, event, import_id, ...values],
  )
  return rows[0]!.n
}
