import { type Static, Type as T } from 'typebox'
import { ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { Masks, OwnSession, Scope } from './contract.shapes.ts'

/** What one user would be answered at one place, by the code that answers them. */
export const Sight = T.Object({
  user_id: Id,
  name: T.String(),
  active: T.Boolean(),
  role: T.String(),
  role_id: Id,
  role_name: T.String(),
  unit_name: T.String(),
  permission: T.String({ description: 'that the place asks for' }),
  permission_words: T.String(),
  may: T.Boolean(),
  lacks: Nullable(T.String({ description: 'the permission that the role does not grant' })),
  lacks_words: Nullable(T.String()),
  scope: Nullable(Scope),
  units: T.Array(T.String(), {
    description: 'names of the units in reach, where the scope is team or branch',
  }),
  rows: Nullable(T.Integer({ description: 'rows in reach, of those that the asker reaches too' })),
  rows_of: Nullable(
    oneOf('parties', 'orders', 'products', 'imports', 'jobs', 'users', 'units', 'keys', 'roles'),
  ),
  whole: T.Boolean({ description: 'false: the asker does not reach all of them, there may be more' }),
  masks: Masks,
  thing: Nullable(
    T.Object({
      there: T.Boolean({ description: 'false: it is answered as if it did not exist' }),
      withheld: T.Array(T.String(), { description: 'what of it is shown masked' }),
    }),
  ),
})
export type Sight = Static<typeof Sight>

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
  sees: route('GET /users/:id/sees', {
    may: 'users:read',
    also: 'roles:read',
    does: 'What a user would see: at a route (with an id, of that thing), or with a permission; and why',
    params: ById,
    query: T.Object({
      permission: T.Optional(T.String({ maxLength: 80 })),
      route: T.Optional(T.String({ maxLength: 120, description: 'as GET /parties/:id' })),
      thing_id: T.Optional(Id),
    }),
    gives: Sight,
    refuses: ['access.sees_what', 'access.permission_unknown', 'access.route_unknown'],
  }),
})
