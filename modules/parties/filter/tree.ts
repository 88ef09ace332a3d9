// A filter as a tree of conditions, as it stands in an address, a saved view and a call of the API. Browser-safe.
//   {"all": [{"field": "owner", "op": "is", "value": "me"}, {"any": [{…}, {"not": {…}}]}]}

export type Condition = { field: string; op: string; value?: unknown }
export type FilterNode =
  | Condition
  | { all: readonly FilterNode[] }
  | { any: readonly FilterNode[] }
  | { not: FilterNode }
/** Conditions are counted in the order one reads them, from 1: an error names the one that is wrong. */
export type Numbered = Condition & { n: number }
export type Tree = Numbered | { all: readonly Tree[] } | { any: readonly Tree[] } | { not: Tree }

/** A filter stands in an address, and each condition may look into another table for every row. */
export const MOST = { chars: 8000, depth: 6, conditions: 50, values: 200, value_chars: 300 } as const

/** What is wrong, where; its words are in text.ts. */
export class FilterFault extends Error {
  readonly code: string
  readonly details: Record<string, unknown>
  constructor(code: string, details: Record<string, unknown> = {}) {
    super(code)
    this.code = `parties.filter_${code}`
    this.details = details
  }
}

export const isCondition = <C extends Condition>(node: C | object): node is C => 'field' in node

/** The tree of a text, with bounds; whether its fields and values are known is another question. */
export function parseFilter(text: string): Tree {
  if (text.length > MOST.chars) throw new FilterFault('too_big', { most: MOST.chars })
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new FilterFault('unreadable')
  }
  return number(given)
}

/** The same of what is already read. */
export function number(given: unknown): Tree {
  const count = { n: 0 }
  return nodeOf(given, 1, count)
}

function nodeOf(given: unknown, depth: number, count: { n: number }): Tree {
  if (depth > MOST.depth) throw new FilterFault('too_deep', { most: MOST.depth })
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw new FilterFault('shape', { n: count.n + 1 })
  const node = given as Record<string, unknown>
  const keys = Object.keys(node)
  if (keys.length === 1 && keys[0] === 'not') return { not: nodeOf(node['not'], depth + 1, count) }
  if (keys.length === 1 && (keys[0] === 'all' || keys[0] === 'any')) {
    const group = node[keys[0]]
    if (!Array.isArray(group) || group.length === 0) throw new FilterFault('shape', { n: count.n + 1 })
    const children = group.map((child) => nodeOf(child, depth + 1, count))
    return keys[0] === 'all' ? { all: children } : { any: children }
  }
  count.n++
  if (count.n > MOST.conditions) throw new FilterFault('too_many', { most: MOST.conditions })
  const { field, op, value } = node
  const known = keys.every((key) => key === 'field' || key === 'op' || key === 'value')
  if (!known || typeof field !== 'string' || typeof op !== 'string')
    throw new FilterFault('shape', { n: count.n })
  return { field, op, value, n: count.n }
}

/** Every condition, in reading order. */
export function conditionsOf<C extends Condition>(
  node:
    | C
    | { all: readonly (C | object)[] }
    | { any: readonly (C | object)[] }
    | { not: C | object }
    | object,
): C[] {
  if (isCondition<C>(node as C)) return [node as C]
  if ('not' in node) return conditionsOf<C>(node.not as object)
  const children = 'all' in node ? node.all : 'any' in node ? node.any : []
  return (children as readonly object[]).flatMap((child) => conditionsOf<C>(child))
}
