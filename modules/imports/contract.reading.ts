import { type Static, Type as T } from 'typebox'
import { Instant, Nullable, oneOf } from '../../kernel/route.ts'
import { encodings } from './reader/encodings.ts'
import { CUSTOM_TARGET, kinds, type Target, targetsOf, type ValueMaps } from './targets.ts'

// How a file is read: what it tells by itself, and what somebody says about it.

export const Kind = oneOf(...kinds)
export const TargetName = T.Unsafe<Target>({
  anyOf: [
    { enum: [...new Set(kinds.flatMap((kind) => targetsOf[kind]))] },
    { type: 'string', pattern: CUSTOM_TARGET, description: 'a custom field of parties' },
  ],
})
export const Source = T.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^\\S(.*\\S)?$',
  description: 'the system that the file comes from: ids and numbers are one thing under it',
})
export const FileName = T.String({ minLength: 1, maxLength: 255 })
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
        patternProperties: {
          [CUSTOM_TARGET]: T.Record(T.String({ maxLength: 200 }), T.String({ maxLength: 200 }), {
            maxProperties: 500,
          }),
        },
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
