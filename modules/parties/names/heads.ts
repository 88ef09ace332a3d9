import type { Query } from './search.ts'

// What most searches ask: words that begin with one or two letters, names that have these characters. As a Bloom filter it
// stands in an index, so that a walk passes over a party without looking at it. Two bits of 192 for each; a name of twenty
// such pieces lets one in thirty others through, who are then checked on their row.
export const HEAD_WORDS = 6
const BITS = HEAD_WORDS * 32

/** FNV-1a, folded: the same on every machine and in every version, for it is stored. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  h ^= h >>> 15
  h = Math.imul(h, 0x85ebca6b)
  return (h ^ (h >>> 13)) >>> 0
}

function set(heads: number[], piece: string): void {
  const h = hash(piece)
  for (const bit of [h % BITS, (h >>> 16) % BITS]) heads[bit >>> 5]! |= 1 << (bit & 31)
}

const empty = (): number[] => new Array<number>(HEAD_WORDS).fill(0)

/** Of a list row's search_text and search_chars. */
export function headsOf(search_text: string, search_chars: readonly string[]): number[] {
  const heads = empty()
  for (const word of search_text.split(' ')) {
    if (word === '') continue
    set(heads, word.slice(0, 1))
    if (word.length > 1) set(heads, word.slice(0, 2))
  }
  for (const character of search_chars) if ([...character].length === 1) set(heads, character)
  return heads
}

/** The same bits for the indexes that lists are walked by, folded: they are carried eleven times. */
export const LIST_WORDS = 4
export const folded = (heads: readonly number[]): number[] =>
  heads.slice(0, LIST_WORDS).map((bits, i) => bits | (heads[i + LIST_WORDS] ?? 0))

const BEGINS = /^% ([a-z0-9])([a-z0-9])?/

/** The bits that whoever meets the query by name or number must have; null: it asks for nothing that is kept so. */
export function headsAsked({ chars, words, or }: Query): number[] | null {
  if (or?.length) return null
  const pieces = [...chars.flatMap((piece) => [...piece])]
  for (const word of words) {
    const [, first, second] = BEGINS.exec(word) ?? []
    if (first !== undefined) pieces.push(second === undefined ? first : first + second)
  }
  if (pieces.length === 0) return null
  const heads = empty()
  for (const piece of pieces) set(heads, piece)
  return heads
}
