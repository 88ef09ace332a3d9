/** The parts of a ZIP file by its table of contents, unpacked as a stream, within limits. */
import { pipeline } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { Refusal, refuse } from '../../../../kernel/refuse.ts'
import { guardOf } from '../guard.ts'
import type { Pieces } from '../pieces.ts'

export type Part = {
  name: string
  method: number
  encrypted: boolean
  crc: number
  packed: number
  unpacked: number
  at: number
}
export type Zip = {
  readonly parts: ReadonlyMap<string, Part>
  /** Unpacked, checked against the table's size and sum. `onRead`: packed bytes so far. */
  stream(part: Part, onRead?: (packed: number) => void): AsyncGenerator<Buffer>
  /** A small part whole; one longer than `cap` is refused. */
  text(part: Part, cap: number): Promise<string>
}

const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50
// The end record with the longest comment.
const TAIL = 22 + 65_535
// Real workbooks have tens of parts, a few hundred with pictures.
const MAX_PARTS = 10_000
const MAX_TABLE = 16 * 1024 * 1024
const CHUNK = 256 * 1024
const ALL = 0xffffffff

const broken = (why: string): never => refuse('imports.workbook_broken', 422, { why })

export async function openZip(file: Pieces): Promise<Zip> {
  const { at, size, count } = await endOf(file)
  if (count > MAX_PARTS || size > MAX_TABLE) refuse('imports.bomb', 422, { parts: count })
  const parts = partsIn(await file.read(at, size), count)
  return {
    parts,
    stream: (part, onRead) => unpack(file, part, onRead),
    async text(part, cap) {
      if (part.unpacked > cap) refuse('imports.bomb', 422, { part: part.name, unpacked: part.unpacked })
      const chunks: Buffer[] = []
      let length = 0
      for await (const chunk of unpack(file, part)) {
        length += chunk.length
        if (length > cap) refuse('imports.bomb', 422, { part: part.name, unpacked: length })
        chunks.push(chunk)
      }
      return decodeXml(Buffer.concat(chunks))
    },
  }
}

/** XML is UTF-8 unless it begins with the mark of UTF-16. */
function decodeXml(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder().decode(bytes)
}

async function endOf(file: Pieces): Promise<{ at: number; size: number; count: number }> {
  const from = Math.max(0, file.size - TAIL)
  const tail = await file.read(from, TAIL)
  for (let i = tail.length - 22; i >= 0; i--) {
    if (tail.readUInt32LE(i) !== END) continue
    const [count, size, at] = [
      tail.readUInt16LE(i + 10),
      tail.readUInt32LE(i + 12),
      tail.readUInt32LE(i + 16),
    ]
    if (count !== 0xffff && size !== ALL && at !== ALL) return { at, size, count }
    const locator = i - 20
    if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) return broken('end')
    const end = await file.read(Number(tail.readBigUInt64LE(locator + 8)), 56)
    if (end.length < 56 || end.readUInt32LE(0) !== END_64) return broken('end')
    return {
      count: Number(end.readBigUInt64LE(32)),
      size: Number(end.readBigUInt64LE(40)),
      at: Number(end.readBigUInt64LE(48)),
    }
  }
  return broken('end')
}

function partsIn(table: Buffer, count: number): Map<string, Part> {
  const parts = new Map<string, Part>()
  let i = 0
  for (let n = 0; n < count; n++) {
    if (i + 46 > table.length || table.readUInt32LE(i) !== ENTRY) return broken('table')
    const [name_length, extra_length, comment_length] = [28, 30, 32].map((at) => table.readUInt16LE(i + at))
    const name_end = i + 46 + name_length!
    const next = name_end + extra_length! + comment_length!
    if (next > table.length) return broken('table')
    const part: Part = {
      // Some writers begin names with a slash, or use the other one.
      name: table
        .toString('utf8', i + 46, name_end)
        .replaceAll('\\', '/')
        .replace(/^\//, ''),
      encrypted: (table.readUInt16LE(i + 8) & 1) === 1,
      method: table.readUInt16LE(i + 10),
      crc: table.readUInt32LE(i + 16),
      packed: table.readUInt32LE(i + 20),
      unpacked: table.readUInt32LE(i + 24),
      at: table.readUInt32LE(i + 42),
    }
    widen(part, table.subarray(name_end, name_end + extra_length!))
    if (parts.has(part.name)) return broken('twice')
    parts.set(part.name, part)
    i = next
  }
  return parts
}

/** Sizes beyond 4 GB stand in an extra field, each only where its own place is full. */
function widen(part: Part, extra: Buffer): void {
  for (let i = 0; i + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(i + 2)
    const end = i + 4 + length
    if (end > extra.length) return
    if (extra.readUInt16LE(i) === 1) {
      let at = i + 4
      for (const key of ['unpacked', 'packed', 'at'] as const) {
        if (part[key] !== ALL || at + 8 > end) continue
        part[key] = Number(extra.readBigUInt64LE(at))
        at += 8
      }
    }
    i = end
  }
}

async function* packedBytes(
  file: Pieces,
  part: Part,
  onRead: ((packed: number) => void) | undefined,
): AsyncGenerator<Buffer> {
  const head = await file.read(part.at, 30)
  if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) broken('part')
  const from = part.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  for (let done = 0; done < part.packed; ) {
    const chunk = await file.read(from + done, Math.min(CHUNK, part.packed - done))
    if (chunk.length === 0) broken('short')
    done += chunk.length
    onRead?.(done)
    yield chunk
  }
}

async function* unpack(file: Pieces, part: Part, onRead?: (packed: number) => void): AsyncGenerator<Buffer> {
  if (part.encrypted) refuse('imports.encrypted', 422)
  if (part.method !== 0 && part.method !== 8) broken('method')
  const raw = packedBytes(file, part, onRead)
  const guard = guardOf(() => part.packed)
  let sum = 0
  let length = 0
  const checked = (chunk: Buffer): Buffer => {
    sum = crc32(chunk, sum)
    length += chunk.length
    guard(chunk.length)
    return chunk
  }
  if (part.method === 0) for await (const chunk of raw) yield checked(chunk)
  else yield* inflated(raw, checked)
  if (sum !== part.crc || length !== part.unpacked) broken('sum')
}

async function* inflated(
  raw: AsyncGenerator<Buffer>,
  checked: (chunk: Buffer) => Buffer,
): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK })
  let failure: unknown
  // What fails is thrown by the iteration below; the packed side's own refusal counts before "closed too early".
  pipeline(raw, inflate, (error) => {
    failure = error
  })
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) yield checked(chunk)
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (failure instanceof Refusal) throw failure
    if (error instanceof Error && 'code' in error && /^(Z_|ERR_STREAM_PREMATURE)/.test(String(error.code)))
      broken('packing')
    throw error
  } finally {
    inflate.destroy()
  }
}
