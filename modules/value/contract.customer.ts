import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf } from '../../kernel/route.ts'
import {
  Assumptions,
  abcClasses,
  Day,
  Minor,
  moves,
  purchaseClasses,
  rfmSegments,
  Share,
  salesSlices,
  ValueRow,
  Why,
  withouts,
} from './contract.shapes.ts'

// One customer; and what people enter: spend, need and share, subscriptions.

const Named = T.Object({ id: Id, name: T.String() })

export const CustomerValue = T.Object({
  as_of: Day,
  currency: T.String(),
  known: T.Boolean({ description: 'false: no purchase yet, so every figure below is null or 0' }),
  figures: Nullable(ValueRow),
  interval: T.Object({ lower_minor: Nullable(Minor), upper_minor: Nullable(Minor), level: Share }),
  expected_purchases: Nullable(
    T.Object({ in_12_months: T.Number(), lower: T.Integer(), upper: T.Integer() }),
  ),
  expected_spend_minor: Nullable(Minor),
  next_order: Nullable(T.Object({ on: Day, from: Day, to: Day })),
  present_minor: Nullable(
    T.Integer({ description: 'margin of the last twelve months, cost of service deducted' }),
  ),
  potential_minor: Nullable(Minor),
  potential_basis: Nullable(oneOf('need', 'model', 'need_and_model')),
  subscriptions_minor: Nullable(Minor),
  cost_of_service_minor: Nullable(Minor),
  spend_minor: Nullable(T.Integer({ description: 'won and kept with, last twelve months' })),
  margin: Nullable(Share),
  margin_basis: Nullable(oneOf('cost', 'assumption', 'mixed')),
  rank: Nullable(
    T.Integer({
      description: 'by value, 1 = the most valuable of the company; null where the caller does not reach all',
    }),
  ),
  facts: T.Object({
    x: T.Integer({ description: 'repeat purchases' }),
    t_x: T.Number({ description: 'first to last purchase, in `clock`' }),
    T: T.Number({ description: 'first purchase to `as_of`, in `clock`' }),
    mean_spend_minor: Nullable(Minor),
    returns_minor: Minor,
  }),
  model: Nullable(T.String()),
  params: Nullable(T.Object({}, { additionalProperties: true })),
  assumptions: Assumptions,
})
export type CustomerValue = Static<typeof CustomerValue>

export const CustomerHistory = T.Object({
  as_of: Day,
  p_alive: T.Array(T.Object({ on: Day, p_alive: Nullable(Share) }), {
    description: 'with today’s parameters and the orders known on each day',
  }),
  why: Nullable(Why),
  orders: T.Array(
    T.Object({
      on: Day,
      amount_minor: Minor,
      counted: T.Boolean({ description: 'false: a return or worth nothing' }),
    }),
  ),
  snapshots: T.Array(T.Object({ as_of: Day, value_minor: Nullable(Minor), p_alive: Nullable(Share) }), {
    description: 'as they were computed then',
  }),
})
export type CustomerHistory = Static<typeof CustomerHistory>

