-- Data quality: rules with every version kept, what each party's data come to, who verified what and how, what was put
-- aside, and the base as it was day by day. Forward only. needs: program 0.1.0

-- distribute: local
create table quality_rules (
  rules_id   bigint primary key default nextval('entity_id'),
  rules      jsonb not null,
  valid_from timestamptz(3) not null,
  changed_by bigint
);

-- Of live parties, made from them: rebuilt at any time. `reasons`: one bit per broken rule, see modules/quality/rules.ts.
-- distribute: party_id
create table party_quality (
  party_id       bigint primary key,
  unit_id        bigint not null,
  owner_id       bigint,
  -- 0 to 100; null: no rule applies, which is not 0
  score          smallint,
  completeness   smallint,
  validity       smallint,
  freshness      smallint,
  reasons        bigint not null,
  rules_id       bigint not null,
  -- what it was made from
  version        integer not null,
  last_order_at  timestamptz(3) not null,
  checked_at     timestamptz(3) not null,
  -- the day on which time alone may change it; null: never
  due_on         date
);
create index party_quality_due on party_quality (due_on) where due_on is not null;

-- Every time that somebody looked whether a contact point is right. The newest of its value counts.
-- distribute: party_id
create table contact_check (
  party_id         bigint not null,
  check_id         bigint not null default nextval('entity_id'),
  home_party_id    bigint not null,
  contact_point_id bigint not null,
  -- what was checked: a value that was corrected since has not been
  value_key        text not null collate "C",
  outcome          text not null check (outcome in ('verified', 'wrong', 'bounced', 'withdrawn')),
  how              text check (how in ('phone_call', 'email_answered', 'letter', 'document', 'in_person', 'message', 'system', 'other')),
  source           text not null default '' check (length(source) <= 500),
  checked_on       date not null,
  actor_kind       text not null,
  actor_id         bigint not null,
  at               timestamptz(3) not null,
  primary key (party_id, check_id)
);
create index contact_check_point on contact_check (party_id, contact_point_id, check_id);

-- Put aside in the worklist, with why; until a day or for good.
-- distribute: party_id
create table quality_skip (
  party_id      bigint not null,
  code          text not null collate "C",
  home_party_id bigint not null,
  reason        text not null check (length(reason) between 1 and 500),
  until         date,
  skipped_by    bigint,
  skipped_at    timestamptz(3) not null,
  primary key (party_id, code)
);

-- The base by day, unit and owner (0 = nobody), for the trend.
-- distribute: local
create table quality_day (
  day       date not null,
  unit_id   bigint not null,
  owner_id  bigint not null,
  parties   integer not null,
  scored    integer not null,
  score_sum bigint not null,
  -- good, fair, weak, poor
  bands     integer[] not null,
  -- rule code → parties
  reasons   jsonb not null,
  primary key (day, unit_id, owner_id)
);

-- How far the house has listened.
-- distribute: local
create table quality_state (
  key   text primary key,
  value jsonb not null
);
