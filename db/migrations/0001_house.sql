-- The walking house. Each table carries its distribution hint; the runner applies it where Citus is there.
--   distribute: party_id   about one party, co-located      distribute: <column>   a lookup table, keyed by its value
--   distribute: reference  small and shared                 distribute: local      jobs, sessions, progress
-- Forward only. needs: program 0.1.0

create extension if not exists pg_trgm;

-- One sequence for everything that has an id, so that an id names one thing in the whole house.
create sequence entity_id as bigint start 1000 cache 1;

-- ── company and access ────────────────────────────────────────────────────────────────────────
-- distribute: local
create table setting (
  key   text primary key,
  value jsonb not null
);

-- distribute: reference
create table unit (
  unit_id    bigint primary key default nextval('entity_id'),
  parent_id  bigint references unit,
  kind       text not null check (kind in ('headquarters', 'branch', 'region', 'team')),
  name       text not null check (length(name) between 1 and 200),
  version    integer not null default 1,
  created_at timestamptz(3) not null,
  check ((kind = 'headquarters') = (parent_id is null))
);
create unique index unit_one_root on unit ((parent_id is null)) where parent_id is null;
create unique index unit_name_in_parent on unit (parent_id, name);

-- distribute: reference
create table role (
  role_id    bigint primary key default nextval('entity_id'),
  code       text not null unique,
  name_zh    text not null,
  name_en    text not null,
  -- {"parties:read": "team", …}: permission → row scope
  grants     jsonb not null,
  -- fields shown withheld: phone, email, address, wechat, cost
  masks      text[] not null default '{}',
  version    integer not null default 1,
  created_at timestamptz(3) not null
);

-- distribute: reference
create table app_user (
  user_id       bigint primary key default nextval('entity_id'),
  email         text not null collate "C" unique check (email = lower(email)),
  name          text not null check (length(name) between 1 and 200),
  password_hash text,
  role_id       bigint not null references role,
  unit_id       bigint not null references unit,
  locale        text not null default 'zh-CN' check (locale in ('zh-CN', 'en')),
  time_zone     text not null default 'Asia/Shanghai',
  active        boolean not null default true,
  version       integer not null default 1,
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null
);

-- distribute: local
create table session (
  token_hash bytea primary key,
  user_id    bigint not null,
  csrf       text not null,
  created_at timestamptz(3) not null,
  seen_at    timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  address    text,
  agent      text
);
create index session_of_user on session (user_id);

-- distribute: local
create table api_key (
  key_id       bigint primary key default nextval('entity_id'),
  name         text not null check (length(name) between 1 and 200),
  hash         bytea not null unique,
  -- the first characters, so that a person can tell keys apart
  hint         text not null,
  role_id      bigint not null references role,
  unit_id      bigint not null references unit,
  created_by   bigint,
  created_at   timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3)
);

-- distribute: local
create table setup_token (
  hash       bytea primary key,
  created_at timestamptz(3) not null,
  used_at    timestamptz(3)
);

