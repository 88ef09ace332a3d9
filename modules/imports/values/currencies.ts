/** Currency words and signs → ISO 4217. `¥` alone is the file's default currency when that is CNY or JPY. */
// biome-ignore format: a table reads better packed
const WORDS: Record<string, string> = {
  人民币: 'CNY', 元: 'CNY', RMB: 'CNY', CNH: 'CNY', '￥': 'CNY', 'CN¥': 'CNY', 港币: 'HKD', 港元: 'HKD', HK$: 'HKD', 美元: 'USD',
  美金: 'USD', US$: 'USD', $: 'USD', 欧元: 'EUR', '€': 'EUR', 英镑: 'GBP', '£': 'GBP', 日元: 'JPY', 日圆: 'JPY', 'JP¥': 'JPY',
  韩元: 'KRW', '₩': 'KRW', 新台币: 'TWD', 台币: 'TWD', NT$: 'TWD', 澳元: 'AUD', A$: 'AUD', 加元: 'CAD', C$: 'CAD', 新加坡元: 'SGD',
  S$: 'SGD', 瑞士法郎: 'CHF', 卢布: 'RUB', 泰铢: 'THB', 澳门元: 'MOP', 林吉特: 'MYR', 卢比: 'INR', '₹': 'INR',
}

let known: Set<string> | undefined

/** undefined: no currency of ISO 4217. */
export function currencyCode(text: string, fallback: string): string | undefined {
  const flat = text.normalize('NFKC').trim().toUpperCase()
  if (flat === '¥' || flat === '$') {
    const sign = flat === '¥' ? ['CNY', 'JPY'] : ['USD', 'HKD', 'AUD', 'CAD', 'SGD', 'TWD', 'NZD']
    return sign.includes(fallback) ? fallback : sign[0]
  }
  if (WORDS[flat]) return WORDS[flat]
  known ??= new Set(Intl.supportedValuesOf('currency'))
  return known.has(flat) ? flat : undefined
}
