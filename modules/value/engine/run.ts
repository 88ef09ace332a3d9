import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { record, writeRecords } from '../../../kernel/audit.ts'
import type { Ctx } from '../../../kernel/ctx.ts'
import { kyselyOver } from '../../../kernel/db.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { exponentOf } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import { tellOverdue } from '../alerts.ts'
import type { Settings } from '../contract.model.ts'
import { contractsValue } from '../contracts.ts'
import { dateOf, dayNumber, GROWTH, periodOf, quarterEnds, STALE_DAYS, todayIn } from '../rules.ts'
import { settingsOf } from '../settings.ts'
import { BinaryWriter } from './binary.ts'
import {
  type Ask,
  countsOf,
  factsSql,
  flowOf,
  gatherCosts,
  gatherOccasions,
  lastDay,
  stream,
} from './facts.ts'
import { calibrationEnd } from './fit.ts'
import type { FitReport, Summary } from './report.ts'
import { rowColumns, type Scored, type Setting } from './task.ts'
import { Thread } from './thread.ts'

// One run: statistics out of orders, through the models' thread, figures back, shown. One transaction, so that a run
// that dies has never been; the earlier figures are read until its commit.

export type Because = NonNullable<FitReport['because']>
export type RunAsk = {
  /** `auto`: refits when there is no fit yet, when it drifted, or customers grew by a fifth */
  kind: 'fit' | 'score' | 'auto'
  because: Because
  /** the snapshot of an earlier day; null: now */
  as_of: string | null
}
export type RunResult = {
  snapshot_id: number
  as_of: string
  fit_id: number | null
  customers: number
  equity_minor: number | null
  seconds: number
  refitted: boolean
}

export type Place = {
  ctx: Ctx
  tx: pg.Client
  thread: Thread
  settings: Settings
  zone: string
  currency: string
}

const LOCK = 7_261_141
// Sorting a million customers' purchases in memory; one connection has it, for the length of a run.
const SETTINGS = `set local work_mem = '160MB'; set local jit = off; set local max_parallel_workers_per_gather = 1`
const BATCH = 20_000

export async function computeValue(ctx: Ctx, ask: RunAsk): Promise<RunResult> {
  const tx = await ctx.house.connect()
  const thread = new Thread()
  try {
    await tx.query('begin')
    await tx.query(SETTINGS)
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    const company = await companyOf(ctx)
    const settings = await settingsOf(ctx)
    const place: Place = {
      ctx,
      tx,
      thread,
      settings,
      zone: company.time_zone,
      currency: company.base_currency,
    }
    const result = await compute(place, ask)
    await ctx.progress?.keep(null, tx)
    await tx.query('commit')
    return result
  } finally {
    await thread.end()
    await tx.end().catch(() => {})
  }
}

async function phase(ctx: Ctx, name: string, done?: number, total?: number): Promise<void> {
  await ctx.progress?.report({
    phase: name,
    ...(done === undefined ? {} : { done }),
    ...(total === undefined ? {} : { total }),
  })
}

export const settingOf = (
  { settings, currency }: Pick<Place, 'settings' | 'currency'>,
  as_of: number,
): Setting => ({
  clock: settings.clock,
  as_of,
  discount_rate: settings.discount_rate,
  horizon_months: settings.horizon_months,
  margin: settings.margin,
  overdue_from: settings.overdue_from,
  cost_of_service: settings.cost_of_service.none,
  minor: 10 ** exponentOf(currency),
  returns: settings.returns,
  currency,
})

/** Today; or the day of the last order, where that lies so far back that today's figures would only say "all gone". */
export async function asOf({ tx, zone, ctx, settings }: Place): Promise<{ day: number; stale: boolean }> {
  const today = dayNumber(todayIn(zone, ctx.now))
  const last = await lastDay(tx, zone, dateOf(today))
  const day = last === null ? today : dayNumber(last)
  const stale = settings.as_of === 'auto' && today - day > STALE_DAYS
  return { day: stale ? day : today, stale }
}

const shifts = (base: string) => new Map([[base, exponentOf(base)]])

