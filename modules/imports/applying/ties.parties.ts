import { reachOf, scopeSql } from '../../../kernel/scope.ts'
import { addTies } from '../../ties/intake.ts'
import type { StoredNotice } from '../running/report.ts'
import type { Run } from '../running/run.types.ts'
import { startsWith } from './fields.parties.ts'
import { LOOKS_LIKE_ORGANISATION } from './modes.ts'
import { recordSet } from './set.audit.ts'

// People of a file at their organisations. An organisation is known by its id in the source, by `#id`, by a row of the
// same file, or by its exact name where only one in reach has it; else it is made where the options say so, or reported
// and kept in the note. One cell may name several, by semicolons; their titles and dates stand in the same order.

export async function judgeTies(run: Run): Promise<void> {
  await run.tx.query(tables)
  const { who } = run.ctx
  if (!run.mapping.columns.includes('organisation')) return
  if (who.kind !== 'cli' && who.kind !== 'system' && !('ties:write' in who.grants)) return
  await split(run)
  await known(run)
  if (run.options.new_organisations && run.options.mode !== 'update') await makeNew(run)
  await standing(run)
  // What became a tie needs no words in the note.
  await run.tx.query(
    `update stage_row s set organisation = (select string_agg(t.said, '; ' order by t.n) from stage_tie t where t.line = s.line and t.status in ('unknown', 'several'))
     where exists (select from stage_tie t where t.line = s.line)`,
  )
}

const tables = `
create temp table stage_tie (
  line int4, n int4, said text, title text, since date, until date, person_id int8, org_id int8, org_line int4, org_new text,
  tie_id int8, status text not null default 'new'
) on commit drop;`

const KIND = `coalesce(s.kind, p.kind, case when $1 <> 'auto' then $1 when s.flags & ${LOOKS_LIKE_ORGANISATION} <> 0 then 'organisation' else 'person' end)`
const parts = (cell: string) => `regexp_split_to_array(btrim(${cell}), '\\s*[;；|\\n]\\s*')`
/** The n-th of as many; one alone belongs to the first. */
const nth = (cell: string) => `(${parts(cell)})[o.n]`

async function split({ tx, options }: Run): Promise<void> {
  await tx.query(
    `insert into stage_tie (line, n, said, title, since, until, person_id)
     select s.line, o.n, o.said, left(nullif(${nth('s.title')}, ''), 200), nullif(${nth('s.since')}, '')::date, nullif(${nth('s.until')}, '')::date, s.party_id
     from stage_row s left join party p on p.party_id = s.party_id
     cross join lateral unnest(${parts('s.organisation')}) with ordinality as o (said, n)
     where s.organisation is not null and s.first and s.reject is null and o.said <> '' and ${KIND} = 'person'`,
    [options.party_kind],
  )
}

async function known({ tx, ctx, reach, source, options }: Run): Promise<void> {
  const seen = ctx.who.kind === 'user' || ctx.who.kind === 'key' ? reachOf(ctx.who, 'parties:read') : reach
  const scope = scopeSql(seen ?? reach, 'p', 1)
  const firm = `p.kind = 'organisation' and p.live and p.merged_into is null and (${scope.text})`
  await tx.query(
    `update stage_tie t set org_id = p.party_id from external_id e join party p on p.party_id = e.party_id
     where e.source = $2 and e.value = t.said and ${firm}`,
    [scope.value, source],
  )
  await tx.query(
    `update stage_tie t set org_id = p.party_id from party p
     where t.org_id is null and t.said ~ '^#[0-9]{1,15}( |$)' and p.party_id = substring(t.said from '^#([0-9]+)')::int8 and ${firm}`,
    [scope.value],
  )
  // A row of this file says it most nearly: it may be about to make the organisation, or to rename it.
  await tx.query(
    `with firms as (
       select s.line, s.party_id, s.external_id, lower(s.name) as name from stage_row s left join party p on p.party_id = s.party_id
       where s.first and s.reject is null and ${KIND} = 'organisation'
     ), named as (select name, min(line) as line, min(party_id) as party_id from firms group by name having count(*) = 1)
     update stage_tie t set org_id = f.party_id, org_line = case when f.party_id is null then f.line end
     from (select f.external_id as word, f.line, f.party_id from firms f where f.external_id is not null
           union all select name, line, party_id from named where name not in (select external_id from firms where external_id is not null)) f
     where t.org_id is null and f.word in (t.said, lower(t.said))`,
    [options.party_kind],
  )
  await tx.query(
    `update stage_tie t set org_id = case when f.n = 1 then f.party_id end, status = case when f.n > 1 then 'several' else t.status end
     from (select lower(p.name) as name, min(p.party_id) as party_id, count(*) as n from party p
           where ${firm} and lower(p.name) in (select lower(said) from stage_tie where org_id is null and org_line is null) group by 1) f
     where t.org_id is null and t.org_line is null and lower(t.said) = f.name`,
    [scope.value],
  )
}

