import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'

// Reads archives that may come from anywhere: every number in them is doubted before it is used.
const PIECE = 1024 * 1024
const FIELD_MAX = 0xffff_ffff
// A directory line is at least 46 bytes: this many are more than any archive of ours has.
const ENTRIES_LIMIT = 10_000
const DIRECTORY_LIMIT = 16 * 1024 * 1024
const NAME = /^[\w.-]+(?:\/[\w.-]+)*$/

export type ZipFault =
  | 'not_zip'
  | 'truncated'
  | 'damaged'
  | 'encrypted'
  | 'unsafe_name'
  | 'unsupported'
  | 'too_large'
export class ZipError extends Error {
  readonly fault: ZipFault
  readonly entry: string
  constructor(fault: ZipFault, entry = '') {
    super(`${fault} ${entry}`)
    this.name = 'ZipError'
    this.fault = fault
    this.entry = entry
  }
}

export type ZipEntry = {
  name: string
  size: number
  packed: number
  crc: number
  offset: number
  stored: boolean
}

export class ZipReader {
  readonly #file: FileHandle
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly bytes: number
  private constructor(file: FileHandle, bytes: number, entries: Map<string, ZipEntry>) {
    this.#file = file
    this.bytes = bytes
    this.entries = entries
  }

  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      return new ZipReader(file, size, await directory(file, size))
    } catch (error) {
      await file.close()
      throw error
    }
  }
  close(): Promise<void> {
    return this.#file.close()
  }

  /** The entry's bytes, no more than it announced, its checksum proven at the end. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name)
    if (!entry) throw new ZipError('damaged', name)
    const raw = this.#raw(entry)
    const bytes = entry.stored ? raw : inflated(raw)
    let [size, crc] = [0, 0]
    try {
      for await (const chunk of bytes) {
        size += chunk.length
        if (size > entry.size) throw new ZipError('damaged', name)
        crc = crc32(chunk, crc)
        yield chunk
      }
    } catch (error) {
      if (error instanceof ZipError || !String((error as { code?: string }).code).startsWith('Z_'))
        throw error
      throw new ZipError('damaged', name)
    }
    if (size !== entry.size || crc !== entry.crc) throw new ZipError('damaged', name)
  }

  async text(name: string, limit: number): Promise<string> {
    if ((this.entries.get(name)?.size ?? 0) > limit) throw new ZipError('too_large', name)
    const parts: Buffer[] = []
    for await (const part of this.read(name)) parts.push(part)
    return Buffer.concat(parts).toString('utf8')
  }

  async *#raw({ name, offset, packed }: ZipEntry): AsyncGenerator<Buffer> {
    const head = await exactly(this.#file, offset, 30)
    if (head.readUInt32LE(0) !== 0x0403_4b50) throw new ZipError('damaged', name)
    let at = offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
    for (const end = at + packed; at < end; ) {
      const piece = await exactly(this.#file, at, Math.min(PIECE, end - at))
      at += piece.length
      yield piece
    }
  }
}

function inflated(raw: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 512 * 1024 })
  pipeline(Readable.from(raw, { highWaterMark: 1 }), inflate, () => {})
  return inflate
}

async function exactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let got = 0; got < length; ) {
    const { bytesRead } = await file.read(bytes, got, length - got, position + got)
    if (bytesRead === 0) throw new ZipError('truncated')
    got += bytesRead
  }
  return bytes
}

type Where = { start: number; size: number; count: number }

async function directory(file: FileHandle, bytes: number): Promise<Map<string, ZipEntry>> {
  const first = bytes >= 4 ? (await exactly(file, 0, 4)).readUInt32LE(0) : 0
  if (first !== 0x0403_4b50) throw new ZipError('not_zip')
  const { start, size, count } = await whereIs(file, bytes)
  if (start + size > bytes) throw new ZipError('truncated')
  if (size > DIRECTORY_LIMIT || count > ENTRIES_LIMIT) throw new ZipError('too_large')
  const lines = await exactly(file, start, size)
  const entries = new Map<string, ZipEntry>()
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > size || lines.readUInt32LE(at) !== 0x0201_4b50) throw new ZipError('damaged')
    const [label, extra, comment] = [28, 30, 32].map((i) => lines.readUInt16LE(at + i)) as [
      number,
      number,
      number,
    ]
    const next = at + 46 + label + extra + comment
    if (next > size) throw new ZipError('damaged')
    const entry = line(lines.subarray(at, next), label, extra)
    if (entries.has(entry.name)) throw new ZipError('damaged', entry.name)
    entries.set(entry.name, entry)
    at = next
  }
  mustNotOverlap([...entries.values()], start)
  return entries
}

/** Entries that share their bytes blow up to any size. */
function mustNotOverlap(entries: ZipEntry[], end: number): void {
  let free = 0
  for (const { name, offset, packed } of entries.sort((a, b) => a.offset - b.offset)) {
    if (offset < free || offset + 30 + packed > end) throw new ZipError('damaged', name)
    free = offset + 30 + packed
  }
}

