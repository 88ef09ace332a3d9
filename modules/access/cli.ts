import { type Actor, atomically, type Ctx, type House, planned, systemCtx } from '../../kernel/ctx.ts'
import type { Module } from '../../kernel/module.ts'
import { refuse } from '../../kernel/refuse.ts'
import { found, rootOf } from './company.ts'
import { actorOfUser } from './identify.ts'
import { createKey as createKeyBy } from './manage/keys.ts'
import { resetSecondFactor } from './manage/sign_ins.ts'
import { type UnitRow, unitsOf } from './manage/tree.ts'
import { createUser as createUserBy, invite } from './manage/users.write.ts'
import { allPermissions, knowModules, lockAccess } from './permissions.ts'
import { cleanEmail } from './signing/sign_in.ts'

/**
 * Who holds the database holds everything: the command line acts with every permission, under its own name in
 * the audit. A house that was never set up is founded, so that a command may come before the first browser.
 */
export async function cliActor(house: House, modules?: readonly Module[]): Promise<Actor> {
  if (modules) knowModules(modules)
  const ctx = systemCtx(house)
  const unit_id = (await rootOf(ctx)) ?? (await foundByCommand(ctx))
  return {
    kind: 'cli',
    id: 0,
    name: 'guanxi',
    role: 'administrator',
    unit_id,
    grants: Object.fromEntries(allPermissions().map((permission) => [permission, 'all' as const])),
    masks: new Set(),
    team_units: [unit_id],
    branch_units: [unit_id],
  }
}

async function foundByCommand(ctx: Ctx): Promise<number> {
  try {
    return await atomically({ ...ctx, who: { ...ctx.who, kind: 'cli' } }, async (ctx) => {
      await lockAccess(ctx)
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
      return found(ctx, { organisation: 'Guanxi', time_zone: timeZone }, ctx.locale)
    })
  } catch (error) {
    // Of two first commands at once, one founds; the other finds the house standing.
    const unit_id = await rootOf(ctx)
    if (unit_id) return unit_id
    throw error
  }
}

/** By its id, or by its name where only one unit has it. */
function unitNamed(units: readonly UnitRow[], unit: string): number {
  const found = units.filter((one) => String(one.unit_id) === unit || one.name === unit)
  return found.length === 1 ? found[0]!.unit_id : refuse('access.unit_unknown', 422, { unit })
}

type NewUser = {
  email: string
  name: string
  role: string
  unit?: string | undefined
  password?: string | undefined
}
/** `invitation`: the one-time token with which they choose a password, when none is given. */
export async function createUser(ctx: Ctx, { email, name, role, unit, password }: NewUser) {
  if (!/^\s*[^\s@]+@[^\s@]+\s*$/.test(email) || email.length > 254) refuse('access.email_bad', 422, { email })
  if (!name.trim() || name.length > 200) refuse('access.name_bad', 422)
  const unit_id = unit === undefined ? ctx.who.unit_id : unitNamed(await unitsOf(ctx), unit)
  const body = { email, name, role, unit_id, ...(password === undefined ? {} : { password }) }
  const { user_id, invitation, ...made } = await createUserBy(ctx, { body })
  return {
    user_id,
    email: made.email,
    name: made.name,
    role: made.role,
    unit_id: made.unit_id,
    invitation: invitation?.token ?? null,
  }
}

type NewKey = { name: string; role: string; unit?: string | undefined }
/** `key` is shown once: only its hash is kept. */
export async function createKey(ctx: Ctx, { name, role, unit }: NewKey) {
  if (!name.trim() || name.length > 200) refuse('access.name_bad', 422)
  const unit_id = unit === undefined ? ctx.who.unit_id : unitNamed(await unitsOf(ctx), unit)
  const { key_id, key, hint, ...made } = await createKeyBy(ctx, { body: { name, role, unit_id } })
  return { key_id, name: made.name, role: made.role, unit_id: made.unit_id, hint, key }
}

async function userNamed(ctx: Ctx, email: string): Promise<{ user_id: number; name: string }> {
  const [user] = await planned<{ user_id: number; name: string }>(
    ctx,
    'select user_id, name from app_user where email = $1',
    [cleanEmail(email)],
  )
  return user ?? refuse('access.email_unknown', 404, { email })
}

/** With a person's rights and in their name; the audit says that it came by the command line. */
export async function actingAs(ctx: Ctx, email: string): Promise<Pick<Ctx, 'who' | 'zone'>> {
  const [user] = await planned<{ user_id: number; zone: string }>(
    ctx,
    'select user_id, time_zone as zone from app_user where email = $1 and active',
    [cleanEmail(email)],
  )
  const who = user && (await actorOfUser(ctx.house, user.user_id))
  return who ? { who, zone: user.zone } : refuse('access.email_unknown', 404, { email })
}

/** The number of a user by e-mail, for whoever may name one. */
export const userByEmail = async (ctx: Ctx, email: string): Promise<number> =>
  (await userNamed(ctx, email)).user_id

/** An administrator who lost device and recovery codes: who holds the machine lets them in again. */
export async function resetSecond(ctx: Ctx, { email }: { email: string }) {
  const user = await userNamed(ctx, email)
  await resetSecondFactor(ctx, { params: { id: user.user_id } })
  return user
}

/** A new one-time link with which somebody chooses a password: for who is locked out. */
export async function newLink(ctx: Ctx, { email }: { email: string }) {
  const user = await userNamed(ctx, email)
  const { token, expires_at } = await invite(ctx, { params: { id: user.user_id } })
  return { ...user, invitation: token, expires_at }
}
