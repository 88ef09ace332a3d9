-- Backups: files in GUANXI_HOME/backups and what is known of each. Machine state of this installation: it stays as it
-- is when a backup is restored, for the files stay too.
-- Forward only. needs: program 0.1.0

-- distribute: local
create table backup (
  backup_id      bigint primary key default nextval('entity_id'),
  -- a name in the folder, never a path
  file           text not null collate "C" unique check (file ~ '^[\w.-]{1,200}$'),
  -- asked for by a person, by the nightly job, by the terminal, brought along, or found in the folder
  origin         text not null check (origin in ('person', 'nightly', 'terminal', 'upload', 'found')),
  state          text not null check (state in ('running', 'done', 'failed')),
  bytes          bigint not null default 0,
  rows           bigint not null default 0,
  -- the snapshot that it holds, by the clock of the house that took it
  taken_at       timestamptz(3),
  -- of the archive: which Guanxi, which schema, which PostgreSQL, whose seals
  company        text not null default '',
  guanxi         text not null default '',
  schema_version integer not null default 0,
  postgres       text not null default '',
  key_fingerprint text,
  with_key       boolean not null default false,
  error          jsonb,
  run_id         bigint,
  created_by     bigint,
  created_at     timestamptz(3) not null,
  finished_at    timestamptz(3),
  -- the newest restore check: restored beside the house, compared, its audit proven
  verified_at    timestamptz(3),
  verified       boolean,
  verification   jsonb,
  check ((verified is null) = (verified_at is null))
);
create index backup_recent on backup (created_at, backup_id);
