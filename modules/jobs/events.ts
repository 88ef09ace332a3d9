import type { Actor, Ctx, House, Log, Reach } from '../../kernel/ctx.ts'
import type { EventsAnswer } from '../../kernel/module.ts'
import { type Run, runColumns } from '../../kernel/run.ts'
import { reachOf } from '../../kernel/scope.ts'
import type { Locale } from '../../kernel/text.ts'
import type { JobEvent } from './contract.ts'
import { errorOf, sees } from './jobs.ts'
import { paceOf, type Sample, WINDOW_MS } from './rules.ts'

const TICK_MS = 500
// How far back each look goes: a change that commits later than its own time stamp says is still found.
const OVERLAP_S = 10

type Listener = {
  who: Actor
  reach: Reach | null
  locale: Locale
  send: (topic: string, data: unknown) => void
}
type Seen = { run: Run; samples: Sample[] }

/** One look at the runs per process and half second, however many streams there are; none while nobody listens. */
class Watch {
  readonly #house: House
  readonly #log: Log
  readonly #listeners = new Set<Listener>()
  readonly #seen = new Map<number, Seen>()
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  constructor(house: House) {
    this.#house = house
    this.#log = house.log
  }
  async open(listener: Listener): Promise<() => void> {
    if (!this.#timer) {
      this.#seen.clear()
      this.#timer = setInterval(() => void this.#look(recent), TICK_MS)
    }
    await this.#looking
    // Before it listens: it is told below what there is now, and nobody is told twice.
    await this.#look(open)
    for (const { run, samples } of this.#seen.values())
      if (run.finished_at === null) tell(listener, run, samples)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0 || !this.#timer) return
      clearInterval(this.#timer)
      this.#timer = null
    }
  }
  #look(which: Look): Promise<void> {
    this.#looking ??= this.#read(which)
      .catch((error: Error) => this.#log.warn({ error: error.message }, 'progress could not be read'))
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }
  async #read(which: Look): Promise<void> {
    const runs = await this.#house.reader.query<Run>(which)
    for (const run of runs) {
      const before = this.#seen.get(run.run_id)
      if (before && before.run.updated_at === run.updated_at && before.run.state === run.state) continue
      const at_ms = Date.parse(run.updated_at)
      const samples = [
        ...(before?.samples ?? []).filter((s) => s.at_ms >= at_ms - WINDOW_MS && s.done <= run.done),
        { at_ms, done: run.done },
      ]
      this.#seen.set(run.run_id, { run, samples })
      for (const listener of this.#listeners) tell(listener, run, samples)
    }
    const old = Date.now() - 10 * OVERLAP_S * 1000
    for (const [run_id, { run }] of this.#seen)
      if (run.finished_at !== null && Date.parse(run.updated_at) < old) this.#seen.delete(run_id)
  }
}
type Look = { name: string; text: string }
const recent: Look = {
  name: 'jobs.recent',
  text: `select ${runColumns} from job_run where updated_at > clock_timestamp() - interval '${OVERLAP_S} seconds'`,
}
const open: Look = {
  name: 'jobs.open',
  text: `select ${runColumns} from job_run where state in ('waiting', 'running')`,
}

function tell({ who, reach, locale, send }: Listener, run: Run, samples: Sample[]): void {
  if (!sees(who, reach, run)) return
  const { run_id, job, subject, state, done, total, phase, updated_at } = run
  const pace = state === 'running' ? paceOf(samples, total) : { rate: null, eta_ms: null }
  const event: JobEvent = {
    run_id,
    job,
    subject,
    state,
    done,
    total,
    phase,
    ...pace,
    error: errorOf(run, locale),
    updated_at,
  }
  send('job', event)
}

// Of a process, not of the module: a house has one watch, and it goes with the house.
const watches = new WeakMap<House, Watch>()

export async function events(ctx: Ctx): Promise<EventsAnswer> {
  const { house, who, locale } = ctx
  let watch = watches.get(house)
  if (!watch) watches.set(house, (watch = new Watch(house)))
  const watching = watch
  return { open: (send) => watching.open({ who, reach: reachOf(who, 'jobs:read'), locale, send }) }
}
