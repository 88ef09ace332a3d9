import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { FieldKind } from './contract.fields.ts'
import { decimalsOf, isDay, type Judged, judge, sayValue } from './rules.fields.ts'
import { parseTyped, typedOf } from './web/fields/typed.ts'

const option = (key: string, archived = false) => ({ key, label_zh: `选项${key}`, label_en: '', archived })
const field = (kind: FieldKind, more: Partial<Judged> = {}): Judged => ({
  kind,
  rules: {},
  options: [],
  ...more,
})
const code = (of: Judged, given: unknown, held?: unknown) => judge(of, given, held).bad?.code
const value = (of: Judged, given: unknown) => judge(of, given).value

const kinds: Record<FieldKind, { field: Judged; values: fc.Arbitrary<unknown> }> = {
  text: { field: field('text'), values: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  long_text: { field: field('long_text'), values: fc.string({ unit: 'grapheme', maxLength: 400 }) },
  number: {
    field: field('number', { rules: { decimals: 3 } }),
    values: fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 1000),
  },
  money: {
    field: field('money', { rules: { currency: 'CNY' } }),
    values: fc.record({
      minor: fc.integer({ min: -1e12, max: 1e12 }),
      currency: fc.constantFrom('CNY', 'JPY', 'KWD', 'USD'),
    }),
  },
  date: {
    field: field('date'),
    values: fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
  },
  yes_no: { field: field('yes_no'), values: fc.boolean() },
  choice: {
    field: field('choice', { options: [option('a'), option('b')] }),
    values: fc.constantFrom('a', 'b'),
  },
  multi_choice: {
    field: field('multi_choice', { options: [option('a'), option('b'), option('c')] }),
    values: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
  },
  party: { field: field('party'), values: fc.integer({ min: 1, max: 2 ** 40 }) },
  link: { field: field('link'), values: fc.webUrl() },
}

describe('a value of each kind', () => {
  for (const [kind, one] of Object.entries(kinds))
    test(`${kind}: what is taken is clean, and taken again as it is`, () =>
      fc.assert(
        fc.property(one.values, (given) => {
          const first = judge(one.field, given)
          assert.equal(first.bad, undefined, JSON.stringify([given, first.bad]))
          assert.deepEqual(judge(one.field, first.value), first)
          assert.equal(typeof sayValue(one.field, first.value, 'zh-CN'), 'string')
        }),
      ))

  for (const [kind, one] of Object.entries(kinds))
    test(`${kind}: whatever is sent is taken clean or refused with a code, never thrown at`, () =>
      fc.assert(
        fc.property(fc.anything(), (given) => {
          const { value, bad } = judge(one.field, given)
          if (bad) assert.match(bad.code, /^fields\.[a-z_]+$/)
          else assert.deepEqual(judge(one.field, value), { value })
        }),
      ))

  test('money and numbers are typed and read back as they were', () =>
    fc.assert(
      fc.property(kinds.money.values, kinds.number.values, (money, number) => {
        const { minor, currency } = money as { minor: number; currency: string }
        const of = { kind: 'money' as const, rules: { currency: 'CNY' } }
        assert.deepEqual(parseTyped(of, typedOf(of, { minor, currency }), 'GBP'), { minor, currency })
        const plain = { kind: 'number' as const, rules: {} }
        if (!/e/.test(String(number))) assert.equal(parseTyped(plain, typedOf(plain, number), 'GBP'), number)
      }),
    ))
})

test('numbers keep their precision, and say when they have more', () => {
  assert.equal(decimalsOf(1e-7), 7)
  assert.equal(decimalsOf(0.1 + 0.2), 17)
  const two = field('number', { rules: { decimals: 2 } })
  assert.equal(value(two, 1.25), 1.25)
  assert.equal(code(two, 1.255), 'fields.too_precise')
  assert.equal(code(two, 1e15), 'fields.bad_number')
  assert.equal(code(two, '1'), 'fields.bad_number')
  assert.ok(Object.is(value(two, -0), 0))
})

test('money is whole minor units of a currency that there is', () => {
  const money = field('money', { rules: { currency: 'CNY', min: 100 } })
  assert.deepEqual(value(money, { minor: 100 }), { minor: 100, currency: 'CNY' })
  assert.equal(code(money, { minor: 99 }), 'fields.out_of_range')
  assert.deepEqual(value(money, { minor: 1, currency: 'USD' }), { minor: 1, currency: 'USD' })
  assert.equal(code(money, { minor: 1, currency: 'ZZZ' }), 'fields.bad_currency')
  assert.equal(code(money, { minor: 1, currency: 'CNY', more: 1 }), 'fields.bad_money')
  assert.equal(code(money, 5), 'fields.bad_money')
})

test('days are days of the calendar', () => {
  for (const day of ['2024-02-29', '0001-01-01', '9999-12-31']) assert.ok(isDay(day))
  for (const day of ['2023-02-29', '2024-13-01', '0000-01-01', '2024-1-1', '2024-02-29T00:00'])
    assert.ok(!isDay(day))
})

test('links lead to the web or to a letter, nowhere else', () => {
  const link = field('link')
  assert.equal(value(link, ' https://例子.中国/路?a=b '), 'https://例子.中国/路?a=b')
  assert.equal(value(link, 'example.com/a'), 'https://example.com/a')
  assert.equal(value(link, 'mailto:a@b.cn'), 'mailto:a@b.cn')
  for (const bad of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://x.cn',
    'http:example.com',
    'https://user:pass@x.cn',
    'mailto:nobody',
    '//x.cn',
    '/path',
    'two words.cn',
    'https://',
  ])
    assert.equal(code(link, bad), 'fields.bad_link', bad)
})

test('an archived option stays where it is and is not given anew', () => {
  const choice = field('choice', { options: [option('a'), option('old', true)] })
  assert.equal(code(choice, 'old'), 'fields.bad_choice')
  assert.equal(code(choice, 'old', 'old'), undefined)
  const several = field('multi_choice', { options: choice.options as Judged['options'] })
  assert.equal(code(several, ['a', 'old'], ['a']), 'fields.bad_choice')
  assert.deepEqual(judge(several, ['old', 'a'], ['old']).value, ['a', 'old'])
})
