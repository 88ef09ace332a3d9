-- Exports of lists: how far each is and what became of it. Who took what stands in the audit; this is what the page
-- asks while a file is written, and how a file that a dead process left half written is found and told.
-- needs: program 0.1.0

-- distribute: local
create table export_run (
  export_id   bigint primary key,
  actor_kind  text not null,
  actor_id    bigint not null,
  -- chosen by the caller
  key         text,
  list        text not null,
  format      text not null check (format in ('csv', 'xlsx')),
  rows_total  bigint not null,
  rows_sent   bigint not null default 0,
  state       text not null default 'running' check (state in ('running', 'done', 'cut_off')),
  started_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  ended_at    timestamptz(3)
);
create unique index export_run_key on export_run (actor_kind, actor_id, key);
create index export_run_open on export_run (updated_at) where state = 'running';
create index export_run_age on export_run (started_at);
