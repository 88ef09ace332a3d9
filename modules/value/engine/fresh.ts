import { finished } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { exponentOf } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import { tellOverdue } from '../alerts.ts'
import { dayNumber, periodOf, todayIn } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { BinaryReader, BinaryWriter } from './binary.ts'
import { type Ask, factLayout, factsSql, gatherCosts, gatherOccasions, stream } from './facts.ts'
import { revive } from './fit.ts'
import type { FitReport, Summary } from './report.ts'
import { type Assumed, emptyFigures, marginOf, place, score } from './score.ts'
import { encode, rowColumns, type Setting } from './task.ts'

type Current = {
  snapshot_id: number
  as_of: string
  settings_id: number
  currency: string
  summary: Summary
  report: FitReport | null
}

/**
 * Brings the current figures of a few customers up to date, with the fit and the assumptions that the snapshot was made
 * by. Each is as of its own day: the snapshot's, or that of a later order. In one transaction; twice is the same.
 * Two of them go one behind the other: both count the snapshot's generation up.
 * unscoped: figures are everybody's, read through the caller's reach
 */
export async function refreshParties(ctx: Ctx, parties: readonly number[]): Promise<number> {
  if (!ctx.tx) throw new Error('refreshParties() outside a transaction')
  if (parties.length === 0) return 0
  const tx = ctx.tx
  const [now] = await planned<Current>(
    ctx,
    `select s.snapshot_id, s.as_of, s.settings_id, s.currency, s.summary, f.report from value_snapshot s
     left join value_fit f on f.fit_id = s.fit_id where s.current for no key update of s`,
    [],
  )
  // figures of contracts alone are made for everybody at once: see jobs.ts
  if (!now || now.summary.contracts_alone) return 0
  const settings = await settingsById(ctx, now.settings_id)
  const { time_zone } = await companyOf(ctx)
  const today = dayNumber(todayIn(time_zone, ctx.now))
  // Stale data: the day of the last order counts, until there is one of today.
  const [latest] = await planned<{ day: string | null }>(
    ctx,
    `select max((ordered_at at time zone $2)::date) as day from orders where party_id = any($1::bigint[]) and ordered_at <= $3`,
    [parties, time_zone, ctx.now],
  )
  const newest = latest?.day ? Math.min(today, dayNumber(latest.day)) : 0
  const as_of = now.summary.stale
    ? Math.max(dayNumber(now.as_of), newest)
    : Math.max(today, dayNumber(now.as_of))
  const setting: Setting = {
    clock: settings.clock,
    as_of,
    discount_rate: settings.discount_rate,
    horizon_months: settings.horizon_months,
    margin: settings.margin,
    overdue_from: settings.overdue_from,
    cost_of_service: settings.cost_of_service.none,
    minor: 10 ** exponentOf(now.currency),
    returns: settings.returns,
    currency: now.currency,
  }
  const facts = await factsOf(tx, { clock: settings.clock, zone: time_zone, as_of, parties }, now.currency)
  const assumed: Assumed = {
    ...setting,
    now: periodOf(settings.clock, as_of),
    return_share: now.summary.return_share,
  }
  const scoring = now.report?.scoring && !now.summary.too_few ? revive(now.report.scoring) : null
  const figures = scoring ? score(facts, scoring, assumed) : emptyFigures(facts.x.length)
  if (!scoring)
    for (let i = 0; i < facts.x.length; i++) {
      figures.margin[i] = marginOf(facts, i, settings.margin)
      figures.class[i] = facts.x[i] === 0 ? 0 : 1
    }
  place(facts, figures, now.summary.cuts)
  await planned(ctx, 'delete from customer_value where snapshot_id = $1 and party_id = any($2::bigint[])', [
    now.snapshot_id,
    parties,
  ])
  await insert(tx, encode(facts, figures, setting, now.snapshot_id, 0, facts.x.length))
  await planned(ctx, 'update value_snapshot set generation = generation + 1 where snapshot_id = $1', [
    now.snapshot_id,
  ])
  await tellOverdue(ctx, now.snapshot_id, parties)
  return facts.x.length
}

// Only the connection's own: a table of that name elsewhere is another's.
const NOTHING_GATHERED = 'drop table if exists pg_temp.value_occasion, pg_temp.value_cost'

async function factsOf(tx: pg.ClientBase, ask: Ask, base: string) {
  await tx.query(NOTHING_GATHERED)
  const costs = await gatherCosts(tx, base, new Map([[base, exponentOf(base)]]), ask.as_of)
  await gatherOccasions(tx, ask, costs > 0)
  const reader = new BinaryReader(factLayout)
  await stream(tx, factsSql(ask, ask.as_of), async (chunk) => reader.push(chunk))
  await tx.query(NOTHING_GATHERED)
  return reader.end()
}

async function insert(tx: pg.ClientBase, rows: Buffer): Promise<void> {
  if (rows.length === 0) return
  const into = tx.query(copyFrom(`copy customer_value (${rowColumns}) from stdin with (format binary)`))
  into.write(BinaryWriter.header)
  into.write(rows)
  into.end(BinaryWriter.trailer)
  await finished(into)
}
