import { type LineKind, lineKindReader } from '../rules.ts'
import type { Wording } from '../staging/stage.orders.ts'
import type { Mapping } from '../targets.ts'
import { columnOf, textReader } from './cells.ts'
import type { Notes } from './orders.ts'

/** What a line calls its product: one object for as long as it is remembered. */
export type ProductWords = {
  readonly code: string | null
  readonly name: string | null
  readonly kind: LineKind
  /** of code and name */
  readonly hash: number
  /** the texts are copies of their own; else they are cut from a chunk of the file, and who keeps them copies them */
  readonly own: boolean
  /** as it is staged: found again without a search */
  wording: Wording | null
}
type Remembered = { readonly code_cell: string; readonly name_cell: string; readonly words: ProductWords }

// Wordings that are remembered; a power of two.
const SLOTS = 32_768
// Characters of a cell that is worth remembering.
const LONG = 512
// Lines after which it is asked whether remembering pays, and how many times as many pass until it is tried again.
const TRIAL = 16_384
const PAUSE = 8

/** Files repeat their products: a wording is trimmed, checked and judged once, and no chunk of the file stays for it. */
export function productReader(
  { columns, options }: Mapping,
  { reasons }: Notes,
): (fields: readonly string[]) => ProductWords {
  const readCode = textReader(columns, 'product_code', reasons)
  const readName = textReader(columns, 'product_name', reasons)
  const kindOf = lineKindReader(options)
  const code_at = columnOf(columns, 'product_code')
  const name_at = columnOf(columns, 'product_name')
  const slots = new Array<Remembered | undefined>(SLOTS).fill(undefined)
  const pays = payReader()

  const fresh = (fields: readonly string[], keep: boolean): ProductWords => {
    const code = keep ? own(readCode(fields)) : readCode(fields)
    const name = keep ? own(readName(fields)) : readName(fields)
    const kind = code === null ? 'product' : kindOf(code)
    return { code, name, kind, hash: hashOf(code ?? '', name ?? ''), own: keep, wording: null }
  }

  return (fields) => {
    const code_cell = code_at < 0 ? '' : fields[code_at]!
    const name_cell = name_at < 0 ? '' : fields[name_at]!
    const slot = slotOf(code_cell, name_cell)
    // Two places for each, so that neighbours do not push each other out.
    let known = slots[slot]
    if (known?.code_cell !== code_cell || known.name_cell !== name_cell) known = slots[slot ^ 1]
    const found = known?.code_cell === code_cell && known.name_cell === name_cell
    const keep = pays(found)
    if (found) return known!.words
    if (!keep || code_cell.length > LONG || name_cell.length > LONG) return fresh(fields, false)
    const before = reasons.length
    const words = fresh(fields, true)
    if (reasons.length > before) return words
    const { code, name } = words
    slots[slot ^ 1] = slots[slot]
    slots[slot] = {
      code_cell: code === code_cell ? code : own(code_cell),
      name_cell: name === name_cell ? name : own(name_cell),
      words,
    }
    return words
  }
}

/** A file in which every line names another product is not remembered line by line. */
function payReader(): (found: boolean) => boolean {
  let asked = 0
  let missed = 0
  let pays = true
  return (found) => {
    if (!found) missed++
    if (++asked >= (pays ? TRIAL : TRIAL * PAUSE)) {
      pays = !pays || missed * 2 < asked
      asked = missed = 0
    }
    return pays
  }
}

/** Of the ends, where codes and names differ. */
function slotOf(code: string, name: string): number {
  const n = code.length
  const m = name.length
  let h = n * 31 + m
  for (let i = n < 6 ? 0 : n - 6; i < n; i++) h = Math.imul(h ^ code.charCodeAt(i), 0x5bd1e995)
  for (let i = m < 3 ? 0 : m - 3; i < m; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x5bd1e995)
  return (h ^ (h >>> 15)) & (SLOTS - 1)
}

/** Of the code and the beginning of the name. */
function hashOf(code: string, name: string): number {
  let h = name.length
  for (let i = 0; i < code.length; i++) h = Math.imul(h ^ code.charCodeAt(i), 0x5bd1e995)
  const length = Math.min(name.length, 10)
  for (let i = 0; i < length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x5bd1e995)
  return h ^ (h >>> 15)
}

/**
 * A copy in one piece of its own: a slice would keep the whole chunk of the file it was cut from alive, and compares
 * more slowly.
 */
export const own = <S extends string | null>(text: S): S =>
  text === null ? text : (Buffer.from(text).toString() as S)
