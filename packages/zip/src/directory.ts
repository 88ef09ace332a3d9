// An archive's table of contents. It may come from anywhere: every number in it is doubted before it is used.
const FIELD_MAX = 0xffff_ffff
// A line is at least 46 bytes: this many are more than any archive or workbook that people make has.
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
  readonly name: string
  readonly size: number
  readonly packed: number
  readonly crc: number
  readonly offset: number
  readonly method: number
  readonly encrypted: boolean
}

/** Where an archive is: all of `length` or the fault `truncated`. */
export type Read = (at: number, length: number) => Promise<Buffer>
type Where = { start: number; size: number; count: number }

/** `foreign`: by another program, so names may be any, and an entry that we cannot unpack may be one nobody asks for. */
export async function directoryOf(
  read: Read,
  bytes: number,
  foreign: boolean,
): Promise<Map<string, ZipEntry>> {
  const first = bytes >= 4 ? (await read(0, 4)).readUInt32LE(0) : 0
  if (first !== 0x0403_4b50) throw new ZipError('not_zip')
  const { start, size, count } = await whereIs(read, bytes)
  if (start + size > bytes) throw new ZipError('truncated')
  if (size > DIRECTORY_LIMIT || count > ENTRIES_LIMIT) throw new ZipError('too_large')
  const lines = await read(start, size)
  const entries = new Map<string, ZipEntry>()
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > size || lines.readUInt32LE(at) !== 0x0201_4b50) throw new ZipError('damaged')
    const label = lines.readUInt16LE(at + 28)
    const extra = lines.readUInt16LE(at + 30)
    const next = at + 46 + label + extra + lines.readUInt16LE(at + 32)
    if (next > size) throw new ZipError('damaged')
    const entry = entryOf(lines.subarray(at, next), label, extra, foreign)
    if (entries.has(entry.name)) throw new ZipError('damaged', entry.name)
    if (!foreign) mustUnpack(entry)
    entries.set(entry.name, entry)
    at = next
  }
  mustNotOverlap([...entries.values()], start)
  return entries
}

export function mustUnpack({ name, encrypted, method }: ZipEntry): void {
  if (encrypted) throw new ZipError('encrypted', name)
  if (method !== 0 && method !== 8) throw new ZipError('unsupported', name)
}

/** Entries that share their bytes blow up to any size. */
function mustNotOverlap(entries: ZipEntry[], end: number): void {
  let free = 0
  for (const { name, offset, packed } of entries.sort((a, b) => a.offset - b.offset)) {
    if (offset < free || offset + 30 + packed > end) throw new ZipError('damaged', name)
    free = offset + 30 + packed
  }
}

async function whereIs(read: Read, bytes: number): Promise<Where> {
  const tail = Math.min(bytes, 22 + 0xffff)
  const end = await read(bytes - tail, tail)
  let at = tail - 22
  while (at >= 0 && !(end.readUInt32LE(at) === 0x0605_4b50 && at + 22 + end.readUInt16LE(at + 20) <= tail))
    at--
  if (at < 0) throw new ZipError('truncated')
  const near = {
    count: end.readUInt16LE(at + 10),
    size: end.readUInt32LE(at + 12),
    start: end.readUInt32LE(at + 16),
  }
  const disk = end.readUInt16LE(at + 4)
  if (disk !== 0 && disk !== 0xffff) throw new ZipError('unsupported')
  if (near.count !== 0xffff && near.size !== FIELD_MAX && near.start !== FIELD_MAX) return near
  if (at < 20 || end.readUInt32LE(at - 20) !== 0x0706_4b50) throw new ZipError('damaged')
  const far = await read(whole(end, at - 12, bytes), 56)
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

function entryOf(line: Buffer, label: number, extra: number, foreign: boolean): ZipEntry {
  const name = nameOf(line.toString('utf8', 46, 46 + label), foreign)
  const flags = line.readUInt16LE(8)
  const method = line.readUInt16LE(10)
  let [packed, size, offset] = [line.readUInt32LE(20), line.readUInt32LE(24), line.readUInt32LE(42)]
  const wide = longSizes(line.subarray(46 + label, 46 + label + extra))
  const take = () => {
    const value = wide.shift()
    if (value === undefined) throw new ZipError('damaged', name)
    return value
  }
  if (size === FIELD_MAX) size = take()
  if (packed === FIELD_MAX) packed = take()
  if (offset === FIELD_MAX) offset = take()
  const encrypted = (flags & (1 | (1 << 6))) !== 0 || method === 99
  return { name, size, packed, crc: line.readUInt32LE(16), offset, method, encrypted }
}

/** Ours never leave the folder; others begin with a slash, or use the other one, and are only compared. */
function nameOf(said: string, foreign: boolean): string {
  if (foreign) return said.replaceAll('\\', '/').replace(/^\//, '')
  if (!NAME.test(said) || said.split('/').some((part) => /^\.+$/.test(part)))
    throw new ZipError('unsafe_name', said)
  return said
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
