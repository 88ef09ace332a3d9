/** What a number in a cell is shown as: a day, a time, a length of time, a share, a code with zeros in front. */
import { tagsOf } from './book.ts'
import { type Elapsed, elapsedFormat, elapsedText } from './elapsed.ts'
import type { Part, Zip } from './parts.ts'
import { attribute } from './xml.ts'

export type Shown = 'number' | 'date' | 'time' | 'percent' | { zeros: number } | { elapsed: Elapsed }

// Formats that have a number and no text in the file. 27 to 36 and 50 to 58 are days in the Chinese, Japanese and
// Korean editions, 71 to 81 in the Thai one.
const DATES = new Set([14, 15, 16, 17, 22, ...range(27, 31), 36, ...range(50, 58), ...range(71, 76), 81])
const TIMES = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 77, 78, 79, 80])

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** By style number of a cell. */
export async function readStyles(zip: Zip, part: Part | undefined): Promise<Shown[]> {
  if (!part) return []
  const codes = new Map<number, string>()
  const styles: Shown[] = []
  let inCells = false
  for (const { name, attributes } of await tagsOf(zip, part)) {
    if (name === 'numFmt')
      codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '')
    else if (name === 'cellXfs') inCells = true
    else if (name === 'cellStyles' || name === 'dxfs') inCells = false
    else if (name === 'xf' && inCells) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0)
      const code = codes.get(id)
      styles.push(code === undefined ? builtIn(id) : shownAs(code))
    }
  }
  return styles
}

// `[h]:mm:ss`, everywhere.
const ELAPSED = 46

function builtIn(id: number): Shown {
  if (id === ELAPSED) return shownAs('[h]:mm:ss')
  if (DATES.has(id)) return 'date'
  if (TIMES.has(id)) return 'time'
  return id === 9 || id === 10 ? 'percent' : 'number'
}

/** By the format's text: the part for positive numbers, without words, colours and languages. */
export function shownAs(code: string): Shown {
  const first = splitSections(code)[0] ?? ''
  const elapsed = elapsedFormat(first)
  const bare = first
    .replace(/"[^"]*"/g, '')
    .replace(/\\.|_.|\*./g, '')
    .replace(/\[[^\]]*\]/g, '')
    .toLowerCase()
  if (elapsed) return { elapsed }
  if (/^general$/.test(bare.trim())) return 'number'
  if (/[yd]|(?:^|[^0#?.])e(?!\+|-)|[年月日]/.test(bare.replace(/general/g, ''))) return 'date'
  if (/h|s|上午|下午|am\/pm/.test(bare)) return 'time'
  // `mmm` alone is a month, `m:` has been found above as a time's.
  if (/m/.test(bare)) return 'date'
  if (bare.includes('%')) return 'percent'
  return /^0{2,}$/.test(bare.trim()) ? { zeros: bare.trim().length } : 'number'
}

function splitSections(code: string): string[] {
  const parts: string[] = ['']
  let quoted = false
  for (const c of code) {
    if (c === '"') quoted = !quoted
    if (c === ';' && !quoted) parts.push('')
    else parts[parts.length - 1] += c
  }
  return parts
}

const DAY_MS = 86_400_000
const two = (n: number) => String(n).padStart(2, '0')

/** A number of a cell as the text that a person reads there, dates and times in the order year, month, day. */
export function numberText(raw: string, shown: Shown, date_1904: boolean): string {
  const value = Number(raw)
  if (raw === '' || !Number.isFinite(value)) return raw
  if (shown === 'date' || shown === 'time') return dateText(value, shown, date_1904) ?? plainText(value)
  if (shown === 'percent') return `${plainText(Number((value * 100).toPrecision(15)))}%`
  if (typeof shown === 'object' && 'elapsed' in shown)
    return elapsedText(value, shown.elapsed) ?? plainText(value)
  if (typeof shown === 'object' && Number.isInteger(value) && value >= 0)
    return plainText(value).padStart(shown.zeros, '0')
  return plainText(value)
}

/** Fifteen digits, as spreadsheets keep; longer whole numbers have lost their end and are shown as they are: rounded. */
function plainText(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? String(value) : spreadsheetPower(value)
  const text = String(Number(value.toPrecision(15)))
  if (!text.includes('e')) return text
  return Math.abs(value) < 1 ? value.toFixed(20).replace(/0+$/, '') : spreadsheetPower(value)
}

const spreadsheetPower = (value: number) =>
  value
    .toExponential(14)
    .replace(/\.?0+e/, 'e')
    .toUpperCase()

/** Days since 1899-12-30, or since 1904-01-01. Day 60 of the older calendar, 29 February 1900, never was. */
export function dateText(serial: number, shown: 'date' | 'time', date_1904: boolean): string | undefined {
  if (serial < 0 || serial > 2_958_466) return undefined
  let days = Math.floor(serial)
  let seconds = Math.round((serial - days) * 86_400)
  if (seconds === 86_400) {
    days++
    seconds = 0
  }
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  if (shown === 'time' && days === 0) return time
  if (!date_1904 && days === 60) return '1900-02-29'
  const since = date_1904 ? days + 1462 : days < 60 ? days + 1 : days
  const at = new Date(Date.UTC(1899, 11, 30) + since * DAY_MS)
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
  return seconds === 0 ? day : `${day} ${time}`
}
