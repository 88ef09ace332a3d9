-- Erasure of a party on request, the audit page's ways in, and which key made a seal.
-- Forward only. needs: program 0.1.0

-- The row stays as a shell: orders and sums keep what they hang on, and nothing says who it was.
alter table party add column erased_at timestamptz(3);

-- Who was erased, when, by whom, on what ground: ids only. Append only for the app's role; `audit verify` takes an
-- erased audit row for true only if its party stands here. Also in GUANXI_HOME/erasures.log, for restores.
-- distribute: party_id
create table erasure (
  party_id      bigint not null,
  erasure_id    bigint not null default nextval('entity_id'),
  home_party_id bigint not null,
  at            timestamptz(3) not null,
  actor_kind    text not null check (actor_kind in ('user', 'key', 'system', 'cli')),
  actor_id      bigint not null,
  ground        text not null check (ground in ('request', 'consent_withdrawn', 'not_needed', 'unlawful')),
  reference     text not null default '' check (length(reference) <= 100),
  -- how much of each kind went or stayed: [{"what": "contact_point", "fate": "removed", "count": 2}]
  parts         jsonb not null default '[]',
  -- re-applied after a restore, from the log
  reapplied_at  timestamptz(3),
  primary key (party_id, erasure_id)
);

-- Each check of the audit against its seals.
-- distribute: local
create table audit_check (
  check_id    bigint primary key default nextval('entity_id'),
  run_id      bigint,
  started_by  bigint,
  started_at  timestamptz(3) not null,
  finished_at timestamptz(3) not null,
  ok          boolean not null,
  report      jsonb not null
);
create index audit_check_recent on audit_check (finished_at);

-- Which key a seal was made with, without saying the key: two homes have two keys.
alter table seal add column key_fingerprint text;
create index seal_times on seal (last_at, first_at);

-- The audit page walks by time, or by one of these and then by time. An import's rows share one time, so ids follow.
drop index audit_by_time;
create index audit_by_time on audit (at, audit_id);
create index audit_of_actor on audit (actor_kind, actor_id, at, audit_id);
create index audit_of_action on audit (action, at, audit_id);
create index audit_of_request on audit (request_id, at, audit_id);
create index audit_erased on audit (party_id) where payload is null;
