import { randomBytes } from 'node:crypto'
import type { TSchema } from 'typebox'
import { writeRecords } from './audit.ts'
import { type Ctx, type House, unaudited } from './ctx.ts'
import {
  type AnyJob,
  DEATHS,
  type Ending,
  type Envelope,
  PRIORITY_RUN,
  type RunError,
  runKey,
  type Step,
} from './job.ts'
import { classify } from './problem.ts'
import { Lost, type Pulse, Stopping, Tracked } from './progress.ts'
import { Refusal } from './refuse.ts'
import { phrase, type Words } from './text.ts'
import { compilers } from './validate.ts'

// One step of one job, from the queue's row to what comes after. Whatever the step comes to is settled in one
// transaction: the queue's row goes, the run's row changes, the next step is queued, the job's own writes
// commit; so a worker killed at any moment leaves either all of it or none.

export type Crew = {
  house: House
  system: () => Ctx
  words: Words
  pulse: Pulse
  /** by the queue's id: the latest execution in this process */
  executing: Map<string, Promise<void>>
}
/** The queue's row that this worker holds. */
export type Held = { id: string; by: string; queue: { id: number; name: string } | null }

type Outcome =
  | { kind: 'next'; cursor: unknown }
  | { kind: 'again'; envelope: Partial<Envelope>; after_s: number; error: RunError | null }
  | Ending

type Work = {
  crew: Crew
  job: AnyJob
  envelope: Envelope
  held: Held
  ctx: Ctx
  run: Tracked | null
  cursor: unknown
}

export async function runStep(crew: Crew, job: AnyJob, envelope: Envelope, held: Held): Promise<void> {
  const own = execute(crew, job, envelope, held)
  crew.executing.set(held.id, own)
  try {
    await own
  } catch (error) {
    // The queue would free the row of a failure, also when this very worker has meanwhile taken it up again.
    const later = crew.executing.get(held.id)
    if (error instanceof Lost && later && later !== own) await later.catch(() => {})
    throw error
  } finally {
    if (crew.executing.get(held.id) === own) crew.executing.delete(held.id)
  }
}

async function execute(crew: Crew, job: AnyJob, envelope: Envelope, held: Held): Promise<void> {
  const ctx = contextOf(crew, envelope, held)
  const work: Work = { crew, job, envelope, held, ctx, run: null, cursor: envelope.cursor ?? null }
  if (envelope.run_id !== undefined) {
    const claimed = await claim(ctx, envelope.run_id, `${held.by}/${randomBytes(4).toString('hex')}`)
    if (!claimed) return
    work.run = claimed.run
    work.cursor = claimed.cursor
    work.ctx = { ...ctx, progress: claimed.run }
    crew.pulse.track(claimed.run)
  }
  try {
    await attempt(work)
  } finally {
    if (work.run) crew.pulse.forget(work.run)
  }
}

function contextOf({ system }: Crew, { starter, run_id }: Envelope, held: Held): Ctx {
  const request_id = run_id === undefined ? `job-${held.id}` : `run-${run_id}`
  const ctx = { ...system(), request_id }
  if (!starter) return ctx
  const { who, reach, locale, zone } = starter
  return { ...ctx, who: { ...who, masks: new Set(who.masks) }, reach, locale, zone }
}

/** From here on the run is this execution's; one that still believes to have it fails at its next write. */
async function claim(
  ctx: Ctx,
  run_id: number,
  token: string,
): Promise<{ run: Tracked; cursor: unknown } | null> {
  const { rows } = await ctx.house.pool.query<{
    cursor: unknown
    cancel_requested: boolean
    done: number
    total: number | null
    phase: string | null
  }>({
    name: 'run.claim',
    text: `update job_run set state = 'running', worker = $2, started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
           where run_id = $1 and state in ('waiting', 'running') returning cursor, cancel_requested, done, total, phase`,
    values: [run_id, token],
  })
  const row = rows[0]
  if (!row) return null
  const run = new Tracked(ctx.house.pool, run_id, token, {
    done: row.done,
    total: row.total,
    phase: row.phase,
  })
  run.cancelled = row.cancel_requested
  return { run, cursor: row.cursor }
}

