-- Ties that an import made or changed between people and their organisations, so that they are undone with it.
-- Forward only. needs: program 0.1.0

-- distribute: local
create table import_tie (
  tie_id    bigint not null,
  import_id bigint not null,
  party_id  bigint not null,
  other_id  bigint not null,
  what      text not null check (what in ('created', 'updated')),
  undone    boolean not null default false,
  -- as the import left it; null: it is not there
  version   integer,
  -- of the person's side: what it was, or while it is away what it is to be again
  image     jsonb,
  primary key (tie_id, import_id)
);
create index import_tie_of on import_tie (import_id);
