/** from → to: a person works at an organisation; a subsidiary belongs to its parent; a person to the head of a household. */
export const tieKinds = ['works_at', 'subsidiary_of', 'household'] as const
export type TieKind = (typeof tieKinds)[number]
export const sides = ['from', 'to'] as const
export type Side = (typeof sides)[number]
export const relations = [
  'spouse',
  'child',
  'parent',
  'sibling',
  'grandparent',
  'grandchild',
  'other',
] as const
export type Relation = (typeof relations)[number]

export const otherSide = (side: Side): Side => (side === 'from' ? 'to' : 'from')

/** Which kinds of party stand at the ends of a tie. */
export const ends: Record<TieKind, Record<Side, 'person' | 'organisation'>> = {
  works_at: { from: 'person', to: 'organisation' },
  subsidiary_of: { from: 'organisation', to: 'organisation' },
  household: { from: 'person', to: 'person' },
}

/** Which end a party of this kind is, where that says it; null: it could be either. */
export function sideOf(kind: TieKind, party: string): Side | null {
  const { from, to } = ends[kind]
  if (from === to) return null
  return party === from ? 'from' : party === to ? 'to' : null
}

/** Begun, and not over. Ends are inclusive: until today is still today. */
export const isCurrent = (
  { since, until }: { since: string | null; until: string | null },
  today: string,
): boolean => (since === null || since <= today) && (until === null || until >= today)

/** Down from the root, each below its parent, by name. */
export function asTree<N extends { id: number; parent_id: number | null; name: string }>(
  nodes: readonly N[],
  root: number,
): (N & { depth: number })[] {
  const below = Map.groupBy(nodes, (node) => node.parent_id)
  const byName = (a: N, b: N) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id)
  const shown: (N & { depth: number })[] = []
  const seen = new Set<number>()
  const walk = (node: N, depth: number) => {
    if (seen.has(node.id)) return
    seen.add(node.id)
    shown.push({ ...node, depth })
    for (const child of [...(below.get(node.id) ?? [])].sort(byName)) walk(child, depth + 1)
  }
  const top = nodes.find(({ id }) => id === root)
  if (top) walk(top, 0)
  return shown
}