async function attempt(work: Work): Promise<void> {
  const { job, envelope, run } = work
  if (run?.cancelled) return settleAlone(work, { kind: 'cancelled' })
  if (envelope.lost) return settleAlone(work, failed(work, 'jobs.worker_lost', {}))
  if (!checkerOf(job.payload)(envelope.payload)) {
    work.ctx.log.error(
      { job: job.name, id: work.held.id },
      'a job was queued with a payload that it does not take',
    )
    return settleAlone(work, failed(work, 'jobs.bad_payload', {}))
  }
  try {
    if (job.transaction === 'own')
      await settleAlone(work, outcomeOf(await job.run(work.ctx, envelope.payload as never, work.cursor)))
    else
      await inOne(work.ctx, async (ctx) =>
        settle(ctx, work, outcomeOf(await job.run(ctx, envelope.payload as never, work.cursor))),
      )
  } catch (error) {
    if (error instanceof Lost) throw error
    await settleAlone(work, afterError(work, error))
  }
}

const outcomeOf = (said: Step | void): Outcome =>
  said && !said.done
    ? { kind: 'next', cursor: said.cursor }
    : { kind: 'done', result: said?.done ? (said.result ?? null) : null }

const inOne = <R>(ctx: Ctx, work: (ctx: Ctx) => Promise<R>): Promise<R> =>
  unaudited(ctx, "a job's step: its records, if any, are written here", async (ctx) => {
    const answer = await work(ctx)
    if (ctx.recorded!.length > 0) await writeRecords(ctx)
    return answer
  })

const settleAlone = (work: Work, outcome: Outcome): Promise<void> =>
  inOne(work.ctx, (ctx) => settle(ctx, work, outcome))

async function settle(ctx: Ctx, work: Work, outcome: Outcome): Promise<void> {
  const { job, envelope, held, run } = work
  const tx = ctx.tx!
  // The queue names its rows private. This one statement is what makes a step happen once: it finds the row only
  // while this worker holds it, and the version is pinned.
  const { rowCount } = await tx.query(
    'delete from graphile_worker._private_jobs where id = $1 and locked_by = $2',
    [held.id, held.by],
  )
  if (rowCount !== 1) throw new Lost(`${job.name} ${held.id} goes on elsewhere`)
  if (held.queue)
    await tx.query(
      'update graphile_worker._private_job_queues set locked_at = null, locked_by = null where id = $1 and locked_by = $2',
      [held.queue.id, held.by],
    )
  if (run) await settleRun(ctx, run, outcome)
  if (outcome.kind === 'next' || outcome.kind === 'again') await requeue(ctx, work, outcome)
  else await job.ended?.(ctx, envelope.payload as never, outcome)
}

const STATES = {
  next: 'running',
  again: 'waiting',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
} as const

async function settleRun(ctx: Ctx, run: Tracked, outcome: Outcome): Promise<void> {
  const state = STATES[outcome.kind]
  const error = outcome.kind === 'failed' || outcome.kind === 'again' ? outcome.error : null
  const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value))
  const { rowCount } = await ctx.tx!.query({
    name: 'run.settle',
    // No worker from here on: a late pulse finds nothing to write.
    text: `update job_run set state = $3, worker = null, cursor = coalesce($4, cursor), result = $5, error = $6, done = $7, total = $8, phase = $9,
             finished_at = case when $10 then clock_timestamp() end, updated_at = clock_timestamp()
           where run_id = $1 and worker = $2`,
    values: [
      run.run_id,
      run.token,
      state,
      outcome.kind === 'next' ? json(outcome.cursor) : null,
      outcome.kind === 'done' ? json(outcome.result) : null,
      json(error),
      run.shown.done,
      run.shown.total,
      run.shown.phase,
      state === 'done' || state === 'failed' || state === 'cancelled',
    ],
  })
  if (rowCount !== 1) throw new Lost(`run ${run.run_id} goes on elsewhere`)
}

