import { type Ctx, planned } from '../../kernel/ctx.ts'
import { cancelRun } from '../../kernel/run.ts'

// unscoped: whoever calls has decided whose figures go (modules/sample).

/**
 * What is computed of these parties and was entered about them, for good, in the caller's transaction; and every fit and
 * snapshot made since: they counted these parties in, so they say nothing about the house without them.
 */
export async function purgeValues(
  ctx: Ctx,
  party_ids: readonly number[],
  since: Date | string,
): Promise<void> {
  const running = await planned<{ run_id: number }>(
    ctx,
    `select run_id from job_run where job = 'value.run' and state in ('waiting', 'running')`,
    [],
  )
  for (const { run_id } of running) await cancelRun(ctx, run_id)
  for (const table of ['customer_value', 'value_due', 'value_alert', 'spend', 'need', 'subscription'])
    await planned(ctx, `delete from ${table} where party_id = any($1::bigint[])`, [party_ids])
  await planned(
    ctx,
    'delete from customer_value where snapshot_id in (select snapshot_id from value_snapshot where begun_at >= $1)',
    [since],
  )
  await planned(ctx, 'delete from value_snapshot where begun_at >= $1', [since])
  const unused = (column: string) =>
    `not exists (select from value_snapshot s where s.${column} = x.${column})`
  await planned(ctx, `delete from value_fit x where fitted_at >= $1 and ${unused('fit_id')}`, [since])
  await planned(
    ctx,
    `delete from value_settings x where valid_from >= $1 and changed_by is null and ${unused('settings_id')}`,
    [since],
  )
  await planned(
    ctx,
    `update value_snapshot set current = true where not exists (select from value_snapshot where current)
       and snapshot_id = (select snapshot_id from value_snapshot where state = 'ready' order by as_of desc, snapshot_id desc limit 1)`,
    [],
  )
}
