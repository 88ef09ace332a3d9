import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { CsvReader } from './reader/csv.ts'
import { csvCell, protect, unprotect } from './serving/ours.ts'
import { contents, csv, found, inconsistencies, rejectsOf, row, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

const good = [
  row({ order: '1' }),
  row({ order: '1' }),
  row({ order: '2', code: '71053' }),
  row({ order: '9' }),
]
const bad = [
  row({ order: '1', price: 'free' }),
  row({ order: '2', at: '2011-02-30 10:00:00' }),
  row({ order: '3', customer: '1.2E+12' }),
  '4,71053,"=cmd|\'/c calc\'!A1",x,2011-01-01 10:00:00,1.5,7,France',
  '5,71053,too few',
]
const file = csv([good[0]!, bad[0]!, good[1]!, bad[1]!, good[2]!, bad[2]!, bad[3]!, bad[4]!, good[3]!])
const mended = (text: string) =>
  text
    .replace(',free,', ',2.55,')
    .replace('2011-02-30', '2011-02-28')
    .replace(',1.2E+12,', ',1200000000001,')
    .replace(',x,2011', ',5,2011')
    .replace('71053,too few', '71053,enough,1,2011-01-01 10:00:00,1.5,7,France')

describe('rejected rows', () => {
  let import_id = 0
  let rejects = ''
  test('are kept with their line and reasons, and counted', async () => {
    const report = await take(h, file)
    assert.deepEqual(report.lines, { read: 9, created: 4, updated: 0, unchanged: 0, rejected: 5 })
    assert.deepEqual(report.orders, { read: 6, created: 3, updated: 0, unchanged: 0, rejected: 3 })
    assert.match(report.rejects_file!, /orders\.rejects\.csv$/)
    assert.deepEqual(report.reasons.map((r) => [r.code, r.lines, r.first_line]).sort(), [
      ['bad_date', 1, 5],
      ['bad_price', 1, 3],
      ['bad_quantity', 1, 8],
      ['damaged_id', 1, 7],
      ['ragged', 1, 9],
    ])
    import_id = report.import_id!
    rejects = await rejectsOf(h, import_id)
  })

  test('come as a file that a spreadsheet opens and does not run', () => {
    const rows = new CsvReader(',').push(rejects.slice(1))!.rows
    assert.equal(rejects.charCodeAt(0), 0xfeff)
    assert.deepEqual(rows[0]!.slice(0, 4), ['guanxi_line', 'guanxi_reasons', 'guanxi_import', 'InvoiceNo'])
    assert.deepEqual(
      rows.slice(1).map((r) => r[0]),
      ['3', '5', '7', '8', '9'],
    )
    assert.equal(rows[1]![1], 'unit_price: The unit price is not a number')
    assert.equal(rows[4]![5], "'=cmd|'/c calc'!A1")
  })

  test('sent back as they are, they are rejected again and change nothing else', async () => {
    const before = await contents(h)
    const report = await take(h, rejects, { name: 'orders.rejects.csv' })
    assert.deepEqual(report.lines, { read: 5, created: 0, updated: 0, unchanged: 0, rejected: 5 })
    assert.deepEqual(await contents(h), before)
    import_id = report.import_id!
    rejects = await rejectsOf(h, import_id)
  })

  test('mended and imported, they add just their lines, even one that is equal to a line already in', async () => {
    const report = await take(h, mended(rejects), { source: undefined })
    assert.deepEqual(report.lines, { read: 5, created: 5, updated: 0, unchanged: 0, rejected: 0 })
    const orders = Object.fromEntries((await contents(h)).map((order) => [order.number, order.line_count]))
    assert.deepEqual(orders, { 1: 3, 2: 2, 3: 1, 4: 1, 5: 1, 9: 1 })
    const {
      rows: [line],
    } = await h.house.pool.query(
      `select description from order_line l join orders o using (party_id, order_id) where o.number = '4' and o.source = 'shop'`,
    )
    assert.equal(line.description, "=cmd|'/c calc'!A1")
    assert.deepEqual(await inconsistencies(h), [])
    const {
      rows: [kept],
    } = await h.house.pool.query('select count(*) as n from import_reject')
    assert.equal(kept.n, 0, 'what was sent back is done with, in the import that it came from')
  })

  test('imported twice, the mended file changes nothing; nor does the first file with its mistakes put right', async () => {
    const before = await contents(h)
    assert.deepEqual((await take(h, mended(rejects), { source: undefined })).lines, {
      read: 5,
      created: 0,
      updated: 0,
      unchanged: 5,
      rejected: 0,
    })
    assert.deepEqual((await take(h, mended(file))).lines.unchanged, 9)
    assert.deepEqual(await contents(h), before)
  })

  test('a mended line does not take an order to another customer', async () => {
    await take(h, csv([row({ order: 'w1' }), row({ order: 'w1', customer: '99' }), row({ order: 'w2' })]), {
      source: 'who',
    }).then(async ({ import_id }) => {
      const again = await take(h, await rejectsOf(h, import_id!), { source: 'who' })
      assert.deepEqual(
        again.reasons.map((r) => r.code),
        ['two_customers'],
      )
      assert.deepEqual(again.lines.rejected, 1)
    })
  })
})

describe('cells made safe for a spreadsheet', () => {
  test('are what they were when they come back', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '1', '.', 'a', ',', '"', '\n', ' '),
        }),
        (cell) => {
          assert.equal(unprotect(protect(cell)), cell)
          const [[back]] = new CsvReader(';').push(`${csvCell(protect(cell), ';')};x\n`)!.rows as [string[]]
          assert.equal(unprotect(back!), cell)
        },
      ),
    )
  })
  test('numbers stay numbers', () => {
    for (const cell of ['-5', '+3.14', '-1,234.50', '-12%', '1']) assert.equal(protect(cell), cell)
    for (const cell of ['=1+1', '-cmd', '@x', '+a']) assert.equal(protect(cell), `'${cell}`)
  })
})
