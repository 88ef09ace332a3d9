-- Ties between two parties: typed, directed, dated, with their source. Stored once per side, each under its own party,
-- so that whoever asks one party finds its ties without looking at the others.
-- Forward only. needs: program 0.1.0

-- distribute: party_id
create table tie (
  party_id      bigint not null,
  -- whose it was when it was written down: never changes, so that a merge can be taken back
  home_party_id bigint not null,
  -- the same on both sides
  tie_id        bigint not null,
  -- from: a person at work, a subsidiary, a member of a household; to: the employer, the parent, the head
  side          text not null check (side in ('from', 'to')),
  other_id      bigint not null,
  kind          text not null check (kind in ('works_at', 'subsidiary_of', 'household')),
  title         text not null default '' check (length(title) <= 200),
  department    text not null default '' check (length(department) <= 200),
  -- of a household: what the member is to its head
  relation      text check (relation in ('spouse', 'child', 'parent', 'sibling', 'grandparent', 'grandchild', 'other')),
  since         date,
  until         date check (until >= since),
  -- of the organisations of a person: the one that is meant when only one is shown
  is_primary    boolean not null default false,
  source        text not null default '' check (length(source) <= 200),
  note          text not null default '' check (length(note) <= 1000),
  version       integer not null default 1,
  created_by    bigint,
  created_at    timestamptz(3) not null,
  primary key (party_id, tie_id, side),
  check (party_id <> other_id)
);
create index tie_kind on tie (party_id, kind, side);
create index tie_other on tie (other_id, tie_id);
create index tie_stream on tie (party_id, created_at desc, tie_id desc);
