import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf } from '../../kernel/route.ts'

// The words and shapes of a party, as the API tells and takes them.

export const marketRoles = [
  'customer',
  'prospect',
  'supplier',
  'distributor',
  'partner',
  'competitor',
  'public_body',
  'influencer',
  'employee',
  'recruit',
] as const
/** A company's own are of this type too: they get words under the same keys when the program runs (labels/known.ts). */
export type MarketRole = (typeof marketRoles)[number]
export const partyKinds = ['person', 'organisation'] as const
export type PartyKind = (typeof partyKinds)[number]
export const contactKinds = ['email', 'phone', 'wechat_openid', 'wechat_unionid', 'address', 'web'] as const
export type ContactKind = (typeof contactKinds)[number]
export const channels = ['email', 'phone', 'sms', 'wechat', 'post', 'visit'] as const
export const sorts = ['name', 'last_order_at', 'revenue_minor', 'order_count', 'created_at'] as const
export type Sort = (typeof sorts)[number]
/** What is found is sorted: slower than `sorts` on many customers. */
export const slowSorts = [
  'owner',
  'unit',
  'country',
  'roles',
  'tags',
  'kind',
  'first_order_at',
  'updated_at',
] as const
export type SlowSort = (typeof slowSorts)[number]
/** Sorts and filters by what a customer is worth: only those with such figures are then in the list. */
export const valueSorts = ['value_minor', 'at_risk_minor', 'p_alive', 'lateness'] as const
export type ValueSort = (typeof valueSorts)[number]

const Kind = oneOf(...partyKinds)
export const Role = T.Unsafe<MarketRole>(
  T.String({
    pattern: '^[a-z][a-z0-9_]{1,39}$',
    description: `${marketRoles.join(', ')}, or one of the company’s own: GET /market-roles`,
  }),
)
const Name = T.String({ minLength: 1, maxLength: 300, pattern: '\\S' })
/** The countries of ISO 3166 and Kosovo: a code of none would be in no list of countries. */
export const COUNTRY =
  '^(A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRST]|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|V[ACEGINU]|W[FS]|XK|Y[ET]|Z[AMW])$'
const Country = T.String({ pattern: COUNTRY, description: 'ISO 3166 alpha-2' })
const Currency = T.String({ description: 'ISO 4217: the company’s base currency' })
const Tag = T.String({ minLength: 1, maxLength: 60, pattern: '^[^,\\s]+( [^,\\s]+)*$' })
const Tags = T.Array(Tag, { maxItems: 50 })
const Day = T.String({ format: 'date' })
const Note = T.String({ maxLength: 20_000 })
const Language = oneOf('zh-CN', 'en')
const Channel = oneOf(...channels)
export const Named = T.Object({ id: Id, name: T.String() })

/** Custom fields by key, only those that the caller’s role sees: see modules/parties/fields/catalogue.ts. */
const Fields = T.Unsafe<Record<string, unknown>>(
  T.Object(
    {},
    {
      additionalProperties: true,
      description:
        'custom fields by key; money {minor, currency}, several choices an array of option keys, a party {id, name, withheld}',
    },
  ),
)
const FieldsWrite = T.Unsafe<Record<string, unknown>>(
  T.Object(
    {},
    {
      additionalProperties: true,
      maxProperties: 500,
      description: 'custom fields by key; null takes the value away',
    },
  ),
)

/** Order figures, in the base currency; returns and cancellations count as negative revenue. */
const figures = {
  currency: Currency,
  order_count: T.Integer(),
  revenue_minor: T.Integer(),
  unrated_count: T.Integer({ description: 'orders in a currency without a rate: not in `revenue_minor`' }),
  first_order_at: Nullable(Instant),
  last_order_at: Nullable(Instant),
}

