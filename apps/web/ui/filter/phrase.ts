import type { Locale } from '../../../../kernel/text.ts'
import { exponentOf, formatMoney, formatNumber, phrase, sayer } from '../../../../kernel/text.ts'
import type { Option } from '../parts/Choice.tsx'
import type { Condition } from './model.ts'
import { text } from './text.ts'

/** What a filter may be built of; `ops` are those that the API takes for it. */
export type TreeField = {
  key: string
  label: string
  shape: string
  ops: readonly string[]
  options?: readonly Option[]
  /** ISO 4217, of money: people type major units, the API takes minor ones */
  currency?: string
  /** its values say their currency */
  says_currency?: boolean
}

type Key = keyof typeof text
/** What an operator is called for a field of this shape. */
export function opKey(op: string, shape: string): Key {
  const key = `op_${renamed(op, shape)}`
  return (key in text ? key : 'op_is') as Key
}
function renamed(op: string, shape: string): string {
  if (shape === 'set') return { is: 'has', in: 'has', is_not: 'has_not', not_in: 'has_not' }[op] ?? op
  if (shape === 'number' || shape === 'money') return { is: 'equal', is_not: 'not_equal' }[op] ?? op
  if (shape === 'day' || shape === 'instant') return op === 'is' ? 'on' : op
  return op
}

export const timeUnits = ['day', 'week', 'month', 'quarter', 'year'] as const
export type TimeUnit = (typeof timeUnits)[number]

/** “是 王敏”, “早于 90 天前”: what follows the field's name. `verb` stands muted before `object`. */
export function said(
  { op, value }: Condition,
  field: TreeField,
  locale: Locale,
): { verb: string; object: string } {
  const say = sayer(text, locale)
  const verb = say(opKey(op, field.shape))
  if (op === 'empty' || op === 'not_empty') return { verb, object: '' }
  if (op === 'last' || op === 'ago' || op === 'next') {
    const { n, unit } = (value ?? {}) as { n?: number; unit?: TimeUnit }
    const count = n === 1 ? say(`one_${unit ?? 'day'}`) : say(unit ?? 'day')
    const key = op === 'last' ? 'in_last' : op === 'ago' ? 'long_ago' : 'in_next'
    return { verb: '', object: say(key, { n: n ?? 0, unit: count }) }
  }
  if (op === 'this' || op === 'previous') {
    const key = `${op}_${String(value)}` as Key
    const period = key in text ? phrase(text[key], locale) : String(value)
    return { verb: '', object: say('in_period', { period }) }
  }
  const values = Array.isArray(value) ? value : [value]
  const one = (single: unknown) => valueSaid(single, field, locale)
  if (op === 'between')
    return { verb: '', object: say('between_two', { from: one(values[0]), to: one(values[1]) }) }
  const many = values.slice(0, 3).map(one).join(joinOf(op, locale))
  return { verb, object: values.length > 3 ? `${many} …(${values.length})` : many }
}

const joinOf = (op: string, locale: Locale): string => {
  if (op === 'all_of') return locale === 'en' ? ' and ' : '、'
  return locale === 'en' ? ' or ' : ' 或 '
}

function valueSaid(value: unknown, field: TreeField, locale: Locale): string {
  const found = field.options?.find((option) => option.value === String(value))
  if (found) return found.label.trim()
  if (typeof value === 'boolean') return phrase(text[value ? 'yes' : 'no'], locale)
  if (field.shape === 'money') {
    const { minor, currency } = moneyOf(value, field)
    return minor === null ? '' : formatMoney(minor, currency, locale, { minimumFractionDigits: 0 })
  }
  if (typeof value === 'number' && field.shape === 'number') return formatNumber(value, locale)
  return value === undefined || value === null ? '' : String(value)
}

export function moneyOf(value: unknown, field: TreeField): { minor: number | null; currency: string } {
  const currency = field.currency ?? 'CNY'
  if (typeof value === 'number') return { minor: value, currency }
  const given = (value ?? {}) as { minor?: unknown; currency?: unknown }
  return {
    minor: typeof given.minor === 'number' ? given.minor : null,
    currency: typeof given.currency === 'string' ? given.currency : currency,
  }
}

export function minorOf(typed: string, field: TreeField): unknown {
  const currency = field.currency ?? 'CNY'
  const minor = Math.round(Number(typed) * 10 ** exponentOf(currency))
  return field.says_currency ? { minor, currency } : minor
}
export function typedOf(value: unknown, field: TreeField): string {
  if (field.shape !== 'money') return value === undefined || value === null ? '' : String(value)
  const { minor, currency } = moneyOf(value, field)
  return minor === null ? '' : String(minor / 10 ** exponentOf(currency))
}

/** A condition that can be asked: one that is not finished yet is not. */
export function isWhole({ op, value }: Condition, field: TreeField): boolean {
  if (op === 'empty' || op === 'not_empty') return true
  if (op === 'last' || op === 'ago' || op === 'next') {
    const { n } = (value ?? {}) as { n?: unknown }
    return Number.isInteger(n) && Number(n) >= 0
  }
  const values = Array.isArray(value) ? value : [value]
  const filled = (one: unknown) =>
    one !== undefined && one !== null && one !== '' && !(typeof one === 'number' && Number.isNaN(one))
  if (!values.every(filled) || values.length === 0) return false
  if (op === 'between') return values.length === 2 && ordered(values, field)
  return true
}

function ordered([from, to]: unknown[], field: TreeField): boolean {
  const size = (value: unknown) =>
    field.shape === 'money' ? moneyOf(value, field).minor! : (value as number)
  return size(from) <= size(to)
}
