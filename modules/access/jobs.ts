import { Type as T } from 'typebox'
import { planned, unaudited } from '../../kernel/ctx.ts'
import { job } from '../../kernel/job.ts'
import { THROTTLE_WINDOW_MS } from './rules.ts'
import { before, SESSION_IDLE_MS } from './signing/tokens.ts'

/** What has lapsed already refuses everybody; this only gives its room back. */
export const sweep = job({
  name: 'access.sweep',
  payload: T.Object({}),
  every: '17 3 * * *',
  run: async (ctx) => {
    await unaudited(ctx, 'nothing that anybody could still use', async (ctx) => {
      const idle = before(ctx.now, SESSION_IDLE_MS)
      await planned(ctx, 'delete from session where expires_at <= $1 or seen_at <= $2', [ctx.now, idle])
      await planned(ctx, 'delete from invitation where expires_at <= $1', [ctx.now])
      await planned(ctx, 'delete from sign_in_failure where failed_at <= $1', [
        before(ctx.now, THROTTLE_WINDOW_MS),
      ])
    })
    return { done: true }
  },
})
