import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  daysAfter,
  daysBetween,
  daysOf,
  inYear,
  isDay,
  leapMonthOf,
  lunarOf,
  nextOf,
  slotsOf,
  solarOf,
} from './calendar.ts'
import { lunarEn, lunarZh, slotOf, type Yearly } from './rules.ts'

type Line = { year: number; first: string; leap: number; days: number[] }
const table: Line[] = readFileSync(join(import.meta.dirname, 'fixtures/lunar-1900-2100.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [year, first, leap, months] = line.split(',')
    const days = [...months!].map((long) => (long === '1' ? 30 : 29))
    return { year: Number(year), first: first!, leap: Number(leap), days }
  })
/** The months of a year in order: the leap month after its namesake. */
const months = ({ leap, days }: Line) =>
  days.map((length, i) => ({
    month: leap && i >= leap ? i : i + 1,
    leap: leap > 0 && i === leap,
    length,
  }))
/** The one month about which the published tables differ (fixtures/README.md). */
const UNSURE = 2057

test('every month and day of the published table 1900 to 2100, both ways', () => {
  assert.equal(table.length, 201)
  const wrong: string[] = []
  let counted = 0
  for (const line of table) {
    if (leapMonthOf(line.year) !== line.leap) wrong.push(`${line.year}: leap month`)
    let day = line.first
    for (const { month, leap, length } of months(line)) {
      const ours = daysOf(line.year, month, leap)
      if (ours !== length) wrong.push(`${line.year}/${leap ? '-' : ''}${month}`)
      for (let i = 1; i <= length; i++, day = daysAfter(day, 1), counted++) {
        const lunar = { year: line.year, month, day: i, leap }
        if (solarOf({ ...lunar, day: Math.min(i, ours) }) !== day && line.year !== UNSURE)
          wrong.push(`${JSON.stringify(lunar)} is not ${day}`)
        if (line.year !== UNSURE && JSON.stringify(lunarOf(day)) !== JSON.stringify(lunar))
          wrong.push(`${day} is not ${JSON.stringify(lunar)}`)
      }
    }
    const next = table[line.year - 1900 + 1]
    if (next && next.first !== day) wrong.push(`${line.year} does not end where ${next.year} begins`)
  }
  assert.equal(counted, daysBetween('1900-01-31', '2101-01-29'))
  // 2057: the eighth and ninth months change a day at midnight.
  assert.deepEqual(wrong, ['2057/8', '2057/9'])
})

test('days that everybody knows', () => {
  const springFestivals = {
    1949: '1949-01-29',
    1979: '1979-01-28',
    1985: '1985-02-20',
    2000: '2000-02-05',
    2012: '2012-01-23',
    2020: '2020-01-25',
    2023: '2023-01-22',
    2025: '2025-01-29',
    2026: '2026-02-17',
    2027: '2027-02-06',
    2033: '2033-01-31',
    2034: '2034-02-19',
  }
  for (const [year, day] of Object.entries(springFestivals))
    assert.equal(solarOf({ year: Number(year), month: 1, day: 1, leap: false }), day)
  const leaps = { 1984: 10, 1985: 0, 2012: 4, 2020: 4, 2023: 2, 2025: 6, 2026: 0, 2028: 5, 2033: 11, 2034: 0 }
  for (const [year, month] of Object.entries(leaps)) assert.equal(leapMonthOf(Number(year)), month, year)
  // Mid-autumn of 2026, and the winter solstice's month of 2033 that makes the leap month an eleventh.
  assert.equal(solarOf({ year: 2026, month: 8, day: 15, leap: false }), '2026-09-25')
  assert.deepEqual(lunarOf('2033-12-22'), { year: 2033, month: 11, day: 1, leap: true })
  assert.equal(lunarZh(lunarOf('2025-07-25')), '农历闰六月初一')
  assert.equal(lunarEn(lunarOf('2026-09-25')), '15th of the 8th lunar month')
})

