import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { models } from '../index.ts'
import { near } from '../testing/reference.ts'
import { abc, concentration } from './concentration.ts'
import { gapQuantile, longerGap, overdue } from './overdue.ts'
import { gapShape, purchaseClasses, rankScores, rfm } from './rfm.ts'

const money = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 })

test('scores: fifths without ties, equal values equal scores, larger never lower, whatever the order', () => {
  assert.deepEqual(
    Array.from(rankScores([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])),
    [1, 1, 2, 2, 3, 3, 4, 4, 5, 5],
  )
  fc.assert(
    fc.property(money, (values) => {
      const scores = rankScores(values)
      for (let i = 0; i < values.length; i++)
        for (let j = 0; j < values.length; j++) {
          if (values[i] === values[j]) assert.equal(scores[i], scores[j])
          if (values[i]! > values[j]!) assert.ok(scores[i]! >= scores[j]!)
        }
      assert.deepEqual([...rankScores(values.toReversed())].toReversed(), [...scores])
    }),
  )
  // 60 % of the customers with no repeat purchase are one group, not three
  assert.equal(new Set(rankScores([0, 0, 0, 0, 0, 0, 1, 2, 3, 4]).slice(0, 6)).size, 1)
})

test('segments: best in all three are champions, big and long gone must not be lost, small and long gone hibernate', () => {
  const n = 100
  const { segment } = rfm({
    days_since: Array.from({ length: n }, (_, i) => (i < 50 ? i : 500 - i)),
    purchases: Array.from({ length: n }, (_, i) => (i % 50 < 10 ? 40 - i / 10 : 2 - i / 200)),
    money: Array.from({ length: n }, (_, i) => (i % 50 < 10 ? 9000 - i : 20 - i / 10)),
  })
  assert.equal(segment[0], 'champions')
  assert.equal(segment[50], 'cannot_lose')
  assert.equal(segment[60], 'hibernating')
})

test('one-off, occasional, regular: steadiness decides, not the count alone', () => {
  const gaps = [[], [30], [1, 90, 3, 200, 2], [28, 31, 30, 29, 32]]
  const classes = purchaseClasses({
    x: gaps.map((own) => own.length),
    t_x: gaps.map((own) => own.reduce((sum, gap) => sum + gap, 0)),
    sum_log_itt: gaps.map((own) => own.reduce((sum, gap) => sum + Math.log(gap), 0)),
  })
  assert.deepEqual(classes, ['one_off', 'occasional', 'occasional', 'regular'])
  assert.equal(gapShape(3, 30, 3 * Math.log(10)), Number.POSITIVE_INFINITY)
})

test('the shape of simulated gaps is found', () => {
  const data = models.mbgCnbdK.simulate({ r: 400, alpha: 100, a: 0.001, b: 10, k: 3 }, { T: [4000], seed: 2 })
  near(gapShape(data.x[0]!, data.t_x[0]!, data.sum_log_itt[0]!), 3, 0.08)
})

test('Lorenz curve and Gini: equal, one for all, and the classic 80/20', () => {
  near(concentration([5, 5, 5, 5]).gini, 0, 1e-15, 'equal', 1)
  near(concentration([0, 0, 0, 12]).gini, 0.75, 1e-15)
  near(concentration([1, 2, 3, 4]).gini, 0.25, 1e-15)
  const five = concentration([80, 5, 5, 5, 5])
  near(five.customersFor(0.8), 0.2, 1e-15)
  near(five.valueOf(0.2), 0.8, 1e-15)
  assert.deepEqual(five.curve[0], { customers: 0, value: 0 })
  assert.deepEqual(five.curve.at(-1), { customers: 1, value: 1 })
  assert.throws(() => concentration([1, -1]), { code: 'data.total' })
})

test('the Lorenz curve rises, Gini does not depend on the unit, ABC adds up', () => {
  fc.assert(
    fc.property(money, (values) => {
      fc.pre(values.some((value) => value > 0))
      const { curve, gini, total } = concentration(values)
      for (let i = 1; i < curve.length; i++) assert.ok(curve[i]!.value >= curve[i - 1]!.value - 1e-12)
      near(concentration(values.map((value) => value * 7)).gini, gini, 1e-12, 'unit', 1)
      assert.ok(gini >= -1e-12 && gini < 1)
      const classes = abc(values)
      const sum = (wanted: string) =>
        values.reduce((all, value, i) => all + (classes[i] === wanted ? value : 0), 0)
      assert.ok(sum('A') >= 0.8 * total * (1 - 1e-9))
      assert.ok(sum('A') + sum('B') >= 0.95 * total * (1 - 1e-9))
    }),
  )
  assert.deepEqual(abc([10, 70, 0, 10, 10, -5]), ['A', 'A', 'C', 'B', 'B', 'C'])
})

test('lateness is measured by one’s own rhythm: weekly and yearly buyers after the same silence', () => {
  const rhythm = { r: 0.5, alpha: 10, k: 2 }
  const { lateness, ratio, typical_gap } = overdue({ x: [50, 3], t_x: [350, 1095], T: [371, 1116] }, rhythm)
  assert.ok(lateness[0]! > 0.95 && lateness[1]! < 0.05)
  assert.ok(ratio[0]! > 2.5 && ratio[1]! < 0.1)
  near(typical_gap[0]!, 7, 0.25)
  assert.ok(typical_gap[1]! > 200)
})

test('the law of the next gap: a probability that falls, with its quantile as inverse, right against simulation', () => {
  near(longerGap(3, 20, 1, 10), (20 / 30) ** 3, 1e-14)
  for (const k of [1, 2, 5]) near(longerGap(4.5, 60, k, gapQuantile(4.5, 60, k, 0.9)), 0.1, 1e-9)
  const data = models.bgCnbdK.simulate(
    { r: 6, alpha: 60, a: 1e-4, b: 100, k: 2 },
    { T: new Float64Array(40_000).fill(15), seed: 8 },
  )
  const silent = data.x.filter((x) => x === 0).length / data.x.length
  near(silent, longerGap(6, 60, 2, 15), 0.02)
})
