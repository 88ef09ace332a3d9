-- distribute: local
create table api_key (
  key_id bigint not null default nextval('entity_id'::regclass),
  name text not null,
  hash bytea not null,
  hint text not null,
  role_id bigint not null,
  unit_id bigint not null,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  last_used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  UNIQUE (hash),
  PRIMARY KEY (key_id),
  FOREIGN KEY (role_id) REFERENCES role(role_id),
  FOREIGN KEY (unit_id) REFERENCES unit(unit_id),
  CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

-- distribute: reference
create table app_user (
  user_id bigint not null default nextval('entity_id'::regclass),
  email text not null,
  name text not null,
  password_hash text,
  role_id bigint not null,
  unit_id bigint not null,
  locale text not null default 'zh-CN'::text,
  time_zone text not null default 'Asia/Shanghai'::text,
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  UNIQUE (email),
  PRIMARY KEY (user_id),
  FOREIGN KEY (role_id) REFERENCES role(role_id),
  FOREIGN KEY (unit_id) REFERENCES unit(unit_id),
  CHECK ((email = lower(email))),
  CHECK ((locale = ANY (ARRAY['zh-CN'::text, 'en'::text]))),
  CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

-- distribute: party_id
create table attachment (
  party_id bigint not null,
  home_party_id bigint not null,
  attachment_id bigint not null,
  name text not null,
  type text not null,
  bytes bigint not null,
  sha256 bytea not null,
  scan text not null,
  scanned_at timestamp(3) with time zone,
  live boolean not null default true,
  version integer not null default 1,
  created_by bigint not null,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, attachment_id),
  CHECK ((bytes > 0)),
  CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  CHECK ((scan = ANY (ARRAY['unscanned'::text, 'pending'::text, 'clean'::text, 'infected'::text])))
);
CREATE INDEX attachment_stream ON attachment USING btree (party_id, created_at DESC, attachment_id DESC) WHERE live;

-- distribute: party_id
create table attachment_chunk (
  party_id bigint not null,
  home_party_id bigint not null,
  attachment_id bigint not null,
  seq integer not null,
  data bytea not null,
  at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, attachment_id, seq)
);
CREATE INDEX attachment_chunk_at ON attachment_chunk USING btree (at);

-- distribute: party_id
create table audit (
  party_id bigint not null default 0,
  audit_id bigint not null default nextval('entity_id'::regclass),
  at timestamp(3) with time zone not null,
  actor_kind text not null,
  actor_id bigint not null,
  request_id text not null,
  action text not null,
  subject text not null,
  subject_id bigint not null,
  digest bytea not null,
  salt bytea,
  payload jsonb,
  PRIMARY KEY (party_id, audit_id, at),
  CHECK ((actor_kind = ANY (ARRAY['user'::text, 'key'::text, 'system'::text, 'cli'::text])))
);
CREATE INDEX audit_by_id ON ONLY audit USING btree (audit_id, at);
CREATE INDEX audit_by_time ON ONLY audit USING btree (at, audit_id);
CREATE INDEX audit_erased ON ONLY audit USING btree (party_id) WHERE (payload IS NULL);
CREATE INDEX audit_of_action ON ONLY audit USING btree (action, at, audit_id);
CREATE INDEX audit_of_actor ON ONLY audit USING btree (actor_kind, actor_id, at, audit_id);
CREATE INDEX audit_of_request ON ONLY audit USING btree (request_id, at, audit_id);
CREATE INDEX audit_of_subject ON ONLY audit USING btree (party_id, subject, subject_id, at);

-- distribute: local
create table audit_check (
  check_id bigint not null default nextval('entity_id'::regclass),
  run_id bigint,
  started_by bigint,
  started_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone not null,
  ok boolean not null,
  report jsonb not null,
  PRIMARY KEY (check_id)
);
CREATE INDEX audit_check_recent ON audit_check USING btree (finished_at);

-- distribute: local
create table backup (
  backup_id bigint not null default nextval('entity_id'::regclass),
  file text not null,
  origin text not null,
  state text not null,
  bytes bigint not null default 0,
  rows bigint not null default 0,
  taken_at timestamp(3) with time zone,
  company text not null default ''::text,
  guanxi text not null default ''::text,
  schema_version integer not null default 0,
  postgres text not null default ''::text,
  key_fingerprint text,
  with_key boolean not null default false,
  error jsonb,
  run_id bigint,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  verified_at timestamp(3) with time zone,
  verified boolean,
  verification jsonb,
  UNIQUE (file),
  PRIMARY KEY (backup_id),
  CHECK (((verified IS NULL) = (verified_at IS NULL))),
  CHECK ((file ~ '^[\w.-]{1,200}$'::text)),
  CHECK ((origin = ANY (ARRAY['person'::text, 'nightly'::text, 'terminal'::text, 'upload'::text, 'found'::text]))),
  CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX backup_recent ON backup USING btree (created_at, backup_id);

-- distribute: reference
create table category (
  category_id bigint not null default nextval('entity_id'::regclass),
  parent_id bigint,
  name text not null,
  PRIMARY KEY (category_id),
  FOREIGN KEY (parent_id) REFERENCES category(category_id),
  CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
CREATE UNIQUE INDEX category_name ON category USING btree (COALESCE(parent_id, (0)::bigint), name);

-- distribute: party_id
create table contact_check (
  party_id bigint not null,
  check_id bigint not null default nextval('entity_id'::regclass),
  home_party_id bigint not null,
  contact_point_id bigint not null,
  value_key text not null,
  outcome text not null,
  how text,
  source text not null default ''::text,
  checked_on date not null,
  actor_kind text not null,
  actor_id bigint not null,
  at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, check_id),
  CHECK ((how = ANY (ARRAY['phone_call'::text, 'email_answered'::text, 'letter'::text, 'document'::text, 'in_person'::text, 'message'::text, 'system'::text, 'other'::text]))),
  CHECK ((outcome = ANY (ARRAY['verified'::text, 'wrong'::text, 'bounced'::text, 'withdrawn'::text]))),
  CHECK ((length(source) <= 500))
);
CREATE INDEX contact_check_point ON contact_check USING btree (party_id, contact_point_id, check_id);

-- distribute: party_id
create table contact_point (
  party_id bigint not null,
  contact_point_id bigint not null default nextval('entity_id'::regclass),
  home_party_id bigint not null,
  kind text not null,
  value text not null,
  value_key text not null,
  label text not null default ''::text,
  preferred boolean not null default false,
  verified_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, contact_point_id),
  FOREIGN KEY (party_id) REFERENCES party(party_id),
  CHECK ((kind = ANY (ARRAY['email'::text, 'phone'::text, 'wechat_openid'::text, 'wechat_unionid'::text, 'address'::text, 'web'::text]))),
  CHECK ((length(label) <= 100)),
  CHECK (((length(value) >= 1) AND (length(value) <= 1000)))
);
CREATE INDEX contact_point_key ON contact_point USING btree (value_key, kind);

