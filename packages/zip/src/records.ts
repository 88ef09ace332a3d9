// The records around an archive's bytes, as they are written. Sizes follow the data, so nothing is sought.

export const FIELD_MAX = 0xffff_ffff
const ENTRIES_MAX = 0xffff
// 2.0 reads what is below 4 GB, 4.5 what is above; made on Unix, so that the permission bits below mean something.
const [PLAIN, ZIP64, UNIX] = [20, 45, 3 << 8]
// Sizes follow the data (bit 3), names are UTF-8 (bit 11).
const FLAGS = (1 << 3) | (1 << 11)
const DEFLATE = 8
// -rw-r--r--
const MODE = (0o100644 << 16) >>> 0

export type Listed = {
  name: Buffer
  size: number
  packed: number
  crc: number
  offset: number
  large: boolean
}
export type Stamp = { time: number; date: number }

/** DOS time has no zone and steps of two seconds: UTC. */
export const stampOf = (at: Date): Stamp => ({
  time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  date: (Math.max(0, at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
})

type Field = readonly [bytes: 2 | 4 | 8, value: number]

/** Little-endian, one after the other. */
function fields(...parts: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(parts.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of parts) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), at)
    else if (size === 4) bytes.writeUInt32LE(value, at)
    else bytes.writeUInt16LE(value, at)
    at += size
  }
  return bytes
}

const packing = ({ time, date }: Stamp): Field[] => [
  [2, FLAGS],
  [2, DEFLATE],
  [2, time],
  [2, date],
]

const longSizes = (...sizes: number[]): Buffer =>
  fields([2, 1], [2, sizes.length * 8], ...sizes.map((size): Field => [8, size]))

export function localHeader(name: Buffer, stamp: Stamp, large: boolean): Buffer {
  const extra = large ? longSizes(0, 0) : Buffer.alloc(0)
  const size = large ? FIELD_MAX : 0
  const head = fields(
    [4, 0x0403_4b50],
    [2, large ? ZIP64 : PLAIN],
    ...packing(stamp),
    [4, 0],
    [4, size],
    [4, size],
    [2, name.length],
    [2, extra.length],
  )
  return Buffer.concat([head, name, extra])
}

export const descriptor = ({ crc, packed, size, large }: Listed): Buffer =>
  fields([4, 0x0807_4b50], [4, crc], [large ? 8 : 4, packed], [large ? 8 : 4, size])

export function directoryLine({ name, size, packed, crc, offset, large }: Listed, stamp: Stamp): Buffer {
  // Excel opens no entry whose sizes stand in ZIP64's place: below 4 GB only its offset may.
  const far = offset >= FIELD_MAX
  const long = [...(large ? [size, packed] : []), ...(large || far ? [offset] : [])]
  const extra = long.length > 0 ? longSizes(...long) : Buffer.alloc(0)
  const version = extra.length > 0 ? ZIP64 : PLAIN
  const line = fields(
    [4, 0x0201_4b50],
    [2, UNIX | version],
    [2, version],
    ...packing(stamp),
    [4, crc],
    [4, large ? FIELD_MAX : packed],
    [4, large ? FIELD_MAX : size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, MODE],
    [4, large || far ? FIELD_MAX : offset],
  )
  return Buffer.concat([line, name, extra])
}

export function ending(count: number, start: number, size: number): Buffer {
  const end = fields(
    [4, 0x0605_4b50],
    [4, 0],
    [2, Math.min(count, ENTRIES_MAX)],
    [2, Math.min(count, ENTRIES_MAX)],
    [4, Math.min(size, FIELD_MAX)],
    [4, Math.min(start, FIELD_MAX)],
    [2, 0],
  )
  if (count < ENTRIES_MAX && size < FIELD_MAX && start < FIELD_MAX) return end
  const far = fields(
    [4, 0x0606_4b50],
    [8, 44],
    [2, UNIX | ZIP64],
    [2, ZIP64],
    [8, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, start],
  )
  return Buffer.concat([far, fields([4, 0x0706_4b50], [4, 0], [8, start + size], [4, 1]), end])
}
