import type { Ctx } from '../../../kernel/ctx.ts'
import type { BulkAction } from '../contract.ts'
import { Params } from '../list/where.ts'
import { type Target, targetOf } from './action.ts'
import { type Custom, unfit } from './custom.ts'
import { recordsCte, verbOf } from './records.ts'
import { lockedSql, told, type Wrote } from './write.ts'

// unscoped: every row comes through lockedSql, which keeps to the caller's reach
// A slice taken back: each becomes what its record says that it was, unless somebody changed the same since. Rows whose
// version is as it was left are known to be untouched; only of the others is the audit asked.

export type Written = Pick<Wrote, 'changed_ids' | 'audit_ids' | 'versions'>

export async function revertSlice(
  ctx: Ctx,
  bulk_id: number,
  action: BulkAction,
  { changed_ids, audit_ids, versions }: Written,
  only: readonly number[],
  custom: Custom | null,
): Promise<Wrote> {
  const params = new Params()
  const ids = params.$(only, 'bigint[]')
  const locked = lockedSql(ctx, ids, params)
  const audits = params.$(audit_ids, 'bigint[]')
  const written = `select * from unnest(${params.$(changed_ids, 'bigint[]')}, ${audits}, ${params.$(versions, 'integer[]')}) as w (party_id, audit_id, version)`
  const now = params.$(ctx.house.clock(), 'timestamptz')
  const target = targetOf(action)
  // Only what the statement names: a parameter that stands nowhere has no type, and is refused.
  const { reach } = ctx
  const units =
    reach.kind === 'units' && target?.column === 'unit_id' ? params.$(reach.unit_ids, 'bigint[]') : null
  const left = custom ? await unfit(ctx, custom.field, changed_ids, audit_ids) : null
  const lost = left && Object.keys(left).length > 0 ? params.$(JSON.stringify(left), 'jsonb') : null
  const ctes = target ? fieldCtes(target, { now, units, lost }) : roleCtes(now)
  const subject = target ? 'party' : 'party_role'
  const records = recordsCte(ctx, params, { now, bulk_id, verb: verbOf(target?.column ?? null), subject })
  const text = `with w as materialized (${written}), r as materialized (${recorded(audits)}), p as materialized (${locked}), ${ctes}, ${records} ${told}`
  return (await ctx.tx!.query<Wrote>(text, params.values)).rows[0]!
}

/** The record that changed the same after ours, where there is one. */
const later = (subject_id: string, subject: string, field: string) => `
left join lateral (
  select n.audit_id from audit n where n.party_id = p.party_id and n.subject = '${subject}' and n.subject_id = ${subject_id}
    and (n.at, n.audit_id) > (r.at, r.audit_id) and n.payload ? '${field}'
    and p.version <> w.version
  order by n.at desc, n.audit_id desc limit 1
) later on true`

// Nobody whose row was erased is brought back: the record has forgotten what it was.
const ofWritten = 'join w using (party_id) join r using (party_id, audit_id)'
// In one look at each month of the audit: one for every row took a second a slice in a house of a million.
const recorded = (audits: string) => `select a.* from audit a where a.audit_id = any(${audits})`
const GONE = `when p.erased_at is not null or r.payload is null then 'erased' when later.audit_id is not null then 'touched'`

/** `lost`: why whose old value may not come back, by party. */
type Around = { now: string; units: string | null; lost: string | null }
function fieldCtes({ column, type, name, old, put }: Target, { now, units, lost }: Around): string {
  const value = valueSql(name, type)
  const leaves = units ? `when not ${value} = any(${units}) then 'out_of_scope'` : ''
  const unfits = lost ? `when ${lost} ? p.party_id::text then ${lost} ->> p.party_id::text` : ''
  return `judged as materialized (
    select p.party_id, ${old} as old, ${value} as next, case ${GONE} ${leaves} ${unfits} end as refused, later.audit_id as by
    from p ${ofWritten} ${later('p.party_id', 'party', name)}
  ), done as (
    update party t set ${column} = ${put}, version = t.version + 1, updated_at = ${now}
    from judged j where t.party_id = j.party_id and j.refused is null and j.next is distinct from j.old
    returning t.party_id, t.version
  ), was as (
    select d.party_id, d.party_id as subject_id, jsonb_build_object('${name}', j.old) as was
    from done d join judged j using (party_id)
  )`
}

/** What a record says that was, as a column of that type. */
function valueSql(name: string, type: string): string {
  if (type === 'jsonb') return `r.payload -> '${name}'`
  if (type === 'text[]') return `array(select jsonb_array_elements_text(r.payload -> '${name}'))`
  return `(r.payload ->> '${name}')::${type}`
}

const roleCtes = (now: string): string => `judged as materialized (
    select p.party_id, r.subject_id, h.role, h.until as old, (r.payload ->> 'until')::date as next, later.audit_id as by,
      case ${GONE} when h.party_role_id is null then 'touched' end as refused
    from p ${ofWritten} left join party_role h on h.party_id = r.party_id and h.party_role_id = r.subject_id
    ${later('r.subject_id', 'party_role', 'until')}
  ), ended as (
    update party_role t set until = j.next from judged j
    where t.party_id = j.party_id and t.party_role_id = j.subject_id and j.refused is null and j.next is distinct from j.old
    returning t.party_id, t.party_role_id
  ), done as (
    update party t set version = t.version + 1, updated_at = ${now}
    where t.party_id in (select party_id from ended) returning t.party_id, t.version
  ), was as (
    select j.party_id, j.subject_id, jsonb_build_object('role', j.role, 'until', j.old) as was
    from judged j join ended e on e.party_id = j.party_id and e.party_role_id = j.subject_id
  )`
