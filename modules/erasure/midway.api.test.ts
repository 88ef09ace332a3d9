import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { identity } from '../identity/contract.ts'
import { stateOf } from '../identity/testing.ts'
import { modules } from '../index.ts'
import { notes } from '../notes/contract.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { company, director } from '../parties/testing.ts'
import { ties } from '../ties/contract.ts'
import { erasure } from './contract.ts'
import { readLedger } from './ledger.ts'
import { meddleWith } from './testing.ts'

// A merge, an unmerge and an erasure touch dozens of tables in one transaction. Here each of their statements in turn is
// the last: it fails, or its backend is terminated before it. The whole database must then be what it was before.

type Way = 'terminated' | 'fails'
type Fault = { at: number; way: Way; seen: number; tx: pg.PoolClient | null }
let fault: Fault | null = null
let h: TestHouse
let home: string

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'guanxi midway '))
  h = await testHouse(modules, { config: testConfig({ home }) })
  await company(h)
  meddleWith(h.house.pool, async (statement, ask, given, client) => {
    if (fault && statement === 'begin') fault.tx = client
    if (fault?.tx === client && statement !== 'rollback' && ++fault.seen === fault.at) {
      if (fault.way === 'fails') return ask('select 1 / 0')
      await terminate(client)
    }
    return ask(...given)
  })
})
after(async () => {
  await h.close()
  await rm(home, { recursive: true, force: true })
})

async function terminate(client: pg.PoolClient): Promise<void> {
  const { processID } = client as pg.PoolClient & { processID: number }
  const other = await h.house.connect()
  try {
    await other.query('select pg_terminate_backend($1, 10000)', [processID])
  } finally {
    await other.end()
  }
}

/** Every row of every table, and of the queue; but for what an administrator reads of failures. */
async function everything(): Promise<Record<string, unknown>> {
  const { rows } = await h.house.pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'graphile_worker') and c.relname <> 'fault'`,
  )
  const each = rows.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(x::text, '|' order by x::text), '')) as said from ${name} x`,
  )
  const said = await h.house.pool.query<{ name: string; said: string }>(each.join(' union all '))
  return {
    ...Object.fromEntries(said.rows.map(({ name, said }) => [name, said])),
    ledger: String((await readLedger(h.house)).held.map(({ party_id }) => party_id)),
  }
}

const differing = (a: Record<string, unknown>, b: Record<string, unknown>): string[] =>
  Object.keys({ ...a, ...b }).filter((name) => a[name] !== b[name])

/** `act` is broken off at its first statement, its second, and so on, until it comes through. Answers how many it had. */
async function brokenOff(act: () => Promise<unknown>): Promise<number> {
  const before = await everything()
  for (let at = 2; ; at++) {
    const way = at % 2 ? 'fails' : 'terminated'
    fault = { at, way, seen: 0, tx: null }
    const refused = await act().then(
      () => null,
      (error: Error) => error,
    )
    const { seen } = fault
    fault = null
    if (!refused) {
      assert.ok(seen < at, `statement ${at} ${way}, and yet it is said to be done`)
      return seen
    }
    assert.deepEqual(differing(await everything(), before), [], `statement ${at} ${way}: ${refused.message}`)
  }
}

async function being(name: string, n: number): Promise<number> {
  const who = h.as(director)
  const { id } = await who.api(parties).create({
    body: {
      kind: 'person',
      name,
      unit_id: 21,
      owner_id: 101,
      tags: [`T${n}`, 'VIP'],
      roles: [{ role: 'customer', since: `2024-0${n}-01` }],
      contact_points: [{ kind: 'email', value: `midway${n}@secret.example` }],
      external_ids: [{ source: 'shop', value: `MID-${n}` }],
    },
  })
  const params = { id }
  await who.api(notes).add({ params, body: { body: `说到一半 ${n}` } })
  await who.api(notes).addTask({ body: { title: `待办 ${n}`, party_id: id } })
  await who.api(ties).add({ params, body: { kind: 'works_at', create: { name: `中途机电 ${n}` } } })
  await who.api(orders).create({
    body: {
      party_id: id,
      number: `MID-${n}`,
      ordered_at: '2024-03-05T10:00:00Z',
      lines: [{ quantity: 2, price_micro: 5_000_000, description: 'cup' }],
    },
  })
  return id
}

test('a merge, an unmerge and an erasure that are broken off at any statement leave everything as it was, and come through when tried again', async () => {
  const one = h.as(director).api(identity)
  const [a, b] = [await being('王途', 1), await being('王塗', 2)]
  const [a0, b0] = [await stateOf(h, a), await stateOf(h, b)]
  const merged = await brokenOff(() => one.merge({ params: { id: a }, body: { other: b } }))
  assert.ok(merged > 20, `${merged} statements`)
  const [merge] = (await one.merges({ params: { id: a } })).items
  assert.equal(merge?.party.id, b)
  const parted = await brokenOff(() =>
    one.unmerge({ params: { id: a }, body: { merge_id: merge!.merge_id, assign: {} } }),
  )
  assert.ok(parted > 20, `${parted} statements`)
  assert.deepEqual([await stateOf(h, a), await stateOf(h, b)], [a0, b0])
  const erased = await brokenOff(() =>
    h
      .as(director)
      .api(erasure)
      .erase({ params: { id: b }, body: { confirm: '王塗', ground: 'request' } }),
  )
  assert.ok(erased > 20, `${erased} statements`)
  assert.ok(
    (await h
      .as(director)
      .api(erasure)
      .record({ params: { id: b } })) !== null,
  )
  assert.deepEqual(
    (await readLedger(h.house)).held.map(({ party_id }) => party_id),
    [b],
  )
  assert.deepEqual(await stateOf(h, a), a0)
})
