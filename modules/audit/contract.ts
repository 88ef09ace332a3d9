import { type Static, Type as T } from 'typebox'
import { ById, Id, Instant, Nullable, oneOf, Page, route, routes } from '../../kernel/route.ts'

export const sources = ['page', 'api', 'cli', 'import', 'job'] as const
export type Source = (typeof sources)[number]
export const actorKinds = ['user', 'key', 'system', 'cli'] as const
export const exportFormats = ['zip', 'jsonl', 'csv'] as const

const Actor = T.Object({
  kind: oneOf(...actorKinds),
  id: T.Integer(),
  name: Nullable(T.String()),
})
export const Change = T.Object({
  field: T.String(),
  label: T.Optional(T.String({ description: 'what a custom field is called' })),
  was: T.Unknown(),
  became: T.Unknown(),
  withheld: T.Boolean({ description: 'true: the caller’s role sees only masked values' }),
})
export type Change = Static<typeof Change>

export const AuditRow = T.Object({
  audit_id: Id,
  at: Instant,
  actor: Actor,
  source: oneOf(...sources),
  request_id: T.String(),
  action: T.String({ description: 'the verb in full: parties.updated, orders.imported …' }),
  subject: T.String({ description: 'what kind of thing: party, contact_point, order, user …' }),
  subject_id: T.Integer(),
  about: Nullable(T.String({ description: 'what that thing is called today' })),
  kind: Nullable(T.String({ description: 'of a contact point or market role: which' })),
  party: Nullable(T.Object({ id: Id, name: T.String(), erased: T.Boolean() })),
  changes: T.Array(Change, {
    description: 'was as recorded; became as the next record of the same field says, or as it is today',
  }),
  details: T.Record(T.String(), T.Unknown(), { description: 'what a record says that is no change' }),
  erased: T.Boolean({ description: 'the content was erased on request; the envelope stands and verifies' }),
  says: T.String({ description: 'one sentence, in the language of the caller' }),
})
export type AuditRow = Static<typeof AuditRow>

export const Undo = T.Object({
  possible: T.Boolean(),
  why: Nullable(T.String({ description: 'why not, in the language of the caller' })),
  depends: T.Array(T.Object({ audit_id: Id, at: Instant, says: T.String() }), {
    description: 'what would be lost, newest first, at most 10',
  }),
  version: Nullable(T.Integer({ description: 'for If-Match' })),
})
export type Undo = Static<typeof Undo>

export const AuditDetail = T.Object({
  ...AuditRow.properties,
  digest: T.String({ description: 'hex: sha256 of salt and content' }),
  // null for the first seconds
  seal: Nullable(
    T.Object({
      seq: T.Integer(),
      sealed_at: Instant,
      key_fingerprint: Nullable(T.String()),
      rows: T.Integer(),
    }),
  ),
  request_rows: T.Integer({ description: 'records of the same request; at most 1,000 are counted' }),
  undo: Undo,
})
export type AuditDetail = Static<typeof AuditDetail>

export const AuditFilter = T.Object({
  actor: T.Optional(oneOf(...actorKinds)),
  actor_id: T.Optional(T.Integer({ minimum: 0 })),
  action: T.Optional(T.String({ maxLength: 100, description: 'comma-separated' })),
  subject: T.Optional(T.String({ maxLength: 100 })),
  subject_id: T.Optional(T.Integer({ minimum: 0 })),
  field: T.Optional(
    T.String({ maxLength: 100, description: 'a field’s name, or phone, email, address, wechat, web' }),
  ),
  source: T.Optional(oneOf(...sources)),
  request_id: T.Optional(T.String({ maxLength: 200 })),
  party_id: T.Optional(Id),
  from: T.Optional(Instant),
  to: T.Optional(Instant),
})
export type AuditFilter = Static<typeof AuditFilter>

