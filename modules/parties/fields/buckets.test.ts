import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Test } from '../filter/check.ts'
import { bucketsFor, bucketsOf } from './buckets.ts'

const known = new Map([
  ['a', 7],
  ['b', 8],
])
const inside = (kind: string, value: unknown, asked: Test): boolean => {
  const there = new Set(bucketsOf(known, { a: value }))
  return bucketsFor(kind, 7, asked)!.some((one) => there.has(one))
}
const between = (from: number | null, to: number | null): Test => ({
  ...{ is: 'number', from, to, from_in: true, to_in: true, currency: null },
})
const numbers = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -(10 ** 15), max: 10 ** 15 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }),
  fc.constantFrom(0, -0, 0.1, 0.29, 999.99, 1000, 1e-12, 5e-324, 1e20, -1e20),
)
const days = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))
const words = fc.string({ unit: fc.constantFrom(...'abAB 1%华東ßéİΣ𠮷'), minLength: 1, maxLength: 20 })

describe('buckets', () => {
  test('hold every number that lies in a range', () =>
    fc.assert(
      fc.property(numbers, numbers, numbers, (x, y, value) => {
        const [from, to] = x < y ? [x, y] : [y, x]
        if (from <= value && value <= to) assert.ok(inside('number', value, between(from, to)))
        if (from <= value) assert.ok(inside('money', { minor: value, currency: 'CNY' }, between(from, null)))
        if (value <= to) assert.ok(inside('number', value, between(null, to)))
      }),
      { numRuns: 2000 },
    ))

  test('hold every day of a span', () =>
    fc.assert(
      fc.property(days, days, days, (x, y, value) => {
        const [from, to] = x < y ? [x, y] : [y, x]
        const span = (from: string | null, to: string | null): Test => ({ is: 'span', span: { from, to } })
        if (from <= value && value < to) assert.ok(inside('date', value, span(from, to)))
        if (from <= value) assert.ok(inside('date', value, span(from, null)))
        if (value < to) assert.ok(inside('date', value, span(null, to)))
      }),
      { numRuns: 2000 },
    ))

  test('hold every text that begins so or is so, in whatever case', () =>
    fc.assert(
      fc.property(words, fc.nat(20), fc.boolean(), (text, n, capital) => {
        const start = [...text].slice(0, 1 + n).join('')
        // As PostgreSQL may see it: letters of ASCII only, or all of them.
        const typed = capital ? start.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : start
        assert.ok(inside('text', text, { is: 'text', how: 'starts_with', values: [typed] }))
        assert.ok(inside('text', text, { is: 'text', how: 'is', values: ['other', text] }))
      }),
      { numRuns: 1000 },
    ))

  test('are few of a value and few of a question, and narrow a small range', () => {
    assert.equal(bucketsOf(known, { a: 503.25 }).length, 3)
    assert.ok(bucketsOf(known, { a: 'a long text of many words' }).length <= 6)
    assert.ok(bucketsFor('number', 7, between(-123_456.7, 9_876_543.2))!.length < 250)
    assert.ok(bucketsFor('date', 7, { is: 'span', span: { from: '2026-05-07', to: null } })!.length < 120)
    const asked = new Set(bucketsFor('number', 7, between(503, 504)))
    const met = Array.from({ length: 100_000 }, (_, n) => n / 100).filter((value) =>
      bucketsOf(known, { a: value }).some((one) => asked.has(one)),
    )
    assert.ok(met.length < 300, `${met.length} of a hundred thousand`)
  })

  test('of two fields are two', () => {
    const there = bucketsOf(known, { a: 5 })
    assert.ok(!bucketsFor('number', 8, between(5, 5))!.some((one) => there.includes(one)))
    assert.equal(bucketsFor('text', 7, { is: 'text', how: 'contains', values: ['x'] }), null)
  })
})
