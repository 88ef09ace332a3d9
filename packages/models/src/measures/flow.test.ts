import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { near } from '../testing/reference.ts'
import { cohorts, leakyBucket, revenueChange } from './flow.ts'

// 1: periods 0 1 2 · 2: 0 2 · 3: 1 · 4: 1 2 3 (twice in 3)
const activity = {
  customer: [1, 1, 1, 2, 2, 3, 4, 4, 4, 4],
  period: [0, 1, 2, 0, 2, 1, 1, 2, 3, 3],
  amount: [10, 20, 30, 5, 5, 7, 1, 2, 3, 4],
}

test('cohorts: counts, retention and money by age; what has not happened yet is absent, not 0', () => {
  const table = cohorts(activity)
  assert.deepEqual(table.cohorts[0], {
    period: 0,
    customers: 2,
    active: [2, 1, 2, 0],
    retention: [1, 0.5, 1, 0],
    amount: [15, 20, 35, 0],
  })
  assert.deepEqual(table.cohorts[1]!.active, [2, 1, 1])
  assert.deepEqual(table.cohorts[1]!.amount, [8, 2, 7])
  assert.deepEqual(
    table.curve.map((point) => point.retention),
    [1, 0.5, 0.75, 0],
  )
  assert.deepEqual(
    table.curve.map((point) => point.customers),
    [4, 4, 4, 2],
  )
})

test('leaky bucket: won, kept, re-won, lost, and how many merely replaced the lost', () => {
  const [p0, p1, p2, p3] = leakyBucket(activity)
  assert.deepEqual(p0, { period: 0, active: 2, won: 2, kept: 0, rewon: 0, lost: 0, net: 2, replaced: 0 })
  assert.deepEqual(p1, { period: 1, active: 3, won: 2, kept: 1, rewon: 0, lost: 1, net: 1, replaced: 1 })
  assert.deepEqual(p2, { period: 2, active: 3, won: 0, kept: 2, rewon: 1, lost: 1, net: 0, replaced: 1 })
  assert.deepEqual(p3, { period: 3, active: 1, won: 0, kept: 1, rewon: 0, lost: 2, net: -2, replaced: 0 })
})

test('with one period of grace a gap of one period is no loss', () => {
  const table = leakyBucket(activity, 1)
  assert.equal(table[1]!.lost, 0)
  assert.deepEqual(
    table.map((row) => row.active),
    [2, 4, 4, 3],
  )
  assert.equal(table[3]!.lost, 1)
})

test('in − out = change, every period, for any activity and any grace', () => {
  const rows = fc.array(fc.tuple(fc.nat(12), fc.nat(20)), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(rows, fc.nat(4), (pairs, grace) => {
      const table = leakyBucket({ customer: pairs.map(([c]) => c), period: pairs.map(([, p]) => p) }, grace)
      let before = 0
      for (const row of table) {
        assert.equal(row.active, before + row.won + row.rewon - row.lost)
        assert.equal(row.active, row.kept + row.won + row.rewon)
        before = row.active
      }
      assert.equal(
        table.reduce((sum, row) => sum + row.won, 0),
        new Set(pairs.map(([c]) => c)).size,
      )
    }),
  )
})

test('a change in revenue splits without remainder, and into nothing where nothing changed', () => {
  const parts = revenueChange(
    { customers: 100, orders: 300, revenue: 9000 },
    { customers: 120, orders: 330, revenue: 9500 },
  )
  near(parts.customers + parts.frequency + parts.size, 500, 1e-12)
  assert.ok(parts.customers > 0 && parts.frequency < 0 && parts.size < 0)
  const same = revenueChange(
    { customers: 100, orders: 300, revenue: 9000 },
    { customers: 110, orders: 330, revenue: 9900 },
  )
  near(same.customers, 900, 1e-12)
  near(same.frequency, 0, 1e-9, 'frequency', 1)
  const back = revenueChange(
    { customers: 120, orders: 330, revenue: 9500 },
    { customers: 100, orders: 300, revenue: 9000 },
  )
  near(back.customers, -parts.customers, 1e-12)
  assert.throws(
    () => revenueChange({ customers: 0, orders: 1, revenue: 1 }, { customers: 1, orders: 1, revenue: 1 }),
    { code: 'data.total' },
  )
})

test('bad periods and empty data are refused', () => {
  assert.throws(() => cohorts({ customer: [1], period: [0.5] }), { code: 'data.row' })
  assert.throws(() => leakyBucket({ customer: [], period: [] }), { code: 'data.empty' })
  assert.throws(() => cohorts({ customer: [1, 2], period: [0] }), { code: 'data.length' })
})
