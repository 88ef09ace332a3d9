import { type Static, Type as T } from 'typebox'
import { ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { leftWhys, undoSubjects } from './rules.undo.ts'

// Taking an import back, and bringing it again.

export const Direction = oneOf('undo', 'redo')
const Message = T.Object({ code: T.String(), message: T.String() })

const UndoCounts = T.Object({
  removed: T.Integer({ description: 'rows that go' }),
  created: T.Integer({ description: 'rows that come again' }),
  changed: T.Integer({ description: 'rows that get their other values' }),
  left: T.Integer({ description: 'rows that stay as they are' }),
})
const counted = {
  party: UndoCounts,
  product: UndoCounts,
  category: UndoCounts,
  order: UndoCounts,
  lines: T.Integer({ description: 'order lines that go or come with their orders' }),
}
const UndoReport = T.Object({
  ...counted,
  rejects: T.Integer({ description: 'rejected rows that wait again, or wait no more' }),
  base: Nullable(
    T.String({
      description: 'the base currency is a guess again, this one: no order is left that settled it',
    }),
  ),
  seconds: T.Number(),
})

export const Waits = T.Object(
  {
    id: Nullable(Id),
    file_name: Nullable(T.String({ description: 'null: none that the caller sees, or a command line’s' })),
    by: Nullable(T.String()),
    undoing: T.Boolean({ description: 'true: it is being undone or brought back' }),
  },
  { description: 'the import that has the source; this one waits for it' },
)

const UndoRun = T.Object({
  id: Id,
  direction: Direction,
  state: oneOf('waiting', 'running', 'done', 'failed', 'cancelled'),
  run_id: Nullable(Id),
  waits_for: Nullable(Waits),
  report: Nullable(UndoReport),
  error: Nullable(Message),
  by: Nullable(T.Object({ id: Id, name: T.String() })),
  created_at: Instant,
  finished_at: Nullable(Instant),
})

export const Undo = T.Object({
  state: oneOf('none', 'standing', 'partly_undone', 'undone'),
  standing: T.Integer({ description: 'rows that stand as the import left them, or were touched since' }),
  undone: T.Integer({ description: 'rows that are taken back' }),
  until: Nullable(Instant),
  why_not: Nullable(Message),
  undone_at: Nullable(Instant),
  last: Nullable(UndoRun),
})
export type Undo = Static<typeof Undo>

export const LeftRow = T.Object({
  subject: oneOf(...undoSubjects),
  id: Id,
  key: Nullable(T.String({ description: 'order number or product code' })),
  name: T.String(),
  party_id: Nullable(Id),
  why: oneOf(...leftWhys),
  message: T.String(),
  who: Nullable(T.String({ description: 'who touched it last' })),
  at: Nullable(Instant),
  import: Nullable(T.Object({ id: Id, file_name: T.String() })),
})
export type LeftRow = Static<typeof LeftRow>

export const UndoPlan = T.Object({
  direction: Direction,
  possible: T.Boolean(),
  why_not: Nullable(Message),
  ...counted,
  left: T.Array(LeftRow, { description: 'the first of the rows that stay' }),
  left_total: T.Integer(),
  left_withheld: T.Integer({ description: 'of those, rows that the caller may not see' }),
})
export type UndoPlan = Static<typeof UndoPlan>

const impossible = [
  'imports.wrong_state',
  'imports.no_trail',
  'imports.undo_expired',
  'imports.changed_nothing',
  'imports.undo_forgotten',
  'imports.nothing_to_undo',
  'imports.nothing_to_redo',
]
const Which = T.Object({ direction: T.Optional(Direction) })

export const undoRoutes = routes({
  undoPlan: route('GET /imports/:id/undo', {
    may: 'imports:write',
    does: 'What undoing an import, or bringing it back, would do: counts, and which rows were touched since, by whom and when',
    params: ById,
    query: Which,
    gives: UndoPlan,
    refuses: ['imports.wrong_state'],
  }),
  undoLeft: route('GET /imports/:id/undo/left.csv', {
    may: 'imports:write',
    does: 'All rows that would stay as they are, as a CSV file',
    params: ById,
    query: Which,
    gives: 'file',
    refuses: ['imports.wrong_state'],
  }),
  undo: route('POST /imports/:id/undo', {
    may: 'imports:write',
    does: 'Undo an import: what it created goes, what it changed becomes what it was; rows touched since stay. Follow `undo.last.run_id`',
    params: ById,
    gives: T.Object({ id: Id, run_id: Id }),
    refuses: [...impossible, 'imports.undo_under_way'],
  }),
  redo: route('POST /imports/:id/redo', {
    may: 'imports:write',
    does: 'Bring an undone import back, exactly. Follow `undo.last.run_id`',
    params: ById,
    gives: T.Object({ id: Id, run_id: Id }),
    refuses: [...impossible, 'imports.undo_under_way'],
  }),
  undoCancel: route('POST /imports/:id/undo/cancel', {
    may: 'imports:write',
    does: 'Stop an undo, or a bringing back, that is waiting or running; it leaves nothing behind',
    params: ById,
    gives: 'nothing',
    refuses: ['imports.no_undo_under_way'],
  }),
})
