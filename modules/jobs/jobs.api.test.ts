import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Type as T } from 'typebox'
import { type ApiError, client, type Transport } from '../../kernel/client.ts'
import type { Ctx, RowScope } from '../../kernel/ctx.ts'
import { job, startRun } from '../../kernel/job.ts'
import { defineModule } from '../../kernel/module.ts'
import { readRun } from '../../kernel/run.ts'
import { type Speaker, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { words } from '../../kernel/text.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { type JobEvent, jobs } from './contract.ts'
import { module as jobsModule } from './module.ts'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const gate = { open: false }
const counting = job({
  name: 'proof.counting',
  payload: T.Object({}),
  run: async (ctx) => {
    for (let done = 0; !gate.open; done += 10) {
      await ctx.progress!.report({ done, total: 100_000, phase: 'counting' })
      await sleep(25)
    }
  },
})
const failing = job({
  name: 'proof.failing',
  payload: T.Object({}),
  attempts: 1,
  run: async () => {
    throw new Error('internal: password=hunter2')
  },
})
const proof = defineModule({
  name: 'proof',
  routes: {},
  handlers: {},
  words: words({}),
  jobs: [counting, failing],
})
const modules = [jobsModule, proof]

/** The stream as it comes, event by event, until `enough` says so or it ends. */
async function listen(address: string, headers: Record<string, string>) {
  const over = new AbortController()
  const answer = await fetch(`${address}/api/v1/events`, { headers, signal: over.signal })
  const heard: { topic: string; data: JobEvent }[] = []
  const state = { ended: false }
  const reading = (async () => {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const part of answer.body!) {
      const blocks = (rest + decoder.decode(part, { stream: true })).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const match = /^event: (.*)\ndata: (.*)$/.exec(block)
        if (match) heard.push({ topic: match[1]!, data: JSON.parse(match[2]!) })
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      state.ended = true
    })
  const close = () => {
    over.abort()
    return reading
  }
  return { answer, heard, state, close }
}

describe('jobs over HTTP', () => {
  let house: TestHouse
  let ctx: Ctx
  let worker: Worker
  let address: string
  const signedOut = new Set<string>()
  const actors = new Map<string, Speaker['actor']>()
  before(async () => {
    house = await testHouse(modules, {
      identify: async (_house, { headers }) => {
        const name = String(headers['x-test-actor'])
        const who = actors.get(name)
        return who && !signedOut.has(name) ? { who, locale: 'en', zone: 'UTC', csrf: null } : null
      },
    })
    ctx = house.ctx()
    worker = await startWorker(house.house, modules, () => house.ctx())
    address = await house.app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(async () => {
    gate.open = true
    await worker.stop()
    await house.close()
  })
  const person = (id: number, scope: 'own' | 'team' | 'all' | null, team_units: number[] = [1]) => {
    const grants: Record<string, RowScope> = scope ? { 'jobs:read': scope, 'jobs:write': scope } : {}
    const { actor } = house.as({ id, grants, team_units })
    const name = `actor-${actors.size}`
    actors.set(name, actor)
    const headers = { 'x-test-actor': name }
    const send: Transport = (request) =>
      fetch(address + request.url, { method: request.method, headers: { ...request.headers, ...headers } })
    return { name, headers, actor, send }
  }
  const call = (who: ReturnType<typeof person>) => client(jobs, who.send)
  const until = async <R>(
    what: () => R | null | undefined | false | Promise<R | null | undefined | false>,
    ms = 6000,
  ): Promise<R> => {
    for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
      const answer = await what()
      if (answer) return answer
    }
    throw new Error('waited in vain')
  }
  const start = async (who: Speaker['actor'], unit_id: number) => {
    const { run_id } = await startRun({ ...ctx, who }, counting, {}, { subject: { file: 'a.csv' }, unit_id })
    await until(async () => ((await readRun(ctx, run_id))?.done ?? 0) > 0)
    return run_id
  }

  test('a run is seen by who started it, by whose units it belongs to, and by nobody else', async () => {
    const [own, peer, lead, chief] = [
      person(11, 'own'),
      person(12, 'own'),
      person(13, 'team', [5]),
      person(14, 'all'),
    ]
    const run_id = await start(own.actor, 5)
    for (const who of [own, lead, chief]) {
      assert.ok((await call(who).list({})).items.some((run) => run.run_id === run_id))
      const run = await call(who).get({ params: { id: run_id } })
      assert.equal(run.state, 'running')
      assert.deepEqual(run.subject, { file: 'a.csv' })
      assert.equal(run.total, 100_000)
      assert.ok(run.rate !== null && run.eta_ms !== null && run.eta_ms > 0)
    }
    assert.ok(!(await call(peer).list({})).items.some((run) => run.run_id === run_id))
    for (const hidden of [call(peer).get, call(peer).cancel])
      await assert.rejects(
        hidden({ params: { id: run_id } }),
        (error: ApiError) => error.problem.status === 404,
      )
    const asked = await call(own).cancel({ params: { id: run_id } })
    assert.equal(asked.cancel_requested, true)
    await until(async () => (await call(own).get({ params: { id: run_id } })).state === 'cancelled')
    await assert.rejects(
      call(own).cancel({ params: { id: run_id } }),
      (error: ApiError) => error.problem.code === 'jobs.ended',
    )
    const audit = await house.house.pool.query(
      "select actor_id from audit where action = 'jobs.cancel_asked' and subject_id = $1",
      [run_id],
    )
    assert.deepEqual(audit.rows, [{ actor_id: 11 }])
  })

  test('a run that a program started names its key, on the list and in the file', async () => {
    const { rows } = await house.house.pool.query<{ key_id: number }>(
      `with r as (insert into role (code, name_zh, name_en, grants, created_at) values ('erp', 'x', 'x', '{}', $1) returning role_id),
         u as (insert into unit (kind, name, created_at) values ('headquarters', 'HQ', $1) returning unit_id)
       insert into api_key (name, hash, hint, role_id, unit_id, created_at)
       select 'ERP nightly', '\\x01', 'abcd', role_id, unit_id, $1 from r, u returning key_id`,
      [ctx.now],
    )
    const { actor } = house.as({ kind: 'key', id: rows[0]!.key_id })
    const { run_id } = await startRun({ ...ctx, who: actor }, failing, {})
    const chief = person(15, 'all')
    assert.equal((await call(chief).get({ params: { id: run_id } })).started_by_name, 'ERP nightly')
    assert.equal((await call(chief).list({})).items[0]?.started_by_name, 'ERP nightly')
    actors.set(chief.name, {
      ...chief.actor,
      grants: { ...chief.actor.grants, 'data:export': 'all' },
    })
    const file = (await call(chief).exportList({})) as unknown as Response
    assert.match(await file.text(), /ERP nightly/)
  })

  test('a failed run shows a code and words in the language of who asks, nothing inside', async () => {
    const who = person(21, 'own')
    const { run_id } = await startRun({ ...ctx, who: who.actor }, failing, {})
    const run = await until(async () => {
      const run = await call(who).get({ params: { id: run_id } })
      return run.state === 'failed' && run
    })
    assert.equal(run.error!.code, 'jobs.failed')
    assert.match(run.error!.message, new RegExp(`run-${run_id}`))
    assert.ok(!JSON.stringify(run).includes('hunter2'))
    const chinese = await call(who).get({ params: { id: run_id }, headers: { 'accept-language': 'zh-CN' } })
    assert.match(chinese.error!.message, /任务执行出错/)
  })

  test('the list pages by key, filters by state and job, and refuses a cursor it did not give', async () => {
    const who = person(31, 'own')
    const ids: number[] = []
    for (let i = 0; i < 5; i++) ids.push((await startRun({ ...ctx, who: who.actor }, failing, {})).run_id)
    await until(async () => (await call(who).list({ query: { state: 'failed' } })).items.length === 5)
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await call(who).list({ query: { limit: 2, ...(cursor ? { cursor } : {}) } })
      seen.push(...page.items.map((run) => run.run_id))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.deepEqual(seen, ids.reverse())
    assert.equal((await call(who).list({ query: { job: 'proof.counting' } })).items.length, 0)
    for (const bad of ['x', Buffer.from('["never",1]').toString('base64url')])
      await assert.rejects(
        call(who).list({ query: { cursor: bad } }),
        (e: ApiError) => e.problem.code === 'kernel.bad_cursor',
      )
  })

  test('a stream tells at once what runs, then how far it is, only of runs in reach', async () => {
    const [own, peer] = [person(41, null), person(42, 'own')]
    const run_id = await start(own.actor, 5)
    const [mine, theirs] = await Promise.all([listen(address, own.headers), listen(address, peer.headers)])
    assert.equal(mine.answer.headers.get('content-type'), 'text/event-stream')
    await until(() => mine.heard.length > 0, 1000)
    const moving = await until(() => mine.heard.find(({ data }) => data.rate !== null))
    assert.equal(moving.topic, 'job')
    assert.equal(moving.data.run_id, run_id)
    assert.equal(moving.data.job, 'proof.counting')
    assert.equal(moving.data.phase, 'counting')
    assert.ok(moving.data.eta_ms! > 0 && moving.data.rate! > 0)
    await until(() => mine.heard.length >= 5)
    assert.ok(mine.heard.every(({ data }, i) => i === 0 || data.done >= mine.heard[i - 1]!.data.done))
    gate.open = true
    await until(() => mine.heard.some(({ data }) => data.state === 'done'))
    gate.open = false
    assert.deepEqual(theirs.heard, [])
    await Promise.all([mine.close(), theirs.close()])
  })

  test('a stream ends when its sign-in does, and when rights change', async () => {
    const [leaver, changed, stays] = [person(51, 'own'), person(52, 'own'), person(53, 'own')]
    const streams = await Promise.all([leaver, changed, stays].map((who) => listen(address, who.headers)))
    signedOut.add(leaver.name)
    actors.set(changed.name, { ...changed.actor, grants: { 'jobs:read': 'all' } })
    await until(() => streams[0]!.state.ended && streams[1]!.state.ended, 8000)
    assert.equal(streams[2]!.state.ended, false)
    await streams[2]!.close()
  })

  test('who is not signed in gets no stream', async () => {
    assert.equal((await fetch(`${address}/api/v1/events`)).status, 401)
  })

  test('closing the server ends its streams', async () => {
    const stream = await listen(address, person(61, 'own').headers)
    const asked = Date.now()
    await house.app.close()
    await until(() => stream.state.ended, 2000)
    assert.ok(Date.now() - asked < 2000)
  })
})
