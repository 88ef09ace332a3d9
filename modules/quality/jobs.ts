import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { enqueue, job, type Step, startRun } from '../../kernel/job.ts'
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

// Records are written at the instant their request began: those that commit late are looked for this long.
const LATE_MS = 120_000
// Looked at this long after a record was begun, a party has been seen as the record left it.
const SETTLED_MS = 15_000
// What is looked through every few seconds; the rest of the two minutes is looked through when two more have gone by.
const RECENT_MS = 60_000
// As many are judged at once, as they are, and once more when they have settled; more are judged once, when they have settled.
const FEW = 500
const changedText = `
select a.party_id from audit a left join party_quality q on q.party_id = a.party_id
where a.at > $1 and a.at <= $2 and a.party_id > 0 and (q.party_id is null or q.checked_at <= a.at + $4 * interval '1 ms')
  and exists (select from party p where p.party_id = a.party_id and p.kind <> 'anonymous' and p.live
    and (a.at > $3 and q.checked_at > a.at and q.version = p.version) is not true)`

type Look = { from: string; whole: boolean }
/** From when on records are looked for; null: nobody has listened yet. */
async function lookOf(ctx: Ctx): Promise<Look | null> {
  const heard = await stateOf<{ at: string }>(ctx, 'heard')
  if (!heard) return null
  const now = ctx.now.getTime()
  const whole = now - Date.parse(heard.at) > 2 * LATE_MS
  return whole
    ? { from: heard.at, whole }
    : { from: new Date(Math.max(Date.parse(heard.at), now - RECENT_MS)).toISOString(), whole }
}
const move = (ctx: Ctx) => setState(ctx, 'heard', { at: new Date(ctx.now.getTime() - LATE_MS).toISOString() })

/** Parties that somebody touched, found in the audit: no write of a party waits for this, or queues a job of its own. */
export const hear = job({
  name: 'quality.hear',
  payload: T.Object({}),
  key: () => 'quality.hear',
  transaction: 'own',
  run: async (ctx): Promise<Step | void> => {
    const { from, whole } = (await lookOf(ctx)) ?? { from: ctx.now.toISOString(), whole: false }
    const few = await changed(ctx, from, ctx.now, FEW)
    if (few.length < FEW) await refresh(ctx, each(few), await judging(ctx))
    else {
      // A change of very many: each is judged once, when its record has settled, not again and again until then.
      const many = await changed(ctx, from, new Date(ctx.now.getTime() - SETTLED_MS), MANY)
      const ids = each(many)
      const by = await judging(ctx)
      for (let i = 0; i < ids.length; i += SLICE) await refresh(ctx, ids.slice(i, i + SLICE), by)
      if (many.length === MANY) return { done: false, cursor: {} }
    }
    // Also while people never rest: what is looked through must not grow with the day.
    if (whole) await move(ctx)
  },
})

/** So many are found in one look at the audit, which begins at `from` each time. */
const MANY = 10 * SLICE

/** Records, not parties: as many as are looked for, or fewer and then all. */
async function changed(ctx: Ctx, from: string, to: Date, most: number): Promise<number[]> {
  const settled = new Date(ctx.now.getTime() - SETTLED_MS)
  const rows = await planned<{ party_id: number }>(ctx, `${changedText} limit ${most}`, [
    from,
    to,
    settled,
    SETTLED_MS,
  ])
  return rows.map(({ party_id }) => party_id)
}

const each = (ids: readonly number[]): number[] => [...new Set(ids)].sort((a, b) => a - b)

/** Every few seconds while records come: is there anybody to look at? */
export async function listen(ctx: Ctx): Promise<void> {
  const look = await lookOf(ctx)
  if (!look) {
    await enqueue(ctx, sweep, {})
    await move(ctx)
    return
  }
  const [any] = await changed(ctx, look.from, ctx.now, 1)
  if (any) await enqueue(ctx, hear, {})
  else if (look.whole) await move(ctx)
}
