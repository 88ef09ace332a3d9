import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, refusal, south } from '../parties/testing.ts'
import { products } from '../products/contract.ts'
import { type OrderWrite, orders } from './contract.ts'
import { rebuildFigures } from './jobs.ts'
import { ended } from './testing.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2026-11-20T08:00:00Z') })
  await company(h)
  await h.house.pool.query(`insert into setting (key, value) values ('base_currency', '"GBP"')`)
  await h
    .as(director)
    .api(products)
    .create({ body: { code: '85123A', name: 'Hanging heart' } })
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})
const api = () => h.as(director).api(orders)
const people = () => h.as(director).api(parties)

async function buyer(name: string, unit_id = 21) {
  return (await people().create({ body: { kind: 'organisation', name, unit_id } })).id
}
const lines = [
  { product: { code: '85123A' }, quantity: 6, price_micro: 2_550_000 },
  { kind: 'charge' as const, description: 'postage', quantity: 1, price_micro: 5_000 },
]
const write = (number: string, party_id: number, over: Partial<OrderWrite> = {}): OrderWrite => ({
  number,
  party_id,
  ordered_at: '2026-11-02T10:00:00Z',
  lines,
  ...over,
})

describe('an order', () => {
  test('is kept with its lines, rounded per line, and shows in its party’s figures', async () => {
    const party_id = await buyer('Lines')
    const made = await api().create({ body: write('536365', party_id) })
    assert.deepEqual(
      made.lines.map((line) => line.amount_minor),
      [1530, 0],
    )
    assert.deepEqual([made.amount_minor, made.base_minor, made.currency], [1530, 1530, 'GBP'])
    assert.deepEqual(made.lines[0]!.product?.name, 'Hanging heart')
    await api().create({
      body: write('C536365', party_id, {
        kind: 'return',
        ordered_at: '2026-11-05T10:00:00Z',
        lines: [{ quantity: -1, price_micro: 2_550_000 }],
      }),
    })
    const party = await people().get({ params: { id: party_id } })
    assert.deepEqual(
      [party.order_count, party.revenue_minor, party.last_order_at],
      [1, 1275, '2026-11-02T10:00:00.000Z'],
    )
    const { items } = await people().list({ query: { sort: 'revenue_minor', limit: 1 } })
    assert.equal(items[0]!.id, party_id)
    assert.deepEqual(
      (await api().find({ query: { number: '536365' } })).items.map((o) => o.id),
      [made.id],
    )
    assert.deepEqual(await api().get({ params: { id: made.id } }), made)
  })

  test('is one thing under its source and number: sent again it changes nothing, other content is refused', async () => {
    const party_id = await buyer('Again')
    const made = await api().create({ body: write('A1', party_id) })
    assert.deepEqual(await api().create({ body: write('A1', party_id) }), made)
    assert.deepEqual(await api().create({ body: write('A1', party_id), idempotency_key: 'order-a1' }), made)
    const no = await refusal(api().create({ body: write('A1', party_id, { store: 'Leeds' }) }))
    assert.deepEqual([no.status, no.code, no.details?.['order_id']], [409, 'orders.number_taken', made.id])
    const other = await api().create({ body: write('A1', party_id, { source: 'shop' }) })
    assert.notEqual(other.id, made.id)
    const twelve = await Promise.all(
      Array.from({ length: 12 }, () => api().create({ body: write('A2', party_id) })),
    )
    assert.equal(new Set(twelve.map((o) => o.id)).size, 1, 'twelve at once are one order')
    assert.equal((await people().get({ params: { id: party_id } })).order_count, 3)
  })

  test('is replaced as a whole, and what it was stays', async () => {
    const party_id = await buyer('Replaced')
    const made = await api().create({ body: write('R1', party_id) })
    const put = {
      ordered_at: '2026-11-02T10:00:00Z',
      store: 'Leeds',
      lines: [{ product: { code: '85123A' }, quantity: 2, price_micro: 2_550_000 }],
    }
    const after = await api().replace({ params: { id: made.id }, body: put, if_match: `"${made.version}"` })
    assert.deepEqual([after.amount_minor, after.line_count, after.version], [510, 1, 2])
    assert.equal((await people().get({ params: { id: party_id } })).revenue_minor, 510)
    assert.equal((await api().replace({ params: { id: made.id }, body: put })).version, 2, 'the same again')
    assert.equal(
      await codeOf(api().replace({ params: { id: made.id }, body: { ...put, store: 'X' }, if_match: '"1"' })),
      'kernel.version_changed',
    )
    const [last, first] = (await api().history({ params: { id: made.id } })).items
    assert.equal(first!.action, 'orders.created')
    const was = last!.was as {
      store: string
      amount_minor: number
      line_count: number
      lines: { line_no: number; quantity: number }[]
    }
    assert.deepEqual(
      [was.store, was.amount_minor, was.line_count, was.lines.map((l) => [l.line_no, l.quantity])],
      [
        '',
        1530,
        2,
        [
          [1, 6],
          [2, 1],
        ],
      ],
    )
  })

  test('refuses what it cannot keep exactly, and says which line', async () => {
    const party_id = await buyer('Refused')
    const refused = async (over: Partial<OrderWrite>) =>
      refusal(api().create({ body: write('X1', party_id, over) }))
    assert.equal(
      (
        await refused({
          lines: [
            { quantity: 1, price_micro: 1 },
            { quantity: 0.00001, price_micro: 1 },
          ],
        })
      ).details?.['line_no'],
      2,
    )
    assert.equal(
      (await refused({ lines: [{ product: { code: 'none' }, quantity: 1, price_micro: 1 }] })).code,
      'orders.product_unknown',
    )
    assert.equal((await refused({ currency: 'ZZZ' })).code, 'orders.bad_currency')
    assert.equal((await refused({ party_id: 5 })).code, 'orders.party_unknown')
    assert.equal((await refused({ lines: [{ quantity: 1e10, price_micro: 1e15 }] })).code, 'orders.too_large')
    assert.deepEqual((await api().find({ query: { number: 'X1' } })).items, [])
  })

  test('follows its party’s scope', async () => {
    const party_id = await buyer('Scoped orders')
    const made = await api().create({ body: write('S1', party_id) })
    const far = h.as(south).api(orders)
    const near = h.as(east).api(orders)
    assert.equal((await near.get({ params: { id: made.id } })).id, made.id)
    const params = { id: made.id }
    const party = { id: party_id }
    const calls = [
      () => far.get({ params }),
      () => far.history({ params }),
      () => far.ofParty({ params: party }),
      () => far.purchases({ params: party }),
    ]
    for (const call of calls) assert.equal((await refusal(call())).status, 404)
    assert.deepEqual((await far.find({ query: { number: 'S1' } })).items, [])
    const theirs = await buyer('Theirs', 31)
    assert.equal(await codeOf(far.create({ body: write('S1', theirs) })), 'orders.number_elsewhere')
    assert.equal(await codeOf(far.create({ body: write('S2', party_id) })), 'orders.party_unknown')
  })
})

