import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

// An ordinary ZIP, written front to back: nothing is sought, so it can also go to a pipe. Each entry is deflated in
// blocks of its own, several at once in zlib's threads; laid end to end they are one deflate stream.
const BLOCK = 1024 * 1024
const AT_ONCE = 4
const FIELD_MAX = 0xffff_ffff
const ENTRIES_MAX = 0xffff
// 2.0 reads what is below 4 GB, 4.5 what is above; made on Unix, so that the permission bits below mean something.
const [PLAIN, ZIP64, MADE_BY] = [20, 45, (3 << 8) | 45]
// Sizes follow the data (bit 3), names are UTF-8 (bit 11).
const FLAGS = (1 << 3) | (1 << 11)
const DEFLATE = 8
// -rw-r--r--
const MODE = (0o100644 << 16) >>> 0
const LAST_BLOCK = Buffer.from([3, 0])

const deflate = promisify<Buffer, object, Buffer>(deflateRaw)
const options = { level: 1, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 256 * 1024 }

/** Answers when the bytes are taken: this is what holds the source back. */
export type Sink = (bytes: Buffer) => Promise<void>
export type Written = { name: string; size: number; packed: number; sha256: string }
type Listed = Written & { crc: number; offset: number; large: boolean }

export class ZipWriter {
  readonly #sink: Sink
  readonly #time: number
  readonly #date: number
  readonly #listed: Listed[] = []
  #offset = 0
  constructor(sink: Sink, at: Date) {
    this.#sink = sink
    // DOS time has no zone and steps of two seconds: UTC.
    this.#time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
    this.#date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  }
  get bytes(): number {
    return this.#offset
  }

  /** `large`: it may pass 4 GB, which its header must say before it is known. Old unzippers read the others too. */
  async add(
    name: string,
    source: AsyncIterable<Buffer> | Iterable<Buffer>,
    { large = false } = {},
  ): Promise<Written> {
    const offset = this.#offset
    await this.#write(this.#head(name, large))
    const started = this.#offset
    const sha = createHash('sha256')
    const waiting: Promise<Buffer>[] = []
    let [size, crc] = [0, 0]
    try {
      for await (const block of blocks(source)) {
        size += block.length
        crc = crc32(block, crc)
        sha.update(block)
        waiting.push(deflate(block, options))
        if (waiting.length >= AT_ONCE) await this.#write(await waiting.shift()!)
      }
      for (const packed of waiting) await this.#write(await packed)
    } finally {
      await Promise.allSettled(waiting)
    }
    await this.#write(LAST_BLOCK)
    const packed = this.#offset - started
    if (!large && Math.max(size, packed) > FIELD_MAX) throw new Error(`${name} passes 4 GB unannounced`)
    await this.#write(descriptor(crc, packed, size, large))
    const written = { name, size, packed, sha256: sha.digest('hex') }
    this.#listed.push({ ...written, crc, offset, large })
    return written
  }

  /** The directory: without it the file is no archive. */
  async end(): Promise<void> {
    const start = this.#offset
    for (const entry of this.#listed) await this.#write(this.#line(entry))
    const size = this.#offset - start
    const count = this.#listed.length
    if (count >= ENTRIES_MAX || size >= FIELD_MAX || start >= FIELD_MAX)
      await this.#write(farEnd(count, size, start, this.#offset))
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x0605_4b50, 0)
    end.writeUInt16LE(Math.min(count, ENTRIES_MAX), 8)
    end.writeUInt16LE(Math.min(count, ENTRIES_MAX), 10)
    end.writeUInt32LE(Math.min(size, FIELD_MAX), 12)
    end.writeUInt32LE(Math.min(start, FIELD_MAX), 16)
    await this.#write(end)
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length
    await this.#sink(bytes)
  }

  #head(name: string, large: boolean): Buffer {
    const label = Buffer.from(name)
    const extra = large ? longSizes([0, 0]) : Buffer.alloc(0)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x0403_4b50, 0)
    head.writeUInt16LE(large ? ZIP64 : PLAIN, 4)
    this.#common(head, 6)
    head.writeUInt32LE(large ? FIELD_MAX : 0, 18)
    head.writeUInt32LE(large ? FIELD_MAX : 0, 22)
    head.writeUInt16LE(label.length, 26)
    head.writeUInt16LE(extra.length, 28)
    return Buffer.concat([head, label, extra])
  }

  #common(into: Buffer, at: number): void {
    into.writeUInt16LE(FLAGS, at)
    into.writeUInt16LE(DEFLATE, at + 2)
    into.writeUInt16LE(this.#time, at + 4)
    into.writeUInt16LE(this.#date, at + 6)
  }

  #line({ name, size, packed, crc, offset, large }: Listed): Buffer {
    const label = Buffer.from(name)
    const far = offset >= FIELD_MAX
    const extra = large || far ? longSizes([size, packed, offset]) : Buffer.alloc(0)
    const wide = extra.length > 0
    const line = Buffer.alloc(46)
    line.writeUInt32LE(0x0201_4b50, 0)
    line.writeUInt16LE(MADE_BY, 4)
    line.writeUInt16LE(wide ? ZIP64 : PLAIN, 6)
    this.#common(line, 8)
    line.writeUInt32LE(crc, 16)
    line.writeUInt32LE(wide ? FIELD_MAX : packed, 20)
    line.writeUInt32LE(wide ? FIELD_MAX : size, 24)
    line.writeUInt16LE(label.length, 28)
    line.writeUInt16LE(extra.length, 30)
    line.writeUInt32LE(MODE, 38)
    line.writeUInt32LE(wide ? FIELD_MAX : offset, 42)
    return Buffer.concat([line, label, extra])
  }
}

function longSizes(sizes: number[]): Buffer {
  const extra = Buffer.alloc(4 + sizes.length * 8)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(sizes.length * 8, 2)
  for (const [i, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 4 + i * 8)
  return extra
}

function descriptor(crc: number, packed: number, size: number, large: boolean): Buffer {
  const bytes = Buffer.alloc(large ? 24 : 16)
  bytes.writeUInt32LE(0x0807_4b50, 0)
  bytes.writeUInt32LE(crc, 4)
  if (large) {
    bytes.writeBigUInt64LE(BigInt(packed), 8)
    bytes.writeBigUInt64LE(BigInt(size), 16)
  } else {
    bytes.writeUInt32LE(packed, 8)
    bytes.writeUInt32LE(size, 12)
  }
  return bytes
}

function farEnd(count: number, size: number, start: number, here: number): Buffer {
  const bytes = Buffer.alloc(76)
  bytes.writeUInt32LE(0x0606_4b50, 0)
  bytes.writeBigUInt64LE(44n, 4)
  bytes.writeUInt16LE(MADE_BY, 12)
  bytes.writeUInt16LE(ZIP64, 14)
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, size],
    [48, start],
  ] as const)
    bytes.writeBigUInt64LE(BigInt(value), at)
  bytes.writeUInt32LE(0x0706_4b50, 56)
  bytes.writeBigUInt64LE(BigInt(here), 64)
  bytes.writeUInt32LE(1, 72)
  return bytes
}

async function* blocks(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of source) {
    parts.push(chunk)
    length += chunk.length
    if (length < BLOCK) continue
    yield Buffer.concat(parts, length)
    parts = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(parts, length)
}
