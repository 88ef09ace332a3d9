/** Guesses what a file is and what its columns mean, from header words first, then from the shape of the values. */

import { emailKey, phoneKey } from '../parties/names/contacts.ts'
import { simplify } from '../parties/names/simplified.ts'
import { headerKey, synonyms } from './mapping.synonyms.ts'
import {
  type CustomTarget,
  defaultOptions,
  type Kind,
  kinds,
  type Mapping,
  type MappingOptions,
  mayHoldDates,
  missingTargets,
  requiredOf,
  retailOptions,
  type Target,
} from './targets.ts'
import { currencyCode } from './values/currencies.ts'
import { detectDateOrder, parseDate } from './values/dates.ts'
import { detectDecimalMark, parseDecimal } from './values/numbers.ts'
import { countryCode } from './values/places.ts'
import { openZone } from './values/zones.ts'

/** Why a column was taken for a target: the header says so, the header contains it, or the values look like it. */
export type Guess = { target: Target; confidence: number; why: 'header' | 'header_part' | 'values' }
export type Guesses = Record<number, Guess>

type Candidate = Guess & { column: number; fit: number }

/**
 * One target at most once; the best fit over all columns is given away first. `names`: of two header rows the lower one,
 * whose words are a column's own.
 */
export function guessMapping(
  kind: Kind,
  headers: readonly string[],
  sampleRows: readonly (readonly string[])[],
  names: readonly string[] = headers,
  custom: CustomWords = [],
): Guesses {
  const samples = headers.map((_, i) =>
    sampleRows.map((row) => (row[i] ?? '').trim()).filter((cell) => cell !== ''),
  )
  const candidates: Candidate[] = []
  headers.forEach((header, column) => {
    const shape = shapeOf(samples[column]!)
    const own = byWords(custom, names[column] ?? header)
    for (const guess of [...own, ...byNames(kind, header, names[column] ?? header)]) {
      const agrees = agreement(guess.target, shape)
      // An owner's name under 负责人 is no address: taken as one, every row would be refused.
      if (agrees < 0 && (guess.why === 'header_part' || guess.target === 'owner_email')) continue
      candidates.push({
        ...guess,
        column,
        confidence: clamp(guess.confidence + agrees * 0.15),
        fit: guess.fit + agrees * 0.2,
      })
    }
    const target = shape && shapeTargets[kind][shape]
    if (target) candidates.push({ target, column, confidence: 0.5, why: 'values', fit: 0.5 })
  })
  candidates.sort((a, b) => b.fit - a.fit || a.column - b.column)
  const guesses: Guesses = {}
  const given = new Set<Target>()
  for (const { column, fit: _, ...guess } of candidates) {
    if (guesses[column] || given.has(guess.target)) continue
    guesses[column] = guess
    given.add(guess.target)
  }
  return guesses
}

const clamp = (n: number) => Math.round(Math.min(0.99, Math.max(0.1, n)) * 100) / 100

// A column's own name under another says less than the whole of it.
const OWN = 0.9

/** Two rows: both together where they are a word we know, else the lower one. What only the upper one says, several share. */
function byNames(kind: Kind, header: string, name: string): (Guess & { fit: number })[] {
  if (name === header) return byHeader(kind, header)
  const whole = byHeader(kind, header).filter(({ why }) => why === 'header')
  const own = byHeader(kind, name).map((one) => ({
    ...one,
    fit: one.fit * OWN,
    confidence: one.confidence * OWN,
  }))
  return [...whole, ...own]
}

/** What custom fields are called: by target, as headers are compared. */
export type CustomWords = readonly (readonly [CustomTarget, readonly string[]])[]

/** Whoever named a field knew what they call it: it goes before words that are only alike. */
function byWords(custom: CustomWords, name: string): (Guess & { fit: number })[] {
  const key = headerKey(name)
  const found = key === '' ? undefined : custom.find(([, words]) => words.includes(key))
  return found ? [{ target: found[0], confidence: 0.97, why: 'header', fit: 1.95 }] : []
}

