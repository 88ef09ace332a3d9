import { exponentOf, formatMoney, formatNumber, type Locale } from '../../kernel/text.ts'
import type { FieldKind, FieldOption, FieldRules } from './contract.fields.ts'

// What a value of each kind may be. Pure, and safe in the browser: the page judges as the server does.

export type Judged = {
  readonly kind: FieldKind
  readonly rules: FieldRules
  readonly options: readonly FieldOption[]
}
export type Bad = { code: BadCode; details: Record<string, unknown> }
/** A clean value, ready to be stored; null: nothing there. */
export type Verdict = { value: unknown; bad?: undefined } | { value?: undefined; bad: Bad }
export type BadCode =
  | 'fields.bad_text'
  | 'fields.too_long'
  | 'fields.bad_number'
  | 'fields.too_precise'
  | 'fields.out_of_range'
  | 'fields.bad_money'
  | 'fields.bad_currency'
  | 'fields.bad_date'
  | 'fields.bad_yes_no'
  | 'fields.bad_choice'
  | 'fields.bad_party'
  | 'fields.bad_link'

const TEXT_MAX = 500
const LONG_MAX = 20_000
const LINK_MAX = 2000
// Beyond it neighbouring whole numbers are one in JSON.
export const NUMBER_MAX = 999_999_999_999_999
export const DECIMALS = 2
/** Kinds in which no two parties having the same is a sensible thing to ask. */
export const mayBeDistinct = (kind: FieldKind): boolean =>
  kind !== 'long_text' && kind !== 'yes_no' && kind !== 'multi_choice'
export const mayBeFast = (kind: FieldKind): boolean => kind !== 'long_text'

const ok = (value: unknown): Verdict => ({ value })
const no = (code: BadCode, details: Record<string, unknown> = {}): Verdict => ({ bad: { code, details } })

/**
 * Whatever was sent → what is stored, or why not. A party is only looked at here by its shape. `held`: what is there
 * already, whose archived options may stay.
 */
export function judge(field: Judged, given: unknown, held: unknown = null): Verdict {
  if (given === null || given === undefined) return ok(null)
  return judges[field.kind](given, field, held)
}

type Judge = (given: unknown, field: Judged, held: unknown) => Verdict
const judges: { readonly [K in FieldKind]: Judge } = {
  text: (given) => textOf(given, TEXT_MAX, (text) => text.replace(/\s+/g, ' ')),
  long_text: (given) => textOf(given, LONG_MAX, (text) => text.replace(/\r\n?/g, '\n')),
  number: (given, field) => numberOf(given, field),
  money: (given, field) => moneyOf(given, field),
  date: (given, field) => dateOf(given, field),
  yes_no: (given) => (typeof given === 'boolean' ? ok(given) : no('fields.bad_yes_no')),
  choice: (given, field, held) => choiceOf(given, field, held),
  multi_choice: (given, field, held) => choicesOf(given, field, held),
  party: (given) => partyOf(given),
  link: (given) => linkOf(given),
}

const NUL = '\u0000'
function textOf(given: unknown, max: number, tidy: (text: string) => string): Verdict {
  if (typeof given !== 'string' || given.includes(NUL) || !given.isWellFormed()) return no('fields.bad_text')
  const text = tidy(given.normalize('NFC')).trim()
  if (text.length > max) return no('fields.too_long', { max })
  return ok(text === '' ? null : text)
}

function within(value: number | string, { min, max }: FieldRules, shown: (n: number | string) => unknown) {
  if (min !== undefined && typeof min === typeof value && value < min)
    return no('fields.out_of_range', { min: shown(min), max: max === undefined ? null : shown(max) })
  if (max !== undefined && typeof max === typeof value && value > max)
    return no('fields.out_of_range', { min: min === undefined ? null : shown(min), max: shown(max) })
  return ok(value)
}

/** `0.1 + 0.2` sent as a sum is one digit too many; what prints with few enough digits has few enough. */
export function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(Math.abs(value)).split('e')
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
}

function numberOf(given: unknown, { rules }: Judged): Verdict {
  if (typeof given !== 'number' || !Number.isFinite(given) || Math.abs(given) > NUMBER_MAX)
    return no('fields.bad_number')
  const decimals = rules.decimals ?? DECIMALS
  if (decimalsOf(given) > decimals) return no('fields.too_precise', { decimals })
  return within(given === 0 ? 0 : given, rules, (n) => n)
}

let currencies: ReadonlySet<string> | null = null
export function isCurrency(code: string): boolean {
  currencies ??= new Set(Intl.supportedValuesOf('currency'))
  return currencies.has(code)
}