const lunar = (month: number, day: number, leap = false, year: number | null = null): Yearly => ({
  calendar: 'lunar',
  year,
  month,
  day,
  leap,
})
const solar = (month: number, day: number, year: number | null = null): Yearly => ({
  calendar: 'solar',
  year,
  month,
  day,
  leap: false,
})

test('a day that does not come this year is kept by the stated rule, and says so', () => {
  // The twelfth month of 2025 has 29 days, that of 2026 has 29, that of 2024 too; of 2023 has 30.
  const eve = lunar(12, 30)
  assert.deepEqual(inYear(eve, 2023), { on: '2024-02-09', moved: null })
  assert.deepEqual(inYear(eve, 2025), { on: '2026-02-16', moved: 'short_month' })
  const leapSixth = lunar(6, 3, true)
  assert.deepEqual(inYear(leapSixth, 2025), { on: '2025-07-27', moved: null })
  assert.deepEqual(inYear(leapSixth, 2026), { on: '2026-07-16', moved: 'no_leap_month' })
  assert.deepEqual(inYear(solar(2, 29), 2027), { on: '2027-02-28', moved: 'february_29' })
  assert.deepEqual(inYear(solar(2, 29), 2028), { on: '2028-02-29', moved: null })
})

test('the next time, its days and years, over the turn of either year', () => {
  const born = nextOf(lunar(8, 15, false, 1985), '2026-09-26')
  assert.deepEqual([born.on, born.years, born.days], ['2027-09-15', 42, 354])
  assert.deepEqual(nextOf(lunar(8, 15, false, 1985), '2026-09-25').days, 0)
  // Born in the twelfth month of 1984: that month of 2025 lies in 2026.
  const winter = nextOf(lunar(12, 8, false, 1984), '2026-01-10')
  assert.deepEqual([winter.on, winter.years], ['2026-01-26', 41])
  assert.deepEqual(nextOf(solar(1, 1, 2028), '2026-11-22'), {
    on: '2028-01-01',
    moved: null,
    days: 405,
    years: 0,
    lunar: lunarOf('2028-01-01'),
  })
})

test('a day is one only where its calendar has it', () => {
  assert.ok(isDay(solar(2, 29)) && isDay(solar(2, 29, 2024)) && !isDay(solar(2, 29, 2023)))
  assert.ok(!isDay(solar(4, 31)) && !isDay({ ...solar(4, 3), leap: true }))
  assert.ok(
    isDay(lunar(6, 1, true, 2025)) && !isDay(lunar(6, 1, true, 2026)) && !isDay(lunar(5, 1, true, 2025)),
  )
  assert.ok(isDay(lunar(11, 30, true)) && !isDay(lunar(1, 1, true)) && !isDay(lunar(3, 31)))
  assert.ok(isDay(lunar(12, 30, false, 2023)) && !isDay(lunar(12, 30, false, 2025)))
})

test('whatever is kept, on whatever day one asks: a window finds exactly what is next in it', () => {
  const yearly = fc
    .record({
      calendar: fc.constantFrom('solar' as const, 'lunar' as const),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
      leap: fc.boolean(),
    })
    .map((one) => ({ ...one, year: null, leap: one.calendar === 'lunar' && one.leap }))
    .filter(isDay)
  const day = fc.integer({ min: 0, max: 70_000 }).map((n) => daysAfter('1901-01-01', n))
  fc.assert(
    fc.property(yearly, day, fc.integer({ min: 0, max: 90 }), (one, today, window) => {
      const next = nextOf(one, today)
      assert.ok(next.on >= today && next.days <= 385)
      const found = slotsOf(today, window).filter(({ slot }) => slot === slotOf(one))
      assert.deepEqual(
        found.map(({ on }) => on),
        next.days <= window ? [next.on] : [],
      )
    }),
    { numRuns: 300 },
  )
})
