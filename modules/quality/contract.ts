import { type Static, Type as T } from 'typebox'
import {
  Body,
  ById,
  ExportAsked,
  exporting,
  Id,
  Instant,
  Nullable,
  oneOf,
  Page,
  route,
  routes,
} from '../../kernel/route.ts'
import { PartyFilter, partyKinds, Role } from '../parties/contract.ts'
import { bands, dimensions, operators } from './rules.ts'

const Day = T.String({ format: 'date' })
const Code = T.String({ pattern: '^[a-z_0-9]{1,40}$', description: 'a built-in rule, or own_1 … own_32' })
const Share = Nullable(T.Integer({ minimum: 0, maximum: 100 }))
const Named = T.Object({ id: Id, name: T.String() })
const OptionalNamed = Nullable(Named)

export const hows = [
  'phone_call',
  'email_answered',
  'message',
  'letter',
  'document',
  'in_person',
  'system',
  'other',
] as const
export const remedyKinds = [
  'add_contact',
  'assign_owner',
  'add_role',
  'set_country',
  'rename',
  'correct_contact',
  'verify_contact',
  'look',
  'merge',
  'fill_fields',
] as const

const Condition = Body({
  field: T.String({
    maxLength: 60,
    description: 'country, owner, email, last_order …; fields.<key> for a custom field',
  }),
  op: oneOf(...operators),
  value: T.Optional(T.String({ maxLength: 200 })),
  days: T.Optional(T.Integer({ minimum: 1, maximum: 36_500 })),
})
const rule = {
  code: Code,
  on: T.Boolean(),
  weight: T.Integer({ minimum: 1, maximum: 100 }),
  dimension: oneOf(...dimensions),
}
const more = {
  roles: T.Array(Role, { maxItems: 40, description: 'held today; empty: all parties' }),
  kinds: T.Array(oneOf(...partyKinds), { maxItems: 2 }),
  days: Nullable(T.Integer({ minimum: 1, maximum: 36_500 })),
  required: T.Array(T.String({ maxLength: 60 }), {
    maxItems: 20,
    description: 'fields that must not be empty',
  }),
  when: T.Array(Condition, { maxItems: 10, description: 'the data are bad where all of these hold' }),
  name_zh: T.String({ maxLength: 100 }),
  name_en: T.String({ maxLength: 100 }),
}
export const RuleShape = T.Object({ ...rule, ...more })
export const Rules = T.Object({
  id: Id,
  version: T.Integer(),
  rules: T.Array(RuleShape),
  valid_from: Instant,
  changed_by: Nullable(T.String()),
})
export type Rules = Static<typeof Rules>
export const RulesWrite = Body({
  rules: T.Array(
    Body({
      ...rule,
      roles: T.Optional(more.roles),
      kinds: T.Optional(more.kinds),
      days: T.Optional(more.days),
      required: T.Optional(more.required),
      when: T.Optional(more.when),
      name_zh: T.Optional(more.name_zh),
      name_en: T.Optional(more.name_en),
    }),
    { maxItems: 60 },
  ),
})
export type RulesWrite = Static<typeof RulesWrite>

export const ReasonShape = T.Object({
  code: Code,
  dimension: oneOf(...dimensions),
  weight: T.Integer(),
  says: T.String({ description: 'in the caller’s language: “phone unverified for 400 days”' }),
  remedy: oneOf(...remedyKinds),
  days: Nullable(T.Integer()),
  contact_point_id: Nullable(Id),
  fields: T.Array(T.String()),
})
export type ReasonShape = Static<typeof ReasonShape>

export const CheckShape = T.Object({
  id: Id,
  contact_point_id: Id,
  outcome: oneOf('verified', 'wrong', 'bounced', 'withdrawn'),
  how: Nullable(oneOf(...hows)),
  source: T.String(),
  checked_on: Day,
  by: T.String(),
  at: Instant,
  current: T.Boolean({ description: 'of the value as it is now, and the newest' }),
})
export type CheckShape = Static<typeof CheckShape>

const SkipShape = T.Object({
  code: Code,
  reason: T.String(),
  until: Nullable(Day),
  by: Nullable(T.String()),
  at: Instant,
})

export const PartyQuality = T.Object({
  score: Share,
  completeness: Share,
  validity: Share,
  freshness: Share,
  band: Nullable(oneOf(...bands)),
  reasons: T.Array(ReasonShape),
  checks: T.Array(CheckShape, { description: 'newest first' }),
  skips: T.Array(SkipShape),
})
export type PartyQuality = Static<typeof PartyQuality>

export const QualityFilter = PartyFilter.properties
export type QualityFilter = PartyFilter
const Slice = {
  ...QualityFilter,
  reason: T.Optional(Code),
  band: T.Optional(oneOf(...bands)),
  skipped: T.Optional(T.Boolean({ description: 'only those put aside, instead of only the others' })),
}

export const Overview = T.Object({
  as_of: Day,
  parties: T.Integer(),
  scored: T.Integer(),
  waiting: T.Boolean({ description: 'the rules changed and not everybody has been looked at since' }),
  score: Nullable(T.Number({ description: 'mean of the scored' })),
  completeness: Nullable(T.Number()),
  validity: Nullable(T.Number()),
  freshness: Nullable(T.Number()),
  bands: T.Array(T.Object({ band: oneOf(...bands), from: T.Integer(), parties: T.Integer() })),
  reasons: T.Array(
    T.Object({
      code: Code,
      name: T.String(),
      dimension: oneOf(...dimensions),
      parties: T.Integer(),
      share: T.Number(),
    }),
  ),
  units: T.Array(
    T.Object({ unit: Named, parties: T.Integer(), score: Nullable(T.Number()), poor: T.Integer() }),
  ),
  owners: T.Array(
    T.Object({ owner: OptionalNamed, parties: T.Integer(), score: Nullable(T.Number()), poor: T.Integer() }),
  ),
  trend: T.Array(
    T.Object({
      day: Day,
      parties: T.Integer(),
      score: Nullable(T.Number()),
      bands: T.Array(T.Integer()),
      reasons: T.Array(T.Object({ code: Code, parties: T.Integer() })),
    }),
  ),
  age_ms: T.Integer(),
})
export type Overview = Static<typeof Overview>

