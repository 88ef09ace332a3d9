import type pg from 'pg'
import type { Ctx } from '../../../kernel/ctx.ts'
import { exponentOf } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import type { Settings } from '../contract.model.ts'
import { settingsOf } from '../settings.ts'
import { factsSql, stream } from './facts.ts'
import type { Setting } from './task.ts'
import { Thread } from './thread.ts'

// Where a run works: one transaction on a connection of its own, and the models' thread.

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

/** One run at a time, in one transaction: a run that dies has never been; the earlier figures are read until its commit. */
export async function inPlace<R>(ctx: Ctx, work: (place: Place) => Promise<R>): Promise<R> {
  const tx = await ctx.house.connect()
  const thread = new Thread()
  try {
    await tx.query('begin')
    await tx.query(SETTINGS)
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    const { time_zone, base_currency } = await companyOf(ctx)
    const settings = await settingsOf(ctx)
    const result = await work({ ctx, tx, thread, settings, zone: time_zone, currency: base_currency })
    await tx.query('commit')
    return result
  } finally {
    await thread.end()
    await tx.end().catch(() => {})
  }
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

/** Minor units of the base currency, as costs are converted to it. */
export const shifts = (base: string) => new Map([[base, exponentOf(base)]])

/** Everybody's histories into the thread; how many there are. */
export async function feed(
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
