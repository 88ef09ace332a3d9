import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { relations, sides, tieKinds } from './rules.ts'

const Day = T.String({ format: 'date' })
const Other = T.Object({ id: Id, name: T.String(), kind: T.String() })

export const Tie = T.Object({
  id: Id,
  kind: oneOf(...tieKinds),
  side: oneOf(...sides),
  other: Other,
  title: T.String(),
  department: T.String(),
  relation: Nullable(oneOf(...relations)),
  since: Nullable(Day),
  until: Nullable(Day),
  current: T.Boolean({ description: 'today, where the caller is' }),
  is_primary: T.Boolean(),
  source: T.String(),
  note: T.String(),
  created_at: Instant,
  version: T.Integer(),
})
export type Tie = Static<typeof Tie>

export const Node = T.Object({
  id: Id,
  name: T.String(),
  parent_id: Nullable(Id),
  depth: T.Integer({ minimum: 0 }),
  tie_id: Nullable(Id),
})
export type Node = Static<typeof Node>
export const Member = T.Object({
  id: Id,
  name: T.String(),
  relation: Nullable(oneOf(...relations)),
  tie_id: Nullable(Id),
  title: T.String({ description: 'other words for what they are to the head' }),
})
export type Member = Static<typeof Member>

const text = (max: number) => T.String({ maxLength: max, pattern: '^[^\\x00-\\x1f]*$' })
const fields = {
  title: T.Optional(text(200)),
  department: T.Optional(text(200)),
  relation: T.Optional(Nullable(oneOf(...relations))),
  since: T.Optional(Nullable(Day)),
  until: T.Optional(Nullable(Day)),
  is_primary: T.Optional(T.Boolean()),
  source: T.Optional(text(200)),
  note: T.Optional(text(1000)),
}
export const TieWrite = Body({
  kind: oneOf(...tieKinds),
  side: T.Optional(oneOf(...sides)),
  other_id: T.Optional(Id),
  create: T.Optional(
    Body({
      kind: T.Optional(oneOf('person', 'organisation')),
      name: T.String({ minLength: 1, maxLength: 300 }),
    }),
  ),
  ...fields,
})
export type TieWrite = Static<typeof TieWrite>
export const TiePatch = T.Partial(Body(fields), { additionalProperties: false, minProperties: 1 })
export type TiePatch = Static<typeof TiePatch>

const read = 'ties:read'
const write = 'ties:write'
const One = T.Object({ id: Id, tie_id: Id })
const refuses = [
  'ties.unknown_other',
  'ties.may_not_create',
  'ties.wrong_ends',
  'ties.cycle',
  'ties.has_parent',
  'ties.in_household',
  'ties.twice',
  'ties.bad_period',
  'ties.bad_day',
  'ties.too_many',
  'parties.in_trash',
]

export const ties = routes({
  ofParty: route('GET /parties/:id/ties', {
    may: read,
    does: 'A party’s ties whose other end the caller reaches too: organisations, people, parent and subsidiaries, household',
    params: ById,
    gives: T.Object({ items: T.Array(Tie) }),
  }),
  add: route('POST /parties/:id/ties', {
    may: write,
    does: 'Tie a party to another, or to one that is created with it; `side` says which end the first is, where their kinds do not',
    params: ById,
    body: TieWrite,
    gives: Tie,
    creates: true,
    refuses,
  }),
  change: route('PATCH /parties/:id/ties/:tie_id', {
    may: write,
    does: 'Correct a tie, or end it',
    params: One,
    body: TiePatch,
    gives: Tie,
    versioned: true,
    refuses,
  }),
  remove: route('DELETE /parties/:id/ties/:tie_id', {
    may: write,
    does: 'Remove a tie that was entered by mistake; one that was and is over is ended instead',
    params: One,
    gives: 'nothing',
  }),
  group: route('GET /parties/:id/group', {
    may: read,
    does: 'The whole group of an organisation, from its topmost parent down, as far as the caller reaches',
    params: ById,
    gives: T.Object({ items: T.Array(Node), whole: T.Boolean({ description: 'false: more than is shown' }) }),
  }),
  household: route('GET /parties/:id/household', {
    may: read,
    does: 'The household of a person: its head first, then its members',
    params: ById,
    gives: T.Object({ items: T.Array(Member) }),
  }),
})
