/**
 * A file as a table: what it is (found out from its first 64 KB, or told), then batch after batch in flat memory.
 *
 *   const source = await openSource(pathOrStream)
 *   for await (const batch of source.batches()) …      // once; closes the input however it ends
 */
import { refuse } from '../../../kernel/refuse.ts'
import { type Bytes, type Input, openBytes } from './bytes.ts'
import { type Batch, CsvReader, type LineEnding, NUL_SHOWN } from './csv.ts'
import { TextReader } from './decode.ts'
import { delimiters, detectDelimiter, detectLineEnding, sampleRecords } from './dialect.ts'
import { headerOf } from './header.ts'
import { inMemory, isPieces, type Pieces, piecesOf } from './pieces.ts'
import { byteOrderMark, type Encoding, guessEncoding, isOle, isZip, notText, refuseOle } from './sniff.ts'
import { openWorkbook } from './xlsx.ts'

export type { Batch, LineEnding, RecordProblem } from './csv.ts'
export type { Encoding } from './sniff.ts'

const SAMPLE_BYTES = 64 * 1024
const SAMPLE_ROWS = 200

/** Each overrides what would be found out. An encoding that is said must fit the whole file. */
export type SourceOptions = {
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  has_header?: boolean | undefined
  /** 1 or 2: two rows of names become one name for each column */
  header_rows?: number | undefined
  sheet?: string | undefined
}

export type Detected = {
  format: 'csv' | 'xlsx'
  encoding: Encoding
  /** False: only ASCII seen so far; the first other character decides. */
  encoding_certain: boolean
  bom: boolean
  gzip: boolean
  delimiter: string
  line_ending: LineEnding
  has_header: boolean
  header_rows: 0 | 1 | 2
  /** Records above the header (a title, the time of the export), which are not read. */
  preamble: number
  /** Header names that came more than once and got a suffix. */
  repeated_headers: string[]
  /** Columns under a header row that has no name for them. */
  unnamed: number[]
  /** Of a workbook: the one that is read, and all there are. */
  sheet: string | null
  sheets: { name: string; hidden: boolean }[]
  /** Days are counted from 1904 on, as old Macintosh workbooks do. */
  date_1904: boolean
}

export type Source = {
  /** Live: `encoding` may still become certain while the file is read. */
  readonly detected: Detected
  /** One name per column, each different; `#1`, `#2` … without a header. */
  headers: string[]
  /** As they stand right above the columns: without what the upper of two header rows says of several. */
  names: string[]
  /** The first records below the header, for guesses and for the page. */
  sample: string[][]
  /**
   * Bytes taken from the file, bytes unpacked, lines begun, lines without content; of a workbook: rows that got the value
   * of a merged cell, rows with formulas that were never worked out.
   */
  readonly progress: {
    read: number
    unpacked: number
    lines: number
    blank_lines: number
    merged_filled: number
    uncalculated: number
  }
  batches(): AsyncGenerator<Batch>
  close(): Promise<void>
}

export async function openSource(input: Input, options: SourceOptions = {}): Promise<Source> {
  const bytes = await openBytes(input)
  try {
    const first = await firstBytes(bytes)
    const { head } = first
    if (isOle(head)) return await refuseOle(head, (at) => readAt(input, head, at))
    if (!isZip(head)) return lookAt(bytes, first, options)
    // The table of contents is at the end, where a stream inside a stream does not reach.
    if (bytes.gzip) refuse('imports.archive', 422, { looks_like: 'GZIP + ZIP' })
    return await workbook(input, bytes, first, options)
  } catch (error) {
    await bytes.close()
    throw error
  }
}

async function readAt(input: Input, head: Buffer, at: number): Promise<Buffer> {
  if (typeof input !== 'string') return isPieces(input) ? input.read(at, 4096) : head.subarray(at, at + 4096)
  const file = await piecesOf(input)
  return file.read(at, 4096).finally(file.close)
}

// Bytes of a workbook that comes as a stream and is kept in memory: tests, and programs that have it there anyway.
const GATHERED = 64 * 1024 * 1024

async function workbook(
  input: Input,
  bytes: Bytes,
  { head, whole }: First,
  options: SourceOptions,
): Promise<Source> {
  if (typeof input === 'string') {
    await bytes.close()
    const file = await piecesOf(input)
    return openWorkbook(file, options, file.close).catch(async (error: unknown) => {
      await file.close()
      throw error
    })
  }
  if (isPieces(input)) {
    await bytes.close()
    return openWorkbook(input, options)
  }
  return openWorkbook(await gathered(bytes, head, whole), options)
}

