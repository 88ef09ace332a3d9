import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { dropSecond } from '../signing/second.ts'
import { endSessions, SESSION_ID, type SessionRow } from '../signing/sessions.ts'
import { before } from '../signing/tokens.ts'
import { unitsOf } from './tree.ts'
import { recordUser, userOf } from './users.ts'
import { mustBeMine } from './users.write.ts'

const BACK_MS = 30 * 86_400_000
const SHOWN = 20
const COUNTED = 1000

type Failure = { at: string; network: string }
type ById = { params: { id: number } }

export async function signIns(ctx: Ctx, { params }: ById) {
  await userOf(ctx, params.id)
  const sessions = await planned<Omit<SessionRow, 'current'>>(
    ctx,
    `select ${SESSION_ID} as id, address, agent, created_at, seen_at, expires_at from session
     where user_id = $1 and expires_at > $2 order by seen_at desc, token_hash limit 200`,
    [params.id, ctx.now],
  )
  const failures = await planned<Failure>(
    ctx,
    `select at, coalesce(payload ->> 'network', '') as network from audit
     where party_id = 0 and subject = 'user' and subject_id = $1 and at > $2 and action = 'access.sign_in_failed'
     order by at desc limit ${COUNTED}`,
    [params.id, before(ctx.now, BACK_MS)],
  )
  return { sessions, failures: failures.slice(0, SHOWN), failed: failures.length }
}

export async function endUserSessions(ctx: Ctx, { params }: ById): Promise<{ ended: number }> {
  return atomically(ctx, async (ctx) => {
    const target = await userOf(ctx, params.id)
    await mustBeMine(ctx, target, await unitsOf(ctx))
    const ended = await endSessions(ctx, target.user_id)
    await recordUser(ctx, 'signed_out', target.user_id)
    return { ended }
  })
}

/** They lost the device: their password alone lets them in again, and they set it up anew where it is asked for. */
export async function resetSecondFactor(ctx: Ctx, { params }: ById): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const target = await userOf(ctx, params.id)
    await mustBeMine(ctx, target, await unitsOf(ctx))
    await dropSecond(ctx, [target.user_id])
    await endSessions(ctx, target.user_id)
    await record(ctx, { action: 'access.second_factor_reset', subject: 'user', subject_id: target.user_id })
  })
}
