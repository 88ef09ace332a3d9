import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { cliActor } from '../access/cli.ts'
import { codeOf } from '../access/testing.ts'
import { modules } from '../index.ts'
import { sample } from './contract.ts'
import { resumeJob } from './jobs.ts'
import { finish } from './load.ts'
import { LINES } from './rules.people.ts'

// A load or a removal that is killed at its worst moment: what is taken up comes out whole, what is not done is not begun.
let house: TestHouse
before(async () => {
  house = await testHouse(modules)
})
after(() => house.close())

const one = async <R>(text: string): Promise<R> => (await house.house.pool.query(text)).rows[0] as R
const counts = () =>
  one<Record<string, number>>(
    `select (select count(*) from party) as parties, (select count(*) from order_line) as lines,
       (select count(*) from product where kind = 'product') as products, (select count(*) from sample) as samples`,
  )
const whole = { parties: LINES.parties, lines: LINES.orders, products: LINES.products, samples: 1 }

/** The server notices on its own that nobody is at the other end any more. */
async function forgotten() {
  const held = `select count(*) as n from pg_locks where locktype = 'advisory' and objid = 7261140`
  while ((await one<{ n: number }>(held)).n > 0) await sleep(20)
}

function child(what: 'load' | 'remove') {
  const process_ = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testing/child.ts'), what, house.database.app],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  process_.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  return {
    async until(words: RegExp) {
      while (!words.test(said)) {
        assert.equal(process_.exitCode, null, said)
        await sleep(5)
      }
    },
    async kill() {
      const ended = once(process_, 'exit')
      process_.kill('SIGKILL')
      await ended
    },
  }
}

test('a load that is killed among its orders is taken up by the next worker, once, and comes out whole', async () => {
  const load = child('load')
  await load.until(/Orders/)
  const admin = house.as({ id: 1 }).api(sample)
  assert.equal(await codeOf(admin.remove()), 'sample.busy', 'nobody removes what is being loaded')
  await load.kill()
  await forgotten()
  const left = await one<{ state: string; lines: number }>(
    'select state, (select count(*) from order_line) as lines from sample',
  )
  assert.deepEqual(left, { state: 'loading', lines: 0 })
  assert.equal(await codeOf(admin.load({ body: {} })), 'sample.there')

  const later = () => house.ctx({ now: new Date(Date.now() + 60_000) })
  await resumeJob.run(later(), {}, null)
  await resumeJob.run(later(), {}, null)
  const { runs } = await one<{ runs: number }>(
    `select count(*) as runs from job_run where job = 'sample.load'`,
  )
  assert.equal(runs, 1)
  await finish(house.ctx({ who: await cliActor(house.house, modules) }))
  assert.deepEqual(await counts(), whole)
  await finish(house.ctx())
  assert.deepEqual(await counts(), whole, 'what is loaded is not loaded again')
})

test('a removal that is killed has removed nothing, and the next one removes all', async () => {
  const holder = await house.house.connect()
  // Orders go first, parties later: in between it waits, with everything before it done and nothing committed.
  await holder.query('begin')
  await holder.query('lock table party in share mode')
  const removal = child('remove')
  await removal.until(/here/)
  while (
    (
      await one<{ n: number }>(
        `select count(*) as n from pg_locks where relation = 'party'::regclass and not granted`,
      )
    ).n === 0
  )
    await sleep(20)
  await removal.kill()
  await holder.query('rollback')
  await holder.end()
  await forgotten()
  assert.deepEqual(await counts(), whole)
  const gone = await house.as({ id: 1 }).api(sample).remove()
  assert.equal(gone.parties, LINES.parties)
  assert.deepEqual(await counts(), { parties: 0, lines: 0, products: 0, samples: 0 })
})
