import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { record, writeRecords } from '../../../kernel/audit.ts'
import { type Actor, type Ctx, type House, systemCtx } from '../../../kernel/ctx.ts'
import { Ids } from '../../../kernel/db.ts'
import { applyAll, auditMonths, grantAll, SCHEMA_LOCK } from '../../../kernel/migrate.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { growRoles, rolesAreBehind } from '../../access/company.ts'
import { lockAccess } from '../../access/permissions.ts'
import { freeBytes, mb } from './file.ts'
import { compare, type Difference, loadQueue, loadTables, setSequences, skip } from './load.ts'
import type { Archive } from './read.ts'
import { dropOurs, makeMonths, migrationsFor, mustAgree, strip } from './schema.ts'
import { RESTORE_LOCK, sequencesOf } from './tables.ts'

export type Phase = 'rows' | 'indexes' | 'comparing' | 'finishing'
export type RestoreState = { phase: Phase; done: number; total: number; what: string }
/** What modules have to say before everything is replaced, and once the rows are back. */
export type Hooks = {
  before: readonly ((ctx: Ctx) => Promise<void>)[]
  after: readonly ((ctx: Ctx, taken_at: Date) => Promise<void>)[]
}
export type Restoring = {
  /** which of the server's databases; the house's own unless said */
  database?: string
  /** without it, only a house in which nothing is */
  replace?: boolean
  /** reads every table back and compares */
  compared?: boolean
  /** nothing but the archive: no record of the restore, no kept machine tables (a restore check) */
  bare?: boolean
  who?: Actor
  hooks?: Hooks
  onState?: (state: RestoreState) => void
}
export type Restored = { rows: number; differences: Difference[]; seconds: number }

const LOCK_WAIT = '60s'
// A backup that a worker was taking when the house was told to rest is given up within this.
const LOCK_MS = 30_000
// More does not build faster; the embedded server has room for it on any machine that Guanxi runs on.
const INDEX_MEMORY = '256MB'

/**
 * The whole restore is one transaction: until its commit everybody sees the house as it was, and a process or a
 * machine that dies leaves it so. Rows go into tables that the same transaction made, bare of indexes, already frozen.
 */
export async function restoreArchive(house: House, archive: Archive, how: Restoring = {}): Promise<Restored> {
  const started = performance.now()
  const { archived, since } = await migrationsFor(archive.manifest)
  await mustHaveRoom(house, archive)
  const client = await house.connectOwner(how.database)
  try {
    await lock(client)
    if (!how.replace) await mustBeEmpty(client)
    // Asked before anything is locked: the pool may be full of those who wait for us.
    const app = (await house.pool.query<{ app: string }>('select current_user as app')).rows[0]!.app
    await client.query('begin')
    await tune(client)
    const before = await whatStays(client)
    const ctx = ctxOf(client, house, how)
    if (!how.bare) for (const work of how.hooks?.before ?? []) await work(ctx)
    await dropOurs(client)
    await applyAll(client, archived, house.clock())
    const differences = await fill(client, archive, how)
    await setSequences(client, archive.manifest.sequences, before.sequences)
    how.onState?.({ phase: 'finishing', done: 0, total: 1, what: '' })
    await applyAll(client, since, house.clock())
    await auditMonths(client, house.clock())
    if (before.backups) await client.query('insert into backup select * from kept_backup')
    if (!how.bare) await afterwards(ctxOf(client, house, how), archive, how)
    // Who works in the house's database lost its rights with the tables that went.
    if (!how.bare && app !== client.user) await grantAll(client, app)
    await client.query('analyze')
    await client.query('commit')
    return { rows: archive.manifest.rows, differences, seconds: (performance.now() - started) / 1000 }
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '55P03') refuse('backups.busy', 409)
    if (error instanceof pg.DatabaseError && error.code === '53100') refuse('backups.disk_full', 507)
    throw error
  } finally {
    await client.end()
  }
}

// A table with its indexes and the log of both, against its text.
const ON_DISK = 3

/** The new stands beside the old until the commit. Of another machine's disk nothing is known here. */
async function mustHaveRoom(house: House, { manifest }: Archive): Promise<void> {
  if (house.database.kind !== 'embedded') return
  const wanted = manifest.tables.reduce((sum, { size }) => sum + size, 0) * ON_DISK
  const free = await freeBytes(house.config.home)
  if (free < wanted) refuse('backups.no_room_back', 507, { free_mb: mb(free), wanted_mb: mb(wanted) })
}

