import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { classify } from '../../../kernel/problem.ts'
import { Refusal } from '../../../kernel/refuse.ts'
import { type TestHouse, testConfig, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { modules } from '../../index.ts'
import type { Import } from '../contract.ts'
import { imports } from '../contract.ts'
import { csv, found, row, take } from '../testing.ts'
import { everything, turn } from '../undoing/testing.ts'
import { onOwnConnection } from './transaction.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await found(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const me = () => h.as({ id: 3 })
const api = () => me().api(imports)
const get = (id: number) => api().get({ params: { id } })
async function until<R>(what: () => Promise<R | null | false | undefined>, ms = 15_000): Promise<R> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const found = await what()
    if (found) return found
  }
  assert.fail('waited in vain')
}
const isOver = async (id: number) => {
  const one = await get(id)
  return ['done', 'failed', 'cancelled'].includes(one.state) && one
}

/** Uploaded and started, as a program does it. */
async function send(content: string, source: string, name = 'orders.csv'): Promise<Import> {
  const answer = await me().send({
    method: 'POST',
    url: `/api/v1/imports/file?kind=orders&source=${source}&file_name=${name}`,
    headers: { 'content-type': 'text/csv' },
    body: Buffer.from(content) as never,
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json()) as Import
}
const many = (n: number, from = 0) =>
  csv(
    Array.from({ length: n }, (_, i) =>
      row({
        order: `N${from + Math.floor(i / 4)}`,
        code: `P${i % 50}`,
        customer: `C${Math.floor(i / 4) % 300}`,
        qty: 1 + (i % 7),
      }),
    ),
  )

/** Whoever writes orders waits inside its statement until this is let go. */
async function holding<R>(work: () => Promise<R>): Promise<R> {
  const holder: pg.Client = await h.house.connect()
  try {
    await holder.query('begin')
    await holder.query('lock table order_line in share mode')
    return await work()
  } finally {
    await holder.end()
  }
}
const backends = async () =>
  (
    await h.house.pool.query<{ pid: number; query: string; name: string }>(
      `select pid, query, application_name as name from pg_stat_activity
       where datname = current_database() and (application_name like 'guanxi %port %' or application_name like 'guanxi undo %')`,
    )
  ).rows

describe('an import that is stopped', () => {
  it('ends within seconds in the middle of a statement, and nothing of it is left', async () => {
    const before = await everything(h)
    await holding(async () => {
      const { id } = await send(many(400), 'stopped')
      await until(async () => (await backends()).some(({ query }) => /insert into order_line/.test(query)))
      const asked = Date.now()
      await api().cancel({ params: { id } })
      const one = await until(() => isOver(id))
      assert.equal(one.state, 'cancelled')
      assert.ok(Date.now() - asked < 4000, `${Date.now() - asked} ms`)
      await until(async () => (await backends()).length === 0)
    })
    assert.deepEqual(await everything(h), before)
    const left = await h.house.pool.query(
      `select from pg_class where relname like 'stage\\_%' or relname like 'undo\\_%'`,
    )
    assert.equal(left.rowCount, 0)
  })

  it('goes on by itself when the database cuts its COPY off, and counts that as no fault of its own', async () => {
    const { id } = await send(many(60_000), 'cut')
    const victim = await until(async () => (await backends()).find(({ query }) => /^copy /i.test(query)))
    await h.house.pool.query('select pg_terminate_backend($1)', [victim.pid])
    const one = await until(() => isOver(id), 60_000)
    assert.equal(one.state, 'done')
    assert.equal(one.report!.lines.created, 60_000)
    const { rows } = await h.house.pool.query('select error from job_run where run_id = $1', [one.run_id])
    assert.equal(rows[0]!.error, null)
  })

  it('is told as a lost database, whatever the stream says of itself', async () => {
    const lost = await onOwnConnection(
      h.ctx(),
      { import_id: 1, source: 'lost', onWait: () => {} },
      async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
        await h.house.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
        await sleep(200)
        throw Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
      },
    ).catch((error: unknown) => error)
    assert.equal(classify(lost).code, 'kernel.unavailable')
  })

  it('leaves no statement running in the database when its process is gone', async () => {
    let pid = 0
    await onOwnConnection(h.ctx(), { import_id: 1, source: 'gone', onWait: () => {} }, async (tx) => {
      pid = (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
      const stream = (tx as unknown as { connection: { stream: { destroy(): void } } }).connection.stream
      setTimeout(() => stream.destroy(), 100)
      await tx.query('select pg_sleep(60)')
    }).catch(() => {})
    const alive = () => h.house.pool.query('select from pg_stat_activity where pid = $1', [pid])
    await until(async () => (await alive()).rowCount === 0, 6000)
  })
})

describe('two imports of one source', () => {
  it('go one after the other; the second says for whom it waits, to those who may know', async () => {
    await h.house.pool.query(
      `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (70, 'r', 'r', 'r', '{}', now());
       insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values (3, 'li@x.example', '李雷', 70, 1, now(), now())`,
    )
    const { first, second } = await holding(async () => {
      const first = await send(many(40), 'twice', 'first.csv')
      await until(async () => (await backends()).some(({ query }) => /insert into order_line/.test(query)))
      const second = await send(many(48), 'twice', 'second.csv')
      const waits = await until(async () => (await get(second.id)).waits_for)
      assert.deepEqual(waits, { id: first.id, file_name: 'first.csv', by: '李雷', undoing: false })
      const phase = async () => {
        const text = 'select phase from job_run where run_id = $1'
        return String((await h.house.pool.query(text, [second.run_id])).rows[0]!.phase)
      }
      await until(async () => /first\.csv/.test(await phase()))
      const stranger = await h
        .as({ id: 4, unit_id: 21, scope: 'team', team_units: [21, 1] })
        .api(imports)
        .get({
          params: { id: second.id },
        })
      assert.equal(stranger.waits_for!.file_name, 'first.csv')
      await h.house.pool.query('update import set unit_id = 22, created_by = 99 where import_id = $1', [
        first.id,
      ])
      const outside = await h
        .as({ id: 4, unit_id: 1, scope: 'team', team_units: [1] })
        .api(imports)
        .get({
          params: { id: second.id },
        })
      assert.deepEqual(outside.waits_for, { id: null, file_name: null, by: null, undoing: false })
      return { first, second }
    })
    assert.equal((await until(() => isOver(first.id))).report!.orders.created, 10)
    const last = await until(() => isOver(second.id))
    assert.deepEqual([last.report!.orders.created, last.report!.orders.unchanged], [2, 10])
    assert.equal(last.waits_for, null)
  })

  it('an undo waits for an import of its source, and can be stopped while it waits', async () => {
    const { import_id } = await take(h, many(8, 900), { source: 'both' })
    await holding(async () => {
      const one = await send(many(40), 'both', 'other.csv')
      await until(async () => (await backends()).some(({ query }) => /insert into order_line/.test(query)))
      await api().undo({ params: { id: import_id! } })
      const waits = await until(async () => (await get(import_id!)).undo.last?.waits_for)
      assert.equal(waits.file_name, 'other.csv')
      const again = await me().send({ method: 'POST', url: `/api/v1/imports/${import_id}/undo`, headers: {} })
      assert.equal(again.status, 409)
      await api().undoCancel({ params: { id: import_id! } })
      await until(async () => (await get(import_id!)).undo.last?.state === 'cancelled')
      assert.ok(one.id)
    })
    const report = await turn(h, import_id!)
    assert.equal(report.order.removed, 2)
  })
})

describe('a disk that fills up', () => {
  // Neither has a byte to give.
  const full = ['/proc', '/dev'].find((path) => {
    try {
      return statfsSync(path).bavail === 0
    } catch {
      return false
    }
  })

  it('stops an import before the database falls, in words, with nothing written', async () => {
    assert.ok(full)
    const before = await everything(h)
    const house = { ...h.house, config: testConfig({ home: full }) }
    await assert.rejects(
      take({ ...h, ctx: (over) => h.ctx({ house, ...over }) }, many(40), { source: 'full' }),
      (error) => error instanceof Refusal && error.code === 'kernel.disk_full' && error.status === 507,
    )
    assert.deepEqual(await everything(h), before)
  })

  it('is the same to whoever asks, whether PostgreSQL or the system says it', () => {
    for (const code of ['53100', 'ENOSPC'])
      assert.deepEqual(
        { ...classify(Object.assign(new Error('No space left on device'), { code })), bug: true },
        { status: 507, code: 'kernel.disk_full', details: {}, bug: true },
      )
  })

  it('ends a run at once, in words, leaves nothing, and the same file goes in when there is room', async () => {
    const before = await everything(h)
    const owner = new pg.Client({ connectionString: h.database.owner })
    await owner.connect()
    try {
      // As PostgreSQL says it when a table's file cannot grow.
      await owner.query(`create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100'; end $$;
        create trigger no_room before insert on order_line execute function no_room()`)
      const { id } = await send(many(40), 'no_room')
      const one = await until(() => isOver(id))
      assert.equal(one.state, 'failed')
      assert.equal(one.error!.code, 'kernel.disk_full')
      assert.match(one.error!.message, /disk is full/)
      const { rows } = await h.house.pool.query('select state, error from job_run where run_id = $1', [
        one.run_id,
      ])
      assert.deepEqual(
        [rows[0]!.state, rows[0]!.error.zh],
        ['failed', '磁盘空间不足，没有写入；腾出空间后再试'],
      )
      const queued = await h.house.pool.query(`select from graphile_worker._private_jobs where key = $1`, [
        `run:${one.run_id}`,
      ])
      assert.equal(queued.rowCount, 0)
      assert.deepEqual(await everything(h), before)
      await owner.query('drop trigger no_room on order_line; drop function no_room')
      await api().run({ params: { id } })
      await until(async () => (await get(id)).state === 'done')
    } finally {
      await owner.end()
    }
  })
})
