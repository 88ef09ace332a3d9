import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { cliActor } from '../access/cli.ts'
import { access } from '../access/contract.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { ended, eventually } from '../orders/testing.ts'
import { parties } from '../parties/contract.ts'
import { contents, csv, inconsistencies, row, take } from './testing.ts'

let h: TestHouse
let worker: Worker | undefined
const stop = async () => {
  await worker?.stop()
  worker = undefined
  await h?.close()
}
/** A house that a command founds: nobody has said in which currency the company counts. */
beforeEach(async () => {
  await stop()
  h = await testHouse(modules)
  const who = await cliActor(h.house, modules)
  assert.notEqual(await base(), 'GBP')
  cli = { ctx: { who } }
})
after(stop)

let cli: { ctx: Parameters<TestHouse['ctx']>[0] }
const settings = () => h.as().api(access)
const base = async () => (await settings().settings()).base_currency
const retail = csv([
  row({ order: '1' }),
  row({ order: '2', code: 'POST', price: '18' }),
  row({ order: 'C3', qty: -1 }),
])
const revenue = async () => {
  const { items } = await h.as().api(parties).list()
  return items.map(({ revenue_minor, unrated_count }) => [revenue_minor, unrated_count])
}
type Took = Awaited<ReturnType<typeof take>>
const told = ({ notices }: Took, code: string) => notices.find((notice) => notice.code === code)

describe('the first orders of a house whose currency was guessed', () => {
  test('settle it: a preview says so and changes nothing, the report says so, the audit too', async () => {
    const guess = await base()
    const tried = await take(h, retail, { ...cli, dry_run: true })
    assert.equal(await base(), guess)
    const done = await take(h, retail, cli)
    for (const report of [tried, done]) {
      const notice = told(report, 'base_adopted')
      assert.deepEqual([notice?.base, notice?.was, notice?.count], ['GBP', guess, 3])
      assert.match(notice!.message, /counts in GBP/)
      assert.equal(told(report, 'no_rate'), undefined)
    }
    assert.equal(await base(), 'GBP')
    assert.deepEqual(await revenue(), [[1530 + 10_800 - 255, 0]])
    const { rows } = await h.house.pool.query(
      "select payload from audit where action = 'access.settings_changed' and payload ? 'base_currency'",
    )
    assert.deepEqual(
      rows.map((one) => one.payload),
      [{ base_currency: guess }],
    )
    assert.deepEqual(await inconsistencies(h), [])
    const again = await take(h, retail, cli)
    assert.deepEqual([again.lines.unchanged, told(again, 'base_adopted')], [3, undefined])
  })

  test('leave it alone where they have several currencies', async () => {
    const guess = await base()
    const mixed = `${csv([`${row({ order: '1' })},GBP`, `${row({ order: '2' })},EUR`], `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country,Currency`)}`
    const report = await take(h, mixed, cli)
    assert.deepEqual(
      told(report, 'no_rate')?.currencies?.map(({ currency, orders, first_day }) => [
        currency,
        orders,
        first_day,
      ]),
      [
        ['EUR', 1, '2010-12-01'],
        ['GBP', 1, '2010-12-01'],
      ],
    )
    assert.equal(await base(), guess)
    await take(h, retail.replaceAll('\n', '\r\n'), { ...cli, source: 'later' })
    assert.equal(await base(), guess, 'orders are there: nothing is guessed any more')
  })
})

describe('a sign at the figures', () => {
  const head = 'Order,Date,Customer,SKU,Qty,Price'
  const took = async (prices: string[], source: string, more: string[] = []) => {
    const lines = prices.map((price, i) => `${source}${i},2024-03-15,C1,S,1,"${price}"${more[i] ?? ''}`)
    const report = await take(h, csv(lines, head + (more.length ? ',Currency' : '')), { ...cli, source })
    const { rows } = await h.house.pool.query<{ one: string }>(
      `select currency || ' ' || amount_minor as one from orders where source = $1 order by number`,
      [source],
    )
    return [
      rows.map(({ one }) => one),
      report.reasons.map(({ code, lines, first_line }) => [code, lines, first_line]),
    ]
  }

  test('says in what the file is', async () => {
    await settings().patchSettings({ body: { base_currency: 'CNY' } })
    assert.deepEqual(await took(['$12.50', '$1,200.00'], 'us'), [['USD 1250', 'USD 120000'], []])
    assert.deepEqual(await took(['12,50 €', '7'], 'eu'), [['EUR 1250', 'EUR 700'], []])
    assert.deepEqual(await took(['￥12.50', '10元'], 'cn'), [['CNY 1250', 'CNY 1000'], []])
  })

  test('is the company’s own where it may be', async () => {
    await settings().patchSettings({ body: { base_currency: 'HKD' } })
    assert.deepEqual(await took(['$12.50'], 'hk'), [['HKD 1250'], []])
  })

  test('turns back the line where it is another than the line’s own', async () => {
    await settings().patchSettings({ body: { base_currency: 'CNY' } })
    assert.deepEqual(await took(['¥5', '$6', '€7'], 'mixed'), [['CNY 500'], [['other_currency', 2, 3]]])
    assert.deepEqual(await took(['$5', '$6', '€7', '$8'], 'said', [',USD', ',AUD', ',USD', ',CNY']), [
      ['USD 500', 'AUD 600'],
      [['other_currency', 2, 4]],
    ])
  })
})

describe('a file in another currency than the one that somebody chose', () => {
  beforeEach(async () => {
    worker = await startWorker(h.house, modules, () => h.ctx())
    await settings().patchSettings({ body: { base_currency: 'CNY' } })
  })

  test('keeps it and says what to do; a rate from the first day on values all of it', async () => {
    const report = await take(h, retail, cli)
    assert.equal(await base(), 'CNY')
    const notice = told(report, 'no_rate')!
    assert.deepEqual(
      [notice.base, notice.currencies],
      ['CNY', [{ currency: 'GBP', orders: 3, first_day: '2010-12-01' }]],
    )
    assert.deepEqual(await revenue(), [[0, 3]])
    const { currency, first_day } = notice.currencies![0]!
    const set = await h
      .as()
      .api(orders)
      .setRate({ body: { currency, day: first_day, rate: 10 } })
    assert.equal(set.orders, 3)
    await ended(h, set.run_id)
    assert.deepEqual(await revenue(), [[120_750, 0]])
    assert.deepEqual(await inconsistencies(h), [])
    assert.equal(told(await take(h, retail, { ...cli, dry_run: true }), 'no_rate'), undefined)
  })

  test('is valued once the company counts in that currency', async () => {
    await take(h, retail, cli)
    const before = await contents(h)
    await settings().patchSettings({ body: { base_currency: 'GBP' } })
    await eventually(async () => assert.deepEqual(await revenue(), [[12_075, 0]]))
    assert.deepEqual(await contents(h), before, 'orders themselves stay as they are')
  })
})
