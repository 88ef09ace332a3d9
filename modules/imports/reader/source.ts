/**
 * A file as a table: what it is (found out from its first 64 KB, or told), then batch after batch in flat memory.
 *
 *   const source = await openSource(pathOrStream)
 *   for await (const batch of source.batches()) …      // once; closes the input however it ends
 */
import { refuse } from '../../../kernel/refuse.ts'
import { type Bytes, type Input, openBytes } from './bytes.ts'
import { type Batch, CsvReader, type LineEnding } from './csv.ts'
import { TextReader } from './decode.ts'
import {
  countPreamble,
  delimiters,
  detectDelimiter,
  detectHeader,
  detectLineEnding,
  nameColumns,
  sampleRecords,
} from './dialect.ts'
import { byteOrderMark, type Encoding, guessEncoding, notText } from './sniff.ts'

export type { Batch, LineEnding, RecordProblem } from './csv.ts'
export type { Encoding } from './sniff.ts'

const SAMPLE_BYTES = 64 * 1024
const SAMPLE_ROWS = 200

/** Each overrides what would be found out. */
export type SourceOptions = { encoding?: Encoding; delimiter?: string; has_header?: boolean }

export type Detected = {
  encoding: Encoding
  /** False: only ASCII seen so far; the first other character decides. */
  encoding_certain: boolean
  bom: boolean
  gzip: boolean
  delimiter: string
  line_ending: LineEnding
  has_header: boolean
  /** Records above the header (a title, the time of the export), which are not read. */
  preamble: number
  /** Header names that came more than once and got a suffix. */
  repeated_headers: string[]
}

export type Source = {
  /** Live: `encoding` may still become certain while the file is read. */
  readonly detected: Detected
  /** One name per column, each different; `#1`, `#2` … without a header. */
  headers: string[]
  /** The first records below the header, for guesses and for the page. */
  sample: string[][]
  /** Bytes taken from the file, bytes unpacked, lines begun, lines without content. */
  readonly progress: { read: number; unpacked: number; lines: number; blank_lines: number }
  batches(): AsyncGenerator<Batch>
  close(): Promise<void>
}

export async function openSource(input: Input, options: SourceOptions = {}): Promise<Source> {
  const bytes = await openBytes(input)
  try {
    return await lookAt(bytes, options)
  } catch (error) {
    await bytes.close()
    throw error
  }
}

async function lookAt(bytes: Bytes, options: SourceOptions): Promise<Source> {
  const { head, whole } = await firstBytes(bytes)
  if (head.length === 0) refuse('imports.empty', 422)
  const bom = byteOrderMark(head)
  const looks_like = bom ? undefined : notText(head)
  if (looks_like) refuse('imports.not_text', 422, { looks_like })
  const body = bom ? head.subarray(bom.length) : head
  const text = new TextReader(options.encoding ?? bom?.encoding ?? guessEncoding(body))
  const first = text.read(body, whole)
  checkText(first)
  const layout = layoutOf(first, options, whole)
  const progress = { read: 0, unpacked: 0, lines: 0, blank_lines: 0 }
  const found = { bom: bom !== undefined, gzip: bytes.gzip, ...layout.detected }
  return {
    get detected() {
      return { ...found, encoding: text.encoding, encoding_certain: text.decided }
    },
    headers: layout.headers,
    sample: layout.sample,
    get progress() {
      return Object.assign(progress, bytes.progress)
    },
    batches: () => readAll(bytes, text, first, whole, layout, progress),
    close: bytes.close,
  }
}

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

/** Text holds no NUL, and hardly any other control character. */
function checkText(sample: string): void {
  if (sample.trim() === '') refuse('imports.empty', 422)
  let odd = 0
  for (let i = 0; i < sample.length; i++) {
    const c = sample.charCodeAt(i)
    if (c < 32 && c !== 10 && c !== 13 && c !== 9 && c !== 1 && c !== 12) odd++
  }
  if (sample.includes('\0') || odd * 100 > sample.length)
    refuse('imports.not_text', 422, { looks_like: 'binary' })
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
  const preamble = options.has_header === false ? 0 : countPreamble(all)
  const rows = all.slice(preamble, preamble + SAMPLE_ROWS + 1)
  const has_header = options.has_header ?? detectHeader(rows)
  const first = rows[0] ?? []
  const { headers, repeated } = nameColumns(has_header ? first : first.map(() => ''))
  return {
    skip,
    /** Records that are not data. */
    lead: preamble + (has_header ? 1 : 0),
    headers,
    sample: has_header ? rows.slice(1) : rows.slice(0, SAMPLE_ROWS),
    detected: { delimiter, line_ending, has_header, preamble, repeated_headers: repeated },
  }
}

async function* readAll(
  bytes: Bytes,
  text: TextReader,
  first: string,
  whole: boolean,
  { skip, lead, detected }: Layout,
  progress: Source['progress'],
): AsyncGenerator<Batch> {
  const reader = new CsvReader(detected.delimiter, detected.line_ending, skip ? 2 : 1)
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
      if (piece.includes('\0')) refuse('imports.not_text', 422, { looks_like: 'binary', line: reader.line })
      batch = reader.push(piece, text.broken)
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
    problems,
    blank_lines: batch.blank_lines,
    raw: (index) => batch.raw(index + n),
  }
}
