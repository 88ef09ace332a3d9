-- Changes of many parties at once: what was chosen, what became of it, and the way back.
-- Forward only. needs: program 0.1.0

-- distribute: local
create table party_bulk (
  bulk_id     bigint primary key default nextval('entity_id'),
  -- the first of a chain of doing, undoing and doing again
  root_id     bigint not null,
  -- what it takes back; null: it is the first
  of_bulk_id  bigint,
  direction   text not null check (direction in ('do', 'undo', 'redo')),
  -- {"do": "assign", "owner_id": 7}
  action      jsonb not null,
  state       text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  run_id      bigint,
  selected    bigint not null,
  changed     bigint not null default 0,
  unchanged   bigint not null default 0,
  refused     bigint not null default 0,
  -- not there any more, or out of reach: one is not told from the other
  gone        bigint not null default 0,
  error       jsonb,
  unit_id     bigint not null,
  created_by  bigint,
  created_at  timestamptz(3) not null,
  finished_at timestamptz(3)
);
create index party_bulk_chain on party_bulk (root_id, bulk_id);
create index party_bulk_recent on party_bulk (created_at, bulk_id);
create unique index party_bulk_open on party_bulk (root_id) where state in ('waiting', 'running');

-- The frozen selection, some thousand parties a row, and what was written of them. What they were stands in the audit,
-- which `audit_ids` names: erasure forgets it there, and with it the way back.
-- distribute: local
create table party_bulk_slice (
  bulk_id     bigint not null,
  n           integer not null,
  party_ids   bigint[] not null,
  changed_ids bigint[] not null default '{}',
  audit_ids   bigint[] not null default '{}',
  -- at which each was left: whoever finds another one looks at what happened since
  versions    integer[] not null default '{}',
  -- [{"id": 7, "why": "touched", "by": 90210}]; `by`: the record that stands in the way
  refused     jsonb not null default '[]',
  -- written, in the transaction that wrote it: a worker that dies leaves each slice whole or untouched
  done        boolean not null default false,
  primary key (bulk_id, n)
);
