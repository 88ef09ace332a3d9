import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type as T } from 'typebox'
import { defineModule } from './module.ts'
import { isQuiet, type Rest, restOf, showRest, watchers, watchRest } from './rest.ts'
import { route, routes } from './route.ts'
import { serve } from './serve.ts'
import { type TestHouse, testHouse } from './testing.ts'

let house: TestHouse
before(async () => {
  house = await testHouse([])
})
after(() => house.close())

test('every process hears that the house rests, and that it goes on, also when who restored died', async () => {
  const heard: string[] = []
  const watch = watchRest(house.house, {
    onRest: async () => void heard.push('rest'),
    onWake: async () => void heard.push('wake'),
  })
  const until = async (wanted: string[]) => {
    for (const since = Date.now(); heard.join() !== wanted.join(); await sleep(20))
      assert.ok(Date.now() - since < 20_000, heard.join())
  }
  try {
    while ((await watchers(house.house.pool)) === 0) await sleep(20)
    const sign = await showRest(house.house)
    await until(['rest'])
    sign.tell({ phase: 'rows', percent: 41.7 })
    while ((await restOf(house.house.pool))?.phase !== 'rows') await sleep(10)
    assert.deepEqual(await restOf(house.house.pool), { phase: 'rows', percent: 41 })
    // The connection goes with its process: nothing has to be cleared up.
    await house.house.pool.query('select pg_terminate_backend($1)', [sign.pid])
    await until(['rest', 'wake'])
    assert.equal(watch.now(), null)
    await sign.end().catch(() => {})
  } finally {
    await watch.stop()
  }
})

test('the house is not quiet while somebody is inside a transaction', async () => {
  const busy = await house.house.connect()
  await busy.query('begin')
  await busy.query('select 1')
  const looker = await house.house.connect()
  assert.equal(await isQuiet(looker, []), false)
  await busy.query('rollback')
  assert.equal(await isQuiet(looker, []), true)
  await Promise.all([busy.end(), looker.end()])
})

test('while it rests every route answers 503 in the caller’s language, and /readyz how far it is', async () => {
  const table = routes({
    ping: route('GET /ping', { may: 'anyone', does: 'x', gives: T.Object({ ok: T.Boolean() }) }),
  })
  const module = defineModule({
    name: 'ping',
    routes: table,
    handlers: { ping: async () => ({ ok: true }) },
    words: {},
  })
  let rest: Rest | null = null
  const app = await serve({
    house: house.house,
    modules: [module],
    identify: async () => null,
    resting: () => rest,
  })
  const ask = (url: string, language = 'en') => app.inject({ url, headers: { 'accept-language': language } })
  try {
    assert.equal((await ask('/api/v1/ping')).statusCode, 200)
    rest = { phase: 'indexes', percent: 70 }
    const english = await ask('/api/v1/ping')
    assert.equal(english.statusCode, 503)
    assert.match(english.json().detail, /^A backup is being restored/)
    assert.equal(english.headers['retry-after'], '5')
    assert.match((await ask('/api/v1/ping', 'zh-CN')).json().detail, /正在恢复备份/)
    assert.deepEqual((await ask('/readyz')).json(), { status: 'restoring', phase: 'indexes', percent: 70 })
    assert.equal((await ask('/healthz')).statusCode, 200)
    rest = null
    assert.equal((await ask('/api/v1/ping')).statusCode, 200)
  } finally {
    await app.close()
  }
})