/** A picture’s slice: the customers behind it. */
export const slice = {
  value_from: T.Optional(T.Integer({ description: 'minor units, included' })),
  value_to: T.Optional(T.Integer({ description: 'minor units, excluded' })),
  alive_from: T.Optional(T.Number({ minimum: 0, maximum: 1 })),
  alive_to: T.Optional(T.Number({ minimum: 0, maximum: 1 })),
  class: T.Optional(oneOf(...purchaseClasses)),
  abc: T.Optional(oneOf(...abcClasses)),
  core: T.Optional(T.Boolean()),
  overdue: T.Optional(T.Boolean()),
  recency: T.Optional(T.Integer({ minimum: 1, maximum: 5 })),
  frequency: T.Optional(T.Integer({ minimum: 1, maximum: 5 })),
  monetary: T.Optional(T.Integer({ minimum: 1, maximum: 5 })),
  segment: T.Optional(oneOf(...rfmSegments)),
  compare: T.Optional(Day),
  move: T.Optional(oneOf(...moves)),
  cohort: T.Optional(
    T.String({
      pattern: '^\\d{4}(-Q[1-4]|-\\d\\d)?$',
      description: 'first purchase in 2011, 2011-Q3 or 2011-07',
    }),
  ),
  active_in: T.Optional(
    T.String({ pattern: '^\\d{4}(-Q[1-4]|-\\d\\d)?$', description: 'a purchase in that period' }),
  ),
  not_active_in: T.Optional(T.String({ pattern: '^\\d{4}(-Q[1-4]|-\\d\\d)?$' })),
  bucket: T.Optional(oneOf('won', 'kept', 'rewon', 'lost')),
  bucket_in: T.Optional(
    T.String({ pattern: '^\\d{4}(-Q[1-4]|-\\d\\d)?$', description: 'the period of `bucket`' }),
  ),
  sales: T.Optional(
    T.Enum([...salesSlices], {
      description:
        'buyers of the last span against the one before, as in GET /value/revenue: bought before, after, in both; won, lost; in both and oftener, rarer, larger or smaller orders',
    }),
  ),
  from: T.Optional(Day),
  to: T.Optional(Day),
  before_from: T.Optional(Day),
  before_to: T.Optional(Day),
  without: T.Optional(T.Enum([...withouts], { description: 'customers of whom it is not known' })),
  best: T.Optional(
    T.Number({ minimum: 0, maximum: 1, description: 'the best share of customers by value: 0.2' }),
  ),
}
export const rowSorts = [
  'value_minor',
  'at_risk_minor',
  'p_alive',
  'lateness',
  'revenue_minor',
  'last_on',
  'change_minor',
] as const

// ── spend ─────────────────────────────────────────────────────────────────────────────────────
export const purposes = ['win', 'keep', 'grow', 'win_back'] as const
export const drivers = ['value', 'brand', 'relationship', 'price', 'service', 'quality', 'other'] as const
const label = T.String({ maxLength: 100 })
const spendWrite = {
  on: Day,
  purpose: oneOf(...purposes),
  driver: T.Optional(oneOf(...drivers)),
  party_id: T.Optional(Nullable(Id)),
  segment: T.Optional(T.String({ maxLength: 60, description: 'a tag' })),
  campaign: T.Optional(label),
  amount_minor: T.Optional(T.Integer({ minimum: 0, maximum: 1e15 })),
  currency: T.Optional(T.String({ pattern: '^[A-Z]{3}$' })),
  hours: T.Optional(T.Number({ minimum: 0, maximum: 1e6 })),
  note: T.Optional(T.String({ maxLength: 2000 })),
}
export const SpendWrite = Body(spendWrite)
export type SpendWrite = Static<typeof SpendWrite>
export const SpendPatch = T.Partial(SpendWrite, { additionalProperties: false, minProperties: 1 })
export type SpendPatch = Static<typeof SpendPatch>
export const Spend = T.Object({
  id: Id,
  on: Day,
  purpose: oneOf(...purposes),
  driver: oneOf(...drivers),
  party: Nullable(Named),
  segment: Nullable(T.String()),
  campaign: Nullable(T.String()),
  amount_minor: T.Integer(),
  currency: T.String(),
  base_minor: Nullable(T.Integer()),
  hours: T.Number(),
  note: T.String(),
  unit: Named,
  version: T.Integer(),
  created_at: Instant,
})
export type Spend = Static<typeof Spend>
export const SpendSummary = T.Object({
  currency: T.String(),
  from: Day,
  to: Day,
  items: T.Array(
    T.Object({
      purpose: oneOf(...purposes),
      driver: oneOf(...drivers),
      amount_minor: T.Integer(),
      hours: T.Number(),
      entries: T.Integer(),
    }),
  ),
  unrated: T.Integer(),
  customers_won: T.Integer(),
  cost_to_win_minor: Nullable(T.Integer({ description: 'spend to win ÷ customers won' })),
  customers_kept: T.Integer(),
  cost_to_keep_minor: Nullable(T.Integer({ description: 'spend to keep ÷ customers kept' })),
})
export type SpendSummary = Static<typeof SpendSummary>

