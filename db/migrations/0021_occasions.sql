-- Important dates of a party: once a year, by the solar or the lunar calendar.
-- Forward only. needs: program 0.1.0

-- distribute: party_id
create table occasion (
  party_id      bigint not null,
  -- whose it was when it was written down: never changes, so that a merge can be taken back
  home_party_id bigint not null,
  occasion_id   bigint not null default nextval('entity_id'),
  kind          text not null check (kind in ('birthday', 'wedding', 'founding', 'first_cooperation', 'other')),
  label         text not null default '' check (length(label) <= 100),
  calendar      text not null check (calendar in ('solar', 'lunar')),
  year          integer check (year between 1900 and 2100),
  month         integer not null check (month between 1 and 12),
  day           integer not null check (day between 1 and 31),
  leap          boolean not null default false,
  -- month and day as one number, apart by calendar and leap month: what a day of the year is looked up by
  slot          integer not null,
  -- days before; null: nobody wants to be reminded
  remind_days   integer check (remind_days between 0 and 90),
  note          text not null default '' check (length(note) <= 500),
  version       integer not null default 1,
  created_by    bigint,
  created_at    timestamptz(3) not null,
  primary key (party_id, occasion_id),
  check (kind <> 'other' or label <> '')
);
create index occasion_slot on occasion (slot, party_id);
create index occasion_home on occasion (home_party_id) where home_party_id <> party_id;
