/** Currency words and signs → ISO 4217. `¥` alone is the file's default currency when that is CNY or JPY. */
import { moneySign } from './numbers.ts'

// biome-ignore format: a table reads better packed
const WORDS: Record<string, string> = {
  人民币: 'CNY', 元: 'CNY', RMB: 'CNY', CNH: 'CNY', '￥': 'CNY', 'CN¥': 'CNY', 港币: 'HKD', 港元: 'HKD', HK$: 'HKD', 美元: 'USD',
  美金: 'USD', US$: 'USD', $: 'USD', 欧元: 'EUR', '€': 'EUR', 英镑: 'GBP', 日元: 'JPY', 日圆: 'JPY', 'JP¥': 'JPY',
  韩元: 'KRW', '₩': 'KRW', 新台币: 'TWD', 台币: 'TWD', NT$: 'TWD', 澳元: 'AUD', A$: 'AUD', 加元: 'CAD', C$: 'CAD', 新加坡元: 'SGD',
  S$: 'SGD', 瑞士法郎: 'CHF', 卢布: 'RUB', 泰铢: 'THB', 澳门元: 'MOP', 林吉特: 'MYR', 卢比: 'INR', '₹': 'INR',
}

// Whose sign it may be, the usual one first.
// biome-ignore format: a table reads better packed
const SIGNS: Record<string, readonly string[]> = {
  '¥': ['CNY', 'JPY'],
  $: ['USD', 'HKD', 'AUD', 'CAD', 'SGD', 'TWD', 'NZD', 'MOP', 'MXN', 'BRL', 'ARS', 'CLP', 'COP', 'UYU', 'DOP', 'FJD', 'BND', 'BSD',
    'BBD', 'BMD', 'BZD', 'GYD', 'JMD', 'KYD', 'LRD', 'NAD', 'SBD', 'SRD', 'TTD', 'XCD'],
  '£': ['GBP', 'EGP', 'FKP', 'GIP', 'LBP', 'SDG', 'SHP', 'SSP', 'SYP'],
}

let known: Set<string> | undefined

/** undefined: no currency of ISO 4217. */
export function currencyCode(text: string, fallback: string): string | undefined {
  const flat = text.normalize('NFKC').trim().toUpperCase()
  const sign = SIGNS[flat]
  if (sign) return sign.includes(fallback) ? fallback : sign[0]
  if (WORDS[flat]) return WORDS[flat]
  known ??= new Set(Intl.supportedValuesOf('currency'))
  return known.has(flat) ? flat : undefined
}

/** The one currency that the figures of a file are written with; undefined where none has a sign, or several differ. */
export function currencyOfFigures(figures: readonly string[], fallback: string): string | undefined {
  const found = new Set<string | undefined>()
  for (const figure of figures) {
    const sign = moneySign(figure)
    if (sign !== undefined) found.add(currencyCode(sign, fallback))
  }
  return found.size === 1 ? [...found][0] : undefined
}
