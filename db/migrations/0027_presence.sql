-- Who has which party open, and what they are editing there: for some seconds, and never anybody's record.
-- Forward only. needs: program 0.1.0

-- Some hundred rows at most, gone seconds after the page is.
-- distribute: party_id
create table party_presence (
  party_id   bigint not null,
  user_id    bigint not null,
  -- a page of a browser: one person may have several
  tab        text not null check (length(tab) between 8 and 40),
  -- as history names it; null: only looking
  field      text check (length(field) <= 60),
  since      timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (party_id, user_id, tab)
) with (fillfactor = 50);
