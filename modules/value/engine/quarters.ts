import type { Ctx } from '../../../kernel/ctx.ts'
import { dateOf, dayNumber, quarterEnds } from '../rules.ts'
import { type Ask, countsOf, gatherCosts, gatherOccasions } from './facts.ts'
import { keep, knownFit } from './keep.ts'
import { feed, inPlace, shifts } from './place.ts'
import { orContracts } from './run.ts'

// Earlier quarters' ends, computed after today's figures are stored, so that there is something to compare with.

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
export const computeQuarter = (ctx: Ctx, as_of: string): Promise<void> =>
  inPlace(ctx, async (place) => {
    const { tx, thread, settings } = place
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
    await keep(place, await orContracts(place, day, scored), {
      day,
      fit_id: fit?.fit_id ?? null,
      begun_at: ctx.house.clock(),
      current: false,
      kept: 'quarter',
      backfilled: true,
      stale: false,
      started,
    })
  })
