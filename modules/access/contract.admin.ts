import { Type as T } from 'typebox'
import { ById, Instant, route, routes } from '../../kernel/route.ts'
import { OwnSession } from './contract.shapes.ts'

/** What an administrator does beside lists and forms: kept apart so that each file is read in one go. */
export const admin = routes({
  signIns: route('GET /users/:id/sign_ins', {
    may: 'users:write',
    does: "A user's open sessions, and failed sign-ins of the last 30 days, the latest first",
    params: ById,
    gives: T.Object({
      sessions: T.Array(T.Omit(OwnSession, ['current'])),
      failures: T.Array(
        T.Object({ at: Instant, network: T.String({ description: 'address, or the /64 of an IPv6 one' }) }),
      ),
      failed: T.Integer({ description: 'in those 30 days; at most 1,000 are counted' }),
    }),
  }),
  endUserSessions: route('DELETE /users/:id/sessions', {
    may: 'users:write',
    does: 'Sign a user out everywhere, at once',
    params: ById,
    gives: T.Object({ ended: T.Integer() }),
    refuses: ['access.beyond_own'],
  }),
})