/** Nothing is made that would lack a field which every new party must have. */
async function makeNew(run: Run): Promise<void> {
  const starts = JSON.parse(startsWith(run)) as object
  if ((run.mapping.fields ?? []).some(({ required, key }) => required && !(key in starts))) return
  await run.tx.query(
    `update stage_tie set org_new = lower(said) where org_id is null and org_line is null and status = 'new' and said !~ '^#[0-9]'`,
  )
}

/** What is there already, what says more, what is the same. */
async function standing({ tx }: Run): Promise<void> {
  await tx.query(
    `update stage_tie set status = 'unknown' where org_id is null and org_line is null and org_new is null and status = 'new'`,
  )
  await tx.query(
    `delete from stage_tie t using stage_tie f
     where t.status = 'new' and f.status = 'new' and t.line = f.line and t.n > f.n
       and (t.org_id, t.org_line, t.org_new) is not distinct from (f.org_id, f.org_line, f.org_new)`,
  )
  await tx.query(
    `update stage_tie t set tie_id = x.tie_id, status = case
       when coalesce(t.until, x.until) < coalesce(t.since, x.since) then 'same'
       when coalesce(t.title, x.title) <> x.title or coalesce(t.since, x.since) is distinct from x.since or coalesce(t.until, x.until) is distinct from x.until then 'changed'
       else 'same' end
     from stage_tie s cross join lateral (
       select e.* from tie e where e.party_id = s.person_id and e.other_id = s.org_id and e.kind = 'works_at' and e.side = 'from'
         and (s.since is null or e.since is null or e.since = s.since or (e.until is null and s.until is null))
       order by (e.since is not distinct from s.since) desc, (e.until is null) desc, e.tie_id desc limit 1
     ) x
     where s.status = 'new' and t.line = s.line and t.n = s.n`,
  )
}

/** Beside the parties of the rows: what they work at. Its line is nobody's row. */
export const planOrganisations = (run: Run) =>
  run.tx.query(
    `insert into stage_party (created, kind, name, fields, owner_id, unit_id, key)
     select true, 'organisation', min(left(normalize(said), 300)), $1, $2, $3, org_new from stage_tie where org_new is not null group by org_new`,
    [startsWith(run), run.owner_id, run.unit_id],
  )

/** After the parties are written. */
export async function writeTies(run: Run): Promise<void> {
  const { tx, ctx, import_id } = run
  await tx.query(
    `update stage_tie t set tie_id = coalesce(t.tie_id, nextval('entity_id')),
       person_id = coalesce(t.person_id, (select s.party_id from stage_party s where s.line = t.line)),
       org_id = coalesce(t.org_id, (select s.party_id from stage_party s where s.line = t.org_line),
         (select s.party_id from stage_party s where s.line is null and s.key = t.org_new))
     where t.status in ('new', 'changed')`,
  )
  await tx.query(
    `insert into import_tie (tie_id, import_id, party_id, other_id, what, version, image)
     select t.tie_id, $1, t.person_id, t.org_id, case t.status when 'new' then 'created' else 'updated' end, coalesce(x.version, 0) + 1, to_jsonb(x)
     from stage_tie t left join tie x on x.party_id = t.person_id and x.tie_id = t.tie_id and x.side = 'from' where t.status in ('new', 'changed')`,
    [import_id],
  )
  await addTies(tx, run)
  for (const [status, action] of [
    ['new', 'ties.added'],
    ['changed', 'ties.changed'],
  ] as const)
    await recordSet(tx, ctx, import_id, {
      action,
      subject: 'tie',
      event: 'parties.changed',
      from: `select s.party_id, t.tie_id as subject_id, case when '${status}' = 'changed' then
               jsonb_build_object('title', i.image -> 'title', 'since', i.image -> 'since', 'until', i.image -> 'until') end as was
             from stage_tie t join import_tie i on i.tie_id = t.tie_id and i.import_id = $8
             cross join lateral (values (t.person_id), (t.org_id)) as s (party_id) where t.status = '${status}'`,
    })
}

export async function noticedTies({ tx }: Run): Promise<StoredNotice[]> {
  const { rows } = await tx.query<{ code: StoredNotice['code']; n: number }>(
    `select 'ties_' || case status when 'new' then 'made' when 'changed' then 'changed' when 'unknown' then 'unknown' else 'several' end as code, count(*) as n
     from stage_tie where status <> 'same' group by 1
     union all select 'ties_created', count(distinct org_new) from stage_tie where org_new is not null order by 1`,
  )
  return rows.map(({ code, n }) => ({ code, count: n, of: 'parties' }))
}
