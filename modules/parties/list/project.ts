import { type Ctx, named } from '../../../kernel/ctx.ts'
import type { PartyKind } from '../contract.ts'
import { projectFields } from '../fields/slots.ts'
import type { Values } from '../fields/values.ts'
import { folded, headsOf } from '../names/heads.ts'
import { nameKeys } from '../names/romanise.ts'
import { type Contact, searchKeys } from '../names/search.ts'
import { latestDay } from '../rules.ts'
import type { Figures } from './figures.ts'
import {
  findColumns,
  findOnConflict,
  headsSpread,
  listHeads,
  ownColumns,
  ownOnConflict,
} from './find.columns.ts'
import { marksOf } from './marks.ts'

// The list is a projection: one row per live or trashed party that is not anonymous in party_list, its owner in party_own
// (both together are the view party_listed), and beside them the counts per unit and market role as deltas. Written here, in create.ts (a party's first row) and in figures.ts.

/** What a list row is made of: all that is not order figures. */
export type Facts = {
  party_id: number
  version: number
  unit_id: number
  owner_id: number | null
  live: boolean
  kind: PartyKind
  name: string
  /** held today */
  roles: string[]
  tags: string[]
  country: string | null
  created_at: string
  fields: Values
  external_ids: string[]
  contacts: Contact[]
}

/**
 * Brings the list rows of these parties up to date, set-wise. Never bumps party.version, never touches order figures;
 * a row that comes with orders (`figures`) has them from the beginning, as writing it twice costs twice.
 */
export async function project(
  ctx: Ctx,
  party_ids: readonly number[],
  figures: readonly Figures[] = [],
): Promise<void> {
  if (party_ids.length === 0) return
  const facts = await named<Facts>(ctx, 'parties.facts', factsText, [party_ids, latestDay(ctx.now)])
  const counted = new Map(figures.map((one) => [one.party_id, one]))
  await projectFacts(
    ctx,
    counted.size === 0 ? facts : facts.map((one) => ({ ...one, ...counted.get(one.party_id) })),
  )
}

// unscoped: writes the read model of parties that the caller has just written, or rebuilds it for everybody
const factsText = `
select p.party_id, p.version, p.unit_id, p.owner_id, p.live, p.kind, p.name, p.tags, p.country, p.created_at, p.fields,
  array(select distinct r.role from party_role r
        where r.party_id = p.party_id and r.since <= $2 and (r.until is null or r.until > $2) order by 1) as roles,
  array(select e.value from external_id e where e.party_id = p.party_id) as external_ids,
  (select coalesce(json_agg(json_build_object('kind', c.kind, 'value_key', c.value_key)), '[]')
   from contact_point c where c.party_id = p.party_id) as contacts
from party p where p.party_id = any($1::bigint[]) and p.kind <> 'anonymous' and p.merged_into is null`

/** A list row's own columns, made in Node: romanisation is not SQL's. */
export function listRow({ external_ids, contacts, ...facts }: Facts) {
  const keys = nameKeys(facts.name, facts.kind)
  const search = searchKeys(facts.name, keys, external_ids, contacts)
  const heads = headsOf(search.search_text, search.search_chars)
  const [head1, head2, head3, head4] = folded(heads)
  return {
    ...facts,
    name_romanised: keys.name_romanised,
    name_sort: keys.name_sort,
    marks: marksOf({
      ...facts,
      beyond_ascii: search.search_chars.length > 0,
    }),
    ...search,
    ...{ head1, head2, head3, head4, heads },
  }
}

export async function projectFacts(ctx: Ctx, facts: readonly (Facts & Partial<Figures>)[]): Promise<void> {
  if (facts.length === 0) return
  await named(ctx, 'parties.project', projectText, [JSON.stringify(facts.map(listRow))])
  await projectFields(ctx, facts)
}

export const listColumns = `party_id, version, unit_id, live, kind, name, name_romanised, name_sort, roles, tags,
  country, created_at, fields, marks, search_text, search_chars, search_contact, ${listHeads.join(', ')}`
export const listColumnsOf = (r: string): string => listColumns.replace(/\w+/g, `${r}.$&`)
const listFields = `party_id bigint, version integer, unit_id bigint, owner_id bigint, live boolean, kind text, name text,
  name_romanised text, name_sort text, roles text[], tags text[], country text, created_at timestamptz,
  fields jsonb, marks bigint, search_text text, search_chars text[], search_contact text, ${listHeads.map((head) => `${head} integer`).join(', ')}, heads integer[]`
export const listRecord = `(${listFields})`

// Of a row that is there, figures.ts alone writes them.
const figures = 'order_count, revenue_minor, unrated_count, first_order_at, last_order_at'
const figureFields =
  'order_count bigint, revenue_minor bigint, unrated_count bigint, first_order_at timestamptz, last_order_at timestamptz'
const figuresOrNone = `coalesce(order_count, 0), coalesce(revenue_minor, 0), coalesce(unrated_count, 0),
    coalesce(first_order_at, '-infinity'), coalesce(last_order_at, '-infinity')`

/** What a row is counted under, beside its unit. */
export const labelsOf = (r: string): string =>
  `(array['']::text[] || ${r}.roles || array(select '#' || t from unnest(${r}.tags) as t))`

const projectText = `
with r as (
  select * from json_to_recordset($1::json) as r (${listFields}, ${figureFields})
), old as (
  select l.party_id, l.unit_id, l.live, l.roles, l.tags from party_list l join r using (party_id)
), put as (
  insert into party_list (${listColumns}, ${figures})
  select ${listColumns}, ${figuresOrNone} from r
  on conflict (party_id) do update set
    version = excluded.version, unit_id = excluded.unit_id, live = excluded.live,
    kind = excluded.kind, name = excluded.name, name_romanised = excluded.name_romanised, name_sort = excluded.name_sort,
    roles = excluded.roles, tags = excluded.tags, country = excluded.country, created_at = excluded.created_at,
    fields = excluded.fields, marks = excluded.marks,
    search_text = excluded.search_text, search_chars = excluded.search_chars, search_contact = excluded.search_contact,
    ${listHeads.map((head) => `${head} = excluded.${head}`).join(', ')}
  where party_list.version <= excluded.version
  returning party_id, last_order_at, revenue_minor, order_count
), find as (
  insert into party_find as f (${findColumns})
  select r.party_id, r.unit_id, 0, greatest(r.created_at, put.last_order_at), ${headsSpread('r')}
  from r join put using (party_id)
  ${findOnConflict}
), owned as (
  insert into party_own as w (${ownColumns}, last_order_at, revenue_minor, order_count)
  select r.party_id, r.owner_id, r.version, r.live, r.name_sort, r.created_at, greatest(r.created_at, put.last_order_at), r.marks,
    ${headsSpread('r')}, put.last_order_at, put.revenue_minor, put.order_count
  from r join put using (party_id)
  ${ownOnConflict}
), delta as (
  select x.label, o.unit_id, -1 as d from old o join put using (party_id), unnest(${labelsOf('o')}) as x (label) where o.live
  union all
  select x.label, r.unit_id, 1 from r join put using (party_id), unnest(${labelsOf('r')}) as x (label) where r.live
)
insert into party_count (label, unit_id, delta)
select label, unit_id, sum(d) from delta group by label, unit_id having sum(d) <> 0`
