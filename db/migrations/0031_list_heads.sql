-- What a word begins with, in the indexes that a list is walked by (docs/search.md). Forward only. needs: program 0.1.0

-- The bits of party_find folded to 128. -1, all bits set, is not known yet: whoever walks looks at the row.
alter table party_list
  add column head1 integer not null default -1,
  add column head2 integer not null default -1,
  add column head3 integer not null default -1,
  add column head4 integer not null default -1;

-- The same orders as before. Everybody's know the unit, so that a branch of many teams is cut out without a look at the rows.
drop index party_list_name, party_list_last, party_list_rev, party_list_count, party_list_made, party_list_owner,
  party_list_name_unit, party_list_last_unit, party_list_rev_unit, party_list_count_unit, party_list_made_unit;
create index party_list_name on party_list (name_sort, party_id) include (marks, unit_id, head1, head2, head3, head4) where live;
create index party_list_last on party_list (last_order_at, party_id) include (marks, unit_id, head1, head2, head3, head4) where live;
create index party_list_rev on party_list (revenue_minor, party_id) include (marks, unit_id, head1, head2, head3, head4) where live;
create index party_list_count on party_list (order_count, party_id) include (marks, unit_id, head1, head2, head3, head4) where live;
create index party_list_made on party_list (created_at, party_id) include (marks, unit_id, head1, head2, head3, head4) where live;
create index party_list_name_unit on party_list (unit_id, name_sort, party_id) include (marks, head1, head2, head3, head4) where live;
create index party_list_last_unit on party_list (unit_id, last_order_at, party_id) include (marks, head1, head2, head3, head4) where live;
create index party_list_rev_unit on party_list (unit_id, revenue_minor, party_id) include (marks, head1, head2, head3, head4) where live;
create index party_list_count_unit on party_list (unit_id, order_count, party_id) include (marks, head1, head2, head3, head4) where live;
create index party_list_made_unit on party_list (unit_id, created_at, party_id) include (marks, head1, head2, head3, head4) where live;
create index party_list_owner on party_list (owner_id, name_sort, party_id)
  include (marks, last_order_at, revenue_minor, order_count, created_at, head1, head2, head3, head4) where live;