async function tune(client: pg.Client): Promise<void> {
  await client.query(
    `set local lock_timeout = '${LOCK_WAIT}'; set local maintenance_work_mem = '${INDEX_MEMORY}'; set local synchronous_commit = on;
     set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local client_encoding = 'UTF8'; set local statement_timeout = 0`,
  )
  // Measured on index builds: pglz takes 5 s of CPU for 40 MB of log saved, per two million rows.
  const { rows } = await client.query<{ may: boolean }>(
    `select has_parameter_privilege('wal_compression', 'set') as may`,
  )
  if (rows[0]!.may) await client.query('set local wal_compression = off')
}

/** One restore at a time, and no start of Guanxi migrates beside it. */
async function lock(client: pg.Client): Promise<void> {
  for (const since = Date.now(); ; await sleep(200)) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
      RESTORE_LOCK,
    ])
    if (rows[0]!.mine) break
    if (Date.now() - since > LOCK_MS) refuse('backups.restoring', 409)
  }
  await client.query('select pg_advisory_lock($1)', [SCHEMA_LOCK])
}

/** What a person or a program made; the roles and settings that a first command founds are not it. */
async function mustBeEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = any($1)`,
    [['app_user', 'api_key', 'party', 'product', 'orders', 'import']],
  )
  for (const { name } of rows) {
    const found = await client.query(`select from "${name}" limit 1`)
    if (found.rowCount) refuse('backups.not_empty', 409)
  }
}

/** The list of backups, for their files stay; and how far ids have been given, for running processes hold some. */
async function whatStays(client: pg.Client): Promise<{ backups: boolean; sequences: Map<string, string> }> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('public.backup') is not null as there`,
  )
  const backups = rows[0]!.there
  if (backups) await client.query('create temp table kept_backup on commit drop as table backup')
  const sequences = await sequencesOf(client)
  return { backups, sequences: new Map(sequences.map(({ name, last_value }) => [name, last_value])) }
}

async function fill(client: pg.Client, archive: Archive, how: Restoring): Promise<Difference[]> {
  const { manifest } = archive
  const tell = how.onState ?? (() => {})
  await makeMonths(client, manifest.audit_months)
  await mustAgree(client, manifest)
  const bare = await strip(
    client,
    manifest.tables.map(({ name }) => name),
  )
  const total = [...manifest.tables, manifest.queue].reduce((sum, { size }) => sum + size, 0)
  let done = 0
  const onBytes = (bytes: number, what: string) => {
    done += bytes
    tell({ phase: 'rows', done, total, what })
  }
  await loadTables(client, archive, onBytes)
  if (how.bare) await skip(archive, manifest.queue, onBytes)
  else await loadQueue(client, archive, onBytes)
  if (how.compared) tell({ phase: 'comparing', done: 0, total: 1, what: '' })
  const differences = how.compared ? await compare(client, archive) : []
  const builds = [...bare.constraints, ...bare.indexes, ...bare.foreign]
  for (const [i, sql] of builds.entries()) {
    tell({ phase: 'indexes', done: i, total: builds.length, what: '' })
    await client.query(sql)
  }
  return differences
}

/** Of modules that take part in the restore. */
function ctxOf(client: pg.Client, house: House, how: Restoring): Ctx {
  const tx = Object.assign(client, { release: () => {} })
  // Whoever reads beside the transaction reads in it: outside, its own locks would hold them up for ever.
  const reader: House['reader'] = {
    query: async <R extends pg.QueryResultRow>(asked: pg.QueryConfig) => (await client.query<R>(asked)).rows,
    end: async () => {},
  }
  const own: House = { ...house, reader, ids: new Ids(client) }
  return { ...systemCtx(own, how.who ? { who: how.who } : {}), tx, recorded: [] }
}

async function afterwards(ctx: Ctx, archive: Archive, how: Restoring): Promise<void> {
  const taken_at = new Date(archive.manifest.taken_at)
  for (const work of how.hooks?.after ?? []) await work(ctx, taken_at)
  if (await rolesAreBehind(ctx)) {
    await lockAccess(ctx)
    await growRoles(ctx)
  }
  await record(ctx, {
    action: 'backups.restored',
    subject: 'backup',
    subject_id: 0,
    was: { taken_at: archive.manifest.taken_at, company: archive.manifest.company },
    event: false,
  })
  await writeRecords(ctx)
}
