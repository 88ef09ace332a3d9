import type { Static, TSchema } from 'typebox'
import { type Actor, type Ctx, planned, type Reach } from './ctx.ts'
import type { Locale } from './text.ts'

/** What a step of a job says: it is done, or it wants to go on from `cursor` in a step of its own. */
export type Step = { done: true; result?: unknown } | { done: false; cursor: unknown }

export type Job<S extends TSchema> = {
  /** `module.verb` */
  readonly name: string
  readonly payload: S
  /** one pending job per key: enqueuing again moves it (runs with progress are never merged) */
  readonly key?: (payload: Static<S>) => string
  /** cron line in the company's zone: for jobs that come round; never beside itself */
  readonly every?: string
  /** one at a time in all of the house: for what waits on machines of others, and may not take every hand */
  readonly alone?: true
  /** errors before it is given up; 5. A killed worker is not an error, a refusal is never tried again. */
  readonly attempts?: number
  /**
   * `step` (as it is unless said): a step is one transaction, open in `ctx.tx`: its writes, records, cursor
   * and next step commit together, once, or not at all. `own`: the job opens its transactions itself (COPY,
   * many commits, network calls) and keeps its place in them by `ctx.progress.keep`.
   */
  readonly transaction?: 'step' | 'own'
  /** ≤ 30 s a step unless it says why; `cursor` is null at the first step; `own` must be safe to run twice */
  readonly run: (ctx: Ctx, payload: Static<S>, cursor: unknown) => Promise<Step | void>
  /** told in the transaction in which it ends, whichever way: to mark what it worked for */
  readonly ended?: (ctx: Ctx, payload: Static<S>, ending: Ending) => Promise<void>
}
/** Safe to show: a code with its words in both languages; the cause is in the log only. */
export type RunError = { code: string; details: Record<string, unknown>; zh: string; en: string }
export type Ending =
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; error: RunError }
  | { kind: 'cancelled' }
/** A list of jobs forgets each one's payload; the worker validates it again by its schema. */
export type AnyJob = Omit<Job<TSchema>, 'run' | 'key' | 'ended'> & {
  readonly run: (ctx: Ctx, payload: never, cursor: unknown) => Promise<Step | void>
  readonly ended?: (ctx: Ctx, payload: never, ending: Ending) => Promise<void>
  readonly key?: (payload: never) => string
}

export const job = <const S extends TSchema>(definition: Job<S>): Job<S> => definition

/** As whom a run acts: who started it, with the reach they had then. Other jobs are the system's own. */
export type Starter = {
  who: Omit<Actor, 'masks'> & { masks: string[] }
  reach: Reach
  locale: Locale
  zone: string
}
/** What the queue holds for one step. */
export type Envelope = {
  payload: unknown
  cursor?: unknown
  run_id?: number
  errors?: number
  /** times that the database went away under it */
  losses?: number
  /** its workers died too often: it is to end as failed */
  lost?: boolean
  starter?: Starter
}

// Counts workers that died holding the job, nothing else: errors are counted in the envelope. High, because a
// machine that is switched off again and again is no fault of the job; bounded, because one that kills its
// process each time must end.
export const DEATHS = 100
// After everything short.
export const PRIORITY_RUN = 10

/** Enqueued when the caller's transaction commits. */
export async function enqueue<S extends TSchema>(
  ctx: Ctx,
  job: Job<S>,
  payload: Static<S>,
  { at }: { at?: Date | string } = {},
): Promise<void> {
  const envelope: Envelope = { payload }
  await planned(ctx, 'select from graphile_worker.add_job($1, $2, $3, $4, $5, $6)', [
    job.name,
    JSON.stringify(envelope),
    job.alone ? job.name : null,
    at ?? null,
    DEATHS,
    job.key?.(payload) ?? null,
  ])
}

/**
 * A long job with a row in `job_run`: seen live, cancellable, resumed at its cursor. It acts as the caller.
 * `subject` is shown to people ({"file": "…"}): no personal data. Answers at once; the run starts after commit.
 */
export async function startRun<S extends TSchema>(
  ctx: Ctx,
  job: Job<S>,
  payload: Static<S>,
  { subject = {}, unit_id = ctx.who.unit_id }: { subject?: Record<string, unknown>; unit_id?: number } = {},
): Promise<{ run_id: number }> {
  const run_id = await ctx.house.ids.next()
  const { who, reach, locale, zone } = ctx
  const envelope: Envelope = {
    payload,
    run_id,
    starter: { who: { ...who, masks: [...who.masks] }, reach, locale, zone },
  }
  await planned(ctx, startText, [
    run_id,
    job.name,
    JSON.stringify(subject),
    who.id,
    unit_id,
    ctx.now,
    JSON.stringify(envelope),
    DEATHS,
    runKey(run_id),
    PRIORITY_RUN,
  ])
  return { run_id }
}
const startText = `
with run as (
  insert into job_run (run_id, job, subject, state, started_by, unit_id, created_at, updated_at)
  values ($1, $2, $3, 'waiting', $4, $5, $6, $6)
)
select from graphile_worker.add_job($2, $7, null, null, $8, $9, $10)`

export const runKey = (run_id: number): string => `run:${run_id}`
