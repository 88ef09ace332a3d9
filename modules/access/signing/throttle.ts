import { createHash } from 'node:crypto'
import { type Ctx, planned, unaudited } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { FREE_FAILURES, networkOf, THROTTLE_WINDOW_MS, waitAfter } from '../rules.ts'
import { before } from './tokens.ts'

type Attempt = {
  /** right: the account's failures here are forgotten */
  passed(): Promise<void>
  /** not decided: as if it had not been made */
  withdrawn(): Promise<void>
}
const LOCK = 7_261_112

/**
 * Counts a try before the password is looked at, so that a hundred at once cannot all be the first; `passed`
 * takes it back. An account is counted per network it is tried from: a stranger cannot lock its owner out
 * elsewhere. No e-mail is kept, only its hash.
 */
export async function attempt(ctx: Ctx, email: string, address: string): Promise<Attempt> {
  const network = networkOf(address)
  const account = createHash('sha256').update(`${email}\n${network}`).digest('base64url')
  // Always in this order, so that two attempts never wait for each other.
  const subjects = [
    { subject: `network:${network}`, free: FREE_FAILURES.network },
    { subject: `account:${account}`, free: FREE_FAILURES.account },
  ]
  const names = subjects.map((s) => s.subject)
  const ids = await unaudited(ctx, 'the throttle remembers failures only', async (ctx) => {
    for (const name of names)
      await planned(ctx, 'select pg_advisory_xact_lock($1::int, hashtext($2))', [LOCK, name])
    const rows = await planned<{ subject: string; failures: number; last: string }>(
      ctx,
      `select subject, count(*) as failures, max(failed_at) as last from sign_in_failure
       where subject = any($1) and failed_at > $2 group by subject`,
      [names, before(ctx.now, THROTTLE_WINDOW_MS)],
    )
    const waits = rows.map(({ subject, failures, last }) => {
      const free = subjects.find((s) => s.subject === subject)!.free
      return Date.parse(last) + waitAfter(failures, free) - ctx.now.getTime()
    })
    const wait_ms = Math.max(0, ...waits)
    if (wait_ms > 0) refuse('access.throttled', 429, { retry_after_s: Math.ceil(wait_ms / 1000) })
    return planned<{ failure_id: number }>(
      ctx,
      'insert into sign_in_failure (subject, failed_at) select unnest($1::text[]), $2 returning failure_id',
      [names, ctx.now],
    )
  })
  const own = ids.map((row) => row.failure_id)
  const forget = async (account: string | undefined) => {
    await planned(
      ctx,
      'delete from sign_in_failure where subject = $1 or (subject = any($2) and failure_id = any($3))',
      [account, names, own],
    )
  }
  return { passed: () => forget(names[1]), withdrawn: () => forget(undefined) }
}
