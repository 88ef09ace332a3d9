import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Test } from '../filter/check.ts'
import { bucketsFor, bucketsOf } from './buckets.ts'

const of = (kind: string, value: unknown) => bucketsOf(new Map([['a', { id: 7, kind }]]), { a: value })
const inside = (kind: string, value: unknown, asked: Test): boolean => {
  const there = new Set(of(kind, value))
  const { any, all } = bucketsFor(kind, 7, asked)!
  return any.some((one) => there.has(one)) || (all?.every((one) => there.has(one)) ?? false)
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

  test('hold every text that has it within, long ones too', () =>
    fc.assert(
      fc.property(words, fc.nat(19), fc.nat(4), fc.constantFrom('', 'x'.repeat(99)), (text, at, n, after) => {
        const letters = [...text]
        const part = letters.slice(at % letters.length, (at % letters.length) + 1 + n).join('')
        const asked: Test = { is: 'text', how: 'contains', values: [part] }
        if (bucketsFor('text', 7, asked)) assert.ok(inside('text', text + after, asked))
      }),
      { numRuns: 2000 },
    ))

  test('are few of a value and few of a question, and narrow a small range', () => {
    assert.equal(of('number', 503.25).length, 3)
    assert.ok(of('date', '2026-05-07').length <= 5)
    assert.ok(of('text', 'x'.repeat(500)).length <= 8)
    assert.ok(bucketsFor('number', 7, between(-123_456.7, 9_876_543.2))!.any.length < 250)
    const span: Test = { is: 'span', span: { from: '2026-05-07', to: null } }
    assert.ok(bucketsFor('date', 7, span)!.any.length < 160)
    const asked = new Set(bucketsFor('number', 7, between(503, 504))!.any)
    const met = Array.from({ length: 100_000 }, (_, n) => n / 100).filter((value) =>
      of('number', value).some((one) => asked.has(one)),
    )
    assert.ok(met.length < 300, `${met.length} of a hundred thousand`)
  })

  test('of two fields are two, and a letter or two of ASCII within a text tell nothing', () => {
    const there = of('number', 5)
    assert.ok(!bucketsFor('number', 8, between(5, 5))!.any.some((one) => there.includes(one)))
    const within = (text: string): Test => ({ is: 'text', how: 'contains', values: [text] })
    assert.equal(bucketsFor('text', 7, within('xy')), null)
    assert.equal(inside('text', '华东机电', within('东机')), true)
    assert.equal(inside('text', '华东机电', within('机东')), false)
  })
})
