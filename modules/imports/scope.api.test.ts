import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { codeOf, company, director, east, south, wang } from '../parties/testing.ts'
import { type Import, imports } from './contract.ts'
import { contents, csv, inconsistencies, row } from './testing.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await company(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})

type Played = Parameters<TestHouse['as']>[0]
const as = (who: Played) => h.as(who).api(imports)
async function run(
  who: Played,
  content: string,
  query: { kind?: Import['kind']; source?: string } = {},
): Promise<Import> {
  const { id } = await as(who).file({
    query: { file_name: 'o.csv', source: 'erp', kind: 'orders', ...query },
    stream: content,
  })
  for (;;) {
    const one = await as(who).get({ params: { id } })
    if (['done', 'failed'].includes(one.state)) return one
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}
const lines = (customer: string, order: string) =>
  csv([row({ order, customer }), row({ order: `${order}b`, customer: '' })])

describe('an importer with a scope', () => {
  test('creates customers where they reach them, and touches nobody else’s', async () => {
    const made = await run(east, lines('E1', 'e1'))
    assert.equal(made.report?.parties.created, 1)
    const {
      rows: [party],
    } = await h.house.pool.query(
      `select unit_id, owner_id from external_id join party using (party_id) where value = 'E1'`,
    )
    assert.deepEqual({ ...party }, { unit_id: 21, owner_id: null })
    const other = await run(south, lines('E1', 's1'))
    assert.deepEqual(other.report?.lines, { read: 2, created: 1, updated: 0, unchanged: 0, rejected: 1 })
    assert.deepEqual(
      other.report?.reasons.map((r) => [r.code, r.message]),
      [['out_of_scope', 'No such customer, or outside what you may change']],
    )
    assert.deepEqual(other.report?.parties, { read: 1, created: 0, updated: 0, unchanged: 0, rejected: 1 })
    assert.equal((await contents(h, 'erp')).filter((o) => o.customer === 'E1').length, 1)
  })

  test('does not change an order of a customer out of reach, nor take it over', async () => {
    const before = (await contents(h, 'erp')).find((o) => o.number === 'e1')
    const report = (await run(south, lines('mine', 'e1'))).report
    assert.deepEqual([report?.lines.rejected, report?.orders.updated], [1, 0])
    assert.deepEqual(
      (await contents(h, 'erp')).find((o) => o.number === 'e1'),
      before,
    )
  })

  test('who reaches only their own owns what they bring in', async () => {
    await run(wang, lines('W1', 'w1'))
    const {
      rows: [party],
    } = await h.house.pool.query(
      `select owner_id from external_id join party using (party_id) where value = 'W1'`,
    )
    assert.equal(party.owner_id, 101)
    assert.equal((await run({ ...wang, id: 102 }, lines('W1', 'w2'))).report?.lines.rejected, 1)
  })

  test('names no owner and no unit out of reach in a file of customers', async () => {
    const report = (
      await run(
        east,
        csv(['P1,A,chan@x.cn,', 'P2,B,,Canton', 'P3,C,li@x.cn,Suzhou'], 'customer id,name,owner email,unit'),
        { kind: 'parties' },
      )
    ).report
    assert.deepEqual(report?.lines, { read: 3, created: 1, updated: 0, unchanged: 0, rejected: 2 })
    assert.deepEqual(report?.reasons.map((r) => r.code).sort(), ['unknown_owner', 'unknown_unit'])
    const south_ = (await run(south, csv(['P3,Taken over'], 'customer id,name'), { kind: 'parties' })).report
    assert.deepEqual(
      south_?.reasons.map((r) => r.code),
      ['out_of_scope'],
    )
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('may not import what they may not write', async () => {
    const reader = {
      ...east,
      grants: { 'imports:read': 'all', 'imports:write': 'all', 'orders:write': 'all' } as const,
    }
    const failed = await run(reader, lines('N1', 'n1'))
    assert.equal(failed.error?.code, 'kernel.not_allowed')
  })
})

describe('imports themselves', () => {
  test('are seen by who made them, by those of their unit, and by nobody else', async () => {
    const made = await run(wang, lines('V1', 'v1'))
    const params = { id: made.id }
    assert.equal((await as(wang).get({ params })).id, made.id)
    assert.equal((await as(east).get({ params })).id, made.id)
    assert.equal((await as(director).get({ params })).id, made.id)
    const other = { ...wang, id: 999 }
    for (const call of [
      () => as(south).get({ params }),
      () => as(south).rejects({ params }),
      () => as(other).get({ params }),
      () => as(south).run({ params }),
      () => as(south).remove({ params }),
    ])
      assert.equal(await codeOf(call()), 'kernel.not_found')
    assert.deepEqual(
      (await as(south).list()).items.filter((i) => i.id === made.id),
      [],
    )
    assert.equal(
      (await h.as(south).send({ method: 'GET', url: `/api/v1/imports/${made.id}/rejects.csv`, headers: {} }))
        .status,
      404,
    )
  })

  test('show no contact details to a colleague whose role masks them', async () => {
    const content = csv(['M1,A,a@x.cn', 'M2,,b@x.cn'], 'customer id,name,email')
    const { id } = await run(wang, content, { kind: 'parties' })
    const colleague = { ...east, masks: ['email'] }
    assert.equal(await codeOf(as(colleague).rejects({ params: { id } })), 'imports.withheld')
    assert.deepEqual((await as(colleague).get({ params: { id } })).detected?.sample, [])
    assert.equal((await as(wang).rejects({ params: { id } })).items.length, 1)
  })
})
