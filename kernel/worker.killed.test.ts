import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { type Ctx, unaudited } from './ctx.ts'
import { startRun } from './job.ts'
import { type Run, readRun } from './run.ts'
import { crew, inSteps, onItsOwn } from './testing/crew.ts'
import { type TestHouse, testHouse } from './testing.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('workers in processes of their own', () => {
  let house: TestHouse
  let ctx: Ctx
  const children: ChildProcess[] = []
  before(async () => {
    house = await testHouse([crew])
    ctx = house.ctx()
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(
      children.map((child) => child.exitCode === null && child.signalCode === null && once(child, 'exit')),
    )
    await house.close()
  })
  const worker = async (): Promise<ChildProcess> => {
    const program = new URL('testing/crew.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [decodeURIComponent(program), house.database.app], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout!, 'data')
    return child
  }
  const until = async (what: () => Promise<boolean>, ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (await what()) return
    assert.fail('waited in vain')
  }
  const run = async (run_id: number): Promise<Run> => (await readRun(ctx, run_id))!
  const written = async (name: string): Promise<Map<number, string>> => {
    const { rows } = await house.house.pool.query<{ key: string; value: string }>(
      'select key, value from setting where key like $1',
      [`${name}.%`],
    )
    return new Map(rows.map((row) => [Number(row.key.split('.')[1]), row.value]))
  }

  test('kill -9: a job goes on at its cursor in another process within a minute, nothing lost, nothing twice', async () => {
    const first = await worker()
    const [steps, own] = await unaudited(ctx, 'test', async (ctx) => [
      (await startRun(ctx, inSteps, { name: 'steps', rows: 60, per_step: 5, row_ms: 60 })).run_id,
      (await startRun(ctx, onItsOwn, { name: 'own', rows: 60, per_step: 0, row_ms: 60 })).run_id,
    ])
    await until(async () => (await written('steps')).size >= 15 && (await written('own')).size >= 15, 20_000)
    first.kill('SIGKILL')
    const killed = Date.now()
    await once(first, 'exit')
    const before = { steps: await written('steps'), own: await written('own') }
    assert.ok(before.steps.size < 60 && before.own.size < 60)
    await worker()
    await until(
      async () => (await run(steps)).finished_at !== null && (await run(own)).finished_at !== null,
      60_000,
    )
    assert.ok(Date.now() - killed < 60_000)
    for (const [name, run_id] of [
      ['steps', steps],
      ['own', own],
    ] as const) {
      const { state, error, done, result } = await run(run_id)
      assert.deepEqual(
        { state, error, done, result },
        { state: 'done', error: null, done: 60, result: { rows: 60 } },
      )
      const rows = await written(name)
      assert.equal(rows.size, 60)
      // What the first worker had committed is still its own: nothing was done over.
      for (const [i, by] of before[name]) assert.equal(rows.get(i), by)
      assert.equal(new Set(rows.values()).size, 2)
    }
    const left = await house.house.pool.query('select 1 from graphile_worker.jobs')
    assert.equal(left.rows.length, 0)
  })

  test('SIGTERM: the step is given back, and a peer takes it within seconds', async () => {
    const peer = await worker()
    const { run_id } = await startRun(ctx, inSteps, { name: 'term', rows: 60, per_step: 10, row_ms: 60 })
    await until(async () => (await written('term')).size >= 10, 20_000)
    const leaving = children.filter((child) => child !== peer && child.signalCode === null)
    const asked = Date.now()
    for (const child of leaving) child.kill('SIGTERM')
    await Promise.all(leaving.map((child) => once(child, 'exit')))
    assert.ok(Date.now() - asked < 5_000)
    await until(async () => (await run(run_id)).finished_at !== null, 20_000)
    assert.equal((await run(run_id)).state, 'done')
    assert.equal((await written('term')).size, 60)
  })
})
