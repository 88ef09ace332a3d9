-- A second factor at sign-in (RFC 6238), with recovery codes, required of a role or of all.
-- Forward only. needs: program 0.1.0

alter table role add column second_factor boolean not null default false;

-- distribute: reference
create table second_factor (
  user_id      bigint primary key,
  -- AES-256-GCM under a key outside the database: nonce, tag, text
  secret       bytea not null,
  created_at   timestamptz(3) not null,
  -- null while it is being set up: it does not count before a first code was right
  confirmed_at timestamptz(3),
  -- the last step of 30 s whose code was taken: none is taken twice, nor an earlier one
  last_step    bigint not null default 0,
  -- wrong codes since the last right one, and when the last was
  failures     integer not null default 0,
  failed_at    timestamptz(3)
);

-- Each lets in once, without the device. Only their hashes.
-- distribute: reference
create table recovery_code (
  user_id bigint not null,
  hash    bytea not null,
  primary key (user_id, hash)
);
