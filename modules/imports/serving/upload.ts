import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { Refusal, refuse } from '../../../kernel/refuse.ts'

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
): Promise<Received> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* counted() {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > LIMIT_GB * GB) refuse('imports.too_large', 413, { gb: LIMIT_GB })
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    let seq = 0
    for await (const piece of pieces(packed(counted()))) await keep(ctx, import_id, version, seq++, piece)
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (isBroken(error)) refuse('imports.broken_upload', 400)
    throw error
  }
  return { file_bytes: bytes, file_sha256: hash.digest() }
}

const isBroken = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(ECONNRESET|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|FST_ERR_)/.test(String(error.code))

/** What is gzip already stays as it is. */
async function* packed(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first: Buffer[] = []
  let length = 0
  while (length < 2) {
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
  if (head[0] === 0x1f && head[1] === 0x8b) return yield* all()
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

/** The pieces in order, one in memory at a time. */
export async function* stored(ctx: Ctx, import_id: number): AsyncGenerator<Buffer> {
  for (let seq = 0; ; seq++) {
    const { rows } = await ctx.house.pool.query<{ bytes: Buffer }>({
      name: 'imports.read_piece',
      text: 'select bytes from import_chunk where import_id = $1 and seq = $2',
      values: [import_id, seq],
    })
    if (!rows[0]) return
    yield rows[0].bytes
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
