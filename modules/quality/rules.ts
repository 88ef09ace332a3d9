import type { MarketRole, PartyKind } from '../parties/contract.ts'

// What is wrong with the data of one party, as a pure function of its facts, the rules and the day. The score is the
// share, by weight, of the checks that apply to the party and that it passes: 100 × (1 − broken ÷ applying). Where no
// check applies there is no score, which is not 0.

export const dimensions = ['completeness', 'validity', 'freshness'] as const
export type Dimension = (typeof dimensions)[number]

export const builtIn = [
  'no_contact',
  'no_owner',
  'no_role',
  'address_no_country',
  'test_name',
  'bad_email',
  'bad_phone',
  'email_bounced',
  'contact_wrong',
  'phone_unverified',
  'email_unverified',
  'address_unverified',
  'quiet',
  'duplicate',
] as const
export type BuiltIn = (typeof builtIn)[number]
/** Bits of `party_quality.reasons`: the built-in rules have the first, a company's own those from here on. */
export const OWN_FROM = 20
export const BITS = 52

export const bitOf = (code: string): number =>
  code.startsWith('own_') ? OWN_FROM + Number(code.slice(4)) - 1 : builtIn.indexOf(code as BuiltIn)
export const OWN_MAX = BITS - OWN_FROM

/** What an own rule may look at; `fields.<key>` is a custom field. */
export const knownFields = [
  'name',
  'kind',
  'country',
  'language',
  'channel_preference',
  'owner',
  'note',
  'tags',
  'email',
  'phone',
  'wechat',
  'address',
  'web',
  'last_order',
  'created',
] as const
export const operators = ['empty', 'not_empty', 'is', 'is_not', 'contains', 'older_than'] as const
export type Operator = (typeof operators)[number]
export type Condition = { field: string; op: Operator; value?: string | undefined; days?: number | undefined }

export type Rule = {
  code: string
  on: boolean
  weight: number
  /** of which market roles, held today; empty: of all */
  roles: MarketRole[]
  kinds: PartyKind[]
  dimension: Dimension
  /** freshness: after how many days */
  days: number | null
  /** an own rule: fields that must not be empty, or conditions that must not all hold */
  required: string[]
  when: Condition[]
  name_zh: string
  name_en: string
}

export type ContactFact = {
  id: number
  kind: string
  value_key: string
  /** when it was last known to be right: verified, or else entered */
  known_at: string
  /** the newest check of this very value */
  mark: 'wrong' | 'bounced' | null
}
export type Facts = {
  party_id: number
  version: number
  unit_id: number
  owner_id: number | null
  kind: PartyKind
  name: string
  country: string | null
  language: string | null
  channel_preference: string | null
  note: boolean
  tags: string[]
  roles: string[]
  fields: Readonly<Record<string, unknown>>
  created_at: string
  updated_at: string
  /** -infinity: none */
  last_order_at: string
  duplicate: boolean
  /** of the sample company: invented, with addresses of the domains that are kept for examples */
  sample: boolean
  contacts: ContactFact[]
}

export type Reason = {
  code: string
  dimension: Dimension
  weight: number
  /** days since it was last known to be right */
  days?: number
  contact_point_id?: number
  /** required fields that are empty */
  fields?: string[]
}
export type Verdict = {
  score: number | null
  completeness: number | null
  validity: number | null
  freshness: number | null
  /** one bit per broken rule */
  bits: number
  reasons: Reason[]
  /** day on which time alone may change it */
  due: number | null
}

const DAY_MS = 86_400_000
/** Days since 1970 of an instant in a zone whose midnight is `offset_ms` from UTC's. */
export const dayOf = (iso: string, offset_ms = 0): number =>
  Math.floor((Date.parse(iso) + offset_ms) / DAY_MS)
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

type Finding =
  | { broken: false; due?: number }
  | ({ broken: true } & Omit<Reason, 'code' | 'dimension' | 'weight'>)
