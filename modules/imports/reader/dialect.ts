/** How a text is laid out as a table: delimiter, line ends, header. Judged over whole records, quotes respected. */
import { simplify } from '../../parties/names/simplified.ts'
import { headerKey, synonyms } from '../mapping.synonyms.ts'
import type { Kind } from '../targets.ts'
import { CsvReader, type LineEnding } from './csv.ts'

export const delimiters = [',', ';', '\t', '|', '，', '；', '^', '\u0001'] as const

export function detectLineEnding(sample: string): LineEnding {
  let lf = 0
  let crlf = 0
  let cr = 0
  for (let i = 0; i < sample.length; i++) {
    const c = sample.charCodeAt(i)
    if (c === 10) lf++
    else if (c === 13) {
      if (sample.charCodeAt(i + 1) === 10) {
        crlf++
        i++
      } else cr++
    }
  }
  if (lf + crlf === 0) return cr > 0 ? 'cr' : 'lf'
  return crlf > lf ? 'crlf' : 'lf'
}

export function sampleRecords(
  sample: string,
  delimiter: string,
  ending: LineEnding,
  whole: boolean,
): string[][] {
  const reader = new CsvReader(delimiter, ending)
  try {
    const rows = reader.push(sample)?.rows ?? []
    return whole ? [...rows, ...reader.end().rows] : rows
  } catch {
    // What breaks a cap under the wrong delimiter is judged by the reader of the whole file under the right one.
    return []
  }
}

/** The delimiter under which most records have one width, wider preferred; comma for a single column. */
export function detectDelimiter(sample: string, ending: LineEnding, whole: boolean): string {
  let best = ','
  let most = 0
  for (const delimiter of delimiters) {
    if (!sample.includes(delimiter)) continue
    const widths = sampleRecords(sample, delimiter, ending, whole)
      .slice(0, 200)
      .map((row) => row.length)
    const [width, share] = commonest(widths)
    if (width < 2) continue
    // Full-width marks also stand in Chinese prose: as a delimiter they must never miss.
    if (/[，；]/.test(delimiter) && share < 1) continue
    const headed = widths[0] === width ? 1 : 0.5
    const score = share * share * headed * (1 + Math.log2(width) / 8)
    if (score > most) [best, most] = [delimiter, score]
  }
  return best
}

function commonest(widths: readonly number[]): [width: number, share: number] {
  const times = new Map<number, number>()
  for (const width of widths) times.set(width, (times.get(width) ?? 0) + 1)
  let best: [number, number] = [0, 0]
  for (const [width, n] of times) if (n / widths.length > best[1]) best = [width, n / widths.length]
  return best
}

const VALUE = /^[-+(]?[\d.,/:年月日\s-]*\d[\d.,/:年月日\s-]*\)?%?$|@.+\.|^(?:https?:|\+?\d{7,}$)/

export const isValue = (cell: string): boolean => VALUE.test(cell)

/** A header names its columns: no numbers, dates or addresses, nothing twice, and words we know count most. */
export function detectHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows
  if (!first) return false
  const names = first.map((cell) => cell.trim()).filter((cell) => cell !== '')
  if (names.length === 0) return false
  const known = names.filter((name) => isKnown(headerKey(simplify(name)))).length
  if (known >= 2 || known > names.length / 2) return true
  if (names.some((name) => VALUE.test(name)) || new Set(names).size !== names.length) return false
  const some = rest.slice(0, 50)
  // A column of figures under a word says that the word is its name.
  return (
    some.length === 0 ||
    first.some((_, i) => some.every((row) => VALUE.test((row[i] ?? '').trim()))) ||
    known > 0
  )
}

/**
 * Records above the header: a title, the time of the export. Only where the header itself is beyond doubt, and what is
 * above it fills hardly a cell.
 */
export function countPreamble(rows: readonly (readonly string[])[]): number {
  const filled = (row: readonly string[]) => row.filter((cell) => cell.trim() !== '').length
  const width = Math.max(...rows.slice(0, 20).map(filled), 0)
  for (let i = 1; i < Math.min(rows.length, 10); i++) {
    if (filled(rows[i - 1]!) > width / 3) return 0
    const names = rows[i]!.map((cell) => headerKey(simplify(cell.trim())))
    if (filled(rows[i]!) > width / 2 && names.filter(isKnown).length >= 3) return i
  }
  return 0
}

const isKnown = (key: string) =>
  key !== '' &&
  (Object.keys(synonyms) as Kind[]).some((kind) =>
    [...synonyms[kind].values()].some((words) => words.includes(key)),
  )

/** Every column gets a name of its own: empty ones their number, repeated ones a suffix. */
export function nameColumns(cells: readonly string[]): {
  headers: string[]
  repeated: string[]
  unnamed: number[]
} {
  const taken = new Set<string>()
  const repeated: string[] = []
  const unnamed: number[] = []
  const headers = cells.map((cell, i) => {
    const own_name = cell.trim().replace(/\s+/g, ' ')
    if (own_name === '') unnamed.push(i)
    const name = own_name || `#${i + 1}`
    let own = name
    for (let times = 2; taken.has(own); times++) own = `${name} (${times})`
    if (own !== name) repeated.push(name)
    taken.add(own)
    return own
  })
  return { headers, repeated, unnamed }
}