// ── need and share ────────────────────────────────────────────────────────────────────────────
const rival = T.Object({ name: T.String({ minLength: 1, maxLength: 100 }), share: Share })
const needWrite = {
  category: T.String({ minLength: 1, maxLength: 200 }),
  need_minor: T.Integer({ minimum: 0, maximum: 1e15, description: 'the whole need of a year' }),
  currency: T.Optional(T.String({ pattern: '^[A-Z]{3}$' })),
  our_share: T.Number({ minimum: 0, maximum: 1 }),
  rivals: T.Optional(T.Array(rival, { maxItems: 20 })),
  source: T.String({ minLength: 1, maxLength: 200, description: 'who said so, or how it was found' }),
  known_on: Day,
}
export const NeedWrite = Body(needWrite)
export type NeedWrite = Static<typeof NeedWrite>
export const NeedPatch = T.Partial(NeedWrite, { additionalProperties: false, minProperties: 1 })
export const Need = T.Object({
  id: Id,
  party_id: Id,
  category: T.String(),
  need_minor: T.Integer(),
  currency: T.String(),
  our_share: Share,
  rivals: T.Array(rival),
  unknown_share: Share,
  open_minor: T.Integer({ description: 'need × (1 − our share)' }),
  source: T.String(),
  known_on: Day,
  version: T.Integer(),
})
export type Need = Static<typeof Need>

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────
const subscriptionWrite = {
  name: T.String({ minLength: 1, maxLength: 200 }),
  started_on: Day,
  period_months: T.Optional(T.Integer({ minimum: 1, maximum: 60, default: 12 })),
  amount_minor: T.Integer({ minimum: 0, maximum: 1e15, description: 'per period' }),
  currency: T.Optional(T.String({ pattern: '^[A-Z]{3}$' })),
  ended_on: T.Optional(Nullable(Day)),
}
export const SubscriptionWrite = Body(subscriptionWrite)
export type SubscriptionWrite = Static<typeof SubscriptionWrite>
export const SubscriptionPatch = T.Partial(SubscriptionWrite, {
  additionalProperties: false,
  minProperties: 1,
})
export const Subscription = T.Object({
  id: Id,
  party_id: Id,
  name: T.String(),
  started_on: Day,
  period_months: T.Integer(),
  amount_minor: T.Integer(),
  currency: T.String(),
  ended_on: Nullable(Day),
  renewals: T.Integer({ description: 'so far' }),
  next_renewal_on: Nullable(Day),
  value_minor: Nullable(T.Integer({ description: 'discounted margin still to come, in the base currency' })),
  version: T.Integer(),
})
export type Subscription = Static<typeof Subscription>

/** What became of a file: rows are told by their line. */
export const Imported = T.Object({
  read: T.Integer(),
  created: T.Integer(),
  unchanged: T.Integer({ description: 'rows that are there already' }),
  rejected: T.Array(
    T.Object({ line: T.Integer(), code: T.String(), details: T.Object({}, { additionalProperties: true }) }),
  ),
})
export type Imported = Static<typeof Imported>

export const Alert = T.Object({
  id: Id,
  party: Named,
  owner: Nullable(Named),
  at: Instant,
  kind: oneOf('core_overdue'),
  value_minor: Nullable(Minor),
  silent_days: T.Integer(),
  usual_days: T.Number(),
  state: oneOf('open', 'done', 'over'),
  done_at: Nullable(Instant),
})
export type Alert = Static<typeof Alert>
