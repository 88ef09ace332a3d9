import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'

const Tab = T.String({
  minLength: 8,
  maxLength: 40,
  pattern: '^[\\w-]+$',
  description: 'names a page of a browser; chosen by it',
})
const Field = T.String({
  pattern: '^[a-z][a-z0-9_.]{0,59}$',
  description:
    'as history names it: `note`, `fields.<key>`, `contact.phone`; `notes.<id>`, `tasks.<id>`, `ties.<id>`, `occasions.<id>`, or `.new`',
})

export const Present = T.Object({
  user_id: Id,
  name: T.String(),
  since: Instant,
  editing: T.Boolean(),
  field: Nullable(T.String({ description: 'null while editing: one that the caller’s role does not see' })),
})
export type Present = Static<typeof Present>

export const Here = T.Object({
  version: T.Integer({ description: 'the party’s' }),
  stamp: Nullable(
    T.Integer({ description: 'of what was last recorded about the party, if that was lately' }),
  ),
  others: T.Array(Present),
})
export type Here = Static<typeof Here>

export const Somewhere = T.Object({
  party_id: Id,
  version: T.Integer(),
  people: T.Array(Present),
})
export type Somewhere = Static<typeof Somewhere>

export const LastChange = T.Object({
  there: T.Boolean({ description: 'false: it is gone, or the caller does not see it' }),
  change: Nullable(
    T.Object({
      at: Instant,
      action: T.String({ description: 'notes.changed, ties.removed, tasks.done …' }),
      by: T.Object({
        kind: oneOf('user', 'key', 'system', 'cli'),
        id: T.Integer(),
        name: Nullable(T.String()),
      }),
    }),
  ),
})
export type LastChange = Static<typeof LastChange>

const read = 'parties:read'
export const presence = routes({
  list: route('GET /presence', {
    may: read,
    does: 'Which parties in the caller’s scope colleagues have open just now, and what they are editing there',
    gives: T.Object({ items: T.Array(Somewhere) }),
  }),
  be: route('PUT /parties/:id/presence', {
    may: read,
    does: 'Say that one has a party open, every few seconds, and hear who else has; it lapses after 15 seconds',
    params: ById,
    body: Body({ tab: Tab, field: T.Optional(Nullable(Field)) }),
    gives: Here,
  }),
  leave: route('DELETE /parties/:id/presence', {
    may: read,
    does: 'Say that one has closed it',
    params: ById,
    query: T.Object({ tab: Tab }),
    gives: 'nothing',
  }),
  last: route('GET /parties/:id/last-change', {
    may: read,
    does: 'Who last changed, finished or removed one note, task, tie or date of a party, and when: for whoever was writing in it meanwhile',
    params: ById,
    query: T.Object({ part: oneOf('notes', 'tasks', 'ties', 'occasions'), part_id: Id }),
    gives: LastChange,
  }),
})
