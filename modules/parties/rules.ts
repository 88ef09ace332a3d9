import type { ContactKind, MarketRole } from './contract.ts'

/** The mask of a role that hides this kind of contact point; null: never hidden. */
export const maskOf: { readonly [K in ContactKind]: 'email' | 'phone' | 'wechat' | 'address' | null } = {
  email: 'email',
  phone: 'phone',
  wechat_openid: 'wechat',
  wechat_unionid: 'wechat',
  address: 'address',
  web: null,
}

/** The external ids' source of whoever belongs to the sample company. */
export const SAMPLE_SOURCE = 'sample'

export type Period = { since: string; until: string | null }

/** Today where it is latest (UTC+14): a role that began anywhere has begun, one that ended anywhere has ended. */
export const latestDay = (now: Date): string =>
  new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10)

/** `until` is the day it ended: from that day on the role is not held. */
export const heldOn = ({ since, until }: Period, day: string): boolean =>
  since <= day && (until === null || until > day)

/** Two periods of one role must not share a day; touching is fine. */
export const overlaps = (a: Period, b: Period): boolean =>
  (a.until === null || b.since < a.until) && (b.until === null || a.since < b.until)

export const rolesHeld = (roles: readonly (Period & { role: string })[], day: string): MarketRole[] =>
  [...new Set(roles.filter((role) => heldOn(role, day)).map(({ role }) => role as MarketRole))].sort()

const days = new Map<string, Intl.DateTimeFormat>()
/** Today in a person's zone, as a date. */
export function dayIn(now: Date, zone: string): string {
  let format = days.get(zone)
  if (!format) days.set(zone, (format = new Intl.DateTimeFormat('en-CA', { timeZone: zone })))
  return format.format(now)
}

/** Trimmed, inner blanks single, without doubles, in the order given. */
export const cleanTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.normalize('NFC').trim().replace(/\s+/g, ' ')).filter(Boolean)),
]
export const cleanName = (name: string): string => name.normalize('NFC').trim().replace(/\s+/g, ' ')
