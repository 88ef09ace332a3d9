import { scopeSql } from '../../../kernel/scope.ts'
import type { Run } from '../running/run.types.ts'
import { judgeDoubles } from './doubles.ts'
import { judgeFields, keepKeys, startsWith } from './fields.parties.ts'
import { knownByKey, LOOKS_LIKE_ORGANISATION, leaveRows, mayMatch, STRICT, strictKeys } from './modes.ts'
import { partyTables } from './plan.parties.ts'
import { judgeTies, planOrganisations, writeTies } from './ties.parties.ts'
import { writeParties } from './write.parties.ts'

// A row of the file per party. Known by its id in the source; where the row has none (or the mapping says so) by an
// e-mail address or telephone number that one party has; else by its name under the source.

export async function judgePartyFile(run: Run): Promise<void> {
  const { tx, source, reach, options } = run
  mayMatch(run)
  const strict = STRICT.has(options.match_by)
  await tx.query('analyze stage_row')
  await tx.query(prepared)
  if (strict) await strictKeys(run)
  await tx.query(
    `update stage_row set key = left(coalesce(external_id, emails[1], phones[1], wechat, name), 200),
       by_contact = external_id is null or $1 = 'contact'`,
    [options.match_by],
  )
  await tx.query(twice(strict ? 'match' : 'key'))
  const scope = scopeSql(reach, 'p', 2)
  await tx.query(
    `update stage_row s set party_id = e.party_id, linked = true, reject = case when p.kind = 'anonymous' or not (${scope.text}) then 'out_of_scope' end
     from external_id e join party p on p.party_id = e.party_id
     where e.source = $1 and e.value = s.key and s.first and s.reject is null and $3::bool`,
    [source, scope.value, !strict || options.match_by === 'external_id'],
  )
  if (strict) await knownByKey(run)
  else await tx.query(knownByContact(scopeSql(reach, 'p', 1).text), [scope.value])
  await tx.query(twice('party_id'))
  if (options.mode !== 'update') {
    await judgeDoubles(run)
    await tx.query(twice('party_id'))
  }
  await leaveRows(tx, options.mode, 'key', 's.party_id is not null')
  await owners(run)
  await judgeFields(run)
  await judgeTies(run)
  await plan(run)
}

const prepared = `
alter table stage_row add key text collate "C", add by_contact bool, add first bool not null default true, add party_id int8,
  add linked bool not null default false, add owner_id int8, add unit_id int8`

/** The same party twice in one file: the second time it is left if it says the same, turned back if not. */
const twice = (key: 'key' | 'match' | 'party_id') => `
update stage_row s set first = false, reject = case when s.hash <> f.hash then 'twice_in_file' end
from (select distinct on (${key}) ${key}, line, hash from stage_row where ${key} is not null and first and reject is null order by ${key}, line) f
where f.${key} = s.${key} and f.line <> s.line and s.first and s.reject is null`

const knownByContact = (scope: string) => `
with found as (
  select s.line, min(k.party_id) as party_id, count(distinct k.party_id) as n
  from stage_row s
  cross join lateral (
    select 'email' as kind, unnest(s.emails) as key union all select 'phone', unnest(s.phones)
  ) c
  join contact_point k on k.value_key = c.key and k.kind = c.kind
  join party p on p.party_id = k.party_id and p.live and p.kind <> 'anonymous' and (${scope})
  where s.by_contact and s.party_id is null and s.first and s.reject is null
  group by s.line
)
update stage_row s set party_id = case when n = 1 then f.party_id end, reject = case when n > 1 then 'ambiguous_contact' end
from found f where f.line = s.line`

/** Owners and units are named in words; one that is not known, or out of reach, turns the row back alike. */
async function owners({ tx, reach, owner_id, unit_id }: Run): Promise<void> {
  const units = reach.kind === 'units' ? reach.unit_ids : null
  await tx.query(
    `update stage_row s set owner_id = u.user_id from app_user u
     where u.email = s.owner_email and u.active and ($1::bigint[] is null or u.unit_id = any($1)) and ($2::bigint is null or u.user_id = $2)`,
    [units, owner_id],
  )
  await tx.query(
    `update stage_row s set unit_id = u.unit_id from (select name, min(unit_id) as unit_id from unit group by name having count(*) = 1) u
     where u.name = s.unit and ($1::bigint[] is null or u.unit_id = any($1))`,
    [units],
  )
  await tx.query(
    `update stage_row set reject = case when owner_email is not null and owner_id is null then 'unknown_owner' else 'unknown_unit' end
     where reject is null and ((owner_email is not null and owner_id is null) or (unit is not null and unit_id is null))`,
  )
  await tx.query(
    'update stage_row set owner_id = coalesce(owner_id, $1), unit_id = coalesce(unit_id, $2) where party_id is null',
    [owner_id, unit_id],
  )
}

