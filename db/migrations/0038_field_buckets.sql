-- Roughly where the values of a party's custom fields lie, so that a filter on a field that is not kept sorted looks at few
-- rows instead of at all (docs/custom-fields.md). Forward only. needs: program 0.1.0

-- Numbers of modules/parties/fields/buckets.ts: of a number its first digits, of a text and a day how they begin. A party
-- without values has no row. Row 0: all that was there before this table has its row.
-- distribute: party_id
create table party_bucket (
  party_id bigint primary key,
  buckets  integer[] not null
);
create index party_bucket_of on party_bucket using gin (buckets);
