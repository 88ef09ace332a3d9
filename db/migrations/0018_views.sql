-- Saved views: a list as somebody wants to see it again, for themselves, a unit or everyone.
-- Forward only. needs: program 0.1.0

-- distribute: reference
create table saved_view (
  view_id    bigint primary key default nextval('entity_id'),
  list       text not null check (list in ('customers')),
  name       text not null check (length(name) between 1 and 80),
  owner_id   bigint not null,
  shared     text not null default 'private' check (shared in ('private', 'unit', 'everyone')),
  -- with whom works there or below it; a unit that is gone is nobody's
  unit_id    bigint,
  -- a tab for whoever sees it and has not said otherwise; see view_mark
  pinned     boolean not null default true,
  position   integer not null default 0,
  -- {"filter", "sort", "columns", "density"}: what is asked, never whose rows are reached
  state      jsonb not null,
  version    integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  check ((shared = 'unit') = (unit_id is not null))
);
create index saved_view_owner on saved_view (owner_id);

-- What one person makes of a view: their tab or not, and which one is open first.
-- distribute: reference
create table view_mark (
  user_id bigint not null,
  view_id bigint not null,
  pinned  boolean,
  first   boolean not null default false,
  primary key (user_id, view_id)
);

-- Equality in a filter on any custom field, whether or not it is kept sorted (party_slot). Who keeps no
-- custom fields pays nothing for it: it was a fifth of what a bulk change costs.
create index party_list_fields on party_list using gin (fields jsonb_path_ops) where live and fields <> '{}';
