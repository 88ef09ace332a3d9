import type { Ctx } from '../../../kernel/ctx.ts'
import { labelsOf, project } from '../list/project.ts'
import type { Target } from './action.ts'

// The list after a slice. Owner and unit touch no key that Node computes, so they are mirrored in SQL (100,000 in
// seconds); a custom field is custom.ts's; everything else is made anew
// from the parties, as a single change does it.
// unscoped: mirrors rows that the bulk change has just written within its reach

// Joined by its ids alone: an array of them beside the join would be sorted anew for every row that is looked up.
const found = `c as materialized (
  select p.party_id, p.owner_id, p.unit_id, p.version from party p where p.party_id = any($1::bigint[])
)`
const ownerText = `
with ${found}, slot as (
  update party_slot s set owner_id = c.owner_id from c where s.party_id = c.party_id
)
update party_own o set owner_id = c.owner_id, version = c.version from c where o.party_id = c.party_id`

const unitText = `
with ${found}, old as materialized (
  select l.party_id, l.unit_id, l.live, l.roles, l.tags from party_list l where l.party_id = any($1::bigint[])
), list as (
  update party_list l set unit_id = c.unit_id, version = c.version from c where l.party_id = c.party_id
), slot as (
  update party_slot s set unit_id = c.unit_id from c where s.party_id = c.party_id
), find as (
  update party_find f set unit_id = c.unit_id from c where f.party_id = c.party_id
), moved as (
  select x.label, o.unit_id as was, c.unit_id as now from old o join c using (party_id), unnest(${labelsOf('o')}) as x (label) where o.live
)
insert into party_count (label, unit_id, delta)
select label, unit_id, sum(d) from (
  select label, was as unit_id, -1 as d from moved union all select label, now, 1 from moved
) m group by label, unit_id having sum(d) <> 0`

/** `column`: what was written; null: market roles. */
export async function mirror(
  ctx: Ctx,
  column: Target['column'] | null,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0 || column === 'language' || column === 'channel_preference') return
  if (column === 'owner_id') await ctx.tx!.query({ name: 'bulk.owner', text: ownerText, values: [ids] })
  else if (column === 'unit_id') await ctx.tx!.query({ name: 'bulk.unit', text: unitText, values: [ids] })
  else await project(ctx, ids)
}
