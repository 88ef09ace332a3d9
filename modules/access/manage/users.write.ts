import { atomically, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { mustReach } from '../../../kernel/scope.ts'
import { companyOf } from '../company.ts'
import type { User, UserPatch, UserWrite } from '../contract.ts'
import { lockAccess } from '../permissions.ts'
import { dropInvitations, type Made, makeInvitation } from '../signing/invitations.ts'
import { hashPassword, mustBeGood } from '../signing/passwords.ts'
import { endSessions } from '../signing/sessions.ts'
import { cleanEmail, mustBeZone } from '../signing/sign_in.ts'
import { orTaken } from './taken.ts'
import { mustBeRole, mustNotExceed, mustReachUnit, unitsOf } from './tree.ts'
import { recordUser, userOf } from './users.ts'

export type Created = User & { invitation: Made | null }

export async function createUser(ctx: Ctx, { body }: { body: UserWrite }): Promise<Created> {
  const email = cleanEmail(body.email)
  const time_zone =
    body.time_zone === undefined ? (await companyOf(ctx)).time_zone : mustBeZone(body.time_zone)
  if (body.password !== undefined) mustBeGood(body.password, email)
  const password_hash = body.password === undefined ? null : await hashPassword(body.password)
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const units = await unitsOf(ctx)
    const unit = mustReachUnit(ctx, units, body.unit_id)
    const role = await mustBeRole(ctx, body.role)
    mustNotExceed(ctx, role, units, unit.unit_id)
    const user_id = await ctx.house.ids.next()
    mustReach(ctx, { unit_id: unit.unit_id, owner_id: user_id })
    const inserted = planned(
      ctx,
      `insert into app_user (user_id, email, name, password_hash, role_id, unit_id, locale, time_zone, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        user_id,
        email,
        body.name.trim(),
        password_hash,
        role.role_id,
        unit.unit_id,
        body.locale ?? ctx.locale,
        time_zone,
        ctx.now,
      ],
    )
    await orTaken(inserted, 'app_user_email_key', 'access.email_taken', { email })
    const invitation = password_hash === null ? await makeInvitation(ctx, user_id) : null
    await recordUser(ctx, 'created', user_id)
    return { ...(await userOf({ ...ctx, reach: { kind: 'all' } }, user_id)), invitation }
  })
}

/** Who holds more than the caller is not the caller's to change: a new e-mail or link would be a way in. */
export async function mustBeMine(
  ctx: Ctx,
  target: User,
  units: Awaited<ReturnType<typeof unitsOf>>,
): Promise<void> {
  // The command line mends what nobody else can, also a role that grants what this version no longer knows.
  if (ctx.who.kind === 'cli' || (ctx.who.kind === 'user' && ctx.who.id === target.user_id)) return
  mustNotExceed(ctx, await mustBeRole(ctx, target.role), units, target.unit_id)
}

export async function patchUser(
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: UserPatch },
): Promise<User> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const before = await userOf(ctx, params.id)
    expectVersion(ctx, before.version)
    const units = await unitsOf(ctx)
    await mustBeMine(ctx, before, units)
    const after = {
      name: body.name?.trim() ?? before.name,
      email: body.email === undefined ? before.email : cleanEmail(body.email),
      role: body.role ?? before.role,
      unit_id: body.unit_id ?? before.unit_id,
      locale: body.locale ?? before.locale,
      active: body.active ?? before.active,
    }
    const fields = Object.keys(after) as (keyof typeof after)[]
    const changed = fields.filter((field) => after[field] !== before[field])
    if (after.unit_id !== before.unit_id) mustReachUnit(ctx, units, after.unit_id)
    mustReach(ctx, { unit_id: after.unit_id, owner_id: params.id })
    const role = await mustBeRole(ctx, after.role)
    const placed = changed.includes('role') || changed.includes('unit_id') || changed.includes('active')
    if (placed && after.active) mustNotExceed(ctx, role, units, after.unit_id)
    const updated = planned(
      ctx,
      `update app_user set name = $2, email = $3, role_id = $4, unit_id = $5, active = $6, locale = $8, version = version + 1, updated_at = $7
       where user_id = $1`,
      [params.id, after.name, after.email, role.role_id, after.unit_id, after.active, ctx.now, after.locale],
    )
    await orTaken(updated, 'app_user_email_key', 'access.email_taken', { email: after.email })
    if (!after.active) {
      await endSessions(ctx, params.id)
      await dropInvitations(ctx, params.id)
    }
    await mustLeaveAdministrator(ctx, before, after)
    await recordUser(
      ctx,
      'changed',
      params.id,
      Object.fromEntries(changed.map((field) => [field, before[field]])),
    )
    return userOf({ ...ctx, reach: { kind: 'all' } }, params.id)
  })
}

/** Under `lockAccess`, so two administrators cannot demote each other at once. */
async function mustLeaveAdministrator(
  ctx: Ctx,
  before: User,
  after: { role: string; active: boolean },
): Promise<void> {
  const was = before.role === 'administrator' && before.active
  if (!was || (after.role === 'administrator' && after.active)) return
  const left = await planned(
    ctx,
    `select from app_user u join role r on r.role_id = u.role_id
     where r.code = 'administrator' and u.active and u.password_hash is not null limit 1`,
    [],
  )
  if (left.length === 0) refuse('access.last_administrator', 409)
}

export async function invite(ctx: Ctx, { params }: { params: { id: number } }): Promise<Made> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const target = await userOf(ctx, params.id)
    await mustBeMine(ctx, target, await unitsOf(ctx))
    if (!target.active) refuse('access.user_inactive', 409, { name: target.name })
    const made = await makeInvitation(ctx, target.user_id)
    await recordUser(ctx, 'invited', target.user_id)
    return made
  })
}
