/** Merged cells: what stands in the first one is meant for all below it, and in a header for all beside it. */
import { refuse } from '../../../../kernel/refuse.ts'
import type { Span } from '../header.ts'
import type { Part, Zip } from './parts.ts'

/** Rows count from 1, columns from 0. */
export type Merge = { from: number; to: number; column: number }

const MOST = 500_000
// Rows that can still be above a table.
const HEADER_ROWS = 200
const REF = /<(?:\w+:)?mergeCell\s[^>]*?\bref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"/g
// A tag is far shorter; what a chunk's end cuts is looked at again with the next.
const OVERLAP = 256

/** `down` in the order of their first rows; `across`: of the first rows only. */
export type Merges = { down: Merge[]; across: Span[] }

/** They stand behind the rows, so the part is unpacked once more for them; nothing but these lists is kept. */
export async function readMerges(zip: Zip, part: Part): Promise<Merges> {
  const down: Merge[] = []
  const across: Span[] = []
  let tail: Buffer = Buffer.alloc(0)
  let begun = false
  for await (const chunk of zip.stream(part)) {
    const bytes: Buffer = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk
    begun ||= bytes.includes('mergeCell')
    let done = bytes.length - Math.min(OVERLAP, bytes.length)
    if (begun) {
      const text = bytes.toString('latin1')
      for (const found of text.matchAll(REF)) {
        done = Math.max(done, found.index + found[0].length)
        const [from, to] = [Number(found[2]), Number(found[4])]
        const [column, last] = [columnNumber(found[1]!), columnNumber(found[3]!)]
        if (last > column && from <= HEADER_ROWS) across.push({ line: from, from: column, to: last })
        if (to <= from) continue
        if (down.length >= MOST) refuse('imports.workbook_broken', 422, { why: 'merges' })
        down.push({ from, to, column })
      }
    }
    tail = Buffer.from(bytes.subarray(done))
  }
  return { down: down.sort((a, b) => a.from - b.from), across }
}

/** `A` is 0, `AA` is 26. */
export function columnNumber(letters: string): number {
  let n = 0
  for (let i = 0; i < letters.length; i++) n = n * 26 + letters.charCodeAt(i) - 64
  return n - 1
}

/** Fills rows as they come, in order. */
export class MergeFill {
  readonly #merges: readonly Merge[]
  #next = 0
  #open: { to: number; column: number; text: string }[] = []
  /** rows that got something */
  filled = 0

  constructor(merges: readonly Merge[]) {
    this.#merges = merges
  }

  /** A row without content of its own stays empty. */
  fill(row: number, cells: string[]): void {
    if (this.#open.length > 0) this.#open = this.#open.filter((one) => one.to >= row)
    if (cells.length > 0 && this.#open.length > 0) {
      let some = false
      for (const { column, text } of this.#open) {
        if ((cells[column] ?? '') !== '') continue
        while (cells.length <= column) cells.push('')
        cells[column] = text
        some = true
      }
      if (some) this.filled++
    }
    while (this.#next < this.#merges.length && this.#merges[this.#next]!.from <= row) {
      const { from, to, column } = this.#merges[this.#next++]!
      const text = from === row ? (cells[column] ?? '') : ''
      if (text !== '' && to > row) this.#open.push({ to, column, text })
    }
  }
}