/** Of the current snapshot; see modules/value. Null figures say why there. */
export const PartyValue = T.Object({
  value_minor: Nullable(T.Integer()),
  at_risk_minor: Nullable(T.Integer()),
  p_alive: Nullable(T.Number()),
  lateness: Nullable(T.Number()),
  overdue: T.Boolean(),
  next_order_on: Nullable(Day),
  class: oneOf('one_off', 'occasional', 'regular'),
  abc: Nullable(oneOf('A', 'B', 'C')),
  core: T.Boolean(),
})
export type PartyValue = Static<typeof PartyValue>
export const ValueFilter = T.Object({
  value_from: T.Optional(T.Integer({ description: 'minor units' })),
  value_to: T.Optional(T.Integer({ description: 'minor units, excluded' })),
  alive_below: T.Optional(T.Number({ minimum: 0, maximum: 1 })),
  overdue: T.Optional(T.Boolean()),
  core: T.Optional(T.Boolean()),
  class: T.Optional(oneOf('one_off', 'occasional', 'regular')),
  abc: T.Optional(oneOf('A', 'B', 'C')),
})
export type ValueFilter = Static<typeof ValueFilter>

export const PartyRow = T.Object({
  id: Id,
  kind: Kind,
  name: T.String(),
  name_romanised: T.String({ description: 'pinyin with tones; empty for a name in Latin letters' }),
  roles: T.Array(Role, { description: 'held today' }),
  tags: T.Array(T.String()),
  owner: Nullable(Named),
  unit: Named,
  country: Nullable(T.String()),
  ...figures,
  created_at: Instant,
  fields: Fields,
  value: T.Optional(Nullable(PartyValue)),
})
export type PartyRow = Static<typeof PartyRow>

export const PartyPage = T.Object({
  items: T.Array(PartyRow),
  next: Nullable(T.String()),
  count: T.Integer(),
  count_exact: T.Boolean({ description: 'false: more than 10,000 match and `count` is an estimate' }),
  count_age_ms: T.Integer(),
})

export const ContactPoint = T.Object({
  id: Id,
  kind: oneOf(...contactKinds),
  value: T.String(),
  withheld: T.Boolean({ description: 'true: the caller’s role sees only a masked value' }),
  label: T.String(),
  preferred: T.Boolean(),
  verified_at: Nullable(Instant),
  created_at: Instant,
})
export type ContactPoint = Static<typeof ContactPoint>

export const PartyRole = T.Object({
  id: Id,
  role: Role,
  since: Day,
  until: Nullable(Day),
  active: T.Boolean(),
})
export type PartyRole = Static<typeof PartyRole>

export const ExternalId = T.Object({ source: T.String(), value: T.String() })

export const Party = T.Object({
  id: Id,
  kind: Kind,
  name: T.String(),
  name_romanised: T.String(),
  language: Nullable(Language),
  channel_preference: Nullable(Channel),
  country: Nullable(T.String()),
  note: T.String(),
  owner: Nullable(Named),
  unit: Named,
  tags: T.Array(T.String()),
  roles: T.Array(PartyRole),
  contact_points: T.Array(ContactPoint),
  external_ids: T.Array(ExternalId),
  fields: Fields,
  ...figures,
  live: T.Boolean({ description: 'false: in the trash, or erased' }),
  erased_at: Nullable(Instant),
  merged_into: T.Optional(T.Integer({ description: 'asked by an id that was merged into this party' })),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type Party = Static<typeof Party>

const contactWrite = {
  kind: oneOf(...contactKinds),
  value: T.String({ minLength: 1, maxLength: 1000 }),
  label: T.Optional(T.String({ maxLength: 100 })),
  preferred: T.Optional(T.Boolean()),
  verified: T.Optional(T.Boolean()),
}
export const ContactWrite = Body(contactWrite)
export type ContactWrite = Static<typeof ContactWrite>
export const ContactPatch = T.Partial(T.Omit(ContactWrite, ['kind']), { additionalProperties: false })
export const RoleWrite = Body({ role: Role, since: T.Optional(Day), until: T.Optional(Nullable(Day)) })
export type RoleWrite = Static<typeof RoleWrite>
/** A bare name is a role from today on. */
export const RoleGiven = T.Union([Role, RoleWrite])
export const RolePatch = Body({ since: T.Optional(Day), until: T.Optional(Nullable(Day)) })
export const ExternalIdWrite = Body({
  source: T.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
  }),
  value: T.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\s\\x00-\\x1f]([^\\x00-\\x1f]*[^\\s\\x00-\\x1f])?$',
  }),
})

