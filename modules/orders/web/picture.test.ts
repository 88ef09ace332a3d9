import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Purchases } from '../contract.ts'
import { rhythmOf } from '../rules.ts'
import { DAY_MS, dayNumber, gapsOf } from './gaps.ts'
import { scaleOf } from './scale.ts'

type Bought = Purchases['orders']
const order = (day: number, kind: Bought[number]['kind'] = 'order'): Bought[number] => ({
  id: day,
  at: new Date(day * DAY_MS + 3_600_000).toISOString(),
  amount_minor: 100,
  kind,
})
const today = dayNumber(new Date().toISOString())
const days = fc.array(fc.integer({ min: today - 6000, max: today }), { minLength: 1, maxLength: 60 })
const purchases = (orders: Bought): Purchases => ({
  currency: 'CNY',
  orders,
  unrated_count: 0,
  order_count: orders.length,
  revenue_minor: 0,
  last_12_months: { order_count: 0, revenue_minor: 0 },
  rhythm: rhythmOf(orders),
  silent_days: 0,
  months: [],
})
const sorted = (list: readonly number[]) => list.toSorted((a, b) => a - b).map((day) => order(day))

test('the gaps that are drawn are those that the rhythm is made of', () =>
  fc.assert(
    fc.property(days, (list) => {
      const orders = sorted(list)
      const rhythm = rhythmOf(orders)
      const gaps = gapsOf(orders)
      if (rhythm) assert.equal(gaps.length, rhythm.gaps)
      const [first, last] = [orders[0]!, orders.at(-1)!]
      assert.equal(
        gaps.reduce((sum, gap) => sum + gap.days, 0),
        dayNumber(last.at) - dayNumber(first.at),
      )
    }),
  ))

test('a return is no occasion: it makes no gap', () =>
  assert.deepEqual(
    gapsOf([order(100), order(104, 'return'), order(110)]).map((gap) => gap.days),
    [10],
  ))

test('whatever the dates, every order shown and today stand inside the picture, in their order', () =>
  fc.assert(
    fc.property(days, fc.integer({ min: 200, max: 1600 }), (list, width) => {
      const scale = scaleOf(purchases(sorted(list)), 52, width)
      const xs = [...scale.shown.map(({ at }) => scale.x(dayNumber(at))), scale.x(scale.today)]
      for (const [i, x] of xs.entries()) {
        assert.ok(x >= 52 && x <= width, `${x} in 52…${width}`)
        if (i > 0) assert.ok(x >= xs[i - 1]! - 1e-6)
      }
    }),
  ))
