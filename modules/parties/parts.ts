import type { Static } from 'typebox'
import { type Ctx, named } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { companyOf } from './company.ts'
import type { ContactPatch, ContactWrite, ExternalIdWrite, Party, RolePatch, RoleWrite } from './contract.ts'
import { refuseTaken } from './external.ts'
import { checkOverlap, checkPeriod, contactRow, keyOf, roleRow } from './input.ts'
import type { ContactRow, Loaded, RoleRow } from './party.ts'
import { changeParty, type Made } from './update.ts'

// What hangs on a party: contact points, market roles, ids of other systems. Each change counts as one of the party.
// unscoped: every write here runs inside changeParty, which has reached and locked the party

type Of<B, P = unknown> = { params: { id: number } & P; body: B }

export const addContact = async (ctx: Ctx, { params, body }: Of<ContactWrite>): Promise<Party> => {
  const row = await contactRow(ctx, body, (await companyOf(ctx)).region)
  return changeParty(ctx, params.id, (ctx, before) => insertContact(ctx, before, row))
}

/** Also undoes a removal: then the row has its id again. */
export async function insertContact(ctx: Ctx, before: Loaded, row: ContactRow): Promise<Made> {
  refuseDouble(before.contacts, row)
  await putContact(ctx, before.party_id, row)
  const entry = {
    action: 'parties.contact_added',
    subject: 'contact_point',
    subject_id: row.id,
    was: { kind: row.kind },
  }
  return preferOnly(ctx, { after: { ...before, contacts: [...before.contacts, row] }, entries: [entry] }, row)
}

export const updateContact = (
  ctx: Ctx,
  { params, body }: Of<Static<typeof ContactPatch>, { contact_point_id: number }>,
): Promise<Party> =>
  changeParty(ctx, params.id, async (ctx, before) => {
    const row = before.contacts.find(({ id }) => id === params.contact_point_id) ?? notFound()
    const { verified, ...given } = body
    const value = body.value?.normalize('NFC').trim() ?? row.value
    const value_key =
      value === row.value ? row.value_key : keyOf(row.kind, value, (await companyOf(ctx)).region)
    // A new value was not verified by verifying the old one.
    const kept = value_key === row.value_key ? row.verified_at : null
    const verified_at = verified === undefined ? kept : verified ? (kept ?? ctx.now.toISOString()) : null
    return setContact(ctx, before, row, { ...row, ...given, value, value_key, verified_at })
  })

/** From one state of a contact point to another: a save, or its undo. */
export async function setContact(ctx: Ctx, before: Loaded, row: ContactRow, next: ContactRow): Promise<Made> {
  const was: Record<string, unknown> = {}
  for (const field of ['value', 'label', 'preferred', 'verified_at'] as const)
    if (row[field] !== next[field]) was[field] = row[field]
  if (Object.keys(was).length === 0) return { after: before, entries: [] }
  const others = before.contacts.filter(({ id }) => id !== row.id)
  refuseDouble(others, next)
  await putContact(ctx, before.party_id, next)
  const entry = {
    action: 'parties.contact_updated',
    subject: 'contact_point',
    subject_id: row.id,
    was: { kind: row.kind, ...was },
  }
  const after = { ...before, contacts: before.contacts.map((one) => (one.id === row.id ? next : one)) }
  return preferOnly(ctx, { after, entries: [entry] }, next)
}

/** One contact point of a kind is preferred; another that was steps back, on the record. */
async function preferOnly(ctx: Ctx, { after, entries }: Made, row: ContactRow): Promise<Made> {
  if (!row.preferred) return { after, entries }
  const back = after.contacts.filter((one) => one.id !== row.id && one.kind === row.kind && one.preferred)
  for (const one of back) {
    await putContact(ctx, after.party_id, { ...one, preferred: false })
    const was = { kind: one.kind, preferred: true }
    entries.push({
      action: 'parties.contact_updated',
      subject: 'contact_point',
      subject_id: one.id,
      was,
      event: false,
    })
  }
  const contacts = after.contacts.map((one) => (back.includes(one) ? { ...one, preferred: false } : one))
  return { after: { ...after, contacts }, entries }
}

export const removeContact = (
  ctx: Ctx,
  { params }: { params: { id: number; contact_point_id: number } },
): Promise<Party> =>
  changeParty(ctx, params.id, (ctx, before) => {
    const row = before.contacts.find(({ id }) => id === params.contact_point_id) ?? notFound()
    return deleteContact(ctx, before, row)
  })

export async function deleteContact(ctx: Ctx, before: Loaded, row: ContactRow): Promise<Made> {
  await named(
    ctx,
    'parties.contact_delete',
    'delete from contact_point where party_id = $1 and contact_point_id = $2',
    [before.party_id, row.id],
  )
  const { id, ...was } = row
  const entry = { action: 'parties.contact_removed', subject: 'contact_point', subject_id: id, was }
  return { after: { ...before, contacts: before.contacts.filter((one) => one.id !== id) }, entries: [entry] }
}

function refuseDouble(contacts: readonly ContactRow[], row: ContactRow): void {
  if (contacts.some((one) => one.id !== row.id && one.kind === row.kind && one.value_key === row.value_key))
    refuse('parties.contact_exists', 409, { kind: row.kind })
}

