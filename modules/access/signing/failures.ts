import { createHmac } from 'node:crypto'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, named } from '../../../kernel/ctx.ts'
import { networkOf } from '../rules.ts'

// A failed sign-in is on the record, the password never, nor the name that was tried: only its keyed hash, equal for
// equal names. The throttle bounds each network; this bounds all of them together, so that nobody floods the audit.
const PER_MINUTE = 60
const ACTION = 'access.sign_in_failed'

export async function recordFailure(
  ctx: Ctx,
  email: string,
  user_id: number,
  address: string,
): Promise<void> {
  const [recent] = await named<{ n: number }>(
    ctx,
    'access.recent_failures',
    `select count(*)::int as n from (
       select from audit where action = $1 and at > $2::timestamptz - interval '1 minute' limit ${PER_MINUTE}
     ) x`,
    [ACTION, ctx.now],
  )
  if (recent!.n >= PER_MINUTE) return
  const login = createHmac('sha256', ctx.house.seal_key).update(`login ${email}`).digest('hex').slice(0, 16)
  await atomically(ctx, (ctx) =>
    record(ctx, {
      action: ACTION,
      subject: 'user',
      subject_id: user_id,
      was: { login, network: networkOf(address) },
      event: false,
    }),
  )
}
