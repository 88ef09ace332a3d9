import type { Kind } from '../../packages/sheets/src/index.ts'
import { exponentOf, type Locale, type Phrase, phrase, type Words } from '../text.ts'
import type { Clock } from './clock.ts'

// A list's module says what its columns are: SQL that yields text, and how that is told. The heading is in the
// module's words, so that the page can offer it.

export type Told = { readonly locale: Locale; readonly clock: Clock }
export type ExportColumn = {
  readonly kind: Kind
  /** yields text, or null for an empty cell */
  readonly sql: string
  /** the joins of the list that it needs */
  readonly needs?: readonly string[]
  readonly say?: (cell: string, told: Told) => string | null
  /** in characters, in a workbook */
  readonly width?: number
}

type More = { readonly needs?: readonly string[]; readonly width?: number }

/** Between values of one cell on their way from the database: no text that people enter holds it. */
export const BETWEEN = '\x1f'
const JOINED = '; '
export const sqlBetween = `chr(31)`

const parts = (cell: string): string[] => cell.split(BETWEEN).filter((part) => part !== '')

export const text = (sql: string, more: More = {}): ExportColumn => ({ kind: 'text', sql, ...more })
export const id = (sql: string, more: More = {}): ExportColumn => ({
  kind: 'id',
  sql: `(${sql})::text`,
  ...more,
})
export const figure = (sql: string, more: More = {}): ExportColumn => ({
  kind: 'number',
  sql: `(${sql})::text`,
  ...more,
})

/** An instant, `infinity` for not known. */
export const time = (sql: string, more: More = {}): ExportColumn => ({
  kind: 'time',
  sql: `case when isfinite(${sql}) then (extract(epoch from ${sql}) * 1000)::bigint::text end`,
  say: (cell, { clock }) => clock(Number(cell)),
  ...more,
})

/** `minor` and `currency` in one: the digits after the point are the currency's. */
export const money = (minor: string, currency: string, more: More = {}): ExportColumn => ({
  kind: 'number',
  sql: `${minor} || ' ' || ${currency}`,
  say: (cell) => {
    const at = cell.indexOf(' ')
    return decimal(cell.slice(0, at), exponentOf(cell.slice(at + 1)))
  },
  ...more,
})

/** Millionths, without the zeros behind. */
export const micro = (sql: string, more: More = {}): ExportColumn => ({
  kind: 'number',
  sql: `(${sql})::text`,
  say: (cell) => decimal(cell, 6).replace(/\.?0+$/, ''),
  ...more,
})

/** A code in words; one that has none stays as it is. */
export const label = (sql: string, words: Words, more: More = {}): ExportColumn => ({
  kind: 'text',
  sql,
  say: (cell, { locale }) => inWords(words, cell, locale),
  ...more,
})

/** An array as text, its values in words where there are any. */
export const several = (sql: string, words: Words = {}, more: More = {}): ExportColumn => ({
  kind: 'text',
  sql: `array_to_string(${sql}, ${sqlBetween})`,
  say: (cell, { locale }) =>
    parts(cell)
      .map((one) => inWords(words, one, locale))
      .join(JOINED),
  ...more,
})

/** Values put between `chr(31)`, each shown through `show`. */
export const each = (sql: string, show: (value: string) => string, more: More = {}): ExportColumn => ({
  kind: 'text',
  sql,
  say: (cell) => parts(cell).map(show).join(JOINED),
  ...more,
})

/** The words of one family: `kind.person` → person. */
export const under = (words: Words, prefix: string): Words =>
  Object.fromEntries(
    Object.entries(words).flatMap(([key, said]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), said]] : [],
    ),
  )

function inWords(words: Words, code: string, locale: Locale): string {
  const known: Phrase | undefined = words[code]
  return known ? phrase(known, locale) : code
}

/** `-520`, 2 → `-5.20`: exact, whatever its length. */
export function decimal(digits: string, places: number): string {
  if (places === 0) return digits
  const negative = digits.charCodeAt(0) === 45
  const bare = (negative ? digits.slice(1) : digits).padStart(places + 1, '0')
  const at = bare.length - places
  return `${negative ? '-' : ''}${bare.slice(0, at)}.${bare.slice(at)}`
}
