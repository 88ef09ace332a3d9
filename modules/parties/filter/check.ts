import { type FilterField, type Op, operators, type TimeUnit, units } from '../rules.filter.ts'
import { ago, isDay, last, next, plusDays, type Span, whole } from './days.ts'
import { FilterFault, MOST, type Numbered } from './tree.ts'

/** A condition whose operator and value are known to fit its field. Browser-safe. */
export type Test =
  | { is: 'filled' }
  | { is: 'text'; how: 'is' | 'contains' | 'starts_with'; values: readonly string[] }
  | { is: 'options'; values: readonly string[]; all: boolean }
  | { is: 'ids'; values: readonly (number | 'me' | 'none' | 'left')[]; below: boolean }
  | {
      is: 'number'
      from: number | null
      to: number | null
      from_in: boolean
      to_in: boolean
      currency: string | null
    }
  | { is: 'span'; span: Span }
  | { is: 'flag'; value: boolean }
export type Checked = { n: number; field: FilterField; negated: boolean; test: Test }

const negative: ReadonlySet<string> = new Set<Op>(['is_not', 'not_in', 'not_contains', 'not_below', 'empty'])

export function check(condition: Numbered, field: FilterField, today: string): Checked {
  const { n, op } = condition
  const known = operators(field)
  if (!known.includes(op as Op)) throw new FilterFault('operator', { n, field: field.key, op, known })
  const negated = negative.has(op)
  const test: Test =
    op === 'empty' || op === 'not_empty' ? { is: 'filled' } : testOf(condition, field, op as Op, today)
  return { n, field, negated, test }
}

function testOf(condition: Numbered, field: FilterField, op: Op, today: string): Test {
  const wrong = (wants: string) =>
    new FilterFault('value', { n: condition.n, field: field.key, op, wants, value: told(condition.value) })
  switch (field.shape) {
    case 'text':
    case 'points': {
      const how = op === 'starts_with' ? op : op.endsWith('contains') ? 'contains' : 'is'
      return { is: 'text', how, values: several(condition, op, textual, () => wrong('text')) }
    }
    case 'choice':
    case 'set': {
      const fits = (value: unknown): value is string =>
        textual(value) && (field.options?.includes(value) ?? true) && (field.pattern?.test(value) ?? true)
      return {
        is: 'options',
        values: several(condition, op, fits, () => wrong('option')),
        all: op === 'all_of',
      }
    }
    case 'owner':
    case 'unit':
    case 'party':
      return {
        is: 'ids',
        values: several(condition, op, field.shape === 'owner' ? someone : isId, () => wrong(field.shape)),
        below: op.endsWith('below'),
      }
    case 'number':
    case 'money':
      return numeric(condition, op, field, () => wrong(op === 'between' ? 'two_numbers' : 'number'))
    case 'instant':
    case 'day':
      return { is: 'span', span: spanOf(condition.value, op, today, wrong) }
    case 'yes_no':
      if (typeof condition.value !== 'boolean') throw wrong('yes_no')
      return { is: 'flag', value: condition.value }
  }
}

const textual = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= MOST.value_chars &&
  !value.includes('\u0000')
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
const someone = (value: unknown): value is number | 'me' | 'none' | 'left' =>
  isId(value) || value === 'me' || value === 'none' || value === 'left'

/** One value, or for "in" and the like a list of them. */
function several<V>(
  { value }: Numbered,
  op: Op,
  fits: (value: unknown) => value is V,
  wrong: () => FilterFault,
): V[] {
  const many = op === 'in' || op === 'not_in' || op === 'all_of' || op.endsWith('below')
  const values = Array.isArray(value) ? value : [value]
  if (values.length === 0 || values.length > (many ? MOST.values : 1)) throw wrong()
  if (!values.every(fits)) throw wrong()
  return values as V[]
}

function numeric({ value }: Numbered, op: Op, field: FilterField, wrong: () => FilterFault): Test {
  const integer = field.integer || field.shape === 'money'
  let currency: string | null = null
  const one = (given: unknown): number => {
    let amount = given
    if (field.shape === 'money' && typeof given === 'object' && given !== null && 'minor' in given) {
      const money = given as { minor: unknown; currency?: unknown }
      if (typeof money.currency !== 'string' || !/^[A-Z]{3}$/.test(money.currency)) throw wrong()
      if (!field.custom || (currency !== null && currency !== money.currency)) throw wrong()
      currency = money.currency
      amount = money.minor
    }
    if (typeof amount !== 'number' || !Number.isFinite(amount)) throw wrong()
    if (integer && !Number.isSafeInteger(amount)) throw wrong()
    return amount
  }
  const bounds = { from: null as number | null, to: null as number | null, from_in: true, to_in: true }
  if (op === 'between') {
    if (!Array.isArray(value) || value.length !== 2) throw wrong()
    bounds.from = one(value[0])
    bounds.to = one(value[1])
    if (bounds.from > bounds.to) throw wrong()
  } else {
    const amount = one(Array.isArray(value) && value.length === 1 ? value[0] : value)
    if (op !== 'less' && op !== 'at_most') bounds.from = amount
    if (op !== 'greater' && op !== 'at_least') bounds.to = amount
    bounds.from_in = op !== 'greater'
    bounds.to_in = op !== 'less'
  }
  return { is: 'number', ...bounds, currency }
}

const YEARS = 200
const perYear: { readonly [U in TimeUnit]: number } = { day: 366, week: 53, month: 12, quarter: 4, year: 1 }

function spanOf(value: unknown, op: Op, today: string, wrong: (wants: string) => FilterFault): Span {
  if (op === 'this' || op === 'previous') {
    if (!isUnit(value)) throw wrong('unit_of_time')
    return whole(today, value, op === 'previous' ? 1 : 0)
  }
  if (op === 'last' || op === 'ago' || op === 'next') {
    const { n, unit } = (value ?? {}) as { n?: unknown; unit?: unknown }
    if (!isUnit(unit) || !Number.isInteger(n) || Number(n) < 0 || Number(n) > YEARS * perYear[unit])
      throw wrong('so_many')
    const asked = { n: n as number, unit }
    return op === 'last' ? last(today, asked) : op === 'ago' ? ago(today, asked) : next(today, asked)
  }
  if (op === 'between') {
    const [from, to] = Array.isArray(value) && value.length === 2 ? value : []
    if (!isDay(from) || !isDay(to) || from > to) throw wrong('two_days')
    return { from, to: plusDays(to, 1) }
  }
  if (!isDay(value)) throw wrong('day')
  if (op === 'before') return { from: null, to: value }
  if (op === 'after') return { from: plusDays(value, 1), to: null }
  return { from: value, to: plusDays(value, 1) }
}

const isUnit = (value: unknown): value is TimeUnit => units.some((unit) => unit === value)

const TOLD_CHARS = 60
/** As it was given, short enough for a sentence. */
const told = (value: unknown): string => (JSON.stringify(value) ?? '').slice(0, TOLD_CHARS)
