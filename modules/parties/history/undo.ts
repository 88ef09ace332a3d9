import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import { companyOf } from '../company.ts'
import type { Party, PartyPatch } from '../contract.ts'
import { keyOf } from '../input.ts'
import {
  deleteContact,
  deleteExternal,
  deleteRole,
  insertContact,
  insertExternal,
  insertRole,
  setContact,
  setRole,
} from '../parts.ts'
import type { ContactRow, Loaded, RoleRow } from '../party.ts'
import { changeParty, type Made, setFields } from '../update.ts'
import { customOf, isUndoable, OF_FIELD, type Recorded, recordsOf } from './history.ts'

/** Puts back what one record says that was, as a change of its own: it can be undone in turn. */
export const undoChange = (
  ctx: Ctx,
  { params }: { params: { id: number; audit_id: number } },
): Promise<Party> =>
  changeParty(
    ctx,
    params.id,
    async (ctx, before) => {
      const [record] = await recordsOf(ctx, params.id, null, 1, params.audit_id)
      if (!record) return notFound()
      if (record.party_id !== params.id && record.action === 'parties.created')
        return refuse('parties.not_undoable', 409, { action: record.action })
      if (record.action === 'parties.created') return uncreate(ctx, before, record)
      if (!isUndoable(before, record, await customOf(ctx))) return refuseUndo(ctx, params.id, record)
      return putBack(ctx, before, record)
    },
    { trashed: true },
  )

type Hanging = { audit_id: number; at: string; actor_name: string | null; actor_kind: string; action: string }

// What leaves the party as it was made: to the trash and back, and a copy for the person.
const IDLE = ['parties.removed', 'parties.restored', 'parties.everything_exported']

/** What came of a party after it was created, newest first: orders, contact points, changes. */
export const hangingOn = (ctx: Ctx, party_id: number, created: number, limit: number): Promise<Hanging[]> =>
  planned<Hanging>(
    ctx,
    `select a.audit_id, a.at, coalesce(u.name, k.name) as actor_name, a.actor_kind, a.action from audit a
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id = $1 and a.audit_id <> $2 and a.action <> all($3::text[]) order by a.at desc, a.audit_id desc limit $4`,
    [party_id, created, IDLE, limit],
  )

/** A party that nothing hangs on goes to the trash; what hangs on it is named instead. */
async function uncreate(ctx: Ctx, before: Loaded, { audit_id }: Recorded): Promise<Made> {
  const hanging = await hangingOn(ctx, before.party_id, audit_id, 10)
  const [last] = hanging
  if (last)
    refuse('parties.depended_on', 409, {
      who: last.actor_name ?? last.actor_kind,
      when: last.at,
      depends: hanging.map(({ audit_id, at, action }) => ({ audit_id, at, action })),
    })
  const entry = {
    action: 'parties.removed',
    subject: 'party',
    subject_id: before.party_id,
    was: { live: before.live },
  }
  return { after: { ...before, live: false }, entries: before.live ? [entry] : [] }
}

async function refuseUndo(ctx: Ctx, party_id: number, record: Recorded): Promise<never> {
  const fields = Object.keys(record.next)
  const since = Object.values(record.next).map((next) => next.audit_id)
  if (since.length === 0) return refuse('parties.not_undoable', 409, { action: record.action })
  const [last] = await recordsOf(ctx, party_id, null, 1, since[0]!)
  return refuse('parties.changed_since', 409, {
    who: last?.actor_name ?? last?.actor_kind,
    when: last?.at,
    fields,
  })
}

async function putBack(
  ctx: Ctx,
  before: Loaded,
  { action, subject, subject_id, payload }: Recorded,
): Promise<Made> {
  const was = payload!
  const added = action.endsWith('_added')
  if (subject === 'external_id') {
    const id = { source: String(was['source']), value: String(was['value']) }
    return added ? deleteExternal(ctx, before, id) : insertExternal(ctx, before, id)
  }
  if (subject === 'contact_point') {
    const row = before.contacts.find(({ id }) => id === subject_id)
    if (!row) return insertContact(ctx, before, { ...(was as Omit<ContactRow, 'id'>), id: subject_id })
    if (added) return deleteContact(ctx, before, row)
    return setContact(ctx, before, row, await withKey(ctx, row, was))
  }
  if (subject === 'party_role') {
    const row = before.roles.find(({ id }) => id === subject_id)
    if (!row) return insertRole(ctx, before, { ...(was as Omit<RoleRow, 'id'>), id: subject_id })
    return added ? deleteRole(ctx, before, row) : setRole(ctx, before, row, { ...row, ...was })
  }
  return putBackFields(ctx, before, was)
}

async function putBackFields(
  ctx: Ctx,
  before: Loaded,
  { live, ...stood }: Record<string, unknown>,
): Promise<Made> {
  const [custom, own] = apart(stood)
  const patch = Object.keys(custom).length > 0 ? { ...own, fields: custom } : own
  const made = await setFields(ctx, before, patch as PartyPatch)
  const was = live === undefined || live === before.live ? made.was : { ...made.was, live: before.live }
  const after = live === undefined ? made.after : { ...made.after, live: Boolean(live) }
  const action = live === undefined ? 'parties.updated' : live ? 'parties.restored' : 'parties.removed'
  const entry = { action, subject: 'party', subject_id: before.party_id, was }
  return { after, entries: Object.keys(was).length > 0 ? [entry] : [] }
}

/** `fields.<key>` of a record are values of custom fields. */
function apart(was: Record<string, unknown>): [Record<string, unknown>, Record<string, unknown>] {
  const custom: Record<string, unknown> = {}
  const own: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(was))
    if (field.startsWith(OF_FIELD)) custom[field.slice(OF_FIELD.length)] = value
    else own[field] = value
  return [custom, own]
}

async function withKey(ctx: Ctx, row: ContactRow, was: Record<string, unknown>): Promise<ContactRow> {
  const next = { ...row, ...was } as ContactRow
  if (next.value === row.value) return next
  return { ...next, value_key: keyOf(row.kind, next.value, (await companyOf(ctx)).region) }
}
