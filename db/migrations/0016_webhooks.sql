-- Webhooks: other systems are told of events, signed, and every delivery is on a log.
-- Forward only. needs: program 0.1.0

-- distribute: reference
create table webhook (
  webhook_id bigint primary key default nextval('entity_id'),
  name       text not null check (length(name) between 1 and 200),
  url        text not null check (length(url) <= 2000),
  events     text[] not null,
  -- what it may be told, as if it were a key with this role in this unit
  role_id    bigint not null references role (role_id),
  unit_id    bigint not null references unit (unit_id),
  -- AES-256-GCM under a key outside the database; after a change the earlier one signs beside it until old_until
  secret     bytea not null,
  old_secret bytea,
  old_until  timestamptz(3),
  active     boolean not null default true,
  created_by bigint,
  version    integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index webhook_active on webhook (webhook_id) where active;

-- One event for one webhook. What is sent is read when it is sent: no personal data stands here.
-- distribute: local
create table webhook_delivery (
  delivery_id bigint primary key default nextval('entity_id'),
  webhook_id  bigint not null,
  event_id    bigint not null,
  event       text not null,
  thing_id    bigint not null,
  party_id    bigint not null default 0,
  at          timestamptz(3) not null,
  state       text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed', 'skipped')),
  attempts    integer not null default 0,
  next_at     timestamptz(3),
  status      integer,
  error       text,
  took_ms     integer,
  done_at     timestamptz(3),
  unique (webhook_id, event_id)
);
create index webhook_delivery_log on webhook_delivery (webhook_id, delivery_id);
create index webhook_delivery_old on webhook_delivery (at);