-- distribute: local
create table currency_rate (
  base text not null,
  currency text not null,
  day date not null,
  rate numeric(20,10) not null,
  PRIMARY KEY (base, currency, day),
  CHECK ((rate > (0)::numeric))
);

-- distribute: reference
create table custom_field (
  custom_field_id bigint not null default nextval('entity_id'::regclass),
  key text not null,
  kind text not null,
  label_zh text not null default ''::text,
  label_en text not null default ''::text,
  help_zh text not null default ''::text,
  help_en text not null default ''::text,
  section_zh text not null default ''::text,
  section_en text not null default ''::text,
  position integer not null default 0,
  options jsonb not null default '[]'::jsonb,
  rules jsonb not null default '{}'::jsonb,
  default_value jsonb,
  required boolean not null default false,
  distinct_values boolean not null default false,
  ask_on_create boolean not null default false,
  sees_role_ids bigint[],
  edits_role_ids bigint[],
  slot text not null default 'off'::text,
  archived_at timestamp(3) with time zone,
  removed_at timestamp(3) with time zone,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  UNIQUE (key),
  PRIMARY KEY (custom_field_id),
  CHECK (((length(label_en) <= 60) AND ((label_zh <> ''::text) OR (label_en <> ''::text)))),
  CHECK ((length(help_en) <= 500)),
  CHECK ((length(help_zh) <= 500)),
  CHECK ((key ~ '^[a-z][a-z0-9_]{0,39}$'::text)),
  CHECK ((kind = ANY (ARRAY['text'::text, 'long_text'::text, 'number'::text, 'money'::text, 'date'::text, 'yes_no'::text, 'choice'::text, 'multi_choice'::text, 'party'::text, 'link'::text]))),
  CHECK ((length(label_zh) <= 60)),
  CHECK ((length(section_en) <= 60)),
  CHECK ((length(section_zh) <= 60)),
  CHECK ((slot = ANY (ARRAY['off'::text, 'filling'::text, 'on'::text])))
);

-- distribute: value_key
create table custom_value_key (
  custom_field_id bigint not null,
  value_key text not null,
  party_id bigint not null,
  PRIMARY KEY (custom_field_id, value_key)
);
CREATE INDEX custom_value_key_party ON custom_value_key USING btree (party_id);

-- distribute: party_id
create table customer_value (
  party_id bigint not null,
  snapshot_id bigint not null,
  value_minor bigint,
  at_risk_minor bigint,
  revenue_minor bigint not null,
  repeat_minor bigint not null,
  recent_minor bigint not null,
  returns_minor bigint not null,
  sum_log_gaps double precision not null,
  p_alive real,
  lateness real,
  usual_days real,
  expected real,
  expected_minor bigint,
  margin real not null,
  x integer not null,
  as_of date not null,
  first_on date not null,
  last_on date not null,
  next_on date,
  unknown smallint,
  class smallint not null,
  abc smallint,
  recency smallint,
  frequency smallint,
  monetary smallint,
  segment smallint,
  core boolean not null,
  overdue boolean not null,
  gone boolean not null,
  currency text not null,
  PRIMARY KEY (party_id, snapshot_id)
);
CREATE INDEX customer_value_risk ON customer_value USING btree (snapshot_id, COALESCE(at_risk_minor, '-9007199254740991'::bigint), party_id);
CREATE INDEX customer_value_worth ON customer_value USING btree (snapshot_id, COALESCE(value_minor, '-9007199254740991'::bigint), party_id);

-- distribute: party_id
create table erasure (
  party_id bigint not null,
  erasure_id bigint not null default nextval('entity_id'::regclass),
  home_party_id bigint not null,
  at timestamp(3) with time zone not null,
  actor_kind text not null,
  actor_id bigint not null,
  ground text not null,
  reference text not null default ''::text,
  parts jsonb not null default '[]'::jsonb,
  reapplied_at timestamp(3) with time zone,
  PRIMARY KEY (party_id, erasure_id),
  CHECK ((actor_kind = ANY (ARRAY['user'::text, 'key'::text, 'system'::text, 'cli'::text]))),
  CHECK ((ground = ANY (ARRAY['request'::text, 'consent_withdrawn'::text, 'not_needed'::text, 'unlawful'::text]))),
  CHECK ((length(reference) <= 100))
);

-- distribute: local
create table export_run (
  export_id bigint not null,
  actor_kind text not null,
  actor_id bigint not null,
  key text,
  list text not null,
  format text not null,
  rows_total bigint not null,
  rows_sent bigint not null default 0,
  state text not null default 'running'::text,
  started_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  PRIMARY KEY (export_id),
  CHECK ((format = ANY (ARRAY['csv'::text, 'xlsx'::text]))),
  CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cut_off'::text])))
);
CREATE INDEX export_run_age ON export_run USING btree (started_at);
CREATE INDEX export_run_open ON export_run USING btree (updated_at) WHERE (state = 'running'::text);
CREATE UNIQUE INDEX export_run_key ON export_run USING btree (actor_kind, actor_id, key);

-- distribute: value
create table external_id (
  source text not null,
  value text not null,
  party_id bigint not null,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (source, value),
  CHECK (((length(source) >= 1) AND (length(source) <= 100))),
  CHECK (((length(value) >= 1) AND (length(value) <= 200)))
);
CREATE INDEX external_id_party ON external_id USING btree (party_id);

-- distribute: local
create table fault (
  fingerprint bytea not null,
  place text not null,
  what text not null,
  request_id text not null,
  times bigint not null default 1,
  first_at timestamp(3) with time zone not null,
  last_at timestamp(3) with time zone not null,
  PRIMARY KEY (fingerprint)
);
CREATE INDEX fault_recent ON fault USING btree (last_at);

-- distribute: local
create table idempotency (
  actor text not null,
  route text not null,
  key text not null,
  body_hash bytea not null,
  status smallint not null,
  answer jsonb not null,
  etag text,
  party_id bigint,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (actor, route, key)
);
CREATE INDEX idempotency_age ON idempotency USING btree (created_at);

-- distribute: key
create table identity_key (
  key bigint not null,
  party_id bigint not null,
  PRIMARY KEY (key, party_id)
);
CREATE INDEX identity_key_party ON identity_key USING btree (party_id);

-- distribute: party_id
create table identity_merge (
  party_id bigint not null,
  merge_id bigint not null default nextval('entity_id'::regclass),
  survivor_id bigint not null,
  at timestamp(3) with time zone not null,
  actor_kind text not null,
  actor_id bigint not null,
  patch jsonb not null default '[]'::jsonb,
  unmerged_at timestamp(3) with time zone,
  PRIMARY KEY (party_id, merge_id),
  CHECK ((actor_kind = ANY (ARRAY['user'::text, 'key'::text, 'system'::text, 'cli'::text]))),
  CHECK ((party_id <> survivor_id))
);
CREATE INDEX identity_merge_into ON identity_merge USING btree (survivor_id, merge_id);
CREATE INDEX identity_merge_lately ON identity_merge USING btree (at, merge_id) WHERE (unmerged_at IS NULL);
CREATE UNIQUE INDEX identity_merge_open ON identity_merge USING btree (party_id) WHERE (unmerged_at IS NULL);

