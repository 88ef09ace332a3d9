/** Where a table begins, and what its columns are called: one row of names, two, or none. */
import { countPreamble, detectHeader, isValue, nameColumns } from './dialect.ts'

/** Columns of a merged cell, counted from 0, on a line counted from 1. */
export type Span = { line: number; from: number; to: number }
/** Of a workbook: the lines of its first rows, and the cells merged across columns. */
export type Merged = { lines: readonly number[]; spans: readonly Span[] }
export type HeaderOptions = { has_header?: boolean | undefined; header_rows?: number | undefined }

export type Header = {
  /** records above it that are not read */
  preamble: number
  rows: 0 | 1 | 2
  /** one per column, each different */
  headers: string[]
  /** what stands right above the column, without what two or more columns share */
  names: string[]
  repeated: string[]
  unnamed: number[]
}

type Rows = readonly (readonly string[])[]

const SAMPLE_ROWS = 200
// Records that are looked at for the upper row of a header.
const LEAD = 10

/** `all`: the first records of the file. */
export function headerOf(all: Rows, options: HeaderOptions, merged?: Merged): Header {
  const width = Math.max(0, ...all.slice(0, SAMPLE_ROWS).map((row) => row.length))
  // In a workbook a column without a name is one as soon as something stands in it.
  const wide = (row: readonly string[] = []) =>
    merged ? Array.from({ length: width }, (_, i) => row[i] ?? '') : row
  const nameless = (row: readonly string[] = []) => wide(row).map(() => '')
  if (options.has_header === false) return named(0, 0, nameless(all[0]))
  const found = merged && options.header_rows !== 1 ? upperRow(all, merged, width) : undefined
  if (found !== undefined || options.header_rows === 2) {
    const at = found ?? upperSaid(all)
    const [top, below] = [wide(all[at]), wide(all[at + 1])]
    const spans = merged ? spansOf(merged, at) : []
    return named(at, 2, joined(spread(top, below, spans), below), below)
  }
  const preamble = countPreamble(all)
  const rows = all.slice(preamble, preamble + SAMPLE_ROWS + 1)
  const has = options.has_header ?? (options.header_rows === 1 || detectHeader(rows))
  return has ? named(preamble, 1, wide(rows[0])) : named(preamble, 0, nameless(rows[0]))
}

function named(
  preamble: number,
  rows: Header['rows'],
  cells: readonly string[],
  own: readonly string[] = cells,
): Header {
  const { headers, repeated, unnamed } = nameColumns(cells)
  const names = headers.map((header, i) => own[i]?.trim().replace(/\s+/g, ' ') || header)
  return { preamble, rows, headers, names, repeated, unnamed: rows > 0 ? unnamed : [] }
}

const filled = (cell: string | undefined): boolean => (cell ?? '').trim() !== ''
const count = (row: readonly string[]): number => row.filter(filled).length
const spansOf = ({ lines, spans }: Merged, at: number): Span[] =>
  spans.filter(({ line }) => line === lines[at])

/**
 * The upper of two header rows, only where nothing speaks against it: cells of it are merged over columns that the next
 * row names one by one, every name is a word, and the rows below look like the rows of such a table.
 */
function upperRow(all: Rows, merged: Merged, width: number): number | undefined {
  for (let at = 0; at < Math.min(LEAD, all.length - 1); at++) {
    const spans = spansOf(merged, at).filter(({ from }) => filled(all[at]![from]))
    if (spans.length > 0 && isUpper(all, at, spans, merged.lines)) return at
    // Fuller than what stands above a table, it is the table itself.
    if (count(all[at]!) > Math.max(1, width / 3)) return undefined
  }
  return undefined
}

function isUpper(all: Rows, at: number, spans: readonly Span[], lines: readonly number[]): boolean {
  const [top, below] = [all[at]!, all[at + 1]!]
  if (lines[at + 1] !== lines[at]! + 1) return false
  // One merged cell over all that is named is a title.
  if (count(top) < 2) return false
  const names = joined(spread(top, below, spans), below)
  const words = below.filter(filled)
  if (words.some((cell) => isValue(cell.trim()))) return false
  const each = spans.every(({ from, to }) => {
    for (let i = from; i <= to; i++) if (!filled(below[i])) return false
    return true
  })
  const rest = all.slice(at + 2)
  const own = new Set(names.filter(filled)).size === count(names)
  return each && own && (detectHeader([below, ...rest]) || detectHeader([names, ...rest]))
}

/** Somebody says that there are two: the names that are known stand in the lower one. */
function upperSaid(all: Rows): number {
  const preamble = countPreamble(all)
  return preamble > 0 && count(all[preamble - 1]!) > 1 ? preamble - 1 : preamble
}

/** The upper row's cells over all that they stand for: by what is merged, else up to the next one. */
function spread(top: readonly string[], below: readonly string[], spans: readonly Span[]): string[] {
  const cells = Array.from({ length: Math.max(top.length, below.length) }, (_, i) => top[i] ?? '')
  for (const { from, to } of spans) cells.fill(cells[from] ?? '', from, Math.min(to + 1, cells.length))
  if (spans.length === 0)
    for (let i = 1; i < cells.length; i++) if (!filled(cells[i]) && filled(below[i])) cells[i] = cells[i - 1]!
  return cells
}

const joined = (top: readonly string[], below: readonly string[]): string[] =>
  top.map((over, i) => {
    const [a, b] = [over.trim(), (below[i] ?? '').trim()]
    return a === '' || a === b ? b : b === '' ? a : `${a} ${b}`
  })