const partyWrite = {
  kind: Kind,
  name: Name,
  language: T.Optional(Nullable(Language)),
  channel_preference: T.Optional(Nullable(Channel)),
  country: T.Optional(Nullable(Country)),
  note: T.Optional(Note),
  owner_id: T.Optional(Nullable(Id)),
  unit_id: T.Optional(Id),
  tags: T.Optional(Tags),
  fields: T.Optional(FieldsWrite),
}
export const PartyWrite = Body({
  ...partyWrite,
  roles: T.Optional(T.Array(RoleGiven, { maxItems: 20 })),
  contact_points: T.Optional(T.Array(ContactWrite, { maxItems: 100 })),
  external_ids: T.Optional(T.Array(ExternalIdWrite, { maxItems: 50 })),
})
export type PartyWrite = Static<typeof PartyWrite>
export const PartyPatch = T.Partial(Body(partyWrite), { additionalProperties: false, minProperties: 1 })
export type PartyPatch = Static<typeof PartyPatch>

export const PartyFilter = T.Object({
  q: T.Optional(
    T.String({ maxLength: 100, description: 'name, pinyin, initials, external id, contact point' }),
  ),
  owner_id: T.Optional(Id),
  owner: T.Optional(oneOf('me', 'none')),
  unit_id: T.Optional(Id),
  tag: T.Optional(T.String({ maxLength: 60 })),
  role: T.Optional(Role),
  kind: T.Optional(Kind),
  country: T.Optional(Country),
  filter: T.Optional(
    T.String({
      maxLength: 8000,
      description:
        'a tree of conditions as JSON: {"all": [{"field", "op", "value"}, {"any": […]}, {"not": …}]}; see docs/lists.md',
    }),
  ),
})
export type PartyFilter = Static<typeof PartyFilter>

export const Actor = T.Object({
  kind: oneOf('user', 'key', 'system', 'cli'),
  id: T.Integer(),
  name: Nullable(T.String()),
})
export const Change = T.Object({
  field: T.String({ description: 'of a custom field: fields.<key>' }),
  label: T.Optional(T.String({ description: 'what a custom field is called, in the reader’s language' })),
  was: T.Unknown(),
  became: T.Unknown(),
  withheld: T.Boolean(),
})
export const HistoryItem = T.Object({
  audit_id: Id,
  at: Instant,
  actor: Actor,
  action: T.String({ description: 'parties.created, parties.updated, parties.contact_added …' }),
  subject: T.String(),
  subject_id: T.Integer(),
  changes: T.Array(Change, { description: 'owner_id and unit_id as {id, name}' }),
  undoable: T.Boolean({ description: 'no later change touched the same fields' }),
})
export type HistoryItem = Static<typeof HistoryItem>

/** One stream of what happened with a party. `data` is the source’s own: see `entry` in its contract. */
export const TimelineEntry = T.Object({
  kind: T.String(),
  id: Id,
  at: Instant,
  data: T.Object({}, { additionalProperties: true }),
})
export type TimelineEntry = Static<typeof TimelineEntry>
/** `data` of a timeline entry of kind `changes`. */
export const ChangeEntry = T.Omit(HistoryItem, ['audit_id', 'at'])
export type ChangeEntry = Static<typeof ChangeEntry>
export const TimelinePage = T.Object({
  items: T.Array(TimelineEntry),
  next: Nullable(T.String()),
  counts: T.Array(T.Object({ kind: T.String(), count: T.Integer() }), {
    description: 'first page only: what there is of each kind',
  }),
})
