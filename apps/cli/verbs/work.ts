import { type Ctx, may } from '../../../kernel/ctx.ts'
import { phrase } from '../../../kernel/text.ts'
import { notes, type Task } from '../../../modules/notes/contract.ts'
import { plain } from '../../../modules/notes/rules.ts'
import { todayIn } from '../../../modules/occasions/calendar.ts'
import { type Occasion, occasions } from '../../../modules/occasions/contract.ts'
import { lunarEn, lunarZh } from '../../../modules/occasions/rules.ts'
import { type Tie, ties } from '../../../modules/ties/contract.ts'
import { verbText as t, valueWords } from './text.ts'
import { option, verb } from './verb.ts'

// What hangs on a customer: tasks, notes, ties, important dates.

const say = (ctx: Ctx, key: keyof typeof t, params = {}) => phrase(t[key], ctx.locale, params)
const word = (ctx: Ctx, key: string) => (valueWords[key] ? phrase(valueWords[key], ctx.locale) : key)

const taskLine = (task: Task, ctx: Ctx): string[] => [
  String(task.id),
  word(ctx, task.when),
  task.due_on ?? task.due_at?.slice(0, 16).replace('T', ' ') ?? '—',
  task.title,
  task.assignee.name,
  task.party ? `${task.party.name} (${task.party.id})` : '',
]
export const tasksList = verb(notes.tasks, {
  does: t.tasks_list,
  // The command line has no tasks of its own: it is shown everybody's.
  input: ({ who }, given) =>
    who.kind === 'user' || option(given, 'view') ? {} : { view: may(who, 'tasks:read') ? 'all' : 'mine' },
  lines: ({ items }, ctx) => items.map((task) => taskLine(task, ctx)),
})
export const tasksAdd = verb(notes.addTask, {
  does: t.tasks_add,
  words: ['title'],
  lines: (task, ctx) => [taskLine(task, ctx)],
})
export const tasksDone = verb(notes.doneTask, {
  does: t.tasks_done,
  words: ['id'],
  lines: ({ title }, ctx) => say(ctx, 'task_done', { title }),
})

export const notesList = verb(notes.ofParty, {
  does: t.notes_list,
  words: ['id'],
  lines: ({ items }) =>
    items.map((note) => [
      String(note.id),
      note.created_at.slice(0, 10),
      note.author.name ?? note.author.kind,
      plain(note.body).replaceAll('\n', ' '),
    ]),
})
export const notesAdd = verb(notes.add, {
  does: t.notes_add,
  words: ['id', 'body'],
  lines: ({ id }, ctx) => say(ctx, 'note_added', { id: String(id) }),
})

const tieLine = (tie: Tie, ctx: Ctx): string[] => [
  String(tie.id),
  word(ctx, `${tie.kind}.${tie.side}`),
  `${tie.other.name} (${tie.other.id})`,
  [tie.title, tie.department, tie.relation ? word(ctx, tie.relation) : ''].filter(Boolean).join(', '),
  tie.since || tie.until ? `${tie.since ?? '…'} – ${tie.until ?? '…'}` : '',
  tie.current ? '' : word(ctx, 'over'),
]
export const tiesList = verb(ties.ofParty, {
  does: t.ties_list,
  words: ['id'],
  lines: ({ items }, ctx) => items.map((tie) => tieLine(tie, ctx)),
})
export const tiesAdd = verb(ties.add, {
  does: t.ties_add,
  words: ['id', 'other_id'],
  without: ['create'],
  lines: (tie, ctx) => [tieLine(tie, ctx)],
})
export const tiesEnd = verb(ties.change, {
  does: t.ties_end,
  words: ['id', 'tie_id'],
  without: ['title', 'department', 'relation', 'since', 'is_primary', 'source', 'note'],
  input: ({ zone, now }) => ({ until: todayIn(zone, now) }),
  lines: (tie, ctx) => [tieLine(tie, ctx)],
})

const dayOf = (ctx: Ctx, one: Occasion): string => {
  const { calendar, year, month, day } = one
  if (calendar === 'lunar') {
    const said = ctx.locale === 'zh-CN' ? lunarZh(one) : lunarEn(one)
    return year === null ? said : `${year} ${said}`
  }
  const two = (n: number) => String(n).padStart(2, '0')
  return `${year ?? '----'}-${two(month)}-${two(day)}`
}
const dateLine = (one: Occasion, ctx: Ctx): string[] => [
  String(one.id),
  one.next.on,
  say(ctx, 'in_days', { days: one.next.days }),
  one.label || word(ctx, one.kind),
  dayOf(ctx, one),
]
export const datesList = verb(occasions.ofParty, {
  does: t.dates_list,
  words: ['id'],
  lines: ({ items }, ctx) => items.map((one) => dateLine(one, ctx)),
})
export const datesAdd = verb(occasions.add, {
  does: t.dates_add,
  words: ['id', 'kind', 'month', 'day'],
  input: () => ({ calendar: 'solar' }),
  lines: (one, ctx) => [dateLine(one, ctx)],
})
export const datesUpcoming = verb(occasions.upcoming, {
  does: t.dates_upcoming,
  lines: ({ items }, ctx) =>
    items.map((one) => [...dateLine(one, ctx), `${one.party.name} (${one.party.id})`]),
})
