import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { enqueue, job, type Step, startRun } from '../../kernel/job.ts'
import { rest } from '../../kernel/pace.ts'
import { groupsText } from './read/groups.ts'
import { bitOf, dayText } from './rules.ts'
import {
  besides,
  dropOrphans,
  judging,
  nextDue,
  nextPaired,
  nextParties,
  refresh,
  setState,
  stateOf,
} from './store.ts'

// unscoped: computed for everybody, read through the caller's reach

const SLICE = 2000
const STEP_MS = 8000
const open = { additionalProperties: true } as const

type Place = { after: number; done: number; total: number | null; all: boolean }

/**
 * Everybody, where the rules have changed since the last sweep or somebody asks; else those whose figures are missing or
 * old. A slice a statement, so that nobody waits for it; what does not change is not written.
 */
export const sweep = job({
  name: 'quality.sweep',
  payload: T.Object({ all: T.Optional(T.Boolean()) }, open),
  key: () => 'quality.sweep',
  transaction: 'own',
  run: async (ctx, { all: asked }, cursor): Promise<Step> => {
    const by = await judging(ctx)
    const place = (cursor as Place | null) ?? (await begin(ctx, asked ?? false, by.rules_id))
    const beside = await besides(ctx, by.rules)
    const began = Date.now()
    while (Date.now() - began < STEP_MS) {
      const ids = await nextParties(ctx, place.after, place.all, SLICE)
      if (ids.length === 0) {
        await dropOrphans(ctx)
        if (place.all) await setState(ctx, 'swept', { rules_id: by.rules_id, at: ctx.now.toISOString() })
        await keepDay(ctx, by)
        return { done: true, result: { parties: place.done } }
      }
      await refresh(ctx, ids, by, { seen: false, beside })
      place.after = ids.at(-1)!
      place.done += ids.length
      await ctx.progress?.report({ done: place.done, total: place.total })
    }
    return { done: false, cursor: place }
  },
})

async function begin(ctx: Ctx, asked: boolean, rules_id: number): Promise<Place> {
  const all = asked || (await stateOf<{ rules_id: number }>(ctx, 'swept'))?.rules_id !== rules_id
  return { after: 0, done: 0, total: ctx.progress && all ? await countAll(ctx) : null, all }
}

/** The same from beginning to end, for the command line: how many were looked at. */
export async function sweepAll(ctx: Ctx): Promise<number> {
  for (let cursor: unknown = null; ; ) {
    const step = (await sweep.run(ctx, { all: true }, cursor)) as Step
    if (step.done) return (step.result as { parties: number }).parties
    cursor = step.cursor
  }
}

const countAll = async (ctx: Ctx): Promise<number> =>
  (await planned<{ n: number }>(ctx, 'select count(*)::int as n from party_listed where live', []))[0]!.n

/** A person asked, or changed the rules: seen with its progress, one at a time. */
export async function startSweep(ctx: Ctx): Promise<number> {
  const [waiting] = await planned<{ run_id: number }>(
    ctx,
    `select run_id from job_run where job = 'quality.sweep' and state = 'waiting' order by run_id limit 1`,
    [],
  )
  return waiting?.run_id ?? (await startRun(ctx, sweep, { all: true })).run_id
}

/** A file came or went: whom it touched is found by their versions. */
export const dataChanged = job({
  name: 'quality.data_changed',
  payload: T.Object({}, open),
  key: () => 'quality.data_changed',
  run: (ctx) => enqueue(ctx, sweep, {}),
})

/** Those on whom a day has come, and those whose probable duplicates came or went; then the day is kept for the trend. */
export const nightly = job({
  name: 'quality.nightly',
  payload: T.Object({}),
  every: '20 1 * * *',
  transaction: 'own',
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const place = (cursor as { paired: number } | null) ?? { paired: 0 }
    const by = await judging(ctx)
    const duplicates = by.rules.some(({ code, on }) => code === 'duplicate' && on)
    const began = Date.now()
    while (Date.now() - began < STEP_MS) {
      const due = await nextDue(ctx, by.today, SLICE)
      const paired =
        due.length > 0 || !duplicates ? [] : await nextPaired(ctx, place.paired, bitOf('duplicate'), SLICE)
      const ids = due.length > 0 ? due.sort((a, b) => a - b) : paired
      if (ids.length === 0) {
        await keepDay(ctx, by)
        return { done: true }
      }
      if (paired.length > 0) place.paired = paired.at(-1)!
      await refresh(ctx, ids, by)
    }
    return { done: false, cursor: place }
  },
})

