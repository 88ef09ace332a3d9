import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Locale } from '../../../kernel/text.ts'
import type { SessionView } from '../contract.ts'
import { zoneOf } from '../rules.ts'
import { recordFailure } from './failures.ts'
import { hashPassword, mustBeGood, verifyPassword } from './passwords.ts'
import { beginSecond, dropSecond, mustHaveSecond, renewCodes, secondState } from './second.ts'
import {
  as,
  currentHash,
  endSessions,
  mustBePerson,
  openSession,
  session,
  viewOf,
  type Web,
} from './sessions.ts'
import { attempt } from './throttle.ts'

export const cleanEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

type Account = { user_id: number; name: string; email: string; password_hash: string | null; active: boolean }
const account = async (ctx: Ctx, where: 'email' | 'user_id', value: string | number) =>
  (
    await planned<Account>(
      ctx,
      `select user_id, name, email, password_hash, active from app_user where ${where} = $1`,
      [value],
    )
  )[0]

/** The password is right, or this refuses; how long it takes does not tell whether the account exists. */
async function prove(ctx: Ctx, email: string, found: Account | undefined, password: string, address: string) {
  const trial = await attempt(ctx, email, address)
  let right: boolean
  try {
    right = await verifyPassword(password, found?.password_hash)
  } catch (error) {
    await trial.withdrawn()
    throw error
  }
  if (!right || !found?.active) {
    await recordFailure(ctx, email, found?.user_id ?? 0, address)
    return refuse('access.wrong_password', 401)
  }
  await trial.passed()
  return found
}

export async function signIn(
  ctx: Ctx,
  input: Web & { body: { email: string; password: string; code?: string } },
): Promise<SessionView> {
  const email = cleanEmail(input.body.email)
  const found = await prove(
    ctx,
    email,
    await account(ctx, 'email', email),
    input.body.password,
    input.address,
  )
  await mustHaveSecond(ctx, found, input.body.code, input.address)
  return atomically(as(ctx, found), async (ctx) => viewOf(ctx, await openSession(ctx, found.user_id, input)))
}

type PasswordChange = { body: { old_password: string; new_password: string } }
export async function changePassword(ctx: Ctx, input: Web & PasswordChange): Promise<void> {
  mustBePerson(ctx)
  const { old_password, new_password } = input.body
  const me = await account(ctx, 'user_id', ctx.who.id)
  // The old one first: a stolen session must not learn the rules of a password it cannot change.
  await prove(ctx, me?.email ?? '', me, old_password, input.address)
  mustBeGood(new_password, me!.email)
  const hash = await hashPassword(new_password)
  await atomically(ctx, async (ctx) => {
    await setPassword(ctx, ctx.who.id, hash)
    await endSessions(ctx, ctx.who.id, currentHash(input))
    await record(ctx, { action: 'access.password_changed', subject: 'user', subject_id: ctx.who.id })
  })
}

/** A stolen session must not change what guards the account: the password is asked again. */
async function proveAgain(ctx: Ctx, password: string, address: string): Promise<Account> {
  mustBePerson(ctx)
  const me = await account(ctx, 'user_id', ctx.who.id)
  return prove(ctx, me?.email ?? '', me, password, address)
}

type Again = { body: { password: string } }
export async function startSecondFactor(ctx: Ctx, input: Web & Again) {
  const me = await proveAgain(ctx, input.body.password, input.address)
  return beginSecond(ctx, me.email)
}

export async function recoveryCodes(ctx: Ctx, input: Web & Again) {
  await proveAgain(ctx, input.body.password, input.address)
  return renewCodes(ctx)
}

export async function endSecondFactor(ctx: Ctx, input: Web & Again): Promise<void> {
  await proveAgain(ctx, input.body.password, input.address)
  if ((await secondState(ctx)).required) refuse('access.second_required', 409)
  await atomically(ctx, async (ctx) => {
    await dropSecond(ctx, [ctx.who.id])
    await record(ctx, { action: 'access.second_factor_off', subject: 'user', subject_id: ctx.who.id })
  })
}

export const setPassword = (ctx: Ctx, user_id: number, hash: string) =>
  planned(ctx, 'update app_user set password_hash = $2, updated_at = $3 where user_id = $1', [
    user_id,
    hash,
    ctx.now,
  ])

type ProfileChange = {
  name?: string | undefined
  locale?: Locale | undefined
  time_zone?: string | undefined
}
export async function changeProfile(ctx: Ctx, input: Web & { body: ProfileChange }): Promise<SessionView> {
  mustBePerson(ctx)
  const { name, locale, time_zone } = input.body
  const zone = time_zone === undefined ? undefined : mustBeZone(time_zone)
  await atomically(ctx, async (ctx) => {
    const [was] = await planned<{ name: string; locale: string; time_zone: string }>(
      ctx,
      'select name, locale, time_zone from app_user where user_id = $1 for update',
      [ctx.who.id],
    )
    await planned(
      ctx,
      `update app_user set name = coalesce($2, name), locale = coalesce($3, locale), time_zone = coalesce($4, time_zone),
              version = version + 1, updated_at = $5 where user_id = $1`,
      [ctx.who.id, name?.trim() ?? null, locale ?? null, zone ?? null, ctx.now],
    )
    const changed = Object.entries(was!).filter(([field]) => field in input.body)
    await record(ctx, {
      action: 'access.user_changed',
      subject: 'user',
      subject_id: ctx.who.id,
      was: Object.fromEntries(changed),
    })
  })
  return session(ctx, input)
}

export const mustBeZone = (time_zone: string): string =>
  zoneOf(time_zone) ?? refuse('access.zone_unknown', 422, { time_zone })
