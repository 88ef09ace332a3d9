/** Every string a person reads exists in both languages or does not compile. */
export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]
export type Phrase = { readonly zh: string; readonly en: string }
export type Words = { readonly [key: string]: Phrase }
export type Params = Record<string, unknown>

export const words = <const W extends Words>(table: W): W => table

/**
 * `{n}` is the parameter; `{n customer is|customers are}` is it with the words that go with it: 1 customer is, 2 customers
 * are; `{n:is|are}` is the words alone, where they stand further on.
 */
export const phrase = (p: Phrase, locale: Locale, params: Params = {}): string =>
  (locale === 'zh-CN' ? p.zh : p.en).replace(HOLE, (_, name: string, how?: string, one = '', many = '') => {
    const given = params[name]
    const shown = typeof given === 'number' && NUMBER_OF.test(name) ? String(given) : show(given, locale)
    if (how === undefined) return shown
    const words = shown === '1' ? one : many
    return how === ':' ? words : `${shown} ${words}`
  })
/** Ids are names: 1223, not 1,223. */
const NUMBER_OF = /(?:^|_)(?:id|into)$/
const HOLE = /\{(\w+)(?:([ :])([^{}|]+)\|([^{}]+))?\}/g

function show(value: unknown, locale: Locale): string {
  if (typeof value === 'number') return formatNumber(value, locale)
  if (value === undefined || value === null) return '—'
  const zh = locale === 'zh-CN'
  // A list in a list: any one of them will do.
  if (Array.isArray(value))
    return value
      .map((v) =>
        Array.isArray(v) ? v.map((one) => show(one, locale)).join(zh ? '或' : ' or ') : show(v, locale),
      )
      .join(zh ? '、' : ', ')
  return isPhrase(value) ? phrase(value, locale) : String(value)
}

const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

/** `say(table, 'zh-CN')` → `t('key', { n: 3 })`; a key that the table lacks does not compile. */
export const sayer =
  <W extends Words>(table: W, locale: Locale) =>
  (key: keyof W & string, params?: Params): string =>
    // A code that got its words only while this page was open stands for itself.
    table[key] ? phrase(table[key] as Phrase, locale, params) : key

const numbers = new Map<string, Intl.NumberFormat>()
export function formatNumber(n: number, locale: Locale, options: Intl.NumberFormatOptions = {}): string {
  const key = locale + JSON.stringify(options)
  let format = numbers.get(key)
  if (!format) numbers.set(key, (format = new Intl.NumberFormat(locale, options)))
  return format.format(n)
}

const exponents = new Map<string, number>()
/** Digits after the point of a currency's minor unit: JPY 0, CNY 2, KWD 3. Source: ICU through Intl. */
export function exponentOf(currency: string): number {
  let digits = exponents.get(currency)
  if (digits === undefined) {
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2
    exponents.set(currency, digits)
  }
  return digits
}

export const formatMoney = (
  minor: number,
  currency: string,
  locale: Locale,
  options: Intl.NumberFormatOptions = {},
) =>
  formatNumber(minor / 10 ** exponentOf(currency), locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...options,
  })

const dates = new Map<string, Intl.DateTimeFormat>()
/** An instant in the person's zone. UTC is what is stored. */
export function formatTime(
  iso: string,
  locale: Locale,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): string {
  const key = locale + zone + JSON.stringify(options)
  let format = dates.get(key)
  if (!format)
    dates.set(
      key,
      (format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { timeZone: zone, ...options })),
    )
  return format.format(new Date(iso))
}

/** The best of our two languages for an Accept-Language header. */
export function pickLocale(header: string | undefined): Locale {
  const wanted = (header ?? '').split(',').map((part) => {
    const [tag = '', q] = part.trim().split(';q=')
    return { tag: tag.toLowerCase(), q: q ? Number(q) : 1 }
  })
  wanted.sort((a, b) => b.q - a.q)
  for (const { tag } of wanted) {
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
