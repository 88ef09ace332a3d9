import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { importExports } from './contract.export.ts'
import { Undo, undoRoutes, Waits } from './contract.undo.ts'
import { encodings } from './reader/encodings.ts'
import {
  kinds,
  type MatchKey,
  type Mode,
  matchKeys,
  modes,
  type Target,
  targetsOf,
  type ValueMaps,
} from './targets.ts'

export { encodings } from './reader/encodings.ts'
// The page offers what the reader obeys.
export { kinds, matchKeys, modes, requiredOf, targetsOf } from './targets.ts'

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

export const Kind = oneOf(...kinds)
const TargetName = T.Unsafe<Target>({
  enum: [...new Set(kinds.flatMap((kind) => targetsOf[kind]))],
})
const Source = T.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^\\S(.*\\S)?$',
  description: 'the system that the file comes from: ids and numbers are one thing under it',
})
const FileName = T.String({ minLength: 1, maxLength: 255 })
const Codes = T.Array(T.String({ minLength: 1, maxLength: 100 }), { maxItems: 200 })

/** How the file is read: what the columns alone do not say. */
export const ReadOptions = T.Object({
  zone: T.String({ minLength: 1, maxLength: 64, description: 'IANA zone of the times in the file' }),
  date_order: oneOf('dmy', 'mdy'),
  decimal_mark: oneOf('.', ','),
  currency: T.String({ pattern: '^[A-Z]{3}$', description: 'of lines that name none' }),
  region: T.String({ pattern: '^[A-Z]{2}$', description: 'of telephone numbers without a country code' }),
  cancel_prefix: T.String({ maxLength: 20, description: 'before digits: a cancellation; empty: never' }),
  adjust_prefix: T.String({ maxLength: 20 }),
  product_pattern: Nullable(
    T.String({ minLength: 1, maxLength: 200, description: 'codes that match are goods, others charges' }),
  ),
  charge_codes: Codes,
  discount_codes: Codes,
  adjustment_codes: Codes,
  date_system: oneOf('1900', '1904'),
  value_maps: T.Unsafe<ValueMaps>(
    T.Partial(
      T.Object(
        Object.fromEntries(
          [...new Set(kinds.flatMap((kind) => targetsOf[kind]))].map((target) => [
            target,
            T.Record(T.String({ maxLength: 200 }), T.String({ maxLength: 200 }), { maxProperties: 500 }),
          ]),
        ),
      ),
      {
        additionalProperties: false,
        description: 'words of the file → ours, per target: { market_roles: { "是": "supplier", "否": "" } }',
      },
    ),
  ),
})

/** How the bytes become a table; null: as the file itself tells. */
export const Layout = T.Object({
  encoding: Nullable(oneOf(...encodings)),
  delimiter: Nullable(T.String({ pattern: '^[^"\\r\\n]$' })),
  has_header: Nullable(T.Boolean()),
  header_rows: Nullable(
    T.Integer({ minimum: 1, maximum: 2, description: 'of names; two become one name for each column' }),
  ),
  sheet: Nullable(T.String({ maxLength: 200, description: 'of a workbook: the name of the sheet to read' })),
})
export type Layout = Static<typeof Layout>

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
  unit_id: Nullable(Id),
})
export type RunOptions = Static<typeof RunOptions>

export const Guess = T.Object({
  column: T.Integer(),
  target: TargetName,
  confidence: T.Number(),
  why: oneOf('header', 'header_part', 'values', 'remembered'),
})
/** An earlier import whose mapping was taken over. */
export const Remembered = T.Object({
  import_id: T.Integer(),
  source: T.String(),
  at: Instant,
  columns: T.Integer({ description: 'columns that mean what they meant then, by their names' }),
  added: T.Array(T.String(), { description: 'columns that were not there then' }),
  gone: T.Array(T.String(), { description: 'columns that had a meaning then and are not here' }),
})
/** The words of a column that holds only a few, in the first records. */
export const Choices = T.Object({
  column: T.Integer(),
  values: T.Array(T.Object({ value: T.String(), count: T.Integer() })),
})
/** What the file itself tells; filled once the upload is whole. */
export const Detected = T.Object({
  format: oneOf('csv', 'xlsx'),
  sheet: Nullable(T.String()),
  sheets: T.Array(T.Object({ name: T.String(), hidden: T.Boolean() })),
  has_header: T.Boolean(),
  header_rows: T.Integer({ minimum: 0, maximum: 2 }),
  preamble: T.Integer({ description: 'records above the header that are not read' }),
  repeated: T.Array(T.String(), { description: 'names that stand over two columns or more' }),
  unnamed: T.Array(T.Integer(), { description: 'columns that the header has no name for' }),
  remembered: Nullable(Remembered),
  choices: T.Array(Choices),
  encoding: T.String(),
  delimiter: T.String(),
  bom: T.Boolean(),
  gzip: T.Boolean(),
  headers: T.Array(T.String()),
  sample: T.Array(T.Array(T.String()), { description: 'the first records, at most 20' }),
  kind: Kind,
  guesses: T.Array(Guess),
  preset: Nullable(T.String({ description: 'a file known by its header: uci_online_retail' })),
  date_order_certain: T.Boolean({ description: 'false: nothing in the sample tells 3/4 from 4/3' }),
  mends: Nullable(T.Integer({ description: 'the import whose rejected rows this file mends' })),
})
export type Detected = Static<typeof Detected>

