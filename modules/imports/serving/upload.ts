import { createHash } from 'node:crypto'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { setImmediate as breath } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import type { Pieces } from '../reader/pieces.ts'
import { isOle, isZip } from '../reader/sniff.ts'
import { openSource, type SourceOptions } from '../reader/source.ts'

// The file as it came, gzipped in pieces in the database: any worker reads it, also on another machine.

const PIECE = 1024 * 1024
const GB = 1024 ** 3
export const LIMIT_GB = 20

export type Received = { file_bytes: number; file_sha256: Buffer }

/** `version`: of the import at this upload's beginning; a later upload of the same import makes this one stop. */
export async function receive(
  ctx: Ctx,
  import_id: number,
  version: number,
  stream: Readable,
  options: SourceOptions,
): Promise<Received> {
  const hash = createHash('sha256')
  const probe = new Probe(options)
  let bytes = 0
  async function* counted() {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > LIMIT_GB * GB) refuse('imports.too_large', 413, { gb: LIMIT_GB })
      hash.update(chunk)
      await probe.take(chunk)
      yield chunk
    }
    await probe.end()
  }
  try {
    let seq = 0
    for await (const piece of pieces(packed(counted()))) await keep(ctx, import_id, version, seq++, piece)
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (isBroken(error)) refuse('imports.broken_upload', 400)
    throw error
  } finally {
    probe.close()
    letGo(stream)
  }
  return { file_bytes: bytes, file_sha256: hash.digest() }
}

// Milliseconds that the rest of a refused upload may still come.
const LINGER = 30_000

/** Closed at once, the connection would be gone before whoever sends has read why: what still comes is thrown away. */
function letGo(stream: Readable): void {
  if (stream.readableEnded || stream.destroyed) return
  stream.on('error', () => {})
  stream.resume()
  const end = setTimeout(() => stream.destroy(), LINGER).unref()
  stream.once('close', () => clearTimeout(end))
}

/**
 * Reads along while the bytes come, so that a file which nobody can read is refused where it goes wrong and not after all
 * of it has been stored. Workbooks are looked at once they are whole.
 */
class Probe {
  readonly #bytes = new PassThrough({ highWaterMark: 1024 * 1024 })
  readonly #reading: Promise<void>
  #refused: unknown
  #skip = false

  constructor(options: SourceOptions) {
    this.#reading = this.#read(options).catch((error: unknown) => {
      this.#refused = error
      this.#bytes.resume()
    })
  }

  async #read(options: SourceOptions): Promise<void> {
    const source = await openSource(this.#bytes, options)
    for await (const _ of source.batches()) await breath()
  }

  #first = true
  async take(chunk: Buffer): Promise<void> {
    if (this.#first && chunk.length > 3) this.#skip = isZip(chunk) || isOle(chunk)
    this.#first = false
    if (this.#refused) throw this.#refused
    if (this.#skip || this.#bytes.write(chunk)) return
    await new Promise<void>((resolve) => {
      this.#bytes.once('drain', resolve)
      // A reader that has given up drains nothing.
      void this.#reading.then(resolve)
    })
    if (this.#refused) throw this.#refused
  }

  async end(): Promise<void> {
    if (this.#skip) return
    this.#bytes.end()
    await this.#reading
    if (this.#refused) throw this.#refused
  }

  close(): void {
    this.#bytes.destroy()
  }
}

const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(ECONNRESET|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|FST_ERR_)/.test(String(error.code))

/** What is packed already stays as it is; a workbook also because it is read from any place. */
async function* packed(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first: Buffer[] = []
  let length = 0
  while (length < 4) {
    const next = await raw.next()
    if (next.done) break
    first.push(next.value)
    length += next.value.length
  }
  const head = Buffer.concat(first)
  async function* all() {
    if (head.length > 0) yield head
    yield* raw
  }
  if (head.length === 0) return
  if ((head[0] === 0x1f && head[1] === 0x8b) || isZip(head) || isOle(head)) return yield* all()
  const gzip = createGzip({ level: 1, chunkSize: 256 * 1024 })
  pipeline(all(), gzip, () => {})
  yield* gzip as AsyncIterable<Buffer>
}

async function* pieces(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of packed) {
    parts.push(chunk)
    length += chunk.length
    if (length < PIECE) continue
    yield Buffer.concat(parts)
    parts = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(parts)
}

/** Pieces stand alone, outside a transaction: an upload may take hours, and one that breaks off is swept. */
async function keep(ctx: Ctx, import_id: number, version: number, seq: number, bytes: Buffer): Promise<void> {
  const { rowCount } = await ctx.house.pool.query({
    name: 'imports.piece',
    text: `insert into import_chunk (import_id, seq, bytes)
           select $1, $3, $4 from import where import_id = $1 and version = $2 and state = 'uploading'`,
    values: [import_id, version, seq, bytes],
  })
  if (rowCount !== 1) refuse('imports.broken_upload', 409)
}

export const forget = (ctx: Ctx, import_id: number) =>
  planned(ctx, 'delete from import_chunk where import_id = $1', [import_id])

/** The pieces in order, or from any place; two in memory at most. */
export async function stored(ctx: Ctx, import_id: number): Promise<Pieces> {
  const { rows } = await ctx.house.pool.query<{ length: number }>({
    name: 'imports.pieces',
    text: 'select octet_length(bytes) as length from import_chunk where import_id = $1 order by seq',
    values: [import_id],
  })
  const starts: number[] = []
  let size = 0
  for (const { length } of rows) {
    starts.push(size)
    size += length
  }
  const piece = async (seq: number): Promise<Buffer> => {
    const { rows } = await ctx.house.pool.query<{ bytes: Buffer }>({
      name: 'imports.read_piece',
      text: 'select bytes from import_chunk where import_id = $1 and seq = $2',
      values: [import_id, seq],
    })
    return rows[0]?.bytes ?? refuse('imports.broken_upload', 409)
  }
  const kept = new Map<number, Buffer>()
  const remembered = async (seq: number): Promise<Buffer> => {
    const bytes = kept.get(seq) ?? (await piece(seq))
    kept.delete(seq)
    kept.set(seq, bytes)
    if (kept.size > 2) kept.delete(kept.keys().next().value!)
    return bytes
  }
  return {
    size,
    async read(at, length) {
      const parts: Buffer[] = []
      const end = Math.min(size, at + length)
      let seq = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      )
      for (let from = at; from < end; seq++) {
        const bytes = await remembered(seq)
        const part = bytes.subarray(from - starts[seq]!, end - starts[seq]!)
        parts.push(part)
        from += part.length
      }
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    },
    async *[Symbol.asyncIterator]() {
      for (const seq of starts.keys()) yield await piece(seq)
    },
  }
}

export async function storedBytes(ctx: Ctx, import_id: number): Promise<number> {
  const [row] = await planned<{ bytes: number }>(
    ctx,
    'select coalesce(sum(length(bytes)), 0)::bigint as bytes from import_chunk where import_id = $1',
    [import_id],
  )
  return row!.bytes
}