async function gathered(bytes: Bytes, head: Buffer, whole: boolean): Promise<Pieces> {
  const parts = [head]
  for (let length = head.length; !whole; ) {
    const next = await bytes.chunks.next()
    if (next.done) break
    length += next.value.length
    if (length > GATHERED) refuse('imports.too_large', 413, { gb: GATHERED / 1024 ** 3 })
    parts.push(next.value)
  }
  await bytes.close()
  return inMemory(Buffer.concat(parts))
}

function lookAt(bytes: Bytes, { head, whole }: First, options: SourceOptions): Source {
  if (head.length === 0) refuse('imports.empty', 422)
  const bom = byteOrderMark(head)
  const no = bom ? undefined : notText(head)
  if (no) refuse(no.code, 422, { looks_like: no.looks_like })
  const body = bom ? head.subarray(bom.length) : head
  checkSaid(options.encoding, bom?.encoding, body)
  const text = new TextReader(options.encoding ?? bom?.encoding ?? guessEncoding(body))
  const first = text.read(body, whole)
  const strict = options.encoding !== undefined
  if (strict) checkFits(text, first, 1, body)
  checkText(first)
  const shown = showNul(first)
  const layout = layoutOf(shown, options, whole)
  const progress = { read: 0, unpacked: 0, lines: 0, blank_lines: 0, merged_filled: 0, uncalculated: 0 }
  const found = {
    format: 'csv' as const,
    bom: bom !== undefined,
    gzip: bytes.gzip,
    sheet: null,
    sheets: [],
    date_1904: false,
    ...layout.detected,
  }
  return {
    get detected() {
      return { ...found, encoding: text.encoding, encoding_certain: text.decided }
    },
    headers: layout.headers,
    names: layout.names,
    sample: layout.sample,
    get progress() {
      return Object.assign(progress, bytes.progress)
    },
    batches: () => readAll(bytes, text, shown, { ...layout, whole, strict }, progress),
    close: bytes.close,
  }
}

// Characters beyond ASCII that make chance agreement with UTF-8 impossible.
const CERTAIN = 8

/** What somebody says a file is written in must be what it is: read otherwise, every name would be wrong. */
function checkSaid(said: Encoding | undefined, marked: Encoding | undefined, body: Buffer): void {
  if (said === undefined) return
  const looks_like = marked ?? guessEncoding(body) ?? 'utf-8'
  if (looks_like === said) return
  const wide = (one: Encoding) => one.startsWith('utf-16')
  let high = 0
  for (let i = 0; i < body.length && high < CERTAIN; i++) if (body[i]! > 127) high++
  const plain = wide(said) && high === 0 && !body.includes(0)
  if (marked || wide(looks_like) || plain || (looks_like === 'utf-8' && high >= CERTAIN))
    refuse('imports.wrong_encoding', 422, { encoding: said, line: 1, looks_like })
}

function checkFits(text: TextReader, piece: string, line: number, bytes: Buffer): void {
  if (!text.broken && !isRiddled(piece)) return
  const looks_like = guessEncoding(bytes) ?? text.encoding
  let at = line
  const bad = piece.search(/[\uFFFD\0]/)
  for (let i = piece.indexOf('\n'); i >= 0 && i < bad; i = piece.indexOf('\n', i + 1)) at++
  refuse('imports.wrong_encoding', 422, { encoding: text.encoding, line: at, looks_like })
}

type First = Awaited<ReturnType<typeof firstBytes>>
async function firstBytes(bytes: Bytes): Promise<{ head: Buffer; whole: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  while (length < SAMPLE_BYTES) {
    const next = await bytes.chunks.next()
    if (next.done) return { head: Buffer.concat(parts), whole: true }
    parts.push(next.value)
    length += next.value.length
  }
  return { head: parts.length === 1 ? parts[0]! : Buffer.concat(parts), whole: false }
}

// One that slipped into a cell is the fault of its line; more are no text.
const STRAY = 3
const isMany = (odd: number, length: number): boolean => odd > STRAY && odd * 100 > length
function isRiddled(piece: string): boolean {
  let nul = 0
  for (let at = piece.indexOf('\0'); at >= 0; at = piece.indexOf('\0', at + 1)) nul++
  return isMany(nul, piece.length)
}
const showNul = (piece: string): string => (piece.includes('\0') ? piece.replaceAll('\0', NUL_SHOWN) : piece)

