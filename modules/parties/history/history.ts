import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { mask, masked } from '../../../kernel/scope.ts'
import type { ContactKind, HistoryItem } from '../contract.ts'
import { emailKey, phoneKey } from '../names/contacts.ts'
import { type Loaded, loadParty } from '../party.ts'
import { maskOf } from '../rules.ts'

// History is read off the audit: a record keeps what was; what it became is what the next record of the same
// thing says that it was, or what it is now.
export const subjects = ['party', 'contact_point', 'party_role', 'external_id']

type Next = { value: unknown; audit_id: number }
export type Recorded = {
  audit_id: number
  at: string
  actor_kind: HistoryItem['actor']['kind']
  actor_id: number
  actor_name: string | null
  action: string
  subject: string
  subject_id: number
  /** null: erased */
  payload: Record<string, unknown> | null
  /** per field, the next record that touched it */
  next: Record<string, Next>
}
export type Before = { at: string; id: number } | null

// What a record says only to be understood: no change.
const context = new Set(['kind', 'role'])
const partsOf: Record<string, string[]> = {
  contact_point: ['kind', 'value', 'label', 'preferred', 'verified_at'],
  party_role: ['role', 'since', 'until'],
}
/** Added and removed as a whole. */
const isWhole = (action: string) => /_(added|removed)$/.test(action)

// unscoped: `party_id` was reached by the caller before this is asked
const historyText = `
with page as (
  select * from audit where party_id = $1 and subject = any($2::text[])
    and ($3::timestamptz is null or (at, audit_id) < ($3, $4::bigint)) and ($5::bigint is null or audit_id = $5)
  order by at desc, audit_id desc limit $6
)
select a.audit_id, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name, a.action, a.subject, a.subject_id, a.payload,
  (select coalesce(jsonb_object_agg(f.key, jsonb_build_object('value', n.value, 'audit_id', n.audit_id)), '{}')
   from (
     select jsonb_object_keys(a.payload) union
     select jsonb_array_elements_text($7::jsonb -> a.subject) where a.action like '%\\_added' or a.action like '%\\_removed'
   ) as f (key),
   lateral (
     select n.payload -> f.key as value, n.audit_id from audit n
     where n.party_id = a.party_id and n.subject = a.subject and n.subject_id = a.subject_id
       and (n.at, n.audit_id) > (a.at, a.audit_id) and n.payload ? f.key
     order by n.at, n.audit_id limit 1
   ) n) as next
from page a
left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
order by a.at desc, a.audit_id desc`

export const recordsOf = (
  ctx: Ctx,
  party_id: number,
  before: Before,
  limit: number,
  only: number | null = null,
): Promise<Recorded[]> =>
  named<Recorded>(ctx, 'parties.history', historyText, [
    party_id,
    subjects,
    before?.at ?? null,
    before?.id ?? null,
    only,
    limit,
    JSON.stringify(partsOf),
  ])

type Query = { cursor?: string; limit?: number }

export async function historyOf(ctx: Ctx, { params, query }: { params: { id: number }; query: Query }) {
  const before = query.cursor === undefined ? null : beforeOf(query.cursor)
  const limit = query.limit ?? 50
  const party = await loadParty(ctx, params.id)
  const records = await recordsOf(ctx, params.id, before, limit + 1)
  const items = await asHistory(ctx, party, records.slice(0, limit))
  const last = records.length > limit ? items.at(-1)! : null
  return { items, next: last && encodeCursor([last.at, last.audit_id]) }
}

export function beforeOf(cursor: string): { at: string; id: number } {
  const [at, id] = decodeCursor(cursor, ['string', 'number'])
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(at)) || Number.isNaN(Date.parse(String(at))))
    return refuse('kernel.bad_cursor', 400)
  return { at: String(at), id: Number(id) }
}

export async function asHistory(
  ctx: Ctx,
  party: Loaded,
  records: readonly Recorded[],
): Promise<HistoryItem[]> {
  const items = records.map((record) => itemOf(ctx, party, record))
  return withNames(ctx, items)
}

function itemOf(ctx: Ctx, party: Loaded, record: Recorded): HistoryItem {
  const { audit_id, at, actor_kind, actor_id, actor_name, action, subject, subject_id } = record
  return {
    audit_id,
    at,
    actor: { kind: actor_kind, id: actor_id, name: actor_name },
    action,
    subject,
    subject_id,
    changes: changesShown(ctx, party, record),
    undoable: isUndoable(party, record),
  }
}

type Change = { field: string; was: unknown; became: unknown }

/** As this caller may see them. */
export const changesShown = (ctx: Ctx, party: Loaded, record: Recorded) =>
  changesOf(party, record).map((change) => withheld(ctx, party, record, change))

