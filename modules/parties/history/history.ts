import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { mask, masked, scopeSql } from '../../../kernel/scope.ts'
import type { ContactKind, HistoryItem } from '../contract.ts'
import { type CustomField, definedKeys, fieldsSeen, fieldsWritten, labelOf } from '../fields/catalogue.ts'
import { partyNames, toldParty } from '../fields/values.ts'
import { homesSql } from '../merging/survivor.ts'
import { emailKey, phoneKey } from '../names/contacts.ts'
import { type Loaded, loadParty } from '../party.ts'
import { maskOf } from '../rules.ts'

// History is read off the audit: a record keeps what was; what it became is what the next record of the same
// thing says that it was, or what it is now.
export const subjects = ['party', 'contact_point', 'party_role', 'external_id']

/** How a record names a custom field. */
export const OF_FIELD = 'fields.'

type Next = { value: unknown; audit_id: number }
export type Recorded = {
  audit_id: number
  party_id: number
  at: string
  actor_kind: HistoryItem['actor']['kind']
  actor_id: number
  actor_name: string | null
  action: string
  subject: string
  subject_id: number
  /** null: erased */
  payload: Record<string, unknown> | null
  /** of a record of a party that was merged into this one: that party as it was then */
  merged: Record<string, unknown> | null
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

/** A record all of whose fields are hidden from the caller is not there for them. */
export const tellsSomething = (hidden: string): string =>
  `(coalesce(jsonb_typeof(payload), '') <> 'object' or payload = '{}'
    or exists (select from jsonb_object_keys(payload) k (key) where k.key <> all(${hidden}::text[])))`

// unscoped: `party_id` was reached by the caller before this is asked
const historyText = `
with homes as materialized (
  select ${homesSql('$1')} as ids
), page as (
  select a.* from homes h, audit a where a.party_id = any(h.ids) and subject = any($2::text[]) and ${tellsSomething('$8')}
    and ($3::timestamptz is null or (at, audit_id) < ($3, $4::bigint)) and ($5::bigint is null or audit_id = $5)
  order by at desc, audit_id desc limit $6
)
select a.audit_id, a.party_id, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name, a.action, a.subject, a.subject_id, a.payload,
  (select to_jsonb(p) from party p where p.party_id = a.party_id and a.party_id <> $1) as merged,
  (select coalesce(jsonb_object_agg(f.key, jsonb_build_object('value', n.value, 'audit_id', n.audit_id)), '{}')
   from (
     select jsonb_object_keys(a.payload) union
     select jsonb_array_elements_text($7::jsonb -> a.subject) where a.action like '%\\_added' or a.action like '%\\_removed'
   ) as f (key),
   lateral (
     select n.payload -> f.key as value, n.audit_id from audit n
     where n.party_id = any(h.ids) and n.subject = a.subject and n.subject_id = a.subject_id
       and (n.at, n.audit_id) > (a.at, a.audit_id) and n.payload ? f.key
     order by n.at, n.audit_id limit 1
   ) n) as next
from homes h, page a
left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
order by a.at desc, a.audit_id desc`

export const recordsOf = async (
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
    await hiddenFields(ctx),
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
  const custom = await customOf(ctx)
  const items = records.map((record) => itemOf(ctx, party, record, custom))
  return withPartyNames(ctx, await withNames(ctx, items), custom)
}

function itemOf(ctx: Ctx, party: Loaded, record: Recorded, custom: Custom): HistoryItem {
  const { audit_id, at, actor_kind, actor_id, actor_name, action, subject, subject_id } = record
  return {
    audit_id,
    at,
    actor: { kind: actor_kind, id: actor_id, name: actor_name },
    action,
    subject,
    subject_id,
    changes: changesShown(ctx, party, record, custom),
    undoable: isUndoable(party, record, custom),
  }
}

type Change = { field: string; was: unknown; became: unknown; label?: string }

/** As this caller may see them. */
export const changesShown = (ctx: Ctx, party: Loaded, record: Recorded, custom: Custom) =>
  changesOf(party, record)
    .flatMap((change) => inFields(ctx, change, custom))
    .map((change) => withheld(ctx, party, record, change))

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
      .map((field) =>
        field === MERGED_WITH
          ? joined(action, payload[field])
          : { field, was: payload[field], became: later(field) },
      )
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

/** Of a merge, the id of the other: somebody came, or went again. */
const MERGED_WITH = 'merged_with'
const joined = (action: string, id: unknown): Change =>
  action === 'parties.unmerged'
    ? { field: MERGED_WITH, was: id, became: null }
    : { field: MERGED_WITH, was: null, became: id }

/** Custom fields beside its own, as records name them. */
const withFields = (party: Record<string, unknown>): Record<string, unknown> => ({
  ...party,
  ...Object.fromEntries(
    Object.entries((party['fields'] as Record<string, unknown> | undefined) ?? {}).map(([key, value]) => [
      `${OF_FIELD}${key}`,
      value,
    ]),
  ),
})

/** The thing as it is now: the party itself, or a part of it that may be gone. */
function currentOf(
  party: Loaded,
  { subject, subject_id, merged }: Recorded,
): Record<string, unknown> | undefined {
  if (subject === 'party') return withFields(merged ?? party)
  if (subject === 'contact_point') return party.contacts.find(({ id }) => id === subject_id)
  return party.roles.find(({ id }) => id === subject_id)
}

/** Which custom fields the caller sees, and which of them they may edit. */
export type Custom = {
  readonly seen: ReadonlyMap<string, CustomField>
  readonly edited: ReadonlyMap<string, CustomField>
}
const byKey = (fields: readonly CustomField[]) => new Map(fields.map((field) => [field.key, field]))
export const customOf = async (ctx: Ctx): Promise<Custom> => ({
  seen: byKey(await fieldsSeen(ctx)),
  edited: byKey(await fieldsWritten(ctx)),
})

/** As records name them, those that the caller does not see: hidden, archived. */
export async function hiddenFields(ctx: Ctx): Promise<string[]> {
  const seen = byKey(await fieldsSeen(ctx))
  return (await definedKeys(ctx)).filter((key) => !seen.has(key)).map((key) => `${OF_FIELD}${key}`)
}

/** A change of a custom field with what that is called; none, where the caller does not see it. */
function inFields(ctx: Ctx, change: Change, { seen }: Custom): Change[] {
  if (!change.field.startsWith(OF_FIELD)) return [change]
  const field = seen.get(change.field.slice(OF_FIELD.length))
  return field ? [{ ...change, label: labelOf(field, ctx.locale) }] : []
}

/** References as the caller may see them: a name, or that it is withheld. */
async function withPartyNames(ctx: Ctx, items: HistoryItem[], { seen }: Custom): Promise<HistoryItem[]> {
  const isLink = ({ field }: { field: string }) =>
    field.startsWith(OF_FIELD) && seen.get(field.slice(OF_FIELD.length))?.kind === 'party'
  const ids = items.flatMap((item) =>
    item.changes.filter(isLink).flatMap(({ was, became }) => [was, became].filter((id) => id !== null)),
  )
  if (ids.length === 0) return items
  const names = await partyNames(ctx, ids.map(Number))
  const told = (id: unknown) => (id === null ? null : toldParty(id, names))
  return items.map((item) => ({
    ...item,
    changes: item.changes.map((change) =>
      isLink(change) ? { ...change, was: told(change.was), became: told(change.became) } : change,
    ),
  }))
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

/** A custom field is put back by who may edit it. */
const isEditable = (field: string, { edited }: Custom): boolean =>
  field.startsWith(OF_FIELD) ? edited.has(field.slice(OF_FIELD.length)) : editable.has(field)

/** Whether nothing that a later change did would be lost. */
export function isUndoable(party: Loaded, record: Recorded, custom: Custom): boolean {
  const { payload, action, subject, next } = record
  if (!payload || action === 'parties.created') return false
  // What was changed on the other before the merge is no field of this party.
  if (subject === 'party' && record.merged) return false
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
    return fields.length > 0 && fields.every((field) => isEditable(field, custom) && !next[field])
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
  return { ...change, was: cover(change.was), became: cover(change.became), withheld: true }
}

/** A source may know people by their e-mail or phone: such a number hides from whoever may not see those. */
function numberWithheld(ctx: Ctx, { payload }: Recorded, change: Change) {
  const value = String(payload?.['value'] ?? '')
  const field = emailKey(value) ? 'email' : value.length > 6 && phoneKey(value, 'CN') ? 'phone' : null
  if (!field || !masked(ctx, field)) return { ...change, withheld: false }
  const cover = (said: unknown) => (said === null ? null : String(said).replace(value, mask(value, field)))
  return { ...change, was: cover(change.was), became: cover(change.became), withheld: true }
}

/** Ids of people and units say nothing to a reader. */
async function withNames(ctx: Ctx, items: HistoryItem[]): Promise<HistoryItem[]> {
  const ids = (field: string) =>
    items.flatMap((item) => item.changes.filter((c) => c.field === field).flatMap((c) => [c.was, c.became]))
  const parties = ids(MERGED_WITH).filter((id) => typeof id === 'number')
  const wanted = [...ids('owner_id'), ...ids('unit_id')].filter((id) => typeof id === 'number')
  if (wanted.length + parties.length === 0) return items
  // Who was parted again may have gone out of the reader's scope.
  const scope = scopeSql(ctx.reach, 'p', 3)
  const rows = await planned<{ id: number; name: string }>(
    ctx,
    `select user_id as id, name from app_user where user_id = any($1::bigint[])
     union all select unit_id, name from unit where unit_id = any($1::bigint[])
     union all select p.party_id, p.name from party p where p.party_id = any($2::bigint[]) and (p.merged_into is not null or ${scope.text})`,
    [wanted, parties, scope.value],
  )
  const names = new Map(rows.map((row) => [row.id, row.name]))
  const show = (id: unknown) => (typeof id === 'number' ? { id, name: names.get(id) ?? '' } : id)
  return items.map((item) => ({
    ...item,
    changes: item.changes.map((c) =>
      c.field === 'owner_id' || c.field === 'unit_id' || c.field === MERGED_WITH
        ? { ...c, was: show(c.was), became: show(c.became) }
        : c,
    ),
  }))
}
