/** Words of the file that somebody has given a meaning of ours, and those for yes and no. */
import { headerKey } from '../mapping.synonyms.ts'
import type { Target, ValueMaps } from '../targets.ts'
import { splitValues } from './contacts.ts'
import { marketRoleOf } from './words.ts'

/** As words are compared: full width, case and blanks around do not tell them apart. */
export const valueKey = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

// Each part of such a cell is a word of its own.
const MANY = new Set<Target>(['market_roles', 'tags'])
const REMEMBERED = 20_000

/** Replaces words in the cells that have a map; null where no column has one. */
export function valueMapper(
  columns: readonly (Target | null)[],
  maps: ValueMaps = {},
  several: ReadonlySet<Target> = new Set(),
): ((fields: string[]) => string[]) | null {
  const mapped: { column: number; read: (cell: string) => string }[] = []
  columns.forEach((target, column) => {
    const map = target && maps[target]
    if (!map || Object.keys(map).length === 0) return
    mapped.push({ column, read: readerOf(map, MANY.has(target) || several.has(target)) })
  })
  if (mapped.length === 0) return null
  return (fields) => {
    const cells = fields.slice()
    for (const { column, read } of mapped) if (column < cells.length) cells[column] = read(cells[column]!)
    return cells
  }
}

function readerOf(map: Record<string, string>, many: boolean): (cell: string) => string {
  const words = new Map(Object.entries(map).map(([theirs, ours]) => [valueKey(theirs), ours]))
  const one = (text: string) => words.get(valueKey(text))
  let known = new Map<string, string>()
  return (cell) => {
    let found = known.get(cell)
    if (found === undefined) {
      found = one(cell) ?? (many ? [...splitValues(cell)].map((part) => one(part) ?? part).join(',') : cell)
      if (known.size > REMEMBERED) known = new Map()
      // A copy: a slice would keep the whole chunk of the file it was cut from alive.
      known.set(` ${cell}`.slice(1), found)
    }
    return found
  }
}

const YES = new Set(['是', 'yes', 'y', 'true', 't', '1', '√', '✓', '✔', '有', '对', 'on'])
const NO = new Set(['否', 'no', 'n', 'false', 'f', '0', '×', '✗', '✘', '无', '不是', 'off', '-', ''])

/** undefined: neither word. */
export function yesOrNo(text: string): boolean | undefined {
  const key = valueKey(text)
  return YES.has(key) ? true : NO.has(key) ? false : undefined
}

const ASKS = /^(?:是否|是不是|有无|is|has|was)/

/**
 * A column of yes and no under a header that asks for something we know (`是否供应商`, `Is company`): which of our words
 * yes and no then are.
 */
export function yesNoMap(
  target: Target,
  header: string,
  cells: readonly string[],
): Record<string, string> | undefined {
  if (target !== 'market_roles' && target !== 'kind') return undefined
  const words = [...new Set(cells.map((cell) => cell.trim()))].filter((word) => word !== '')
  if (words.length === 0 || words.some((word) => yesOrNo(word) === undefined)) return undefined
  const asked = askedFor(target, header)
  if (!asked) return undefined
  return Object.fromEntries(words.map((word) => [word, yesOrNo(word) ? asked.yes : asked.no]))
}

function askedFor(target: Target, header: string): { yes: string; no: string } | undefined {
  const key = headerKey(header)
    .replace(ASKS, '')
    .replace(/(?:吗|否)$/, '')
  if (target === 'market_roles') {
    const role = marketRoleOf(key)
    return role && { yes: role, no: '' }
  }
  if (/企业|公司|单位|组织|机构|法人|company|business|organi[sz]ation|corporate/.test(key))
    return { yes: 'organisation', no: 'person' }
  if (/个人|自然人|person|individual/.test(key)) return { yes: 'person', no: 'organisation' }
  return undefined
}

/** What a header that asks yes or no is about; undefined: it asks nothing we keep. */
export function yesNoTarget(header: string, cells: readonly string[]): Target | undefined {
  for (const target of ['market_roles', 'kind'] as const) if (yesNoMap(target, header, cells)) return target
  return undefined
}
