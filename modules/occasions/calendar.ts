import { createRequire } from 'node:module'
import { type LunarDate, slotOf, type Yearly } from './rules.ts'

// Solar and lunar days into each other, 1900 to 2100 tested against published tables (calendar.test.ts). A yearly day
// that does not come in a year is kept on:
//   29 February          28 February
//   the 30th of a month that has 29 days this year          its last day, the 29th
//   a day of a leap month in a year without that leap month          the same day of the month of the same number

// Its tables take 3 MB: a process that is asked for no birthday does without.
const require = createRequire(import.meta.url)
let tables: typeof import('tyme4ts') | null = null
const tyme = () => (tables ??= require('tyme4ts') as typeof import('tyme4ts'))

export const FIRST_YEAR = 1900
export const LAST_YEAR = 2100

const iso = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
const partsOf = (day: string) => day.split('-').map(Number) as [number, number, number]

export function lunarOf(day: string): LunarDate {
  const lunar = tyme()
    .SolarDay.fromYmd(...partsOf(day))
    .getLunarDay()
  const month = lunar.getMonth()
  return { year: lunar.getYear(), month: Math.abs(month), day: lunar.getDay(), leap: month < 0 }
}

export function solarOf({ year, month, day, leap }: LunarDate): string {
  const solar = tyme()
    .LunarDay.fromYmd(year, leap ? -month : month, day)
    .getSolarDay()
  return iso(solar.getYear(), solar.getMonth(), solar.getDay())
}

/** The number of the leap month, 0 when the year has none. */
export const leapMonthOf = (year: number): number => tyme().LunarYear.fromYear(year).getLeapMonth()
export const daysOf = (year: number, month: number, leap: boolean): number =>
  tyme()
    .LunarMonth.fromYm(year, leap ? -month : month)
    .getDayCount()
const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether there is such a day: in its year, or in some year when the year is not known. */
export function isDay({ calendar, year, month, day, leap }: Yearly): boolean {
  if (calendar === 'solar')
    return !leap && day <= DAYS[month - 1]! && (year === null || month !== 2 || day < 29 || isLeapYear(year))
  // No lunar year has a leap first or twelfth month between 1900 and 2100.
  if (year === null) return day <= 30 && (!leap || (month > 1 && month < 12))
  return (!leap || leapMonthOf(year) === month) && day <= daysOf(year, month, leap)
}

export type Moved = 'february_29' | 'short_month' | 'no_leap_month' | null
export type Occurrence = { on: string; moved: Moved }

/** The day in that year of its own calendar. */
export function inYear({ calendar, month, day, leap }: Yearly, year: number): Occurrence {
  if (calendar === 'solar') {
    const moved = month === 2 && day === 29 && !isLeapYear(year)
    return { on: iso(year, month, moved ? 28 : day), moved: moved ? 'february_29' : null }
  }
  const comes = leap && leapMonthOf(year) === month
  const days = daysOf(year, month, comes)
  const on = solarOf({ year, month, day: Math.min(day, days), leap: comes })
  return { on, moved: leap && !comes ? 'no_leap_month' : day > days ? 'short_month' : null }
}

export type Next = Occurrence & { days: number; years: number | null; lunar: LunarDate }

/** The first one from `today` on, and not before the day itself. */
export function nextOf(one: Yearly, today: string): Next {
  const now = one.calendar === 'solar' ? partsOf(today)[0] : lunarOf(today).year
  let year = Math.max(now, one.year ?? 0)
  let found = inYear(one, year)
  if (found.on < today) found = inYear(one, ++year)
  return {
    ...found,
    days: daysBetween(today, found.on),
    years: one.year === null ? null : year - one.year,
    lunar: lunarOf(found.on),
  }
}

const DAY_MS = 86_400_000
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)

/** What is kept on each day of a window: slots, the day, and the year of the slot's own calendar. */
export type Slot = { slot: number; on: string; year: number }

export const slotsOf = (from: string, days: number): Slot[] =>
  Array.from({ length: days + 1 }, (_, i) => daysAfter(from, i)).flatMap(slotsOfDay)

function slotsOfDay(on: string): Slot[] {
  const [year, month, day] = partsOf(on)
  const solar = [day, ...(month === 2 && day === 28 && !isLeapYear(year) ? [29] : [])].map((day) => ({
    slot: slotOf({ calendar: 'solar', month, day, leap: false }),
    on,
    year,
  }))
  const lunar = lunarOf(on)
  const short = lunar.day === 29 && daysOf(lunar.year, lunar.month, lunar.leap) === 29
  // A leap month's days are kept in the ordinary one where it does not come.
  const leaps = lunar.leap ? [true] : leapMonthOf(lunar.year) === lunar.month ? [false] : [false, true]
  const kept = leaps.flatMap((leap) =>
    [lunar.day, ...(short ? [30] : [])].map((day) => ({
      slot: slotOf({ calendar: 'lunar', month: lunar.month, day, leap }),
      on,
      year: lunar.year,
    })),
  )
  return [...solar, ...kept]
}

/** Today, where somebody is. */
export const todayIn = (zone: string, now: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(now)
