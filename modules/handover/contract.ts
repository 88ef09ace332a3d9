import { Type as T } from 'typebox'
import { Body, ById, Id, Nullable, route, routes } from '../../kernel/route.ts'

/** Somebody leaves: what becomes of the customers that were theirs, and of what they were to do. */
export const handover = routes({
  held: route('GET /users/:id/customers', {
    may: 'users:read',
    also: 'parties:read',
    does: 'How many customers a user owns and how many tasks they have to do, of those that the caller reaches',
    params: ById,
    gives: T.Object({
      customers: T.Integer(),
      tasks: T.Integer({ description: 'open ones given to them' }),
      whole: T.Boolean({ description: 'false: the caller does not reach everybody, there may be more' }),
    }),
  }),
  start: route('POST /users/:id/handover', {
    may: 'users:write',
    also: 'parties:write',
    does: "Hand a user's customers over to another owner, or to nobody, as a job, and their open tasks with them (with nobody they stay); and deactivate the user at once if asked",
    params: ById,
    body: Body({
      to: Nullable(Id),
      deactivate: T.Optional(
        T.Boolean({ description: 'in the same transaction in which the job is queued' }),
      ),
    }),
    gives: T.Object({ run_id: Id }),
    refuses: ['handover.to_self', 'handover.to_inactive', 'access.beyond_own', 'access.last_administrator'],
  }),
})
