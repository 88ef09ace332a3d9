/** The bytes of a file or upload, gunzipped on the way, with a guard against bombs and figures for the progress bar. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import { guardOf } from './guard.ts'
import type { Pieces } from './pieces.ts'

/** A path, bytes that come by once, or a file that can be read from any place. */
export type Input = string | AsyncIterable<Buffer> | Pieces

const CHUNK = 256 * 1024

export type Bytes = {
  gzip: boolean
  /** The text's bytes, unpacked. */
  chunks: AsyncIterator<Buffer>
  /** Bytes taken from the file (packed), and given out (unpacked). */
  progress: { read: number; unpacked: number }
  close(): Promise<void>
}

export async function openBytes(input: Input): Promise<Bytes> {
  const stream = typeof input === 'string' ? createReadStream(input, { highWaterMark: CHUNK }) : input
  const source = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const progress = { read: 0, unpacked: 0 }
  const first = await firstBytes(source)
  const raw = counted(first, source, progress)
  const gzip = first[0] === 0x1f && first[1] === 0x8b
  const chunks = gzip ? unpacked(raw, progress) : plain(raw, progress)
  const close = async () => {
    await chunks.return(undefined)
    await source.return?.()
  }
  return { gzip, chunks, progress, close }
}

/** At least the two bytes that tell gzip, unless the file is shorter. */
async function firstBytes(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0)
  while (first.length < 2) {
    const next = await source.next()
    if (next.done) break
    first = first.length ? Buffer.concat([first, next.value]) : next.value
  }
  return first
}

async function* counted(first: Buffer, source: AsyncIterator<Buffer>, progress: Bytes['progress']) {
  try {
    progress.read += first.length
    if (first.length) yield first
    for (;;) {
      const next = await source.next()
      if (next.done) return
      progress.read += next.value.length
      yield next.value
    }
  } finally {
    await source.return?.()
  }
}

async function* plain(raw: AsyncGenerator<Buffer>, progress: Bytes['progress']): AsyncGenerator<Buffer> {
  for await (const chunk of raw) {
    progress.unpacked += chunk.length
    yield chunk
  }
}

/** Members that follow one another are one file, as gzip has it. */
async function* unpacked(raw: AsyncGenerator<Buffer>, progress: Bytes['progress']): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK })
  const guard = guardOf(() => progress.read)
  // The iteration below throws whatever fails; this callback only keeps the pipeline from being unhandled.
  pipeline(raw, gunzip, () => {})
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      progress.unpacked += chunk.length
      guard(chunk.length)
      yield chunk
    }
  } catch (error) {
    if (error instanceof Refusal || !isZlib(error)) throw error
    refuse('imports.gzip_broken', 422, { unpacked: progress.unpacked })
  } finally {
    gunzip.destroy()
  }
}

const isZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))