async function compute(place: Place, ask: RunAsk): Promise<RunResult> {
  const { ctx, tx, settings } = place
  const started = performance.now()
  const begun_at = ctx.house.clock()
  await phase(ctx, 'gathering', 0, 5)
  const now = await asOf(place)
  const day = ask.as_of === null ? now.day : dayNumber(ask.as_of)
  const facts: Ask = { clock: settings.clock, zone: place.zone, as_of: day, parties: null }
  const costs = await gatherCosts(tx, place.currency, shifts(place.currency), day)
  await gatherOccasions(tx, facts, costs > 0)
  await tx.query('analyze occasion')
  const orders = await countsOf(tx, facts)
  await phase(ctx, 'reading', 1)
  const calibration = await calibrationDay(tx, day)
  const customers = await feed(place, day, calibration)
  const known = await knownFit(ctx)
  let fit = known && known.report.clock === settings.clock ? known : null
  let because = fit ? becauseOf(ask, fit, customers) : ask.kind === 'fit' ? ask.because : 'first'
  let scored: Scored | null = null
  if (!because && fit) {
    await phase(ctx, 'scoring', 3)
    const fitted = dayNumber(fit.as_of)
    const since = { fitted, ...(await flowOf(tx, periodOf(settings.clock, fitted))) }
    scored = await place.thread.score({ scoring: fit.report.scoring, orders, since, interval: true })
    if (ask.kind === 'auto' && scored.drift?.drifted) because = 'drift'
  }
  if (because) {
    await phase(ctx, 'fitting', 2)
    const flow = await flowOf(tx, periodOf(settings.clock, calibration))
    const report = await place.thread.fit({ asked: settings.model, because, ...flow, orders })
    fit = await keepFit(place, day, report)
    await phase(ctx, 'scoring', 3)
    scored = await place.thread.score({ scoring: report.scoring, orders, since: null, interval: true })
  }
  await phase(ctx, 'storing', 4)
  const current = ask.as_of === null || day === now.day
  const result = await keep(place, scored!, {
    day,
    fit_id: fit?.fit_id ?? null,
    begun_at,
    current,
    kept: current ? null : 'asked',
    backfilled: !current,
    stale: now.stale && current,
    started,
  })
  await phase(ctx, 'stored', 5)
  return { ...result, refitted: because !== null }
}

/** Why a fit in force is made anew; null: it is not. */
function becauseOf(ask: RunAsk, fit: Known, customers: number): Because | null {
  if (ask.kind === 'fit') return ask.because
  return ask.kind === 'auto' && customers > fit.report.data.customers * (1 + GROWTH) ? 'growth' : null
}

async function calibrationDay(tx: pg.ClientBase, day: number): Promise<number> {
  const { rows } = await tx.query<{ first: number | null }>(
    `select min(first_on) - date '1970-01-01' as first from occasion where money > 0`,
  )
  return calibrationEnd(rows[0]!.first ?? day, day)
}

async function feed(
  { tx, thread, settings, currency }: Place,
  day: number,
  calibration: number,
): Promise<number> {
  await thread.begin(settingOf({ settings, currency }, day))
  await stream(tx, factsSql({ clock: settings.clock, as_of: day }, calibration), (chunk) =>
    thread.feed(chunk),
  )
  return thread.fed()
}

type Known = { fit_id: number; as_of: string; fitted_at: string; report: FitReport }
/** The fit in force: the last one made, if it could be made. */
export async function knownFit(ctx: Ctx): Promise<Known | null> {
  const { rows } = await ctx.house.pool.query<Known>(
    'select fit_id, as_of, fitted_at, report from value_fit order by fitted_at desc, fit_id desc limit 1',
  )
  const found = rows[0]
  return found?.report.scoring ? found : null
}

async function keepFit({ ctx, tx }: Place, day: number, report: FitReport): Promise<Known> {
  const fit_id = await ctx.house.ids.next()
  const fitted_at = ctx.house.clock().toISOString()
  await tx.query(
    'insert into value_fit (fit_id, as_of, fitted_at, because, model, report) values ($1, $2, $3, $4, $5, $6)',
    [fit_id, dateOf(day), fitted_at, report.because, report.model, JSON.stringify(report)],
  )
  return { fit_id, as_of: dateOf(day), fitted_at, report }
}

type Keep = {
  day: number
  fit_id: number | null
  begun_at: Date
  current: boolean
  kept: 'quarter' | 'asked' | null
  backfilled: boolean
  stale: boolean
  started: number
}