const Broken = T.Object({
  seq: Nullable(T.Integer()),
  audit_id: T.Optional(Id),
  why: T.String(),
  says: T.String(),
})
export const Check = T.Object({
  check_id: Id,
  started_by: Nullable(T.String()),
  started_at: Instant,
  finished_at: Instant,
  ok: T.Boolean(),
  seals: T.Integer(),
  rows: T.Integer(),
  unsealed: T.Integer(),
  erased: T.Integer(),
  other_keys: T.Array(
    T.Object({ fingerprint: T.String(), seals: T.Integer(), first: T.Integer(), last: T.Integer() }),
  ),
  broken_count: T.Integer(),
  broken: T.Array(Broken, { description: 'the first 50' }),
  head: Nullable(T.Object({ seq: T.Integer(), mac: T.String() })),
})
export type Check = Static<typeof Check>
export const Chain = T.Object({
  last: Nullable(Check),
  running: Nullable(
    T.Object({ run_id: Id, state: T.String(), done: T.Integer(), total: Nullable(T.Integer()) }),
  ),
  fingerprint: T.String({ description: 'of this home’s key' }),
  newest: Nullable(T.Object({ seq: T.Integer(), sealed_at: Instant, key_fingerprint: Nullable(T.String()) })),
  waiting: T.Integer({ description: 'records without a seal yet' }),
})
export type Chain = Static<typeof Chain>

const read = 'audit:read'
export const audit = routes({
  list: route('GET /audit', {
    may: read,
    does: 'Who did what and when, newest first. A page may be short while `next` is set: the search has a time limit',
    query: T.Object({ ...AuditFilter.properties, ...Page }),
    gives: T.Object({
      items: T.Array(AuditRow),
      next: Nullable(T.String()),
      searched_to: Nullable(Instant),
    }),
    refuses: ['kernel.bad_cursor'],
  }),
  facets: route('GET /audit/facets', {
    may: read,
    does: 'Who and what there is to filter by',
    gives: T.Object({
      actors: T.Array(Actor),
      actions: T.Array(T.Object({ action: T.String(), label: T.String() })),
      subjects: T.Array(T.Object({ subject: T.String(), label: T.String() })),
      fields: T.Array(T.Object({ field: T.String(), label: T.String() })),
    }),
  }),
  chain: route('GET /audit/chain', {
    may: read,
    does: 'The state of the last verification of the audit against its seals, and of one under way',
    gives: Chain,
  }),
  verify: route('POST /audit/verify', {
    may: read,
    does: 'Verify the audit now, as a job',
    gives: T.Object({ run_id: Id }),
    refuses: ['audit.verifying'],
  }),
  export: route('GET /audit/export', {
    may: 'audit:export',
    does: 'The filtered records with digests and seals, for an auditor: a ZIP with an explanation, JSON lines, or CSV',
    query: T.Object({ ...AuditFilter.properties, format: T.Optional(oneOf(...exportFormats)) }),
    gives: 'file',
  }),
  get: route('GET /audit/:id', {
    may: read,
    does: 'One record: its change, its seal, what came of the same request, and whether it can be undone',
    params: ById,
    gives: AuditDetail,
  }),
  proof: route('GET /audit/:id/proof', {
    may: read,
    does: 'The proof of one record: leaf, Merkle path, seal. `guanxi audit proof check` checks it offline',
    params: ById,
    gives: 'file',
    refuses: ['audit.not_sealed'],
  }),
  undo: route('POST /audit/:id/undo', {
    may: 'signed_in',
    does: 'Undo one change where nothing depends on it; needs the permission to make that change',
    params: ById,
    gives: T.Object({
      audit_id: Id,
      subject: T.String(),
      subject_id: T.Integer(),
      version: Nullable(T.Integer()),
    }),
    versioned: true,
    refuses: [
      'audit.not_undoable',
      'audit.undo_gone',
      'audit.undo_nothing',
      'audit.undo_first_rate',
      'parties.changed_since',
      'parties.depended_on',
      'parties.not_undoable',
      'parties.erased',
      'kernel.version_changed',
    ],
  }),
})
