import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { contactKinds, Named, Party, PartyRole, partyKinds } from '../parties/contract.ts'
import { bands, decisions, pairStates, reasonKinds } from './rules.shapes.ts'

/** So many at once into one. */
export const MERGE_MAX = 9

const merge = 'parties:merge'

const Take = T.Record(T.String({ maxLength: 60 }), T.Unknown(), {
  description:
    'per field: "a" (the survivor’s), "b" (the other’s), "both" (note, tags), {"from": id} of one of several, or a value',
})
export const MergeBody = Body({
  other: T.Optional(Id),
  others: T.Optional(T.Array(Id, { maxItems: MERGE_MAX })),
  take: T.Optional(Take),
})
export type MergeBody = Static<typeof MergeBody>

export const UnmergeBody = Body({
  merge_id: Id,
  assign: T.Optional(
    T.Record(T.String({ maxLength: 400 }), oneOf('survivor', 'merged'), {
      description: 'items of GET /parties/{id}/merges/{merge_id}/after, or `orders:*` for all of a kind',
    }),
  ),
  rest: T.Optional(oneOf('survivor', 'merged')),
})
export type UnmergeBody = Static<typeof UnmergeBody>

export const MergeField = T.Object({
  field: T.String({ description: '`name`, `tags`, `fields.<key>` …' }),
  label: T.String(),
  values: T.Array(T.Object({ party_id: Id, value: T.Unknown() })),
  differs: T.Boolean(),
  usual: T.Unknown({ description: 'what is taken when nothing is said: "a", "both" or {"from": id}' }),
  result: T.Unknown(),
})
export type MergeField = Static<typeof MergeField>
const MergeContact = T.Object({
  kind: oneOf(...contactKinds),
  value: T.String(),
  withheld: T.Boolean(),
  party_id: Id,
  twice: T.Boolean({ description: 'the survivor has it too: kept once' }),
})
const Brief = T.Object({
  id: Id,
  name: T.String(),
  kind: oneOf(...partyKinds),
  version: T.Integer(),
  unit: Named,
  owner: Nullable(Named),
  order_count: T.Integer(),
  created_at: Instant,
})
export const MergePreview = T.Object({
  survivor: Brief,
  others: T.Array(Brief),
  fields: T.Array(MergeField),
  contacts: T.Array(MergeContact),
  roles: T.Array(T.Object({ ...T.Omit(PartyRole, ['id']).properties, party_id: Id })),
  external_ids: T.Array(T.Object({ source: T.String(), value: T.String(), party_id: Id })),
  moves: T.Array(T.Object({ table: T.String(), label: T.String(), count: T.Integer(), aside: T.Integer() }), {
    description:
      'what follows; `aside`: the survivor has the same, the other’s is kept until they are parted',
  }),
})
export type MergePreview = Static<typeof MergePreview>

const Merged = T.Object({
  merge_id: Id,
  party: Named,
  into: Named,
  at: Instant,
  by: T.Object({ kind: oneOf('user', 'key', 'system', 'cli'), id: T.Integer(), name: Nullable(T.String()) }),
  can_part: T.Boolean({
    description:
      'false: it came in with another party, which has to be parted first, or one of them is erased',
  }),
})
export type Merged = Static<typeof Merged>

const CameItem = T.Object({
  item: T.String(),
  table: T.String(),
  label: T.String(),
  shows: T.String(),
  at: Nullable(Instant),
  goes: oneOf('survivor', 'merged'),
})
export type CameItem = Static<typeof CameItem>

export const Draft = Body({
  id: T.Optional(Id),
  kind: oneOf(...partyKinds),
  name: T.Optional(T.String({ maxLength: 300 })),
  country: T.Optional(Nullable(T.String({ maxLength: 2 }))),
  contact_points: T.Optional(
    T.Array(Body({ kind: oneOf(...contactKinds), value: T.String({ maxLength: 1000 }) }), { maxItems: 20 }),
  ),
})
export type Draft = Static<typeof Draft>

export const Reason = T.Object({
  kind: oneOf(...reasonKinds),
  says: T.String({ description: 'in the language of the caller' }),
  mine: T.String(),
  theirs: T.String(),
  withheld: T.Boolean(),
  weight: T.Number({ description: 'log-odds that it adds' }),
})
export type Reason = Static<typeof Reason>
const Sure = {
  score: T.Number({ description: 'probability that they are one, 0 to 1' }),
  band: oneOf(...bands),
}
export const Candidate = T.Object({
  party: T.Object({
    id: Id,
    name: T.String(),
    name_romanised: T.String(),
    kind: oneOf(...partyKinds),
    owner: Nullable(Named),
    unit: Named,
    order_count: T.Integer(),
    last_order_at: Nullable(Instant),
  }),
  ...Sure,
  reasons: T.Array(Reason),
})
export type Candidate = Static<typeof Candidate>
export const Checked = T.Object({
  candidates: T.Array(Candidate),
  elsewhere: T.Array(T.Object({ unit: T.String(), band: oneOf(...bands) }), {
    description:
      'outside the caller’s scope: whom to ask, without id or name; empty where the company’s setting says so',
  }),
})
export type Checked = Static<typeof Checked>

