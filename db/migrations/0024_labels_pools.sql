-- Labels as a company means them (tags that are defined, market roles by its own words) and pools: customers without an
-- owner that somebody may claim, and owners who lose whom they neglect. Forward only. needs: program 0.1.0

-- distribute: reference
create table tag_definition (
  tag        text primary key collate "C" check (length(tag) between 1 and 60),
  colour     text check (colour in ('grey', 'indigo', 'teal', 'ochre', 'cinnabar', 'sky')),
  "group"    text not null default '' check (length("group") <= 60),
  note       text not null default '' check (length(note) <= 500),
  created_by bigint,
  created_at timestamptz(3) not null
);

-- 'tags': {"defined_only"}; 'market_roles': {"<role>": {"label_zh", "label_en", "position", "hidden"}}
-- distribute: local
create table label_setting (
  key     text primary key,
  value   jsonb not null,
  version integer not null default 1
);

-- A rename, a merge or a removal of tags: the bulk change of its parties, and the definitions that went with it.
-- distribute: local
create table tag_change (
  change_id   bigint primary key default nextval('entity_id'),
  verb        text not null check (verb in ('rename', 'merge', 'delete')),
  tags        text[] not null,
  become      text,
  -- null: no party had them
  bulk_id     bigint,
  definitions jsonb not null default '[]',
  undone_at   timestamptz(3),
  changed_by  bigint,
  changed_at  timestamptz(3) not null
);

-- distribute: reference
create table pool (
  pool_id         bigint primary key default nextval('entity_id'),
  name            text not null check (length(name) between 1 and 100),
  -- whose customers: of this unit and below, with this market role or any
  unit_id         bigint not null references unit (unit_id),
  role            text,
  active          boolean not null default true,
  -- role codes that may claim; empty: every role with the right
  claimers        text[] not null default '{}',
  -- claims of one person in so many days
  claim_cap       integer check (claim_cap > 0),
  claim_days      integer not null default 7 check (claim_days > 0),
  -- customers of this pool that one person may own at a time
  holding_cap     integer check (holding_cap > 0),
  -- days in which whoever lost or returned a customer may not claim them again
  cooldown_days   integer not null default 30 check (cooldown_days >= 0),
  -- an owner loses a customer after so many days without an order, or without any change
  no_order_days   integer check (no_order_days > 0),
  no_change_days  integer check (no_change_days > 0),
  -- and is warned so many days before
  warn_days       integer not null default 7 check (warn_days between 1 and 365),
  version         integer not null default 1,
  created_by      bigint,
  created_at      timestamptz(3) not null,
  updated_at      timestamptz(3) not null
);
create unique index pool_name on pool (unit_id, name);

-- Into hands and back: whoever claimed, returned or lost a customer.
-- distribute: party_id
create table pool_move (
  party_id      bigint not null,
  move_id       bigint not null default nextval('entity_id'),
  home_party_id bigint not null,
  pool_id       bigint not null,
  kind          text not null check (kind in ('claimed', 'returned', 'recycled')),
  -- who got them, or had them until then
  user_id       bigint not null,
  reason        text not null default '' check (length(reason) <= 500),
  at            timestamptz(3) not null,
  primary key (party_id, move_id)
);
create index pool_move_user on pool_move (user_id, pool_id, at);

-- An owner was warned: the customer goes back on that day unless something happens.
-- distribute: party_id
create table pool_warning (
  party_id  bigint primary key,
  pool_id   bigint not null,
  owner_id  bigint not null,
  because   text not null check (because in ('no_order', 'no_change')),
  due_on    date not null,
  warned_at timestamptz(3) not null
);
create index pool_warning_due on pool_warning (due_on);
create index pool_warning_owner on pool_warning (owner_id, due_on);
