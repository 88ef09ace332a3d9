import type { Ctx } from '../../../kernel/ctx.ts'
import type { BulkAction } from '../contract.ts'
import { Params } from '../list/where.ts'
import { planOf, type Sets } from './action.ts'
import type { Custom } from './custom.ts'
import { recordsCte, verbOf } from './records.ts'
import { reachSql, seeing } from './selection.ts'

// unscoped: through reachSql, the scope helper with the statement's own parameters
// One slice, in one statement: locked in the order of ids, judged, written, recorded.

export type Refused = { id: number; why: string; by?: number }
export type Wrote = {
  changed_ids: number[]
  audit_ids: number[]
  versions: number[]
  refused: Refused[]
  found: number
}

export const told = `
select coalesce((select array_agg(d.party_id order by d.party_id) from done d), '{}') as changed_ids,
  coalesce((select array_agg(a.audit_id order by a.party_id) from audited a), '{}') as audit_ids,
  coalesce((select array_agg(d.version order by d.party_id) from done d), '{}') as versions,
  coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', j.party_id, 'why', j.refused, 'by', j.by)) order by j.party_id)
            from judged j where j.refused is not null), '[]') as refused,
  (select count(*) from judged) as found`

/** Rows out of reach are not found; anonymous parties are nobody. */
export function lockedSql(ctx: Ctx, ids: string, params: Params): string {
  const scope = reachSql(ctx.reach, 'p', params)
  return `select p.* from party p where p.party_id = any(${ids}) and p.kind <> 'anonymous' and ${scope}
    order by p.party_id for update of p`
}

export async function writeSlice(
  ctx: Ctx,
  bulk_id: number,
  action: BulkAction,
  ids: readonly number[],
  custom: Custom | null,
): Promise<Wrote> {
  const params = new Params()
  const asked = params.$(ids, 'bigint[]')
  const locked = lockedSql(ctx, asked, params)
  const plan = planOf(ctx, action, params, custom)
  const now = params.$(ctx.house.clock(), 'timestamptz')
  const ctes =
    plan.kind === 'set'
      ? setCtes(plan.sets, now)
      : endCtes(params.$(plan.role, 'text'), params.$(plan.today, 'date'), now, asked)
  const column = plan.kind === 'set' ? plan.sets.column : null
  const subject = column ? 'party' : 'party_role'
  const records = recordsCte(ctx, params, { now, bulk_id, verb: verbOf(column), subject })
  const text = `with p as materialized (${locked}), ${ctes}, ${records} ${told}`
  return (await ctx.tx!.query<Wrote>(text, params.values)).rows[0]!
}

/** `judged` says of each what becomes of it, `done` which were written, `was` what their records keep. */
function setCtes({ column, type, name, old, put, next, refused }: Sets, now: string): string {
  return `judged as materialized (
    select p.party_id, ${old} as old, (${next})::${type} as next, ${refused} as refused, null::bigint as by from p
  ), done as (
    update party t set ${column} = ${put}, version = t.version + 1, updated_at = ${now}
    from judged j where t.party_id = j.party_id and j.refused is null and j.next is distinct from j.old
    returning t.party_id, t.version
  ), was as (
    select d.party_id, d.party_id as subject_id, jsonb_build_object('${name}', j.old) as was
    from done d join judged j using (party_id)
  )`
}

/** A role held today ends today; one that begins later is no role held. */
const endCtes = (role: string, today: string, now: string, ids: string): string => `
held as materialized (
  select r.party_id, r.party_role_id, r.role, r.until from p join party_role r using (party_id)
  where r.party_id = any(${ids}) and r.role = ${role} and r.since <= ${today} and (r.until is null or r.until > ${today})
), judged as materialized (
  select p.party_id, case when p.erased_at is not null then 'erased' when not p.live then 'in_trash' end as refused, null::bigint as by from p
), ended as (
  update party_role t set until = ${today} from held h join judged j using (party_id)
  where t.party_id = h.party_id and t.party_role_id = h.party_role_id and j.refused is null
  returning t.party_id, t.party_role_id
), done as (
  update party t set version = t.version + 1, updated_at = ${now}
  where t.party_id in (select party_id from ended) returning t.party_id, t.version
), was as (
  select h.party_id, h.party_role_id as subject_id, jsonb_build_object('role', h.role, 'until', h.until) as was
  from held h join ended e using (party_id, party_role_id)
)`

/** Those that the caller sees and may not change are told from those that are not there. */
export async function notTheirs(ctx: Ctx, ids: readonly number[]): Promise<Refused[]> {
  const params = new Params()
  const asked = params.$(ids, 'bigint[]')
  const seen = reachSql(seeing(ctx), 'p', params)
  const own = reachSql(ctx.reach, 'p', params)
  const { rows } = await ctx.tx!.query<{ id: number }>(
    `select p.party_id as id from party p where p.party_id = any(${asked}) and p.kind <> 'anonymous' and ${seen} and not (${own})
     order by 1`,
    params.values,
  )
  return rows.map(({ id }) => ({ id, why: 'not_yours' }))
}
