import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { codeOf, company, director } from '../parties/testing.ts'
import { products } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())
const api = () => h.as(director).api(products)

test('a product makes the categories of its path, once, whoever else makes them', async () => {
  const category = ['传动', '减速机']
  const made = await Promise.all(
    ['G1', 'G2', 'G3'].map((code) => api().create({ body: { code, name: `Gearbox ${code}`, category } })),
  )
  assert.equal(new Set(made.map((p) => p.category!.id)).size, 1)
  assert.deepEqual(made[0]!.category!.path, category)
  const { items } = await api().categories()
  assert.deepEqual(
    items.map((c) => [c.path.join('/'), c.products]),
    [
      ['传动', 0],
      ['传动/减速机', 3],
    ],
  )
  const top = items[0]!.id
  assert.equal(
    (await api().list({ query: { category_id: top } })).items.length,
    3,
    'a category holds what is below it',
  )
  assert.equal(await codeOf(api().createCategory({ body: { path: category } })), 'products.category_taken')
})

test('a code is taken once per source', async () => {
  await api().create({ body: { code: 'ONE' } })
  assert.equal(await codeOf(api().create({ body: { code: 'ONE' } })), 'products.code_taken')
  assert.equal((await api().create({ body: { code: 'ONE', source: 'erp' } })).source, 'erp')
})

test('a save is compared with the version that was read; nothing changed, nothing written', async () => {
  const made = await api().create({ body: { code: 'V1', name: 'a' } })
  const params = { id: made.id }
  const saved = await api().update({ params, body: { name: 'b', category: ['New'] }, if_match: '"1"' })
  assert.deepEqual([saved.version, saved.category?.path], [2, ['New']])
  assert.equal((await api().update({ params, body: { name: 'b', category: ['New'] } })).version, 2)
  assert.equal(
    await codeOf(api().update({ params, body: { name: 'c' }, if_match: '"1"' })),
    'kernel.version_changed',
  )
  assert.equal((await api().remove({ params })).live, false)
  assert.ok(!(await api().list({ query: { q: 'V1' } })).items.some((p) => p.id === made.id))
  assert.equal((await api().restore({ params })).live, true)
})

test('a cost has its currency, and who does not see costs neither reads nor sets them', async () => {
  const made = await api().create({ body: { code: 'C1', unit_cost_micro: 1_234_567, cost_currency: 'CNY' } })
  assert.equal(
    await codeOf(api().update({ params: { id: made.id }, body: { cost_currency: null } })),
    'products.cost_currency',
  )
  const blind = h.as({ ...director, masks: ['cost'] }).api(products)
  const seen = await blind.get({ params: { id: made.id } })
  assert.deepEqual([seen.unit_cost_micro, seen.cost_currency, seen.cost_withheld], [null, null, true])
  assert.equal(
    await codeOf(
      blind.update({ params: { id: made.id }, body: { unit_cost_micro: 5, cost_currency: 'CNY' } }),
    ),
    'products.cost_withheld',
  )
  assert.equal((await blind.update({ params: { id: made.id }, body: { name: 'named' } })).name, 'named')
  assert.equal((await api().get({ params: { id: made.id } })).unit_cost_micro, 1_234_567)
})

test('the list pages by code and finds parts of code and name', async () => {
  for (const code of ['L1', 'L2', 'L3', 'L4', 'L5'])
    await api().create({ body: { code, name: `Listed_${code}` } })
  const page = await api().list({ query: { q: 'listed_', limit: 3 } })
  const rest = await api().list({ query: { q: 'listed_', limit: 3, cursor: page.next! } })
  assert.deepEqual(
    [...page.items, ...rest.items].map((p) => p.code),
    ['L1', 'L2', 'L3', 'L4', 'L5'],
  )
  assert.deepEqual((await api().list({ query: { q: 'listed%' } })).items, [])
})
