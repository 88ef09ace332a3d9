// A filter as one builds it: groups of conditions, each joined by and or or. What it is in an address and for the API is
// a tree of {"field", "op", "value"}, {"all": […]}, {"any": […]}, {"not": …}.

export type Condition = { field: string; op: string; value?: unknown }
export type Group = { join: 'all' | 'any'; not: boolean; items: readonly Item[] }
export type Item = Condition | Group
export type Path = readonly number[]

export const isGroup = (item: Item): item is Group => 'items' in item
export const NOTHING: Group = { join: 'all', not: false, items: [] }

/** A filter that was read; null when it is none. */
export function read(text: string | undefined): Group | null {
  if (!text) return NOTHING
  try {
    const item = itemOf(JSON.parse(text))
    if (!item) return null
    return isGroup(item) ? item : { ...NOTHING, items: [item] }
  } catch {
    return null
  }
}

function itemOf(node: unknown): Item | null {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return null
  const given = node as Record<string, unknown>
  if ('not' in given) {
    const inner = itemOf(given['not'])
    if (!inner) return null
    return isGroup(inner) ? { ...inner, not: !inner.not } : { join: 'all', not: true, items: [inner] }
  }
  const join = 'all' in given ? 'all' : 'any' in given ? 'any' : null
  if (join) {
    const children = given[join]
    if (!Array.isArray(children) || children.length === 0) return null
    const items = children.map(itemOf)
    return items.every((item) => item !== null) ? { join, not: false, items } : null
  }
  const { field, op, value } = given
  if (typeof field !== 'string' || typeof op !== 'string') return null
  return { field, op, ...(value === undefined ? {} : { value }) }
}

/** undefined: it asks nothing. */
export function written(group: Group): string | undefined {
  const node = nodeOf(group)
  return node === null ? undefined : JSON.stringify(node)
}

function nodeOf(item: Item): object | null {
  if (!isGroup(item)) return item
  const children = item.items.map(nodeOf).filter((child) => child !== null)
  if (children.length === 0) return null
  const inner = children.length === 1 ? children[0]! : { [item.join]: children }
  return item.not ? { not: inner } : inner
}

export function at(group: Group, path: Path): Item | undefined {
  let item: Item | undefined = group
  for (const i of path) item = item && isGroup(item) ? item.items[i] : undefined
  return item
}

/** With another item at a path; null takes it away, and a group that it leaves empty with it. */
export function put(group: Group, path: Path, item: Item | null): Group {
  const [i, ...rest] = path
  if (i === undefined) return item && isGroup(item) ? item : NOTHING
  const child = group.items[i]
  const next = rest.length > 0 && child && isGroup(child) ? put(child, rest, item) : item
  const gone = next === null || (isGroup(next) && next.items.length === 0)
  const items = gone
    ? group.items.filter((_, at) => at !== i)
    : i >= group.items.length
      ? [...group.items, next]
      : group.items.map((one, at) => (at === i ? next : one))
  return { ...group, items }
}

/** An "or" beside a condition: in its group where that says or already, else in a group of their own. */
export function beside(group: Group, path: Path, join: 'all' | 'any'): { group: Group; path: Path } {
  const up = path.slice(0, -1)
  const parent = at(group, up)
  if (!parent || !isGroup(parent)) return { group, path }
  if (parent.join === join || parent.items.length === 1)
    return { group: put(group, up, { ...parent, join }), path: [...up, parent.items.length] }
  const item = at(group, path)!
  return { group: put(group, path, { join, not: false, items: [item] }), path: [...path, 1] }
}

export const conditionsOf = (item: Item): readonly Condition[] =>
  isGroup(item) ? item.items.flatMap(conditionsOf) : [item]

/** How deep the groups stand. */
export const depthOf = (item: Item): number =>
  isGroup(item) ? 1 + Math.max(0, ...item.items.map(depthOf)) : 0
