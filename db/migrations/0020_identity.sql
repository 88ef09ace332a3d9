-- Identity: who is the same, who was merged into whom, and all that it takes to part them again.
-- Forward only. needs: program 0.1.0

-- Into whom a party was merged; its row stays as it was, out of every list.
alter table party add column merged_into bigint;
create index party_merged on party (merged_into) where merged_into is not null;

-- distribute: party_id
create table identity_merge (
  -- who was merged
  party_id    bigint not null,
  merge_id    bigint not null default nextval('entity_id'),
  survivor_id bigint not null,
  at          timestamptz(3) not null,
  actor_kind  text not null check (actor_kind in ('user', 'key', 'system', 'cli')),
  actor_id    bigint not null,
  -- what it changed about rows that stayed or moved: [{"path", "was", "became"}], see modules/parties/merging
  patch       jsonb not null default '[]',
  unmerged_at timestamptz(3),
  primary key (party_id, merge_id),
  check (party_id <> survivor_id)
);
create unique index identity_merge_open on identity_merge (party_id) where unmerged_at is null;
create index identity_merge_into on identity_merge (survivor_id, merge_id);

-- Each row that a merge moved, put aside or renamed. `home_party_id` never changes.
-- distribute: party_id
create table identity_moved (
  party_id      bigint not null,
  merge_id      bigint not null,
  n             integer not null,
  table_name    text not null,
  what          text not null check (what in ('moved', 'aside', 'renamed')),
  home_party_id bigint not null,
  -- of renamed: the column that named the merged party
  column_name   text,
  key           jsonb not null,
  -- of aside: the row as it was
  image         jsonb,
  primary key (party_id, merge_id, n)
);

-- What parties have in common when they may be one: 52 bits of a digest of a normal form (modules/identity/keys.ts).
-- distribute: key
create table identity_key (
  key      bigint not null,
  party_id bigint not null,
  primary key (key, party_id)
);
create index identity_key_party on identity_key (party_id);

-- Two parties that may be one, the smaller id first.
-- distribute: party_id
create table identity_pair (
  party_id   bigint not null,
  other_id   bigint not null,
  score      real not null,
  band       text not null check (band in ('certain', 'likely', 'possible')),
  reasons    jsonb not null,
  state      text not null default 'open' check (state in ('open', 'later', 'not_same', 'merged')),
  found_at   timestamptz(3) not null,
  seen_at    timestamptz(3) not null,
  decided_at timestamptz(3),
  decided_by bigint,
  -- how sure it was when somebody said no: only more than that asks again
  said_at_score real,
  primary key (party_id, other_id),
  check (party_id < other_id)
);
create index identity_pair_worklist on identity_pair (state, score, party_id, other_id);
create index identity_pair_other on identity_pair (other_id);

-- How far the keys have come.
-- distribute: local
create table identity_progress (
  progress_id bigint primary key default 1 check (progress_id = 1),
  -- parties up to this id were keyed by the first scan
  filled_to   bigint not null default 0,
  filled      boolean not null default false,
  -- changes on record up to here are keyed
  heard_at    timestamptz(3) not null default '-infinity',
  -- and here the pairs that they make are judged
  paired_at   timestamptz(3) not null default '-infinity',
  scanned_at  timestamptz(3),
  -- whether somebody is told that a customer out of their scope exists, and whom to ask
  elsewhere_hints boolean not null default true
);
