import type { TimeUnit } from '../rules.filter.ts'

// Days as people name them: "the last 30 days", "this quarter", "more than 2 weeks ago". Browser-safe, no clock.
// A span is half-open, from the first day in it to the first day after it; null: without an end.

export type Span = { from: string | null; to: string | null }
export type Ago = { n: number; unit: TimeUnit }

const DAY_MS = 86_400_000
const at = (day: string): Date => new Date(`${day}T00:00:00Z`)
const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
export const isDay = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(value) &&
  !Number.isNaN(at(value).getTime()) &&
  dayOf(at(value)) === value &&
  value >= '1000' &&
  value < '9000'

export const plusDays = (day: string, n: number): string => dayOf(new Date(at(day).getTime() + n * DAY_MS))

/** The same day of another month, or that month's last. */
function plusMonths(day: string, n: number): string {
  const date = at(day)
  const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + n, 1))
  const last = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
  month.setUTCDate(Math.min(date.getUTCDate(), last))
  return dayOf(month)
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const
export const plus = (day: string, n: number, unit: TimeUnit): string =>
  unit === 'day'
    ? plusDays(day, n)
    : unit === 'week'
      ? plusDays(day, 7 * n)
      : plusMonths(day, n * MONTHS[unit])

/** Weeks begin on Monday. */
export function startOf(day: string, unit: TimeUnit): string {
  if (unit === 'day') return day
  if (unit === 'week') return plusDays(day, -((at(day).getUTCDay() + 6) % 7))
  const month = at(day).getUTCMonth()
  const first = unit === 'year' ? 0 : unit === 'quarter' ? month - (month % 3) : month
  return `${day.slice(0, 4)}-${String(first + 1).padStart(2, '0')}-01`
}

/** "Within the last 90 days" and "more than 90 days ago" leave no day between them, and share none. */
export const last = (today: string, { n, unit }: Ago): Span => ({
  from: plus(today, -n, unit),
  to: plusDays(today, 1),
})
export const ago = (today: string, { n, unit }: Ago): Span => ({ from: null, to: plus(today, -n, unit) })
export const next = (today: string, { n, unit }: Ago): Span => ({
  from: today,
  to: plusDays(plus(today, n, unit), 1),
})
export const whole = (today: string, unit: TimeUnit, back = 0): Span => {
  const from = plus(startOf(today, unit), -back, unit)
  return { from, to: plus(from, 1, unit) }
}

const clocks = new Map<string, Intl.DateTimeFormat>()
function shown(ms: number, zone: string): number {
  let clock = clocks.get(zone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      second: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(zone, clock)
  }
  const part = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(
    part['year']!,
    part['month']! - 1,
    part['day']!,
    part['hour']!,
    part['minute']!,
    part['second']!,
  )
}

/** When a day begins where the person is. Where a clock jumps over midnight, the first instant after it. */
export function beginsAt(day: string, zone: string): string {
  const wanted = at(day).getTime()
  let ms = wanted
  for (let i = 0; i < 3; i++) ms += wanted - shown(ms, zone)
  // A midnight that does not exist: the clock stands still at the day before, or is past it.
  while (shown(ms, zone) < wanted) ms += 1_800_000
  return new Date(ms).toISOString()
}