const Pair = T.Object({
  a: Candidate.properties.party,
  b: Candidate.properties.party,
  ...Sure,
  reasons: T.Array(Reason),
  state: oneOf(...pairStates),
  found_at: Instant,
  decided_at: Nullable(Instant),
})
export type Pair = Static<typeof Pair>

export const PairQuery = T.Object({
  ...Page,
  state: T.Optional(oneOf(...pairStates)),
  band: T.Optional(oneOf(...bands)),
  owner: T.Optional(oneOf('me')),
  owner_id: T.Optional(Id),
  party_id: T.Optional(Id),
})
export type PairQuery = Static<typeof PairQuery>

const Progress = T.Object({
  run_id: Nullable(Id),
  running: T.Boolean(),
  done: T.Integer(),
  total: Nullable(T.Integer()),
  phase: Nullable(T.String()),
  scanned_at: Nullable(Instant),
  open: T.Object({ certain: T.Integer(), likely: T.Integer(), possible: T.Integer(), later: T.Integer() }),
  elsewhere_hints: T.Boolean(),
})
export type ScanState = Static<typeof Progress>

export const identity = routes({
  preview: route('GET /parties/:id/merge/preview', {
    may: merge,
    does: 'What a merge would make of these parties, field by field, and what would follow',
    params: ById,
    query: T.Object({
      with: T.String({ pattern: '^\\d{1,16}(,\\d{1,16}){0,8}$', description: 'ids, comma-separated' }),
    }),
    gives: MergePreview,
    refuses: [
      'identity.kinds_differ',
      'identity.same_party',
      'parties.merged',
      'parties.in_trash',
      'parties.erased',
    ],
  }),
  merge: route('POST /parties/:id/merge', {
    may: merge,
    does: 'Merge one or several parties into this one; everything that hangs on them follows, and each can be parted again',
    params: ById,
    body: MergeBody,
    gives: Party,
    versioned: true,
    refuses: [
      'identity.kinds_differ',
      'identity.same_party',
      'identity.how_many',
      'identity.unknown_field',
      'identity.bad_value',
      'parties.merged',
      'parties.in_trash',
      'parties.erased',
      'kernel.out_of_scope',
    ],
  }),
  merges: route('GET /parties/:id/merges', {
    may: 'parties:read',
    does: 'Who was merged into this party, and is still',
    params: ById,
    gives: T.Object({ items: T.Array(Merged) }),
  }),
  recent: route('GET /identity/merges', {
    may: merge,
    does: 'Who was merged lately into a party in the caller’s scope and can be parted again, the newest first',
    query: T.Object(Page),
    gives: pageOf(Merged),
    refuses: ['kernel.bad_cursor'],
  }),
  after: route('GET /parties/:id/merges/:merge_id/after', {
    may: merge,
    does: 'What came since a merge: of each a person may decide whose it is when they are parted',
    params: T.Object({ id: Id, merge_id: Id }),
    gives: T.Object({ merge: Merged, items: T.Array(CameItem) }),
    refuses: ['identity.outer_first', 'identity.already_parted'],
  }),
  unmerge: route('POST /parties/:id/unmerge', {
    may: merge,
    does: 'Part what was merged: both as they were, and what came since where the caller says',
    params: ById,
    body: UnmergeBody,
    gives: T.Object({ survivor: Party, restored: Party }),
    versioned: true,
    refuses: [
      'identity.outer_first',
      'identity.already_parted',
      'identity.unknown_item',
      'identity.collides',
      'parties.erased',
      'parties.in_trash',
      'kernel.out_of_scope',
    ],
  }),
  check: route('POST /identity/check', {
    may: 'parties:read',
    does: 'Who may be meant already by what is being typed: candidates with reasons and how sure, at most ten',
    body: Draft,
    gives: Checked,
  }),
  pairs: route('GET /identity/pairs', {
    may: merge,
    does: 'Suspected duplicates with both in the caller’s scope, the surest first',
    query: PairQuery,
    gives: pageOf(Pair),
    refuses: ['kernel.bad_cursor'],
  }),
  decide: route('POST /identity/pairs/decide', {
    may: merge,
    does: 'Say of two parties that they are not the same, or to ask later, or again',
    body: Body({ a: Id, b: Id, decision: oneOf(...decisions) }),
    gives: 'nothing',
  }),
  state: route('GET /identity/scan', {
    may: merge,
    does: 'How far the look for duplicates is, when it was done, and what waits to be judged',
    gives: Progress,
  }),
  scan: route('POST /identity/scan', {
    may: merge,
    does: 'Look through everybody for duplicates, in the background',
    gives: T.Object({ run_id: Id }),
  }),
  setHints: route('PATCH /identity/settings', {
    may: 'settings:write',
    does: 'Whether somebody is told that a duplicate exists out of their scope, and which unit to ask',
    body: Body({ elsewhere_hints: T.Boolean() }),
    gives: Progress,
  }),
})