-- distribute: party_id
create table identity_moved (
  party_id bigint not null,
  merge_id bigint not null,
  n integer not null,
  table_name text not null,
  what text not null,
  home_party_id bigint not null,
  column_name text,
  key jsonb not null,
  image jsonb,
  PRIMARY KEY (party_id, merge_id, n),
  CHECK ((what = ANY (ARRAY['moved'::text, 'aside'::text, 'renamed'::text])))
);

-- distribute: party_id
create table identity_pair (
  party_id bigint not null,
  other_id bigint not null,
  score real not null,
  band text not null,
  reasons jsonb not null,
  state text not null default 'open'::text,
  found_at timestamp(3) with time zone not null,
  seen_at timestamp(3) with time zone not null,
  decided_at timestamp(3) with time zone,
  decided_by bigint,
  said_at_score real,
  PRIMARY KEY (party_id, other_id),
  CHECK ((band = ANY (ARRAY['certain'::text, 'likely'::text, 'possible'::text]))),
  CHECK ((party_id < other_id)),
  CHECK ((state = ANY (ARRAY['open'::text, 'later'::text, 'not_same'::text, 'merged'::text])))
);
CREATE INDEX identity_pair_other ON identity_pair USING btree (other_id);
CREATE INDEX identity_pair_worklist ON identity_pair USING btree (state, score, party_id, other_id);

-- distribute: local
create table identity_progress (
  progress_id bigint not null default 1,
  filled_to bigint not null default 0,
  filled boolean not null default false,
  heard_at timestamp(3) with time zone not null default '-infinity'::timestamp with time zone,
  paired_at timestamp(3) with time zone not null default '-infinity'::timestamp with time zone,
  scanned_at timestamp(3) with time zone,
  elsewhere_hints boolean not null default true,
  PRIMARY KEY (progress_id),
  CHECK ((progress_id = 1))
);

