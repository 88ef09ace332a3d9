/** What every kind of row needs of its cells: trimming, caps, memory of the last value, COPY text. */
import type { ReasonCode } from '../reasons.text.ts'
import type { Target } from '../targets.ts'
import { type DateOrder, onlyOrder, otherOrder } from '../values/dates.ts'
import { countryCode } from '../values/places.ts'
import type { Reason } from './types.ts'

/** Characters. Beyond it a cell is a mistake (two columns run together), and no index holds it. */
export const TEXT_CAP: Partial<Record<Target, number>> = {
  note: 20_000,
  address: 1000,
  tags: 2000,
  category: 1000,
}
const DEFAULT_CAP = 300
const KEY_CAP = 200
const KEYS = new Set<Target>([
  'order_number',
  'customer_id',
  'external_id',
  'product_code',
  'code',
  'status',
  'channel',
  'store',
])
export const capOf = (target: Target): number =>
  TEXT_CAP[target] ?? (KEYS.has(target) ? KEY_CAP : DEFAULT_CAP)

const MAX_SHOWN = 200
export const reason = (field: Target | null, code: ReasonCode, value: string): Reason => ({
  field,
  code,
  // Cut between the halves of a pair, it would be no text for the database.
  value: value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN).toWellFormed()}…` : value,
})

/** Why a cell is no date: a month 13 is a day of the other order, and all the file's dates may be misread. */
export const noDate = (cell: string, order: DateOrder): ReasonCode =>
  onlyOrder(cell) === otherOrder(order) ? 'other_date_order' : 'bad_date'

/** Blanks off both ends; most cells have none, and a look at both ends is cheaper than trim(). */
export function trimmed(text: string): string {
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  return first > 32 && first < 128 && last > 32 && last < 128 ? text : text.trim()
}

/** A reader that answers the same cell again without work: files repeat themselves line after line. */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  let last: string | undefined
  let answer: T
  return (text) => {
    if (text !== last) {
      answer = read(text)
      last = text
    }
    return answer
  }
}

/** `17850.0`, as a float column prints an id. */
export function dropDecimalZero(text: string): string {
  const length = text.length
  if (length < 3 || text.charCodeAt(length - 1) !== 48 || text.charCodeAt(length - 2) !== 46) return text
  for (let i = 0; i < length - 2; i++) {
    const c = text.charCodeAt(i)
    if (c < 48 || c > 57) return text
  }
  return text.slice(0, -2)
}

/** True when the record has the header's width; empty cells beyond it are what spreadsheets leave behind. */
export function fits(fields: readonly string[], width: number): boolean {
  if (fields.length === width) return true
  if (fields.length < width) return false
  for (let i = width; i < fields.length; i++) if (fields[i] !== '') return false
  return true
}

const SPECIAL = /[\\\t\n\r\b\f\v]/
// biome-ignore format: a table
const ESCAPES: Record<string, string> = {
  '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v',
}

/** A value of PostgreSQL's text COPY format. */
export function copyText(text: string | null): string {
  if (text === null) return '\\N'
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r\b\f\v]/g, (c) => ESCAPES[c]!) : text
}

/** text[] in COPY text: an array literal, escaped once for the array and once for COPY. */
export const copyArray = (values: readonly string[]): string =>
  copyText(`{${values.map((v) => `"${v.replace(/["\\]/g, '\\$&')}"`).join(',')}}`)

export const copyValue = (value: unknown): string => {
  if (value === null || value === undefined) return '\\N'
  if (Array.isArray(value)) return copyArray(value as string[])
  return typeof value === 'string' ? copyText(value) : String(value)
}

export const isDamagedId = (text: string): boolean => text.length > 4 && /^\d(?:\.\d+)?e\+\d+$/i.test(text)

/** [ISO code, the file's words where there is no such code]; words that say nothing count as empty. */
export function countryOf(text: string): [string | null, string | null] {
  if (text === '') return [null, null]
  const code = countryCode(text)
  return code === undefined ? [null, text] : [code, null]
}

/** What a spreadsheet shows where a formula failed: no name and no figure. */
const FORMULA_ERROR = /^#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|BUSY!|GETTING_DATA)$/

/** A text cell: trimmed, null when empty, a reason when longer than its cap. */
export function textReader(
  columns: readonly (Target | null)[],
  target: Target,
  reasons: Reason[],
): (fields: readonly string[]) => string | null {
  const column = columns.indexOf(target)
  if (column < 0) return () => null
  const cap = capOf(target)
  return (fields) => {
    const text = trimmed(fields[column]!)
    if (text === '') return null
    if (text.length > cap) reasons.push(reason(target, 'too_long', text))
    else if (text.charCodeAt(0) === 35 && FORMULA_ERROR.test(text))
      reasons.push(reason(target, 'formula_error', text))
    return text
  }
}

/** Writes rows as text COPY; `line` is the number of the record's first line in the file. */
export function copyWriter<R extends object>(copyColumns: readonly ('line' | (keyof R & string))[]) {
  const columns = copyColumns.slice(1) as (keyof R)[]
  return {
    copyColumns,
    toCopyLine(row: R, line: number): string {
      let text = String(line)
      for (const column of columns) text += `\t${copyValue(row[column])}`
      return `${text}\n`
    },
  }
}

/** The column that carries a target, or -1. */
export const columnOf = (columns: readonly (Target | null)[], target: Target): number =>
  columns.indexOf(target)