export const QualityRow = T.Object({
  id: Id,
  name: T.String(),
  kind: oneOf(...partyKinds),
  owner: OptionalNamed,
  unit: Named,
  score: Share,
  band: Nullable(oneOf(...bands)),
  reasons: T.Array(ReasonShape),
  stake_minor: Nullable(
    T.Integer({ description: 'customer value where the caller may see it, else revenue' }),
  ),
  stake: oneOf('value', 'revenue'),
  currency: T.String(),
  version: T.Integer(),
  skip: Nullable(SkipShape),
})
export type QualityRow = Static<typeof QualityRow>

const Contact = T.Object({ id: Id, contact_point_id: Id })
const read = 'quality:read'
const fix = 'parties:write'

export const quality = routes({
  overview: route('GET /quality', {
    may: read,
    does: 'Quality of the data of the caller’s parties: bands, reasons, units, owners and the trend',
    query: T.Object({
      ...QualityFilter,
      days: T.Optional(T.Integer({ minimum: 1, maximum: 1100, default: 180 })),
    }),
    gives: Overview,
  }),
  list: route('GET /quality/parties', {
    may: read,
    does: 'Parties with a reason or in a band, by the value at stake: the worklist',
    query: T.Object({ ...Slice, ...Page, sort: T.Optional(oneOf('stake', 'score')) }),
    gives: T.Object({
      items: T.Array(QualityRow),
      next: Nullable(T.String()),
      count: T.Integer(),
      count_exact: T.Boolean(),
    }),
    refuses: ['kernel.bad_cursor', 'quality.unknown_rule'],
  }),
  exportList: route('GET /quality/export', {
    ...exporting('quality'),
    may: read,
    does: 'The same as a file, with every reason in words',
    query: T.Object({ ...Slice, ...ExportAsked }),
    refuses: ['quality.unknown_rule'],
  }),
  ofParty: route('GET /parties/:id/quality', {
    may: read,
    does: 'What is wrong with the data of a party, as of now, with what was verified and what was put aside',
    params: ById,
    gives: PartyQuality,
  }),
  look: route('POST /parties/:id/quality', {
    may: read,
    does: 'Look at a party anew at once, so that lists and counts say what its page says',
    params: ById,
    gives: PartyQuality,
  }),
  verify: route('POST /parties/:id/contact-points/:contact_point_id/verify', {
    may: fix,
    does: 'Record that a contact point is right: how it was verified, and when',
    params: Contact,
    body: Body({
      how: oneOf(...hows),
      source: T.Optional(T.String({ maxLength: 500 })),
      checked_on: T.Optional(Day),
    }),
    gives: PartyQuality,
    refuses: ['parties.in_trash', 'quality.later_than_today'],
  }),
  mark: route('POST /parties/:id/contact-points/:contact_point_id/mark', {
    may: fix,
    does: 'Record that a contact point is wrong or bounced, or withdraw what was recorded',
    params: Contact,
    body: Body({
      outcome: oneOf('wrong', 'bounced', 'withdrawn'),
      source: T.Optional(T.String({ maxLength: 500 })),
      checked_on: T.Optional(Day),
    }),
    gives: PartyQuality,
    refuses: ['parties.in_trash', 'quality.later_than_today'],
  }),
  skip: route('POST /parties/:id/quality/skips', {
    may: fix,
    does: 'Put a reason aside in the worklist, with why, for some days or for good; the score stays',
    params: ById,
    body: Body({
      code: Code,
      reason: T.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
      days: T.Optional(T.Integer({ minimum: 1, maximum: 3650 })),
    }),
    gives: PartyQuality,
    refuses: ['quality.unknown_rule'],
  }),
  unskip: route('DELETE /parties/:id/quality/skips/:code', {
    may: fix,
    does: 'Take a reason up again that was put aside',
    params: T.Object({ id: Id, code: Code }),
    gives: PartyQuality,
  }),
  fields: route('GET /quality/fields', {
    may: read,
    does: 'Custom fields that an own rule can look at, as far as the caller’s role sees them',
    gives: T.Object({
      items: T.Array(T.Object({ key: T.String(), label_zh: T.String(), label_en: T.String() })),
    }),
  }),
  rules: route('GET /quality/rules', { may: read, does: 'The rules in force', gives: Rules }),
  writeRules: route('PUT /quality/rules', {
    may: 'quality:write',
    does: 'Change the rules; everybody is looked at anew in the background',
    body: RulesWrite,
    gives: Rules,
    versioned: true,
    refuses: ['quality.bad_rule', 'quality.unknown_field', 'quality.whole_company', 'kernel.version_changed'],
  }),
  rulesHistory: route('GET /quality/rules/history', {
    may: read,
    does: 'Every version of the rules, newest first',
    gives: T.Object({ items: T.Array(Rules) }),
  }),
  run: route('POST /quality/run', {
    may: 'quality:write',
    does: 'Look at everybody anew, in the background',
    gives: T.Object({ run_id: Id }),
    refuses: ['quality.whole_company'],
  }),
})
