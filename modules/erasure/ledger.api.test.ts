import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { backupToFile } from '../backups/archive/file.ts'
import { openArchive } from '../backups/archive/read.ts'
import { restoreNow } from '../backups/live.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { company, director } from '../parties/testing.ts'
import { append, type Entry, ledgerPath, readLedger } from './ledger.ts'
import { reapplyErasures } from './reapply.ts'
import { settleLedger } from './settle.ts'
import { meddleWith } from './testing.ts'
import { keepersOf } from './traces.ts'

// The line in erasures.log and the commit are two things: whoever dies between them must leave neither an erasure that a
// restore forgets nor a line that erases somebody who never was.

type Commit = (ask: () => Promise<unknown>, client: pg.PoolClient) => unknown
let h: TestHouse
let home: string
/** what becomes of the next commit */
let commit: Commit | null = null

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'guanxi ledger '))
  h = await testHouse(modules, { config: testConfig({ home }) })
  await company(h)
  meddleWith(h.house.pool, (statement, ask, given, client) => {
    if (statement !== 'commit' || !commit) return ask(...given)
    const how = commit
    commit = null
    return how(() => ask(...given), client)
  })
})
after(async () => {
  await h.close()
  await rm(home, { recursive: true, force: true })
})

async function someone(name: string): Promise<number> {
  const body = { kind: 'person' as const, name, unit_id: 21 }
  return (await h.as(director).api(parties).create({ body })).id
}

/** `how`: what the commit does. */
async function erase(id: number, name: string, how: Commit | null = null): Promise<number> {
  commit = how
  const { status } = await h.as(director).send({
    method: 'POST',
    url: `/api/v1/parties/${id}/erase`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ confirm: name, ground: 'request' }),
  })
  return status
}

const diesBefore: Commit = async (_ask, client) => {
  const { processID } = client as pg.PoolClient & { processID: number }
  await h.house.pool.query('select pg_terminate_backend($1, 10000)', [processID])
  throw new Error('the connection is gone')
}
const diesAfter: Commit = async (ask) => {
  await ask()
  throw new Error('the connection is gone')
}

const ids = (entries: readonly Entry[]) => entries.map(({ party_id }) => party_id)
const ledger = async () => {
  const { held, begun } = await readLedger(h.house)
  return { held: ids(held), begun: ids(begun) }
}
async function erasedOf(...party_ids: number[]): Promise<number[]> {
  const { rows } = await h.house.pool.query<{ party_id: number }>(
    'select party_id from party where party_id = any($1::bigint[]) and erased_at is not null order by 1',
    [party_ids],
  )
  return rows.map(({ party_id }) => party_id)
}

async function restored(path: string): Promise<void> {
  const archive = await openArchive(path, h.house.seal_key)
  try {
    await restoreNow(h.house, archive, { who: h.ctx().who, replace: true })
  } finally {
    await archive.close()
  }
}

describe('a fault between the line and the commit', () => {
  test('before the commit: nobody is erased, now or by a later restore, and it can be asked for again', async () => {
    const [a, b] = [await someone('甲'), await someone('乙')]
    const path = join(home, 'before.zip')
    await backupToFile(h.house, path)
    assert.equal(await erase(a, '甲', diesBefore), 500)
    assert.equal(await erase(b, '乙'), 200)
    assert.deepEqual(await ledger(), { held: [b], begun: [a] })
    await restored(path)
    assert.deepEqual(await erasedOf(a, b), [b])
    assert.deepEqual(await ledger(), { held: [b], begun: [] })
    assert.equal(await erase(a, '甲'), 200)
    assert.deepEqual(await erasedOf(a, b), [a, b])
  })

  test('after the commit, before anybody hears of it: a restore right afterwards erases again', async () => {
    const id = await someone('丁')
    const path = join(home, 'after.zip')
    await backupToFile(h.house, path)
    assert.equal(await erase(id, '丁', diesAfter), 500)
    assert.deepEqual((await ledger()).begun, [id])
    await restored(path)
    assert.deepEqual(await erasedOf(id), [id])
    const { rows } = await h.house.pool.query(
      'select from erasure where party_id = $1 and reapplied_at is not null',
      [id],
    )
    assert.equal(rows.length, 1)
    assert.deepEqual((await ledger()).begun, [])
  })

  test('a start, or the next hour, settles what was left begun as the database says it was', async () => {
    const [a, b] = [await someone('己'), await someone('庚')]
    await erase(a, '己', diesBefore)
    await erase(b, '庚', diesAfter)
    assert.deepEqual((await ledger()).begun, [a, b])
    await settleLedger(h.ctx())
    const { held, begun } = await ledger()
    assert.deepEqual([held.includes(a), held.includes(b), begun], [false, true, []])
    const lines = await readFile(ledgerPath(h.house), 'utf8')
    await settleLedger(h.ctx())
    assert.equal(await readFile(ledgerPath(h.house), 'utf8'), lines, 'there is nothing more to say')
  })

  test('an erasure that is under way is not settled before it has ended', async () => {
    const id = await someone('辛')
    let go = () => {}
    const gate = new Promise<void>((open) => (go = open))
    let reached = () => {}
    const atCommit = new Promise<void>((there) => (reached = there))
    const erasing = erase(id, '辛', async (ask) => {
      reached()
      await gate
      return ask()
    })
    await atCommit
    let settled = false
    const settling = settleLedger(h.ctx()).then(() => {
      settled = true
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.deepEqual([settled, (await ledger()).begun], [false, [id]])
    go()
    assert.equal(await erasing, 200)
    await settling
    const { held, begun } = await ledger()
    assert.deepEqual([held.includes(id), begun], [true, []])
  })
})

test('where the line cannot be written nobody is erased', async () => {
  const id = await someone('壬')
  await rename(ledgerPath(h.house), join(home, 'kept.log'))
  await mkdir(ledgerPath(h.house))
  assert.equal(await erase(id, '壬'), 500)
  assert.deepEqual(await erasedOf(id), [])
  await rmdir(ledgerPath(h.house))
  await rename(join(home, 'kept.log'), ledgerPath(h.house))
  assert.equal(await erase(id, '壬'), 200)
})

test('a line that was cut off swallows none that comes after it', async () => {
  const id = await someone('癸')
  await writeFile(ledgerPath(h.house), '{"begun":{"erasure_id": 77, "par', { flag: 'a' })
  assert.equal(await erase(id, '癸'), 200)
  const { held, begun } = await ledger()
  assert.deepEqual([held.at(-1), begun], [id, []])
})

test('a line of another house erases nobody who has the number here', async () => {
  const id = await someone('同号')
  await append(h.house, [
    {
      erasure_id: await h.house.ids.next(),
      party_id: id,
      home_party_id: id,
      party_created_at: '2020-02-02T02:02:02.002Z',
      at: new Date(Date.now() + 1000).toISOString(),
      actor_kind: 'user',
      actor_id: 102,
      ground: 'request',
    },
  ])
  assert.deepEqual(await reapplyErasures(h.ctx(), keepersOf(modules)), { erased: 0, gone: 0, others: 1 })
  assert.deepEqual(await erasedOf(id), [])
})
