import { type Static, Type as T } from 'typebox'
import { Id, Instant, Nullable, oneOf } from '../../kernel/route.ts'
import { Role } from '../parties/contract.ts'

// What the pictures of the value page are made of. Money is in minor units of `currency`, the company's base currency;
// shares and probabilities are 0 … 1; a figure that cannot be stood behind is null, with its reason beside it.

export const clocks = ['day', 'week', 'month'] as const
export const purchaseClasses = ['one_off', 'occasional', 'regular'] as const
export const abcClasses = ['A', 'B', 'C'] as const
export const rfmSegments = [
  'champions',
  'loyal',
  'potential_loyal',
  'new',
  'promising',
  'needs_attention',
  'about_to_sleep',
  'at_risk',
  'cannot_lose',
  'hibernating',
] as const
export const repeatModels = ['mbgNbd', 'mbgCnbdK', 'paretoNbd', 'bgNbd', 'bgBb'] as const
/** What became of a customer's value between two dates. */
/** Buyers of a span against those of the one before: who is behind a part of the change in revenue, and of retention. */
export const salesSlices = [
  'before',
  'after',
  'both',
  'won',
  'lost',
  'oftener',
  'rarer',
  'larger',
  'smaller',
] as const
export const withouts = ['role', 'tag', 'country', 'owner'] as const
export const moves = ['won', 'grown', 'shrunk', 'lost', 'rewon', 'unchanged'] as const
export const unknowns = ['too_few', 'never_returned', 'dropout_not_identified', 'no_purchases'] as const
export const breakdowns = ['role', 'branch', 'unit', 'owner', 'tag', 'country', 'class', 'abc'] as const
export const levels = ['basic', 'reactive', 'accountable', 'proactive', 'partnership'] as const

export const Day = T.String({ format: 'date' })
export const Minor = T.Integer({ description: 'minor units of `currency`' })
export const Share = T.Number({ description: '0 … 1' })
export const PurchaseClass = oneOf(...purchaseClasses)
export const Abc = oneOf(...abcClasses)
export const RfmSegment = oneOf(...rfmSegments)
export const Why = oneOf(...unknowns)
export const Move = oneOf(...moves)
const Score = T.Integer({ minimum: 1, maximum: 5 })
const Currency = T.String({ description: 'ISO 4217: the company’s base currency' })
const Named = T.Object({ id: Id, name: T.String() })

/** Which customers: within what the caller reaches. Every picture takes it. */
export const filter = {
  as_of: T.Optional(
    T.String({ format: 'date', description: 'the snapshot of this day, or the last one before it' }),
  ),
  role: T.Optional(Role),
  unit_id: T.Optional(
    T.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'a unit with all below it' }),
  ),
  owner_id: T.Optional(Id),
  tag: T.Optional(T.String({ maxLength: 60, description: 'segment: a tag' })),
  country: T.Optional(T.String({ pattern: '^[A-Z]{2}$' })),
}
export const Filter = T.Object(filter)
export type Filter = Static<typeof Filter>
export const Compared = T.Object({
  ...filter,
  compare: T.Optional(
    T.String({ format: 'date', description: 'default: the last quarter’s end before `as_of`' }),
  ),
})

export const Assumptions = T.Object({
  as_of: Day,
  clock: oneOf(...clocks),
  currency: Currency,
  discount_rate: T.Number({ description: 'per year' }),
  horizon_months: T.Integer(),
  margin: Nullable(T.Number({ description: 'of revenue whose products’ cost is not known' })),
  margin_effective: Nullable(T.Number({ description: 'over all revenue, known costs included' })),
  cost_known: Nullable(T.Number({ description: 'share of revenue with a known product cost' })),
  withheld: T.Boolean({ description: 'true: the caller’s role does not see costs, so margins are null' }),
  returns: oneOf('deducted', 'ignored'),
  return_share: T.Number({ description: 'of revenue; deducted from value' }),
  cost_of_service_minor: T.Object(
    {},
    {
      additionalProperties: true,
      description: 'per year and level of relationship; of parties without a level: `none`',
    },
  ),
  interval_level: T.Number(),
  settings_id: Id,
})
export type Assumptions = Static<typeof Assumptions>

/** What every answer carries: of when, by which fit, on which assumptions, and whose. */
export const basis = {
  as_of: Day,
  computed_at: Instant,
  snapshot_id: Id,
  currency: Currency,
  model: Nullable(oneOf(...repeatModels)),
  too_few: T.Boolean({ description: 'true: counts only, no modelled figure' }),
  warnings: T.Array(T.String(), { description: 'codes: see the model page' }),
  customers: T.Integer({ description: 'with a purchase, within the filter and the caller’s reach' }),
  assumptions: Assumptions,
}
export const Interval = T.Object({ lower_minor: Nullable(Minor), upper_minor: Nullable(Minor), level: Share })

