import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { directoryOf, mustUnpack, type Read, type ZipEntry, ZipError } from './directory.ts'

const PIECE = 256 * 1024

/** Bytes that can be read from any place; fewer than asked for only at the end. */
export type Place = { readonly size: number; read(at: number, length: number): Promise<Buffer> }

export class ZipReader {
  readonly #read: Read
  readonly close: () => Promise<void>
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly bytes: number
  private constructor(read: Read, bytes: number, entries: Map<string, ZipEntry>, close: () => Promise<void>) {
    this.#read = read
    this.bytes = bytes
    this.entries = entries
    this.close = close
  }

  /** An archive of ours: strict names, and nothing in it that cannot be unpacked. */
  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const read = async (at: number, length: number) => {
        const bytes = Buffer.allocUnsafe(length)
        const { bytesRead } = await file.read(bytes, 0, length, at)
        return bytes.subarray(0, bytesRead)
      }
      const exact = exactly(read)
      return new ZipReader(exact, size, await directoryOf(exact, size, false), () => file.close())
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** One that another program made; whoever gave the place closes it. */
  static async foreign(place: Place): Promise<ZipReader> {
    const read = exactly((at, length) => place.read(at, length))
    return new ZipReader(read, place.size, await directoryOf(read, place.size, true), async () => {})
  }

  /** The entry's bytes, no more than it announced, its sum proven at the end. `onRead`: packed bytes so far. */
  async *read(name: string, onRead?: (packed: number) => void): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name)
    if (!entry) throw new ZipError('damaged', name)
    mustUnpack(entry)
    const raw = this.#raw(entry, onRead)
    let [size, crc] = [0, 0]
    for await (const chunk of entry.method === 0 ? raw : inflated(raw, name)) {
      size += chunk.length
      if (size > entry.size) throw new ZipError('damaged', name)
      crc = crc32(chunk, crc)
      yield chunk
    }
    if (size !== entry.size || crc !== entry.crc) throw new ZipError('damaged', name)
  }

  /** A small entry whole. */
  async whole(name: string, limit: number): Promise<Buffer> {
    if ((this.entries.get(name)?.size ?? 0) > limit) throw new ZipError('too_large', name)
    const parts: Buffer[] = []
    for await (const part of this.read(name)) parts.push(part)
    return Buffer.concat(parts)
  }

  async text(name: string, limit: number): Promise<string> {
    return (await this.whole(name, limit)).toString('utf8')
  }

  async *#raw({ name, offset, packed }: ZipEntry, onRead?: (packed: number) => void): AsyncGenerator<Buffer> {
    const head = await this.#read(offset, 30)
    if (head.readUInt32LE(0) !== 0x0403_4b50) throw new ZipError('damaged', name)
    const from = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
    for (let done = 0; done < packed; ) {
      const piece = await this.#read(from + done, Math.min(PIECE, packed - done))
      done += piece.length
      onRead?.(done)
      yield piece
    }
  }
}

const exactly =
  (read: Read): Read =>
  async (at, length) => {
    const first = await read(at, length)
    if (first.length === length) return first
    const parts = [first]
    for (let got = first.length; got < length; ) {
      const more = parts.at(-1)!.length > 0 ? await read(at + got, length - got) : Buffer.alloc(0)
      if (more.length === 0) throw new ZipError('truncated')
      parts.push(more)
      got += more.length
    }
    return Buffer.concat(parts, length)
  }

async function* inflated(raw: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: PIECE })
  let failure: unknown
  // What fails is thrown by the iteration below; the packed side's own fault counts before "closed too early".
  pipeline(raw, inflate, (error) => {
    failure = error
  })
  try {
    yield* inflate as AsyncIterable<Buffer>
  } catch (error) {
    const cause = failure ?? error
    const code = String((cause as NodeJS.ErrnoException).code)
    throw /^(Z_|ERR_STREAM_PREMATURE)/.test(code) ? new ZipError('damaged', name) : cause
  } finally {
    inflate.destroy()
  }
}
