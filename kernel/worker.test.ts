import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Type as T } from 'typebox'
import { record } from './audit.ts'
import { atomically, type Ctx, unaudited } from './ctx.ts'
import { enqueue, job, type Starter, startRun } from './job.ts'
import { defineModule } from './module.ts'
import { refuse } from './refuse.ts'
import { cancelRun, type Run, readRun } from './run.ts'
import { type TestHouse, testHouse } from './testing.ts'
import { words } from './text.ts'
import { startWorker, type Worker } from './worker.ts'

const Note = T.Object({ name: T.String(), steps: T.Optional(T.Integer()) })
const note = (ctx: Ctx, key: string, value: unknown) =>
  ctx.tx!.query('insert into setting (key, value) values ($1, $2)', [key, JSON.stringify(value)])
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const once = job({
  name: 'proof.once',
  payload: Note,
  run: async (ctx, { name }) => void (await note(ctx, `once.${name}`, { who: ctx.who.kind })),
})
const keyed = job({
  name: 'proof.keyed',
  payload: Note,
  key: ({ name }) => `proof.keyed:${name}`,
  run: async (ctx, { name, steps }) => void (await note(ctx, `keyed.${name}`, steps)),
})
const stepping = job({
  name: 'proof.stepping',
  payload: Note,
  run: async (ctx, { name, steps = 3 }, cursor) => {
    const at = (cursor as number | null) ?? 0
    await note(ctx, `stepping.${name}.${at}`, { who: ctx.who.name, reach: ctx.reach.kind })
    await record(ctx, { action: 'proof.stepped', subject: 'proof', subject_id: at + 1 })
    await ctx.progress?.report({ done: at + 1, total: steps, phase: `part ${at}` })
    return at + 1 < steps ? { done: false, cursor: at + 1 } : { done: true, result: { steps } }
  },
  ended: async (ctx, { name }, ending) => void (await note(ctx, `stepping.${name}.ended`, ending.kind)),
})
const endless = job({
  name: 'proof.endless',
  payload: Note,
  run: async (ctx, { name }) => {
    await note(ctx, `endless.${name}`, 'must be rolled back')
    for (let done = 1; ; done++) {
      await ctx.progress!.report({ done, phase: 'on and on' })
      await sleep(20)
    }
  },
  ended: async (ctx, { name }, ending) => void (await note(ctx, `endless.${name}.ended`, ending.kind)),
})
const tries: number[] = []
const broken = job({
  name: 'proof.broken',
  payload: Note,
  attempts: 2,
  run: async () => {
    tries.push(Date.now())
    throw new Error('secret detail 4711')
  },
})
const refused = job({
  name: 'proof.refused',
  payload: Note,
  run: async () => refuse('proof.no', 409, { name: 'Li Na' }),
})
const kept = job({
  name: 'proof.kept',
  payload: Note,
  transaction: 'own',
  run: async (ctx, { name }, cursor) => {
    assert.equal(ctx.tx, null)
    const at = (cursor as number | null) ?? 0
    await unaudited(ctx, 'a test of machinery', async (ctx) => {
      await note(ctx, `kept.${name}.${at}`, at)
      await ctx.progress!.keep(at + 1, ctx.tx!)
    })
    if (at < 2) throw Object.assign(new Error('Connection terminated unexpectedly'))
    return { done: true }
  },
})
const shares = job({
  name: 'proof.shares',
  payload: Note,
  run: async (ctx) => void (await ctx.progress!.report({ done: 12.6, total: Number.NaN })),
})
const heard: unknown[] = []
const ear = job({
  name: 'proof.ear',
  payload: T.Object({ event_id: T.Integer(), at: T.String(), id: T.Integer() }),
  run: async (_ctx, payload) => void heard.push(payload),
})
const clockwork = job({
  name: 'proof.clockwork',
  payload: T.Object({}),
  every: '* * * * *',
  run: async (ctx) => void (await note(ctx, `clockwork.${ctx.now.toISOString()}`, 1)),
})
let folded = 0

const proof = defineModule({
  name: 'proof',
  routes: {},
  handlers: {},
  words: words({
    'proof.no': { zh: '{name} 不行', en: 'Not {name}' },
    'jobs.failed': { zh: '出错了', en: 'It failed' },
  }),
  jobs: [once, keyed, stepping, endless, broken, refused, kept, shares, clockwork],
  consumers: [{ event: 'proof.said', job: ear }],
  housekeeping: [async () => void folded++],
})