const passed = { broken: false } as const
const failed = { broken: true } as const

const of = (facts: Facts, kind: string): ContactFact[] =>
  facts.contacts.filter((one) => one.kind === kind || (kind === 'wechat' && one.kind.startsWith('wechat_')))
const reachable = new Set(['email', 'phone', 'wechat_openid', 'wechat_unionid', 'address'])

const TEST_NAME =
  /^(?:test(?:ing|er)?|demo|dummy|asdf+|qwerty|xxx+|aaa+|foo|none|null|n\/?a|unknown|tbd|delete ?me|测试(?:用|客户|用户|公司|数据|账号|一下)?|.{0,4}测试|试用|演示|未知|无|待定|某某|张三|李四|啊+|哈+|\d{1,4}|[^\p{L}\p{N}]+)(?:[\s_-]?\d{0,4})$/iu
/** 'Test 2', 测试客户, 'asdf', '...': nobody's name. */
export const looksLikeTest = (name: string): boolean => TEST_NAME.test(name.trim())

// RFC 2606. Of a real customer they are a fault; of an invented one they are right.
const FOR_EXAMPLES = /@(?:[^@]*\.)?(?:example\.(?:com|net|org)|example)$/i
const NO_DOMAIN =
  /@(?:[^@]*\.)?(?:test|invalid|localhost|local|lan|internal|home|con|cmo|comm|ocm|cm0)$|@(?:gmial|gmai|gamil|gmal|gnail|hotnail|hotmial|homail|yahooo|yaho|outlok|outloo|iclod|163com|qqcom)\.|@(?:q|16|12)\.com$|@[^@]*\.\d+$/i
/** Reserved or mistyped domains: mail to them arrives nowhere. */
export const cannotBeMail = (key: string, sample = false): boolean =>
  NO_DOMAIN.test(key) || (!sample && FOR_EXAMPLES.test(key)) || !/^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$/.test(key)

/** One digit again and again, too short, or counting up: nobody's number. */
export function cannotBePhone(key: string): boolean {
  const digits = key.replace(/;ext=.*$/, '').replace(/\D/g, '')
  return (
    digits.length < 7 ||
    /(\d)\1{7}$/.test(digits) ||
    /(?:01234567|12345678|23456789|98765432)\d?\d?$/.test(digits)
  )
}

/** How long ago the freshest of them was known to be right: verified, or else entered. */
function stale(facts: Facts, kind: string, limit: number, today: number): Finding | null {
  const right = of(facts, kind).filter((one) => one.mark === null)
  if (right.length === 0) return null
  const known = right.map((one) => ({ id: one.id, day: dayOf(one.known_at) }))
  const best = known.reduce((a, b) => (b.day > a.day ? b : a))
  const days = today - best.day
  return days >= limit
    ? { broken: true, days, contact_point_id: best.id }
    : { broken: false, due: best.day + limit }
}

const firstOf = (points: readonly ContactFact[]): Finding =>
  points[0] ? { broken: true, contact_point_id: points[0].id } : passed

