-- Walked by searches in the order of recency, from its indexes alone (docs/search.md). Forward only. needs: program 0.1.0

-- A projection beside party_list, without its rows' order figures. `h1` to `h6`: the beginnings of its words and its Chinese
-- characters as a Bloom filter of 192 bits; what passes is checked on party_list. party_id 0 says that earlier rows were filled in.
-- Vacuumed early: an entry is walked without its row only where the row's page is known to be visible to all.
-- distribute: party_id
create table party_find (
  party_id bigint primary key,
  unit_id  bigint not null,
  -- 0: nobody's
  owner_id bigint not null,
  -- the last order, or when it was created
  fresh    timestamptz(3) not null,
  h1       integer not null,
  h2       integer not null,
  h3       integer not null,
  h4       integer not null,
  h5       integer not null,
  h6       integer not null
) with (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_vacuum_scale_factor = 0.005);
create index party_find_fresh on party_find (fresh, party_id) include (unit_id, h1, h2, h3, h4, h5, h6);
create index party_find_unit on party_find (unit_id, fresh, party_id) include (h1, h2, h3, h4, h5, h6);
create index party_find_owner on party_find (owner_id, fresh, party_id) include (unit_id, h1, h2, h3, h4, h5, h6);
