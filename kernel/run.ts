import { type Ctx, planned } from './ctx.ts'
import type { RunError } from './job.ts'
import { runKey } from './job.ts'

export type RunState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
export type Run = {
  run_id: number
  job: string
  subject: Record<string, unknown>
  state: RunState
  done: number
  total: number | null
  phase: string | null
  result: unknown
  error: RunError | null
  cancel_requested: boolean
  started_by: number | null
  unit_id: number | null
  created_at: string
  started_at: string | null
  updated_at: string
  finished_at: string | null
}
export const runColumns = `run_id, job, subject, state, done, total, phase, result, error, cancel_requested, started_by, unit_id,
  created_at, started_at, updated_at, finished_at`

/** For whoever may see it already: the command line waits with it, a module shows its own. */
export async function readRun(ctx: Ctx, run_id: number): Promise<Run | null> {
  const [run] = await planned<Run>(ctx, `select ${runColumns} from job_run where run_id = $1`, [run_id])
  return run ?? null
}

/**
 * Asks a run to stop: a running step hears it at its next check (≤ 1 s) and is rolled back, a waiting one is
 * brought forward. The worker that holds it ends it, so that its job is told. False: it has ended already.
 */
export async function cancelRun(ctx: Ctx, run_id: number): Promise<boolean> {
  const asked = await planned<{ run_id: number }>(
    ctx,
    `update job_run set cancel_requested = true, updated_at = clock_timestamp()
     where run_id = $1 and state in ('waiting', 'running') returning run_id`,
    [run_id],
  )
  if (asked.length === 0) return false
  await planned(
    ctx,
    `select from graphile_worker.reschedule_jobs(array(select id from graphile_worker._private_jobs where key = $1 and locked_at is null), now())`,
    [runKey(run_id)],
  )
  return true
}