/** Text holds hardly any control character. */
function checkText(sample: string): void {
  if (sample.trim() === '') refuse('imports.empty', 422)
  let odd = 0
  for (let i = 0; i < sample.length; i++) {
    const c = sample.charCodeAt(i)
    if (c < 32 && c !== 10 && c !== 13 && c !== 9 && c !== 1 && c !== 12) odd++
  }
  if (isMany(odd, sample.length)) refuse('imports.binary', 422)
}

type Layout = ReturnType<typeof layoutOf>

function layoutOf(text: string, options: SourceOptions, whole: boolean) {
  const line_ending = detectLineEnding(text)
  // Excel's own line: `sep=;`
  const said = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text)
  const skip = said ? said[0].length : 0
  const sample = skip ? text.slice(skip) : text
  if (
    options.delimiter !== undefined &&
    (options.delimiter.length !== 1 || /["\r\n]/.test(options.delimiter))
  ) {
    refuse('imports.bad_delimiter', 422, { delimiter: options.delimiter, known: delimiters })
  }
  const delimiter = options.delimiter ?? said?.[1] ?? detectDelimiter(sample, line_ending, whole)
  const all = sampleRecords(sample, delimiter, line_ending, whole)
  // Guesses read over what breaks a limit; under the delimiter that was chosen it is told.
  if (all.length === 0) {
    const reader = new CsvReader(delimiter, line_ending)
    reader.push(sample)
    if (whole) reader.end()
  }
  const { preamble, rows, headers, names, repeated, unnamed } = headerOf(all, options)
  const lead = preamble + rows
  const below = all.slice(lead, lead + SAMPLE_ROWS)
  if (whole && below.length === 0) refuse('imports.no_rows', 422, { headers: headers.length })
  return {
    skip,
    /** Records that are not data. */
    lead,
    headers,
    names,
    sample: below,
    detected: {
      delimiter,
      line_ending,
      has_header: rows > 0,
      header_rows: rows,
      preamble,
      repeated_headers: repeated,
      unnamed,
    },
  }
}

async function* readAll(
  bytes: Bytes,
  text: TextReader,
  first: string,
  { skip, lead, detected, whole, strict }: Layout & { whole: boolean; strict: boolean },
  progress: Source['progress'],
): AsyncGenerator<Batch> {
  const reader = new CsvReader(detected.delimiter, detected.line_ending, skip ? 2 : 1)
  if (first.includes(NUL_SHOWN)) reader.sawNul()
  let drop = lead
  const out = (batch: Batch): Batch | undefined => {
    progress.blank_lines += batch.blank_lines
    progress.lines = reader.line - 1
    if (batch.rows.length === 0) return undefined
    if (drop === 0) return batch
    const n = Math.min(drop, batch.rows.length)
    drop -= n
    return withoutFirst(batch, n)
  }
  try {
    let batch = reader.push(skip ? first.slice(skip) : first, text.broken)
    let ready = batch && out(batch)
    if (ready) yield ready
    for (let last = whole; !last; ) {
      const next = await bytes.chunks.next()
      last = next.done === true
      const piece = text.read(next.done ? Buffer.alloc(0) : next.value, last)
      if (strict) checkFits(text, piece, reader.line, next.done ? Buffer.alloc(0) : next.value)
      if (isRiddled(piece)) refuse('imports.binary', 422, { line: reader.line })
      const shown = showNul(piece)
      if (shown !== piece) reader.sawNul()
      batch = reader.push(shown, text.broken)
      ready = batch && out(batch)
      if (ready) yield ready
    }
    ready = out(reader.end(text.broken))
    if (ready) yield ready
  } finally {
    await bytes.close()
  }
}

/** The same batch without its first n records. */
function withoutFirst(batch: Batch, n: number): Batch | undefined {
  if (batch.rows.length === n) return undefined
  const problems =
    batch.problems &&
    new Map([...batch.problems].filter(([i]) => i >= n).map(([i, problem]) => [i - n, problem]))
  return {
    rows: batch.rows.slice(n),
    lines: batch.lines.slice(n),
    signed: batch.signed?.slice(n),
    problems,
    blank_lines: batch.blank_lines,
    raw: (index) => batch.raw(index + n),
  }
}
