-- Notes with mentions, tasks with due days, files: what people add to a party.
-- Forward only. needs: program 0.1.0

-- distribute: party_id
create table note (
  party_id      bigint not null,
  -- whose it was when it was written down: never changes, so that a merge can be taken back
  home_party_id bigint not null,
  note_id       bigint not null default nextval('entity_id'),
  -- plain text with light marks; a mention is @[name](user id)
  body          text not null check (length(body) between 1 and 20000),
  pinned        boolean not null default false,
  live          boolean not null default true,
  version       integer not null default 1,
  author_kind   text not null check (author_kind in ('user', 'key', 'system', 'cli')),
  created_by    bigint not null,
  created_at    timestamptz(3) not null,
  edited_at     timestamptz(3),
  primary key (party_id, note_id)
);
create index note_stream on note (party_id, created_at desc, note_id desc) where live;

-- distribute: party_id
create table note_mention (
  party_id      bigint not null,
  home_party_id bigint not null,
  note_id       bigint not null,
  user_id       bigint not null,
  at            timestamptz(3) not null,
  seen_at       timestamptz(3),
  primary key (party_id, note_id, user_id)
);
create index note_mention_inbox on note_mention (user_id, at desc) where seen_at is null;

-- party_id 0: about no party.
-- distribute: party_id
create table task (
  party_id      bigint not null default 0,
  home_party_id bigint not null default 0,
  task_id       bigint not null default nextval('entity_id'),
  title         text not null check (length(title) between 1 and 300),
  note          text not null default '' check (length(note) <= 5000),
  -- a day where its assignee is, or an instant
  due_on        date,
  due_at        timestamptz(3) check (due_at is null or due_on is null),
  priority      integer not null default 1 check (priority between 0 and 2),
  assignee_id   bigint not null,
  created_by    bigint not null,
  snoozed_until date,
  done_at       timestamptz(3),
  done_by       bigint,
  live          boolean not null default true,
  version       integer not null default 1,
  created_at    timestamptz(3) not null,
  primary key (party_id, task_id)
);
create index task_by_id on task (task_id);
create index task_mine on task (assignee_id) where live and done_at is null;
create index task_given on task (created_by) where live and done_at is null;
create index task_done on task (party_id, done_at desc) where live and done_at is not null;

-- distribute: party_id
create table attachment (
  party_id      bigint not null,
  home_party_id bigint not null,
  attachment_id bigint not null,
  name          text not null check (length(name) between 1 and 255),
  -- told by its bytes, never by its sender
  type          text not null,
  bytes         bigint not null check (bytes > 0),
  sha256        bytea not null,
  scan          text not null check (scan in ('unscanned', 'pending', 'clean', 'infected')),
  scanned_at    timestamptz(3),
  live          boolean not null default true,
  version       integer not null default 1,
  created_by    bigint not null,
  created_at    timestamptz(3) not null,
  primary key (party_id, attachment_id)
);
create index attachment_stream on attachment (party_id, created_at desc, attachment_id desc) where live;

-- 256 KB each, so that a file is written and read in flat memory by any process, and goes with backup and erasure.
-- distribute: party_id
create table attachment_chunk (
  party_id      bigint not null,
  home_party_id bigint not null,
  attachment_id bigint not null,
  seq           integer not null,
  data          bytea not null,
  -- of an upload that broke off and has no attachment: taken away after a day
  at            timestamptz(3) not null,
  primary key (party_id, attachment_id, seq)
);
create index attachment_chunk_at on attachment_chunk (at);
