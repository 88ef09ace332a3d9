import type { Purchases } from '../contract.ts'

export const DAY_MS = 86_400_000
export const dayNumber = (iso: string): number => Math.floor(Date.parse(iso) / DAY_MS)
export const isoDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Days between days with an order, each under the day that ended it. The server's rule (rules.ts), drawn. */
export function gapsOf(orders: Purchases['orders']): { day: string; days: number; at: number }[] {
  const bought = orders.filter(({ kind }) => kind === 'order').map(({ at }) => dayNumber(at))
  const days = [...new Set(bought)].sort((a, b) => a - b)
  return days.slice(1).map((at, i) => ({ at, day: isoDay(at), days: at - days[i]! }))
}
