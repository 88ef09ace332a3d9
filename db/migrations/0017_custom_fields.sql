-- Custom fields: what a company keeps of its parties beside what the house knows of.
-- Forward only. needs: program 0.1.0

alter table party add column fields jsonb not null default '{}';
alter table party_list add column fields jsonb not null default '{}';

-- distribute: reference
create table custom_field (
  custom_field_id bigint primary key default nextval('entity_id'),
  -- never changes and is never given again: files, filters and programs name the field by it
  key           text not null collate "C" unique check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  kind          text not null check (kind in ('text', 'long_text', 'number', 'money', 'date', 'yes_no', 'choice',
                  'multi_choice', 'party', 'link')),
  label_zh      text not null default '' check (length(label_zh) <= 60),
  label_en      text not null default '' check (length(label_en) <= 60 and (label_zh <> '' or label_en <> '')),
  help_zh       text not null default '' check (length(help_zh) <= 500),
  help_en       text not null default '' check (length(help_en) <= 500),
  section_zh    text not null default '' check (length(section_zh) <= 60),
  section_en    text not null default '' check (length(section_en) <= 60),
  position      integer not null default 0,
  -- [{"key", "label_zh", "label_en", "archived"}] of choice and multi_choice, in their order
  options       jsonb not null default '[]',
  -- {"decimals"} of number, {"currency"} of money (what a bare amount means), {"min", "max"} of number, date and money (minor units)
  rules         jsonb not null default '{}',
  default_value jsonb,
  required      boolean not null default false,
  distinct_values boolean not null default false,
  ask_on_create boolean not null default false,
  -- roles by id, for codes may be given again; null: every role, those to come too. The administrator is always one of them.
  sees_role_ids  bigint[],
  edits_role_ids bigint[],
  -- whether party_slot holds it: lists may sort and filter by it fast once it is on
  slot          text not null default 'off' check (slot in ('off', 'filling', 'on')),
  archived_at   timestamptz(3),
  -- gone with its values; the row stays, so that its key is not given again
  removed_at    timestamptz(3),
  version       integer not null default 1,
  created_by    bigint,
  created_at    timestamptz(3) not null,
  updated_at    timestamptz(3) not null
);

-- What a field without doubles holds, and of whom. Global, so keyed by the value; see external_id.
-- distribute: value_key
create table custom_value_key (
  custom_field_id bigint not null,
  value_key       text not null collate "C",
  party_id        bigint not null,
  primary key (custom_field_id, value_key)
);
create index custom_value_key_party on custom_value_key (party_id);

-- Live parties by the values of the fields that are to be sorted and filtered fast: one row per party and field, of a
-- multi_choice one per option. Empty is t = '' and n = -Infinity, so that keys compare: see modules/parties/fields/catalogue.ts.
-- distribute: party_id
create table party_slot (
  custom_field_id bigint not null,
  party_id        bigint not null,
  part            smallint not null default 0,
  unit_id         bigint not null,
  owner_id        bigint,
  t               text collate "C",
  n               double precision,
  primary key (party_id, custom_field_id, part)
);
create index party_slot_t on party_slot (custom_field_id, t, party_id) where t is not null;
create index party_slot_t_unit on party_slot (custom_field_id, unit_id, t, party_id) where t is not null;
create index party_slot_t_owner on party_slot (custom_field_id, owner_id, t, party_id) where t is not null;
create index party_slot_n on party_slot (custom_field_id, n, party_id) where n is not null;
create index party_slot_n_unit on party_slot (custom_field_id, unit_id, n, party_id) where n is not null;
create index party_slot_n_owner on party_slot (custom_field_id, owner_id, n, party_id) where n is not null;