/** Exact words fit by their place in the list; a word inside a longer header fits by how much of it it is. */
function byHeader(kind: Kind, header: string): (Guess & { fit: number })[] {
  const key = headerKey(simplify(header))
  if (key === '') return []
  const found: (Guess & { fit: number })[] = []
  for (const [target, words] of synonyms[kind]) {
    if (key === target.replaceAll('_', '')) {
      found.push({ target, confidence: 0.98, why: 'header', fit: 2 })
      continue
    }
    const place = words.indexOf(key)
    if (place >= 0) {
      found.push({ target, confidence: 0.95, why: 'header', fit: 1.9 - place / 200 })
      continue
    }
    const part = words.filter((w) => isPart(w, key)).sort((a, b) => b.length - a.length)[0]
    if (part)
      found.push({
        target,
        confidence: 0.6 + 0.2 * (part.length / key.length),
        why: 'header_part',
        fit: 0.6 + 0.6 * (part.length / key.length),
      })
  }
  return found
}

/** Short Latin words sit inside too many others (`no`, `id`, `tel` in `hotel`); Chinese words of two characters do not. */
const isPart = (word: string, key: string): boolean =>
  /^\p{Script=Han}/u.test(word)
    ? word.length >= 2 && key.includes(word)
    : word.length >= 4 && (key.startsWith(word) || key.endsWith(word))

type Shape = 'date' | 'email' | 'phone' | 'country' | 'currency' | 'integer' | 'decimal' | 'text'

const shapeTargets: { readonly [K in Kind]: Partial<Record<Shape, Target>> } = {
  orders: {
    date: 'ordered_at',
    email: 'customer_email',
    phone: 'customer_phone',
    country: 'country',
    currency: 'currency',
  },
  parties: { email: 'email', phone: 'phone', country: 'country' },
  products: { currency: 'currency' },
}

const SHAPES: Partial<Record<Target, readonly Shape[]>> = {
  ordered_at: ['date'],
  quantity: ['integer', 'decimal'],
  unit_price: ['decimal', 'integer'],
  line_amount: ['decimal', 'integer'],
  unit_cost: ['decimal', 'integer'],
  email: ['email'],
  customer_email: ['email'],
  owner_email: ['email'],
  phone: ['phone'],
  customer_phone: ['phone'],
  currency: ['currency'],
  country: ['country'],
  line_number: ['integer'],
}

/** 1 when the values look like the target, −1 when they plainly do not, 0 when they do not tell. */
function agreement(target: Target, shape: Shape | undefined): number {
  const expected = SHAPES[target]
  if (!shape) return 0
  if (expected) return expected.includes(shape) ? 1 : -1
  if (['customer_name', 'product_name', 'name', 'organisation', 'address', 'note'].includes(target)) {
    return shape === 'text' || shape === 'country' ? 0.5 : -1
  }
  return ['external_id', 'customer_id', 'order_number'].includes(target) && ['date', 'email'].includes(shape)
    ? -1
    : 0
}

const anyZone = openZone('UTC')!
const isDate = (cell: string) =>
  !Number.isNaN(parseDate(cell, anyZone, 'mdy')) || !Number.isNaN(parseDate(cell, anyZone, 'dmy'))

/** What nine values in ten look like. */
function shapeOf(cells: readonly string[]): Shape | undefined {
  const some = cells.slice(0, 200)
  if (some.length === 0) return undefined
  const mostly = (test: (cell: string) => boolean) => some.filter(test).length >= some.length * 0.9
  if (mostly((c) => c.includes('@') && emailKey(c) !== undefined)) return 'email'
  if (mostly((c) => /[-/:年.]/.test(c) && !/^-?[\d,]+(\.\d+)?$/.test(c) && isDate(c))) return 'date'
  if (
    mostly(
      (c) =>
        /^(?:\+|00)[\d\s()-]{8,}$|^(?:\+?86)?1[3-9]\d{9}$|^0\d{2,3}-?\d{7,8}$/.test(
          c.normalize('NFKC').replace(/[\s-]/g, ''),
        ) && phoneKey(c, 'CN') !== undefined,
    )
  )
    return 'phone'
  if (mostly((c) => /^(?:19|20)\d{6}$/.test(c) && isDate(c))) return 'date'
  if (mostly((c) => /^-?\d{1,15}$/.test(c))) return 'integer'
  if (mostly((c) => parseDecimal(c, 6, '.') !== undefined || parseDecimal(c, 6, ',') !== undefined))
    return 'decimal'
  if (
    mostly(
      (c) => /^[A-Za-z¥￥$€£]{1,3}$|^\p{Script=Han}{1,4}$/u.test(c) && currencyCode(c, 'CNY') !== undefined,
    )
  )
    return 'currency'
  return mostly((c) => countryCode(c) !== undefined) ? 'country' : 'text'
}

