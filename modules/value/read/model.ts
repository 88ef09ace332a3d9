import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { notFound } from '../../../kernel/refuse.ts'
import { openCount } from '../alerts.ts'
import type { ModelPage, RunState, Snapshot } from '../contract.model.ts'
import { renewing } from '../contracts.ts'
import { missingQuarters } from '../engine/quarters.ts'
import type { FitReport } from '../engine/report.ts'
import { LEAST } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { assumptionsOf, snapshotOf } from './basis.ts'

type Kept = { fit_id: number; fitted_at: string; because: FitReport['because']; report: FitReport }

/** What a sceptic reads: the model is the company's, made of everybody; it names nobody. */
export async function modelPage(ctx: Ctx, { query }: { query: { fit_id?: number } }): Promise<ModelPage> {
  const snap = await snapshotOf(ctx)
  const settings = await settingsById(ctx, snap.settings_id)
  const [fit] = await planned<Kept>(
    ctx,
    'select fit_id, fitted_at, because, report from value_fit where fit_id = $1',
    [query.fit_id ?? snap.fit_id],
  )
  if (query.fit_id !== undefined && !fit) return notFound()
  const { scoring: _, because: __, ...report } = fit?.report ?? ({} as Partial<FitReport>)
  const { summary } = snap
  const blank = {
    needs: LEAST,
    data: summary.data,
    clock: settings.clock,
    model: null,
    chosen_because: null,
    params: null,
    standard_errors: [],
    log_likelihood: null,
    spend_model: {
      kind: 'none' as const,
      params: null,
      standard_errors: [],
      log_likelihood: null,
      customers: 0,
      warnings: [],
    },
    warnings: [],
    notes: [],
    calibration: null,
    candidates: [],
    tracking: [],
  }
  return {
    ...blank,
    ...report,
    fit_id: fit?.fit_id ?? null,
    fitted_at: fit?.fitted_at ?? null,
    fitted_because: fit?.because ?? null,
    as_of: snap.as_of,
    // of purchases: where contracts alone are valued, their own model is told beside
    too_few: summary.too_few || summary.contracts_alone === true,
    ...(await contractsIn(ctx, snap.as_of, summary.data.customers)),
    drift: fit && fit.fit_id === snap.fit_id ? summary.drift : null,
    assumptions: assumptionsOf(ctx, snap, settings),
  }
}

/** What kind of business the data are of, and the model of its contracts. unscoped: as models are */
async function contractsIn(
  ctx: Ctx,
  day: string,
  buyers: number,
): Promise<Pick<ModelPage, 'business' | 'contract_model'>> {
  const { cohorts, tenure } = await renewing(ctx, day)
  const [any] = await planned<{ any: boolean }>(
    ctx,
    'select exists (select from subscription where started_on <= $1) as any',
    [day],
  )
  const business = !any?.any ? 'non_contractual' : buyers > 0 ? 'both' : 'contractual'
  return { business, contract_model: cohorts.length > 0 ? (tenure?.model ?? null) : null }
}

const snapshots = (ctx: Ctx) =>
  planned<Omit<Snapshot, 'equity_minor' | 'lower_minor' | 'upper_minor' | 'customers'> & Snapshot>(
    ctx,
    `select snapshot_id, as_of, current, backfilled, fit_id, settings_id, customers, equity_minor, lower_minor, upper_minor, computed_at, seconds
     from value_snapshot where state = 'ready' order by as_of desc, snapshot_id desc limit 60`,
    [],
  )

const NO_RUN: RunState = { run_id: null, state: null, phase: null, done: 0, total: null }

export async function state(ctx: Ctx) {
  const found = await snapshots(ctx)
  const [run] = await planned<RunState & { run_id: number }>(
    ctx,
    `select run_id, state, phase, done, total from job_run where job = 'value.run' order by created_at desc, run_id desc limit 1`,
    [],
  )
  const whole = ctx.reach.kind === 'all'
  return {
    as_of: found.find((one) => one.current)?.as_of ?? null,
    // sums over everybody are for who reaches everybody
    snapshots: whole
      ? found
      : found.map((one) => ({
          ...one,
          customers: 0,
          equity_minor: null,
          lower_minor: null,
          upper_minor: null,
        })),
    run: run ?? NO_RUN,
    earlier_missing: (await missingQuarters(ctx)).length,
    alerts_open: await openCount(ctx),
  }
}