async function plan(run: Run): Promise<void> {
  const { tx, options, today, now } = run
  await tx.query(partyTables)
  await tx.query(
    `insert into stage_party (created, kind, name, language, channel_preference, country, note, fields, tags, owner_id, unit_id, line, key)
     select true, coalesce(kind, case when $1 <> 'auto' then $1 when flags & ${LOOKS_LIKE_ORGANISATION} <> 0 then 'organisation' else 'person' end),
       ${cleanName('name')}, language, channel_preference, country, concat_ws(E'\\n', note, organisation), $2::jsonb || coalesce(custom, '{}'), ${cleanTags('tags')}, owner_id, unit_id, line, key
     from stage_row where party_id is null and first and reject is null order by line`,
    [options.party_kind, startsWith(run)],
  )
  await tx.query(known)
  await tx.query(
    `insert into stage_role (party_id, role, since)
     select s.party_id, m.role, greatest($2::timestamptz::date, e.ended) from stage_party s join stage_row r on r.line = s.line cross join lateral unnest(r.market_roles) as m (role)
     left join lateral (
       select max(x.until) as ended, bool_or(x.since <= $1 and (x.until is null or x.until > $1)) as held
       from party_role x where x.party_id = s.party_id and x.role = m.role
     ) e on true
     where not s.created and not coalesce(e.held, false)`,
    [today, now],
  )
  await tx.query(contacts('not s.created', 's.party_id', 'false'))
  await tx.query(
    `update stage_party s set changed = true where not s.created and not s.changed
     and (exists (select from stage_role r where r.party_id = s.party_id) or exists (select from stage_contact k where k.party_id = s.party_id)
          or exists (select from stage_tie t where t.line = s.line and t.status in ('new', 'changed'))
          or exists (select from stage_row r where r.line = s.line and not r.linked))`,
  )
  await tx.query('delete from stage_party where not created and not changed')
  await planOrganisations(run)
  await tx.query('analyze stage_party')
}

const cleanName = (name: string) => `left(btrim(regexp_replace(normalize(${name}), '\\s+', ' ', 'g')), 300)`
const cleanTags = (tags: string) =>
  `array(select t from (select left(btrim(regexp_replace(normalize(x), '\\s+', ' ', 'g')), 60) as t, min(n) as n
     from unnest(${tags}) with ordinality as u (x, n) group by 1) d where t <> '' order by n limit 50)`

// Tags are added, never taken away; a cell that is empty says nothing about what is known.
const known = `
insert into stage_party (party_id, created, changed, version, kind, name, language, channel_preference, country, note, fields, tags, owner_id, unit_id, was, line, key)
select p.party_id, false, d.was || f.was <> '{}', p.version, n.kind, n.name, n.language, n.channel_preference, n.country, n.note,
  p.fields || coalesce(r.custom, '{}'), n.tags, n.owner_id, n.unit_id, d.was || f.was, r.line, r.key
from stage_row r join party p on p.party_id = r.party_id
cross join lateral (
  select coalesce(r.kind, p.kind) as kind, ${cleanName('r.name')} as name, coalesce(r.language, p.language) as language,
    coalesce(r.channel_preference, p.channel_preference) as channel_preference, coalesce(r.country, p.country) as country,
    case when r.organisation is null or position(r.organisation in coalesce(r.note, p.note)) > 0 then coalesce(r.note, p.note)
         else concat_ws(E'\\n', nullif(coalesce(r.note, p.note), ''), r.organisation) end as note,
    ${cleanTags('p.tags || r.tags')} as tags, coalesce(r.owner_id, p.owner_id) as owner_id, coalesce(r.unit_id, p.unit_id) as unit_id
) n
cross join lateral (
  select coalesce(jsonb_object_agg(key, old.value), '{}') as was
  from jsonb_each(to_jsonb(p)) old join jsonb_each(to_jsonb(n)) new using (key) where old.value <> new.value
) d
cross join lateral (
  select coalesce(jsonb_object_agg('fields.' || c.key, coalesce(p.fields -> c.key, 'null')), '{}') as was
  from jsonb_each(r.custom) c where p.fields -> c.key is distinct from c.value
) f
where r.first and r.reject is null`

const contacts = (where: string, party_id: string, preferred: string) => `
insert into stage_contact (party_id, kind, value, value_key, preferred)
select ${party_id}, c.kind, min(c.value), c.key, ${preferred}
from stage_party s join stage_row r on r.line = s.line
cross join lateral (
  select 'email' as kind, x as value, x as key, n from unnest(r.emails) with ordinality as u (x, n)
  union all select 'phone', x, x, n from unnest(r.phones) with ordinality as u (x, n)
  union all select 'wechat_openid', r.wechat, r.wechat, 1 where r.wechat ~ '^[A-Za-z0-9_.@-]{1,128}$'
  union all select 'address', a.text, lower(regexp_replace(a.text, '\\s+', ' ', 'g')), 1
    from (select left(btrim(case when r.city is null or position(r.city in coalesce(r.address, '')) > 0 then r.address
                                 else concat_ws(' ', r.city, r.address) end), 1000) as text) a where a.text <> ''
) c
where ${where} and not exists (select from contact_point x where x.party_id = s.party_id and x.kind = c.kind and x.value_key = c.key)
group by s.party_id, c.kind, c.key, c.n`

export async function writePartyFile(run: Run): Promise<void> {
  const { tx } = run
  await tx.query(`update stage_party set party_id = nextval('entity_id') where created`)
  await tx.query(
    `insert into stage_role (party_id, role, since)
     select s.party_id, m.role, $1::timestamptz::date from stage_party s join stage_row r on r.line = s.line cross join lateral unnest(r.market_roles) as m (role)
     where s.created`,
    [run.now],
  )
  await tx.query(contacts('s.created', 's.party_id', 'c.n = 1'))
  await tx.query(
    `insert into stage_external (value, party_id)
     select s.key, s.party_id from stage_party s join stage_row r on r.line = s.line where not r.linked`,
  )
  await writeParties(run)
  await writeTies(run)
  await keepKeys(run)
}
