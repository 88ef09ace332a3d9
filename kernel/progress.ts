import type pg from 'pg'
import type { Log } from './ctx.ts'
import { refuse } from './refuse.ts'

/** A long job's row in `job_run`, seen live on the page and in the terminal. */
export type Progress = {
  readonly run_id: number
  /**
   * What to show. Kept in memory and written twice a second over a connection of its own, so it is seen while
   * the step's transaction is still open. Throws `jobs.cancelled` when a person asked to stop.
   */
  report(state: { done?: number; total?: number | null; phase?: string }): Promise<void>
  /**
   * Throws when cancel was asked or the process is stopping; cheap, for tight loops. It learns of either
   * only while the event loop turns: a loop that never awaits is never stopped.
   */
  check(): void
  /**
   * For jobs with `transaction: 'own'`: the place to go on from, written in `on`'s open transaction beside the
   * writes it speaks of, as its last statement (alone without `on`). Throws when another worker has the run.
   */
  keep(cursor: unknown, on?: Pick<pg.ClientBase, 'query'>): Promise<void>
}

/** Another worker has taken this job over: whatever this one still does must not commit. */
export class Lost extends Error {}
/** The process is stopping: the step is given back as it was found. */
export class Stopping extends Error {}

export type Shown = { done: number; total: number | null; phase: string | null }
export class Tracked implements Progress {
  readonly run_id: number
  /** names this execution: a run that was taken over carries another one */
  readonly token: string
  readonly shown: Shown
  readonly #pool: pg.Pool
  changed = false
  cancelled = false
  lost = false
  stopping = false
  constructor(pool: pg.Pool, run_id: number, token: string, shown: Shown) {
    this.#pool = pool
    this.run_id = run_id
    this.token = token
    this.shown = shown
  }
  async report({
    done,
    total,
    phase,
  }: {
    done?: number
    total?: number | null
    phase?: string
  }): Promise<void> {
    if (done !== undefined) this.shown.done = whole(done)
    if (total !== undefined) this.shown.total = total === null ? null : whole(total)
    if (phase !== undefined) this.shown.phase = phase
    this.changed = true
    this.check()
  }
  check(): void {
    if (this.lost) throw new Lost(`run ${this.run_id} goes on elsewhere`)
    if (this.cancelled) refuse('jobs.cancelled', 409)
    if (this.stopping) throw new Stopping()
  }
  async keep(cursor: unknown, on: Pick<pg.ClientBase, 'query'> = this.#pool): Promise<void> {
    this.check()
    const { rowCount } = await on.query(
      `update job_run set cursor = $3, updated_at = clock_timestamp() where run_id = $1 and worker = $2 and state = 'running'`,
      [this.run_id, this.token, JSON.stringify(cursor)],
    )
    if (rowCount !== 1) throw new Lost(`run ${this.run_id} goes on elsewhere`)
  }
}

// A share or a NaN must not cost the runs of the whole process their progress.
const whole = (n: number): number => (Number.isFinite(n) ? Math.round(n) : 0)

const PULSE_MS = 500
/**
 * One beat for all runs of this process: writes what they report and learns who was cancelled. The database's
 * clock stamps job_run wherever several processes meet on it.
 */
export class Pulse {
  readonly #runs = new Set<Tracked>()
  readonly #pool: pg.Pool
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #busy: Promise<void> | null = null
  #stopping = false
  constructor(pool: pg.Pool, log: Log) {
    this.#pool = pool
    this.#log = log
    this.#timer = setInterval(() => {
      if (this.#runs.size > 0) this.#busy ??= this.#beat()
    }, PULSE_MS)
  }
  track(run: Tracked): void {
    run.stopping = this.#stopping
    this.#runs.add(run)
  }
  forget(run: Tracked): void {
    this.#runs.delete(run)
  }
  /** Running steps give up at their next check. */
  interrupt(): void {
    this.#stopping = true
    for (const run of this.#runs) run.stopping = true
  }
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#busy
  }
  async #beat(): Promise<void> {
    const runs = [...this.#runs]
    const changed = runs.filter((run) => run.changed)
    for (const run of changed) run.changed = false
    try {
      if (changed.length > 0) await this.#write(changed)
      const { rows } = await this.#pool.query<{
        run_id: string
        worker: string | null
        cancel_requested: boolean
      }>({
        name: 'pulse.read',
        text: 'select run_id::text, worker, cancel_requested from job_run where run_id = any($1)',
        values: [runs.map((run) => run.run_id)],
      })
      const now = new Map(rows.map((row) => [row.run_id, row]))
      for (const run of runs) {
        const row = now.get(String(run.run_id))
        run.lost = row?.worker !== run.token
        run.cancelled ||= row?.cancel_requested ?? true
      }
    } catch (error) {
      for (const run of changed) run.changed = true
      this.#log.warn({ error: (error as Error).message }, 'progress could not be written')
    } finally {
      this.#busy = null
    }
  }
  // A row that its job holds locked (`keep`) is left for the next beat: it must not hold up the others.
  async #write(runs: Tracked[]): Promise<void> {
    const column = <K extends keyof Shown>(key: K) => runs.map((run) => run.shown[key])
    await this.#pool.query({
      name: 'pulse.write',
      text: `
        with free as (select run_id from job_run where run_id = any($1) for update skip locked)
        update job_run r set done = v.done, total = v.total, phase = v.phase, updated_at = clock_timestamp()
        from free join unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[])
          as v (run_id, worker, done, total, phase) using (run_id)
        where r.run_id = v.run_id and r.worker = v.worker and r.state = 'running'`,
      values: [
        runs.map((run) => run.run_id),
        runs.map((run) => run.token),
        column('done'),
        column('total'),
        column('phase'),
      ],
    })
  }
}
