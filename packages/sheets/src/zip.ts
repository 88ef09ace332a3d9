import { once } from 'node:events'
import { crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib'
import type { Sink } from './table.ts'

// A ZIP archive written from front to back: an entry's sizes follow its bytes. Entries stay below 4 GiB, for Excel
// refuses entries of ZIP64; offsets beyond 4 GiB stand in ZIP64's own place at the end, only where there are any.

const LIMIT = 0xffffffff
/** Bytes of one entry before compression: whoever writes more begins another entry. */
export const ENTRY_MAX = 3.5 * 1024 ** 3
// Level 1: a sheet of a million rows in a third of the time, the file a fifth larger.
const LEVEL = 1
const CHUNK = 64 * 1024
const SCRATCH = 512 * 1024

type Entry = { name: Buffer; crc: number; packed: number; size: number; at: number }

export type Zip = {
  open(name: string): Promise<void>
  write(text: string): Promise<void>
  close(): Promise<void>
  end(): Promise<void>
  /** bytes of the open entry before compression */
  size(): number
}

export function zipWriter(sink: Sink, made: Date): Zip {
  const entries: Entry[] = []
  let at = 0
  let open: (Entry & { deflate: DeflateRaw; out: Buffer[]; failed: Error | null }) | null = null
  const stamp = dosTime(made)
  // Written from in turn, while the other is compressed: a buffer for every batch would leave the memory in pieces.
  const scratch = [Buffer.alloc(0), Buffer.alloc(0)]
  const taken: Promise<void>[] = [Promise.resolve(), Promise.resolve()]
  let turn = 0
  const put = async (bytes: Buffer) => {
    at += bytes.length
    await sink(bytes)
  }
  const drain = async () => {
    if (open!.failed) throw open!.failed
    for (const chunk of open!.out.splice(0)) {
      open!.packed += chunk.length
      await put(chunk)
    }
  }
  return {
    size: () => open?.size ?? 0,
    async open(name) {
      const deflate = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK })
      const entry = {
        name: Buffer.from(name),
        crc: 0,
        packed: 0,
        size: 0,
        at,
        deflate,
        out: [],
        failed: null,
      }
      open = entry
      deflate.on('data', (chunk: Buffer) => (entry.out as Buffer[]).push(chunk))
      deflate.on('error', (error) => Object.assign(entry, { failed: error }))
      await put(localHeader(entry.name, stamp))
    },
    async write(text) {
      const { deflate } = open!
      turn = 1 - turn
      await taken[turn]
      // A character is three bytes at most.
      if (scratch[turn]!.length < text.length * 3)
        scratch[turn] = Buffer.allocUnsafe(Math.max(SCRATCH, text.length * 3))
      const bytes = scratch[turn]!.subarray(0, scratch[turn]!.write(text))
      open!.crc = crc32(bytes, open!.crc)
      open!.size += bytes.length
      const done = new Promise<void>((go, fail) =>
        deflate.write(bytes, (error) => (error ? fail(error) : go())),
      )
      // Heard where it is waited for.
      done.catch(() => {})
      taken[turn] = done
      await drain()
    },
    async close() {
      const { deflate } = open!
      deflate.end()
      await once(deflate, 'end')
      await drain()
      await put(descriptor(open!))
      entries.push(open!)
      open = null
    },
    async end() {
      const start = at
      for (const entry of entries) await put(centralHeader(entry, stamp))
      await put(ending(entries.length, start, at - start))
    },
  }
}

function dosTime(at: Date): { time: number; day: number } {
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    day: (Math.max(0, at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  }
}

/** Little-endian fields of 2, 4 and 8 bytes, one after the other. */
function fields(...parts: readonly [size: 2 | 4 | 8, value: number][]): Buffer {
  const bytes = Buffer.alloc(parts.reduce((sum, [size]) => sum + size, 0))
  let offset = 0
  for (const [size, value] of parts) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), offset)
    else if (size === 4) bytes.writeUInt32LE(value, offset)
    else bytes.writeUInt16LE(value, offset)
    offset += size
  }
  return bytes
}

const VERSION = 20
const VERSION_64 = 45
// Bit 3: sizes follow the data. Bit 11: names are UTF-8.
const FLAGS = 0x0808
const DEFLATED = 8
type Stamp = ReturnType<typeof dosTime>

const localHeader = (name: Buffer, { time, day }: Stamp): Buffer =>
  Buffer.concat([
    fields(
      [4, 0x04034b50],
      [2, VERSION],
      [2, FLAGS],
      [2, DEFLATED],
      [2, time],
      [2, day],
      [4, 0],
      [4, 0],
      [4, 0],
      [2, name.length],
      [2, 0],
    ),
    name,
  ])

const descriptor = ({ crc, packed, size }: Entry): Buffer =>
  fields([4, 0x08074b50], [4, crc], [4, packed], [4, size])

function centralHeader({ name, crc, packed, size, at }: Entry, { time, day }: Stamp): Buffer {
  const far = at >= LIMIT
  const version = far ? VERSION_64 : VERSION
  const extra = far ? fields([2, 1], [2, 8], [8, at]) : Buffer.alloc(0)
  return Buffer.concat([
    fields(
      [4, 0x02014b50],
      [2, version],
      [2, version],
      [2, FLAGS],
      [2, DEFLATED],
      [2, time],
      [2, day],
      [4, crc],
      [4, packed],
      [4, size],
    ),
    fields([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, far ? LIMIT : at]),
    name,
    extra,
  ])
}

function ending(count: number, start: number, length: number): Buffer {
  const far = start >= LIMIT
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, length],
    [4, far ? LIMIT : start],
    [2, 0],
  )
  if (!far) return end
  const end64 = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, VERSION_64],
    [2, VERSION_64],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, length],
    [8, start],
  )
  const locator = fields([4, 0x07064b50], [4, 0], [8, start + length], [4, 1])
  return Buffer.concat([end64, locator, end])
}
