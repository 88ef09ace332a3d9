import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { priorities } from './rules.ts'

const Day = T.String({ format: 'date' })
const Named = T.Object({ id: Id, name: T.String() })
export const views = ['mine', 'delegated', 'unit', 'all'] as const
export const whens = ['overdue', 'today', 'week', 'later', 'open', 'done'] as const

export const Task = T.Object({
  id: Id,
  title: T.String(),
  note: T.String(),
  party: Nullable(Named),
  party_withheld: T.Boolean({ description: 'it is about a party that the caller does not reach' }),
  due_on: Nullable(Day),
  due_at: Nullable(Instant),
  snoozed_until: Nullable(Day),
  when: oneOf('overdue', 'today', 'week', 'later', 'done'),
  priority: oneOf(...priorities),
  assignee: Named,
  created_by: Named,
  done_at: Nullable(Instant),
  live: T.Boolean(),
  created_at: Instant,
  version: T.Integer(),
})
export type Task = Static<typeof Task>
export const TaskCounts = T.Object({
  overdue: T.Integer(),
  today: T.Integer(),
  week: T.Integer(),
  later: T.Integer(),
  mentions: T.Integer(),
})
export type TaskCounts = Static<typeof TaskCounts>

const line = (max: number, min = 0) =>
  T.String({ minLength: min, maxLength: max, pattern: '^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]*$' })
const fields = {
  note: T.Optional(line(5000)),
  due_on: T.Optional(Nullable(Day)),
  due_at: T.Optional(Nullable(Instant)),
  priority: T.Optional(oneOf(...priorities)),
  assignee_id: T.Optional(Id),
}
export const TaskWrite = Body({
  title: line(300, 1),
  party_id: T.Optional(Nullable(Id)),
  ...fields,
})
export type TaskWrite = Static<typeof TaskWrite>
export const TaskPatch = T.Partial(Body({ title: line(300, 1), ...fields }), {
  additionalProperties: false,
  minProperties: 1,
})
export type TaskPatch = Static<typeof TaskPatch>

const read = 'tasks:read'
const write = 'tasks:write'
const refuses = [
  'tasks.two_dues',
  'tasks.unknown_party',
  'tasks.unknown_assignee',
  'tasks.cannot_see',
  'tasks.empty',
  'tasks.bad_day',
]

export const taskRoutes = routes({
  tasks: route('GET /tasks', {
    may: read,
    does: 'Tasks by when they are due, of the caller, given away by the caller, or of the caller’s unit',
    query: T.Object({
      ...Page,
      view: T.Optional(T.Enum([...views], { default: 'mine' })),
      when: T.Optional(T.Enum([...whens], { default: 'open' })),
      party_id: T.Optional(Id),
    }),
    gives: pageOf(Task),
    refuses: ['kernel.bad_cursor'],
  }),
  taskCounts: route('GET /tasks/counts', {
    may: read,
    does: 'How many of the caller’s tasks are overdue, due today, this week and later; and mentions not yet seen',
    gives: TaskCounts,
  }),
  addTask: route('POST /tasks', {
    may: write,
    does: 'Make a task for oneself or a colleague, about a party or none; due on a day or at an instant',
    body: TaskWrite,
    gives: Task,
    creates: true,
    refuses,
  }),
  changeTask: route('PATCH /tasks/:id', {
    may: write,
    does: 'Change a task, or give it to somebody else',
    params: ById,
    body: TaskPatch,
    gives: Task,
    versioned: true,
    refuses,
  }),
  doneTask: route('POST /tasks/:id/done', {
    may: write,
    does: 'Mark a task as done',
    params: ById,
    gives: Task,
  }),
  reopenTask: route('POST /tasks/:id/reopen', {
    may: write,
    does: 'Open a task again',
    params: ById,
    gives: Task,
  }),
  snoozeTask: route('POST /tasks/:id/snooze', {
    may: write,
    does: 'Put a task off until a day; null brings it back',
    params: ById,
    body: Body({ until: Nullable(Day) }),
    gives: Task,
  }),
  removeTask: route('DELETE /tasks/:id', {
    may: write,
    does: 'Move a task to the trash',
    params: ById,
    gives: 'nothing',
  }),
  restoreTask: route('POST /tasks/:id/restore', {
    may: write,
    does: 'Bring a task back from the trash',
    params: ById,
    gives: Task,
  }),
  assignable: route('GET /tasks/assignable', {
    may: write,
    does: 'Colleagues who may be given a task, about that party or about none, by a part of their name',
    query: T.Object({ party_id: T.Optional(Id), q: T.Optional(T.String({ maxLength: 100 })) }),
    gives: T.Object({ items: T.Array(T.Object({ id: Id, name: T.String(), unit: T.String() })) }),
  }),
})
