import { record } from '../../kernel/audit.ts'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { labelsOf, project } from './list/project.ts'

// For good, set-wise, in the caller's transaction. unscoped: whoever calls has decided whose parties go (modules/sample).

/** Parties with all that this module keeps of them; what other modules keep goes before. Answers how many. */
export async function purgeParties(ctx: Ctx, party_ids: readonly number[]): Promise<number> {
  await planned(
    ctx,
    `with gone as (delete from party_list where party_id = any($1::bigint[]) returning unit_id, live, roles, tags)
     insert into party_count (label, unit_id, delta)
     select x.label, g.unit_id, -count(*) from gone g, unnest(${labelsOf('g')}) as x (label) where g.live group by 1, 2`,
    [party_ids],
  )
  for (const table of [
    'party_find',
    'party_own',
    'party_slot',
    'party_bucket',
    'custom_value_key',
    'contact_point',
    'party_role',
    'external_id',
  ])
    await planned(ctx, `delete from ${table} where party_id = any($1::bigint[])`, [party_ids])
  const [row] = await planned<{ n: number }>(
    ctx,
    `with gone as (delete from party where party_id = any($1::bigint[]) returning 1) select count(*) as n from gone`,
    [party_ids],
  )
  return row!.n
}

/** Before their owner goes: these are nobody's until somebody takes them. Answers how many. */
export async function disown(ctx: Ctx, user_ids: readonly number[]): Promise<number> {
  const rows = await planned<{ party_id: number; owner_id: number }>(
    ctx,
    `with had as (select party_id, owner_id from party where owner_id = any($1::bigint[]) for update),
     freed as (update party p set owner_id = null, version = version + 1, updated_at = $2 from had where p.party_id = had.party_id)
     select party_id, owner_id from had order by party_id`,
    [user_ids, ctx.now],
  )
  for (const { party_id, owner_id } of rows)
    await record(ctx, {
      action: 'parties.updated',
      subject: 'party',
      subject_id: party_id,
      party_id,
      was: { owner_id },
    })
  await project(
    ctx,
    rows.map((row) => row.party_id),
  )
  return rows.length
}
