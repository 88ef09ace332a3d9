import { refuse } from '../../kernel/refuse.ts'
import { channels } from '../parties/contract.ts'
import { customKey, type PlainField, plainFields, type Take } from '../parties/merging/fields.ts'

// What somebody says survives: `a` (the survivor's), `b` (the other's), `both` (notes, tags), `{from: id}` of one of
// several, or a value of its own.

export type Given = Readonly<Record<string, unknown>>

/** For the step that merges `other`; what names another step leaves this one to the rule. */
export function takesOf(given: Given, other: number, survivor: number, first: boolean): Record<string, Take> {
  const takes: Record<string, Take> = {}
  for (const [field, said] of Object.entries(given)) {
    const take = takeOf(said, other, survivor)
    if (take === null) continue
    // A value was set by the first step, and stays.
    takes[field] = 'value' in take && !first ? { from: 'a' } : take
  }
  return takes
}

function takeOf(said: unknown, other: number, survivor: number): Take | null {
  if (said === 'a' || said === 'b' || said === 'both') return { from: said }
  if (typeof said === 'object' && said !== null && !Array.isArray(said)) {
    const { from, value } = said as { from?: unknown; value?: unknown }
    if (from === survivor) return { from: 'a' }
    if (from === other) return { from: 'b' }
    if (typeof from === 'number') return null
    if ('value' in said) return { value }
  }
  return { value: said }
}

const text = (max: number) => (value: unknown) => typeof value === 'string' && value.length <= max
const nullOr = (test: (value: unknown) => boolean) => (value: unknown) => value === null || test(value)
const isId = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
const fits: Record<PlainField, (value: unknown) => boolean> = {
  name: (value) => text(300)(value) && /\S/.test(String(value)),
  language: nullOr((value) => value === 'zh-CN' || value === 'en'),
  channel_preference: nullOr((value) => channels.some((one) => one === value)),
  country: nullOr((value) => typeof value === 'string' && /^[A-Z]{2}$/.test(value)),
  note: text(20_000),
  owner_id: nullOr(isId),
  unit_id: isId,
  tags: (value) =>
    Array.isArray(value) &&
    value.length <= 50 &&
    value.every((tag) => typeof tag === 'string' && /^[^,\s]+( [^,\s]+)*$/.test(tag) && tag.length <= 60),
}

const isPlain = (field: string): field is PlainField => plainFields.some((one) => one === field)

/** Refuses a field that is none, and a value that it cannot have. Custom fields check their own values. */
export function readTake(field: string, take: Take): void {
  if (customKey(field) !== null) return
  if (!isPlain(field)) refuse('identity.unknown_field', 422, { field })
  else if (
    'value' in take ? !fits[field](take.value) : take.from === 'both' && field !== 'note' && field !== 'tags'
  )
    refuse('identity.bad_value', 422, { field })
}
