import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { BLOCK, Packer } from './packer.ts'
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

// An ordinary ZIP, written front to back: it can also go to a pipe. An entry is packed in blocks, several at once.
const AT_ONCE = 4
const LAST_BLOCK = Buffer.from([3, 0])

/** A promise means wait before the next: this is what holds the source back. */
export type Sink = (bytes: Buffer) => Promise<void> | undefined
export type Written = { name: string; size: number; packed: number; sha256: string }
type Packing = { packer: Packer; packed: Promise<Buffer> }

export class ZipWriter {
  readonly #sink: Sink
  readonly #stamp: Stamp
  readonly #listed: Listed[] = []
  #offset = 0
  #open: (Listed & { started: number }) | null = null
  readonly #packing: Packing[] = []
  // A handful for the whole archive: new buffers for every piece would fill the memory faster than it is swept.
  readonly #free: Packer[] = []
  #packer: Packer | null = null
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
    const block = this.#packer?.block
    if (!block || this.#used + most > BLOCK) return this.#spill(piece, most)
    if (typeof piece === 'string') this.#used += block.write(piece, this.#used)
    else this.#used += piece.copy(block, this.#used)
    return undefined
  }

  async close(): Promise<void> {
    const entry = this.#open!
    this.#pack()
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
    for (const packer of this.#free) packer.close()
  }

  async #spill(piece: Buffer | string, most: number): Promise<void> {
    if (typeof piece === 'string' && most <= BLOCK) {
      this.#pack()
      this.#used = (await this.#room()).write(piece)
      return
    }
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === BLOCK) this.#pack()
      const taken = bytes.copy(await this.#room(), this.#used, at)
      this.#used += taken
      at += taken
    }
  }

  async #room(): Promise<Buffer> {
    if (this.#packer) return this.#packer.block
    while (this.#packing.length >= AT_ONCE) await this.#drain()
    this.#packer = this.#free.pop() ?? new Packer()
    return this.#packer.block
  }

  #pack(): void {
    const packer = this.#packer
    if (!packer || this.#used === 0) return
    this.#open!.size += this.#used
    this.#open!.crc = crc32(packer.block.subarray(0, this.#used), this.#open!.crc)
    const packed = packer.pack(this.#used)
    // Heard where it is waited for.
    packed.catch(() => {})
    this.#packing.push({ packer, packed })
    this.#packer = null
    this.#used = 0
  }

  async #drain(): Promise<void> {
    const { packer, packed } = this.#packing.shift()!
    const bytes = await packed
    this.#free.push(packer)
    await this.#put(bytes)
  }

  async #put(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length
    await this.#sink(bytes)
  }
}
