import type { Ctx } from '../../../kernel/ctx.ts'
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
import { isUndoable, type Recorded, recordsOf } from './history.ts'

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
      if (!isUndoable(before, record)) return refuseUndo(ctx, params.id, record)
      return putBack(ctx, before, record)
    },
    { trashed: true },
  )

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
  { live, ...fields }: Record<string, unknown>,
): Promise<Made> {
  const made = await setFields(ctx, before, fields as PartyPatch)
  const was = live === undefined || live === before.live ? made.was : { ...made.was, live: before.live }
  const after = live === undefined ? made.after : { ...made.after, live: Boolean(live) }
  const action = live === undefined ? 'parties.updated' : live ? 'parties.restored' : 'parties.removed'
  const entry = { action, subject: 'party', subject_id: before.party_id, was }
  return { after, entries: Object.keys(was).length > 0 ? [entry] : [] }
}

async function withKey(ctx: Ctx, row: ContactRow, was: Record<string, unknown>): Promise<ContactRow> {
  const next = { ...row, ...was } as ContactRow
  if (next.value === row.value) return next
  return { ...next, value_key: keyOf(row.kind, next.value, (await companyOf(ctx)).region) }
}
