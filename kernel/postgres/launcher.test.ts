import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client as PgClient } from 'pg'
import { type DatabaseUrls, type EmbeddedServer, findServer, LaunchError, startEmbedded } from './index.ts'

const { Client } = createRequire(import.meta.url)('pg') as { Client: new (url: string) => PgClient }
const said: string[] = []
const note = (message: string) => said.push(message)
const log = { debug: note, info: note, warn: note }
const root = realpathSync(mkdtempSync(join(tmpdir(), 'guanxi-launch-')))
chmodSync(root, 0o755)
after(() => rmSync(root, { recursive: true, force: true }))

const start = (home: string, settings: Record<string, string> = {}) => startEmbedded({ home, log, settings })
async function ask<T>(url: string, sql: string): Promise<T> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return Object.values((await client.query<Record<string, T>>(sql)).rows[0] ?? {})[0] as T
  } finally {
    await client.end()
  }
}

type Other = {
  process: ChildProcess
  pid: number
  reattached: boolean
  urls: DatabaseUrls
  leave(): Promise<void>
}
/** Another Guanxi process on the same home. */
async function other(home: string): Promise<Other> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.child.ts'), home], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const leave = async () => {
    child.stdin.end()
    await once(child, 'exit')
  }
  return { process: child, leave, ...(JSON.parse(line) as Pick<Other, 'pid' | 'reattached' | 'urls'>) }
}
async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
const alive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

const home = join(root, 'home')
let server: EmbeddedServer

