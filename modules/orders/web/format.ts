import { useLocale } from '../../../apps/web/ui/index.ts'
import { formatMoney, formatNumber, formatTime, type Locale } from '../../../kernel/text.ts'
import type { Purchases } from '../contract.ts'

export const isLate = ({ rhythm, silent_days }: Purchases): boolean =>
  rhythm !== null && silent_days !== null && silent_days > rhythm.p75_days

/** A day that means the same everywhere: `2011-12-09`. */
export function dayOf(day: string, locale: Locale): string {
  const far = day.slice(0, 4) !== String(new Date().getUTCFullYear())
  if (locale === 'zh-CN') return far ? day : day.slice(5)
  return formatTime(`${day}T00:00:00Z`, 'en', 'UTC', {
    day: 'numeric',
    month: 'short',
    ...(far ? { year: 'numeric' } : {}),
  })
}

/** Whole days, or one decimal below three. */
export const daysOf = (days: number, locale: Locale): string =>
  formatNumber(days, locale, { maximumFractionDigits: days < 3 ? 1 : 0 })

export function useWhole(): (minor: number, currency: string) => string {
  const locale = useLocale()
  return (minor, currency) =>
    formatMoney(minor, currency, locale, { maximumFractionDigits: 0, minimumFractionDigits: 0 })
}
