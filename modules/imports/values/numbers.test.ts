import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  amountMinor,
  decimalText,
  detectDecimalMark,
  ExactSum,
  parseDecimal,
  plainDecimal,
  roundScaled,
} from './numbers.ts'

const value = (text: string, scale = 6, mark: '.' | ',' = '.') => parseDecimal(text, scale, mark)?.value

test('decimals are exact, however they are written', () => {
  const cases: [string, number | undefined][] = [
    ['2.55', 2_550_000],
    ['0.001', 1_000],
    ['-11062.06', -11_062_060_000],
    ['1,234.56', 1_234_560_000],
    ['1.234,56', 1_234_560_000],
    ['12,34,567.5', 1_234_567_500_000],
    ['￥1,234', 1_234_000_000],
    ['¥ 12.50', 12_500_000],
    ['HK$3.5', 3_500_000],
    ['€ 9', 9_000_000],
    ['(12.5)', -12_500_000],
    ['12-', -12_000_000],
    ['+3', 3_000_000],
    ['－５．５', -5_500_000],
    ['１２', 12_000_000],
    ['12元', 12_000_000],
    ['3 个', 3_000_000],
    ['2.5kg', 2_500_000],
    ['1.2万', 12_000_000_000],
    ["1'234.5", 1_234_500_000],
    ['1 234.5', 1_234_500_000],
    ['1.5E+3', 1_500_000_000],
    ['.5', 500_000],
    ['5.', 5_000_000],
    ['1,5', undefined],
    ['1,23,4', undefined],
    ['abc', undefined],
    ['12abc', undefined],
    ['', undefined],
    ['-', undefined],
    ['(-5)', undefined],
    ['1.2.3', undefined],
    ['12%', undefined],
    ['99999999999999999999', undefined],
    ['1e99', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0x10', undefined],
  ]
  for (const [text, expected] of cases) assert.equal(value(text), expected, text)
  assert.equal(value('1,5', 6, ','), 1_500_000)
  assert.equal(value('1.234', 6, ','), 1_234_000_000)
  assert.equal(value('1.234.567', 6), 1_234_567_000_000)
})

test('every decimal that fits comes back exactly, whatever its digits and grouping', () => {
  const digits = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
  fc.assert(
    fc.property(
      digits,
      fc.integer({ min: 0, max: 6 }),
      fc.constantFrom('', ',', ' ', '’'),
      (n, places, group) => {
        const size = (n < 0n ? -n : n).toString().padStart(places + 1, '0')
        const whole = size.slice(0, size.length - places).replace(/\B(?=(\d{3})+$)/g, group)
        const text = `${n < 0n ? '-' : ''}${whole}${places ? `.${size.slice(-places)}` : ''}`
        const exact = n * 10n ** BigInt(6 - places)
        const found = parseDecimal(text, 6)
        if (exact > BigInt(Number.MAX_SAFE_INTEGER) || -exact > BigInt(Number.MAX_SAFE_INTEGER))
          assert.equal(found, undefined)
        else assert.deepEqual(found, { value: Number(exact), rounded: false })
      },
    ),
    { numRuns: 2000 },
  )
})

test('more digits than the scale are rounded half-even, and said so', () => {
  assert.deepEqual(parseDecimal('2.5500000000000003', 6), { value: 2_550_000, rounded: true })
  assert.deepEqual(parseDecimal('0.0000005', 6), { value: 0, rounded: true })
  assert.deepEqual(parseDecimal('0.0000015', 6), { value: 2, rounded: true })
  assert.deepEqual(parseDecimal('2.5500000', 6), { value: 2_550_000, rounded: false })
})

test('the quick way never answers otherwise than the careful one', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789.-'), maxLength: 18 })
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 6 }), (t, scale) => {
      const quick = plainDecimal(t, scale)
      if (Number.isNaN(quick)) return
      // A leading blank sends the same figure the careful way.
      assert.deepEqual(parseDecimal(` ${t}`, scale), { value: quick, rounded: false })
    }),
    { numRuns: 5000 },
  )
})

test('an amount is quantity × price rounded half-even to the minor unit, beyond 2^53 as well', () => {
  assert.equal(amountMinor(60_000, 2_550_000, 2), 1530)
  assert.equal(amountMinor(10_000, 5_000, 2), 0)
  assert.equal(amountMinor(30_000, 5_000, 2), 2)
  assert.equal(amountMinor(-30_000, 5_000, 2), -2)
  assert.equal(Object.is(amountMinor(-10_000, 1, 2), 0), true)
  const int = fc.integer({ min: -(2 ** 45), max: 2 ** 45 })
  fc.assert(
    fc.property(int, int, fc.integer({ min: 0, max: 10 }), (a, b, drop) => {
      const product = BigInt(a) * BigInt(b)
      const unit = 10n ** BigInt(drop)
      const size = product < 0n ? -product : product
      const twice = (size % unit) * 2n
      let rounded = size / unit
      if (twice > unit || (twice === unit && rounded % 2n === 1n)) rounded++
      const expected = product < 0n ? -rounded : rounded
      const found = roundScaled(a, b, drop)
      if (rounded > BigInt(Number.MAX_SAFE_INTEGER)) assert.ok(Number.isNaN(found))
      else assert.equal(BigInt(found), expected)
    }),
    { numRuns: 2000 },
  )
})

test('sums of products lose nothing', () => {
  const int = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(int, fc.integer({ min: -(2 ** 30), max: 2 ** 30 })), { maxLength: 50 }),
      (pairs) => {
        const sum = new ExactSum()
        for (const [a, b] of pairs) sum.add(a, b)
        assert.equal(
          sum.value,
          pairs.reduce((n, [a, b]) => n + BigInt(a) * BigInt(b), 0n),
        )
      },
    ),
  )
  assert.equal(decimalText(97_477_479_340_000_000n, 10), '9747747.934')
  assert.equal(decimalText(-5, 4), '-0.0005')
  assert.equal(decimalText(120_000, 4), '12')
})

test('the decimal mark of a column is what its clear values say', () => {
  assert.equal(detectDecimalMark(['1,5', '2,25', '1.234,00']), ',')
  assert.equal(detectDecimalMark(['1.5', '2,250.00']), '.')
  assert.equal(detectDecimalMark(['1,234', '2,500']), '.')
  assert.equal(detectDecimalMark(['￥1,234.50', '12元']), '.')
  assert.equal(detectDecimalMark(['1.234.567', '5']), ',')
  assert.equal(detectDecimalMark([]), '.')
})
