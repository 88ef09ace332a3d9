import type { clocks } from './contract.shapes.ts'

// What the engine decides, in one place: docs/value.md says each in a sentence. Pure: no clock, no I/O.

export type Clock = (typeof clocks)[number]

/** Fewer customers, repeat buyers or days than this are counted, not modelled. */
export const LEAST = { customers: 100, repeaters: 30, span_days: 60 } as const
/** The last quarter of the data, half a year at most, is kept back to see how the models do. */
export const HOLDOUT = { share: 0.25, days: 182, least_days: 14 } as const
/** Hold-out errors closer than this to the best are equal: then that it tells who left, then the smaller bias, then the simpler model, decides. */
export const SAME_ERROR = 0.02
/** Customers that candidates are tried on, that the chosen model is fitted to, and that the interval is drawn from, at most. */
export const MOST = { tried: 25_000, fitted: 250_000, interval: 50_000 } as const
/** P(alive) below this, where it is known, or lateness above that, where it is not: gone. */
export const GONE = { p_alive: 0.5, lateness: 0.99 } as const
/** Purchases since the fit this far from what it foresaw mean that it is to be made anew; of at least so many. */
export const DRIFT = { error: 0.15, least: 100 } as const
/** Customers since the fit, relative to then, from which on it is to be made anew. */
export const GROWTH = 0.2
/** The last order lies this far back: figures are as of its day. */
export const STALE_DAYS = 31
export const INTERVAL_LEVEL = 0.8
export const ABC = { a: 0.8, b: 0.95 } as const

const DAY_MS = 86_400_000
export const dayNumber = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS)
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Today where the company is. */
export const todayIn = (zone: string, now: Date): string =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(now)

// 1970-01-05 was a Monday.
const MONDAY = 4
/** The period of a day on a clock: whole days, weeks from Monday, or months, counted from 1970. */
export function periodOf(clock: Clock, day: number): number {
  if (clock === 'day') return day
  if (clock === 'week') return Math.floor((day - MONDAY) / 7)
  const date = new Date(day * DAY_MS)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}
/** The first day of a period. */
export function startOf(clock: Clock, period: number): number {
  if (clock === 'day') return period
  if (clock === 'week') return period * 7 + MONDAY
  return Math.floor(Date.UTC(1970 + Math.floor(period / 12), ((period % 12) + 12) % 12, 1) / DAY_MS)
}
/** Length of a month and of a year on a clock. */
export const MONTH = { day: 365.25 / 12, week: 365.25 / 84, month: 1 } as const satisfies Record<
  Clock,
  number
>
export const DAYS = { day: 1, week: 7, month: 365.25 / 12 } as const satisfies Record<Clock, number>
/** The same as `periodOf`, in SQL, of a date. */
export const periodSql = (clock: Clock, date: string): string => {
  if (clock === 'day') return `(${date} - date '1970-01-01')`
  if (clock === 'week') return `((${date} - date '1970-01-05') / 7)`
  return `((extract(year from ${date})::int - 1970) * 12 + extract(month from ${date})::int - 1)`
}

export const monthly = (yearly: number): number => (1 + yearly) ** (1 / 12) - 1

/** Quarter ends before a day, the latest first. */
export function quarterEnds(day: number, count: number): number[] {
  const date = new Date(day * DAY_MS)
  const first = Math.floor(date.getUTCMonth() / 3)
  return Array.from({ length: count }, (_, i) => {
    const quarter = date.getUTCFullYear() * 4 + first - i
    return Math.floor(Date.UTC(Math.floor(quarter / 4), (quarter % 4) * 3, 1) / DAY_MS) - 1
  })
}

export type Span = 'month' | 'quarter' | 'year'
/** 2011, 2011-Q3 or 2011-07, and its first day and the day after its last. */
export function spanOf(name: string): { from: string; until: string; kind: Span } {
  const year = Number(name.slice(0, 4))
  const rest = name.slice(5)
  const at = (month: number) => dateOf(Math.floor(Date.UTC(year, month, 1) / DAY_MS))
  if (rest === '') return { from: at(0), until: at(12), kind: 'year' }
  if (rest.startsWith('Q')) {
    const quarter = Number(rest.slice(1)) - 1
    return { from: at(quarter * 3), until: at(quarter * 3 + 3), kind: 'quarter' }
  }
  return { from: at(Number(rest) - 1), until: at(Number(rest)), kind: 'month' }
}
export const SPAN_MONTHS = { month: 1, quarter: 3, year: 12 } as const satisfies Record<Span, number>
/** Counted from year 0. */
export const spanIndex = (kind: Span, year: number, month: number): number =>
  Math.floor((year * 12 + month) / SPAN_MONTHS[kind])
export function spanName(kind: Span, index: number): string {
  const months = index * SPAN_MONTHS[kind]
  const year = String(Math.floor(months / 12)).padStart(4, '0')
  if (kind === 'year') return year
  if (kind === 'quarter') return `${year}-Q${Math.floor((months % 12) / 3) + 1}`
  return `${year}-${String((months % 12) + 1).padStart(2, '0')}`
}
/** The same, in SQL, of a date. */
export const spanSql = (kind: Span, date: string): string =>
  `((extract(year from ${date})::int * 12 + extract(month from ${date})::int - 1) / ${SPAN_MONTHS[kind]})`
