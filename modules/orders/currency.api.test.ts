import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { access } from '../access/contract.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { company, refusal } from '../parties/testing.ts'
import { orders } from './contract.ts'
import { ended, eventually } from './testing.ts'

let h: TestHouse | undefined
let worker: Worker | undefined
const stop = async () => {
  await worker?.stop()
  await h?.close()
}
beforeEach(stop)
after(stop)

/** A company that counts in CNY, by choice or by a guess. */
async function house(guessed: boolean) {
  h = await testHouse(modules)
  const { pool } = h.house
  await company(h)
  await pool.query(
    `insert into setting (key, value) values ('base_currency', '"CNY"'), ('base_currency_guessed', $1)`,
    [String(guessed)],
  )
  worker = await startWorker(h.house, modules, () => h!.ctx())
  const root = h.as()
  const api = root.api(orders)
  const people = root.api(parties)
  const { id } = await people.create({ body: { kind: 'organisation', name: 'Buyer', unit_id: 1 } })
  const base = async () => (await root.api(access).settings()).base_currency
  const changes = async () =>
    (
      await pool.query<{ payload: { base_currency?: string } }>(
        "select payload from audit where action = 'access.settings_changed' order by audit_id",
      )
    ).rows.map(({ payload }) => payload)
  const figures = async () => {
    const { revenue_minor, unrated_count, order_count } = await people.get({ params: { id } })
    return { revenue_minor, unrated_count, order_count }
  }
  const buy = (number: string, currency: string, day = '2026-03-01', minor = 1000) =>
    api.create({
      body: {
        number,
        party_id: id,
        ordered_at: `${day}T00:00:00Z`,
        currency,
        lines: [{ quantity: 1, price_micro: minor * 10_000 }],
      },
    })
  const settings = root.api(access)
  const choose = (base_currency: string) => settings.patchSettings({ body: { base_currency } })
  return { api, people, id, base, changes, figures, buy, choose }
}

describe('a base currency that was guessed', () => {
  test('becomes that of the first order, once, and the audit says so', async () => {
    const { buy, base, changes, figures } = await house(true)
    const made = await buy('1', 'GBP')
    assert.deepEqual([made.base_minor, await base()], [1000, 'GBP'])
    assert.deepEqual(await changes(), [{ base_currency: 'CNY' }])
    const second = await buy('2', 'USD')
    assert.deepEqual([second.base_minor, await base()], [null, 'GBP'])
    assert.equal((await changes()).length, 1)
    assert.deepEqual(await figures(), { revenue_minor: 1000, unrated_count: 1, order_count: 2 })
  })

  test('is settled once by many first orders at a time', async () => {
    const { buy, base, changes } = await house(true)
    const all = await Promise.all(
      ['GBP', 'USD', 'EUR', 'GBP', 'USD'].map((currency, i) => buy(String(i), currency)),
    )
    const now = await base()
    assert.equal((await changes()).length, 1)
    for (const one of all) assert.equal(one.base_minor, one.currency === now ? 1000 : null)
  })

  test('stays where the first order is refused, and where somebody chose it', async () => {
    const { api, id, buy, base, choose } = await house(true)
    const lines = [{ product: { code: 'none' }, quantity: 1, price_micro: 1 }]
    const body = { number: '1', party_id: id, ordered_at: '2026-03-01T00:00:00Z', currency: 'GBP', lines }
    assert.equal((await refusal(api.create({ body }))).code, 'orders.product_unknown')
    assert.equal(await base(), 'CNY')
    await choose('CNY')
    assert.equal((await buy('1', 'GBP')).base_minor, null)
    assert.equal(await base(), 'CNY')
  })
})

describe('orders that no rate values', () => {
  test('are said to be so, shown in their own currency, and valued once a rate is set, from its day on', async () => {
    const { api, id, buy, figures } = await house(false)
    await buy('1', 'GBP', '2026-03-01')
    await buy('2', 'GBP', '2026-05-01', 2001)
    const none = { revenue_minor: 0, unrated_count: 2, order_count: 2 }
    assert.deepEqual(await figures(), none)
    const seen = await api.purchases({ params: { id } })
    assert.deepEqual([seen.currency, seen.revenue_minor, seen.unrated_count], ['GBP', 3001, 0])
    const set = await api.setRate({ body: { currency: 'GBP', day: '2026-04-01', rate: 9.5 } })
    assert.equal(set.orders, 1)
    await ended(h!, set.run_id)
    // 2001 × 9.5 = 19009.5: half to even
    assert.deepEqual(await figures(), { revenue_minor: 19_010, unrated_count: 1, order_count: 2 })
    const early = await api.setRate({ body: { currency: 'GBP', day: '2026-01-01', rate: 9 } })
    await ended(h!, early.run_id)
    assert.deepEqual(await figures(), { revenue_minor: 28_010, unrated_count: 0, order_count: 2 })
    const again = await api.setRate({ body: { currency: 'GBP', day: '2026-01-01', rate: 9 } })
    await ended(h!, again.run_id)
    assert.deepEqual(await figures(), { revenue_minor: 28_010, unrated_count: 0, order_count: 2 })
    const all = await api.purchases({ params: { id } })
    assert.deepEqual([all.currency, all.revenue_minor], ['CNY', 28_010])
  })

  test('are valued when the company counts in their currency; rates to the old one are not taken for the new', async () => {
    const { api, buy, figures, choose } = await house(false)
    await buy('1', 'GBP')
    await buy('2', 'CNY')
    const set = await api.setRate({ body: { currency: 'GBP', day: '2026-01-01', rate: 9 } })
    await ended(h!, set.run_id)
    assert.deepEqual(await figures(), { revenue_minor: 10_000, unrated_count: 0, order_count: 2 })
    await choose('GBP')
    await eventually(async () =>
      assert.deepEqual(await figures(), { revenue_minor: 1000, unrated_count: 1, order_count: 2 }),
    )
    assert.deepEqual((await api.rates()).items, [])
    await choose('CNY')
    await eventually(async () =>
      assert.deepEqual(await figures(), { revenue_minor: 10_000, unrated_count: 0, order_count: 2 }),
    )
  })

  test('orders written while the base changes are valued in the one or the other, never left in the old', async () => {
    const { buy, figures, choose } = await house(false)
    const writing = Promise.all(Array.from({ length: 40 }, (_, i) => buy(String(i), i % 2 ? 'GBP' : 'CNY')))
    await choose('GBP')
    await writing
    await eventually(async () =>
      assert.deepEqual(await figures(), { revenue_minor: 20_000, unrated_count: 20, order_count: 40 }),
    )
  })
})
