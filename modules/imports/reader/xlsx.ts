/**
 * Workbooks, the one seam. Our own reader because an import needs what libraries lack together: rows in flat memory from
 * any place that can be read by position, caps on every part, numbers as they are shown, merged cells filled. The
 * library that writes our workbooks (hucre) is the oracle in the tests.
 */
import { TextDecoder } from 'node:util'
import { refuse } from '../../../kernel/refuse.ts'
import { type Batch, COLUMN_CAP } from './csv.ts'
import { headerOf, type Span } from './header.ts'
import type { Pieces } from './pieces.ts'
import type { Source, SourceOptions } from './source.ts'
import { type Book, notWorkbook, readBook, type SheetInfo } from './xlsx/book.ts'
import { type Merge, MergeFill, readMerges } from './xlsx/merges.ts'
import { openParts, type Part, type Zip } from './xlsx/parts.ts'
import { type Reading, SheetHandler } from './xlsx/sheet.ts'
import { readStrings } from './xlsx/strings.ts'
import { readStyles } from './xlsx/styles.ts'
import { XmlScan } from './xlsx/xml.ts'

const SAMPLE_ROWS = 200
// Bytes that are text at once: a longer one would be a large object, which is swept late.
const PIECE = 32 * 1024
// Rows in front of a header, blank ones not counted, that are looked at for it.
const LEAD_ROWS = 20

export async function openWorkbook(
  file: Pieces,
  options: SourceOptions,
  close: () => Promise<void> = async () => {},
): Promise<Source> {
  const zip = await openParts(file)
  const no = notWorkbook(zip)
  if (no) refuse(no.code, 422, { looks_like: no.looks_like })
  const book = await readBook(zip)
  const of: Omit<Reading, 'fill'> = {
    strings: await readStrings(zip, book.strings),
    styles: await readStyles(zip, book.styles),
    date_1904: book.date_1904,
  }
  const { sheet, first } = await chosen(zip, book, of, options.sheet)
  const merges = await readMerges(zip, sheet.part)
  const progress = { read: 0, unpacked: 0, lines: 0, blank_lines: 0, merged_filled: 0, uncalculated: 0 }
  const filled = merges.down.length > 0 ? await firstRows(zip, sheet.part, of, merges.down) : first
  const layout = layoutOf(filled, merges.across, options)
  const read = () => {
    const handler = new SheetHandler({ ...of, fill: new MergeFill(merges.down) })
    const onRead = (packed: number) => {
      progress.read = Math.round((file.size * packed) / Math.max(1, sheet.part.packed))
    }
    return { handler, batches: batchesOf(zip, sheet.part, handler, onRead) }
  }
  return {
    detected: {
      format: 'xlsx',
      encoding: 'utf-8',
      encoding_certain: true,
      bom: false,
      gzip: false,
      delimiter: ',',
      line_ending: 'crlf',
      has_header: layout.header_rows > 0,
      header_rows: layout.header_rows,
      preamble: layout.preamble,
      repeated_headers: layout.repeated,
      unnamed: layout.unnamed,
      sheet: sheet.name,
      sheets: book.sheets.map(({ name, hidden }) => ({ name, hidden })),
      date_1904: book.date_1904,
    },
    headers: layout.headers,
    names: layout.names,
    sample: layout.sample,
    progress,
    batches: () => bodyOf(read(), layout, progress, close),
    close,
  }
}

/** The one that was asked for; else the first that people see and that holds a table. */
async function chosen(
  zip: Zip,
  { sheets }: Book,
  of: Omit<Reading, 'fill'>,
  wanted: string | undefined,
): Promise<{ sheet: SheetInfo; first: First }> {
  if (wanted !== undefined) {
    const sheet =
      sheets.find(({ name }) => name === wanted) ?? sheets.find(({ name }) => name.trim() === wanted.trim())
    if (!sheet)
      return refuse('imports.no_sheet', 422, { sheet: wanted, sheets: sheets.map(({ name }) => name) })
    return { sheet, first: await firstRows(zip, sheet.part, of, []) }
  }
  let some: { sheet: SheetInfo; first: First } | undefined
  for (const sheet of [...sheets.filter(({ hidden }) => !hidden), ...sheets.filter(({ hidden }) => hidden)]) {
    const first = await firstRows(zip, sheet.part, of, [])
    if (first.rows.length > 1) return { sheet, first }
    if (first.rows.length > 0) some ??= { sheet, first }
  }
  return some ?? refuse('imports.empty', 422)
}

type First = { rows: string[][]; lines: number[] }

async function firstRows(
  zip: Zip,
  part: Part,
  of: Omit<Reading, 'fill'>,
  merges: readonly Merge[],
): Promise<First> {
  const rows: string[][] = []
  const lines: number[] = []
  const handler = new SheetHandler({ ...of, fill: new MergeFill(merges) })
  for await (const batch of batchesOf(zip, part, handler)) {
    rows.push(...batch.rows)
    lines.push(...batch.lines)
    if (rows.length > SAMPLE_ROWS + LEAD_ROWS) break
  }
  return { rows: rows.slice(0, SAMPLE_ROWS + LEAD_ROWS), lines }
}

async function* batchesOf(
  zip: Zip,
  part: Part,
  handler: SheetHandler,
  onRead?: (packed: number) => void,
): AsyncGenerator<Batch> {
  const scan = new XmlScan(handler)
  let decoder: TextDecoder | undefined
  for await (const chunk of zip.stream(part, onRead)) {
    decoder ??= new TextDecoder(chunk[0] === 0xff ? 'utf-16le' : chunk[0] === 0xfe ? 'utf-16be' : 'utf-8')
    for (let at = 0; at < chunk.length; at += PIECE)
      scan.push(decoder.decode(chunk.subarray(at, at + PIECE), { stream: true }))
    yield handler.take()
  }
  scan.push(decoder?.decode() ?? '')
  scan.end()
  yield handler.take()
}

type Layout = ReturnType<typeof layoutOf>

function layoutOf({ rows: all, lines }: First, spans: readonly Span[], options: SourceOptions) {
  const { rows: header_rows, ...header } = headerOf(all, options, { lines, spans })
  const { preamble, headers } = header
  if (headers.length > COLUMN_CAP)
    refuse('imports.too_many_columns', 422, { line: preamble + 1, cap: COLUMN_CAP })
  const lead = preamble + header_rows
  const sample = all.slice(lead, lead + SAMPLE_ROWS).map((row) => widened(row, headers.length))
  if (sample.length === 0) refuse('imports.no_rows', 422, { headers: headers.length })
  return { ...header, header_rows, lead, sample }
}

const widened = (row: string[], width: number): string[] =>
  row.length >= width ? row : [...row, ...new Array<string>(width - row.length).fill('')]

async function* bodyOf(
  { handler, batches }: { handler: SheetHandler; batches: AsyncGenerator<Batch> },
  { lead, headers }: Layout,
  progress: Source['progress'],
  close: () => Promise<void>,
): AsyncGenerator<Batch> {
  let drop = lead
  try {
    for await (const batch of batches) {
      progress.lines = handler.row
      progress.blank_lines += batch.blank_lines
      progress.merged_filled = handler.fill.filled
      progress.uncalculated = handler.uncalculated
      if (drop > 0) {
        const n = Math.min(drop, batch.rows.length)
        drop -= n
        batch.rows.splice(0, n)
        batch.lines.splice(0, n)
      }
      if (batch.rows.length === 0) continue
      for (const row of batch.rows) while (row.length < headers.length) row.push('')
      yield batch
    }
  } finally {
    await batches.return(undefined)
    await close()
  }
}
