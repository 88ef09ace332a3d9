import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { contents, csv, found, inconsistencies, row, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

const orders = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    row({ order: `o${(from + i) >> 2}`, code: `P${(from + i) % 50}`, customer: String((from + i) >> 4) }),
  )
const adds = (c: { read: number; created: number; updated: number; unchanged: number; rejected: number }) =>
  assert.equal(c.read, c.created + c.updated + c.unchanged + c.rejected)

describe('imports at the same time', () => {
  test('two of one source wait for each other, and nothing is counted twice', async () => {
    const phases: (string | undefined)[] = []
    const reports = await Promise.all([
      take(h, csv(orders(0, 3000)), { onProgress: ({ phase }) => phases.push(phase) }),
      take(h, csv(orders(1500, 4500)), { onProgress: ({ phase }) => phases.push(phase) }),
      take(h, csv(orders(0, 4500)), { onProgress: ({ phase }) => phases.push(phase) }),
    ])
    for (const { lines } of reports) adds(lines)
    assert.equal(
      reports.reduce((sum, r) => sum + r.lines.created, 0),
      4500,
    )
    assert.ok(phases.includes('Waiting for another import of this source'))
    assert.equal(
      (await contents(h)).reduce((sum, o) => sum + o.line_count, 0),
      4500,
    )
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('a party that somebody changes meanwhile makes the import start again on what is there now', async () => {
    const head = 'order no,date,sku,qty,price,customer id,customer name'
    await take(h, csv(['r1,2024-01-01,A,1,1,k,First Ltd'], head), { source: 'race' })
    let raced = false
    await take(h, csv(['r2,2024-02-01,A,1,1,k,Second Ltd'], head), {
      source: 'race',
      onProgress: ({ phase }) => {
        if (phase !== 'Writing' || raced) return
        raced = true
        return h.house.pool.query(
          `update party set note = 'by hand', version = version + 1 where name = 'First Ltd'`,
        ) as unknown as undefined
      },
    })
    const {
      rows: [party],
    } = await h.house.pool.query(
      `select name, note, version from external_id join party using (party_id) where source = 'race'`,
    )
    assert.deepEqual({ ...party }, { name: 'Second Ltd', note: 'by hand', version: 3 })
  })
})

describe('an import that is killed', () => {
  for (const at of ['Reading the file', 'Comparing', 'Writing', 'Updating the lists'])
    test(`while “${at}” has written nothing, and the next one is whole`, async () => {
      const source = `kill ${at}`
      const before = await h.house.pool.query(
        'select (select count(*) from audit) as a, (select count(*) from outbox) as o, (select count(*) from party) as p, (select count(*) from product) as g, (select count(*) from import) as i',
      )
      const kill = () =>
        h.house.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'guanxi import %' and datname = current_database()`,
        )
      await assert.rejects(
        take(h, csv(orders(0, 2000)), {
          source,
          onProgress: ({ phase }) => (phase === at ? (kill() as unknown as undefined) : undefined),
        }),
      )
      const now = await h.house.pool.query(
        'select (select count(*) from audit) as a, (select count(*) from outbox) as o, (select count(*) from party) as p, (select count(*) from product) as g, (select count(*) from import) as i',
      )
      assert.deepEqual(now.rows, before.rows)
      const report = await take(h, csv(orders(0, 2000)), { source })
      assert.equal(report.lines.created, 2000)
      assert.deepEqual(await inconsistencies(h), [])
    })
})
