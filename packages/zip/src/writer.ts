import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import {
  descriptor,
  directoryLine,
  ending,
  FIELD_MAX,
  type Listed,
  localHeader,
  type Stamp,
  stampOf,
} from './records.ts'

// An ordinary ZIP, written front to back: it can also go to a pipe. Each entry is deflated in blocks of its own,
// several at once in zlib's threads; laid end to end they are one deflate stream.
const BLOCK = 256 * 1024
const AT_ONCE = 4
const LAST_BLOCK = Buffer.from([3, 0])

const deflate = promisify<Buffer, object, Buffer>(deflateRaw)
// Level 1: a third of the time, the file a fifth larger.
const options = { level: 1, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 32 * 1024 }

/** A promise means wait before the next: this is what holds the source back. */
export type Sink = (bytes: Buffer) => Promise<void> | undefined
export type Written = { name: string; size: number; packed: number; sha256: string }
type Packing = { block: Buffer; packed: Promise<Buffer> }

export class ZipWriter {
  readonly #sink: Sink
  readonly #stamp: Stamp
  readonly #listed: Listed[] = []
  #offset = 0
  #open: (Listed & { started: number }) | null = null
  #packing: Packing[] = []
  // A handful of blocks for the whole archive: a new one for every piece would fill the memory faster than it is swept.
  readonly #free: Buffer[] = []
  #block: Buffer = Buffer.alloc(0)
  #used = 0
  constructor(sink: Sink, at: Date) {
    this.#sink = sink
    this.#stamp = stampOf(at)
  }
  get bytes(): number {
    return this.#offset
  }
  /** Bytes of the open entry before they are packed. */
  get entered(): number {
    return (this.#open?.size ?? 0) + this.#used
  }

  /** `large`: it may pass 4 GB, which its header must say before it is known. Old unzippers read the others too. */
  async open(name: string, { large = false } = {}): Promise<void> {
    const label = Buffer.from(name)
    const offset = this.#offset
    await this.#put(localHeader(label, this.#stamp, large))
    this.#open = { name: label, size: 0, packed: 0, crc: 0, offset, large, started: this.#offset }
  }

  /** Copied at once: the caller keeps its buffer. A promise means wait before the next. */
  write(piece: Buffer | string): Promise<void> | undefined {
    // A character is three bytes at most.
    const most = typeof piece === 'string' ? piece.length * 3 : piece.length
    if (this.#used + most > this.#block.length) return this.#spill(piece, most)
    if (typeof piece === 'string') this.#used += this.#block.write(piece, this.#used)
    else this.#used += piece.copy(this.#block, this.#used)
    return undefined
  }

  async close(): Promise<void> {
    const entry = this.#open!
    await this.#pack()
    while (this.#packing.length > 0) await this.#drain()
    await this.#put(LAST_BLOCK)
    entry.packed = this.#offset - entry.started
    if (!entry.large && Math.max(entry.size, entry.packed) > FIELD_MAX)
      throw new Error(`${entry.name} passes 4 GB unannounced`)
    await this.#put(descriptor(entry))
    this.#listed.push(entry)
    this.#open = null
  }

  /** A whole entry, with the sum that proves it. */
  async add(
    name: string,
    source: AsyncIterable<Buffer> | Iterable<Buffer>,
    options: { large?: boolean } = {},
  ): Promise<Written> {
    await this.open(name, options)
    const sha = createHash('sha256')
    for await (const piece of source) {
      sha.update(piece)
      await this.write(piece)
    }
    await this.close()
    const { size, packed } = this.#listed.at(-1)!
    return { name, size, packed, sha256: sha.digest('hex') }
  }

  /** The directory: without it the file is no archive. */
  async end(): Promise<void> {
    const start = this.#offset
    for (const entry of this.#listed) await this.#put(directoryLine(entry, this.#stamp))
    await this.#put(ending(this.#listed.length, start, this.#offset - start))
  }

  async #spill(piece: Buffer | string, most: number): Promise<void> {
    if (typeof piece === 'string' && most <= BLOCK) {
      await this.#pack()
      this.#used = this.#block.write(piece)
      return
    }
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === this.#block.length) await this.#pack()
      const taken = bytes.copy(this.#block, this.#used, at)
      this.#used += taken
      at += taken
    }
  }

  /** Sends the block to be packed and takes an empty one. */
  async #pack(): Promise<void> {
    const block = this.#block
    if (this.#used > 0) {
      const bytes = block.subarray(0, this.#used)
      this.#open!.size += bytes.length
      this.#open!.crc = crc32(bytes, this.#open!.crc)
      const packed = deflate(bytes, options)
      // Heard where it is waited for.
      packed.catch(() => {})
      this.#packing.push({ block, packed })
      this.#used = 0
      this.#block = this.#free.pop() ?? Buffer.alloc(0)
    }
    while (this.#packing.length >= AT_ONCE) await this.#drain()
    if (this.#block.length === 0) this.#block = this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK)
  }

  async #drain(): Promise<void> {
    const { block, packed } = this.#packing.shift()!
    const bytes = await packed
    this.#free.push(block)
    await this.#put(bytes)
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length
    await this.#sink(bytes)
  }
}
