import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { importExports } from './contract.export.ts'
import { Detected, FileName, Kind, Layout, ReadOptions, Source, TargetName } from './contract.reading.ts'
import { Preview, Reject, Report } from './contract.report.ts'
import { Undo, undoRoutes, Waits } from './contract.undo.ts'
import { encodings } from './reader/encodings.ts'
import { type Doubles, doubles, type MatchKey, type Mode, matchKeys, modes } from './targets.ts'

export * from './contract.reading.ts'
export * from './contract.report.ts'
export { encodings } from './reader/encodings.ts'
// The page offers what the reader obeys.
export { doubles, kinds, matchKeys, mayHoldDates, modes, requiredOf, targetsOf } from './targets.ts'

export const importStates = [
  'uploading',
  'uploaded',
  'previewing',
  'previewed',
  'waiting',
  'running',
  'done',
  'failed',
  'cancelled',
] as const
export type ImportState = (typeof importStates)[number]

/** What is done with what was read. */
export const RunOptions = T.Object({
  whole_orders: T.Boolean({
    description: 'the file carries whole orders: stored lines that it lacks are removed',
  }),
  mode: T.Unsafe<Mode>({
    type: 'string',
    enum: [...modes],
    description:
      'create: rows that are there are reported and left; update: rows that are not; upsert: both are written',
  }),
  match_by: T.Unsafe<MatchKey>({
    type: 'string',
    enum: [...matchKeys],
    description:
      'what a party is known by. id: its external id, where it has none its contacts; the others: by that alone. Orders are known by number, products by code',
  }),
  party_kind: T.String({
    enum: ['auto', 'person', 'organisation'],
    description: 'of new customers; auto: by their name',
  }),
  name_prefix: T.String({
    maxLength: 100,
    description: 'before the id, as the name of a customer whose name the file does not give',
  }),
  doubles: T.Unsafe<Doubles>({
    type: 'string',
    enum: [...doubles],
    description:
      'of a file of parties, rows that would be new and are probably known: create anyway; skip them; update the known one; hold them back among the rejected rows',
  }),
  new_organisations: T.Boolean({
    description:
      'organisations that people of the file work at and nobody knows are made; else they are reported',
  }),
  unit_id: Nullable(Id),
})
export type RunOptions = Static<typeof RunOptions>

const Failure = T.Object({ code: T.String(), message: T.String() })
const row = {
  id: Id,
  kind: Kind,
  source: T.String(),
  file_name: T.String(),
  file_bytes: T.Integer({ description: 'as sent; 0 until the upload is whole' }),
  state: oneOf(...importStates),
  report: Nullable(Report),
  error: Nullable(Failure),
  run_id: Nullable(Id),
  unit_id: Id,
  created_by: Nullable(T.Object({ id: Id, name: T.String() })),
  rejects: T.Integer({ description: 'rejected rows still kept, waiting to be mended' }),
  waits_for: Nullable(Waits),
  undo: Undo,
  version: T.Integer(),
  created_at: Instant,
  finished_at: Nullable(Instant),
}
export const ImportRow = T.Object(row)
export type ImportRow = Static<typeof ImportRow>
export const Import = T.Object({
  ...row,
  file_sha256: Nullable(T.String()),
  detected: Nullable(Detected),
  columns: T.Array(Nullable(TargetName), { description: 'what each column of the file means, in its order' }),
  doubt: Nullable(
    T.Object(
      { code: T.String(), message: T.String() },
      {
        description:
          'a header that stands over two columns, or a column without one, that was only guessed: choose `columns`',
      },
    ),
  ),
  layout: Layout,
  read_options: ReadOptions,
  run_options: RunOptions,
  missing: T.Array(T.Array(T.String()), {
    description: 'what the mapping still lacks: one target of each group; empty when it can run',
  }),
  preview: Nullable(Preview),
})
export type Import = Static<typeof Import>

const options = {
  layout: T.Optional(T.Partial(Layout, { additionalProperties: false })),
  read_options: T.Optional(T.Partial(ReadOptions, { additionalProperties: false })),
  run_options: T.Optional(T.Partial(RunOptions, { additionalProperties: false })),
}
const read = 'imports:read'
const write = 'imports:write'
const InQuery = T.Object({
  kind: T.Optional(Kind),
  source: T.Optional(Source),
  file_name: FileName,
  encoding: T.Optional(oneOf(...encodings)),
  delimiter: T.Optional(T.String({ pattern: '^[^"\\r\\n]$' })),
  sheet: T.Optional(T.String({ maxLength: 200 })),
  header_rows: T.Optional(
    T.Integer({ minimum: 0, maximum: 2, description: '0: the first row is data already' }),
  ),
  mode: T.Optional(oneOf(...modes)),
  match_by: T.Optional(oneOf(...matchKeys)),
  run: T.Optional(T.Boolean({ default: true })),
})

