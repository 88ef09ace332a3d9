import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { convert, fillMonths, lineAmount, quantityE4, rhythmOf, roundHalfEven, silentDays } from './rules.ts'

test('halves go to the even neighbour, everything else to the nearest', () => {
  for (const [a, want] of [
    [5n, 0n],
    [15n, 2n],
    [25n, 2n],
    [35n, 4n],
    [-5n, 0n],
    [-15n, -2n],
    [-25n, -2n],
    [14n, 1n],
    [16n, 2n],
    [-16n, -2n],
  ] as const)
    assert.equal(roundHalfEven(a, 1), want, String(a))
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.integer({ min: 1, max: 12 }),
      (a, digits) => {
        const by = 10n ** BigInt(digits)
        const off = roundHalfEven(a, digits) * by - a
        const size = off < 0n ? -off : off
        assert.ok(size * 2n <= by)
        if (size * 2n === by) assert.equal(roundHalfEven(a, digits) % 2n, 0n)
        const mirrored = -roundHalfEven(-a, digits)
        assert.equal(mirrored, roundHalfEven(a, digits))
      },
    ),
  )
})

test('a line comes to quantity × price in minor units of its currency', () => {
  assert.equal(lineAmount(60_000, 2_550_000, 2), 1530)
  assert.equal(lineAmount(10_000, 5_000, 2), 0, '0.005 → 0.00')
  assert.equal(lineAmount(30_000, 5_000, 2), 2, '0.015 → 0.02')
  assert.equal(lineAmount(-10_000, 1_250_000, 2), -125)
  assert.equal(lineAmount(10_000, 2_500_000, 0), 2, 'yen have no cents')
  assert.equal(lineAmount(10_000, 1_234_500, 3), 1234, 'dinars have three, halves to even')
})

test('a quantity keeps four decimals, exactly, or is refused', () => {
  assert.deepEqual([1, 1.5, 0.0001, -12.3456, 0.1 + 0.2, 1e-5, 123456.7891].map(quantityE4), [
    10_000,
    15_000,
    1,
    -123_456,
    null,
    null,
    1_234_567_891,
  ])
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (e4) =>
      assert.equal(quantityE4(e4 / 10_000) === e4, true),
    ),
  )
})

test('a rate carries an amount between currencies of different exponents', () => {
  assert.equal(convert(100_00, '7.1', 2, 2), 710_00)
  assert.equal(convert(1000, '0.05', 0, 2), 50_00, '1000 yen at 0.05')
  assert.equal(convert(1_000, '23.5', 3, 2), 23_50, 'one dinar')
  assert.equal(convert(1, '0.5', 2, 2), 0)
  assert.equal(convert(3, '0.5', 2, 2), 2)
})

const order = (at: string, kind = 'order') => ({ at: `${at}T12:00:00.000Z`, amount_minor: 1, kind })

test('the rhythm is the days between days with an order', () => {
  const every10 = ['2026-01-01', '2026-01-11', '2026-01-11', '2026-01-21', '2026-02-10'].map((at) =>
    order(at),
  )
  assert.deepEqual(rhythmOf([...every10, order('2026-02-12', 'return')]), {
    median_days: 10,
    p25_days: 10,
    p75_days: 15,
    gaps: 3,
    expected_from: '2026-02-20',
    expected_to: '2026-02-25',
  })
  assert.equal(rhythmOf(every10.slice(0, 3)), null, 'two days are no rhythm')
  assert.equal(silentDays(every10, '2026-02-20T01:00:00.000Z'), 10)
  assert.equal(silentDays([], '2026-02-20T01:00:00.000Z'), null)
})

test('the order of the file does not matter to the rhythm', () => {
  const day = fc
    .integer({ min: 0, max: 2000 })
    .map((n) => order(new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().slice(0, 10)))
  fc.assert(
    fc.property(fc.array(day, { minLength: 3, maxLength: 40 }), (purchases) => {
      assert.deepEqual(rhythmOf(purchases.toReversed()), rhythmOf(purchases))
      const rhythm = rhythmOf(purchases)
      if (rhythm)
        assert.ok(
          rhythm.p25_days <= rhythm.median_days &&
            rhythm.median_days <= rhythm.p75_days &&
            rhythm.expected_from <= rhythm.expected_to,
        )
    }),
  )
})

test('silent months are shown', () => {
  const month = (name: string) => ({ month: name, order_count: 1, revenue_minor: 5 })
  assert.deepEqual(
    fillMonths([month('2025-11'), month('2026-02')]).map((row) => [row.month, row.order_count]),
    [
      ['2025-11', 1],
      ['2025-12', 0],
      ['2026-01', 0],
      ['2026-02', 1],
    ],
  )
})
