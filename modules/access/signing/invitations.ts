import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { SessionView } from '../contract.ts'
import { hashPassword, mustBeGood } from './passwords.ts'
import { mustHaveSecond } from './second.ts'
import { as, endSessions, openSession, type Person, viewOf, type Web } from './sessions.ts'
import { setPassword } from './sign_in.ts'
import { after, hashOf, INVITATION_MS, newToken } from './tokens.ts'

export type Made = { token: string; path: string; expires_at: string }

/** Inside a transaction. Earlier links of the same person end. */
export async function makeInvitation(ctx: Ctx, user_id: number): Promise<Made> {
  const token = newToken()
  const expires = after(ctx.now, INVITATION_MS)
  await dropInvitations(ctx, user_id)
  await planned(
    ctx,
    'insert into invitation (hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)',
    [hashOf(token), user_id, ctx.now, expires],
  )
  // After the #, so that the token stays in the browser: no log of any server or proxy holds it.
  return { token, path: `/invitation#token=${token}`, expires_at: expires.toISOString() }
}

export const dropInvitations = (ctx: Ctx, user_id: number) =>
  planned(ctx, 'delete from invitation where user_id = $1', [user_id])

type Invited = Person & { email: string }
const invited = async (ctx: Ctx, token: string): Promise<Invited | undefined> =>
  (
    await planned<Invited>(
      ctx,
      `select u.user_id, u.name, u.email from invitation i join app_user u on u.user_id = i.user_id
       where i.hash = $1 and i.expires_at > $2 and u.active`,
      [hashOf(token), ctx.now],
    )
  )[0]

export async function invitationState(ctx: Ctx, { query }: { query: { token: string } }) {
  const person = await invited(ctx, query.token)
  return { valid: Boolean(person), name: person?.name ?? null, email: person?.email ?? null }
}

type Accepting = { body: { token: string; password: string; code?: string } }
export async function acceptInvitation(ctx: Ctx, input: Web & Accepting): Promise<SessionView> {
  const { token, password } = input.body
  const person = await invited(ctx, token)
  if (!person) return refuse('access.invitation_link', 404)
  mustBeGood(password, person.email)
  await mustHaveSecond(ctx, person, input.body.code, input.address)
  const hash = await hashPassword(password)
  return atomically(as(ctx, person), async (ctx) => {
    // The delete decides who of two at once was first.
    const used = await planned(
      ctx,
      'delete from invitation where hash = $1 and expires_at > $2 returning user_id',
      [hashOf(token), ctx.now],
    )
    if (used.length === 0) refuse('access.invitation_link', 404)
    await setPassword(ctx, person.user_id, hash)
    await endSessions(ctx, person.user_id)
    await record(ctx, {
      action: 'access.invitation_accepted',
      subject: 'user',
      subject_id: person.user_id,
    })
    return viewOf(ctx, await openSession(ctx, person.user_id, input))
  })
}