-- distribute: local
create table import (
  import_id bigint not null default nextval('entity_id'::regclass),
  kind text not null,
  source text not null,
  file_name text not null,
  file_bytes bigint not null,
  file_sha256 bytea,
  state text not null,
  detected jsonb not null default '{}'::jsonb,
  mapping jsonb not null default '{}'::jsonb,
  options jsonb not null default '{}'::jsonb,
  preview jsonb,
  report jsonb,
  error jsonb,
  run_id bigint,
  unit_id bigint not null,
  created_by bigint,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  undo_until timestamp(3) with time zone,
  undone_at timestamp(3) with time zone,
  changes_standing bigint not null default 0,
  changes_undone bigint not null default 0,
  waits_for jsonb,
  settled jsonb,
  PRIMARY KEY (import_id),
  CHECK ((kind = ANY (ARRAY['orders'::text, 'parties'::text, 'products'::text]))),
  CHECK ((state = ANY (ARRAY['uploading'::text, 'uploaded'::text, 'previewing'::text, 'previewed'::text, 'waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX import_recent ON import USING btree (created_at, import_id);

-- distribute: local
create table import_change (
  subject_id bigint not null,
  import_id bigint not null,
  subject text not null,
  party_id bigint not null default 0,
  what text not null,
  undone boolean not null default false,
  version integer,
  image jsonb,
  PRIMARY KEY (subject_id, import_id),
  CHECK ((subject = ANY (ARRAY['party'::text, 'anonymous'::text, 'product'::text, 'category'::text, 'order'::text]))),
  CHECK ((what = ANY (ARRAY['created'::text, 'updated'::text])))
);
CREATE INDEX import_change_of ON import_change USING btree (import_id);

-- distribute: local
create table import_chunk (
  import_id bigint not null,
  seq integer not null,
  bytes bytea not null,
  PRIMARY KEY (import_id, seq)
);

-- distribute: local
create table import_mended (
  import_id bigint not null,
  rejected_by bigint not null,
  line bigint not null,
  raw text not null,
  reasons jsonb not null,
  PRIMARY KEY (import_id, rejected_by, line)
);

-- distribute: local
create table import_order_line (
  import_id bigint not null,
  party_id bigint not null,
  order_id bigint not null,
  line_no integer not null,
  product_id bigint,
  kind text not null,
  description text not null,
  quantity numeric(18,4) not null,
  price_micro bigint not null,
  amount_minor bigint not null,
  hash bigint not null
);
CREATE INDEX import_order_line_of ON import_order_line USING btree (import_id);

-- distribute: local
create table import_reject (
  import_id bigint not null,
  line bigint not null,
  raw text not null,
  reasons jsonb not null,
  PRIMARY KEY (import_id, line)
);

-- distribute: local
create table import_tie (
  tie_id bigint not null,
  import_id bigint not null,
  party_id bigint not null,
  other_id bigint not null,
  what text not null,
  undone boolean not null default false,
  version integer,
  image jsonb,
  PRIMARY KEY (tie_id, import_id),
  CHECK ((what = ANY (ARRAY['created'::text, 'updated'::text])))
);
CREATE INDEX import_tie_of ON import_tie USING btree (import_id);

-- distribute: local
create table import_undo (
  undo_id bigint not null default nextval('entity_id'::regclass),
  import_id bigint not null,
  direction text not null,
  state text not null,
  run_id bigint,
  waits_for jsonb,
  report jsonb,
  error jsonb,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (undo_id),
  CHECK ((direction = ANY (ARRAY['undo'::text, 'redo'::text]))),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX import_undo_of ON import_undo USING btree (import_id, undo_id);
CREATE UNIQUE INDEX import_undo_open ON import_undo USING btree (import_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

-- distribute: local
create table invitation (
  hash bytea not null,
  user_id bigint not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  PRIMARY KEY (hash)
);
CREATE INDEX invitation_of_user ON invitation USING btree (user_id);

-- distribute: local
create table job_run (
  run_id bigint not null default nextval('entity_id'::regclass),
  job text not null,
  subject jsonb not null default '{}'::jsonb,
  state text not null,
  done bigint not null default 0,
  total bigint,
  phase text,
  cursor jsonb,
  result jsonb,
  error jsonb,
  cancel_requested boolean not null default false,
  worker text,
  started_by bigint,
  unit_id bigint,
  created_at timestamp(3) with time zone not null,
  started_at timestamp(3) with time zone,
  updated_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (run_id),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX job_run_failed ON job_run USING btree (finished_at) WHERE (state = 'failed'::text);
CREATE INDEX job_run_open ON job_run USING btree (updated_at) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));
CREATE INDEX job_run_recent ON job_run USING btree (created_at, run_id);
CREATE INDEX job_run_touched ON job_run USING btree (updated_at);

-- distribute: local
create table label_setting (
  key text not null,
  value jsonb not null,
  version integer not null default 1,
  PRIMARY KEY (key)
);

-- distribute: party_id
create table need (
  party_id bigint not null,
  need_id bigint not null default nextval('entity_id'::regclass),
  category text not null,
  need_minor bigint not null,
  currency text not null,
  our_share double precision not null,
  rivals jsonb not null default '[]'::jsonb,
  source text not null,
  known_on date not null,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  UNIQUE (party_id, category, known_on),
  PRIMARY KEY (party_id, need_id),
  CHECK (((length(category) >= 1) AND (length(category) <= 200))),
  CHECK ((length(currency) = 3)),
  CHECK ((need_minor >= 0)),
  CHECK (((our_share >= (0)::double precision) AND (our_share <= (1)::double precision)))
);

-- distribute: party_id
create table note (
  party_id bigint not null,
  home_party_id bigint not null,
  note_id bigint not null default nextval('entity_id'::regclass),
  body text not null,
  pinned boolean not null default false,
  live boolean not null default true,
  version integer not null default 1,
  author_kind text not null,
  created_by bigint not null,
  created_at timestamp(3) with time zone not null,
  edited_at timestamp(3) with time zone,
  PRIMARY KEY (party_id, note_id),
  CHECK ((author_kind = ANY (ARRAY['user'::text, 'key'::text, 'system'::text, 'cli'::text]))),
  CHECK (((length(body) >= 1) AND (length(body) <= 20000)))
);
CREATE INDEX note_stream ON note USING btree (party_id, created_at DESC, note_id DESC) WHERE live;

-- distribute: party_id
create table note_mention (
  party_id bigint not null,
  home_party_id bigint not null,
  note_id bigint not null,
  user_id bigint not null,
  at timestamp(3) with time zone not null,
  seen_at timestamp(3) with time zone,
  PRIMARY KEY (party_id, note_id, user_id)
);
CREATE INDEX note_mention_inbox ON note_mention USING btree (user_id, at DESC) WHERE (seen_at IS NULL);

-- distribute: party_id
create table occasion (
  party_id bigint not null,
  home_party_id bigint not null,
  occasion_id bigint not null default nextval('entity_id'::regclass),
  kind text not null,
  label text not null default ''::text,
  calendar text not null,
  year integer,
  month integer not null,
  day integer not null,
  leap boolean not null default false,
  slot integer not null,
  remind_days integer,
  note text not null default ''::text,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, occasion_id),
  CHECK ((calendar = ANY (ARRAY['solar'::text, 'lunar'::text]))),
  CHECK (((kind <> 'other'::text) OR (label <> ''::text))),
  CHECK (((day >= 1) AND (day <= 31))),
  CHECK ((kind = ANY (ARRAY['birthday'::text, 'wedding'::text, 'founding'::text, 'first_cooperation'::text, 'other'::text]))),
  CHECK ((length(label) <= 100)),
  CHECK (((month >= 1) AND (month <= 12))),
  CHECK ((length(note) <= 500)),
  CHECK (((remind_days >= 0) AND (remind_days <= 90))),
  CHECK (((year >= 1900) AND (year <= 2100)))
);
CREATE INDEX occasion_home ON occasion USING btree (home_party_id) WHERE (home_party_id <> party_id);
CREATE INDEX occasion_slot ON occasion USING btree (slot, party_id);

-- distribute: number
create table order_key (
  source text not null,
  number text not null,
  order_id bigint not null,
  party_id bigint not null,
  PRIMARY KEY (source, number),
  CHECK (((length(number) >= 1) AND (length(number) <= 200)))
);
CREATE INDEX order_key_id ON order_key USING btree (order_id);

-- distribute: party_id
create table order_line (
  party_id bigint not null,
  order_id bigint not null,
  line_no integer not null,
  product_id bigint,
  kind text not null,
  description text not null default ''::text,
  quantity numeric(18,4) not null,
  price_micro bigint not null,
  amount_minor bigint not null,
  hash bigint not null,
  PRIMARY KEY (party_id, order_id, line_no)
);

-- distribute: party_id
create table orders (
  party_id bigint not null,
  order_id bigint not null,
  home_party_id bigint not null,
  source text not null,
  number text not null,
  kind text not null,
  ordered_at timestamp(3) with time zone not null,
  currency text not null,
  channel text not null default ''::text,
  store text not null default ''::text,
  line_count integer not null,
  amount_minor bigint not null,
  base_minor bigint,
  digest bigint not null,
  import_id bigint,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, order_id),
  CHECK ((length(currency) = 3)),
  CHECK ((kind = ANY (ARRAY['order'::text, 'return'::text, 'cancellation'::text, 'adjustment'::text])))
);
CREATE INDEX orders_of_party ON orders USING btree (party_id, ordered_at, order_id);
CREATE INDEX orders_recent ON orders USING btree (ordered_at, order_id);

-- distribute: local
create table outbox (
  event_id bigint not null generated always as identity,
  at timestamp(3) with time zone not null,
  name text not null,
  version smallint not null default 1,
  payload jsonb not null,
  audit_ids bigint[] not null default '{}'::bigint[],
  PRIMARY KEY (event_id)
);

-- distribute: party_id
create table party (
  party_id bigint not null default nextval('entity_id'::regclass),
  kind text not null,
  name text not null,
  language text,
  channel_preference text,
  country text,
  note text not null default ''::text,
  owner_id bigint,
  unit_id bigint not null,
  tags text[] not null default '{}'::text[],
  live boolean not null default true,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  erased_at timestamp(3) with time zone,
  fields jsonb not null default '{}'::jsonb,
  merged_into bigint,
  PRIMARY KEY (party_id),
  CHECK ((channel_preference = ANY (ARRAY['email'::text, 'phone'::text, 'sms'::text, 'wechat'::text, 'post'::text, 'visit'::text]))),
  CHECK ((length(country) = 2)),
  CHECK ((kind = ANY (ARRAY['person'::text, 'organisation'::text, 'anonymous'::text]))),
  CHECK ((language = ANY (ARRAY['zh-CN'::text, 'en'::text]))),
  CHECK (((length(name) >= 1) AND (length(name) <= 300))),
  CHECK ((length(note) <= 20000))
);
CREATE INDEX party_merged ON party USING btree (merged_into) WHERE (merged_into IS NOT NULL);

-- distribute: party_id
create table party_bucket (
  party_id bigint not null,
  buckets integer[] not null,
  PRIMARY KEY (party_id)
);
CREATE INDEX party_bucket_of ON party_bucket USING gin (buckets);

-- distribute: local
create table party_bulk (
  bulk_id bigint not null default nextval('entity_id'::regclass),
  root_id bigint not null,
  of_bulk_id bigint,
  direction text not null,
  action jsonb not null,
  state text not null,
  run_id bigint,
  selected bigint not null,
  changed bigint not null default 0,
  unchanged bigint not null default 0,
  refused bigint not null default 0,
  gone bigint not null default 0,
  error jsonb,
  unit_id bigint not null,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  PRIMARY KEY (bulk_id),
  CHECK ((direction = ANY (ARRAY['do'::text, 'undo'::text, 'redo'::text]))),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);
CREATE INDEX party_bulk_chain ON party_bulk USING btree (root_id, bulk_id);
CREATE INDEX party_bulk_recent ON party_bulk USING btree (created_at, bulk_id);
CREATE UNIQUE INDEX party_bulk_open ON party_bulk USING btree (root_id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

-- distribute: local
create table party_bulk_slice (
  bulk_id bigint not null,
  n integer not null,
  party_ids bigint[] not null,
  changed_ids bigint[] not null default '{}'::bigint[],
  audit_ids bigint[] not null default '{}'::bigint[],
  versions integer[] not null default '{}'::integer[],
  refused jsonb not null default '[]'::jsonb,
  done boolean not null default false,
  PRIMARY KEY (bulk_id, n)
);

-- distribute: local
create table party_count (
  label text not null,
  unit_id bigint not null,
  delta bigint not null
);
CREATE INDEX party_count_label ON party_count USING btree (label, unit_id) INCLUDE (delta);

-- distribute: party_id
create table party_find (
  party_id bigint not null,
  unit_id bigint not null,
  owner_id bigint not null,
  fresh timestamp(3) with time zone not null,
  h1 integer not null,
  h2 integer not null,
  h3 integer not null,
  h4 integer not null,
  h5 integer not null,
  h6 integer not null,
  PRIMARY KEY (party_id)
);
CREATE INDEX party_find_fresh ON party_find USING btree (fresh, party_id) INCLUDE (unit_id, h1, h2, h3, h4, h5, h6);
CREATE INDEX party_find_unit ON party_find USING btree (unit_id, fresh, party_id) INCLUDE (h1, h2, h3, h4, h5, h6);

-- distribute: party_id
create table party_list (
  party_id bigint not null,
  unit_id bigint not null,
  owner_id bigint,
  live boolean not null,
  kind text not null,
  name text not null,
  name_romanised text not null,
  name_sort text not null,
  roles text[] not null,
  tags text[] not null,
  country text,
  order_count bigint not null default 0,
  revenue_minor bigint not null default 0,
  unrated_count bigint not null default 0,
  first_order_at timestamp(3) with time zone not null default '-infinity'::timestamp with time zone,
  last_order_at timestamp(3) with time zone not null default '-infinity'::timestamp with time zone,
  created_at timestamp(3) with time zone not null,
  version integer not null,
  marks bigint not null,
  search_text text not null,
  search_chars text[] not null,
  search_contact text not null,
  fields jsonb not null default '{}'::jsonb,
  head1 integer not null default '-1'::integer,
  head2 integer not null default '-1'::integer,
  head3 integer not null default '-1'::integer,
  head4 integer not null default '-1'::integer,
  PRIMARY KEY (party_id)
);
CREATE INDEX party_list_count ON party_list USING btree (order_count, party_id) INCLUDE (marks, unit_id, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_count_unit ON party_list USING btree (unit_id, order_count, party_id) INCLUDE (marks, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_fields ON party_list USING gin (fields jsonb_path_ops) WHERE (live AND (fields <> '{}'::jsonb));
CREATE INDEX party_list_find ON party_list USING gin (search_text gin_trgm_ops, search_contact gin_trgm_ops, search_chars, tags, roles) WITH (gin_pending_list_limit='1024') WHERE live;
CREATE INDEX party_list_last ON party_list USING btree (last_order_at, party_id) INCLUDE (marks, unit_id, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_last_unit ON party_list USING btree (unit_id, last_order_at, party_id) INCLUDE (marks, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_made ON party_list USING btree (created_at, party_id) INCLUDE (marks, unit_id, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_made_unit ON party_list USING btree (unit_id, created_at, party_id) INCLUDE (marks, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_name ON party_list USING btree (name_sort, party_id) INCLUDE (marks, unit_id, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_name_unit ON party_list USING btree (unit_id, name_sort, party_id) INCLUDE (marks, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_rev ON party_list USING btree (revenue_minor, party_id) INCLUDE (marks, unit_id, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_rev_unit ON party_list USING btree (unit_id, revenue_minor, party_id) INCLUDE (marks, head1, head2, head3, head4) WHERE live;
CREATE INDEX party_list_trash ON party_list USING btree (name_sort, party_id) WHERE (NOT live);

-- distribute: party_id
create table party_own (
  party_id bigint not null,
  owner_id bigint,
  version integer not null,
  live boolean not null,
  name_sort text not null,
  created_at timestamp(3) with time zone not null,
  last_order_at timestamp(3) with time zone not null default '-infinity'::timestamp with time zone,
  fresh timestamp(3) with time zone not null,
  revenue_minor bigint not null default 0,
  order_count bigint not null default 0,
  marks bigint not null,
  h1 integer not null,
  h2 integer not null,
  h3 integer not null,
  h4 integer not null,
  h5 integer not null,
  h6 integer not null,
  PRIMARY KEY (party_id)
);
CREATE INDEX party_own_fresh ON party_own USING btree (owner_id, fresh, party_id) INCLUDE (h1, h2, h3, h4, h5, h6);
CREATE INDEX party_own_name ON party_own USING btree (owner_id, name_sort, party_id) INCLUDE (marks, last_order_at, revenue_minor, order_count, created_at, h1, h2, h3, h4, h5, h6) WHERE live;

-- distribute: party_id
create table party_presence (
  party_id bigint not null,
  user_id bigint not null,
  tab text not null,
  field text,
  since timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, user_id, tab),
  CHECK ((length(field) <= 60)),
  CHECK (((length(tab) >= 8) AND (length(tab) <= 40)))
);

-- distribute: party_id
create table party_quality (
  party_id bigint not null,
  unit_id bigint not null,
  owner_id bigint,
  score smallint,
  completeness smallint,
  validity smallint,
  freshness smallint,
  reasons bigint not null,
  rules_id bigint not null,
  version integer not null,
  last_order_at timestamp(3) with time zone not null,
  checked_at timestamp(3) with time zone not null,
  due_on date,
  PRIMARY KEY (party_id)
);
CREATE INDEX party_quality_due ON party_quality USING btree (due_on) WHERE (due_on IS NOT NULL);

-- distribute: party_id
create table party_role (
  party_id bigint not null,
  party_role_id bigint not null default nextval('entity_id'::regclass),
  role text not null,
  since date not null,
  until date,
  PRIMARY KEY (party_id, party_role_id),
  FOREIGN KEY (party_id) REFERENCES party(party_id),
  CHECK ((until >= since))
);

-- distribute: party_id
create table party_slot (
  custom_field_id bigint not null,
  party_id bigint not null,
  part smallint not null default 0,
  unit_id bigint not null,
  owner_id bigint,
  t text,
  n double precision,
  c text,
  PRIMARY KEY (party_id, custom_field_id, part)
);
CREATE INDEX party_slot_c ON party_slot USING btree (custom_field_id, c, n, party_id) WHERE (c IS NOT NULL);
CREATE INDEX party_slot_c_unit ON party_slot USING btree (custom_field_id, unit_id, c, n, party_id) WHERE (c IS NOT NULL);
CREATE INDEX party_slot_n ON party_slot USING btree (custom_field_id, n, party_id) WHERE (n IS NOT NULL);
CREATE INDEX party_slot_n_owner ON party_slot USING btree (custom_field_id, owner_id, n, party_id) WHERE (n IS NOT NULL);
CREATE INDEX party_slot_n_unit ON party_slot USING btree (custom_field_id, unit_id, n, party_id) WHERE (n IS NOT NULL);
CREATE INDEX party_slot_t ON party_slot USING btree (custom_field_id, t, party_id) WHERE (t IS NOT NULL);
CREATE INDEX party_slot_t_owner ON party_slot USING btree (custom_field_id, owner_id, t, party_id) WHERE (t IS NOT NULL);
CREATE INDEX party_slot_t_unit ON party_slot USING btree (custom_field_id, unit_id, t, party_id) WHERE (t IS NOT NULL);

-- distribute: reference
create table pool (
  pool_id bigint not null default nextval('entity_id'::regclass),
  name text not null,
  unit_id bigint not null,
  role text,
  active boolean not null default true,
  claimers text[] not null default '{}'::text[],
  claim_cap integer,
  claim_days integer not null default 7,
  holding_cap integer,
  cooldown_days integer not null default 30,
  no_order_days integer,
  no_change_days integer,
  warn_days integer not null default 7,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  PRIMARY KEY (pool_id),
  FOREIGN KEY (unit_id) REFERENCES unit(unit_id),
  CHECK ((claim_cap > 0)),
  CHECK ((claim_days > 0)),
  CHECK ((cooldown_days >= 0)),
  CHECK ((holding_cap > 0)),
  CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  CHECK ((no_change_days > 0)),
  CHECK ((no_order_days > 0)),
  CHECK (((warn_days >= 1) AND (warn_days <= 365)))
);
CREATE UNIQUE INDEX pool_name ON pool USING btree (unit_id, name);

-- distribute: party_id
create table pool_move (
  party_id bigint not null,
  move_id bigint not null default nextval('entity_id'::regclass),
  home_party_id bigint not null,
  pool_id bigint not null,
  kind text not null,
  user_id bigint not null,
  reason text not null default ''::text,
  at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, move_id),
  CHECK ((kind = ANY (ARRAY['claimed'::text, 'returned'::text, 'recycled'::text]))),
  CHECK ((length(reason) <= 500))
);
CREATE INDEX pool_move_user ON pool_move USING btree (user_id, pool_id, at);

-- distribute: party_id
create table pool_warning (
  party_id bigint not null,
  pool_id bigint not null,
  owner_id bigint not null,
  because text not null,
  due_on date not null,
  warned_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id),
  CHECK ((because = ANY (ARRAY['no_order'::text, 'no_change'::text])))
);
CREATE INDEX pool_warning_due ON pool_warning USING btree (due_on);
CREATE INDEX pool_warning_owner ON pool_warning USING btree (owner_id, due_on);

-- distribute: reference
create table product (
  product_id bigint not null default nextval('entity_id'::regclass),
  source text not null,
  code text not null,
  name text not null,
  kind text not null default 'product'::text,
  category_id bigint,
  sales_unit text not null default ''::text,
  unit_cost_micro bigint,
  cost_currency text,
  live boolean not null default true,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  UNIQUE (source, code),
  PRIMARY KEY (product_id),
  FOREIGN KEY (category_id) REFERENCES category(category_id),
  CHECK (((unit_cost_micro IS NULL) = (cost_currency IS NULL))),
  CHECK (((length(code) >= 1) AND (length(code) <= 200))),
  CHECK ((length(cost_currency) = 3)),
  CHECK ((kind = ANY (ARRAY['product'::text, 'charge'::text, 'discount'::text, 'adjustment'::text]))),
  CHECK ((length(name) <= 500)),
  CHECK ((unit_cost_micro >= 0))
);
CREATE INDEX product_code ON product USING btree (code, product_id);

-- distribute: local
create table quality_day (
  day date not null,
  unit_id bigint not null,
  owner_id bigint not null,
  parties integer not null,
  scored integer not null,
  score_sum bigint not null,
  bands integer[] not null,
  reasons jsonb not null,
  PRIMARY KEY (day, unit_id, owner_id)
);

-- distribute: local
create table quality_rules (
  rules_id bigint not null default nextval('entity_id'::regclass),
  rules jsonb not null,
  valid_from timestamp(3) with time zone not null,
  changed_by bigint,
  PRIMARY KEY (rules_id)
);

-- distribute: party_id
create table quality_skip (
  party_id bigint not null,
  code text not null,
  home_party_id bigint not null,
  reason text not null,
  until date,
  skipped_by bigint,
  skipped_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, code),
  CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

-- distribute: local
create table quality_state (
  key text not null,
  value jsonb not null,
  PRIMARY KEY (key)
);

-- distribute: reference
create table recovery_code (
  user_id bigint not null,
  hash bytea not null,
  PRIMARY KEY (user_id, hash)
);

-- distribute: reference
create table role (
  role_id bigint not null default nextval('entity_id'::regclass),
  code text not null,
  name_zh text not null,
  name_en text not null,
  grants jsonb not null,
  masks text[] not null default '{}'::text[],
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  second_factor boolean not null default false,
  UNIQUE (code),
  PRIMARY KEY (role_id)
);

-- distribute: local
create table sample (
  sample_id bigint not null default 1,
  state text not null,
  weeks integer not null,
  currency text not null,
  was jsonb not null,
  unit_ids bigint[] not null,
  user_ids bigint[] not null,
  party_ids bigint[],
  run_id bigint,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  loaded_at timestamp(3) with time zone,
  PRIMARY KEY (sample_id),
  CHECK ((length(currency) = 3)),
  CHECK ((sample_id = 1)),
  CHECK ((state = ANY (ARRAY['loading'::text, 'loaded'::text])))
);

-- distribute: reference
create table saved_view (
  view_id bigint not null default nextval('entity_id'::regclass),
  list text not null,
  name text not null,
  owner_id bigint not null,
  shared text not null default 'private'::text,
  unit_id bigint,
  pinned boolean not null default true,
  position integer not null default 0,
  state jsonb not null,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  PRIMARY KEY (view_id),
  CHECK (((shared = 'unit'::text) = (unit_id IS NOT NULL))),
  CHECK ((list = 'customers'::text)),
  CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  CHECK ((shared = ANY (ARRAY['private'::text, 'unit'::text, 'everyone'::text])))
);
CREATE INDEX saved_view_owner ON saved_view USING btree (owner_id);

-- distribute: local
create table seal (
  seq bigint not null,
  prev bytea not null,
  merkle_root bytea not null,
  audit_ids bigint[] not null,
  sealed_at timestamp(3) with time zone not null,
  first_at timestamp(3) with time zone not null,
  last_at timestamp(3) with time zone not null,
  mac bytea not null,
  key_fingerprint text,
  PRIMARY KEY (seq)
);
CREATE INDEX seal_times ON seal USING btree (last_at, first_at);

-- distribute: reference
create table second_factor (
  user_id bigint not null,
  secret bytea not null,
  created_at timestamp(3) with time zone not null,
  confirmed_at timestamp(3) with time zone,
  last_step bigint not null default 0,
  failures integer not null default 0,
  failed_at timestamp(3) with time zone,
  PRIMARY KEY (user_id)
);

-- distribute: local
create table session (
  token_hash bytea not null,
  user_id bigint not null,
  csrf text not null,
  created_at timestamp(3) with time zone not null,
  seen_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  address text,
  agent text,
  PRIMARY KEY (token_hash)
);
CREATE INDEX session_of_user ON session USING btree (user_id);

-- distribute: local
create table setting (
  key text not null,
  value jsonb not null,
  PRIMARY KEY (key)
);

-- distribute: local
create table setup_token (
  hash bytea not null,
  created_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  PRIMARY KEY (hash)
);

-- distribute: local
create table sign_in_failure (
  subject text not null,
  failed_at timestamp(3) with time zone not null,
  failure_id bigint not null generated always as identity,
  PRIMARY KEY (subject, failed_at, failure_id)
);

-- distribute: party_id
create table spend (
  party_id bigint not null default 0,
  spend_id bigint not null default nextval('entity_id'::regclass),
  unit_id bigint not null,
  owner_id bigint,
  spent_on date not null,
  purpose text not null,
  driver text not null,
  segment text,
  campaign text,
  amount_minor bigint not null,
  currency text not null,
  base_minor bigint,
  hours numeric(10,2) not null default 0,
  note text not null default ''::text,
  digest bytea,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, spend_id),
  CHECK ((amount_minor >= 0)),
  CHECK ((length(currency) = 3)),
  CHECK ((driver = ANY (ARRAY['value'::text, 'brand'::text, 'relationship'::text, 'price'::text, 'service'::text, 'quality'::text, 'other'::text]))),
  CHECK ((hours >= (0)::numeric)),
  CHECK ((purpose = ANY (ARRAY['win'::text, 'keep'::text, 'grow'::text, 'win_back'::text])))
);
CREATE INDEX spend_by_id ON spend USING btree (spend_id);
CREATE INDEX spend_recent ON spend USING btree (spent_on, spend_id);
CREATE UNIQUE INDEX spend_digest ON spend USING btree (party_id, digest) WHERE (digest IS NOT NULL);

-- distribute: party_id
create table subscription (
  party_id bigint not null,
  subscription_id bigint not null default nextval('entity_id'::regclass),
  name text not null,
  started_on date not null,
  period_months integer not null,
  amount_minor bigint not null,
  currency text not null,
  ended_on date,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  UNIQUE (party_id, name, started_on),
  PRIMARY KEY (party_id, subscription_id),
  CHECK ((amount_minor >= 0)),
  CHECK ((ended_on >= started_on)),
  CHECK ((length(currency) = 3)),
  CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CHECK (((period_months >= 1) AND (period_months <= 60)))
);

-- distribute: local
create table tag_change (
  change_id bigint not null default nextval('entity_id'::regclass),
  verb text not null,
  tags text[] not null,
  become text,
  bulk_id bigint,
  definitions jsonb not null default '[]'::jsonb,
  undone_at timestamp(3) with time zone,
  changed_by bigint,
  changed_at timestamp(3) with time zone not null,
  PRIMARY KEY (change_id),
  CHECK ((verb = ANY (ARRAY['rename'::text, 'merge'::text, 'delete'::text])))
);

-- distribute: reference
create table tag_definition (
  tag text not null,
  colour text,
  group text not null default ''::text,
  note text not null default ''::text,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (tag),
  CHECK ((colour = ANY (ARRAY['grey'::text, 'indigo'::text, 'teal'::text, 'ochre'::text, 'cinnabar'::text, 'sky'::text]))),
  CHECK ((length("group") <= 60)),
  CHECK ((length(note) <= 500)),
  CHECK (((length(tag) >= 1) AND (length(tag) <= 60)))
);

-- distribute: party_id
create table task (
  party_id bigint not null default 0,
  home_party_id bigint not null default 0,
  task_id bigint not null default nextval('entity_id'::regclass),
  title text not null,
  note text not null default ''::text,
  due_on date,
  due_at timestamp(3) with time zone,
  priority integer not null default 1,
  assignee_id bigint not null,
  created_by bigint not null,
  snoozed_until date,
  done_at timestamp(3) with time zone,
  done_by bigint,
  live boolean not null default true,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, task_id),
  CHECK (((due_at IS NULL) OR (due_on IS NULL))),
  CHECK ((length(note) <= 5000)),
  CHECK (((priority >= 0) AND (priority <= 2))),
  CHECK (((length(title) >= 1) AND (length(title) <= 300)))
);
CREATE INDEX task_by_id ON task USING btree (task_id);
CREATE INDEX task_done ON task USING btree (party_id, done_at DESC) WHERE (live AND (done_at IS NOT NULL));
CREATE INDEX task_given ON task USING btree (created_by) WHERE (live AND (done_at IS NULL));
CREATE INDEX task_mine ON task USING btree (assignee_id) WHERE (live AND (done_at IS NULL));

-- distribute: party_id
create table tie (
  party_id bigint not null,
  home_party_id bigint not null,
  tie_id bigint not null,
  side text not null,
  other_id bigint not null,
  kind text not null,
  title text not null default ''::text,
  department text not null default ''::text,
  relation text,
  since date,
  until date,
  is_primary boolean not null default false,
  source text not null default ''::text,
  note text not null default ''::text,
  version integer not null default 1,
  created_by bigint,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id, tie_id, side),
  CHECK ((until >= since)),
  CHECK ((party_id <> other_id)),
  CHECK ((length(department) <= 200)),
  CHECK ((kind = ANY (ARRAY['works_at'::text, 'subsidiary_of'::text, 'household'::text]))),
  CHECK ((length(note) <= 1000)),
  CHECK ((relation = ANY (ARRAY['spouse'::text, 'child'::text, 'parent'::text, 'sibling'::text, 'grandparent'::text, 'grandchild'::text, 'other'::text]))),
  CHECK ((side = ANY (ARRAY['from'::text, 'to'::text]))),
  CHECK ((length(source) <= 200)),
  CHECK ((length(title) <= 200))
);
CREATE INDEX tie_kind ON tie USING btree (party_id, kind, side);
CREATE INDEX tie_other ON tie USING btree (other_id, tie_id);
CREATE INDEX tie_stream ON tie USING btree (party_id, created_at DESC, tie_id DESC);

-- distribute: reference
create table unit (
  unit_id bigint not null default nextval('entity_id'::regclass),
  parent_id bigint,
  kind text not null,
  name text not null,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  PRIMARY KEY (unit_id),
  FOREIGN KEY (parent_id) REFERENCES unit(unit_id),
  CHECK (((kind = 'headquarters'::text) = (parent_id IS NULL))),
  CHECK ((kind = ANY (ARRAY['headquarters'::text, 'branch'::text, 'region'::text, 'team'::text]))),
  CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
CREATE UNIQUE INDEX unit_name_in_parent ON unit USING btree (parent_id, name);
CREATE UNIQUE INDEX unit_one_root ON unit USING btree (((parent_id IS NULL))) WHERE (parent_id IS NULL);

-- distribute: party_id
create table value_alert (
  party_id bigint not null,
  alert_id bigint not null default nextval('entity_id'::regclass),
  kind text not null,
  state text not null,
  at timestamp(3) with time zone not null,
  done_at timestamp(3) with time zone,
  done_by bigint,
  value_minor bigint,
  currency text not null,
  last_on date not null,
  silent_days integer not null,
  usual_days real not null,
  PRIMARY KEY (party_id, alert_id),
  CHECK ((kind = 'core_overdue'::text)),
  CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'over'::text])))
);
CREATE INDEX value_alert_recent ON value_alert USING btree (at, alert_id);
CREATE UNIQUE INDEX value_alert_once ON value_alert USING btree (party_id, kind, last_on);

-- distribute: local
create table value_due (
  party_id bigint not null,
  touched_at timestamp(3) with time zone not null,
  PRIMARY KEY (party_id)
);

-- distribute: local
create table value_fit (
  fit_id bigint not null default nextval('entity_id'::regclass),
  as_of date not null,
  fitted_at timestamp(3) with time zone not null,
  because text not null,
  model text,
  report jsonb not null,
  PRIMARY KEY (fit_id),
  CHECK ((because = ANY (ARRAY['first'::text, 'asked'::text, 'schedule'::text, 'drift'::text, 'settings'::text, 'growth'::text])))
);

-- distribute: local
create table value_settings (
  settings_id bigint not null default nextval('entity_id'::regclass),
  settings jsonb not null,
  valid_from timestamp(3) with time zone not null,
  changed_by bigint,
  PRIMARY KEY (settings_id)
);

-- distribute: local
create table value_snapshot (
  snapshot_id bigint not null default nextval('entity_id'::regclass),
  as_of date not null,
  state text not null,
  current boolean not null default false,
  backfilled boolean not null default false,
  kept text,
  fit_id bigint,
  settings_id bigint not null,
  currency text not null,
  customers integer not null default 0,
  equity_minor bigint,
  lower_minor bigint,
  upper_minor bigint,
  summary jsonb not null default '{}'::jsonb,
  begun_at timestamp(3) with time zone not null,
  computed_at timestamp(3) with time zone,
  seconds real not null default 0,
  generation integer not null default 1,
  PRIMARY KEY (snapshot_id),
  FOREIGN KEY (fit_id) REFERENCES value_fit(fit_id),
  FOREIGN KEY (settings_id) REFERENCES value_settings(settings_id),
  CHECK ((kept = ANY (ARRAY['quarter'::text, 'asked'::text]))),
  CHECK ((state = ANY (ARRAY['building'::text, 'ready'::text])))
);
CREATE INDEX value_snapshot_day ON value_snapshot USING btree (as_of, snapshot_id) WHERE (state = 'ready'::text);
CREATE UNIQUE INDEX value_snapshot_current ON value_snapshot USING btree (current) WHERE current;

-- distribute: reference
create table view_mark (
  user_id bigint not null,
  view_id bigint not null,
  pinned boolean,
  first boolean not null default false,
  PRIMARY KEY (user_id, view_id)
);

-- distribute: reference
create table webhook (
  webhook_id bigint not null default nextval('entity_id'::regclass),
  name text not null,
  url text not null,
  events text[] not null,
  role_id bigint not null,
  unit_id bigint not null,
  secret bytea not null,
  old_secret bytea,
  old_until timestamp(3) with time zone,
  active boolean not null default true,
  created_by bigint,
  version integer not null default 1,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  PRIMARY KEY (webhook_id),
  FOREIGN KEY (role_id) REFERENCES role(role_id),
  FOREIGN KEY (unit_id) REFERENCES unit(unit_id),
  CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  CHECK ((length(url) <= 2000))
);
CREATE INDEX webhook_active ON webhook USING btree (webhook_id) WHERE active;

-- distribute: local
create table webhook_delivery (
  delivery_id bigint not null default nextval('entity_id'::regclass),
  webhook_id bigint not null,
  event_id bigint not null,
  event text not null,
  thing_id bigint not null,
  party_id bigint not null default 0,
  at timestamp(3) with time zone not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  next_at timestamp(3) with time zone,
  status integer,
  error text,
  took_ms integer,
  done_at timestamp(3) with time zone,
  UNIQUE (webhook_id, event_id),
  PRIMARY KEY (delivery_id),
  CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'skipped'::text])))
);
CREATE INDEX webhook_delivery_log ON webhook_delivery USING btree (webhook_id, delivery_id);
CREATE INDEX webhook_delivery_old ON webhook_delivery USING btree (at);

-- distribute: local
create table worker_beat (
  worker text not null,
  role text not null,
  started_at timestamp(3) with time zone not null,
  beat_at timestamp(3) with time zone not null,
  PRIMARY KEY (worker)
);

create view party_listed as
 SELECT l.party_id,
    l.unit_id,
    o.owner_id,
    l.live,
    l.kind,
    l.name,
    l.name_romanised,
    l.name_sort,
    l.roles,
    l.tags,
    l.country,
    l.order_count,
    l.revenue_minor,
    l.unrated_count,
    l.first_order_at,
    l.last_order_at,
    l.created_at,
    l.version,
    l.marks,
    l.search_text,
    l.search_chars,
    l.search_contact,
    l.fields,
    l.head1,
    l.head2,
    l.head3,
    l.head4
   FROM (party_list l
     LEFT JOIN party_own o ON ((o.party_id = l.party_id)));
