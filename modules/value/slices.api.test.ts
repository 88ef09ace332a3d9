import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiError } from '../../kernel/client.ts'
import type { Input } from '../../kernel/route.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { withouts } from './contract.shapes.ts'
import { value } from './contract.ts'
import { computeValue } from './engine/run.ts'
import { furnish, purchases } from './testing.ts'

const made = purchases(600, 5)
let h: TestHouse
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2023-12-20T15:00:00Z') })
  await furnish(h, made)
  await computeValue(h.ctx(), { kind: 'auto', because: 'first', as_of: null })
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: '2023-09-30' })
})
after(() => h.close())
const api = () => h.as().api(value)
type Query = Partial<Input<typeof value.customers>['query']>
const count = async (query: Query) => (await api().customers({ query })).count

test('each part of the change in revenue, and of retention, leads to the customers who made it', async () => {
  const revenue = await api().revenue({})
  const { from, to } = revenue.after
  const spans = { from, to, before_from: revenue.before.from, before_to: revenue.before.to }
  const of = (sales: NonNullable<Query['sales']>) => count({ sales, ...spans })
  assert.equal(await of('before'), revenue.before.customers)
  assert.equal(await of('after'), revenue.after.customers)
  const both = await of('both')
  assert.equal((await of('won')) + both, revenue.after.customers)
  assert.equal((await of('lost')) + both, revenue.before.customers)
  assert.ok((await of('oftener')) > 0 && (await of('oftener')) + (await of('rarer')) <= both)
  assert.ok((await of('larger')) > 0 && (await of('larger')) + (await of('smaller')) <= both)
  const retention = await api().retention({})
  assert.equal(await count({ sales: 'both' }), retention.kept_customers)
  assert.equal(await count({ sales: 'before' }), retention.base_customers)
  await assert.rejects(
    api().customers({ query: { sales: 'won', from: to, to: from } }),
    (error) => error instanceof ApiError && error.problem.code === 'value.bad_period',
  )
})

test('a point of the trend leads to the customers of that day, and to what became of them since', async () => {
  const seen = await api().overview({})
  for (const point of seen.trend) assert.equal(await count({ as_of: point.as_of }), point.customers)
  const since = await api().customers({
    query: { compare: '2023-09-30', sort: 'change_minor', order: 'desc' },
  })
  const changes = since.items.map(({ change_minor }) => change_minor ?? 0)
  assert.deepEqual(
    changes,
    changes.toSorted((one, other) => other - one),
  )
})

test('customers of whom a market, tag, country or manager is not known can be seen too', async () => {
  for (const by of withouts) {
    const { items } = await api().breakdown({ query: { by } })
    const known = by === 'tag' || by === 'role' ? null : items.find(({ key }) => key === null)
    const without = await count({ without: by })
    if (known !== null) assert.equal(without, known?.customers ?? 0, by)
    assert.ok(without <= (await count({})), by)
  }
})
