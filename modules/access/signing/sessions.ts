import { randomBytes } from 'node:crypto'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, named, planned, type RowScope } from '../../../kernel/ctx.ts'
import type { Incoming } from '../../../kernel/module.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import type { Locale } from '../../../kernel/text.ts'
import type { access, SessionView } from '../contract.ts'
import { LACKS_SECOND } from './second.sql.ts'
import { after, hashOf, newToken, SESSION_ABSOLUTE_MS, SESSION_COOKIE } from './tokens.ts'

/** What of a request belongs to its session. */
export type Web = Pick<Incoming<(typeof access)['session']>, 'headers' | 'address' | 'cookies' | 'setCookie'>
export type Person = { user_id: number; name: string }

/** The same context, speaking as somebody who has just proved who they are. */
export const as = (ctx: Ctx, { user_id, name }: Person): Ctx => ({
  ...ctx,
  who: { ...ctx.who, kind: 'user', id: user_id, name },
})

/** Inside a transaction. The session that the browser brought along ends: nobody can plant one to be signed into. */
export async function openSession(ctx: Ctx, user_id: number, web: Web): Promise<Buffer> {
  const token = newToken()
  const hash = hashOf(token)
  await endPresented(ctx, web)
  await planned(
    ctx,
    `insert into session (token_hash, user_id, csrf, created_at, seen_at, expires_at, address, agent)
     values ($1, $2, $3, $4, $4, $5, $6, $7)`,
    [
      hash,
      user_id,
      randomBytes(24).toString('base64url'),
      ctx.now,
      after(ctx.now, SESSION_ABSOLUTE_MS),
      web.address,
      web.headers['user-agent']?.replaceAll('\0', '').slice(0, 300) ?? null,
    ],
  )
  await record(ctx, { action: 'access.session_opened', subject: 'user', subject_id: user_id, event: false })
  web.setCookie(SESSION_COOKIE, token, SESSION_ABSOLUTE_MS / 1000)
  return hash
}

const presented = ({ cookies }: Pick<Web, 'cookies'>) => hashOf(cookies[SESSION_COOKIE] ?? '')

async function endPresented(ctx: Ctx, web: Web): Promise<void> {
  if (web.cookies[SESSION_COOKIE])
    await planned(ctx, 'delete from session where token_hash = $1', [presented(web)])
}

type ViewRow = {
  user_id: number
  name: string
  email: string
  locale: Locale
  time_zone: string
  unit_id: number
  unit_name: string
  role: string
  name_zh: string
  name_en: string
  grants: Record<string, RowScope>
  masks: SessionView['masks']
  csrf: string
  must_enrol: boolean
  settings: { company_name?: string; base_currency?: string; time_zone?: string } | null
}

export async function viewOf(ctx: Ctx, hash: Buffer): Promise<SessionView> {
  const [row] = await named<ViewRow>(
    ctx,
    'access.session_view',
    `select s.user_id, u.name, u.email, u.locale, u.time_zone, u.unit_id, n.name as unit_name, r.code as role, r.name_zh,
            r.name_en, r.grants, r.masks, s.csrf, ${LACKS_SECOND} as must_enrol,
            (select jsonb_object_agg(key, value) from setting where key in ('company_name', 'base_currency', 'time_zone')) as settings
     from session s join app_user u on u.user_id = s.user_id join role r on r.role_id = u.role_id
     join unit n on n.unit_id = u.unit_id where s.token_hash = $1`,
    [hash],
  )
  if (!row) return refuse('access.needs_session', 403)
  const { user_id, name, email, locale, time_zone, unit_id, unit_name, role, settings } = row
  const role_name = locale === 'zh-CN' ? row.name_zh : row.name_en
  return {
    user: { id: user_id, name, email, locale, time_zone, unit_id, unit_name, role, role_name },
    permissions: row.must_enrol ? {} : row.grants,
    must_enrol: row.must_enrol,
    masks: row.masks,
    csrf: row.csrf,
    company: {
      name: settings?.company_name ?? '',
      base_currency: settings?.base_currency ?? 'CNY',
      time_zone: settings?.time_zone ?? 'UTC',
    },
  }
}

/** Sessions are people's: a key has none, and must not end or read those of whoever made it. */
export function mustBePerson(ctx: Ctx): void {
  if (ctx.who.kind !== 'user') refuse('access.needs_session', 403)
}

export async function session(ctx: Ctx, web: Pick<Web, 'cookies'>): Promise<SessionView> {
  mustBePerson(ctx)
  return viewOf(ctx, presented(web))
}

export type SessionRow = {
  id: string
  current: boolean
  address: string | null
  agent: string | null
  created_at: string
  seen_at: string
  expires_at: string
}
// A session is named by the start of its hash: enough to choose one of one's own, nothing to sign in with.
export const SESSION_ID = "encode(substring(token_hash for 8), 'hex')"

export async function sessions(ctx: Ctx, web: Pick<Web, 'cookies'>): Promise<{ items: SessionRow[] }> {
  mustBePerson(ctx)
  const items = await planned<SessionRow>(
    ctx,
    `select ${SESSION_ID} as id, token_hash = $2 as current, address, agent, created_at, seen_at, expires_at from session
     where user_id = $1 and expires_at > $3 order by seen_at desc, token_hash limit 200`,
    [ctx.who.id, presented(web), ctx.now],
  )
  return { items }
}

/** Inside a transaction; how many ended. */
export async function endSessions(ctx: Ctx, user_id: number, except?: Buffer): Promise<number> {
  const ended = await planned<{ user_id: number }>(
    ctx,
    'delete from session where user_id = $1 and token_hash is distinct from $2 returning user_id',
    [user_id, except ?? null],
  )
  return ended.length
}

export async function signOut(ctx: Ctx, web: Web): Promise<void> {
  mustBePerson(ctx)
  await atomically(ctx, async (ctx) => {
    await endPresented(ctx, web)
    await record(ctx, {
      action: 'access.session_ended',
      subject: 'user',
      subject_id: ctx.who.id,
      event: false,
    })
  })
  web.setCookie(SESSION_COOKIE, '', 0)
}

export async function signOutEverywhere(ctx: Ctx, web: Web): Promise<void> {
  mustBePerson(ctx)
  await atomically(ctx, async (ctx) => {
    await endSessions(ctx, ctx.who.id)
    await record(ctx, { action: 'access.sessions_ended', subject: 'user', subject_id: ctx.who.id })
  })
  web.setCookie(SESSION_COOKIE, '', 0)
}

export async function endSession(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  mustBePerson(ctx)
  await atomically(ctx, async (ctx) => {
    const ended = await planned(
      ctx,
      `delete from session where user_id = $1 and ${SESSION_ID} = $2 returning user_id`,
      [ctx.who.id, params.id],
    )
    if (ended.length === 0) notFound()
    await record(ctx, {
      action: 'access.session_ended',
      subject: 'user',
      subject_id: ctx.who.id,
      event: false,
    })
  })
}

export const currentHash = presented