test('a first start makes a database with an owner without superuser rights and an app without DDL', async () => {
  server = await start(home)
  assert.equal(server.reattached, false)
  assert.match(server.version, /^18\.\d/)
  assert.equal(statSync(join(home, 'postgres.json')).mode & 0o777, 0o600)
  const { owner, app } = server.urls
  await ask(owner, 'create extension pg_trgm')
  await ask(owner, 'create table kept (n int)')
  await ask(owner, 'grant insert, select on kept to guanxi_app')
  assert.equal(await ask(owner, 'select rolsuper from pg_roles where rolname = current_user'), false)
  assert.equal(await ask(app, 'create temporary table t (n int)'), undefined)
  await assert.rejects(ask(app, 'create table forbidden (n int)'), /permission denied/)
  await assert.rejects(
    ask(app.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1'),
    /password authentication failed/,
  )
})

test('it keeps what it acknowledged, hears no network, and sees Chinese letters as letters', async () => {
  const { owner } = server.urls
  for (const [setting, value] of [
    ['fsync', 'on'],
    ['listen_addresses', ''],
    ['data_checksums', 'on'],
    ['jit', 'off'],
  ])
    assert.equal(await ask(owner, `show ${setting}`), value)
  assert.equal(await ask(owner, "select cardinality(show_trgm('关系管理'))"), 5)
  assert.equal(await ask(owner, "select 'a' < 'B'"), false, 'text sorts by bytes')
})

test('a stopped server is gone and a warm start has its data', async () => {
  await ask(server.urls.app, 'insert into kept values (1)')
  assert.deepEqual(await findServer(home), server.urls)
  await server.stop()
  assert.equal(alive(server.pid), false)
  assert.equal(await findServer(home), null)
  server = await start(home, { work_mem: '7MB' })
  assert.equal(await ask(server.urls.app, 'select count(*)::int from kept'), 1)
  assert.equal(await ask(server.urls.app, 'show work_mem'), '7MB')
  await server.stop()
})

test('kill -9 of Guanxi leaves a server that the next start joins', async () => {
  const first = await other(home)
  await killed(first.process)
  server = await start(home)
  assert.equal(server.reattached, true)
  assert.equal(server.pid, first.pid)
  await server.stop()
  assert.equal(alive(first.pid), false)
})

test('kill -9 of Guanxi and PostgreSQL loses no acknowledged write', async () => {
  const first = await other(home)
  await ask(first.urls.app, 'insert into kept values (2)')
  process.kill(first.pid, 'SIGKILL')
  await killed(first.process)
  server = await start(home)
  assert.notEqual(server.pid, first.pid)
  assert.equal(await ask(server.urls.app, 'select max(n) from kept'), 2)
})

test('kill -9 of PostgreSQL alone: a running Guanxi starts it again at the same address', async () => {
  const { pid, urls } = server
  process.kill(pid, 'SIGKILL')
  while (server.pid === pid) await sleep(20)
  assert.deepEqual(server.urls, urls)
  assert.equal(await ask(server.urls.app, 'select max(n) from kept'), 2)
  await server.stop()
})

test('a stale postmaster.pid whose number another process has by now does not stop a start', async () => {
  const data = join(home, 'postgres/data')
  const { uid, gid } = statSync(data)
  const stranger = spawn('/bin/sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
  writeFileSync(
    join(data, 'postmaster.pid'),
    `${stranger.pid}\n${data}\n1700000000\n5432\n${home}/postgres/run\n\n  1 1\nready   \n`,
  )
  server = await start(home)
  assert.equal(server.reattached, false)
  assert.equal(await ask(server.urls.app, 'select max(n) from kept'), 2)
  assert.equal(alive(stranger.pid!), true)
  stranger.kill()
})

test('the last Guanxi process to leave stops PostgreSQL, an earlier one does not', async () => {
  const beside = await other(home)
  assert.equal(beside.reattached, true)
  await server.stop()
  assert.equal(await ask(beside.urls.app, 'select 1'), 1)
  await beside.leave()
  assert.equal(alive(beside.pid), false)
})

test('lost passwords are made anew, the data stays', async () => {
  const before = server.urls
  rmSync(join(home, 'postgres.json'))
  server = await start(home)
  assert.notEqual(server.urls.app, before.app)
  assert.equal(await ask(server.urls.app, 'select max(n) from kept'), 2)
  await assert.rejects(ask(before.app, 'select 1'), /password authentication failed/)
  await server.stop()
})

test("another major version's data is refused with the way out, and left as it is", async () => {
  const file = join(home, 'postgres/data/PG_VERSION')
  writeFileSync(file, '17\n')
  await assert.rejects(start(home), (error) => {
    assert.ok(error instanceof LaunchError)
    assert.match(error.message, /PostgreSQL 17/)
    assert.match(error.message, /DATABASE_URL/)
    return !error.message.includes('\n')
  })
  writeFileSync(file, '18\n')
})

test('a data folder that vanished is not replaced by an empty one', async () => {
  rmSync(join(home, 'postgres'), { recursive: true })
  await assert.rejects(
    start(home),
    (error) => error instanceof LaunchError && /postgres\.json/.test(error.message),
  )
})

test('two first starts at once make one database and share it', async () => {
  const both = join(root, 'both')
  const [a, b] = await Promise.all([other(both), other(both)])
  assert.equal(a.pid, b.pid)
  assert.deepEqual([a.reattached, b.reattached].sort(), [false, true])
  assert.deepEqual(a.urls, b.urls)
  await a.leave()
  assert.equal(await ask(b.urls.app, 'select 1'), 1)
  await b.leave()
  assert.equal(alive(b.pid), false)
})

test('a first start that was cut off in the middle is begun again', async () => {
  const cut = join(root, 'cut')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.child.ts'), cut], {
    stdio: 'ignore',
  })
  const under = join(cut, 'postgres')
  const begun = () => existsSync(under) && readdirSync(under).some((name) => name.startsWith('init-'))
  while (!begun()) await sleep(5)
  await sleep(150)
  await killed(child)
  assert.equal(existsSync(join(under, 'data')), false, 'cut before the folder was whole')
  const again = await startEmbedded({ home: cut, log, fsync: false })
  assert.equal(await ask(again.urls.app, 'select 1'), 1)
  await again.stop()
  // An orphan that was only just born makes its folder once more; the next start takes that too.
  await sleep(1000)
  await (await startEmbedded({ home: cut, log, fsync: false })).stop()
  assert.deepEqual(
    readdirSync(under).filter((name) => name.startsWith('init-')),
    [],
  )
})

test('a path with spaces, quotes and Chinese, too long for a Unix socket, is served on the loopback', async () => {
  const long = join(root, "it's 客户 关系 data".padEnd(90, ' x'))
  const far = await startEmbedded({ home: long, log, fsync: false })
  assert.match(far.urls.app, /@127\.0\.0\.1:\d+\/guanxi$/)
  assert.equal(await ask(far.urls.owner, 'show listen_addresses'), '127.0.0.1')
  const { pid, urls } = far
  process.kill(pid, 'SIGKILL')
  while (far.pid === pid) await sleep(20)
  assert.deepEqual(far.urls, urls)
  await far.stop()
})