async function requeue(
  ctx: Ctx,
  { job, envelope, held, run }: Work,
  outcome: Outcome & { kind: 'next' | 'again' },
): Promise<void> {
  const next: Envelope =
    outcome.kind === 'again'
      ? { ...envelope, ...outcome.envelope }
      : { ...envelope, errors: 0, losses: 0, ...(run ? {} : { cursor: outcome.cursor }) }
  const key = run ? runKey(run.run_id) : (job.key?.(envelope.payload as never) ?? null)
  const after_s = outcome.kind === 'again' ? outcome.after_s : 0
  // unsafe_dedupe: whoever enqueued the same key since then knows better, and theirs stays.
  await ctx.tx!.query(
    `select from graphile_worker.add_job($1, $2, $3, now() + $4 * interval '1 second', $5, $6, $7, null, case when $6::text is null then 'replace' else 'unsafe_dedupe' end)`,
    [
      job.name,
      JSON.stringify(next),
      held.queue?.name ?? null,
      after_s,
      DEATHS,
      key,
      run ? PRIORITY_RUN : null,
    ],
  )
}

const ATTEMPTS = 5
// Seconds until a job without a run looks whether the disk has room again.
const FULL_S = 30
/** Seconds before the next attempt: 3, 9, 27, 81, then 4 minutes. */
const backoff = (errors: number): number => Math.min(3 ** errors, 240)

function afterError(work: Work, error: unknown): Outcome {
  const { job, envelope, ctx, run } = work
  if (error instanceof Stopping) return { kind: 'again', envelope: {}, after_s: 0, error: null }
  if (run?.cancelled && error instanceof Refusal && error.code === 'jobs.cancelled')
    return { kind: 'cancelled' }
  const facts = { job: job.name, request_id: ctx.request_id, run_id: run?.run_id }
  if (error instanceof Refusal) {
    ctx.log.warn({ ...facts, code: error.code, details: error.details }, 'a job was refused')
    return failed(work, error.code, error.details)
  }
  // A database that went away is no fault of the job; bounded, because a statement may be what brings it down.
  const losses = (envelope.losses ?? 0) + 1
  if (classify(error).code === 'kernel.unavailable' && losses < DEATHS) {
    ctx.log.warn(
      { ...facts, error: (error as Error).message },
      'the database was lost during a job; it goes on',
    )
    return { kind: 'again', envelope: { losses }, after_s: 1, error: null }
  }
  // Whoever started a run is told at once, and starts it again when there is room; what nobody waits for waits for room.
  if (classify(error).code === 'kernel.disk_full') {
    ctx.log.error({ ...facts, error: (error as Error).message }, 'the disk is full: a job stopped')
    if (run) return failed(work, 'kernel.disk_full', {})
    if (losses < DEATHS) return { kind: 'again', envelope: { losses }, after_s: FULL_S, error: null }
  }
  const errors = (envelope.errors ?? 0) + 1
  ctx.log.error(
    { ...facts, errors, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    'a job failed',
  )
  const end = failed(work, 'jobs.failed', { request_id: ctx.request_id })
  if (errors >= (job.attempts ?? ATTEMPTS)) return end
  return { kind: 'again', envelope: { errors }, after_s: backoff(errors), error: end.error }
}

/** What people may see of it: a code, its words, no internals. */
function failed({ crew }: Work, code: string, details: Record<string, unknown>): Ending & { kind: 'failed' } {
  const p = crew.words[code] ?? { zh: code, en: code }
  return {
    kind: 'failed',
    error: { code, details, zh: phrase(p, 'zh-CN', details), en: phrase(p, 'en', details) },
  }
}

const { validator } = compilers()
const checkers = new WeakMap<TSchema, (value: unknown) => boolean>()
function checkerOf(schema: TSchema): (value: unknown) => boolean {
  let check = checkers.get(schema)
  if (!check) {
    const validate = validator({ schema, httpPart: 'body' })
    checkers.set(schema, (check = (value) => !('error' in validate(value))))
  }
  return check
}
