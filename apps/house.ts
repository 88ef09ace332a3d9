import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../kernel/config.ts'
import type { House, Log } from '../kernel/ctx.ts'
import { connectAlone, Ids, kyselyOfPool, openPool, Reader } from '../kernel/db.ts'
import { grantApp, migrate, readMigrations } from '../kernel/migrate.ts'
import { startEmbedded } from '../kernel/postgres/index.ts'
import { migrateJobs } from '../kernel/worker.ts'

export type OpenHouse = House & {
  /** ends connections; the last process of this home to leave stops the embedded PostgreSQL */
  close(): Promise<void>
}

export class HouseError extends Error {}

type Database = { kind: 'embedded' | 'external'; owner: string; app: string; stop(): Promise<void> }

/** Database up, schema current, connections open: what the server, the worker and the command line share. */
export async function openHouse(
  config: Config,
  log: Log,
  clock: () => Date = () => new Date(),
): Promise<OpenHouse> {
  await mkdir(config.home, { recursive: true, mode: 0o700 })
  const database = await startDatabase(config, log)
  try {
    await migrate(database.owner, await readMigrations(), clock())
    await migrateJobs(database.owner)
    if (database.app !== database.owner) await grantApp(database.owner, new URL(database.app).username)
    return await connect(config, database, log, clock)
  } catch (error) {
    await database.stop()
    throw error
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

async function connect(config: Config, database: Database, log: Log, clock: () => Date): Promise<OpenHouse> {
  const pool = openPool({ url: database.app, name: 'guanxi', max: 12 }, (error) =>
    log.warn({ error: error.message }, 'a database connection was lost'),
  )
  const reader = new Reader({ url: database.app, name: 'guanxi reader', max: 2 })
  const { rows } = await pool.query<{ server_version: string; server_version_num: string }>(
    "select current_setting('server_version') as server_version, current_setting('server_version_num') as server_version_num",
  )
  const { server_version, server_version_num } = rows[0]!
  if (Number(server_version_num) < 150000)
    throw new HouseError(`PostgreSQL ${server_version} is too old: 15 or newer is needed.`)
  return {
    config,
    pool,
    reader,
    clock,
    log,
    database: { kind: database.kind, version: server_version.split(' ')[0]! },
    db: kyselyOfPool(pool),
    ids: new Ids(pool),
    connect: () => connectAlone({ url: database.app, name: 'guanxi bulk' }),
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
  if (key.length !== 32)
    throw new HouseError(`${path} should hold 32 bytes; restore it from where you keep it.`)
  return key
}
