import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound } from '../../kernel/refuse.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { type Phrase, phrase, type Words } from '../../kernel/text.ts'
import { kernelWords } from '../../kernel/words.ts'
import { text as jobWords } from '../jobs/text.ts'
import type { Manifest } from './archive/manifest.ts'
import type { Backup, Check } from './contract.ts'
import { text } from './text.ts'

export type SavedError = { code: string; details: Record<string, unknown> }
export type SavedCheck = Omit<Check, 'error' | 'at' | 'ok'> & { error: SavedError | null; at: string }
export type Stored = {
  backup_id: number
  file: string
  origin: Backup['origin']
  state: Backup['state']
  bytes: number
  rows: number
  taken_at: string | null
  company: string
  guanxi: string
  schema_version: number
  postgres: string
  key_fingerprint: string | null
  with_key: boolean
  error: SavedError | null
  run_id: number | null
  created_by: number | null
  created_by_name: string | null
  created_at: string
  finished_at: string | null
  verified: boolean | null
  verification: SavedCheck | null
}
const selectText = `
select b.backup_id, b.file, b.origin, b.state, b.bytes, b.rows, b.taken_at, b.company, b.guanxi, b.schema_version, b.postgres,
  b.key_fingerprint, b.with_key, b.error, b.run_id, b.created_by, u.name as created_by_name, b.created_at, b.finished_at,
  b.verified, b.verification
from backup b left join app_user u on u.user_id = b.created_by`

export async function pageOf(
  ctx: Ctx,
  cursor: string | undefined,
  limit: number,
): Promise<{ rows: Stored[]; next: string | null }> {
  const after = cursor ? decodeCursor(cursor, ['string', 'number']) : null
  const rows = await planned<Stored>(
    ctx,
    `${selectText} where $1::timestamptz is null or (b.created_at, b.backup_id) < ($1, $2::bigint)
     order by b.created_at desc, b.backup_id desc limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  )
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { rows: rows.slice(0, limit), next: last ? encodeCursor([last.created_at, last.backup_id]) : null }
}

export async function loadBackup(ctx: Ctx, backup_id: number): Promise<Stored> {
  const [row] = await planned<Stored>(ctx, `${selectText} where b.backup_id = $1`, [backup_id])
  return row ?? notFound()
}
export const findBackup = async (ctx: Ctx, backup_id: number): Promise<Stored | undefined> =>
  (await planned<Stored>(ctx, `${selectText} where b.backup_id = $1`, [backup_id]))[0]
export const newestDone = async (ctx: Ctx): Promise<Stored | undefined> =>
  (
    await planned<Stored>(
      ctx,
      `${selectText} where b.state = 'done' order by b.taken_at desc nulls last, b.backup_id desc limit 1`,
      [],
    )
  )[0]
export const nightlies = (ctx: Ctx): Promise<Stored[]> =>
  planned<Stored>(ctx, `${selectText} where b.origin = 'nightly' order by b.created_at desc`, [])

type Fields = Partial<
  Pick<
    Stored,
    | 'state'
    | 'bytes'
    | 'rows'
    | 'company'
    | 'guanxi'
    | 'schema_version'
    | 'postgres'
    | 'key_fingerprint'
    | 'with_key'
    | 'run_id'
    | 'created_by'
    | 'verified'
  > & {
    taken_at: string
    error: SavedError | null
    finished_at: Date
    verified_at: Date | null
    verification: SavedCheck
  }
>
const json = new Set(['error', 'verification'])
const given = (fields: Fields): [names: string[], values: unknown[]] => {
  const entries = Object.entries(fields)
  return [
    entries.map(([name]) => name),
    entries.map(([name, value]) => (json.has(name) && value !== null ? JSON.stringify(value) : value)),
  ]
}

export async function insertBackup(
  ctx: Ctx,
  {
    file,
    origin,
    backup_id,
    ...fields
  }: Fields & { file: string; origin: Backup['origin']; backup_id?: number },
): Promise<number> {
  const id = backup_id ?? (await ctx.house.ids.next())
  const [names, values] = given(fields)
  const all = ['backup_id', 'file', 'origin', 'created_at', ...names]
  await planned(
    ctx,
    `insert into backup (${all.join(', ')}) values (${all.map((_, i) => `$${i + 1}`).join(', ')}) on conflict (file) do nothing`,
    [id, file, origin, ctx.now, ...values],
  )
  return id
}

export async function setBackup(ctx: Ctx, backup_id: number, fields: Fields): Promise<void> {
  const [names, values] = given(fields)
  await planned(
    ctx,
    `update backup set ${names.map((name, i) => `${name} = $${i + 2}`).join(', ')} where backup_id = $1`,
    [backup_id, ...values],
  )
}

export const factsOf = (manifest: Manifest, bytes: number) => ({
  bytes,
  rows: manifest.rows,
  taken_at: manifest.taken_at,
  company: manifest.company,
  guanxi: manifest.guanxi,
  schema_version: Math.max(...manifest.schema.map(({ number }) => number)),
  postgres: manifest.postgres,
  key_fingerprint: manifest.key_fingerprint,
  with_key: manifest.with_key,
})

// What a run may end with comes from three places.
const words: Words = Object.assign({}, kernelWords, jobWords, text) as Words
export const phraseOf = ({ code }: { code: string }): Phrase => words[code] ?? text['backups.failed']

export const inWords = (ctx: Ctx, error: SavedError | null): { code: string; message: string } | null => {
  if (!error) return null
  return { code: error.code, message: phrase(phraseOf(error), ctx.locale, error.details) }
}

export function present(ctx: Ctx, row: Stored, there: boolean): Backup {
  const { backup_id, key_fingerprint, created_by, created_by_name, error, verified, verification, ...rest } =
    row
  return {
    ...rest,
    id: backup_id,
    there,
    own_key: key_fingerprint === null ? null : key_fingerprint === fingerprintOf(ctx.house.seal_key),
    error: inWords(ctx, error),
    check: verification && { ...verification, ok: verified, error: inWords(ctx, verification.error) },
    created_by: created_by === null ? null : { id: created_by, name: created_by_name ?? '' },
  }
}