function moneyOf(given: unknown, { rules }: Judged): Verdict {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return no('fields.bad_money')
  const { minor, currency = rules.currency, ...more } = given as { minor?: unknown; currency?: unknown }
  if (typeof minor !== 'number' || !Number.isSafeInteger(minor) || Math.abs(minor) > NUMBER_MAX)
    return no('fields.bad_money')
  if (Object.keys(more).length > 0) return no('fields.bad_money')
  if (typeof currency !== 'string' || !isCurrency(currency))
    return no('fields.bad_currency', { currency: shownOf(currency ?? '') })
  const value = { minor: minor === 0 ? 0 : minor, currency }
  // Bounds are said in the field's own currency; of others there is no knowing.
  if (currency !== rules.currency) return ok(value)
  const bounded = within(value.minor, rules, (n) => Number(n) / 10 ** exponentOf(currency))
  return bounded.bad ? bounded : ok(value)
}

export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!match || match[1] === '0000') return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text
}

const dateOf = (given: unknown, { rules }: Judged): Verdict =>
  typeof given === 'string' && isDay(given.trim())
    ? within(given.trim(), rules, (n) => n)
    : no('fields.bad_date')

function choiceOf(given: unknown, { options }: Judged, held: unknown): Verdict {
  if (given === '') return ok(null)
  const option = options.find(({ key }) => key === given)
  if (!option || (option.archived && held !== option.key))
    return no('fields.bad_choice', { value: shownOf(given) })
  return ok(option.key)
}

function choicesOf(given: unknown, { options }: Judged, held: unknown): Verdict {
  if (!Array.isArray(given)) return no('fields.bad_choice', { value: shownOf(given) })
  const offered = options.filter(
    ({ key, archived }) => !archived || (Array.isArray(held) && held.includes(key)),
  )
  const wrong = given.find((key) => !offered.some((option) => option.key === key))
  if (wrong !== undefined) return no('fields.bad_choice', { value: shownOf(wrong) })
  const keys = offered.filter(({ key }) => given.includes(key)).map(({ key }) => key)
  return ok(keys.length === 0 ? null : keys)
}

/** What was sent may be anything, and may not even have words. */
const shownOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).slice(0, 60).toWellFormed()
    : typeof value

function partyOf(given: unknown): Verdict {
  const id = typeof given === 'object' && given !== null ? (given as { id?: unknown }).id : given
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? ok(id) : no('fields.bad_party')
}

const BARE = /^[\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?(\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(:\d+)?([/?#]\S*)?$/u
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** http, https and mailto only: anything else could run where it is clicked. A bare address gets its scheme. */
function linkOf(given: unknown): Verdict {
  if (typeof given !== 'string') return no('fields.bad_link')
  const text = given.normalize('NFC').trim()
  if (text === '') return ok(null)
  if (text.length > LINK_MAX) return no('fields.too_long', { max: LINK_MAX })
  // Browsers drop control characters, and what is left is another link.
  if (/[\s\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed()) return no('fields.bad_link')
  const whole = BARE.test(text) ? `https://${text}` : text
  const url = URL.parse(whole)
  if (!url) return no('fields.bad_link')
  if (url.protocol === 'mailto:') return MAIL.test(decoded(url.pathname)) ? ok(whole) : no('fields.bad_link')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return no('fields.bad_link')
  if (!/^https?:\/\//i.test(whole) || url.username !== '' || url.password !== '') return no('fields.bad_link')
  return ok(whole)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** A value in words, for people; of a party, its name where it is known. */
export function sayValue(field: Judged, value: unknown, locale: Locale): string {
  if (value === null || value === undefined) return ''
  switch (field.kind) {
    case 'number':
      return formatNumber(Number(value), locale, { maximumFractionDigits: 6 })
    case 'money': {
      const { minor, currency } = value as { minor: number; currency: string }
      return formatMoney(minor, currency, locale)
    }
    case 'yes_no':
      return value ? (locale === 'en' ? 'Yes' : '是') : locale === 'en' ? 'No' : '否'
    case 'choice':
      return optionLabel(field, String(value), locale)
    case 'multi_choice':
      return (value as string[])
        .map((key) => optionLabel(field, key, locale))
        .join(locale === 'en' ? ', ' : '、')
    case 'party':
      return typeof value === 'object' ? String((value as { name?: string }).name ?? '') : `#${value}`
    default:
      return String(value)
  }
}

export function optionLabel({ options }: Pick<Judged, 'options'>, key: string, locale: Locale): string {
  const option = options.find((one) => one.key === key)
  if (!option) return key
  return (locale === 'en' ? option.label_en || option.label_zh : option.label_zh || option.label_en) || key
}

/** What it is called in a language; in the other, where only that was given. */
export const labelOf = (
  { label_zh, label_en }: { label_zh: string; label_en: string },
  locale: Locale,
): string => (locale === 'en' ? label_en || label_zh : label_zh || label_en)
