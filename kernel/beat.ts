import type pg from 'pg'
import type { Log } from './ctx.ts'
import { DEATHS, PRIORITY_RUN } from './job.ts'

// The queue itself frees a dead worker's jobs after four hours. Here each worker beats, and whoever lives frees
// what the silent ones held: a killed worker's job goes on after DEAD_S + BEAT_MS at the latest. One that was
// only slow finds at its commit that its row is gone (kernel/step.ts).
const BEAT_MS = 5_000
const DEAD_S = 15
// Whoever died before its first beat was seen is found by looking at the locks themselves.
const LOOK_EVERY = 4

export class Beat {
  readonly #pool: pg.Pool
  readonly #log: Log
  readonly #role: string
  readonly #timer: NodeJS.Timeout
  #worker: string | null = null
  #turn = 0
  #busy: Promise<void> | null = null
  constructor(pool: pg.Pool, log: Log, role: string) {
    this.#pool = pool
    this.#log = log
    this.#role = role
    this.#timer = setInterval(() => this.#tick(), BEAT_MS)
  }
  /** The queue names a worker anew each time it starts. */
  name(worker: string): void {
    this.#worker = worker
    this.#tick()
  }
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await this.#busy
    if (this.#worker) await this.leave(this.#worker).catch(() => {})
  }
  /** Whatever it still holds is free at once. */
  async leave(worker: string): Promise<void> {
    await this.#pool.query(
      'with gone as (delete from worker_beat where worker = $1) select graphile_worker.force_unlock_workers(array[$1])',
      [worker],
    )
  }
  #tick(): void {
    this.#busy ??= this.#beat().finally(() => {
      this.#busy = null
    })
  }
  async #beat(): Promise<void> {
    try {
      if (this.#worker) await this.#pool.query(beatText, [this.#worker, this.#role])
      const { rows } = await this.#pool.query<{ worker: string }>(buryText, [DEAD_S])
      if (rows.length > 0)
        this.#log.warn(
          { workers: rows.map((row) => row.worker) },
          'workers that stopped beating: their jobs go on',
        )
      if (rows.length > 0 || this.#turn++ % LOOK_EVERY === 0) await this.#look()
    } catch (error) {
      this.#log.warn({ error: (error as Error).message }, 'a heartbeat was missed')
    }
  }
  async #look(): Promise<void> {
    await this.#pool.query(orphanText, [DEAD_S])
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query<{ name: string; payload: { run_id?: number }; key: string | null }>(
        exhaustedText,
      )
      for (const { name, payload, key } of rows) {
        this.#log.error(
          { job: name, run_id: payload.run_id, deaths: DEATHS },
          'a job was given up: its workers died each time',
        )
        if (payload.run_id === undefined) continue
        await client.query('select from graphile_worker.add_job($1, $2, null, null, $3, $4, $5)', [
          name,
          JSON.stringify({ ...payload, lost: true }),
          DEATHS,
          key,
          PRIORITY_RUN,
        ])
      }
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }
}

// The database's clock, written and compared there: the machines' own need not agree.
const beatText = `
insert into worker_beat (worker, role, started_at, beat_at) values ($1, $2, clock_timestamp(), clock_timestamp())
on conflict (worker) do update set beat_at = excluded.beat_at`
const buryText = `
with dead as (delete from worker_beat where beat_at < clock_timestamp() - $1 * interval '1 second' returning worker),
     freed as (select graphile_worker.force_unlock_workers(array_agg(worker)) from dead having count(*) > 0)
select worker, (select count(*) from freed) from dead`
const orphanText = `
with held as (
  select locked_by, locked_at from graphile_worker._private_jobs where locked_by is not null
  union all select locked_by, locked_at from graphile_worker._private_job_queues where locked_by is not null
)
select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from held
where locked_at < clock_timestamp() - $1 * interval '1 second' and not exists (select from worker_beat where worker = locked_by)
having count(*) > 0`
const exhaustedText = `
delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
where t.id = j.task_id and j.locked_at is null and j.attempts >= j.max_attempts
returning t.identifier as name, j.payload, j.key`
