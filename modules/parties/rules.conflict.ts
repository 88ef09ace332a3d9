import type { Party, PartyPatch } from './contract.ts'

// Two people save the same party. What they changed beside each other stands from both; what both made of one field is
// put before the second, who decides. Nothing is overwritten that its writer has not seen.

/** A field that both changed: as one saw it, as the other has made it, as one would have it. */
export type Clash = { field: string; base: unknown; theirs: unknown; mine: unknown }
export type Settled = { send: PartyPatch | null; clashes: Clash[] }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

const OF_FIELD = 'fields.'

/** A field as the API takes it: people and units by their ids, parties that a custom field names too. */
export function storedFact(party: Party, field: string): unknown {
  if (field === 'owner_id') return party.owner?.id ?? null
  if (field === 'unit_id') return party.unit.id
  if (!field.startsWith(OF_FIELD)) return party[field as keyof Party] ?? null
  const value = party.fields[field.slice(OF_FIELD.length)] ?? null
  const id = (value as { id?: unknown; name?: unknown } | null)?.id
  return typeof id === 'number' ? id : value
}

/** Custom fields by their own names, beside the house's. */
export function flatPatch({ fields, ...rest }: PartyPatch): Record<string, unknown> {
  const own = Object.entries(fields ?? {}).map(([key, value]) => [`${OF_FIELD}${key}`, value])
  return { ...rest, ...Object.fromEntries(own) }
}

function nested(flat: readonly (readonly [string, unknown])[]): PartyPatch | null {
  if (flat.length === 0) return null
  const own = flat.filter(([field]) => field.startsWith(OF_FIELD))
  const rest = Object.fromEntries(flat.filter(([field]) => !field.startsWith(OF_FIELD)))
  const fields = Object.fromEntries(own.map(([field, value]) => [field.slice(OF_FIELD.length), value]))
  return (own.length > 0 ? { ...rest, fields } : rest) as PartyPatch
}

/** Tags are a set: who adds one and who takes another away do not contradict each other. */
export function mergedTags(
  base: readonly string[],
  theirs: readonly string[],
  mine: readonly string[],
): string[] {
  const gone = new Set(base.filter((tag) => !mine.includes(tag)))
  const added = mine.filter((tag) => !base.includes(tag))
  return [...new Set([...theirs.filter((tag) => !gone.has(tag)), ...added])]
}

/** `base`: what one saw when one began; `now`: what the party is; `body`: what one would have. */
export function settle(base: Party, now: Party, body: PartyPatch): Settled {
  const clashes: Clash[] = []
  const send: [string, unknown][] = []
  for (const [field, mine] of Object.entries(flatPatch(body))) {
    if (mine === undefined) continue
    const was = storedFact(base, field)
    const theirs = storedFact(now, field)
    if (same(theirs, mine)) continue
    if (same(theirs, was)) send.push([field, mine])
    else if (field === 'tags')
      send.push([field, mergedTags(was as string[], theirs as string[], mine as string[])])
    else clashes.push({ field, base: was, theirs, mine })
  }
  return { send: clashes.length > 0 ? null : nested(send), clashes }
}
