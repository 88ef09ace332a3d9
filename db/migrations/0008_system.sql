-- Faults: what went wrong inside Guanxi itself, one row per kind of fault and how often, so that an administrator can be
-- told without a log being read. No personal data: where, the class of the error, the request.
-- Forward only. needs: program 0.1.0

-- distribute: local
create table fault (
  -- sha256 of where and what
  fingerprint bytea primary key,
  place       text not null,
  what        text not null,
  request_id  text not null,
  times       bigint not null default 1,
  first_at    timestamptz(3) not null,
  last_at     timestamptz(3) not null
);
create index fault_recent on fault (last_at);
create index job_run_failed on job_run (finished_at) where state = 'failed';
