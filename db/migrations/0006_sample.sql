-- The sample company, while it is loaded. needs: program 0.1.0

-- One row, gone when the sample is removed. What it made and what it found, so that all of it goes and the rest stays.
-- distribute: local
create table sample (
  sample_id    bigint primary key default 1 check (sample_id = 1),
  state        text not null check (state in ('loading', 'loaded')),
  -- by how many whole weeks the history was moved: the same when a load that broke off is taken up again
  weeks        integer not null,
  currency     text not null check (length(currency) = 3),
  -- settings as they were before
  was          jsonb not null,
  unit_ids     bigint[] not null,
  user_ids     bigint[] not null,
  -- null until the parties are in
  party_ids    bigint[],
  run_id       bigint,
  created_by   bigint,
  created_at   timestamptz(3) not null,
  loaded_at    timestamptz(3)
);