async function whereIs(file: FileHandle, bytes: number): Promise<Where> {
  const tail = Math.min(bytes, 22 + 0xffff)
  const end = await exactly(file, bytes - tail, tail)
  let at = tail - 22
  while (at >= 0 && !(end.readUInt32LE(at) === 0x0605_4b50 && at + 22 + end.readUInt16LE(at + 20) <= tail))
    at--
  if (at < 0) throw new ZipError('truncated')
  const near = {
    count: end.readUInt16LE(at + 10),
    size: end.readUInt32LE(at + 12),
    start: end.readUInt32LE(at + 16),
  }
  if (end.readUInt16LE(at + 4) !== 0) throw new ZipError('unsupported')
  if (near.count !== 0xffff && near.size !== FIELD_MAX && near.start !== FIELD_MAX) return near
  if (at < 20 || end.readUInt32LE(at - 20) !== 0x0706_4b50) throw new ZipError('damaged')
  const far = await exactly(file, whole(end, at - 12, bytes), 56)
  if (far.readUInt32LE(0) !== 0x0606_4b50) throw new ZipError('damaged')
  return {
    count: whole(far, 32, ENTRIES_LIMIT + 1),
    size: whole(far, 40, bytes),
    start: whole(far, 48, bytes),
  }
}

function whole(from: Buffer, at: number, limit: number): number {
  const value = from.readBigUInt64LE(at)
  if (value > BigInt(limit)) throw new ZipError('damaged')
  return Number(value)
}

function line(bytes: Buffer, label: number, extra: number): ZipEntry {
  const name = bytes.toString('utf8', 46, 46 + label)
  if (!NAME.test(name) || name.split('/').some((part) => /^\.+$/.test(part)))
    throw new ZipError('unsafe_name', name)
  const flags = bytes.readUInt16LE(8)
  const method = bytes.readUInt16LE(10)
  if (flags & 1 || flags & (1 << 6) || method === 99) throw new ZipError('encrypted', name)
  if (method !== 0 && method !== 8) throw new ZipError('unsupported', name)
  let [packed, size, offset] = [bytes.readUInt32LE(20), bytes.readUInt32LE(24), bytes.readUInt32LE(42)]
  const wide = longSizes(bytes.subarray(46 + label, 46 + label + extra))
  const take = () => {
    const value = wide.shift()
    if (value === undefined) throw new ZipError('damaged', name)
    return value
  }
  if (size === FIELD_MAX) size = take()
  if (packed === FIELD_MAX) packed = take()
  if (offset === FIELD_MAX) offset = take()
  return { name, size, packed, crc: bytes.readUInt32LE(16), offset, stored: method === 0 }
}

function longSizes(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)]
    const end = Math.min(extra.length, at + 4 + length)
    if (id === 1)
      return Array.from({ length: (end - at - 4) >> 3 }, (_, i) =>
        whole(extra, at + 4 + i * 8, Number.MAX_SAFE_INTEGER),
      )
    at = end
  }
  return []
}
