import { useLocale } from '../../../apps/web/ui/index.ts'
import { formatNumber, type Locale } from '../../../kernel/text.ts'
import { useSay } from '../../orders/web/say.ts'
import type { Import, Report } from '../contract.ts'
import { text } from './text.ts'

const STEPS = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
] as const

export function bytes(n: number, locale: Locale): string {
  const step = STEPS.find(([least]) => n >= least)
  if (!step) return `${formatNumber(n, locale)} B`
  return `${formatNumber(n / step[0], locale, { maximumFractionDigits: 1 })} ${step[1]}`
}

/** Exact decimals stay text: a sum of half a million lines does not fit a float's honesty. */
export const decimalMoney = (value: string, currency: string, locale: Locale): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 4,
  }).format(value as `${number}`)

type Sums = Report['sums']
/** One sum per currency, joined; empty for a file without amounts. */
export function useSums(): (sums: Sums, which: 'net' | 'rejected') => string {
  const locale = useLocale()
  return (sums, which) =>
    sums.by_currency
      // A currency that comes to nothing says nothing, unless it is the only one.
      .filter((one) => Number(one[which]) !== 0 || (which === 'net' && sums.by_currency.length === 1))
      .map((one) => decimalMoney(one[which], one.currency, locale))
      .join(' + ')
}

const delimiters: Record<string, 'comma' | 'semicolon' | 'tab' | 'pipe'> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'pipe',
}
export function useDelimiterName(): (delimiter: string) => string {
  const say = useSay(text)
  return (delimiter) => {
    const known = delimiters[delimiter]
    return known ? say(known) : delimiter
  }
}

/** “orders.csv · 21.4 MB · 186,420 lines · GB18030, comma”. */
export function useFileNote(): (one: Import) => string {
  const say = useSay(text)
  const locale = useLocale()
  const named = useDelimiterName()
  return ({ file_name, file_bytes, detected, preview, report }) => {
    const lines = (report ?? preview)?.lines.read
    const parts = [file_name]
    if (file_bytes > 0) parts.push(bytes(file_bytes, locale))
    if (lines !== undefined) parts.push(say('lines_n', { n: lines }))
    if (detected?.format === 'xlsx') parts.push(`XLSX${detected.sheet ? ` · ${detected.sheet}` : ''}`)
    else if (detected)
      parts.push(
        `${detected.encoding.toUpperCase()}${locale === 'en' ? ', ' : '，'}${say('delimiter_n', { name: named(detected.delimiter) })}`,
      )
    return parts.join(' · ')
  }
}
