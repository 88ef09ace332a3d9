import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { dateOf, dayNumber, GROWTH, periodOf, STALE_DAYS, todayIn } from '../rules.ts'
import { contractedOf } from './contracted.ts'
import { type Ask, countsOf, flowOf, gatherCosts, gatherOccasions, lastDay } from './facts.ts'
import { calibrationEnd } from './fit.ts'
import { type Known, keep, keepFit, knownFit } from './keep.ts'
import { feed, inPlace, type Place, shifts } from './place.ts'
import type { FitReport } from './report.ts'
import type { Scored } from './task.ts'

// One run: statistics out of orders, through the models' thread, figures back, shown.

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

export const computeValue = (ctx: Ctx, ask: RunAsk): Promise<RunResult> =>
  inPlace(ctx, async (place) => {
    const result = await compute(place, ask)
    await ctx.progress?.keep(null, place.tx)
    return result
  })

async function phase(ctx: Ctx, name: string, done?: number, total?: number): Promise<void> {
  await ctx.progress?.report({
    phase: name,
    ...(done === undefined ? {} : { done }),
    ...(total === undefined ? {} : { total }),
  })
}

type Day = { day: number; today: number; stale: boolean }
/** Today; or the day of the last order, where that lies so far back that today's figures would only say "all gone". */
export async function asOf({ tx, zone, ctx, settings }: Place): Promise<Day> {
  const today = dayNumber(todayIn(zone, ctx.now))
  const last = await lastDay(tx, zone, dateOf(today))
  const day = last === null ? today : dayNumber(last)
  const stale = settings.as_of === 'auto' && today - day > STALE_DAYS
  return { day: stale ? day : today, today, stale }
}

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
  // contracts run on, however long ago the last order was
  const on = ask.as_of === null ? now.today : day
  const told = await orContracts(place, on, scored!)
  const alone = told.contracts_alone === true
  await phase(ctx, 'storing', 4)
  const current = ask.as_of === null || day === now.day
  const result = await keep(place, told, {
    day: alone ? on : day,
    fit_id: fit?.fit_id ?? null,
    begun_at,
    current,
    kept: current ? null : 'asked',
    backfilled: !current,
    stale: now.stale && current && !alone,
    started,
  })
  await phase(ctx, 'stored', 5)
  return { ...result, refitted: because !== null }
}

/** Where orders say too little and contracts enough, the figures are of these. */
export async function orContracts(place: Place, day: number, scored: Scored): Promise<Scored> {
  if (!scored.too_few) return scored
  const contracted = await contractedOf(place.ctx, place.settings, day)
  return contracted ? place.thread.contracts(contracted, day, scored) : scored
}

/** Why a fit in force is made anew; null: it is not. */
function becauseOf(ask: RunAsk, fit: Known, customers: number): Because | null {
  if (ask.kind === 'fit') return ask.because
  return ask.kind === 'auto' && customers > fit.report.data.customers * (1 + GROWTH) ? 'growth' : null
}

async function calibrationDay(tx: pg.ClientBase, day: number): Promise<number> {
  const { rows } = await tx.query<{ first: number | null }>(
    `select min(first_on) - date '1970-01-01' as first from value_occasion where money > 0`,
  )
  return calibrationEnd(rows[0]!.first ?? day, day)
}

export const badDay = (as_of: string, today: string): void => {
  if (as_of > today) refuse('value.bad_day', 422, { day: as_of })
}
