import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { calendars, occasionKinds } from './rules.ts'

const Day = T.String({ format: 'date' })
const Lunar = T.Object({
  year: T.Integer(),
  month: T.Integer(),
  day: T.Integer(),
  leap: T.Boolean(),
})
const Year = T.Integer({ minimum: 1900, maximum: 2100, description: 'of its own calendar' })
const Month = T.Integer({ minimum: 1, maximum: 12 })
const DayOfMonth = T.Integer({ minimum: 1, maximum: 31 })
const Remind = T.Integer({ minimum: 0, maximum: 90, description: 'days before' })

export const Next = T.Object({
  on: Day,
  days: T.Integer({ description: 'from today in the zone of who asks' }),
  years: Nullable(T.Integer({ description: 'age or anniversary on that day; null: the year is not known' })),
  lunar: Lunar,
  // why it is kept on another day this time
  moved: Nullable(oneOf('february_29', 'short_month', 'no_leap_month')),
})

export const Occasion = T.Object({
  id: Id,
  party_id: Id,
  kind: oneOf(...occasionKinds),
  label: T.String(),
  calendar: oneOf(...calendars),
  year: Nullable(Year),
  month: Month,
  day: DayOfMonth,
  leap: T.Boolean(),
  solar: Nullable(T.String({ format: 'date', description: 'the day itself, when its year is known' })),
  lunar: Nullable(Lunar),
  remind_days: Nullable(Remind),
  due: T.Boolean({ description: 'within its reminder' }),
  note: T.String(),
  next: Next,
  version: T.Integer(),
})
export type Occasion = Static<typeof Occasion>

const Named = T.Object({ id: Id, name: T.String() })
export const Upcoming = T.Object({
  ...Occasion.properties,
  party: T.Object({ id: Id, name: T.String(), kind: T.String() }),
  owner: Nullable(Named),
})
export type Upcoming = Static<typeof Upcoming>

const text = (max: number) => T.String({ maxLength: max, pattern: '^[^\\x00-\\x1f]*$' })
const fields = {
  label: T.Optional(text(100)),
  year: T.Optional(Nullable(Year)),
  leap: T.Optional(T.Boolean({ description: 'of the leap month of that number' })),
  remind_days: T.Optional(Nullable(Remind)),
  note: T.Optional(text(500)),
}
export const OccasionWrite = Body({
  kind: oneOf(...occasionKinds),
  calendar: oneOf(...calendars),
  month: Month,
  day: DayOfMonth,
  ...fields,
})
export type OccasionWrite = Static<typeof OccasionWrite>
export const OccasionPatch = Body({
  kind: T.Optional(oneOf(...occasionKinds)),
  calendar: T.Optional(oneOf(...calendars)),
  month: T.Optional(Month),
  day: T.Optional(DayOfMonth),
  ...fields,
})
export type OccasionPatch = Static<typeof OccasionPatch>

const read = 'occasions:read'
const write = 'occasions:write'
const One = T.Object({ id: Id, occasion_id: Id })
const refuses = [
  'occasions.birthday_withheld',
  'occasions.no_such_day',
  'occasions.label_missing',
  'occasions.too_many',
  'parties.in_trash',
]

export const occasions = routes({
  ofParty: route('GET /parties/:id/occasions', {
    may: read,
    does: 'A party’s important dates in both calendars, the next one first',
    params: ById,
    gives: T.Object({
      items: T.Array(Occasion),
      withheld: T.Integer({ description: 'birthdays that the caller’s role does not see' }),
    }),
  }),
  add: route('POST /parties/:id/occasions', {
    may: write,
    does: 'Record an important date: by the solar or the lunar calendar, with or without its year',
    params: ById,
    body: OccasionWrite,
    gives: Occasion,
    creates: true,
    refuses,
  }),
  change: route('PATCH /parties/:id/occasions/:occasion_id', {
    may: write,
    does: 'Correct an important date',
    params: One,
    body: OccasionPatch,
    gives: Occasion,
    versioned: true,
    refuses,
  }),
  remove: route('DELETE /parties/:id/occasions/:occasion_id', {
    may: write,
    does: 'Remove an important date',
    params: One,
    gives: 'nothing',
  }),
  upcoming: route('GET /occasions', {
    may: read,
    does: 'Important dates of the next days, of every party that the caller reaches, by day',
    query: T.Object({
      ...Page,
      days: T.Optional(T.Integer({ minimum: 0, maximum: 366, default: 30 })),
      owner_id: T.Optional(Id),
      kind: T.Optional(oneOf(...occasionKinds)),
      due: T.Optional(T.Boolean({ description: 'only those within their reminder' })),
    }),
    gives: T.Object({ ...pageOf(Upcoming).properties, today: Day }),
    refuses: ['kernel.bad_cursor'],
  }),
})