describe('the worker', () => {
  let house: TestHouse
  let ctx: Ctx
  let workers: Worker[] = []
  before(async () => {
    house = await testHouse([proof])
    ctx = house.ctx()
    workers = [await startWorker(house.house, [proof], () => house.ctx())]
  })
  after(async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    await house.close()
  })
  const found = async (key: string) =>
    (await house.house.pool.query('select value from setting where key = $1', [key])).rows[0]?.value
  const until = async <R>(what: () => Promise<R | null | undefined | false>, ms = 8000): Promise<R> => {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(25)) {
      const answer = await what()
      if (answer) return answer
    }
    throw new Error('waited in vain')
  }
  const ended = (run_id: number) =>
    until(async () => {
      const run = await readRun(ctx, run_id)
      return run?.finished_at ? run : null
    }) as Promise<Run>

  test('a job enqueued in a transaction runs after it commits', async () => {
    await unaudited(ctx, 'test', (ctx) => enqueue(ctx, once, { name: 'committed' }))
    assert.deepEqual(await until(() => found('once.committed')), { who: 'system' })
  })

  test('a job enqueued in a transaction that rolls back never runs', async () => {
    await assert.rejects(
      unaudited(ctx, 'test', async (ctx) => {
        await enqueue(ctx, once, { name: 'never' })
        throw new Error('no')
      }),
    )
    await sleep(300)
    assert.equal(await found('once.never'), undefined)
  })

  test('enqueuing the same key again moves the pending job and replaces its payload', async () => {
    const later = new Date(Date.now() + 3_600_000)
    await enqueue(ctx, keyed, { name: 'one', steps: 1 }, { at: later })
    await enqueue(ctx, keyed, { name: 'one', steps: 2 })
    assert.equal(await until(() => found('keyed.one')), 2)
    const { rows } = await house.house.pool.query(
      "select 1 from graphile_worker.jobs where key = 'proof.keyed:one'",
    )
    assert.equal(rows.length, 0)
  })

  test('a run goes step by step, acts as who started it, and says how far it is', async () => {
    const who = { ...ctx.who, kind: 'user' as const, id: 77, name: 'Wang Fang', unit_id: 5 }
    const reach: Starter['reach'] = { kind: 'units', unit_ids: [5] }
    const { run_id } = await startRun(
      { ...ctx, who, reach },
      stepping,
      { name: 'a' },
      { subject: { file: 'a.csv' } },
    )
    const run = await ended(run_id)
    assert.deepEqual(
      {
        state: run.state,
        done: run.done,
        total: run.total,
        result: run.result,
        subject: run.subject,
        by: run.started_by,
        unit: run.unit_id,
      },
      { state: 'done', done: 3, total: 3, result: { steps: 3 }, subject: { file: 'a.csv' }, by: 77, unit: 5 },
    )
    for (const at of [0, 1, 2])
      assert.deepEqual(await found(`stepping.a.${at}`), { who: 'Wang Fang', reach: 'units' })
    assert.equal(await found('stepping.a.ended'), 'done')
    const audit = await house.house.pool.query(
      "select 1 from audit where action = 'proof.stepped' and actor_kind = 'user' and actor_id = 77",
    )
    assert.equal(audit.rows.length, 3)
  })

  test('progress is seen while the step runs; cancel ends it within a second and rolls it back', async () => {
    const { run_id } = await startRun(ctx, endless, { name: 'b' })
    const seen = await until(async () => {
      const run = await readRun(ctx, run_id)
      return run && run.done > 0 ? run : null
    })
    assert.equal(seen.state, 'running')
    assert.equal(seen.phase, 'on and on')
    const asked = Date.now()
    assert.equal(await cancelRun(ctx, run_id), true)
    const run = await ended(run_id)
    assert.ok(Date.now() - asked < 1500, `${Date.now() - asked} ms`)
    assert.equal(run.state, 'cancelled')
    assert.equal(await found('endless.b'), undefined)
    assert.equal(await found('endless.b.ended'), 'cancelled')
    assert.equal(await cancelRun(ctx, run_id), false)
  })

  test('a run that waits for another attempt is cancelled at once', async () => {
    const { run_id } = await startRun(ctx, broken, { name: 'c' })
    await until(async () => {
      const run = await readRun(ctx, run_id)
      return run?.state === 'waiting' && run.error !== null
    })
    await cancelRun(ctx, run_id)
    assert.equal((await ended(run_id)).state, 'cancelled')
  })

  test('a job that fails is tried again, then ends as failed with words that show nothing inside', async () => {
    tries.length = 0
    const { run_id } = await startRun(ctx, broken, { name: 'd' })
    const run = await ended(run_id)
    assert.equal(run.state, 'failed')
    assert.equal(run.error!.code, 'jobs.failed')
    assert.equal(run.error!.zh, '出错了')
    assert.ok(!JSON.stringify(run).includes('4711'))
    assert.equal(tries.length, 2)
    assert.ok(tries[1]! - tries[0]! >= 2500)
  })

  test('a refusal ends a job at once, with its own words', async () => {
    const { run_id } = await startRun(ctx, refused, { name: 'e' })
    const run = await ended(run_id)
    assert.deepEqual(run.error, {
      code: 'proof.no',
      details: { name: 'Li Na' },
      zh: 'Li Na 不行',
      en: 'Not Li Na',
    })
  })

  test('a payload that its job does not take ends as failed and is not tried', async () => {
    const { run_id } = await startRun(ctx, once as never, { nonsense: true } as never)
    assert.equal((await ended(run_id)).error!.code, 'jobs.bad_payload')
  })

  test('a job with its own transactions goes on at the place it kept, nothing twice', async () => {
    const { run_id } = await startRun(ctx, kept, { name: 'f' })
    assert.equal((await ended(run_id)).state, 'done')
    for (const at of [0, 1, 2]) assert.equal(await found(`kept.f.${at}`), at)
  })

  test('an event reaches those who listen, with its id, and its audit row is sealed', async () => {
    await atomically(ctx, (ctx) => record(ctx, { action: 'proof.said', subject: 'proof', subject_id: 9 }))
    await until(async () => heard.length > 0)
    const [event] = heard as { event_id: number; id: number; at: string }[]
    assert.equal(event!.id, 9)
    assert.equal(new Date(event!.at).getTime(), ctx.now.getTime())
    const { rows } = await house.house.pool.query(
      "select 1 from seal s join audit a on a.audit_id = any(s.audit_ids) where a.action = 'proof.said'",
    )
    assert.equal(rows.length, 1)
    assert.ok(folded > 0)
  })

  test('two workers at once run nothing twice', async () => {
    workers.push(await startWorker(house.house, [proof], () => house.ctx()))
    const names = Array.from({ length: 300 }, (_, i) => `both.${i}`)
    // `note` inserts a primary key: a second run of the same job would fail and be seen in the queue.
    await unaudited(ctx, 'test', async (ctx) => {
      for (const name of names) await enqueue(ctx, once, { name })
    })
    const count = async () =>
      (await house.house.pool.query("select count(*)::int as n from setting where key like 'once.both.%'"))
        .rows[0].n
    await until(async () => (await count()) === names.length, 20_000)
    await sleep(200)
    const left = await house.house.pool.query(
      'select last_error from graphile_worker.jobs j where last_error is not null',
    )
    assert.deepEqual(left.rows, [])
    const beats = await house.house.pool.query('select 1 from worker_beat')
    assert.equal(beats.rows.length, 2)
  })

  test('a step whose worker was taken for dead commits nothing', async () => {
    const { run_id } = await startRun(ctx, endless, { name: 'g' })
    const running = await until(async () => {
      const { rows } = await house.house.pool.query(
        'select worker from job_run where run_id = $1 and worker is not null',
        [run_id],
      )
      return rows[0]?.worker as string | undefined
    })
    await house.house.pool.query('select graphile_worker.force_unlock_workers(array[$1])', [
      running.split('/')[0],
    ])
    const second = await until(async () => {
      const { rows } = await house.house.pool.query(
        'select worker from job_run where run_id = $1 and worker <> $2',
        [run_id, running],
      )
      return rows[0]?.worker as string | undefined
    })
    assert.notEqual(second, running)
    await cancelRun(ctx, run_id)
    assert.equal((await ended(run_id)).state, 'cancelled')
    assert.equal(await found('endless.g'), undefined)
  })

  test('a stop gives a running step back as it was, for the next start', async () => {
    const { run_id } = await startRun(ctx, endless, { name: 'h' })
    await until(async () => (await readRun(ctx, run_id))?.state === 'running')
    const asked = Date.now()
    await Promise.all(workers.map((worker) => worker.stop()))
    assert.ok(Date.now() - asked < 3000, `${Date.now() - asked} ms`)
    assert.equal((await readRun(ctx, run_id))!.state, 'waiting')
    const { rows } = await house.house.pool.query(
      'select attempts, locked_at from graphile_worker.jobs where key = $1',
      [`run:${run_id}`],
    )
    assert.deepEqual(rows, [{ attempts: 0, locked_at: null }])
    assert.equal((await house.house.pool.query('select 1 from worker_beat')).rows.length, 0)
    workers = [await startWorker(house.house, [proof], () => house.ctx())]
    await until(async () => (await readRun(ctx, run_id))?.state === 'running')
    await cancelRun(ctx, run_id)
    assert.equal((await ended(run_id)).state, 'cancelled')
  })

  test('a run whose workers died again and again ends as failed, and says so', async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    const { run_id } = await startRun(ctx, stepping, { name: 'doomed' })
    await house.house.pool.query(
      'update graphile_worker._private_jobs set attempts = max_attempts where key = $1',
      [`run:${run_id}`],
    )
    workers = [await startWorker(house.house, [proof], () => house.ctx())]
    const run = await ended(run_id)
    assert.equal(run.error!.code, 'jobs.worker_lost')
    assert.equal(await found('stepping.doomed.ended'), 'failed')
    assert.equal(await found('stepping.doomed.0'), undefined)
  })

  test('figures that are no whole numbers are shown rounded', async () => {
    const { run_id } = await startRun(ctx, shares, { name: 'i' })
    const run = await ended(run_id)
    assert.deepEqual([run.state, run.done, run.total], ['done', 13, 0])
  })

  test('what comes round is known to the queue', async () => {
    const { rows } = await house.house.pool.query(
      'select identifier from graphile_worker._private_known_crontabs',
    )
    assert.deepEqual(rows, [{ identifier: 'proof.clockwork' }])
  })
})