/** read = created + updated + unchanged + rejected, always. */
export const Counts = T.Object({
  read: T.Integer(),
  created: T.Integer(),
  updated: T.Integer(),
  unchanged: T.Integer(),
  rejected: T.Integer(),
})
export type Counts = Static<typeof Counts>

/** A decision that was taken for lines of the file; none of them loses a line. */
export const Notice = T.Object({
  code: T.String(),
  message: T.String({ description: 'in the language of the caller' }),
  count: T.Integer(),
  of: oneOf('lines', 'orders', 'parties', 'products'),
  warning: T.Boolean({ description: 'true: worth a look before going on' }),
  base: T.Optional(T.String({ description: 'no_rate, base_adopted: what the company counts in, or will' })),
  was: T.Optional(T.String({ description: 'base_adopted: what it was guessed to count in' })),
  currencies: T.Optional(
    T.Array(T.Object({ currency: T.String(), orders: T.Integer(), first_day: T.String() }), {
      description: 'no_rate: orders whose day no rate covers, and the first such day',
    }),
  ),
})
export type Notice = Static<typeof Notice>

export const ReasonCount = T.Object({
  code: T.String(),
  message: T.String(),
  advice: T.String({ description: 'how to mend it' }),
  lines: T.Integer(),
  first_line: T.Integer(),
  value: T.String({ description: 'what stood there, in the first of them' }),
})

const results = {
  lines: Counts,
  orders: Counts,
  parties: Counts,
  products: Counts,
  sums: T.Object(
    {
      net: T.String({ description: 'Σ quantity × unit price over the lines taken: an exact decimal' }),
      rejected: T.String({ description: 'the same over rejected lines, where both could be read' }),
      by_currency: T.Array(T.Object({ currency: T.String(), net: T.String(), rejected: T.String() })),
    },
    { description: 'of an orders file' },
  ),
  notices: T.Array(Notice),
  reasons: T.Array(ReasonCount, { description: 'of the rejected lines, the most frequent first' }),
  seconds: T.Number(),
  lines_per_s: T.Integer(),
}
export const Report = T.Object({
  ...results,
  rejects_file: T.Optional(T.String({ description: 'command line: where the rejected rows were written' })),
})
export type Report = Static<typeof Report>

export const PreviewChange = T.Object({
  field: T.String({ description: 'a field of the order, party or product; `line` for an added line' }),
  line_no: Nullable(T.Integer({ description: 'the line of the order that it is about' })),
  was: Nullable(T.String()),
  becomes: Nullable(T.String()),
})
export const PreviewItem = T.Object({
  line: T.Integer({ description: 'in the file: the first of its lines' }),
  key: T.String({ description: 'order number, customer id, product code' }),
  party: T.String({ description: 'name of the customer; empty when there is none' }),
  name: T.String({ description: 'of the party or product' }),
  lines: T.Integer({ description: 'how many lines of the file' }),
  amount_minor: Nullable(T.Integer({ description: 'by how much the order’s amount changes' })),
  currency: Nullable(T.String()),
  changes: T.Array(PreviewChange),
})
export type PreviewItem = Static<typeof PreviewItem>

const Reason = T.Object({
  code: T.String(),
  field: Nullable(T.String()),
  value: T.String(),
  message: T.String(),
})
export const Reject = T.Object({
  line: T.Integer({ description: 'where the record begins in the file' }),
  raw: T.String({ description: 'as it was written; cut at 2,000 characters here, never in the file' }),
  reasons: T.Array(Reason),
})
export type Reject = Static<typeof Reject>

const Samples = T.Object({
  created: T.Array(PreviewItem),
  updated: T.Array(PreviewItem),
  unchanged: T.Array(PreviewItem),
})
export const Preview = T.Object({
  ...results,
  orders_sample: Samples,
  parties_sample: Samples,
  products_sample: Samples,
  rejects_sample: T.Array(Reject),
})
export type Preview = Static<typeof Preview>

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
