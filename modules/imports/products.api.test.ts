import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { auditCount, csv, found, inconsistencies, row, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

const HEAD = 'sku,name,category,unit cost,currency,unit'
const goods = (content: string, over: Parameters<typeof take>[2] = {}) =>
  take(h, content, { kind: 'products', ...over })
const product = async (code: string) =>
  (
    await h.house.pool.query(
      `with recursive tree as (select category_id, name as path from category where parent_id is null
         union all select c.category_id, t.path || '/' || c.name from category c join tree t on c.parent_id = t.category_id)
       select p.name, t.path, p.unit_cost_micro, p.cost_currency, p.sales_unit, p.kind, p.version from product p left join tree t using (category_id) where p.code = $1 and p.source = 'shop'`,
      [code],
    )
  ).rows[0]

describe('a file of products', () => {
  const rows = ['P1,Drill,工具/电动/钻,12.5,CNY,件', 'P2,Hammer,工具,,,', 'P3,"Lamp, red",灯,0.001,USD,']
  test('creates them with their category tree and unit cost', async () => {
    const report = await goods(csv(rows, HEAD))
    assert.deepEqual(report.products, { read: 3, created: 3, updated: 0, unchanged: 0, rejected: 0 })
    assert.deepEqual(
      { ...(await product('P1')) },
      {
        name: 'Drill',
        path: '工具/电动/钻',
        unit_cost_micro: 12_500_000,
        cost_currency: 'CNY',
        sales_unit: '件',
        kind: 'product',
        version: 1,
      },
    )
    assert.deepEqual(
      [(await product('P2')).unit_cost_micro, (await product('P3')).unit_cost_micro],
      [null, 1000],
    )
  })

  test('imported again changes nothing; changed, it updates that product alone', async () => {
    const audits = await auditCount(h)
    assert.equal((await goods(csv(rows, HEAD))).products.unchanged, 3)
    assert.equal(await auditCount(h), audits)
    const report = await goods(
      csv(
        ['P1,Drill,工具/手动,13,CNY,', 'P2,Hammer,,,,', 'P4,New,,,,', 'p4,Other by case,,,,', 'P4,Twice,,,,'],
        HEAD,
      ),
    )
    assert.deepEqual(report.lines, { read: 5, created: 2, updated: 1, unchanged: 1, rejected: 1 })
    assert.deepEqual(
      { ...(await product('P1')) },
      {
        name: 'Drill',
        path: '工具/手动',
        unit_cost_micro: 13_000_000,
        cost_currency: 'CNY',
        sales_unit: '件',
        kind: 'product',
        version: 2,
      },
    )
    const {
      rows: [was],
    } = await h.house.pool.query(`select payload from audit where action = 'products.updated'`)
    assert.deepEqual(Object.keys(was.payload).sort(), ['category_id', 'cost_currency', 'unit_cost_micro'])
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('an orders file leaves their names alone, and names new ones as most of its lines do', async () => {
    const report = await take(
      h,
      csv([
        row({ order: '1', code: 'P1', name: 'damaged?' }),
        row({ order: '2', code: '22752', name: 'NEST' }),
        row({ order: '3', code: '22752', name: 'SET 7 NEST' }),
        row({ order: '4', code: '22752', name: 'SET 7 NEST' }),
      ]),
    )
    assert.deepEqual(report.products, { read: 2, created: 1, updated: 0, unchanged: 1, rejected: 0 })
    assert.deepEqual([(await product('P1')).name, (await product('22752')).name], ['Drill', 'SET 7 NEST'])
  })
})
