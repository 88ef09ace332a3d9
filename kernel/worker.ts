import { EventEmitter } from 'node:events'
import {
  Logger,
  type ParsedCronItem,
  type Runner,
  run,
  runMigrations,
  type Task,
  type WorkerEvents,
} from 'graphile-worker'
import pg from 'pg'
import { Beat } from './beat.ts'
import { cronItem } from './cron.ts'
import type { Ctx, House, Log } from './ctx.ts'
import type { AnyJob, Envelope } from './job.ts'
import type { Module } from './module.ts'
import { Pulse } from './progress.ts'
import { startRelay } from './relay.ts'
import { type Crew, runStep } from './step.ts'
import type { Words } from './text.ts'
import { kernelWords } from './words.ts'

// graphile-worker behind what Guanxi asks of it. It finds, locks and schedules; what a step comes to is settled
// by kernel/step.ts, who has died is found by kernel/beat.ts.
const CONCURRENT_JOBS = 4
// The queue's notification wakes a worker in milliseconds; polling is for delayed jobs and lost notifications.
const POLL_MS = 1_000
// A step that neither ends nor checks within this is left behind: its commit will find its row gone.
const STOP_MS = 20_000
const RESTART_MS = 1_000

/** The queue's own schema, made by the owner. Safe to run twice, or at once. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  await runMigrations({
    connectionString: ownerUrl,
    logger: loggerOver({ debug() {}, info() {}, warn() {}, error() {} }),
  })
}

export type Worker = { stop(): Promise<void> }

/** Works the jobs of `modules`, relays their events, seals the audit, until stopped. */
export async function startWorker(
  house: House,
  modules: readonly Module[],
  system: () => Ctx,
): Promise<Worker> {
  let ending = false
  const pool = machinePool(house, () => ending)
  const pulse = new Pulse(pool, house.log)
  const beat = new Beat(pool, house.log, house.config.role)
  const crew: Crew = {
    house,
    system,
    words: Object.assign({}, kernelWords, ...modules.map((m) => m.words)) as Words,
    pulse,
    executing: new Map(),
  }
  const jobs = jobsOf(modules)
  const shift = new Shift(crew, pool, beat, jobs)
  await shift.start()
  const relay = startRelay(house, pool, modules, system)
  return {
    async stop() {
      ending = true
      pulse.interrupt()
      await Promise.all([relay.stop(), shift.stop()])
      await Promise.all([pulse.end(), beat.end()])
      await pool.end()
    },
  }
}

function jobsOf(modules: readonly Module[]): AnyJob[] {
  const jobs = new Map<string, AnyJob>()
  for (const job of modules.flatMap((m) => [...m.jobs, ...m.consumers.map((consumer) => consumer.job)])) {
    if (jobs.has(job.name) && jobs.get(job.name) !== job) throw new Error(`two jobs are called ${job.name}`)
    jobs.set(job.name, job)
  }
  return [...jobs.values()]
}

/**
 * Connections of the machinery's own: a heartbeat must not wait behind requests. With pg's plain types, since
 * the queue compares dates as dates.
 */
function machinePool({ pool, log }: House, ending: () => boolean): pg.Pool {
  const machines = new pg.Pool({
    ...pool.options,
    types: undefined,
    max: 6,
    application_name: 'guanxi worker',
  })
  // At the end the database may go first, when whoever started both was killed.
  const lost = (error: Error) =>
    ending() || log.warn({ error: error.message }, 'the worker lost a database connection')
  machines.on('error', lost)
  machines.on('connect', (client) => client.on('error', lost))
  return machines
}

/** Keeps the queue's runner running: one that ends by itself (a database away for long) is started anew. */
class Shift {
  readonly #crew: Crew
  readonly #pool: pg.Pool
  readonly #beat: Beat
  readonly #tasks: Record<string, Task>
  readonly #cron: ParsedCronItem[]
  #runner: Runner | null = null
  #worker: string | null = null
  #restarting: Promise<void> = Promise.resolve()
  #stopping = false
  constructor(crew: Crew, pool: pg.Pool, beat: Beat, jobs: readonly AnyJob[]) {
    this.#crew = crew
    this.#pool = pool
    this.#beat = beat
    this.#tasks = Object.fromEntries(jobs.map((job) => [job.name, taskOf(crew, job)]))
    const { house, system } = crew
    this.#cron = jobs.flatMap((job) =>
      job.every ? [cronItem({ name: job.name, every: job.every }, () => system().zone, house.clock)] : [],
    )
  }
  async start(): Promise<void> {
    const { log } = this.#crew.house
    const events: WorkerEvents = new EventEmitter()
    events.on('pool:create', ({ workerPool }) => {
      this.#worker = workerPool.id
      this.#beat.name(workerPool.id)
    })
    // With no task at all the queue complains at every turn.
    const taskList = Object.keys(this.#tasks).length > 0 ? this.#tasks : { 'kernel.nothing': async () => {} }
    const runner = await run({
      pgPool: this.#pool,
      taskList,
      parsedCronItems: this.#cron,
      noHandleSignals: true,
      // With batches the queue retries what it has to say when the database is away, and ends its runner when that
      // takes too long. Without them it says it once, unheard, and the rejection would end the process.
      preset: {
        worker: {
          concurrentJobs: CONCURRENT_JOBS,
          pollInterval: POLL_MS,
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
      logger: loggerOver(log),
      events,
    })
    this.#runner = runner
    const over = (error?: Error) => {
      if (this.#stopping || this.#runner !== runner) return
      log.error({ error: error?.message }, 'the worker ended by itself and is started again')
      this.#restarting = this.#again()
    }
    runner.promise.then(() => over(), over)
  }
  async #again(): Promise<void> {
    this.#runner = null
    const before = this.#worker
    while (!this.#stopping) {
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS))
      try {
        if (before) await this.#beat.leave(before)
        return await this.start()
      } catch (error) {
        this.#crew.house.log.warn({ error: (error as Error).message }, 'the worker cannot start yet')
      }
    }
  }
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#restarting
    const runner = this.#runner
    if (!runner) return
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS)
    })
    await Promise.race([runner.stop().catch(() => {}), late])
    clearTimeout(timer)
  }
}

const taskOf =
  (crew: Crew, job: AnyJob): Task =>
  async (payload, { job: row }) => {
    const queue = row.job_queue_id === null ? null : { id: row.job_queue_id, name: job.name }
    await runStep(crew, job, payload as Envelope, { id: row.id, by: row.locked_by!, queue })
  }

// What fails is logged by kernel/step.ts with its run and request; the queue's own lines are for debugging.
const loggerOver = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.debug({ queue: level }, message)
  })
