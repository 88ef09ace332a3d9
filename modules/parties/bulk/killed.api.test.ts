import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { project } from '../list/project.ts'
import { company, director } from '../testing.ts'
import { SLICE } from './selection.ts'

// A worker that is killed among its slices: what it had written stays, the next one writes the rest, nobody is changed twice.
const MANY = 3 * SLICE - 500
let h: TestHouse
const children: ChildProcess[] = []
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(
    children.map((child) => child.exitCode === null && child.signalCode === null && once(child, 'exit')),
  )
  await h.close()
})

const rows = async <R>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await h.house.pool.query(text, values)).rows as R[]
const until = async (what: () => Promise<boolean>) => {
  while (!(await what())) await new Promise((done) => setTimeout(done, 25))
}
async function worker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/child.ts'), h.database.app], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

test('kill -9 in the midst of a bulk change: another worker goes on, and every customer is changed once', async () => {
  const made = await rows<{ party_id: number }>(
    `insert into party (party_id, kind, name, unit_id, version, created_at, updated_at)
     select nextval('entity_id'), 'person', 'Many ' || i, 21, 1, now(), now() from generate_series(1, $1) i returning party_id`,
    [MANY],
  )
  const ids = made.map(({ party_id }) => party_id)
  await project(h.ctx(), ids)
  const admin = { ...director, role: 'administrator' }
  await h
    .as(admin)
    .api(fields)
    .create({ body: { key: 'wave', kind: 'number', label_en: 'Wave' } })
  const api = h.as(admin).api(parties)
  const { id } = await api.bulk({
    body: { selection: { ids }, action: { do: 'set', field: 'fields.wave', value: 7 } },
  })

  // Somebody holds a customer of the last slice: the worker comes to wait with the rest behind it.
  const holder = await h.house.connect()
  await holder.query('begin')
  await holder.query('select 1 from party where party_id = $1 for update', [Math.max(...ids)])
  const first = await worker()
  const slices = () =>
    rows<{ n: number; done: boolean }>('select n, done from party_bulk_slice where bulk_id = $1 order by n', [
      id,
    ])
  await until(async () => (await slices()).filter(({ done }) => done).length === 2)
  await until(async () => {
    const [waits] = await rows<{ n: number }>(
      `select count(*)::int as n from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`,
    )
    return waits!.n > 0
  })
  const ended = once(first, 'exit')
  first.kill('SIGKILL')
  await ended
  await holder.query('rollback')
  await holder.end()
  assert.equal((await api.bulkGet({ params: { bulk_id: id } })).changed, 2 * SLICE)
  // A minute without a sign of life, without waiting for it.
  await rows(`update worker_beat set beat_at = beat_at - interval '1 minute'`)

  await worker()
  await until(async () => (await api.bulkGet({ params: { bulk_id: id } })).state !== 'running')
  const { state, changed, unchanged, refused, gone } = await api.bulkGet({ params: { bulk_id: id } })
  assert.deepEqual(
    { state, changed, unchanged, refused, gone },
    { state: 'done', changed: MANY, unchanged: 0, refused: 0, gone: 0 },
  )
  const [once_] = await rows<Record<string, number>>(
    `select (select count(*)::int from audit where payload ? 'fields.wave') as records,
       (select count(distinct party_id)::int from audit where payload ? 'fields.wave') as recorded,
       (select count(*)::int from party where fields = '{"wave": 7}' and version = 2) as parties,
       (select count(*)::int from party_listed where fields = '{"wave": 7}' and version = 2) as listed`,
  )
  assert.deepEqual(once_, { records: MANY, recorded: MANY, parties: MANY, listed: MANY })
})
