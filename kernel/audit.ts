import type { Ctx } from './ctx.ts'

export type Recorded = {
  audit_id: number
  action: string
  subject: string
  subject_id: number
  party_id: number
  /** of an update: what the changed fields were; of a create: nothing */
  was: unknown
  event: { name: string; payload: Record<string, unknown> } | null
}

export type Entry = {
  /** the verb in full: `parties.created` */
  action: string
  subject: string
  subject_id: number
  /** the party it is about; 0 or absent when it is about none */
  party_id?: number
  was?: unknown
  /** false: nobody needs to hear; else the event carries ids only */
  event?: false | Record<string, unknown>
}

/** One record per aggregate. Written by `atomically`, with its event, in the same transaction. */
export async function record(ctx: Ctx, entry: Entry): Promise<void> {
  if (!ctx.recorded) throw new Error('record() outside atomically()')
  ctx.recorded.push(await recordOf(ctx, entry))
}

export async function recordOf(
  ctx: Ctx,
  { action, subject, subject_id, party_id = 0, was = {}, event }: Entry,
): Promise<Recorded> {
  const audit_id = await ctx.house.ids.next()
  const payload = { id: subject_id, ...(party_id ? { party_id } : {}), ...event }
  return {
    audit_id,
    action,
    subject,
    subject_id,
    party_id,
    was,
    event: event === false ? null : { name: action, payload },
  }
}

// The digest covers salt and payload only, so that erasure can null both; the seal's leaf covers the
// envelope and the digest (kernel/seal.ts).
/** Writes what `recordValues` gives, as the parameters after the first n. */
export const recordCtes = (n: number) => `
records as (
  select *, uuid_send(gen_random_uuid()) as salt
  from unnest($${n + 1}::timestamptz[], $${n + 2}::text[], $${n + 3}::bigint[], $${n + 4}::text[], $${n + 5}::bigint[],
              $${n + 6}::bigint[], $${n + 7}::text[], $${n + 8}::text[], $${n + 9}::bigint[], $${n + 10}::jsonb[])
    as r (at, actor_kind, actor_id, request_id, party_id, audit_id, action, subject, subject_id, payload)
), audited as (
  insert into audit (party_id, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
  select party_id, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id,
         sha256(salt || convert_to(payload::text, 'UTF8')), salt, payload from records
), heard as (
  insert into outbox (at, name, payload, audit_ids)
  select at, name, payload, array[audit_id]
  from unnest($${n + 1}::timestamptz[], $${n + 11}::text[], $${n + 12}::jsonb[], $${n + 6}::bigint[]) as e (at, name, payload, audit_id)
)`

/** A record and in whose name it is written. */
export type Signed = { ctx: Ctx; recorded: Recorded }

export function recordValues(rows: readonly Signed[]): unknown[] {
  const column = <K extends keyof Recorded>(key: K) => rows.map(({ recorded }) => recorded[key])
  return [
    rows.map(({ ctx }) => ctx.now),
    rows.map(({ ctx }) => ctx.who.kind),
    rows.map(({ ctx }) => ctx.who.id),
    rows.map(({ ctx }) => ctx.request_id),
    column('party_id'),
    column('audit_id'),
    column('action'),
    column('subject'),
    column('subject_id'),
    rows.map(({ recorded }) => JSON.stringify(recorded.was ?? {})),
    // An audit row without an event still passes through the outbox: the sealer takes rows from there.
    rows.map(({ recorded }) => recorded.event?.name ?? ''),
    rows.map(({ recorded }) => JSON.stringify(recorded.event?.payload ?? {})),
  ]
}

/** Called once by `atomically`, before commit. */
export async function writeRecords(ctx: Ctx): Promise<void> {
  await ctx.tx!.query({
    name: 'audit.write',
    text: `with ${recordCtes(0)} select`,
    values: recordValues(ctx.recorded!.map((recorded) => ({ ctx, recorded }))),
  })
}

// chr(31): no request id (a header) can hold it, so no two envelopes read alike.
/** The leaf that a seal covers, for sealing and for `audit verify`. */
export const leafSql = (a: string) =>
  `sha256(convert_to(concat_ws(chr(31), ${a}.audit_id, ${a}.party_id, extract(epoch from ${a}.at), ${a}.actor_kind, ${a}.actor_id,
    ${a}.request_id, ${a}.action, ${a}.subject, ${a}.subject_id), 'UTF8') || ${a}.digest)`