/** What a file is refused for as soon as it is looked at. */
const unreadable = [
  'imports.empty',
  'imports.no_rows',
  'imports.not_text',
  'imports.binary',
  'imports.archive',
  'imports.encrypted',
  'imports.old_workbook',
  'imports.other_workbook',
  'imports.macros',
  'imports.workbook_broken',
  'imports.xml_entities',
  'imports.too_many_strings',
  'imports.text_too_long',
  'imports.no_sheet',
  'imports.wrong_encoding',
  'imports.bad_delimiter',
  'imports.bomb',
  'imports.unpacks_too_large',
  'imports.gzip_broken',
  'imports.cell_too_long',
  'imports.record_too_long',
  'imports.unclosed_quote',
  'imports.too_many_columns',
]
const headers = ['imports.columns_missing', 'imports.header_twice', 'imports.header_unnamed']

export const imports = routes({
  list: route('GET /imports', {
    may: read,
    does: 'Imports in the caller’s scope, the latest first',
    query: T.Object({ ...Page, kind: T.Optional(Kind) }),
    gives: pageOf(ImportRow),
    refuses: ['kernel.bad_cursor'],
  }),
  create: route('POST /imports', {
    may: write,
    does: 'Announce a file; then send its bytes to /imports/{id}/file',
    body: Body({ kind: T.Optional(Kind), source: T.Optional(Source), file_name: FileName, ...options }),
    gives: Import,
    creates: true,
    refuses: ['imports.unknown_zone', 'imports.bad_pattern', 'imports.bad_unit'],
  }),
  upload: route('PUT /imports/:id/file', {
    may: write,
    does: 'The bytes of the file, as they are (CSV, CSV in gzip, XLSX); may be sent again while nothing runs',
    params: ById,
    takes: 'stream',
    gives: Import,
    refuses: ['imports.wrong_state', 'imports.too_large', 'imports.broken_upload', ...unreadable],
  }),
  file: route('POST /imports/file', {
    may: write,
    does: 'Upload, guess the mapping and run, in one request',
    query: InQuery,
    takes: 'stream',
    gives: Import,
    creates: true,
    refuses: ['imports.too_large', 'imports.broken_upload', ...headers, ...unreadable],
  }),
  get: route('GET /imports/:id', {
    may: read,
    does: 'An import with its mapping, preview and report',
    params: ById,
    gives: Import,
  }),
  update: route('PATCH /imports/:id', {
    may: write,
    does: 'Change the kind, source, mapping or options before it runs',
    params: ById,
    body: Body({
      kind: T.Optional(Kind),
      source: T.Optional(Source),
      columns: T.Optional(T.Array(Nullable(TargetName), { maxItems: 2000 })),
      ...options,
    }),
    gives: Import,
    versioned: true,
    refuses: [
      'imports.wrong_state',
      'imports.columns_wrong',
      'imports.unknown_zone',
      'imports.bad_pattern',
      'imports.bad_unit',
      'kernel.version_changed',
      ...unreadable,
    ],
  }),
  preview: route('POST /imports/:id/preview', {
    may: write,
    does: 'Find out what would be created, updated, left and rejected; writes nothing. Follow `run_id`',
    params: ById,
    gives: Import,
    refuses: ['imports.wrong_state', ...headers],
  }),
  run: route('POST /imports/:id/run', {
    may: write,
    does: 'Import the file: all of it, or nothing. Follow `run_id`',
    params: ById,
    gives: Import,
    refuses: ['imports.wrong_state', ...headers],
  }),
  cancel: route('POST /imports/:id/cancel', {
    may: write,
    does: 'Stop a preview or an import that is waiting or running; it leaves nothing behind',
    params: ById,
    gives: Import,
    refuses: ['imports.wrong_state'],
  }),
  remove: route('DELETE /imports/:id', {
    may: write,
    does: 'Forget an import that never ran, with its file',
    params: ById,
    gives: 'nothing',
    refuses: ['imports.wrong_state'],
  }),
  rejects: route('GET /imports/:id/rejects', {
    may: read,
    does: 'Rejected rows with their line and reasons, in the order of the file',
    params: ById,
    query: T.Object({ ...Page, code: T.Optional(T.String({ maxLength: 60 })) }),
    gives: pageOf(Reject),
    refuses: ['kernel.bad_cursor', 'imports.withheld'],
  }),
  ...importExports,
  rejectsFile: route('GET /imports/:id/rejects.csv', {
    may: read,
    does: 'Rejected rows as a CSV file with their reasons: mend it and import it again',
    params: ById,
    gives: 'file',
    refuses: ['imports.withheld'],
  }),
  ...undoRoutes,
})

/** What other modules may hear of; ids only. */
export const importEvents = [
  'imports.created',
  'imports.updated',
  'imports.imported',
  'imports.removed',
  'imports.undone',
  'imports.redone',
] as const