export const Counts = T.Object({
  customers: T.Integer({ description: 'parties with at least one purchase' }),
  repeaters: T.Integer(),
  purchases: T.Integer({ description: 'occasions: several orders of one day are one' }),
  orders: T.Integer(),
  returns: T.Integer({ description: 'orders that are returns, cancellations or adjustments' }),
  unrated: T.Integer({ description: 'orders that no exchange rate values: left out' }),
  empty: T.Integer({ description: 'orders of nothing or less: left out' }),
  anonymous: T.Integer({ description: 'orders without a customer: left out' }),
  first_day: Nullable(Day),
  last_day: Nullable(Day),
  span_days: T.Integer(),
})
export type Counts = Static<typeof Counts>

export const Bridge = T.Object({
  from: Day,
  to: Day,
  start_minor: Minor,
  end_minor: Minor,
  steps: T.Array(T.Object({ move: Move, customers: T.Integer(), change_minor: Minor }), {
    description: 'they add up to end − start exactly',
  }),
  same_fit: T.Boolean({
    description: 'false: the model was refitted in between; part of the change is the model’s',
  }),
})
export type Bridge = Static<typeof Bridge>

export const Overview = T.Object({
  ...basis,
  data: Counts,
  equity_minor: Nullable(Minor),
  interval: Interval,
  change_minor: Nullable(Minor),
  bridge: Nullable(Bridge),
  trend: T.Array(
    T.Object({
      as_of: Day,
      equity_minor: Minor,
      lower_minor: Nullable(Minor),
      upper_minor: Nullable(Minor),
      customers: T.Integer(),
    }),
  ),
  mean_minor: Nullable(Minor),
  median_minor: Nullable(Minor),
  core_customers: T.Integer(),
  at_risk_minor: Nullable(Minor),
  overdue_customers: T.Integer(),
  contractual: T.Object(
    { customers: T.Integer(), value_minor: Minor },
    { description: 'subscriptions: beside `equity_minor`, not in it' },
  ),
  of_contracts: T.Boolean({
    description: 'true: orders are too few for a model, and `equity_minor` is of subscriptions alone',
  }),
  holdout_error: Nullable(
    T.Number({ description: 'bias of the total on the hold-out: −0.03 = three percent too few' }),
  ),
  stale: T.Boolean({ description: 'true: the last order is old, so figures are as of its day' }),
})
export type Overview = Static<typeof Overview>

export const Distribution = T.Object({
  ...basis,
  bins: T.Array(
    T.Object({ from_minor: Minor, to_minor: Nullable(Minor), customers: T.Integer(), value_minor: Minor }),
  ),
  quantiles: T.Array(T.Object({ share: Share, value_minor: Minor })),
})
export type Distribution = Static<typeof Distribution>

export const Concentration = T.Object({
  ...basis,
  gini: Nullable(T.Number()),
  curve: T.Array(T.Object({ customers: Share, value: Share })),
  marks: T.Array(T.Object({ customers: Share, customer_count: T.Integer(), value: Share }), {
    description: 'the best 1, 5, 10, 20, 50 %',
  }),
  customers_for_80: Nullable(Share),
  classes: T.Array(T.Object({ class: Abc, customers: T.Integer(), value_minor: Minor, share: Share })),
  core: T.Array(T.Object({ party: Named, value_minor: Minor, share: Share, cumulated: Share }), {
    description: 'the first 20 core customers by name',
  }),
})
export type Concentration = Static<typeof Concentration>

export const RfmMap = T.Object({
  ...basis,
  cells: T.Array(
    T.Object({
      recency: Score,
      frequency: Score,
      customers: T.Integer(),
      value_minor: Minor,
      mean_minor: Minor,
      revenue_minor: Minor,
    }),
    { description: '25 cells, empty ones included' },
  ),
  segments: T.Array(T.Object({ segment: RfmSegment, customers: T.Integer(), value_minor: Minor })),
})
export type RfmMap = Static<typeof RfmMap>

export const Classes = T.Object({
  ...basis,
  classes: T.Array(
    T.Object({
      class: PurchaseClass,
      customers: T.Integer(),
      value_minor: Minor,
      revenue_minor: Minor,
      purchases: T.Integer(),
    }),
  ),
})
export type Classes = Static<typeof Classes>

export const periods = ['month', 'quarter', 'year'] as const
export const Cohorts = T.Object({
  ...basis,
  period: oneOf(...periods),
  cohorts: T.Array(
    T.Object({
      period: T.String({ description: '2011-Q3, 2011-07 or 2011' }),
      start: Day,
      customers: T.Integer(),
      active: T.Array(T.Integer(), { description: '0, 1, 2 … periods later; ends where the data end' }),
      retention: T.Array(Share),
      revenue_minor: T.Array(Minor),
      complete: T.Boolean({ description: 'false: the last age is of a period that has not ended' }),
    }),
  ),
  curve: T.Array(T.Object({ age: T.Integer(), retention: Share, customers: T.Integer() })),
})
export type Cohorts = Static<typeof Cohorts>

