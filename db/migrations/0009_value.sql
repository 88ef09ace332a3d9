-- What customers are worth: settings with history, fits, snapshots of everybody's figures, alerts; and what people
-- enter: spend, needs, subscriptions. needs: program 0.1.0

-- Assumptions, each version for good: a snapshot says by which it was computed.
-- distribute: local
create table value_settings (
  settings_id bigint primary key default nextval('entity_id'),
  settings    jsonb not null,
  valid_from  timestamptz(3) not null,
  changed_by  bigint
);

-- A fitted model with its whole report: parameters, hold-out, candidates, warnings.
-- distribute: local
create table value_fit (
  fit_id    bigint primary key default nextval('entity_id'),
  as_of     date not null,
  fitted_at timestamptz(3) not null,
  because   text not null check (because in ('first', 'asked', 'schedule', 'drift', 'settings', 'growth')),
  model     text,
  report    jsonb not null
);

-- Everybody's figures as of one day. `current`: the one that is shown. Others are kept at quarters' ends, and where
-- somebody asked for a day.
-- distribute: local
create table value_snapshot (
  snapshot_id   bigint primary key default nextval('entity_id'),
  as_of         date not null,
  state         text not null check (state in ('building', 'ready')),
  current       boolean not null default false,
  backfilled    boolean not null default false,
  -- why it outlives the next one
  kept          text check (kept in ('quarter', 'asked')),
  fit_id        bigint references value_fit,
  settings_id   bigint not null references value_settings,
  currency      text not null,
  customers     integer not null default 0,
  equity_minor  bigint,
  lower_minor   bigint,
  upper_minor   bigint,
  -- counts, thresholds, margin, return share, drift: what every answer carries
  summary       jsonb not null default '{}',
  begun_at      timestamptz(3) not null,
  computed_at   timestamptz(3),
  seconds       real not null default 0,
  -- grows with every customer brought up to date in between: caches know they are old
  generation    integer not null default 1
);
create unique index value_snapshot_current on value_snapshot (current) where current;
create index value_snapshot_day on value_snapshot (as_of, snapshot_id) where state = 'ready';

-- distribute: party_id
create table customer_value (
  party_id       bigint not null,
  snapshot_id    bigint not null,
  value_minor    bigint,
  at_risk_minor  bigint,
  -- of counted purchases, in the base currency; those after the first; those of the last 365 days; what came back
  revenue_minor  bigint not null,
  repeat_minor   bigint not null,
  recent_minor   bigint not null,
  returns_minor  bigint not null,
  -- Σ ln of the gaps between purchases, in the snapshot's clock
  sum_log_gaps   double precision not null,
  p_alive        real,
  lateness       real,
  usual_days     real,
  -- purchases in the next twelve months; money of one
  expected       real,
  expected_minor bigint,
  margin         real not null,
  x              integer not null,
  as_of          date not null,
  first_on       date not null,
  last_on        date not null,
  next_on        date,
  unknown        smallint,
  class          smallint not null,
  abc            smallint,
  recency        smallint,
  frequency      smallint,
  monetary       smallint,
  segment        smallint,
  core           boolean not null,
  overdue        boolean not null,
  gone           boolean not null,
  currency       text not null,
  primary key (party_id, snapshot_id)
);
-- What is not known sorts last.
create index customer_value_worth on customer_value (snapshot_id, coalesce(value_minor, -9007199254740991), party_id);
create index customer_value_risk on customer_value (snapshot_id, coalesce(at_risk_minor, -9007199254740991), party_id);

-- Customers with orders since a run began: brought up to date again when its figures are shown.
-- distribute: local
create table value_due (
  party_id   bigint primary key,
  touched_at timestamptz(3) not null
);

-- distribute: party_id
create table value_alert (
  party_id    bigint not null,
  alert_id    bigint not null default nextval('entity_id'),
  kind        text not null check (kind in ('core_overdue')),
  state       text not null check (state in ('open', 'done', 'over')),
  at          timestamptz(3) not null,
  done_at     timestamptz(3),
  done_by     bigint,
  value_minor bigint,
  currency    text not null,
  last_on     date not null,
  silent_days integer not null,
  usual_days  real not null,
  primary key (party_id, alert_id)
);
-- One silence is told once.
create unique index value_alert_once on value_alert (party_id, kind, last_on);
create index value_alert_recent on value_alert (at, alert_id);

-- Money and hours; party_id 0 = about no party.
-- distribute: party_id
create table spend (
  party_id     bigint not null default 0,
  spend_id     bigint not null default nextval('entity_id'),
  unit_id      bigint not null,
  owner_id     bigint,
  spent_on     date not null,
  purpose      text not null check (purpose in ('win', 'keep', 'grow', 'win_back')),
  driver       text not null check (driver in ('value', 'brand', 'relationship', 'price', 'service', 'quality', 'other')),
  segment      text,
  campaign     text,
  amount_minor bigint not null check (amount_minor >= 0),
  currency     text not null check (length(currency) = 3),
  base_minor   bigint,
  hours        numeric(10, 2) not null default 0 check (hours >= 0),
  note         text not null default '',
  -- of an imported row: the same row is not entered twice
  digest       bytea,
  version      integer not null default 1,
  created_by   bigint,
  created_at   timestamptz(3) not null,
  primary key (party_id, spend_id)
);
create index spend_recent on spend (spent_on, spend_id);
create index spend_by_id on spend (spend_id);
create unique index spend_digest on spend (party_id, digest) where digest is not null;

-- distribute: party_id
create table need (
  party_id   bigint not null,
  need_id    bigint not null default nextval('entity_id'),
  category   text not null check (length(category) between 1 and 200),
  need_minor bigint not null check (need_minor >= 0),
  currency   text not null check (length(currency) = 3),
  our_share  double precision not null check (our_share between 0 and 1),
  rivals     jsonb not null default '[]',
  source     text not null,
  known_on   date not null,
  version    integer not null default 1,
  created_at timestamptz(3) not null,
  primary key (party_id, need_id),
  unique (party_id, category, known_on)
);

-- distribute: party_id
create table subscription (
  party_id        bigint not null,
  subscription_id bigint not null default nextval('entity_id'),
  name            text not null check (length(name) between 1 and 200),
  started_on      date not null,
  period_months   integer not null check (period_months between 1 and 60),
  amount_minor    bigint not null check (amount_minor >= 0),
  currency        text not null check (length(currency) = 3),
  ended_on        date check (ended_on >= started_on),
  version         integer not null default 1,
  created_at      timestamptz(3) not null,
  primary key (party_id, subscription_id),
  unique (party_id, name, started_on)
);
