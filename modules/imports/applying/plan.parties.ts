import type pg from 'pg'
import type { RunOptions } from '../contract.ts'
import type { Mapping } from '../targets.ts'
import { startsWith } from './fields.parties.ts'

// What an orders file means for parties: new customers, and what changes about known ones. Into temporary tables:
// modules/parties/intake.ts says their columns.

export type Planning = {
  source: string
  options: RunOptions
  unit_id: number
  /** of new parties; an importer who reaches only their own parties keeps them so */
  owner_id: number | null
  /** the last day that has begun anywhere: roles that began until then are held */
  today: string
  mapping: Mapping
}

export const partyTables = `
create temp table stage_party (
  party_id int8, created bool not null, changed bool not null default false, version int4 not null default 0, kind text, name text, language text,
  channel_preference text, country text, note text not null default '', fields jsonb not null default '{}', tags text[] not null default '{}', owner_id int8, unit_id int8,
  was jsonb, line int4, key text collate "C"
) on commit drop;
create temp table stage_external (value text collate "C", party_id int8) on commit drop;
create temp table stage_role (party_id int8, party_role_id int8 default nextval('entity_id'), role text, since date) on commit drop;
create temp table stage_contact (
  party_id int8, contact_point_id int8 default nextval('entity_id'), kind text, value text, value_key text collate "C", preferred bool
) on commit drop;`

/** Needs the verdict on the orders; known parties are looked at only where an order of theirs is new or changed. */
export async function planCustomers(
  tx: pg.ClientBase,
  { options, unit_id, owner_id, today, mapping }: Planning,
): Promise<void> {
  await tx.query(partyTables)
  await tx.query(
    `insert into stage_party (created, fields, kind, name, country, owner_id, unit_id, line, key)
     select true, $5, case when $1 = 'auto' then case when organisation then 'organisation' else 'person' end else $1 end,
       coalesce(name, left($2 || value, 300)), country, $3, $4, line, value
     from stage_customer where party_id is null order by line`,
    [options.party_kind, options.name_prefix, owner_id, unit_id, startsWith({ mapping })],
  )
  await tx.query(known)
  await tx.query(
    `insert into stage_role (party_id, role, since)
     select s.party_id, 'customer', greatest(c.first_at::date, e.ended) from stage_party s join stage_customer c on c.value = s.key
     left join lateral (
       select max(r.until) as ended, bool_or(r.since <= $1 and (r.until is null or r.until > $1)) as held
       from party_role r where r.party_id = s.party_id and r.role = 'customer'
     ) e on true
     where not s.created and not coalesce(e.held, false)`,
    [today],
  )
  await tx.query(contacts)
  await tx.query(
    `update stage_party s set changed = true where not s.created and not s.changed
     and (exists (select from stage_role r where r.party_id = s.party_id) or exists (select from stage_contact k where k.party_id = s.party_id)
          or exists (select from stage_customer c where c.unlinked and c.party_id = s.party_id))`,
  )
  await tx.query('delete from stage_party where not created and not changed')
  await tx.query('analyze stage_party')
}

// What an older file says does not undo what a newer one brought; a name that a person gave is not replaced by an id.
const known = `
insert into stage_party (party_id, created, changed, version, kind, name, language, channel_preference, country, note, fields, tags, owner_id, unit_id, was, line, key)
select distinct on (p.party_id) p.party_id, false, n.name <> p.name or n.country is distinct from p.country, p.version, p.kind, n.name, p.language,
  p.channel_preference, n.country, p.note, p.fields, p.tags, p.owner_id, p.unit_id,
  jsonb_strip_nulls(jsonb_build_object('name', case when n.name <> p.name then p.name end))
    || case when n.country is distinct from p.country then jsonb_build_object('country', p.country) else '{}' end,
  c.line, c.value
from stage_customer c
join party p on p.party_id = c.party_id
left join party_listed l on l.party_id = c.party_id
cross join lateral (
  select case when c.last_at >= coalesce(l.last_order_at, '-infinity') then coalesce(c.name, p.name) else p.name end as name,
    case when c.last_at >= coalesce(l.last_order_at, '-infinity') then coalesce(c.country, p.country) else coalesce(p.country, c.country) end as country
) n
where c.value in (select customer from stage_order where status = 'new' or changed)
order by p.party_id, c.last_at desc`

const contacts = `
insert into stage_contact (party_id, kind, value, value_key, preferred)
select distinct s.party_id, k.kind, k.value, k.value, false
from stage_party s join stage_customer c on c.value = s.key
cross join lateral (values ('email', c.email), ('phone', c.phone)) as k (kind, value)
where not s.created and k.value is not null
  and not exists (select from contact_point x where x.party_id = s.party_id and x.kind = k.kind and x.value_key = k.value)`

/** Ids for the new ones, and what hangs on them. After this nothing is only planned. */
export async function settleCustomers(tx: pg.ClientBase): Promise<void> {
  await tx.query(`update stage_party set party_id = nextval('entity_id') where created`)
  await tx.query(
    `insert into stage_role (party_id, role, since)
     select s.party_id, 'customer', c.first_at::date from stage_party s join stage_customer c on c.value = s.key where s.created`,
  )
  await tx.query(
    `insert into stage_contact (party_id, kind, value, value_key, preferred)
     select s.party_id, k.kind, k.value, k.value, true from stage_party s join stage_customer c on c.value = s.key
     cross join lateral (values ('email', c.email), ('phone', c.phone)) as k (kind, value) where s.created and k.value is not null`,
  )
  await tx.query(
    `update stage_customer c set party_id = s.party_id from stage_party s where s.created and s.key = c.value`,
  )
  await tx.query(
    `insert into stage_external (value, party_id) select value, party_id from stage_customer where unlinked and party_id is not null`,
  )
}