export const Bucket = T.Object({
  ...basis,
  period: oneOf(...periods),
  grace: T.Integer({ description: 'periods without a purchase that are forgiven' }),
  periods: T.Array(
    T.Object({
      period: T.String(),
      start: Day,
      active: T.Integer(),
      won: T.Integer(),
      kept: T.Integer(),
      rewon: T.Integer(),
      lost: T.Integer(),
      net: T.Integer(),
      replaced: T.Integer({ description: 'of those won or re-won, how many merely replaced customers lost' }),
      complete: T.Boolean(),
    }),
  ),
})
export type Bucket = Static<typeof Bucket>

const Sales = T.Object({
  from: Day,
  to: Day,
  customers: T.Integer(),
  orders: T.Integer(),
  revenue_minor: Minor,
  orders_per_customer: Nullable(T.Number()),
  order_minor: Nullable(T.Number()),
})
export const RevenueChange = T.Object({
  ...basis,
  before: Sales,
  after: Sales,
  total_minor: Minor,
  split: Nullable(T.Object({ customers_minor: Minor, frequency_minor: Minor, size_minor: Minor })),
  why_not: Nullable(oneOf('nothing_before', 'nothing_after')),
})
export type RevenueChange = Static<typeof RevenueChange>

export const reasons = ['silent', 'overdue', 'gone', 'falling', 'returns'] as const
/** One customer's figures, as lists show them. */
export const ValueRow = T.Object({
  party: Named,
  owner: Nullable(Named),
  unit: Named,
  value_minor: Nullable(Minor),
  p_alive: Nullable(Share),
  p_alive_why: Nullable(Why),
  at_risk_minor: Nullable(Minor),
  risk_basis: Nullable(oneOf('p_alive', 'lateness')),
  overdue: T.Boolean(),
  lateness: Nullable(Share),
  silent_days: T.Integer(),
  usual_days: Nullable(T.Number({ description: 'median time to the next purchase at the own rhythm' })),
  next_order_on: Nullable(Day),
  class: PurchaseClass,
  abc: Nullable(Abc),
  core: T.Boolean(),
  rfm: Nullable(T.Object({ recency: Score, frequency: Score, monetary: Score, segment: RfmSegment })),
  purchases: T.Integer(),
  revenue_minor: Minor,
  first_on: Day,
  last_on: Day,
  why: T.Array(oneOf(...reasons)),
  move: Nullable(Move),
  change_minor: Nullable(Minor),
})
export type ValueRow = Static<typeof ValueRow>

export const Risk = T.Object({
  ...basis,
  at_risk_minor: Nullable(Minor),
  basis: Nullable(oneOf('p_alive', 'lateness')),
  items: T.Array(ValueRow, { description: 'the customers to save first' }),
  share_of_items: Nullable(Share),
})
export type Risk = Static<typeof Risk>

export const Retention = T.Object({
  ...basis,
  retention: Nullable(Share),
  retention_basis: Nullable(oneOf('buyers', 'contracts')),
  period_days: T.Integer({
    description: 'twelve months; half of the data where they are shorter than two years',
  }),
  base_customers: T.Integer({ description: 'bought in the period before the last one' }),
  kept_customers: T.Integer({ description: 'of them, bought in the last one too' }),
  margin_minor: Nullable(Minor),
  points: Share,
  value_minor: Nullable(Minor),
  value_after_minor: Nullable(Minor),
  change: Nullable(T.Number()),
  gain_minor: Nullable(Minor),
  classic: T.Object({ low: Share, high: Share, source: T.String() }),
  replacement: Nullable(
    T.Object({
      acquisition_spend_minor: Minor,
      customers_won: T.Integer(),
      acquisition_minor: Minor,
      ramp_minor: Minor,
      total_minor: Minor,
      ramp_months: T.Integer(),
    }),
  ),
})
export type Retention = Static<typeof Retention>

export const Breakdown = T.Object({
  ...basis,
  by: oneOf(...breakdowns),
  items: T.Array(
    T.Object({
      key: Nullable(T.String({ description: 'role, unit id, owner id, tag, country, class' })),
      name: Nullable(T.String()),
      customers: T.Integer(),
      value_minor: Nullable(Minor),
      mean_minor: Nullable(Minor),
      at_risk_minor: Nullable(Minor),
      core_customers: T.Integer(),
      overdue_customers: T.Integer(),
      revenue_minor: Minor,
      p_alive_mean: Nullable(Share),
      spend_minor: Nullable(T.Integer({ description: 'cost to win and keep, last twelve months' })),
    }),
  ),
})
export type Breakdown = Static<typeof Breakdown>