/** null: the check does not apply to this party. */
type Check = (facts: Facts, rule: Rule, today: number) => Finding | null
const checks: { readonly [C in BuiltIn]: Check } = {
  no_contact: ({ contacts }) =>
    contacts.some((one) => reachable.has(one.kind) && one.mark === null) ? passed : failed,
  no_owner: ({ owner_id }) => (owner_id === null ? failed : passed),
  no_role: ({ roles }) => (roles.length === 0 ? failed : passed),
  address_no_country: (facts) =>
    of(facts, 'address').length === 0 ? null : facts.country === null ? failed : passed,
  test_name: ({ name }) => (looksLikeTest(name) ? failed : passed),
  bad_email: (facts) => {
    const points = of(facts, 'email')
    return points.length === 0
      ? null
      : firstOf(points.filter((one) => cannotBeMail(one.value_key, facts.sample)))
  },
  bad_phone: (facts) => {
    const points = of(facts, 'phone')
    return points.length === 0 ? null : firstOf(points.filter((one) => cannotBePhone(one.value_key)))
  },
  email_bounced: (facts) => {
    const points = of(facts, 'email')
    return points.length === 0 ? null : firstOf(points.filter((one) => one.mark === 'bounced'))
  },
  contact_wrong: ({ contacts }) =>
    contacts.length === 0 ? null : firstOf(contacts.filter((one) => one.mark === 'wrong')),
  phone_unverified: (facts, { days }, today) => stale(facts, 'phone', days ?? 365, today),
  email_unverified: (facts, { days }, today) => stale(facts, 'email', days ?? 365, today),
  address_unverified: (facts, { days }, today) => stale(facts, 'address', days ?? 730, today),
  quiet: (facts, { days }, today) => {
    const limit = days ?? 730
    const last = Math.max(dayOf(facts.updated_at), lastOrder(facts) ?? 0)
    const since = today - last
    return since >= limit ? { broken: true, days: since } : { broken: false, due: last + limit }
  },
  duplicate: ({ duplicate }) => (duplicate ? failed : passed),
}

const lastOrder = ({ last_order_at }: Facts): number | null => {
  const at = Date.parse(last_order_at)
  return Number.isNaN(at) || at <= 0 ? null : dayOf(last_order_at)
}

const blank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** What a field of an own rule holds: text, several texts, or a day. */
function heldIn(facts: Facts, field: string): unknown {
  if (field.startsWith('fields.')) return facts.fields[field.slice(7)]
  if (field === 'owner') return facts.owner_id
  if (field === 'note') return facts.note ? true : null
  if (field === 'last_order') return lastOrder(facts) === null ? null : facts.last_order_at
  if (field === 'created') return facts.created_at
  if (['email', 'phone', 'wechat', 'address', 'web'].includes(field))
    // Their presence only: a rule must not tell what a role may not see.
    return of(facts, field).length > 0 ? true : null
  return (facts as unknown as Record<string, unknown>)[field]
}

const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'object' && value !== null && 'minor' in value
      ? [String(value.minor)]
      : [String(value)]

type Held = { holds: boolean; due?: number }
function holds(facts: Facts, { field, op, value = '', days = 0 }: Condition, today: number): Held {
  const found = heldIn(facts, field)
  const none = blank(found)
  const wanted = value.trim().toLowerCase()
  switch (op) {
    case 'empty':
      return { holds: none }
    case 'not_empty':
      return { holds: !none }
    case 'is':
      return { holds: !none && texts(found).some((one) => one.toLowerCase() === wanted) }
    case 'is_not':
      return { holds: none || texts(found).every((one) => one.toLowerCase() !== wanted) }
    case 'contains':
      return { holds: !none && texts(found).some((one) => one.toLowerCase().includes(wanted)) }
    case 'older_than': {
      const at = none ? Number.NaN : Date.parse(String(found))
      if (Number.isNaN(at)) return { holds: false }
      const day = Math.floor(at / DAY_MS)
      return today - day >= days ? { holds: true } : { holds: false, due: day + days }
    }
  }
}

const own: Check = (facts, { required, when }, today) => {
  if (required.length > 0) {
    const fields = required.filter((field) => blank(heldIn(facts, field)))
    return fields.length > 0 ? { broken: true, fields } : passed
  }
  if (when.length === 0) return null
  const held = when.map((condition) => holds(facts, condition, today))
  if (held.every((one) => one.holds)) return failed
  const later = held.flatMap((one) => (one.due === undefined ? [] : [one.due]))
  return later.length > 0 ? { broken: false, due: Math.min(...later) } : passed
}

export const appliesTo = ({ roles, kinds }: Rule, facts: Pick<Facts, 'roles' | 'kind'>): boolean =>
  (roles.length === 0 || roles.some((role) => facts.roles.includes(role))) &&
  (kinds.length === 0 || kinds.includes(facts.kind))

