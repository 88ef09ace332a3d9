import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { House } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { fingerprintOf } from '../../../kernel/seal.ts'
import { type Sink, ZipWriter } from '../../../packages/zip/src/index.ts'
import { FORMAT, KEY, MANIFEST, type Manifest, type Part, PROOF, proofOf, README } from './manifest.ts'
import { readme } from './readme.ts'
import {
  auditMonthsOf,
  leftOut,
  queueSource,
  RESTORE_LOCK,
  type Source,
  sequencesOf,
  sourcesOf,
} from './tables.ts'

export type Taking = {
  with_key?: boolean
  /** how many rows lie in the archive, of about how many */
  onProgress?: (state: { done: number; total: number; table: string }) => void
}

// What makes text the same whoever reads it, on any server.
const SETTINGS = `
set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex';
set extra_float_digits = 3; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`

/**
 * Everything there is at one instant, while the house goes on: one snapshot, table after table, nothing held in
 * memory. PostgreSQL writes the text, zlib's threads deflate it, the sink takes it.
 */
export async function writeArchive(
  house: Pick<House, 'connect' | 'seal_key' | 'config' | 'clock'>,
  sink: Sink,
  { with_key = false, onProgress = () => {} }: Taking = {},
): Promise<{ manifest: Manifest; bytes: number }> {
  const client = await house.connect()
  try {
    await client.query(SETTINGS)
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock_shared($1) as free', [
      RESTORE_LOCK,
    ])
    if (!rows[0]!.free) refuse('backups.restoring', 409)
    await client.query('begin isolation level repeatable read read only')
    const taken_at = house.clock()
    const facts = await factsOf(client)
    const sources = await sourcesOf(client)
    const total = await about(client)
    const zip = new ZipWriter(sink, taken_at)
    await zip.add(README, [Buffer.from(readme(facts.company, taken_at))])
    const tables: Manifest['tables'] = []
    let done = 0
    for (const source of sources) {
      onProgress({ done, total, table: source.name })
      const part = await copyOut(client, zip, source, (rows) =>
        onProgress({ done: done + rows, total, table: source.name }),
      )
      tables.push({ name: source.name, ...part })
      done += part.rows
    }
    const queue = await copyOut(client, zip, queueSource, () => {})
    // After the rows: sequences stand outside the snapshot, and no id in it may be given again.
    const sequences = await sequencesOf(client)
    const manifest: Manifest = {
      format: 'guanxi-backup',
      format_version: FORMAT,
      guanxi: house.config.version,
      ...facts,
      taken_at: taken_at.toISOString(),
      key_fingerprint: fingerprintOf(house.seal_key),
      with_key,
      rows: done + queue.rows,
      tables,
      queue,
      audit_months: await auditMonthsOf(client),
      sequences,
      left_out: Object.keys(leftOut),
    }
    if (with_key) await zip.add(KEY, [house.seal_key])
    const text = `${JSON.stringify(manifest, null, 1)}\n`
    await zip.add(PROOF, [Buffer.from(`${proofOf(text, house.seal_key)}\n`)])
    await zip.add(MANIFEST, [Buffer.from(text)])
    await zip.end()
    return { manifest, bytes: zip.bytes }
  } finally {
    await client.end()
  }
}

async function factsOf(client: pg.ClientBase): Promise<Pick<Manifest, 'schema' | 'postgres' | 'company'>> {
  const { rows: schema } = await client.query<Manifest['schema'][number]>(
    'select number, name, checksum from schema_migration order by number',
  )
  const { rows } = await client.query<{ postgres: string; company: string | null }>(
    `select current_setting('server_version') as postgres, (select value #>> '{}' from setting where key = 'company_name') as company`,
  )
  return { schema, postgres: rows[0]!.postgres.split(' ')[0]!, company: rows[0]!.company ?? '' }
}

/** By the planner's statistics: for the bar only. */
async function about(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as n from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  )
  return Number(rows[0]!.n)
}

const TELL_MS = 300
const NEWLINE = 10

async function copyOut(
  client: pg.ClientBase,
  zip: ZipWriter,
  { file, columns, sql, large }: Source,
  onRows: (rows: number) => void,
): Promise<Part> {
  const stream = client.query(
    copyTo(`copy (${sql}) to stdout (format csv, header true)`, { highWaterMark: 1 << 20 }),
  )
  // A connection that was lost already says so at once, and nobody reads yet: unheard, that would end the process.
  stream.on('error', (error) => stream.destroy(error))
  let told = Date.now()
  let seen = 0
  async function* told_on_the_way() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (Date.now() - told > TELL_MS) {
        told = Date.now()
        onRows(seen)
      }
      // A guess from this piece's density: the true count comes with the end.
      seen += Math.round(chunk.length / lineLength(chunk))
      yield chunk
    }
  }
  const { size, sha256 } = await zip.add(file, told_on_the_way(), { large })
  return { file, columns, rows: stream.rowCount, size, sha256 }
}

const lineLength = (chunk: Buffer): number => {
  const end = chunk.indexOf(NEWLINE)
  return end < 0 ? chunk.length : end + 1
}
