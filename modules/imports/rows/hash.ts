/**
 * Two independent 32-bit mixes over the characters, combined to 53 bits (cyrb53, public domain). Not cryptographic: it
 * tells changed rows from unchanged ones, where a collision (1 in 9·10¹⁵ per comparison) would miss one edit.
 */
let h1 = 0
let h2 = 0

export function startHash(): void {
  h1 = 0xdeadbeef
  h2 = 0x41c6ce57
}

/** A hash that several rows share the beginning of is taken up where it was left. */
export const hashState = (): [number, number] => [h1, h2]
export function resumeHash(a: number, b: number): void {
  h1 = a
  h2 = b
}

/** `column` keeps `a|bc` apart from `ab|c`, and lets a column be added later without changing older hashes. */
export function mixText(column: number, text: string | null): void {
  if (text === null || text === '') return
  let a = Math.imul(h1 ^ (column + 0x10000), 2654435761)
  let b = Math.imul(h2 ^ (column + 0x10000), 1597334677)
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    a = Math.imul(a ^ c, 2654435761)
    b = Math.imul(b ^ c, 1597334677)
  }
  h1 = a
  h2 = b
}

/** A safe integer, as its low 32 and high 21 bits; null adds nothing, so 0 and absent differ. */
export function mixNumber(column: number, value: number | null): void {
  if (value === null) return
  const low = value | 0
  const high = Math.floor(value / 4294967296) | 0
  h1 = Math.imul(
    Math.imul(Math.imul(h1 ^ (column + 0x20000), 2654435761) ^ low, 2654435761) ^ high,
    2654435761,
  )
  h2 = Math.imul(
    Math.imul(Math.imul(h2 ^ (column + 0x20000), 1597334677) ^ low, 1597334677) ^ high,
    1597334677,
  )
}

export function endHash(): number {
  let a = Math.imul(h1 ^ (h1 >>> 16), 2246822507)
  a ^= Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  let b = Math.imul(h2 ^ (h2 >>> 16), 2246822507)
  b ^= Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}
