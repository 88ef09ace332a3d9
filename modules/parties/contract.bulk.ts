import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf, route } from '../../kernel/route.ts'
import { Named, Party, PartyFilter, PartyPatch, Role, ValueFilter } from './contract.shapes.ts'

// Changes of many parties at once, and of a block of cells.

export const IDS_MAX = 10_000
export const BLOCK_MAX = 500
const Tags = T.Array(T.String({ minLength: 1, maxLength: 60, pattern: '^[^,\\s]+( [^,\\s]+)*$' }), {
  minItems: 1,
  maxItems: 20,
})

/** The list's own filters; only what is in the list is chosen. */
export const BulkFilter = T.Object(
  { ...PartyFilter.properties, ...ValueFilter.properties, trash: T.Optional(T.Boolean()) },
  { additionalProperties: false },
)
export const BulkSelection = Body({
  ids: T.Optional(T.Array(Id, { minItems: 1, maxItems: IDS_MAX })),
  filter: T.Optional(BulkFilter),
  except: T.Optional(T.Array(Id, { maxItems: IDS_MAX })),
  expected_count: T.Optional(
    T.Integer({
      minimum: 0,
      description: 'what the caller was told; where another number matches now it is refused',
    }),
  ),
})
export type BulkSelection = Static<typeof BulkSelection>

const does = <const D extends string>(verb: D) => oneOf(verb)
export const BulkAction = T.Union([
  Body({ do: does('assign'), owner_id: Nullable(Id) }),
  Body({ do: does('unit'), unit_id: Id }),
  Body({ do: does('add_tags'), tags: Tags }),
  Body({ do: does('remove_tags'), tags: Tags }),
  // Of modules/parties/labels: one tag for others, or for none.
  Body({ do: does('retag'), from: Tags, to: Nullable(T.String({ minLength: 1, maxLength: 60 })) }),
  Body({ do: does('end_role'), role: Role }),
  Body({
    do: does('set'),
    field: T.String({
      pattern: '^(country|language|channel_preference|fields\\.[a-z][a-z0-9_]{0,39})$',
      description: 'country, language, channel_preference, or fields.<key> of a custom field',
    }),
    value: T.Unknown({ description: 'null: none' }),
  }),
  Body({ do: does('trash') }),
  Body({ do: does('restore') }),
])
export type BulkAction = Static<typeof BulkAction>
export type BulkVerb = BulkAction['do']

const counts = {
  selected: T.Integer(),
  changed: T.Integer(),
  unchanged: T.Integer({ description: 'were so already' }),
  refused: T.Integer({ description: 'could not be; `left` says why' }),
  gone: T.Integer({ description: 'are not there any more, or out of reach' }),
}
const Why = T.Object({ why: T.String(), message: T.String(), count: T.Integer() })
export const BulkPreview = T.Object({ ...counts, reasons: T.Array(Why) })
export type BulkPreview = Static<typeof BulkPreview>

export const BulkLeft = T.Object({
  id: Id,
  name: T.String(),
  why: T.String(),
  message: T.String(),
  who: Nullable(T.String({ description: 'who has changed it since' })),
  at: Nullable(Instant),
})
export type BulkLeft = Static<typeof BulkLeft>

export const Bulk = T.Object({
  id: Id,
  direction: oneOf('do', 'undo', 'redo'),
  of: Nullable(T.Integer({ description: 'the one that it takes back' })),
  action: BulkAction,
  /** names of what the action says by id, in words */
  target: Nullable(T.String()),
  state: oneOf('waiting', 'running', 'done', 'failed', 'cancelled'),
  run_id: Nullable(Id),
  ...counts,
  done: T.Integer({ description: 'of `selected`, so far' }),
  error: Nullable(T.Object({ code: T.String(), message: T.String() })),
  by: Nullable(Named),
  created_at: Instant,
  finished_at: Nullable(Instant),
  undo: T.Object({
    next: Nullable(oneOf('undo', 'redo')),
    why_not: Nullable(T.String()),
    until: Nullable(Instant),
    last: Nullable(T.Integer({ description: 'the latest of the chain of doing and undoing' })),
  }),
  left: T.Array(BulkLeft, { description: 'the first 200 of those refused, with the reason' }),
  left_withheld: T.Integer({ description: 'refused, and out of the caller’s scope' }),
})
export type Bulk = Static<typeof Bulk>

