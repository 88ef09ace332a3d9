import { useMemo } from 'react'
import { useLocale } from '../../../apps/web/ui/index.ts'
import { exponentOf, formatMoney, formatNumber, formatTime, type Locale } from '../../../kernel/text.ts'

/** Figures as this page writes them, in the reader's language. */
export type Formats = {
  /** £4,864,210 */
  money: (minor: number | null, currency: string) => string
  /** £4.86M, ¥4.86亿: for labels in pictures */
  brief: (minor: number | null, currency: string) => string
  /** with its sign: +£2.8M, −£1.9M */
  change: (minor: number, currency: string) => string
  count: (n: number) => string
  share: (share: number | null, digits?: number) => string
  signedShare: (share: number, digits?: number) => string
  number: (n: number | null, digits?: number) => string
  /** a probability: two digits, never a false certainty */
  chance: (p: number | null) => string
  day: (day: string) => string
}

const dash = '—'
const minus = (said: string) => said.replace('-', '−')

export function useFormats(): Formats {
  const locale = useLocale()
  return useMemo(() => formatsOf(locale), [locale])
}

export function formatsOf(locale: Locale): Formats {
  const whole = { maximumFractionDigits: 0, minimumFractionDigits: 0 }
  const compact = { notation: 'compact', maximumSignificantDigits: 3, minimumFractionDigits: 0 } as const
  const brief = (minor: number, currency: string) =>
    // Below a thousand units nothing is shortened.
    minus(
      formatMoney(
        minor,
        currency,
        locale,
        Math.abs(minor) < 1000 * 10 ** exponentOf(currency) ? whole : compact,
      ),
    )
  const share = (value: number, digits: number) =>
    minus(
      formatNumber(value, locale, {
        style: 'percent',
        maximumFractionDigits: digits,
        minimumFractionDigits: 0,
      }),
    )
  return {
    money: (minor, currency) => (minor === null ? dash : minus(formatMoney(minor, currency, locale, whole))),
    brief: (minor, currency) => (minor === null ? dash : brief(minor, currency)),
    change: (minor, currency) => `${minor > 0 ? '+' : ''}${brief(minor, currency)}`,
    count: (n) => minus(formatNumber(n, locale)),
    share: (value, digits = 0) => (value === null ? dash : share(value, digits)),
    signedShare: (value, digits = 1) => `${value > 0 ? '+' : ''}${share(value, digits)}`,
    number: (n, digits = 2) =>
      n === null ? dash : minus(formatNumber(n, locale, { maximumFractionDigits: digits })),
    chance: (p) =>
      p === null
        ? dash
        : p > 0.995
          ? '>0.99'
          : p > 0 && p < 0.005
            ? '<0.01'
            : formatNumber(p, locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    day: (day) =>
      locale === 'zh-CN'
        ? day
        : formatTime(`${day}T00:00:00Z`, 'en', 'UTC', { day: 'numeric', month: 'short', year: 'numeric' }),
  }
}

/** 2011-Q3 → 11Q3, 2011-07 → 11-07, where a picture has no room for more. */
export const shortPeriod = (period: string): string =>
  period.length === 4 ? period : period.slice(2).replace('-Q', 'Q')

/** Round numbers for an axis, from low to high, about `count` of them. */
export function ticksOf(low: number, high: number, count: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}
