import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { type Client, client, type Transport } from './client.ts'
import type { Config } from './config.ts'
import { type Actor, type Ctx, type House, type RowScope, systemCtx } from './ctx.ts'
import { connectAlone, databaseOf, dropDatabase, Ids, openPool, Reader } from './db.ts'
import { grantApp, migrate, readMigrations } from './migrate.ts'
import { type Module, permissionsOf } from './module.ts'
import { SUPERUSER } from './postgres/cluster.ts'
import { binariesFor, startEmbedded } from './postgres/index.ts'
import { readState } from './postgres/place.ts'
import type { Table } from './route.ts'
import { type Identify, serve } from './serve.ts'
import { migrateJobs } from './worker.ts'

// Real PostgreSQL for tests: one server for all test files of a run, a database per file from a migrated
// template (50 to 120 ms). TEST_POSTGRES=15 runs the same tests on PostgreSQL 15.
const MAJOR = process.env['TEST_POSTGRES'] === '15' ? '15' : '18'
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

export type TestDatabase = {
  owner: string
  app: string
  /** of the server: what a database's administrator may, and Guanxi may not */
  superuser: string
  drop(): Promise<void>
}

export async function testDatabase(now = new Date()): Promise<TestDatabase> {
  const home = join(tmpdir(), `guanxi-test-${process.getuid?.() ?? 0}-${MAJOR}`)
  const binaries = MAJOR === '15' ? binariesFor('15') : undefined
  if (MAJOR === '15' && !binaries)
    throw new Error('TEST_POSTGRES=15 needs PostgreSQL 15: `npm test` installs it')
  const server = await startEmbedded({ home, log: quiet, fsync: false, ...(binaries ? { binaries } : {}) })
  const template = await templateOf(server.urls.owner, now)
  const name = `t_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: server.urls.owner })
  await admin.connect()
  await admin.query(`create database ${name} template ${template}`)
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href
  return {
    owner: at(server.urls.owner),
    app: at(server.urls.app),
    superuser: superuserOf(home, server.urls.owner),
    async drop() {
      try {
        await dropDatabase(admin, name)
      } finally {
        await admin.end()
        await server.stop()
      }
    },
  }
}

const superuserOf = (home: string, owner: string): string => {
  const password = readState(home)!.passwords.superuser
  return Object.assign(new URL(owner), { username: SUPERUSER, password, pathname: '/postgres' }).href
}

async function templateOf(ownerUrl: string, now: Date): Promise<string> {
  const migrations = await readMigrations()
  const { version } = JSON.parse(
    await readFile(new URL('../node_modules/graphile-worker/package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  // What the app's role may do is part of the template too.
  const rights = await readFile(new URL('migrate.ts', import.meta.url), 'utf8')
  const name = `template_${createHash('sha256')
    .update([version, rights, ...migrations.map((m) => m.checksum)].join())
    .digest('hex')
    .slice(0, 12)}`
  const admin = new pg.Client({ connectionString: ownerUrl })
  await admin.connect()
  try {
    await admin.query('select pg_advisory_lock(7261111)')
    const { rows } = await admin.query('select 1 from pg_database where datname = $1', [name])
    if (rows.length > 0) return name
    const building = `${name}_new`
    await dropDatabase(admin, building)
    await admin.query(`create database ${building}`)
    const url = Object.assign(new URL(ownerUrl), { pathname: `/${building}` }).href
    await migrate(url, migrations, now)
    await migrateJobs(url)
    await grantApp(url, 'guanxi_app')
    // Nobody may stay connected to a template: it takes its name when it is whole.
    await admin.query(`alter database ${building} rename to ${name}`)
    return name
  } finally {
    await admin.end()
  }
}

// One per process, gone with it.
const HOME = join(tmpdir(), `guanxi-test-home-${process.pid}-${randomBytes(3).toString('hex')}`)
mkdirSync(HOME)
process.once('exit', () => rmSync(HOME, { recursive: true, force: true }))

export const testConfig = (over: Partial<Config> = {}): Config => ({
  port: 0,
  host: '127.0.0.1',
  home: HOME,
  databaseUrl: undefined,
  role: 'all',
  logLevel: 'silent',
  publicUrl: undefined,
  version: '0.0.0-test',
  ...over,
})

export async function houseOver(
  database: { app: string; owner?: string },
  options: { clock?: () => Date; config?: Config } = {},
): Promise<House & { end(): Promise<void> }> {
  const pool = openPool({ url: database.app, name: 'test', max: 12 }, () => {})
  const reader = new Reader({ url: database.app, name: 'test reader', max: 2 })
  const { rows } = await pool.query<{ server_version: string }>('show server_version')
  return {
    config: options.config ?? testConfig(),
    database: { kind: 'embedded', version: rows[0]!.server_version },
    pool,
    reader,
    ids: new Ids(pool, 100),
    connect: () => connectAlone({ url: database.app, name: 'test alone' }),
    connectOwner: (name) =>
      connectAlone({ url: databaseOf(database.owner ?? database.app, name), name: 'test owner' }),
    seal_key: Buffer.alloc(32, 7),
    clock: options.clock ?? (() => new Date()),
    log: quiet,
    end: async () => {
      await reader.end()
      await pool.end()
    },
  }
}

export type Played = {
  id?: number
  kind?: Actor['kind']
  role?: string
  unit_id?: number
  scope?: RowScope
  grants?: Record<string, RowScope>
  masks?: string[]
  team_units?: number[]
  branch_units?: number[]
}
export type Speaker = {
  actor: Actor
  /** the typed client of a module's route table, speaking as this actor */
  api<R extends Table>(table: R): Client<R>
  send: Transport
}
export type TestHouse = {
  house: House
  app: FastifyInstance
  database: TestDatabase
  /** an actor with the given grants; without `grants`, every permission at `scope` (default all) */
  as(played?: Played): Speaker
  /** a context as a job or the command line has one */
  ctx(over?: Partial<Ctx>): Ctx
  close(): Promise<void>
}

/** The whole house in this process: real server, real database; only who is calling is said by the test. */
export async function testHouse(
  modules: readonly Module[],
  options: { clock?: () => Date; identify?: Identify; config?: Config } = {},
): Promise<TestHouse> {
  const database = await testDatabase()
  const house = await houseOver(database, options)
  const actors = new Map<string, Actor>()
  const played: Identify = async (_house, { headers }) => {
    const who = actors.get(String(headers['x-test-actor']))
    return who ? { who, locale: 'en', zone: 'UTC', csrf: null } : null
  }
  const app = await serve({ house, modules, identify: options.identify ?? played })
  await app.ready()
  const all = permissionsOf(modules)
  return {
    house,
    app,
    database,
    as: (how = {}) => {
      const actor = actorOf(how, all)
      const name = randomBytes(6).toString('hex')
      actors.set(name, actor)
      const send = injecting(app, { 'x-test-actor': name })
      return { actor, send, api: (table) => client(table, send) }
    },
    ctx: (over = {}) => systemCtx(house, over),
    async close() {
      await app.close()
      await house.end()
      await database.drop()
    },
  }
}

function actorOf(how: Played, all: string[]): Actor {
  const grants = how.grants ?? Object.fromEntries(all.map((permission) => [permission, how.scope ?? 'all']))
  const unit_id = how.unit_id ?? 1
  return {
    kind: how.kind ?? 'user',
    id: how.id ?? 1,
    name: 'test',
    role: how.role ?? 'test',
    unit_id,
    grants,
    masks: new Set(how.masks),
    team_units: how.team_units ?? [unit_id],
    branch_units: how.branch_units ?? how.team_units ?? [unit_id],
  }
}

/** A transport without a socket: the same server, the same routing, the same bytes. */
export const injecting =
  (app: FastifyInstance, extra: Record<string, string> = {}): Transport =>
  async ({ method, url, headers, body }) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...headers, ...extra },
      ...(body === undefined ? {} : { payload: body as string | Buffer }),
    })
    const bare = answer.statusCode === 204 || answer.statusCode === 304
    return new Response(bare ? null : new Uint8Array(answer.rawPayload), {
      status: answer.statusCode,
      headers: Object.entries(answer.headers).flatMap(([k, v]) =>
        v === undefined ? [] : [v].flat().map((one) => [k, String(one)] as [string, string]),
      ),
    })
  }