-- One-time links with which somebody chooses a password. A new one ends the earlier; a used one is gone.
-- distribute: local
create table invitation (
  hash       bytea primary key,
  user_id    bigint not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index invitation_of_user on invitation (user_id);

-- Failed sign-ins, per account and per address: the throttle's memory. Swept by a job.
-- distribute: local
create table sign_in_failure (
  subject   text not null,
  failed_at timestamptz(3) not null,
  failure_id bigint generated always as identity,
  primary key (subject, failed_at, failure_id)
);

-- ── kernel: one write path ────────────────────────────────────────────────────────────────────
-- party_id 0 = not about a party. `digest` = sha256(salt || payload::text); erasure nulls salt and payload
-- and the chain still verifies. Append only: the app's database role may not update or delete here.
-- distribute: party_id
create table audit (
  party_id   bigint not null default 0,
  audit_id   bigint not null default nextval('entity_id'),
  at         timestamptz(3) not null,
  actor_kind text not null check (actor_kind in ('user', 'key', 'system', 'cli')),
  actor_id   bigint not null,
  request_id text not null,
  -- the verb in full: parties.created, orders.imported
  action     text not null,
  subject    text not null,
  subject_id bigint not null,
  digest     bytea not null,
  salt       bytea,
  payload    jsonb,
  primary key (party_id, audit_id, at)
) partition by range (at);
create table audit_default partition of audit default;
create index audit_of_subject on audit (party_id, subject, subject_id, at);
create index audit_by_id on audit (audit_id, at);
create index audit_by_time on audit (at);

-- One seal covers the audit rows in `audit_ids`, in that order. `mac` is keyed outside the database.
-- distribute: local
create table seal (
  seq         bigint primary key,
  prev        bytea not null,
  merkle_root bytea not null,
  audit_ids   bigint[] not null,
  sealed_at   timestamptz(3) not null,
  -- when its rows were written: which partitions to look in
  first_at    timestamptz(3) not null,
  last_at     timestamptz(3) not null,
  mac         bytea not null
);

-- A plain insert in the writer's transaction; the relay takes rows in batches and deletes them.
-- distribute: local
create table outbox (
  event_id  bigint primary key generated always as identity,
  at        timestamptz(3) not null,
  name      text not null,
  version   smallint not null default 1,
  payload   jsonb not null,
  audit_ids bigint[] not null default '{}'
);

-- distribute: local
create table idempotency (
  actor      text not null,
  route      text not null,
  key        text not null,
  body_hash  bytea not null,
  status     smallint not null,
  answer     jsonb not null,
  etag       text,
  -- erased with its party
  party_id   bigint,
  created_at timestamptz(3) not null,
  primary key (actor, route, key)
);
create index idempotency_age on idempotency (created_at);

-- ── jobs ──────────────────────────────────────────────────────────────────────────────────────
-- distribute: local
create table job_run (
  run_id           bigint primary key default nextval('entity_id'),
  job              text not null,
  -- what it is about, for the page: {"file": "…"}
  subject          jsonb not null default '{}',
  state            text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  done             bigint not null default 0,
  total            bigint,
  phase            text,
  cursor           jsonb,
  result           jsonb,
  error            jsonb,
  cancel_requested boolean not null default false,
  worker           text,
  started_by       bigint,
  unit_id          bigint,
  created_at       timestamptz(3) not null,
  started_at       timestamptz(3),
  updated_at       timestamptz(3) not null,
  finished_at      timestamptz(3)
);
create index job_run_recent on job_run (created_at, run_id);
create index job_run_open on job_run (updated_at) where state in ('waiting', 'running');
create index job_run_touched on job_run (updated_at);

-- distribute: local
create table worker_beat (
  worker     text primary key,
  role       text not null,
  started_at timestamptz(3) not null,
  beat_at    timestamptz(3) not null
);

-- ── parties ───────────────────────────────────────────────────────────────────────────────────
-- distribute: party_id
create table party (
  party_id           bigint primary key default nextval('entity_id'),
  kind               text not null check (kind in ('person', 'organisation', 'anonymous')),
  name               text not null check (length(name) between 1 and 300),
  language           text check (language in ('zh-CN', 'en')),
  channel_preference text check (channel_preference in ('email', 'phone', 'sms', 'wechat', 'post', 'visit')),
  country            text check (length(country) = 2),
  note               text not null default '' check (length(note) <= 20000),
  owner_id           bigint,
  unit_id            bigint not null,
  tags               text[] not null default '{}',
  live               boolean not null default true,
  version            integer not null default 1,
  created_by         bigint,
  created_at         timestamptz(3) not null,
  updated_at         timestamptz(3) not null
);

-- distribute: party_id
create table party_role (
  party_id      bigint not null,
  party_role_id bigint not null default nextval('entity_id'),
  role          text not null check (role in ('customer', 'prospect', 'supplier', 'distributor', 'partner',
                  'competitor', 'public_body', 'influencer', 'employee', 'recruit')),
  since         date not null,
  until         date check (until >= since),
  primary key (party_id, party_role_id),
  foreign key (party_id) references party
);

-- distribute: party_id
create table contact_point (
  party_id         bigint not null,
  contact_point_id bigint not null default nextval('entity_id'),
  home_party_id    bigint not null,
  kind             text not null check (kind in ('email', 'phone', 'wechat_openid', 'wechat_unionid', 'address', 'web')),
  value            text not null check (length(value) between 1 and 1000),
  -- equal for every way of writing the same thing: E.164 for a phone, lower case for an e-mail
  value_key        text not null collate "C",
  label            text not null default '' check (length(label) <= 100),
  preferred        boolean not null default false,
  verified_at      timestamptz(3),
  created_at       timestamptz(3) not null,
  primary key (party_id, contact_point_id),
  foreign key (party_id) references party
);
create index contact_point_key on contact_point (value_key, kind);

-- An id that another system gave: global, so keyed by the value; routes it to its party.
-- distribute: value
create table external_id (
  source     text not null collate "C" check (length(source) between 1 and 100),
  value      text not null collate "C" check (length(value) between 1 and 200),
  party_id   bigint not null,
  created_at timestamptz(3) not null,
  primary key (source, value)
);
create index external_id_party on external_id (party_id);

-- The read model of every list (docs/decisions/0002). A projection: rebuilt by parties.rebuild_list, never
-- the truth, never bumping party.version. A date that is not known is -infinity, so that keys compare.
-- distribute: party_id
create table party_list (
  party_id       bigint primary key,
  unit_id        bigint not null,
  owner_id       bigint,
  live           boolean not null,
  kind           text not null,
  name           text not null,
  name_romanised text not null,
  name_sort      text not null collate "C",
  roles          text[] not null,
  tags           text[] not null,
  country        text,
  order_count    bigint not null default 0,
  revenue_minor  bigint not null default 0,
  -- orders that no rate values: revenue_minor lacks them
  unrated_count  bigint not null default 0,
  first_order_at timestamptz(3) not null default '-infinity',
  last_order_at  timestamptz(3) not null default '-infinity',
  created_at     timestamptz(3) not null,
  -- party.version that this row shows: an older projection never overwrites a newer one
  version        integer not null,
  -- market roles, kind, no owner, tags and country as bits: see modules/parties/list/marks.ts
  marks          bigint not null,
  -- Latin words, pinyin, initials, external ids: ASCII, so that trigrams work whatever the database's ctype
  search_text    text not null,
  -- every character outside ASCII and every pair of neighbours
  search_chars   text[] collate "C" not null,
  -- contact points by key: apart, because a role may not see them
  search_contact text not null
);
-- Every sort, for everybody and for units. `marks` rides along, so that a filter walks the index alone.
create index party_list_name on party_list (name_sort, party_id) include (marks) where live;
create index party_list_name_unit on party_list (unit_id, name_sort, party_id) include (marks) where live;
create index party_list_last on party_list (last_order_at, party_id) include (marks) where live;
create index party_list_last_unit on party_list (unit_id, last_order_at, party_id) include (marks) where live;
create index party_list_rev on party_list (revenue_minor, party_id) include (marks) where live;
create index party_list_rev_unit on party_list (unit_id, revenue_minor, party_id) include (marks) where live;
create index party_list_count on party_list (order_count, party_id) include (marks) where live;
create index party_list_count_unit on party_list (unit_id, order_count, party_id) include (marks) where live;
create index party_list_made on party_list (created_at, party_id) include (marks) where live;
create index party_list_made_unit on party_list (unit_id, created_at, party_id) include (marks) where live;
-- One owner's parties are few: one index holds every sort of them.
create index party_list_owner on party_list (owner_id, name_sort, party_id)
  include (marks, last_order_at, revenue_minor, order_count, created_at) where live;
-- One GIN for all that is found by its parts: one list of pending entries, kept short because each search reads it.
create index party_list_find on party_list using gin (search_text gin_trgm_ops, search_contact gin_trgm_ops, search_chars, tags, roles)
  with (gin_pending_list_limit = 1024) where live;
create index party_list_trash on party_list (name_sort, party_id) where not live;

-- Append-only deltas of live parties per unit and label, folded by a job: '' = every party, a market role, '#' and
-- a tag. Few rows once folded, so it has no key of its own: one index is all that a create pays for.
-- distribute: local
create table party_count (
  label   text collate "C" not null,
  unit_id bigint not null,
  delta   bigint not null
);
create index party_count_label on party_count (label, unit_id) include (delta);

-- ── products ──────────────────────────────────────────────────────────────────────────────────
-- distribute: reference
create table category (
  category_id bigint primary key default nextval('entity_id'),
  parent_id   bigint references category,
  name        text not null check (length(name) between 1 and 200)
);
create unique index category_name on category (coalesce(parent_id, 0), name);

-- distribute: reference
create table product (
  product_id      bigint primary key default nextval('entity_id'),
  source          text not null collate "C",
  code            text not null collate "C" check (length(code) between 1 and 200),
  name            text not null check (length(name) <= 500),
  kind            text not null default 'product' check (kind in ('product', 'charge', 'discount', 'adjustment')),
  category_id     bigint references category,
  sales_unit      text not null default '',
  unit_cost_micro bigint check (unit_cost_micro >= 0),
  cost_currency   text check (length(cost_currency) = 3),
  live            boolean not null default true,
  version         integer not null default 1,
  created_at      timestamptz(3) not null,
  updated_at      timestamptz(3) not null,
  check ((unit_cost_micro is null) = (cost_currency is null)),
  unique (source, code)
);
create index product_code on product (code, product_id);

-- ── orders ────────────────────────────────────────────────────────────────────────────────────
-- An order is one thing under its source and number; this also routes an order's id to its party.
-- distribute: number
create table order_key (
  source   text not null collate "C",
  number   text not null collate "C" check (length(number) between 1 and 200),
  order_id bigint not null,
  party_id bigint not null,
  primary key (source, number)
);
create index order_key_id on order_key (order_id);

-- distribute: party_id
create table orders (
  party_id      bigint not null,
  order_id      bigint not null,
  home_party_id bigint not null,
  source        text not null collate "C",
  number        text not null collate "C",
  kind          text not null check (kind in ('order', 'return', 'cancellation', 'adjustment')),
  ordered_at    timestamptz(3) not null,
  currency      text not null check (length(currency) = 3),
  channel       text not null default '',
  store         text not null default '',
  line_count    integer not null,
  amount_minor  bigint not null,
  -- in the base currency at the order's date; null when no rate is known
  base_minor    bigint,
  -- of the imported content: equal means unchanged
  digest        bigint not null,
  import_id     bigint,
  version       integer not null default 1,
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null,
  primary key (party_id, order_id)
);
create index orders_of_party on orders (party_id, ordered_at, order_id);
create index orders_recent on orders (ordered_at, order_id);

-- No row-checked foreign keys here: a bulk insert pays for each (docs/decisions/0003); an anti-join checks
-- orders and products set-wise in the importing transaction, with a test.
-- distribute: party_id
create table order_line (
  party_id     bigint not null,
  order_id     bigint not null,
  line_no      integer not null,
  product_id   bigint,
  kind         text not null,
  description  text not null default '',
  quantity     numeric(18, 4) not null,
  price_micro  bigint not null,
  amount_minor bigint not null,
  -- of the imported line: equal means unchanged
  hash         bigint not null,
  primary key (party_id, order_id, line_no)
);

-- distribute: local
create table currency_rate (
  -- the base currency that it is a rate to: a company that counts in another one later needs others
  base     text not null,
  currency text not null,
  day      date not null,
  -- one unit of `currency` in `base`
  rate     numeric(20, 10) not null check (rate > 0),
  primary key (base, currency, day)
);

-- ── imports ───────────────────────────────────────────────────────────────────────────────────
-- distribute: local
create table import (
  import_id   bigint primary key default nextval('entity_id'),
  kind        text not null check (kind in ('orders', 'parties', 'products')),
  source      text not null collate "C",
  file_name   text not null,
  file_bytes  bigint not null,
  file_sha256 bytea,
  state       text not null check (state in ('uploading', 'uploaded', 'previewing', 'previewed', 'waiting', 'running',
                'done', 'failed', 'cancelled')),
  detected    jsonb not null default '{}',
  mapping     jsonb not null default '{}',
  options     jsonb not null default '{}',
  preview     jsonb,
  report      jsonb,
  error       jsonb,
  run_id      bigint,
  unit_id     bigint not null,
  created_by  bigint,
  version     integer not null default 1,
  created_at  timestamptz(3) not null,
  finished_at timestamptz(3)
);
create index import_recent on import (created_at, import_id);

-- The file, gzipped, in pieces of 1 MB: any worker can read it, also on another machine. Removed when done.
-- distribute: local
create table import_chunk (
  import_id bigint not null,
  seq       integer not null,
  bytes     bytea not null,
  primary key (import_id, seq)
);
alter table import_chunk alter column bytes set storage external;

-- Kept until mended: the row as it was written, its line in the file, its reasons.
-- distribute: local
create table import_reject (
  import_id bigint not null,
  line      bigint not null,
  raw       text not null,
  reasons   jsonb not null,
  primary key (import_id, line)
);
