import { type Static, Type as T } from 'typebox'
import { Body, Id, Instant, Nullable, oneOf } from '../../kernel/route.ts'
import { Assumptions, Counts, clocks, Day, levels, Minor, repeatModels, Share } from './contract.shapes.ts'

// The model page, settings with history, runs.

export const Warning = T.Object({
  code: T.String({ description: 'words: `model.<code>` in text.ts' }),
  detail: T.String(),
})

export const Candidate = T.Object({
  model: oneOf(...repeatModels),
  chosen: T.Boolean(),
  failed: Nullable(T.String({ description: 'why it could not be fitted' })),
  params: Nullable(T.Object({}, { additionalProperties: true })),
  log_likelihood: Nullable(T.Number()),
  holdout: Nullable(
    T.Object({
      customers: T.Integer(),
      predicted: T.Number(),
      actual: T.Number(),
      bias: T.Number(),
      mae: T.Number(),
      rmse: T.Number(),
      rank_correlation: T.Number(),
      deciles: T.Array(
        T.Object({ customers: T.Integer(), predicted: T.Number(), actual: T.Number(), lift: T.Number() }),
      ),
    }),
  ),
  warnings: T.Array(Warning),
  seconds: T.Number(),
})
export type Candidate = Static<typeof Candidate>

export const ModelPage = T.Object({
  fit_id: Nullable(Id),
  fitted_at: Nullable(Instant),
  fitted_because: Nullable(oneOf('first', 'asked', 'schedule', 'drift', 'settings', 'growth')),
  as_of: Day,
  too_few: T.Boolean(),
  needs: T.Object(
    { customers: T.Integer(), repeaters: T.Integer(), span_days: T.Integer() },
    { description: 'the least to be modelled' },
  ),
  data: Counts,
  business: T.Enum(['non_contractual', 'contractual', 'both'], {
    description:
      'as the data have it: orders are bought without contract, subscriptions are contracts; each is modelled as what it is',
  }),
  contract_model: Nullable(
    T.Enum(['sbg', 'bdw'], {
      description: 'who renews subscriptions, chosen by AIC: see GET /value/contracts',
    }),
  ),
  clock: oneOf(...clocks),
  model: Nullable(oneOf(...repeatModels)),
  chosen_because: Nullable(T.String({ description: 'words: `model.because.<code>`' })),
  params: Nullable(T.Object({}, { additionalProperties: true })),
  standard_errors: T.Array(
    T.Object({ name: T.String(), value: T.Number(), standard_error: Nullable(T.Number()) }),
  ),
  log_likelihood: Nullable(T.Number()),
  spend_model: T.Object({
    kind: oneOf('gamma_gamma', 'mean', 'none'),
    params: Nullable(T.Object({}, { additionalProperties: true })),
    standard_errors: T.Array(
      T.Object({ name: T.String(), value: T.Number(), standard_error: Nullable(T.Number()) }),
    ),
    log_likelihood: Nullable(T.Number()),
    customers: T.Integer(),
    warnings: T.Array(Warning),
  }),
  warnings: T.Array(Warning),
  notes: T.Array(Warning),
  calibration: Nullable(T.Object({ from: Day, to: Day, holdout_to: Day, holdout_days: T.Integer() })),
  candidates: T.Array(Candidate),
  tracking: T.Array(T.Object({ on: Day, actual: T.Integer(), predicted: T.Number(), holdout: T.Boolean() }), {
    description: 'repeat purchases per week: what came, and what the calibration alone foresaw',
  }),
  drift: Nullable(
    T.Object({
      predicted: T.Number(),
      actual: T.Integer(),
      error: T.Number(),
      limit: T.Number(),
      since: Day,
      drifted: T.Boolean(),
    }),
  ),
  assumptions: Assumptions,
})
export type ModelPage = Static<typeof ModelPage>

const SettingsFields = {
  clock: oneOf(...clocks),
  model: oneOf('auto', ...repeatModels),
  discount_rate: T.Number({ minimum: 0, maximum: 1, description: 'per year' }),
  horizon_months: T.Integer({ minimum: 1, maximum: 240 }),
  margin: T.Number({ minimum: 0, maximum: 1, description: 'of revenue whose products’ cost is not known' }),
  returns: oneOf('deducted', 'ignored'),
  as_of: oneOf('auto', 'today'),
  bucket_months: T.Integer({
    minimum: 1,
    maximum: 36,
    description: 'months without a purchase after which a customer counts as lost',
  }),
  overdue_from: T.Number({
    minimum: 0,
    maximum: 1,
    description: 'lateness from which a customer is overdue',
  }),
  ramp_months: T.Integer({
    minimum: 0,
    maximum: 60,
    description: 'until a new customer brings as much as an old one',
  }),
  cost_of_service: T.Object(
    Object.fromEntries(
      [...levels, 'none'].map((level) => [level, T.Integer({ minimum: 0, maximum: 1e15 })]),
    ) as Record<(typeof levels)[number] | 'none', ReturnType<typeof T.Integer>>,
    {
      additionalProperties: false,
      description: 'per customer and year, in minor units of the base currency',
    },
  ),
}
export const Settings = T.Object({
  id: Id,
  currency: T.String(),
  ...SettingsFields,
  valid_from: Instant,
  changed_by: Nullable(T.String()),
})
export type Settings = Static<typeof Settings>
export const SettingsPatch = T.Partial(Body(SettingsFields), {
  additionalProperties: false,
  minProperties: 1,
})
export type SettingsPatch = Static<typeof SettingsPatch>

export const Snapshot = T.Object({
  snapshot_id: Id,
  as_of: Day,
  current: T.Boolean(),
  backfilled: T.Boolean({
    description: 'true: computed later, for comparison, with the fit of that later day',
  }),
  fit_id: Nullable(Id),
  settings_id: Id,
  customers: T.Integer(),
  equity_minor: Nullable(Minor),
  lower_minor: Nullable(Minor),
  upper_minor: Nullable(Minor),
  computed_at: Instant,
  seconds: T.Number(),
})
export type Snapshot = Static<typeof Snapshot>

export const RunAsk = Body({
  kind: T.Optional(oneOf('fit', 'score')),
  as_of: T.Optional(Day),
})
export const RunState = T.Object({
  run_id: Nullable(Id),
  state: Nullable(T.String()),
  phase: Nullable(T.String()),
  done: T.Integer(),
  total: Nullable(T.Integer()),
})

export type RunState = Static<typeof RunState>

const Survival = T.Object({
  period: T.Integer(),
  actual: Nullable(Share),
  predicted: Share,
})
/** Contractual services: who renews. */
export const Contracts = T.Object({
  as_of: Day,
  currency: T.String(),
  too_few: T.Boolean(),
  active: T.Integer(),
  ended: T.Integer(),
  value_minor: Nullable(Minor),
  period_months: Nullable(T.Integer()),
  model: Nullable(oneOf('sbg', 'bdw')),
  params: Nullable(T.Object({}, { additionalProperties: true })),
  log_likelihood: Nullable(T.Number()),
  warnings: T.Array(Warning),
  survival: T.Array(Survival, { description: 'share still there after 0, 1, 2 … renewals' }),
  retention: Nullable(Share),
  holdout: Nullable(T.Object({ predicted: T.Number(), actual: T.Number(), bias: T.Number() })),
})
export type Contracts = Static<typeof Contracts>