describe('a party’s purchases', () => {
  test('writers of one party count each other: figures equal a recount', async () => {
    const party_id = await buyer('Busy')
    await Promise.all(Array.from({ length: 20 }, (_, i) => api().create({ body: write(`B${i}`, party_id) })))
    const figures = async () => {
      const { order_count, revenue_minor } = await people().get({ params: { id: party_id } })
      return [order_count, revenue_minor]
    }
    assert.deepEqual(await figures(), [20, 30_600])
    await h.house.pool.query('update party_list set order_count = 0, revenue_minor = 1')
    const tx = await h.house.pool.connect()
    await tx.query('begin')
    await rebuildFigures.run({ ...h.ctx(), tx }, {}, null)
    await tx.query('commit')
    tx.release()
    assert.deepEqual(await figures(), [20, 30_600])
  })

  test('the picture shows orders, rhythm, silence and every month, in the base currency', async () => {
    const party_id = await buyer('Pictured')
    for (const [i, day] of ['2026-07-01', '2026-08-01', '2026-09-01', '2026-11-10'].entries())
      await api().create({
        body: write(`P${i}`, party_id, { ordered_at: `${day}T00:00:00Z`, currency: i ? 'GBP' : 'USD' }),
      })
    const before = await api().purchases({ params: { id: party_id } })
    assert.equal(before.revenue_minor, 3 * 1530, 'no rate, no value')
    assert.deepEqual([before.unrated_count, before.orders[0]!.amount_minor], [1, null])
    assert.equal((await people().get({ params: { id: party_id } })).unrated_count, 1)
    const rated = await api().setRate({ body: { currency: 'USD', day: '2026-06-01', rate: 0.75 } })
    assert.equal(rated.orders, 1)
    await ended(h, rated.run_id)
    const picture = await api().purchases({ params: { id: party_id } })
    assert.equal(picture.orders[0]!.amount_minor, 1148, '15.30 × 0.75 = 11.475 → 11.48')
    assert.deepEqual(
      picture.months.map((m) => [m.month, m.order_count]),
      [
        ['2026-07', 1],
        ['2026-08', 1],
        ['2026-09', 1],
        ['2026-10', 0],
        ['2026-11', 1],
      ],
    )
    assert.deepEqual([picture.rhythm?.median_days, picture.rhythm?.gaps, picture.silent_days], [31, 3, 10])
    assert.equal((await people().get({ params: { id: party_id } })).revenue_minor, picture.revenue_minor)
    const page = await api().ofParty({ params: { id: party_id }, query: { limit: 3 } })
    const rest = await api().ofParty({ params: { id: party_id }, query: { limit: 3, cursor: page.next! } })
    assert.deepEqual(
      [...page.items, ...rest.items].map((o) => o.number),
      ['P3', 'P2', 'P1', 'P0'],
    )
  })
})