/** `today`: days since 1970, see dayOf. */
export function verdict(facts: Facts, rules: readonly Rule[], today: number): Verdict {
  const applying: Record<Dimension, number> = { completeness: 0, validity: 0, freshness: 0 }
  const broken: Record<Dimension, number> = { completeness: 0, validity: 0, freshness: 0 }
  const reasons: Reason[] = []
  let bits = 0
  let due: number | null = null
  for (const rule of rules) {
    if (!rule.on || rule.weight <= 0 || !appliesTo(rule, facts)) continue
    const check = checks[rule.code as BuiltIn] ?? own
    const finding = check(facts, rule, today)
    if (!finding) continue
    const { code, dimension, weight } = rule
    applying[dimension] += weight
    if (finding.broken) {
      const { broken: _, ...why } = finding
      broken[dimension] += weight
      bits += 2 ** bitOf(code)
      reasons.push({ code, dimension, weight, ...why })
    } else if (finding.due !== undefined) due = due === null ? finding.due : Math.min(due, finding.due)
  }
  const share = (lost: number, all: number) => (all === 0 ? null : Math.round(100 * (1 - lost / all)))
  const sum = (by: Record<Dimension, number>) => by.completeness + by.validity + by.freshness
  reasons.sort((a, b) => b.weight - a.weight)
  return {
    score: share(sum(broken), sum(applying)),
    completeness: share(broken.completeness, applying.completeness),
    validity: share(broken.validity, applying.validity),
    freshness: share(broken.freshness, applying.freshness),
    bits,
    reasons,
    due,
  }
}

export const bands = ['good', 'fair', 'weak', 'poor'] as const
export type Band = (typeof bands)[number]
/** From which score on. */
export const bandFrom: { readonly [B in Band]: number } = { good: 90, fair: 70, weak: 50, poor: 0 }
export const bandOf = (score: number): Band => bands.find((band) => score >= bandFrom[band])!
/** What one does about it. */
export const remedies = {
  no_contact: 'add_contact',
  no_owner: 'assign_owner',
  no_role: 'add_role',
  address_no_country: 'set_country',
  test_name: 'rename',
  bad_email: 'correct_contact',
  bad_phone: 'correct_contact',
  email_bounced: 'correct_contact',
  contact_wrong: 'correct_contact',
  phone_unverified: 'verify_contact',
  email_unverified: 'verify_contact',
  address_unverified: 'verify_contact',
  quiet: 'look',
  duplicate: 'merge',
} as const satisfies { readonly [C in BuiltIn]: string }
export type Remedy = (typeof remedies)[BuiltIn] | 'fill_fields'
export const remedyOf = (code: string): Remedy => remedies[code as BuiltIn] ?? 'fill_fields'

const starting = (code: BuiltIn, dimension: Dimension, weight: number, days: number | null = null): Rule => ({
  code,
  on: true,
  weight,
  roles: [],
  kinds: [],
  dimension,
  days,
  required: [],
  when: [],
  name_zh: '',
  name_en: '',
})

/** What a new house starts with; a company changes days, weights and for whom. */
export const startingRules: readonly Rule[] = [
  starting('no_contact', 'completeness', 30),
  starting('no_owner', 'completeness', 15),
  starting('no_role', 'completeness', 5),
  starting('address_no_country', 'completeness', 5),
  starting('test_name', 'validity', 20),
  starting('bad_email', 'validity', 15),
  starting('bad_phone', 'validity', 15),
  starting('email_bounced', 'validity', 20),
  starting('contact_wrong', 'validity', 20),
  starting('duplicate', 'validity', 15),
  starting('phone_unverified', 'freshness', 10, 365),
  starting('email_unverified', 'freshness', 10, 365),
  starting('address_unverified', 'freshness', 5, 730),
  starting('quiet', 'freshness', 5, 730),
]
