// Whoever closes a laptop says nothing: presence lapses by itself. Three beats may go missing.
export const BEAT_MS = 4_000
export const LAPSE_S = 15
/** The list asks more seldom: it shows only that somebody is there. */
export const LOOK_MS = 6_000

const house: ReadonlySet<string> = new Set([
  'name',
  'kind',
  'country',
  'owner_id',
  'unit_id',
  'language',
  'channel_preference',
  'note',
  'tags',
  'role',
  'external_id',
  'contact',
])
const masks: Readonly<Record<string, string | null>> = {
  email: 'email',
  phone: 'phone',
  wechat_openid: 'wechat',
  wechat_unionid: 'wechat',
  address: 'address',
  web: null,
}

export type Seeing = { masks: ReadonlySet<string>; keys: ReadonlySet<string> }

/** What a reader hears of the field that another edits: its name, or nothing where their role does not see it. */
export function fieldTold(field: string | null, { masks: withheld, keys }: Seeing): string | null {
  if (field === null) return null
  if (house.has(field)) return field
  const custom = /^fields\.(.+)$/.exec(field)?.[1]
  if (custom !== undefined) return keys.has(custom) ? field : null
  const kind = /^contact\.(.+)$/.exec(field)?.[1] ?? ''
  if (!Object.hasOwn(masks, kind)) return null
  const mask = masks[kind]
  return mask && withheld.has(mask) ? null : field
}

export type Sitting = {
  user_id: number
  name: string
  since: string
  field: string | null
  /** it names a field, told or not */
  editing: boolean
}

/** One line per person, however many pages they have: the one in which they are editing, else the oldest. */
export function perPerson(rows: readonly Sitting[]): Sitting[] {
  const people = new Map<number, Sitting>()
  for (const row of rows) {
    const had = people.get(row.user_id)
    const since = had && had.since < row.since ? had.since : row.since
    const shown = !had || (row.editing && !had.editing) ? row : had
    people.set(row.user_id, { ...shown, since })
  }
  return [...people.values()].sort(
    (a, b) =>
      Number(b.editing) - Number(a.editing) || a.since.localeCompare(b.since) || a.user_id - b.user_id,
  )
}