/** The base as it is today, for the trend: by unit and owner, so that every reach has its own past. */
async function keepDay(ctx: Ctx, { rules, today }: Awaited<ReturnType<typeof judging>>): Promise<void> {
  const codes = rules.filter(({ on }) => on).map(({ code }) => code)
  const groups = groupsText(
    codes,
    'from party_quality q join party_listed l on l.party_id = q.party_id where l.live',
  )
  await planned(
    ctx,
    `insert into quality_day (day, unit_id, owner_id, parties, scored, score_sum, bands, reasons)
     select $1::date, g.unit_id, g.owner_id, g.parties, g.scored, g.score_sum, g.bands, (
       select coalesce(jsonb_object_agg(c.code, n.n), '{}') from unnest($2::text[]) with ordinality as c (code, i)
       join unnest(g.reasons) with ordinality as n (n, i) on n.i = c.i where n.n > 0)
     from (${groups}) g
     on conflict (day, unit_id, owner_id) do update set parties = excluded.parties, scored = excluded.scored,
       score_sum = excluded.score_sum, bands = excluded.bands, reasons = excluded.reasons`,
    [dayText(today), codes],
  )
}

// Whom somebody touched is told by the seals of the audit (kernel/seal.ts): each names what was committed since the one
// before, so that what commits late is not missed and nothing is looked through twice.
const newestText = 'select coalesce(max(seq), 0)::bigint as seq from seal'
const RECORDS = 5000
// So many are judged at once; of more each waits until it has settled, and is judged in the pauses of other work.
const FEW = 500
const SETTLED_S = 15
const PIECE = 200
const nextText = `
select max(seq) as seq, min(first_at) as first_at, max(last_at) as last_at from (
  select s.*, sum(records) over (order by seq) - records as before, sum(records) over () as waiting
  from (select seq, first_at, last_at, sealed_at, cardinality(audit_ids) as records from seal where seq > $1 order by seq limit 20) s
) n where before < ${RECORDS} and (waiting <= ${FEW} or sealed_at < clock_timestamp() - interval '${SETTLED_S} seconds')`
// The times say which months of the audit are looked into.
const touchedText = `
select distinct a.party_id from audit a left join party p on p.party_id = a.party_id left join party_quality q on q.party_id = a.party_id
where a.audit_id = any(array(select unnest(audit_ids) from seal where seq > $1 and seq <= $2)) and a.at between $3 and $4 and a.party_id > 0
  and (q.checked_at > (select max(sealed_at) from seal where seq > $1 and seq <= $2) and q.version = p.version) is not true
order by 1`
type Next = { seq: number | null; first_at: string; last_at: string }

const newestSeal = async (ctx: Ctx): Promise<number> =>
  (await planned<{ seq: number }>(ctx, newestText, []))[0]!.seq
const heardUpTo = async (ctx: Ctx): Promise<number | undefined> =>
  (await stateOf<{ seq?: number }>(ctx, 'heard'))?.seq
const setHeard = (ctx: Ctx, seq: number) => setState(ctx, 'heard', { seq })

/** Parties that somebody touched: no write of a party waits for this, or queues a job of its own. */
export const hear = job({
  name: 'quality.hear',
  payload: T.Object({}),
  key: () => 'quality.hear',
  transaction: 'own',
  run: async (ctx): Promise<Step> => {
    const by = await judging(ctx)
    const beside = await besides(ctx, by.rules)
    const until = performance.now() + STEP_MS
    let heard = (await heardUpTo(ctx)) ?? (await newestSeal(ctx))
    while (performance.now() < until) {
      let began = performance.now()
      const [next] = await planned<Next>(ctx, nextText, [heard])
      if (!next?.seq) return { done: true }
      const { seq, first_at, last_at } = next
      const rows = await planned<{ party_id: number }>(ctx, touchedText, [heard, seq, first_at, last_at])
      const ids = rows.map(({ party_id }) => party_id)
      for (let i = 0; i < ids.length; i += PIECE) {
        await refresh(ctx, ids.slice(i, i + PIECE), by, { beside })
        if (ids.length > FEW) await rest(performance.now() - began, { yielding: true })
        began = performance.now()
      }
      heard = seq
      await setHeard(ctx, heard)
    }
    return { done: false, cursor: {} }
  },
})

/** Every few seconds while records come: is there anybody to look at? */
export async function listen(ctx: Ctx): Promise<void> {
  const [heard, newest] = [await heardUpTo(ctx), await newestSeal(ctx)]
  if (heard !== undefined && newest > heard) await enqueue(ctx, hear, {})
  // Nobody has listened yet, or a backup brought the seals of another day.
  if (heard === undefined || newest < heard) {
    await setHeard(ctx, newest)
    await enqueue(ctx, sweep, {})
  }
}
