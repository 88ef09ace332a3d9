import type { Ctx } from '../../../kernel/ctx.ts'
import type { Params } from '../list/where.ts'

// Audit and outbox of a slice in the shape that kernel/audit.ts writes row by row: `was` (party_id, subject_id, was)
// becomes a record each; what others hear goes in bundles.

/** Ids that an event names at most: who hears it loads them in one statement. */
const BUNDLE = 1000

/** `verb`: SQL over the record's `payload`. */
type Written = { now: string; bulk_id: number; verb: string; subject: 'party' | 'party_role' }

export function recordsCte(ctx: Ctx, { $ }: Params, { now, bulk_id, verb, subject }: Written): string {
  const who = `${$(ctx.who.kind, 'text')}, ${$(ctx.who.id, 'bigint')}, ${$(ctx.request_id, 'text')}`
  return `salted as (
    select party_id, subject_id, was as payload, uuid_send(gen_random_uuid()) as salt from was
  ), audited as (
    insert into audit (party_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
    select party_id, ${now}, ${who}, ${verb}, '${subject}', subject_id,
      sha256(salt || convert_to(payload::text, 'UTF8')), salt, payload from salted order by party_id
    returning audit_id, party_id, subject_id
  ), bundled as (
    select audit_id, party_id, (row_number() over (order by party_id) - 1) / ${BUNDLE} as bundle from audited
  ), heard as (
    insert into outbox (at, name, payload, audit_ids)
    select ${now}, 'parties.changed', jsonb_build_object('bulk_id', ${$(bulk_id, 'bigint')}, 'ids', jsonb_agg(party_id)), array_agg(audit_id)
    from bundled group by bundle
  )`
}

/** To the trash and out of it are verbs of their own. */
export const verbOf = (column: string | null): string =>
  column === null
    ? `'parties.role_updated'`
    : column === 'live'
      ? `case when (payload ->> 'live')::boolean then 'parties.removed' else 'parties.restored' end`
      : `'parties.updated'`
