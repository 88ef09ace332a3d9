import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, terminalLocale } from '../kernel/config.ts'
import type { House, Log } from '../kernel/ctx.ts'
import { connectAlone, databaseOf, Ids, openPool, Reader } from '../kernel/db.ts'
import { grantApp, migrate, readMigrations } from '../kernel/migrate.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { makeHome } from '../kernel/postgres/place.ts'
import { type Params, type Phrase, phrase } from '../kernel/text.ts'
import { migrateJobs } from '../kernel/worker.ts'
import { text } from './text.ts'

export type OpenHouse = House & {
  /** ends connections; the last process of this home to leave stops the embedded PostgreSQL */
  close(): Promise<void>
}

// server_version_num
const OLDEST_POSTGRES = 150_000

export class HouseError extends Error {
  override readonly name = 'HouseError'
}

type Database = { kind: 'embedded' | 'external'; owner: string; app: string; stop(): Promise<void> }

/** Database up, schema current, connections open: what the server, the worker and the command line share. */
export async function openHouse(
  config: Config,
  log: Log,
  clock: () => Date = () => new Date(),
): Promise<OpenHouse> {
  makeHome(config.home)
  const database = await startDatabase(config, log)
  try {
    if (database.kind === 'external') await mustSuit(database.owner)
    await migrate(database.owner, await readMigrations(), clock())
    await migrateJobs(database.owner)
    if (database.app !== database.owner) await grantApp(database.owner, new URL(database.app).username)
    return await connect(config, database, log, clock)
  } catch (error) {
    await database.stop()
    throw database.kind === 'external' ? inWords(error) : error
  }
}

async function startDatabase(config: Config, log: Log): Promise<Database> {
  if (config.databaseUrl)
    return { kind: 'external', owner: config.databaseUrl, app: config.databaseUrl, stop: async () => {} }
  const say = (level: 'debug' | 'info' | 'warn') => (message: string) => log[level]({}, message)
  const server = await startEmbedded({
    home: config.home,
    log: { debug: say('debug'), info: say('debug'), warn: say('warn') },
  })
  return { kind: 'embedded', owner: server.urls.owner, app: server.urls.app, stop: () => server.stop() }
}

const houseError = (p: Phrase, params: Params) => new HouseError(phrase(p, terminalLocale(), params))

/** Before anything is written there. */
async function mustSuit(url: string): Promise<void> {
  const client = await connectAlone({ url, name: 'guanxi' }).catch((error: Error & { code?: string }) => {
    throw inWords(error.code ? error : Object.assign(error, { code: 'ECONNREFUSED' }))
  })
  try {
    const { rows } = await client.query<{ number: string; version: string; encoding: string }>(
      `select current_setting('server_version_num') as number, current_setting('server_version') as version,
              current_setting('server_encoding') as encoding`,
    )
    const { number, version, encoding } = rows[0]!
    if (Number(number) < OLDEST_POSTGRES) throw houseError(text.database_old, { version })
    if (encoding !== 'UTF8') throw houseError(text.database_encoding, { encoding })
  } finally {
    await client.end()
  }
}

/** What a person who set DATABASE_URL can do something about, in one line. */
function inWords(error: unknown): unknown {
  const { code = '', message, errors } = error as NodeJS.ErrnoException & { errors?: Error[] }
  const reason = message || errors?.map((one) => one.message).join(', ')
  if (/^28/.test(code)) return houseError(text.database_refuses, { reason })
  if (code === '3D000') return houseError(text.database_missing, { reason })
  if (code === '42501') return houseError(text.database_rights, { reason })
  return /^(E[A-Z_]+|53300|57P03)$/.test(code) ? houseError(text.database_away, { reason }) : error
}

async function connect(config: Config, database: Database, log: Log, clock: () => Date): Promise<OpenHouse> {
  const pool = openPool({ url: database.app, name: 'guanxi', max: 12 }, (error) =>
    log.warn({ error: error.message }, 'a database connection was lost'),
  )
  const reader = new Reader({ url: database.app, name: 'guanxi reader', max: 2 })
  const { rows } = await pool.query<{ server_version: string }>('show server_version')
  const { server_version } = rows[0]!
  return {
    config,
    pool,
    reader,
    clock,
    log,
    database: { kind: database.kind, version: server_version.split(' ')[0]! },
    ids: new Ids(pool),
    connect: () => connectAlone({ url: database.app, name: 'guanxi bulk' }),
    connectOwner: (name) => connectAlone({ url: databaseOf(database.owner, name), name: 'guanxi owner' }),
    seal_key: await sealKey(config.home),
    close: async () => {
      await reader.end()
      await pool.end()
      await database.stop()
    },
  }
}

/** Kept outside the database, so that who can rewrite rows cannot also reseal them. Several machines share one copy. */
async function sealKey(home: string): Promise<Buffer> {
  const path = join(home, 'seal.key')
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(randomBytes(32))
    await file.sync()
    await file.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = await readFile(path)
  if (key.length !== 32) throw houseError(text.key_bad, { path })
  return key
}
