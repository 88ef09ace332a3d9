import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import { bagOf } from './bag.ts'
import type { Manifest, Part } from './manifest.ts'
import type { Archive } from './read.ts'

export type OnBytes = (bytes: number, table: string) => void

const quoted = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ')

/** Rows as they lie in the archive into the tables that this transaction made: frozen, so nobody visits them again. */
export async function loadTables(client: pg.ClientBase, archive: Archive, onBytes: OnBytes): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'p'`,
  )
  const parted = new Set(rows.map((row) => row.name))
  for (const table of archive.manifest.tables) {
    const freeze = parted.has(table.name) ? '' : ', freeze true'
    const sql = `copy "${table.name}" (${quoted(table.columns)}) from stdin (format csv, header match${freeze})`
    await copyIn(client, archive, table, table.name, sql, onBytes)
  }
}

async function copyIn(
  client: pg.ClientBase,
  archive: Archive,
  part: Part,
  name: string,
  sql: string,
  onBytes: OnBytes,
): Promise<void> {
  const stream = client.query(copyFrom(sql))
  async function* counted() {
    for await (const chunk of archive.read(part)) {
      onBytes(chunk.length, name)
      yield chunk
    }
  }
  try {
    await pipeline(Readable.from(counted(), { highWaterMark: 2 }), stream)
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof pg.DatabaseError)) throw error
    // 53100: the disk is full. Class 22 and 23: what stands there is no row of this table.
    if (error.code === '53100') refuse('backups.disk_full', 507)
    if (error.code && /^(22|23)/.test(error.code)) refuse('backups.damaged', 422, { entry: part.file })
    throw error
  }
  if (stream.rowCount !== part.rows) refuse('backups.tampered', 422, { entry: part.file })
}

/** Read to its end, so that it is proven, and left aside. */
export async function skip(archive: Archive, part: Part, onBytes: OnBytes): Promise<void> {
  for await (const chunk of archive.read(part)) onBytes(chunk.length, 'queue')
}

/** Jobs that were open then are queued anew; those that are queued now belong to rows that are gone. */
export async function loadQueue(client: pg.ClientBase, archive: Archive, onBytes: OnBytes): Promise<void> {
  await client.query(`
    create temp table restored_queue (identifier text, payload json, queue_name text, run_at timestamptz, priority integer,
      max_attempts integer, attempts integer, key text) on commit drop`)
  const sql = `copy restored_queue (${quoted(archive.manifest.queue.columns)}) from stdin (format csv, header match)`
  await copyIn(client, archive, archive.manifest.queue, 'queue', sql, onBytes)
  await client.query('delete from graphile_worker._private_jobs')
  await client.query('delete from graphile_worker._private_job_queues')
  await client.query(
    `select graphile_worker.add_job(identifier, payload, queue_name, run_at, max_attempts, key, priority) from restored_queue`,
  )
}

// Drawn by others between our look and the drop of the sequence: each process takes them by the hundred.
const AHEAD = 10_000n

/** No id is given twice: neither one of the archive, nor one that a running process has taken ahead. */
export async function setSequences(
  client: pg.ClientBase,
  sequences: Manifest['sequences'],
  before: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { name, last_value, is_called } of sequences) {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      `public."${name}"`,
    ])
    if (!rows[0]!.there) refuse('backups.tables_differ', 422, { table: name })
    const ahead = BigInt(before.get(name) ?? '0') > BigInt(last_value)
    await client.query('select setval($1, $2::bigint, $3)', [
      `public."${name}"`,
      ahead ? String(BigInt(before.get(name)!) + AHEAD) : last_value,
      ahead || is_called,
    ])
  }
}

export type Difference = { table: string; rows: number; wanted_rows: number; same: boolean }

/** Reads every table back and compares: row for row what the archive's text is, byte for byte; in its order, or in another. */
export async function compare(client: pg.ClientBase, archive: Archive): Promise<Difference[]> {
  await client.query('set local max_parallel_workers_per_gather = 0; set local synchronize_seqscans = off')
  const wrong: Difference[] = []
  for (const table of archive.manifest.tables) {
    const hash = createHash('sha256')
    const stream = readBack(client, table)
    for await (const chunk of stream) hash.update(chunk)
    const { rowCount } = stream
    const same =
      hash.digest('hex') === table.sha256 ||
      (rowCount === table.rows &&
        (await bagOf(readBack(client, table))) === (await bagOf(archive.read(table))))
    if (!same || rowCount !== table.rows)
      wrong.push({ table: table.name, rows: rowCount, wanted_rows: table.rows, same })
  }
  return wrong
}

const readBack = (client: pg.ClientBase, { columns, name }: Manifest['tables'][number]) =>
  client.query(
    copyTo(`copy (select ${quoted(columns)} from "${name}") to stdout (format csv, header true)`, {
      highWaterMark: 1 << 20,
    }),
  )