async function keep(place: Place, scored: Scored, how: Keep): Promise<Omit<RunResult, 'refitted'>> {
  const { ctx, tx, thread, settings, currency } = place
  const snapshot_id = await ctx.house.ids.next()
  const as_of = dateOf(how.day)
  const { customers, equity_minor, ...summary } = scored
  // One snapshot per day: what is computed again replaces what was.
  if (!how.current) await drop(tx, 'as_of = $1 and not current', [as_of])
  await tx.query(
    `insert into value_snapshot (snapshot_id, as_of, state, backfilled, kept, fit_id, settings_id, currency, customers, equity_minor,
       lower_minor, upper_minor, summary, begun_at) values ($1, $2, 'building', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      snapshot_id,
      as_of,
      how.backfilled,
      how.kept,
      how.fit_id,
      settings.id,
      currency,
      customers,
      whole(equity_minor),
      whole(summary.equity?.lower ?? null),
      whole(summary.equity?.upper ?? null),
      JSON.stringify({
        ...summary,
        contractual: await contractsValue(ctx, how.day),
        stale: how.stale,
      } satisfies Summary),
      how.begun_at,
    ],
  )
  await store(tx, thread, snapshot_id, customers, ctx)
  if (how.current) {
    await tx.query(`update value_snapshot set current = false where current`)
    // Only the newest is kept of those that are neither a quarter's end nor asked for.
    await drop(tx, `kept is null and not current and snapshot_id <> $1`, [snapshot_id])
  }
  const seconds = (performance.now() - how.started) / 1000
  await tx.query(
    `update value_snapshot set state = 'ready', current = $2, computed_at = $3, seconds = $4 where snapshot_id = $1`,
    [snapshot_id, how.current, ctx.house.clock(), seconds],
  )
  const inner: Ctx = { ...ctx, tx: tx as unknown as pg.PoolClient, db: kyselyOver(tx), recorded: [] }
  if (how.current) await tellOverdue(inner, snapshot_id, null)
  await record(inner, {
    action: 'value.computed',
    subject: 'value_snapshot',
    subject_id: snapshot_id,
    event: { as_of },
  })
  await writeRecords(inner)
  return { snapshot_id, as_of, fit_id: how.fit_id, customers, equity_minor: whole(equity_minor), seconds }
}

const whole = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER
    ? null
    : Math.round(value)

async function drop(tx: pg.ClientBase, which: string, values: unknown[]): Promise<void> {
  const { rows } = await tx.query<{ snapshot_id: number }>(
    `delete from value_snapshot where ${which} returning snapshot_id`,
    values,
  )
  if (rows.length > 0)
    await tx.query('delete from customer_value where snapshot_id = any($1::bigint[])', [
      rows.map((row) => row.snapshot_id),
    ])
}

async function store(
  tx: pg.ClientBase,
  thread: Thread,
  snapshot_id: number,
  customers: number,
  ctx: Ctx,
): Promise<void> {
  const into = tx.query(copyFrom(`copy customer_value (${rowColumns}) from stdin with (format binary)`))
  const done = finished(into)
  // a run that stops in between ends the connection under it: that is its own end, told by what stopped it
  done.catch(() => {})
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve, reject) => into.write(bytes, (error) => (error ? reject(error) : resolve())))
  await write(BinaryWriter.header)
  for (let from = 0; from < customers; from += BATCH) {
    ctx.progress?.check()
    await write(await thread.rows(snapshot_id, from, from + BATCH))
  }
  into.end(BinaryWriter.trailer)
  await done
}

// ── earlier quarters ──────────────────────────────────────────────────────────────────────────
const QUARTERS = 8
/** A company of many keeps fewer: each snapshot of a million customers takes about 170 MB. */
const QUARTERS_LARGE = 4
const LARGE = 200_000

/** Quarter ends without a snapshot, the latest first: computed with the fit in force, so that they compare. */
export async function missingQuarters(ctx: Ctx): Promise<string[]> {
  const { rows } = await ctx.house.pool.query<{ as_of: string; customers: number; first: string | null }>(
    `select as_of, customers, summary->'data'->>'first_day' as first from value_snapshot where current`,
  )
  const now = rows[0]
  if (!now?.first) return []
  const wanted = quarterEnds(dayNumber(now.as_of), now.customers > LARGE ? QUARTERS_LARGE : QUARTERS)
    .filter((day) => day > dayNumber(now.first!) && day < dayNumber(now.as_of))
    .map(dateOf)
  const { rows: had } = await ctx.house.pool.query<{ as_of: string }>(
    `select as_of from value_snapshot where state = 'ready' and not current and as_of = any($1::date[])`,
    [wanted],
  )
  return wanted.filter((day) => !had.some(({ as_of }) => as_of === day))
}

/** One quarter's end, scored with the fit in force. */
export async function computeQuarter(ctx: Ctx, as_of: string): Promise<void> {
  const tx = await ctx.house.connect()
  const thread = new Thread()
  try {
    await tx.query('begin')
    await tx.query(SETTINGS)
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    const company = await companyOf(ctx)
    const settings = await settingsOf(ctx)
    const place: Place = {
      ctx,
      tx,
      thread,
      settings,
      zone: company.time_zone,
      currency: company.base_currency,
    }
    const started = performance.now()
    const day = dayNumber(as_of)
    const costs = await gatherCosts(tx, place.currency, shifts(place.currency), day)
    const ask: Ask = { clock: settings.clock, zone: place.zone, as_of: day, parties: null }
    await gatherOccasions(tx, ask, costs > 0)
    await feed(place, day, day)
    const fit = await knownFit(ctx)
    const scored = await thread.score({
      scoring: fit?.report.scoring ?? null,
      orders: await countsOf(tx, ask),
      since: null,
      interval: true,
    })
    await keep(place, scored, {
      day,
      fit_id: fit?.fit_id ?? null,
      begun_at: ctx.house.clock(),
      current: false,
      kept: 'quarter',
      backfilled: true,
      stale: false,
      started,
    })
    await tx.query('commit')
  } finally {
    await thread.end()
    await tx.end().catch(() => {})
  }
}

export const badDay = (as_of: string, today: string): void => {
  if (as_of > today) refuse('value.bad_day', 422, { day: as_of })
}