const putContact = (ctx: Ctx, party_id: number, row: ContactRow) =>
  named(
    ctx,
    'parties.contact_put',
    `insert into contact_point (party_id, contact_point_id, home_party_id, kind, value, value_key, label, preferred, verified_at, created_at)
     values ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9)
     on conflict (party_id, contact_point_id) do update set value = excluded.value, value_key = excluded.value_key,
       label = excluded.label, preferred = excluded.preferred, verified_at = excluded.verified_at`,
    [
      party_id,
      row.id,
      row.kind,
      row.value,
      row.value_key,
      row.label,
      row.preferred,
      row.verified_at,
      row.created_at,
    ],
  )

export const addRole = (ctx: Ctx, { params, body }: Of<RoleWrite>): Promise<Party> =>
  changeParty(ctx, params.id, async (ctx, before) => insertRole(ctx, before, await roleRow(ctx, body)))

export async function insertRole(ctx: Ctx, before: Loaded, row: RoleRow): Promise<Made> {
  const roles = [...before.roles, row]
  checkOverlap(roles)
  await putRole(ctx, before.party_id, row)
  const entry = {
    action: 'parties.role_added',
    subject: 'party_role',
    subject_id: row.id,
    was: { role: row.role },
  }
  return { after: { ...before, roles }, entries: [entry] }
}

export const updateRole = (
  ctx: Ctx,
  { params, body }: Of<Static<typeof RolePatch>, { party_role_id: number }>,
): Promise<Party> =>
  changeParty(ctx, params.id, (ctx, before) => {
    const row = before.roles.find(({ id }) => id === params.party_role_id) ?? notFound()
    return setRole(ctx, before, row, { ...row, ...body })
  })

export async function setRole(ctx: Ctx, before: Loaded, row: RoleRow, next: RoleRow): Promise<Made> {
  const was: Record<string, unknown> = {}
  for (const field of ['since', 'until'] as const) if (row[field] !== next[field]) was[field] = row[field]
  if (Object.keys(was).length === 0) return { after: before, entries: [] }
  const roles = before.roles.map((one) => (one.id === row.id ? checkPeriod(next) : one))
  checkOverlap(roles)
  await putRole(ctx, before.party_id, next)
  const entry = {
    action: 'parties.role_updated',
    subject: 'party_role',
    subject_id: row.id,
    was: { role: row.role, ...was },
  }
  return { after: { ...before, roles }, entries: [entry] }
}

export const removeRole = (
  ctx: Ctx,
  { params }: { params: { id: number; party_role_id: number } },
): Promise<Party> =>
  changeParty(ctx, params.id, (ctx, before) => {
    const row = before.roles.find(({ id }) => id === params.party_role_id) ?? notFound()
    return deleteRole(ctx, before, row)
  })

export async function deleteRole(ctx: Ctx, before: Loaded, row: RoleRow): Promise<Made> {
  await named(
    ctx,
    'parties.role_delete',
    'delete from party_role where party_id = $1 and party_role_id = $2',
    [before.party_id, row.id],
  )
  const { id, ...was } = row
  const entry = { action: 'parties.role_removed', subject: 'party_role', subject_id: id, was }
  return { after: { ...before, roles: before.roles.filter((one) => one.id !== id) }, entries: [entry] }
}

const putRole = (ctx: Ctx, party_id: number, row: RoleRow) =>
  named(
    ctx,
    'parties.role_put',
    `insert into party_role (party_id, party_role_id, role, since, until) values ($1, $2, $3, $4, $5)
     on conflict (party_id, party_role_id) do update set since = excluded.since, until = excluded.until`,
    [party_id, row.id, row.role, row.since, row.until],
  )

type External = Static<typeof ExternalIdWrite>
export const addExternalId = (ctx: Ctx, { params, body }: Of<External>): Promise<Party> =>
  changeParty(ctx, params.id, (ctx, before) => insertExternal(ctx, before, body))

export async function insertExternal(ctx: Ctx, before: Loaded, { source, value }: External): Promise<Made> {
  if (before.external_ids.some((one) => one.source === source && one.value === value))
    refuse('parties.external_id_taken', 409, { source, value, party_id: before.party_id, name: before.name })
  const rows = await named(
    ctx,
    'parties.external_add',
    'insert into external_id (source, value, party_id, created_at) values ($1, $2, $3, $4) on conflict do nothing returning 1',
    [source, value, before.party_id, ctx.now],
  )
  if (rows.length === 0) await refuseTaken(ctx, [{ source, value }], before.party_id)
  const entry = {
    action: 'parties.external_id_added',
    subject: 'external_id',
    subject_id: before.party_id,
    was: { source, value },
  }
  return { after: { ...before, external_ids: [...before.external_ids, { source, value }] }, entries: [entry] }
}

export const removeExternalId = (
  ctx: Ctx,
  { params, query }: { params: { id: number }; query: External },
): Promise<Party> => changeParty(ctx, params.id, (ctx, before) => deleteExternal(ctx, before, query))

export async function deleteExternal(ctx: Ctx, before: Loaded, { source, value }: External): Promise<Made> {
  const kept = before.external_ids.filter((one) => one.source !== source || one.value !== value)
  if (kept.length === before.external_ids.length) notFound()
  await named(
    ctx,
    'parties.external_remove',
    'delete from external_id where source = $1 and value = $2 and party_id = $3',
    [source, value, before.party_id],
  )
  const entry = {
    action: 'parties.external_id_removed',
    subject: 'external_id',
    subject_id: before.party_id,
    was: { source, value },
  }
  return { after: { ...before, external_ids: kept }, entries: [entry] }
}
