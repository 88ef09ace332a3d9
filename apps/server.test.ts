import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Running } from '../bench/process.ts'
import { type Answer, overOf, type Place, place, runOf, until } from './testing.ts'

// SIGTERM to a whole Guanxi.
let at: Place
before(async () => {
  at = await place('stop')
})
after(() => at?.end())
const start: Place['start'] = (...how) => at.start(...how)
const ask: Place['ask'] = (...asked) => at.ask(...asked)
const one: Place['one'] = (text, ...values) => at.one(text, ...values)

const refused = (guanxi: Running): Promise<boolean> =>
  ask(guanxi, 'GET', '/parties?limit=1').then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  )
const lines = (n: number, mark: string): string =>
  `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n${Array.from(
    { length: n },
    (_, i) =>
      `${mark}${Math.floor(i / 4)},P${i % 50},Item ${i % 50},${1 + (i % 7)},2024-03-0${1 + (i % 9)} 10:00:00,2.50,C${Math.floor(i / 4) % 300},United Kingdom`,
  ).join('\n')}\n`
const upload = (guanxi: Running, n: number, mark: string): Promise<Answer> =>
  ask(guanxi, 'POST', `/imports/file?kind=orders&source=${mark}&file_name=${mark}.csv&run=true`, {
    body: lines(n, mark),
    type: 'text/csv',
  })

test('SIGTERM: what is being answered is answered, nobody new is let in, and then Guanxi ends well', async () => {
  const guanxi = await start()
  const made = await ask(guanxi, 'POST', '/parties', {
    body: JSON.stringify({ kind: 'organisation', name: 'Slow', roles: [{ role: 'customer' }] }),
  })
  assert.equal(made.status, 201)
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  assert.equal((await ask(guanxi, 'GET', '/parties?limit=1', { agent: kept })).status, 200)
  const holder = new pg.Client({ connectionString: at.database.owner })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select from party where party_id = $1 for update', [made.body['id']])
    const slow = ask(guanxi, 'PATCH', `/parties/${made.body['id']}`, {
      body: JSON.stringify({ name: 'Finished' }),
    })
    await until(async () => (await waiting()) > 0)
    const ended = guanxi.stop()
    await until(() => refused(guanxi))
    await assert.rejects(
      ask(guanxi, 'GET', '/parties?limit=1', { agent: kept }),
      'a kept connection is closed',
    )
    await sleep(500)
    assert.equal(guanxi.child.exitCode, null, 'it waits for the request')
    await holder.query('rollback')
    const answer = await slow
    assert.deepEqual([answer.status, answer.body['name']], [200, 'Finished'])
    assert.equal(await ended, 0, guanxi.complaints())
    assert.equal(guanxi.complaints(), '')
  } finally {
    kept.destroy()
    await holder.end()
  }
  const { name } = await one<{ name: string }>('select name from party where party_id = $1', made.body['id'])
  assert.equal(name, 'Finished')
})

test('SIGTERM: a request that comes behind another on its connection is refused in words', async () => {
  const guanxi = await start()
  const made = await ask(guanxi, 'POST', '/parties', {
    body: JSON.stringify({ kind: 'organisation', name: 'Line' }),
  })
  const holder = new pg.Client({ connectionString: at.database.owner })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select from party where party_id = $1 for update', [made.body['id']])
    const socket = connect(Number(new URL(guanxi.url).port), '127.0.0.1')
    let said = ''
    socket.on('data', (chunk) => (said += chunk))
    const head = `host: x\r\nauthorization: Bearer ${at.key}\r\naccept-language: zh-CN\r\n`
    const body = '{"name":"Answered"}'
    socket.write(
      `PATCH /api/v1/parties/${made.body['id']} HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    await until(async () => (await waiting()) > 0)
    const ended = guanxi.stop()
    await until(() => refused(guanxi))
    socket.write(`GET /api/v1/parties?limit=1 HTTP/1.1\r\n${head}\r\n`)
    await sleep(300)
    await holder.query('rollback')
    assert.equal(await ended, 0, guanxi.complaints())
    const [first = '', second = ''] = said.split(/(?<=.)(?=HTTP\/1\.1 )/s)
    assert.match(first, /^HTTP\/1\.1 200 .*Answered/s)
    assert.match(second, /^HTTP\/1\.1 503 .*retry-after: .*"code":"kernel\.stopping".*服务正在停止/s)
  } finally {
    await holder.end()
  }
})
const waiting = async (): Promise<number> =>
  (
    await one<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).n

test('SIGTERM under an import: it stops within seconds with nothing half, and the next start brings it in whole', async () => {
  const guanxi = await start()
  const { status, body } = await upload(guanxi, 120_000, 'stopped')
  assert.equal(status, 201)
  const staging = `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'guanxi import%' and state = 'active'`
  await until(async () => (await one<{ n: number }>(staging)).n > 0)
  const asked = Date.now()
  assert.equal(await guanxi.stop(), 0, guanxi.complaints())
  assert.ok(Date.now() - asked < 10_000, `${Date.now() - asked} ms`)
  const orders = `select count(*)::int as n from orders where source = 'stopped'`
  assert.equal((await one<{ n: number }>(orders)).n, 0)
  assert.match((await runOf(at, body['run_id'])).state, /^(waiting|running)$/)
  const next = await start()
  assert.equal((await until(() => overOf(at, body['run_id']))).state, 'done')
  assert.equal((await one<{ n: number }>(orders)).n, 30_000)
  assert.equal(await next.stop(), 0, next.complaints())
})

test('SIGTERM to a worker under a backup: no half file stays, and another worker writes it', async () => {
  await one(
    `insert into product (source, code, name, created_at, updated_at)
     select 'bulk', 'P' || i, repeat(md5(i::text), 6), now(), now() from generate_series(1, 150000) i`,
  )
  const web = await start('web')
  const worker = await start('worker')
  const { status, body } = await ask(web, 'POST', '/backups', { body: '{}' })
  assert.equal(status, 201)
  const path = join(at.home, 'backups', String(body['file']))
  await until(() => existsSync(`${path}.part`))
  assert.equal(await worker.stop(), 0, worker.complaints())
  assert.deepEqual(readdirSync(join(at.home, 'backups')), [])
  assert.match((await runOf(at, body['run_id'])).state, /^(waiting|running)$/)
  const next = await start('worker')
  assert.equal((await until(() => overOf(at, body['run_id']))).state, 'done')
  assert.deepEqual(readdirSync(join(at.home, 'backups')), [body['file']])
  assert.equal(await next.stop(), 0, next.complaints())
  assert.equal(await web.stop(), 0, web.complaints())
})

test('SIGTERM while a request hangs: the job in hand is given back at once, not with the last of the patience', async () => {
  const guanxi = await start()
  const made = await ask(guanxi, 'POST', '/parties', {
    body: JSON.stringify({ kind: 'organisation', name: 'Stuck' }),
  })
  const holder = new pg.Client({ connectionString: at.database.owner })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select from party where party_id = $1 for update', [made.body['id']])
    const stuck = ask(guanxi, 'PATCH', `/parties/${made.body['id']}`, {
      body: JSON.stringify({ name: 'Later' }),
    })
    await until(async () => (await waiting()) > 0)
    const ended = guanxi.stop()
    const workers = `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'guanxi worker'`
    await until(async () => (await one<{ n: number }>(workers)).n === 0, 10_000)
    assert.equal(guanxi.child.exitCode, null)
    await holder.query('rollback')
    assert.equal((await stuck).status, 200)
    assert.equal(await ended, 0, guanxi.complaints())
  } finally {
    await holder.end()
  }
})
