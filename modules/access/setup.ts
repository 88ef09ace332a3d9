import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, type House, planned, systemCtx, unaudited } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { companyOf, found, growRoles, rolesAreBehind, rootOf, writeSettings } from './company.ts'
import type { SessionView, SetupWrite } from './contract.ts'
import { isGuessed, settleCurrency } from './currency.ts'
import { lockAccess } from './permissions.ts'
import { currencyGuess, isCurrency } from './rules.ts'
import { hashPassword, mustBeGood } from './signing/passwords.ts'
import { as, openSession, viewOf, type Web } from './signing/sessions.ts'
import { cleanEmail, mustBeZone } from './signing/sign_in.ts'
import { hashOf, newToken } from './signing/tokens.ts'

const needed = async (ctx: Ctx): Promise<boolean> =>
  (await planned(ctx, 'select from app_user limit 1', [])).length === 0

/**
 * The one-time link of this start, or null when there is somebody who can sign in. Also lets the starting roles
 * learn what a new version brought: every start of a web process passes here.
 */
export async function createSetupToken(house: House): Promise<string | null> {
  const ctx = systemCtx(house)
  if ((await rootOf(ctx)) && (await rolesAreBehind(ctx)))
    await atomically(ctx, async (ctx) => {
      await lockAccess(ctx)
      await growRoles(ctx)
      await record(ctx, { action: 'access.roles_grown', subject: 'setting', subject_id: 0, event: false })
    })
  return unaudited(ctx, 'a link is made before there is anybody to make it', async (ctx) => {
    await lockAccess(ctx)
    if (!(await needed(ctx))) return null
    const token = newToken()
    await planned(ctx, 'delete from setup_token', [])
    await planned(ctx, 'insert into setup_token (hash, created_at) values ($1, $2)', [hashOf(token), ctx.now])
    return token
  })
}

const isGood = async (ctx: Ctx, token: string): Promise<boolean> =>
  (await planned(ctx, 'select from setup_token where hash = $1 and used_at is null', [hashOf(token)]))
    .length > 0

export async function setupState(ctx: Ctx, { query }: { query: { token?: string } }) {
  const open = await needed(ctx)
  const valid = open && (await isGood(ctx, query.token ?? ''))
  const known = valid && (await rootOf(ctx)) !== undefined && !(await isGuessed(ctx))
  return { needed: open, valid, ...(known ? { base_currency: (await companyOf(ctx)).base_currency } : {}) }
}

export async function setup(ctx: Ctx, input: Web & { body: SetupWrite }): Promise<SessionView> {
  const { body } = input
  if (!(await needed(ctx))) refuse('access.setup_done', 409)
  // Before the costly hash, so that only who holds the link can make us work.
  if (!(await isGood(ctx, body.token))) refuse('access.setup_link', 404)
  const email = cleanEmail(body.email)
  const time_zone = mustBeZone(body.time_zone)
  const { base_currency } = body
  if (base_currency !== undefined && !isCurrency(base_currency))
    refuse('access.currency_unknown', 422, { base_currency })
  mustBeGood(body.password, email)
  const password_hash = await hashPassword(body.password)
  const user_id = await ctx.house.ids.next()
  const person = { user_id, name: body.name.trim() }
  return atomically(as(ctx, person), async (ctx) => {
    await lockAccess(ctx)
    if (!(await needed(ctx))) refuse('access.setup_done', 409)
    const burnt = await planned(
      ctx,
      'update setup_token set used_at = $2 where hash = $1 and used_at is null returning hash',
      [hashOf(body.token), ctx.now],
    )
    if (burnt.length === 0) refuse('access.setup_link', 404)
    const organisation = body.organisation.trim()
    const standing = (await rootOf(ctx)) !== undefined
    const unit_id = await found(ctx, { organisation, base_currency, time_zone }, body.locale)
    // A command may have founded the house before, under a name of its own making.
    await planned(ctx, 'update unit set name = $2 where unit_id = $1', [unit_id, organisation])
    await writeSettings(ctx, { company_name: organisation, time_zone })
    if (standing && base_currency !== undefined) await settleCurrency(ctx, base_currency)
    // Still a guess: the zone of a person makes a better one than that of a machine.
    if (standing && base_currency === undefined && (await isGuessed(ctx)))
      await writeSettings(ctx, { base_currency: currencyGuess(time_zone, body.locale) })
    await planned(
      ctx,
      `insert into app_user (user_id, email, name, password_hash, role_id, unit_id, locale, time_zone, created_at, updated_at)
       select $1, $2, $3, $4, role_id, $5, $6, $7, $8, $8 from role where code = 'administrator'`,
      [user_id, email, person.name, password_hash, unit_id, body.locale, time_zone, ctx.now],
    )
    await record(ctx, { action: 'access.set_up', subject: 'user', subject_id: user_id })
    return viewOf(ctx, await openSession(ctx, user_id, input))
  })
}
