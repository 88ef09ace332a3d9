import { type Ctx, named } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { reaches } from '../../kernel/scope.ts'
import type { ContactKind, ContactWrite, RoleWrite } from './contract.ts'
import { mustKnowRole } from './labels/known.ts'
import { contactKey } from './names/contacts.ts'
import type { ContactRow, RoleRow } from './party.ts'
import { dayIn, overlaps } from './rules.ts'

// What people and programs send, checked beyond its shape.

/** The contact point's key, or a refusal that says which value is wrong. */
export function keyOf(kind: ContactKind, value: string, region: string): string {
  return contactKey(kind, value, region) ?? refuse('parties.bad_contact', 422, { kind, value })
}

export async function contactRow(ctx: Ctx, given: ContactWrite, region: string): Promise<ContactRow> {
  const value = given.value.normalize('NFC').trim()
  const at = ctx.now.toISOString()
  return {
    id: await ctx.house.ids.next(),
    kind: given.kind,
    value,
    value_key: keyOf(given.kind, value, region),
    label: given.label?.trim() ?? '',
    preferred: given.preferred ?? false,
    verified_at: given.verified ? at : null,
    created_at: at,
  }
}

export async function roleRow(ctx: Ctx, given: RoleWrite): Promise<RoleRow> {
  await mustKnowRole(ctx, given.role)
  const row = {
    id: await ctx.house.ids.next(),
    role: given.role,
    since: given.since ?? dayIn(ctx.now, ctx.zone),
    until: given.until ?? null,
  }
  return checkPeriod(row)
}

export function checkPeriod(row: RoleRow): RoleRow {
  if (row.until !== null && row.until < row.since)
    refuse('parties.bad_period', 422, { since: row.since, until: row.until })
  return row
}

/** One role twice at the same time means nothing. */
export function checkOverlap(roles: readonly RoleRow[]): void {
  for (const [i, a] of roles.entries())
    for (const b of roles.slice(i + 1))
      if (a.role === b.role && overlaps(a, b))
        refuse('parties.role_overlaps', 409, { role: a.role, since: a.since })
}

/** The unit's name; units have names that people know, ids that they do not. */
export async function unitName(ctx: Ctx, unit_id: number): Promise<string> {
  const [unit] = await named<{ name: string }>(
    ctx,
    'parties.unit',
    'select name from unit where unit_id = $1',
    [unit_id],
  )
  return unit?.name ?? refuse('parties.bad_unit', 422, { unit_id })
}

/** The owner's name, if that person is active and within what the caller reaches. */
export async function ownerName(ctx: Ctx, owner_id: number | null): Promise<string | null> {
  if (owner_id === null) return null
  const [owner] = await named<{ name: string; unit_id: number }>(
    ctx,
    'parties.owner',
    'select name, unit_id from app_user where user_id = $1 and active',
    [owner_id],
  )
  if (!owner || !reaches(ctx.reach, { unit_id: owner.unit_id, owner_id }))
    return refuse('parties.bad_owner', 422, { owner_id })
  return owner.name
}
