import type { Purchases } from '../contract.ts'
import { DAY_MS, dayNumber } from './gaps.ts'

// Two years before the last order say what the rhythm is; older orders stand in the table.
const SHOWN_DAYS = 730
// A silence longer than what is drawn before it is broken, so that the orders stay readable.
const BREAK_FROM = 1.2
const LEAST_DAYS = 45

export type Scale = {
  /** where a day stands, in px */
  x: (day: number) => number
  first: number
  today: number
  /** px of the break in the axis, where there is one */
  broken: number | null
  shown: Purchases['orders']
  ticks: { at: number; x: number; year: boolean }[]
}

export function scaleOf({ orders, rhythm }: Purchases, left: number, right: number): Scale {
  const today = dayNumber(new Date().toISOString())
  const last = dayNumber(orders.at(-1)!.at)
  const least = Math.max(dayNumber(orders[0]!.at), last - SHOWN_DAYS)
  const shown = orders.filter(({ at }) => dayNumber(at) >= least)
  const first = Math.min(least, last - LEAST_DAYS) - 5
  const band = rhythm ? dayNumber(rhythm.expected_to) : last
  const broken = today - Math.max(last, band) > (last - first) * BREAK_FROM
  const width = right - left
  if (!broken) {
    const end = Math.max(today, band) + 4
    const x = (day: number) => left + ((day - first) / (end - first)) * width
    return { x, first, today, broken: null, shown, ticks: ticksOf(first, end, x) }
  }
  const end = Math.max(last, band) + Math.max(10, Math.round((last - first) * 0.06))
  const until = left + width * 0.86
  const x = (day: number) =>
    day > end ? right - 10 : left + ((day - first) / (end - first)) * (until - left)
  return { x, first, today, broken: until + (right - 10 - until) / 2, shown, ticks: ticksOf(first, end, x) }
}

const TICK_PX = 46

/** Beginnings of months, as many as have room; January is a year. */
function ticksOf(first: number, end: number, x: (day: number) => number): Scale['ticks'] {
  const begin = new Date(first * DAY_MS)
  const perMonth = x(first + 30) - x(first)
  const step = [1, 2, 3, 6, 12].find((n) => n * perMonth >= TICK_PX) ?? 12
  const ticks: Scale['ticks'] = []
  for (let i = 1; i < 400; i++) {
    const at = Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + i, 1) / DAY_MS
    if (at > end) return ticks
    const month = new Date(at * DAY_MS).getUTCMonth()
    if (month % step === 0) ticks.push({ at, x: x(at), year: month === 0 })
  }
  return ticks
}
