-- A hundred thousand customers change hands and no list row is written (docs/decisions/0002). Forward only. needs: program 0.1.0

-- A row of party_list stands in fourteen indexes, one of them of trigrams; to write all of them anew because of an owner took
-- most of an assignment. Whose a party is stands beside it now, with what one owner's lists and searches walk. party_list and
-- party_find keep their owner_id for the version before; nothing reads it any more.
-- distribute: party_id
create table party_own (
  party_id      bigint primary key,
  owner_id      bigint,
  -- party.version that this row shows: an older view never overwrites a newer one
  version       integer not null,
  live          boolean not null,
  name_sort     text not null collate "C",
  created_at    timestamptz(3) not null,
  last_order_at timestamptz(3) not null default '-infinity',
  -- the later of both
  fresh         timestamptz(3) not null,
  revenue_minor bigint not null default 0,
  order_count   bigint not null default 0,
  marks         bigint not null,
  -- the bits of party_find; all set: its words were not read yet
  h1            integer not null,
  h2            integer not null,
  h3            integer not null,
  h4            integer not null,
  h5            integer not null,
  h6            integer not null
) with (autovacuum_vacuum_insert_scale_factor = 0.005, autovacuum_vacuum_scale_factor = 0.005);
insert into party_own
select l.party_id, l.owner_id, l.version, l.live, l.name_sort, l.created_at, l.last_order_at, greatest(l.created_at, l.last_order_at),
  l.revenue_minor, l.order_count, l.marks,
  coalesce(f.h1, -1), coalesce(f.h2, -1), coalesce(f.h3, -1), coalesce(f.h4, -1), coalesce(f.h5, -1), coalesce(f.h6, -1)
from party_list l left join party_find f using (party_id) order by l.party_id;
-- One owner's parties are few: one index holds every sort of them, another what searches walk.
create index party_own_name on party_own (owner_id, name_sort, party_id)
  include (marks, last_order_at, revenue_minor, order_count, created_at, h1, h2, h3, h4, h5, h6) where live;
create index party_own_fresh on party_own (owner_id, fresh, party_id) include (h1, h2, h3, h4, h5, h6);
drop index party_list_owner, party_find_owner;

-- What everybody reads. A left join, though both rows always stand together: who does not ask for the owner does not read it.
create view party_listed as
select l.party_id, l.unit_id, o.owner_id, l.live, l.kind, l.name, l.name_romanised, l.name_sort, l.roles, l.tags, l.country,
  l.order_count, l.revenue_minor, l.unrated_count, l.first_order_at, l.last_order_at, l.created_at, l.version, l.marks,
  l.search_text, l.search_chars, l.search_contact, l.fields, l.head1, l.head2, l.head3, l.head4
from party_list l left join party_own o on o.party_id = l.party_id;