export function changesOf(party: Loaded, record: Recorded): Change[] {
  const { payload, action, subject, next } = record
  if (!payload || action === 'parties.created') return []
  if (subject === 'external_id') {
    const id = `${payload['source']}: ${payload['value']}`
    const added = action.endsWith('_added')
    return [{ field: 'external_id', was: added ? null : id, became: added ? id : null }]
  }
  const now = currentOf(party, record)
  const later = (field: string) => (next[field] ? next[field].value : (now?.[field] ?? null))
  if (!isWhole(action))
    return Object.keys(payload)
      .filter((field) => subject === 'party' || !context.has(field))
      .map((field) => ({ field, was: payload[field], became: later(field) }))
  const added = action.endsWith('_added')
  const fields = (partsOf[subject] ?? []).filter((field) => field !== 'kind')
  return fields
    .map((field) => ({
      field,
      was: added ? null : (payload[field] ?? null),
      became: added ? later(field) : null,
    }))
    .filter(({ was, became }) => (was ?? became ?? false) !== false && (was ?? became) !== '')
}

/** The thing as it is now: the party itself, or a part of it that may be gone. */
function currentOf(party: Loaded, { subject, subject_id }: Recorded): Record<string, unknown> | undefined {
  if (subject === 'party') return party
  if (subject === 'contact_point') return party.contacts.find(({ id }) => id === subject_id)
  return party.roles.find(({ id }) => id === subject_id)
}

const editable = new Set([
  'kind',
  'name',
  'language',
  'channel_preference',
  'country',
  'note',
  'owner_id',
  'unit_id',
  'tags',
  'live',
])

/** Whether nothing that a later change did would be lost. */
export function isUndoable(party: Loaded, record: Recorded): boolean {
  const { payload, action, subject, next } = record
  if (!payload || action === 'parties.created') return false
  if (subject === 'external_id') {
    const held = party.external_ids.some(
      (one) => one.source === payload['source'] && one.value === payload['value'],
    )
    return held === action.endsWith('_added')
  }
  if (isWhole(action))
    return (
      Object.keys(next).length === 0 && (currentOf(party, record) !== undefined) === action.endsWith('_added')
    )
  const fields = Object.keys(payload).filter((field) => subject === 'party' || !context.has(field))
  if (subject === 'party')
    return fields.length > 0 && fields.every((field) => editable.has(field) && !next[field])
  return currentOf(party, record) !== undefined && fields.every((field) => !next[field])
}

function withheld(ctx: Ctx, party: Loaded, record: Recorded, change: Change) {
  const { subject, payload } = record
  if (subject === 'external_id') return numberWithheld(ctx, record, change)
  if (subject !== 'contact_point' || change.field !== 'value') return { ...change, withheld: false }
  const kind = (payload?.['kind'] ?? currentOf(party, record)?.['kind'] ?? record.next['kind']?.value) as
    | ContactKind
    | undefined
  // A contact point whose kind is not known any more is held back from everybody with any mask.
  const field = kind ? maskOf[kind] : 'unknown'
  const hides = field === 'unknown' ? ctx.who.masks.size > 0 : field !== null && masked(ctx, field)
  if (!hides) return { ...change, withheld: false }
  const cover = (value: unknown) => (typeof value === 'string' ? mask(value, field ?? '') : value)
  return { field: change.field, was: cover(change.was), became: cover(change.became), withheld: true }
}

/** A source may know people by their e-mail or phone: such a number hides from whoever may not see those. */
function numberWithheld(ctx: Ctx, { payload }: Recorded, change: Change) {
  const value = String(payload?.['value'] ?? '')
  const field = emailKey(value) ? 'email' : value.length > 6 && phoneKey(value, 'CN') ? 'phone' : null
  if (!field || !masked(ctx, field)) return { ...change, withheld: false }
  const cover = (said: unknown) => (said === null ? null : String(said).replace(value, mask(value, field)))
  return { field: change.field, was: cover(change.was), became: cover(change.became), withheld: true }
}

/** Ids of people and units say nothing to a reader. */
async function withNames(ctx: Ctx, items: HistoryItem[]): Promise<HistoryItem[]> {
  const ids = (field: string) =>
    items.flatMap((item) => item.changes.filter((c) => c.field === field).flatMap((c) => [c.was, c.became]))
  const wanted = [...ids('owner_id'), ...ids('unit_id')].filter((id) => typeof id === 'number')
  if (wanted.length === 0) return items
  const rows = await planned<{ id: number; name: string }>(
    ctx,
    `select user_id as id, name from app_user where user_id = any($1::bigint[])
     union all select unit_id, name from unit where unit_id = any($1::bigint[])`,
    [wanted],
  )
  const names = new Map(rows.map((row) => [row.id, row.name]))
  const show = (id: unknown) => (typeof id === 'number' ? { id, name: names.get(id) ?? '' } : id)
  return items.map((item) => ({
    ...item,
    changes: item.changes.map((c) =>
      c.field === 'owner_id' || c.field === 'unit_id'
        ? { ...c, was: show(c.was), became: show(c.became) }
        : c,
    ),
  }))
}