const BulkParams = T.Object({ bulk_id: Id })
const Started = T.Object({ id: Id, run_id: Id, selected: T.Integer() })

/** One row of a block: only what is to change of it. */
export const BlockRow = Body({
  id: Id,
  version: T.Optional(
    T.Integer({ description: 'as it was seen; another one since: refused unless other fields changed' }),
  ),
  seen: T.Optional(
    T.Object(
      {},
      { additionalProperties: true, description: 'the fields as they were seen, instead of a version' },
    ),
  ),
  set: PartyPatch,
})
export type BlockRow = Static<typeof BlockRow>
export const BlockProblem = T.Object({
  id: Id,
  field: Nullable(T.String()),
  code: T.String(),
  message: T.String(),
  now: T.Optional(T.Unknown({ description: 'what another has made of it' })),
  by: T.Optional(Nullable(T.String({ description: 'who, where that is on record' }))),
  at: T.Optional(Nullable(Instant)),
})
export type BlockProblem = Static<typeof BlockProblem>

export const bulkRoutes = {
  bulk: route('POST /parties/bulk', {
    may: 'parties:write',
    does: 'Change many parties at once as a job: chosen by id or by the list’s filter, frozen as they are now',
    body: Body({ selection: BulkSelection, action: BulkAction }),
    gives: Started,
    creates: true,
    refuses: [
      'parties.bulk_nothing',
      'parties.bulk_moved',
      'parties.bulk_selection',
      'parties.bulk_value',
      'parties.bulk_unique',
      'fields.unknown',
      'fields.not_editable',
      'fields.required',
      'parties.bad_owner',
      'parties.bad_unit',
      'kernel.out_of_scope',
      'kernel.not_allowed',
    ],
  }),
  bulkPreview: route('POST /parties/bulk/preview', {
    may: 'parties:write',
    does: 'What a bulk change would do, and nothing done',
    body: Body({ selection: BulkSelection, action: BulkAction }),
    gives: BulkPreview,
    refuses: [
      'parties.bulk_selection',
      'parties.bulk_value',
      'parties.bulk_unique',
      'fields.unknown',
      'fields.not_editable',
      'fields.required',
      'parties.bad_owner',
      'parties.bad_unit',
      'kernel.not_allowed',
    ],
  }),
  bulkGet: route('GET /parties/bulk/:bulk_id', {
    may: 'parties:write',
    does: 'A bulk change: how far it is, what came of it, what was left and why, whether it can be undone',
    params: BulkParams,
    gives: Bulk,
  }),
  bulkUndo: route('POST /parties/bulk/:bulk_id/undo', {
    may: 'parties:write',
    does: 'Take a bulk change back: what it changed becomes what it was, unless somebody has changed the same since',
    params: BulkParams,
    gives: Started,
    creates: true,
    refuses: ['parties.bulk_under_way', 'parties.bulk_undone', 'parties.bulk_old', 'parties.bulk_nothing'],
  }),
  bulkRedo: route('POST /parties/bulk/:bulk_id/redo', {
    may: 'parties:write',
    does: 'Do again what was undone',
    params: BulkParams,
    gives: Started,
    creates: true,
    refuses: [
      'parties.bulk_under_way',
      'parties.bulk_not_undone',
      'parties.bulk_old',
      'parties.bulk_nothing',
    ],
  }),
  block: route('PATCH /parties', {
    may: 'parties:write',
    does: 'Change a block of cells over several parties: all of it or nothing, with every cell that fails named',
    body: Body({ rows: T.Array(BlockRow, { minItems: 1, maxItems: BLOCK_MAX }) }),
    gives: T.Object({ rows: T.Array(Party) }),
    refuses: ['parties.block_refused', 'parties.block_twice'],
  }),
  bulkCancel: route('POST /parties/bulk/:bulk_id/cancel', {
    may: 'parties:write',
    does: 'Stop a bulk change; what it has done so far stays and can be undone',
    params: BulkParams,
    gives: 'nothing',
    refuses: ['parties.bulk_over'],
  }),
} as const
