import { Type as T } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { job, type Step, startRun } from '../../kernel/job.ts'
import type { Input, Output } from '../../kernel/route.ts'
import { companyOf } from '../access/company.ts'
import { Params } from '../parties/list/where.ts'
import { changeParty } from '../parties/update.ts'
import { todayIn } from '../value/rules.ts'
import type { pools } from './contract.ts'
import { moveParty } from './moves.ts'
import { seenPool } from './pools.ts'
import { dueOn, isNear, warnedUntil } from './rules.ts'
import { allPools, type PoolRecord, within } from './territory.ts'

// Owners who neglect a customer are warned, and lose them if nothing happens. unscoped: the house's own work, for everybody

const DAY_MS = 86_400_000
const SLICE = 200

type Candidate = {
  party_id: number
  owner_id: number
  last_order: number | null
  owned_since: number
  last_change: number
  warned: string | null
}
const day = (at: string) => `floor(extract(epoch from ${at}) / 86400)::int`

/** Owned customers of the pool for whom some rule may have run, in order of id. */
async function candidates(
  ctx: Ctx,
  pool: PoolRecord,
  pools: readonly PoolRecord[],
  { after, today, most }: { after: number; today: number; most: number },
): Promise<Candidate[]> {
  const params = new Params()
  const { $ } = params
  const conditions = within(pool, pools, params)
  const least = Math.min(pool.no_order_days ?? 36_500, pool.no_change_days ?? 36_500) - pool.warn_days
  const old = $(new Date((today - least + 1) * DAY_MS), 'timestamptz')
  // A record about a customer is something that happened; the pool's own are not.
  return planned<Candidate>(
    ctx,
    `select l.party_id, l.owner_id, case when isfinite(l.last_order_at) then ${day('l.last_order_at')} end as last_order,
       ${day('greatest(l.created_at, o.at)')} as owned_since, ${day('greatest(l.created_at, c.at)')} as last_change, w.due_on::text as warned
     from party_listed l
     left join pool_warning w on w.party_id = l.party_id
     left join lateral (select max(a.at) as at from audit a where a.party_id = l.party_id and a.subject = 'party' and a.payload ? 'owner_id') o on true
     left join lateral (select max(a.at) as at from audit a where a.party_id = l.party_id and a.action not like 'pools.%') c on true
     where l.owner_id is not null and l.created_at < ${old} and l.last_order_at < ${old} and l.party_id > ${$(after, 'bigint')} and ${conditions.join(' and ')}
     order by l.party_id limit ${most}`,
    params.values,
  )
}

const todayOf = async (ctx: Ctx): Promise<number> => {
  const { time_zone } = await companyOf(ctx)
  return Date.parse(todayIn(time_zone, ctx.now)) / DAY_MS
}
const textOf = (n: number): string => new Date(n * DAY_MS).toISOString().slice(0, 10)
const rests = (pool: PoolRecord): boolean =>
  pool.active && (pool.no_order_days !== null || pool.no_change_days !== null)

type Place = { pool: number; after: number; warned: number; recycled: number }

/** Every night, and when somebody asks: a slice of one pool a step. */
export const recycle = job({
  name: 'pools.recycle',
  payload: T.Object({}),
  every: '50 1 * * *',
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const place = (cursor as Place | null) ?? { pool: 0, after: 0, warned: 0, recycled: 0 }
    const pools = await allPools(ctx)
    const resting = pools.filter(rests).sort((a, b) => a.pool_id - b.pool_id)
    const pool = resting.find(({ pool_id }) => pool_id >= place.pool)
    if (!pool) {
      await planned(
        ctx,
        'delete from pool_warning w where not exists (select from party_listed l where l.party_id = w.party_id and l.live and l.owner_id = w.owner_id)',
        [],
      )
      return { done: true, result: { warned: place.warned, recycled: place.recycled } }
    }
    const after = pool.pool_id === place.pool ? place.after : 0
    const today = await todayOf(ctx)
    const rows = await candidates(ctx, pool, pools, { after, today, most: SLICE })
    for (const row of rows) {
      const done = await settle(ctx, pool, row, today)
      if (done) place[done]++
    }
    await ctx.progress?.report({ done: place.warned + place.recycled })
    const more = rows.length === SLICE
    return {
      done: false,
      cursor: {
        ...place,
        pool: more ? pool.pool_id : pool.pool_id + 1,
        after: more ? rows.at(-1)!.party_id : 0,
      },
    }
  },
})

async function settle(
  ctx: Ctx,
  pool: PoolRecord,
  row: Candidate,
  today: number,
): Promise<'warned' | 'recycled' | null> {
  const { party_id, owner_id, warned } = row
  const due = dueOn(pool, row)
  if (!due || !isNear(due.day, today, pool.warn_days)) {
    if (warned) await planned(ctx, 'delete from pool_warning where party_id = $1', [party_id])
    return null
  }
  if (!warned) {
    const until = textOf(warnedUntil(due.day, today, pool.warn_days))
    await planned(
      ctx,
      `insert into pool_warning (party_id, pool_id, owner_id, because, due_on, warned_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (party_id) do nothing`,
      [party_id, pool.pool_id, owner_id, due.because, until, ctx.now],
    )
    await record(ctx, {
      action: 'pools.warned',
      subject: 'pool',
      subject_id: pool.pool_id,
      party_id,
      was: { owner_id, due_on: until },
    })
    return 'warned'
  }
  if (warned > textOf(today) || due.day > today) return null
  await changeParty(ctx, party_id, async (ctx, before) => {
    if (before.owner_id !== owner_id) return { after: before, entries: [] }
    const reason = `${due.because} ${pool[`${due.because}_days`]}`
    return moveParty(ctx, before, null, {
      pool_id: pool.pool_id,
      kind: 'recycled',
      user_id: owner_id,
      reason,
    })
  })
  return 'recycled'
}

export const runNow = (ctx: Ctx) =>
  atomically(ctx, async (ctx) => {
    const { run_id } = await startRun({ ...ctx, reach: { kind: 'all' } }, recycle, {})
    await record(ctx, { action: 'pools.run_asked', subject: 'job_run', subject_id: run_id, event: false })
    return { run_id }
  })

const PREVIEW_MOST = 20_000
export async function preview(
  ctx: Ctx,
  { params }: Input<typeof pools.preview>,
): Promise<Output<typeof pools.preview>> {
  const { pool, pools: others } = await seenPool(ctx, params.id)
  const all = new Params()
  const conditions = within(pool, others, all)
  const [held] = await planned<{ n: number }>(
    ctx,
    `select count(*)::int as n from party_listed l where l.owner_id is not null and ${conditions.join(' and ')}`,
    all.values,
  )
  if (!rests(pool)) return { warned: 0, to_warn: 0, held: held!.n }
  const today = await todayOf(ctx)
  const rows = await candidates(ctx, pool, others, { after: 0, today, most: PREVIEW_MOST })
  const near = rows.filter((row) => {
    const due = dueOn(pool, row)
    return due && isNear(due.day, today, pool.warn_days)
  })
  return {
    warned: near.filter(({ warned }) => warned).length,
    to_warn: near.filter(({ warned }) => !warned).length,
    held: held!.n,
  }
}
