import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Static, Type as T } from 'typebox'
import { refuse } from '../../../kernel/refuse.ts'
import { compilers } from '../../../kernel/validate.ts'

/** Raised when an older Guanxi could no longer read what a newer one writes. */
export const FORMAT = 1
export const MANIFEST = 'manifest.json'
export const PROOF = 'manifest.mac'
export const README = 'README.txt'
export const KEY = 'seal.key'
/** The queue is another program's schema: its open jobs go as a list, not as its tables. */
export const QUEUE = 'queue.csv'
export const fileOf = (table: string): string => `tables/${table}.csv`

const Name = T.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' })
const Size = T.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Part = {
  file: T.String({ pattern: '^[a-z0-9_]+(/[a-z0-9_]+)?\\.csv$', maxLength: 100 }),
  columns: T.Array(Name, { minItems: 1, maxItems: 500 }),
  rows: Size,
  size: Size,
  sha256: T.String({ pattern: '^[0-9a-f]{64}$' }),
}
export const Manifest = T.Object({
  format: T.Literal('guanxi-backup'),
  format_version: T.Integer({ minimum: 1 }),
  guanxi: T.String({ maxLength: 50 }),
  company: T.String({ maxLength: 500 }),
  taken_at: T.String({ format: 'date-time' }),
  postgres: T.String({ maxLength: 50 }),
  schema: T.Array(
    T.Object({
      number: T.Integer({ minimum: 1, maximum: 9999 }),
      name: T.String({ maxLength: 200 }),
      checksum: T.String({ maxLength: 64 }),
    }),
    { minItems: 1, maxItems: 9999 },
  ),
  /** of seal.key, which is not in here unless asked for */
  key_fingerprint: T.String({ maxLength: 64 }),
  with_key: T.Boolean(),
  rows: Size,
  tables: T.Array(T.Object({ name: Name, ...Part }), { minItems: 1, maxItems: 1000 }),
  queue: T.Object(Part),
  /** months of the audit that have a partition of their own */
  audit_months: T.Array(T.String({ pattern: '^audit_\\d{4}_\\d{2}$' }), { maxItems: 10_000 }),
  sequences: T.Array(
    T.Object({ name: Name, last_value: T.String({ pattern: '^\\d{1,19}$' }), is_called: T.Boolean() }),
    {
      maxItems: 1000,
    },
  ),
  /** tables whose rows are not in here */
  left_out: T.Array(Name, { maxItems: 1000 }),
})
export type Manifest = Static<typeof Manifest>
export type Part = Manifest['queue']

const check = compilers().validator({ schema: Manifest, httpPart: 'body' })

export function readManifest(text: string): Manifest {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return refuse('backups.damaged', 422, { entry: MANIFEST })
  }
  const { format, format_version } = (said ?? {}) as { format?: unknown; format_version?: unknown }
  if (format !== 'guanxi-backup') refuse('backups.foreign', 422)
  if (typeof format_version === 'number' && format_version > FORMAT) refuse('backups.newer_format', 422)
  if ('error' in check(said)) refuse('backups.damaged', 422, { entry: MANIFEST })
  return said as Manifest
}

/** Proves that who wrote the manifest holds the house's seal key. */
export const proofOf = (text: string, key: Buffer): string =>
  createHmac('sha256', key).update('guanxi-backup').update(text).digest('hex')
export function isProven(text: string, key: Buffer, proof: string): boolean {
  const [ours, theirs] = [Buffer.from(proofOf(text, key)), Buffer.from(proof.trim())]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
