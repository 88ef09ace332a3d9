-- What each import did, row by row, so that it can be taken back and brought again.
-- Forward only. needs: program 0.1.0

alter table import
  -- until then it can be undone; null: never written, or written before this was kept
  add undo_until timestamptz(3),
  -- taken back at least in part, and not brought again
  add undone_at  timestamptz(3),
  -- rows that stand as it left them, and rows that are taken back: how many of each can be reversed at most
  add changes_standing bigint not null default 0,
  add changes_undone   bigint not null default 0,
  -- who holds its source while it waits: {"import_id": 7, "undoing": false}
  add waits_for  jsonb,
  -- {"was": "CNY", "base": "GBP"}: the company counted in a guess, and this import's orders settled it
  add settled    jsonb;

-- One row per party, product, category or order that an import created or changed. `image`: what it becomes when the
-- row is reversed, with what hangs on it; null where that is: not there. Reversing swaps the image and `undone`.
-- Holds personal data: erasure of a party deletes its rows here and in import_order_line.
-- distribute: local
create table import_change (
  subject_id bigint not null,
  import_id  bigint not null,
  subject    text not null check (subject in ('party', 'anonymous', 'product', 'category', 'order')),
  -- of an order: whose it is now, or was when it was taken back; 0: about no party
  party_id   bigint not null default 0,
  what       text not null check (what in ('created', 'updated')),
  undone     boolean not null default false,
  -- the version at which the row stands if nobody touched it since; null: it is not there, or has none
  version    integer,
  image      jsonb,
  primary key (subject_id, import_id)
);
create index import_change_of on import_change (import_id);

-- The lines of the orders in those images. Columns as in order_line (tested).
-- distribute: local
create table import_order_line (
  import_id    bigint not null,
  party_id     bigint not null,
  order_id     bigint not null,
  line_no      integer not null,
  product_id   bigint,
  kind         text not null,
  description  text not null,
  quantity     numeric(18, 4) not null,
  price_micro  bigint not null,
  amount_minor bigint not null,
  hash         bigint not null
);
create index import_order_line_of on import_order_line (import_id);

-- Rejected rows that an import's mended file answered: they wait again when that import is taken back.
-- distribute: local
create table import_mended (
  import_id   bigint not null,
  rejected_by bigint not null,
  line        bigint not null,
  raw         text not null,
  reasons     jsonb not null,
  primary key (import_id, rejected_by, line)
);

-- distribute: local
create table import_undo (
  undo_id     bigint primary key default nextval('entity_id'),
  import_id   bigint not null,
  direction   text not null check (direction in ('undo', 'redo')),
  state       text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  run_id      bigint,
  waits_for   jsonb,
  report      jsonb,
  error       jsonb,
  created_by  bigint,
  created_at  timestamptz(3) not null,
  finished_at timestamptz(3)
);
create index import_undo_of on import_undo (import_id, undo_id);
create unique index import_undo_open on import_undo (import_id) where state in ('waiting', 'running');
