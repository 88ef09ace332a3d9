import { createHash } from 'node:crypto'

const QUOTE = 0x22
const NEWLINE = 0x0a
const WRAP = (1n << 64n) - 1n

/**
 * The rows of a CSV as a bag: the same for the same rows in any order. A heap need not give rows back as they went in
 * (a partition fills the room that an extension left), and a table has no order to prove.
 */
export async function bagOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let [low, high, rows] = [0n, 0n, 0n]
  let left: Buffer[] = []
  let quoted = false
  const take = (row: Buffer[]) => {
    const hash = createHash('sha256')
    for (const part of row) hash.update(part)
    const digest = hash.digest()
    low = (low + digest.readBigUInt64LE(0)) & WRAP
    high = (high + digest.readBigUInt64LE(8)) & WRAP
    rows++
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (byte === QUOTE) quoted = !quoted
      else if (byte === NEWLINE && !quoted) {
        take([...left, chunk.subarray(from, i)])
        left = []
        from = i + 1
      }
    }
    if (from < chunk.length) left.push(chunk.subarray(from))
  }
  if (left.length > 0) take(left)
  return `${rows} ${low.toString(16)} ${high.toString(16)}`
}
