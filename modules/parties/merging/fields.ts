// Which of two values survives, field by field. Pure: see modules/identity/merge.ts for who writes it.

export type Row = {
  party_id: number
  kind: string
  name: string
  language: string | null
  channel_preference: string | null
  country: string | null
  note: string
  owner_id: number | null
  unit_id: number
  tags: string[]
  fields: Record<string, unknown>
  live: boolean
  version: number
  erased_at: string | null
  merged_into: number | null
}

export const plainFields = [
  'name',
  'language',
  'channel_preference',
  'country',
  'note',
  'owner_id',
  'unit_id',
  'tags',
] as const
export type PlainField = (typeof plainFields)[number]

/** `a`: the survivor's; `b`: the other's; `both`: notes and tags together; else a value of its own. */
export type Take = { from: 'a' | 'b' | 'both' } | { value: unknown }

const CUSTOM = 'fields.'
export const customKey = (field: string): string | null =>
  field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null
export const customField = (key: string): string => `${CUSTOM}${key}`

export const heldIn = (row: Row, field: string): unknown => {
  const key = customKey(field)
  return key === null ? row[field as PlainField] : (row.fields[key] ?? null)
}

/** All fields that either has a value of. */
export const fieldsOf = (a: Row, b: Row): string[] => [
  ...plainFields,
  ...[...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])].sort().map(customField),
]

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

export const same = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** What is taken unless somebody says otherwise: what the survivor has, and nothing that only the other has is lost. */
export function usual(field: string, a: unknown, b: unknown): 'a' | 'b' | 'both' {
  if (same(a, b) || isEmpty(b)) return 'a'
  if (isEmpty(a)) return 'b'
  if (field === 'note') return String(a).includes(String(b)) ? 'a' : 'both'
  return field === 'tags' ? 'both' : 'a'
}

const NOTE_MAX = 20_000
const TAGS_MAX = 50

export function taken(field: string, a: unknown, b: unknown, take: Take): unknown {
  if ('value' in take) return take.value
  if (take.from === 'a') return a
  if (take.from === 'b') return b
  if (field === 'tags') return [...new Set([...(a as string[]), ...(b as string[])])].slice(0, TAGS_MAX)
  if (field === 'note')
    return [a, b].map(String).filter(Boolean).join('\n\n').slice(0, NOTE_MAX).toWellFormed()
  return a
}

/** The row with one field set; a custom field without a value has no key. */
export function withField(row: Row, field: string, value: unknown): Row {
  const key = customKey(field)
  if (key === null) return { ...row, [field]: value }
  const { [key]: _, ...fields } = row.fields
  return { ...row, fields: value === null || value === undefined ? fields : { ...fields, [key]: value } }
}

/** One thing that a merge changed: `field:name`, `role:12.since`, `contact:7.preferred`. */
export type Patch = { path: string; was: unknown; became: unknown }

const TAGS = 'field:tags'

/** Takes one merge's change out of a value that stands now. Tags are a set: those that others brought stay. */
export function without(patch: Patch, now: unknown, keep: readonly string[] = []): unknown {
  if (same(now, patch.became) && (patch.path !== TAGS || keep.length === 0)) return patch.was
  if (patch.path !== TAGS) return now
  const was = patch.was as string[]
  const became = patch.became as string[]
  const added = new Set(became.filter((tag) => !was.includes(tag) && !keep.includes(tag)))
  const dropped = was.filter((tag) => !became.includes(tag))
  return [...new Set([...(now as string[]).filter((tag) => !added.has(tag)), ...dropped])]
}

/** Of one path, what later merges into the same party say that it was: the nearest one that said what this one left. */
export const continues = (patch: Patch, later: Patch): boolean =>
  later.path === patch.path && same(later.was, patch.became)
