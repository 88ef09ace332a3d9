import assert from 'node:assert/strict'
import { after, before, beforeEach, mock, test } from 'node:test'
import type { Ctx } from '../../../kernel/ctx.ts'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { keeping } from './kept.ts'

let h: TestHouse
let ctx: Ctx
before(async () => {
  h = await testHouse(modules)
})
beforeEach(() => {
  // Of a house of its own: what another test saw recorded is nothing to this one.
  ctx = { ...h.ctx(), house: { ...h.house } }
  mock.timers.reset()
  mock.timers.enable({ apis: ['Date'], now: Date.now() })
})
after(async () => {
  mock.timers.reset()
  await h.close()
})

const later = (ms: number) => mock.timers.setTime(Date.now() + ms)
/** As another process records: a number is taken, and this one hears nothing else of it. */
const recordedElsewhere = () => h.house.pool.query("select nextval('outbox_event_id_seq')")

function counting(cost_ms = 0) {
  const kept = keeping<number>(3)
  let taken = 0
  const ask = async (key = 'one') =>
    (
      await kept.of(ctx, key, async () => {
        later(cost_ms)
        return ++taken
      })
    ).value
  return { kept, ask }
}

test('while nothing is recorded an answer is kept for half a minute', async () => {
  const { ask } = counting()
  assert.equal(await ask(), 1)
  later(200)
  assert.equal(await ask(), 1)
  // Nobody looked before whether something was recorded: an answer of that time is not trusted longer.
  later(200)
  assert.equal(await ask(), 2)
  later(6000)
  assert.equal(await ask(), 3)
  for (let s = 0; s < 28; s += 4) {
    later(4000)
    assert.equal(await ask(), 3, `after ${s + 4} s`)
  }
  later(4000)
  assert.equal(await ask(), 4)
})

test('an answer is taken anew a quarter of a second after another process recorded something, and at once when this one wrote', async () => {
  const { kept, ask } = counting()
  await ask()
  for (let n = 0; n < 3; n++) {
    later(6000)
    await ask()
  }
  const before = await ask()
  later(500)
  await recordedElsewhere()
  assert.equal(await ask(), before + 1)
  kept.forget(ctx.house)
  assert.equal(await ask(), before + 2)
})

test('what was dear is kept a hundred times as long as it took, ten seconds at most, whatever is recorded', async () => {
  const { ask } = counting(60)
  assert.equal(await ask(), 1)
  for (const at of [3000, 2900]) {
    later(at)
    await recordedElsewhere()
    assert.equal(await ask(), 1)
  }
  later(500)
  assert.equal(await ask(), 2)
  const slow = counting(5000)
  assert.equal(await slow.ask(), 1)
  later(4900)
  assert.equal(await slow.ask(), 1)
  await recordedElsewhere()
  later(500)
  assert.equal(await slow.ask(), 2)
})

test('who asks the same at the same time waits for one answer; the oldest are forgotten first; a failure is not kept', async () => {
  const { kept, ask } = counting()
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1])
  for (const key of ['two', 'three', 'four']) await ask(key)
  assert.equal(await ask('four'), 4)
  assert.equal(await ask('one'), 5)
  await assert.rejects(
    kept.of(ctx, 'five', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await ask('five'), 6)
})
