import { createHash } from 'node:crypto'
import type pg from 'pg'
import { type Ctx, type House, unaudited } from './ctx.ts'
import { DEATHS } from './job.ts'
import type { Module } from './module.ts'
import { type Leaves, leavesSql, seal } from './seal.ts'

// Takes rows out of the outbox, a batch a transaction: queues the jobs of those who listen, seals their audit
// rows, deletes them. All of it commits together, so nothing is told twice, forgotten or left unsealed.
// Writers never wait for it: it locks nothing of theirs, and polls instead of being notified per row.
const LOCK = 7_261_120
const BATCH_ROWS = 5_000
// A bulk import's row may name thousands of records: a batch ends when it has this many.
const BATCH_AUDITS = 20_000
const SOON_MS = 200
const IDLE_MS = 1_000
const HOUSEKEEPING_BUSY_MS = 2_000
const HOUSEKEEPING_IDLE_MS = 30_000

export type Ear = { event: string; job: string; wanted?: string }

/** One batch. `null`: another process is at it. */
export async function relayBatch(
  pool: pg.Pool,
  key: Buffer,
  ears: readonly Ear[],
): Promise<{ rows: number; jobs: number; sealed: number } | null> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const mine = await client.query<{ mine: boolean }>({
      name: 'relay.lock',
      text: `select pg_try_advisory_xact_lock(${LOCK}) as mine`,
    })
    if (!mine.rows[0]!.mine) {
      await client.query('rollback')
      return null
    }
    const { rows } = await client.query<{ taken: number; jobs: number } & Leaves>({
      ...taking(ears),
      values: [
        BATCH_ROWS,
        BATCH_AUDITS,
        ears.map((ear) => ear.event),
        ears.map((ear) => ear.job),
        DEATHS,
        ears.map((ear) => conditionsOf(ears).indexOf(ear.wanted ?? 'true') + 1),
      ],
    })
    const { taken, jobs, ...leaves } = rows[0]!
    if (leaves.ids.length > 0) await seal(client, key, leaves)
    await client.query(taken > 0 ? 'commit' : 'rollback')
    return { rows: taken, jobs, sealed: leaves.ids.length / 8 }
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

const conditionsOf = (ears: readonly Ear[]): string[] => [
  ...new Set(['true', ...ears.map((ear) => ear.wanted ?? 'true')]),
]

/** What a listener waits for is looked up in the snapshot that takes the events: who began to listen before one, hears it. */
function taking(ears: readonly Ear[]): { name: string; text: string } {
  const text = take(conditionsOf(ears))
  return { name: `relay.take.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`, text }
}

// `at` of an outbox row is that of its audit rows: it picks their partition. The event's payload becomes the
// job's, with event_id and at beside it.
const take = (conditions: readonly string[]) => `
with taken as materialized (
  delete from outbox where event_id = any(array(
    select event_id from (
      select event_id, sum(named) over (order by event_id) - named as before
      from (select event_id, cardinality(audit_ids) as named from outbox order by event_id limit $1) waiting
    ) counted where before < $2))
  returning event_id, at, name, payload, audit_ids
), told as (
  select graphile_worker.add_jobs(array_agg((ears.job,
      json_build_object('payload', taken.payload || jsonb_build_object('event_id', taken.event_id, 'at', taken.at)),
      null, null, $5, null, null, null)::graphile_worker.job_spec order by taken.event_id))
  from taken join unnest($3::text[], $4::text[], $6::int[]) as ears (event, job, condition) on ears.event = taken.name
  where (array[${conditions.join(', ')}])[ears.condition]
  having count(*) > 0
), named as (
  select audit_id, taken.at, row_number() over (order by taken.event_id, within) as n
  from taken cross join lateral unnest(taken.audit_ids) with ordinality as u (audit_id, within)
)
select (select count(*)::int from taken) as taken, (select count(*)::int from told) as jobs, sealed.*
from (${leavesSql('named')}) sealed`

export type Relay = { stop(): Promise<void> }

/** Runs until stopped, beside the relays of other processes: whoever comes first takes the next batch. */
export function startRelay(
  house: House,
  pool: pg.Pool,
  modules: readonly Module[],
  system: () => Ctx,
): Relay {
  const ears = modules.flatMap((m) =>
    m.consumers.map(({ event, job, wanted }) => ({ event, job: job.name, ...(wanted ? { wanted } : {}) })),
  )
  const chores = modules.flatMap((m) => m.housekeeping)
  let stopped = false
  let wake = () => {}
  let pause = SOON_MS
  let tidied = 0
  let moved = true
  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const turn = async () => {
    const batch = await relayBatch(pool, house.seal_key, ears)
    const rows = batch?.rows ?? 0
    moved ||= rows > 0
    if (rows >= BATCH_ROWS || (batch?.sealed ?? 0) >= BATCH_AUDITS) pause = 0
    else pause = rows > 0 ? SOON_MS : Math.min(IDLE_MS, Math.max(SOON_MS, pause * 1.6))
    if (batch && Date.now() - tidied >= (moved ? HOUSEKEEPING_BUSY_MS : HOUSEKEEPING_IDLE_MS)) {
      tidied = Date.now()
      moved = false
      for (const chore of chores)
        await unaudited(system(), 'housekeeping folds and sweeps machine tables', chore)
    }
  }
  const loop = async () => {
    while (!stopped) {
      await turn().catch((error: Error) => {
        if (!stopped) house.log.warn({ error: error.message }, 'the relay stumbled and tries again')
        pause = IDLE_MS
      })
      if (!stopped) await wait(pause)
    }
  }
  const running = loop()
  return {
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}
