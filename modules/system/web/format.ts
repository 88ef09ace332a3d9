import { formatNumber, type Locale } from '../../../kernel/text.ts'

const units = ['B', 'KB', 'MB', 'GB', 'TB']
/** 1,234 MB is harder to read than 1.2 GB. */
export function bytes(n: number, locale: Locale): string {
  let at = 0
  let value = n
  while (value >= 1000 && at < units.length - 1) {
    value /= 1024
    at++
  }
  return `${formatNumber(value, locale, { maximumFractionDigits: value < 10 && at > 0 ? 1 : 0 })} ${units[at]}`
}