/** The kind whose required targets the headers name best; undefined when none is complete enough. */
export function guessKind(headers: readonly string[], names = headers): Kind | undefined {
  let best: Kind | undefined
  let most = 0
  for (const kind of kinds) {
    const named = new Set(
      Object.values(guessMapping(kind, headers, [], names))
        .filter((g) => g.why === 'header')
        .map((g) => g.target),
    )
    const required =
      requiredOf[kind].filter((any) => any.some((t) => named.has(t))).length / requiredOf[kind].length
    const share = headers.length ? named.size / headers.length : 0
    // An order file also names customers and products: when its own four are there, it is one.
    const score = required * (kind === 'orders' ? 1.6 : 1) + share * 0.5
    if (required >= (kind === 'orders' ? 0.75 : 0.5) && score > most) [best, most] = [kind, score]
  }
  return best
}

export type OptionsFound = {
  options: MappingOptions
  preset: 'uci_online_retail' | null
  date_order_certain: boolean
  /** The sample has dates that are two, and none that tells which is meant. */
  date_order_open: boolean
}

const UCI = [
  'invoiceno',
  'stockcode',
  'description',
  'quantity',
  'invoicedate',
  'unitprice',
  'customerid',
  'country',
].join()

// Of the codes in the sample that must look like the retail file's before its rules for codes are taken.
const ALIKE = 0.6

/** Another system's file under the same header has codes of its own kind: all its goods would be charges. */
function retailFor(cells: readonly string[]): MappingOptions {
  const codes = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const alike = codes.filter((code) => /^\d{5}/.test(code)).length
  if (alike >= codes.length * ALIKE) return retailOptions
  const { product_pattern, charge_codes, discount_codes, adjustment_codes } = defaultOptions
  return { ...retailOptions, product_pattern, charge_codes, discount_codes, adjustment_codes }
}

/** A letter before the digits means something only where numbers are digits otherwise: `A1001` is how many count all their orders. */
function prefixesFor(
  preset: OptionsFound['preset'],
  cells: readonly string[],
): Partial<Pick<MappingOptions, 'cancel_prefix' | 'adjust_prefix'>> {
  const numbers = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const bare = numbers.filter((number) => /^\d+$/.test(number)).length
  return preset !== null || bare * 2 >= numbers.length ? {} : { cancel_prefix: '', adjust_prefix: '' }
}

/** Date order and decimal mark from the sample; a file known by its header brings its whole set. */
export function guessOptions(
  headers: readonly string[],
  sampleRows: readonly (readonly string[])[],
  columns: readonly (Target | null)[],
  base: Partial<MappingOptions> = {},
): OptionsFound {
  const preset = headers.map(headerKey).join() === UCI ? 'uci_online_retail' : null
  const cellsOf = (has: (target: Target) => boolean) =>
    columns.flatMap((t, i) => (t && has(t) ? sampleRows.map((row) => row[i] ?? '') : []))
  const cells = (...targets: Target[]) => cellsOf((t) => targets.includes(t))
  const known = preset ? retailFor(cells('product_code')) : defaultOptions
  const start = { ...known, ...prefixesFor(preset, cells('order_number')), ...base }
  const dates = detectDateOrder(cellsOf(mayHoldDates), start.region)
  const options = {
    ...start,
    date_order: base.date_order ?? dates.order,
    decimal_mark:
      base.decimal_mark ?? detectDecimalMark(cells('unit_price', 'line_amount', 'unit_cost', 'quantity')),
  }
  return {
    options,
    preset,
    date_order_certain: dates.certain || base.date_order !== undefined,
    date_order_open: dates.open,
  }
}

/** Everything guessed at once: what the command line uses when it is told nothing. */
export function guessAll(
  kind: Kind,
  headers: readonly string[],
  sampleRows: readonly (readonly string[])[],
  base: Partial<MappingOptions> = {},
  names: readonly string[] = headers,
  custom: CustomWords = [],
) {
  const guesses = guessMapping(kind, headers, sampleRows, names, custom)
  const columns = headers.map((_, i) => guesses[i]?.target ?? null)
  const found = guessOptions(headers, sampleRows, columns, base)
  const mapping: Mapping = { kind, columns, options: found.options }
  return { mapping, guesses, ...found, missing: missingTargets(mapping) }
}
