import { type Fit, ModelError, models } from '../../../packages/models/src/index.ts'
import type { Counts } from '../contract.shapes.ts'
import { type Clock, DRIFT, dateOf, HOLDOUT, LEAST, MOST, periodOf, startOf } from '../rules.ts'
import { candidatesFor, foreseen, plain, tryAll, warningOf } from './choose.ts'
import type { Births, Facts } from './facts.ts'
import { type AnyFit, foreseer, historiesOf, type ModelName, thinned } from './histories.ts'
import type { Drift, FitReport } from './report.ts'
import type { Scoring } from './score.ts'

export type FitAsk = {
  clock: Clock
  as_of: number
  asked: ModelName | 'auto'
  because: FitReport['because']
  data: Counts
  births: Births
  repeats: { t: number; n: number }[]
  minor: number
}

export const tooFew = (data: Counts): boolean =>
  data.customers < LEAST.customers || data.repeaters < LEAST.repeaters || data.span_days < LEAST.span_days

/** The last day of calibration. */
export function calibrationEnd(first_on: number, as_of: number): number {
  return (
    as_of -
    Math.max(HOLDOUT.least_days, Math.min(HOLDOUT.days, Math.floor((as_of - first_on) * HOLDOUT.share)))
  )
}

const errorsOf = ({
  names,
  params,
  standard_errors,
}: Pick<Fit<Record<string, unknown>>, 'names' | 'params' | 'standard_errors'>) =>
  names.map((name) => ({ name, value: Number(params[name]), standard_error: plain(standard_errors[name]!) }))

type Spend = { report: FitReport['spend_model']; spend: Scoring['spend'] }

/** Money per purchase: Gamma-Gamma where it can be had, else the mean of all repeat purchases. */
function spendModel(facts: Facts, minor: number): Spend {
  const repeaters = Int32Array.from(facts.x.keys()).filter((i) => facts.x[i]! > 0 && facts.repeat[i]! > 0)
  const x = Float64Array.from(repeaters, (i) => facts.x[i]!)
  const z = Float64Array.from(repeaters, (i) => facts.repeat[i]! / minor / facts.x[i]!)
  const blank = {
    params: null,
    standard_errors: [],
    log_likelihood: null,
    customers: repeaters.length,
    warnings: [],
  }
  const mean = (): Spend => {
    let [money, purchases] = [0, 0]
    for (let i = 0; i < facts.x.length; i++) {
      money += facts.revenue[i]! / minor
      purchases += facts.x[i]! + 1
    }
    return { report: { ...blank, kind: 'mean' }, spend: { kind: 'mean', mean: money / purchases } }
  }
  try {
    const fit = models.gammaGamma.fit({ x, z })
    const warnings = fit.warnings.map(warningOf)
    if (warnings.some(({ code }) => code === 'infinite_mean')) {
      const instead = mean()
      return { ...instead, report: { ...instead.report, warnings } }
    }
    const report = {
      kind: 'gamma_gamma' as const,
      params: fit.params,
      standard_errors: errorsOf(fit as unknown as AnyFit),
      log_likelihood: fit.log_likelihood,
      customers: repeaters.length,
      warnings: [...warnings, ...fit.notes.map(warningOf)],
    }
    return { report, spend: { kind: 'gamma_gamma', ...fit.params } }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const instead = mean()
    return {
      ...instead,
      report: { ...instead.report, warnings: [{ code: error.code, detail: error.message }] },
    }
  }
}

function rhythmOf(model: ModelName, fit: AnyFit, facts: Facts, now: number): Scoring['rhythm'] {
  if (model === 'bgBb') return models.mbgNbd.fit(historiesOf(facts, now)).params
  const { r, alpha, k } = fit.params as { r: number; alpha: number; k?: number }
  return { r, alpha, ...(k ? { k } : {}) }
}

/** Chooses, fits and reports. Says too few where there is nothing to stand behind. */
export function fitAll(facts: Facts, ask: FitAsk): FitReport {
  const { clock, as_of, data } = ask
  const report: FitReport = {
    because: ask.because,
    too_few: tooFew(data),
    needs: LEAST,
    data,
    clock,
    model: null,
    chosen_because: null,
    params: null,
    standard_errors: [],
    log_likelihood: null,
    spend_model: {
      kind: 'none',
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
    scoring: null,
  }
  if (report.too_few) return report
  const names = candidatesFor(clock, ask.asked)
  const end = calibrationEnd(ask.births[0] ? startOf(clock, ask.births[0].first) : as_of, as_of)
  const now = periodOf(clock, as_of)
  const cal = periodOf(clock, end)
  const trial = tryAll(thinned(facts, MOST.tried), names, cal, now - cal)
  const fitted = thinned(facts, MOST.fitted)
  for (const name of trial.order) {
    const fit = tryFit(name, fitted, now)
    if (!fit) continue
    const spend = spendModel(fitted, ask.minor)
    return {
      ...report,
      model: name,
      chosen_because:
        ask.asked !== 'auto' ? 'asked' : trial.calibrated?.model === name ? 'holdout' : 'only_one',
      params: fit.params,
      standard_errors: errorsOf(fit),
      log_likelihood: fit.log_likelihood,
      spend_model: spend.report,
      warnings: fit.warnings.map(warningOf),
      notes: fit.notes.map(warningOf),
      calibration: {
        from: dateOf(ask.births[0] ? startOf(clock, ask.births[0].first) : as_of),
        to: dateOf(end),
        holdout_to: dateOf(as_of),
        holdout_days: as_of - end,
      },
      candidates: trial.candidates,
      tracking: trial.calibrated ? tracking(trial.calibrated, ask, cal, now) : [],
      scoring: { model: name, fit, rhythm: rhythmOf(name, fit, fitted, now), spend: spend.spend },
    }
  }
  return {
    ...report,
    too_few: true,
    candidates: trial.candidates,
    warnings: [{ code: 'no_model', detail: '' }],
  }
}

/** JSON keeps infinite and missing numbers as null: here they come back as NaN. */
export function revive(scoring: Scoring): Scoring {
  const number = (value: number | null) => value ?? Number.NaN
  const { fit } = scoring
  return {
    ...scoring,
    fit: {
      ...fit,
      covariance: fit.covariance.map((row) => row.map(number)),
      standard_errors: Object.fromEntries(
        Object.entries(fit.standard_errors).map(([name, value]) => [name, number(value)]),
      ),
    },
  }
}

function tryFit(name: ModelName, facts: Facts, now: number): AnyFit | null {
  try {
    return foreseer(name).fit(historiesOf(facts, now))
  } catch (error) {
    if (error instanceof ModelError) return null
    throw error
  }
}

/** A week, or the clock's period where that is longer. */
const stepOf = (clock: Clock): number => (clock === 'day' ? 7 : 1)

/** Per week: repeat purchases that came of those won by calibration's end, and those that calibration alone foresaw. */
function tracking(
  { model, fit }: { model: ModelName; fit: AnyFit },
  { births, repeats, clock }: FitAsk,
  cal: number,
  now: number,
): FitReport['tracking'] {
  const first = births[0]!.first
  const step = stepOf(clock)
  const weeks = Math.floor((now - first) / step)
  const ends = Array.from({ length: weeks + 1 }, (_, i) => first + i * step)
  const by = foreseen(foreseer(model), fit.params, births, cal, ends, step)
  const actual = new Float64Array(weeks)
  for (const { t, n } of repeats) {
    const week = Math.ceil((t - first) / step) - 1
    if (week >= 0 && week < weeks) actual[week]! += n
  }
  return ends.slice(1).map((end, i) => ({
    on: dateOf(clock === 'day' ? end : startOf(clock, end + 1) - 1),
    actual: actual[i]!,
    predicted: by[i + 1]! - by[i]!,
    holdout: end > cal,
  }))
}

/** Since the fit: what came of the customers it knew, against what it foresaw of them. */
export function driftOf(
  scoring: Scoring,
  { births, repeats, clock }: Pick<FitAsk, 'births' | 'repeats' | 'clock'>,
  fitted: number,
  as_of: number,
): Drift | null {
  const from = periodOf(clock, fitted)
  const to = periodOf(clock, as_of)
  if (to <= from || births.length === 0) return null
  const [before, after] = foreseen(
    foreseer(scoring.model),
    scoring.fit.params,
    births,
    from,
    [from, to],
    stepOf(clock),
  ) as [number, number]
  const predicted = after - before
  const actual = repeats.reduce((sum, { t, n }) => (t > from && t <= to ? sum + n : sum), 0)
  const error = actual > 0 ? predicted / actual - 1 : 0
  return {
    predicted,
    actual,
    error,
    limit: DRIFT.error,
    since: dateOf(fitted),
    drifted: actual >= DRIFT.least && Math.abs(error) > DRIFT.error,
  }
}

/** Of all customers at one moment. */
export function countsFrom(
  facts: Facts,
  as_of: number,
  orders: { orders: number; returns: number; unrated: number; empty: number; anonymous: number },
): Counts {
  let [repeaters, purchases, first, last] = [0, 0, Number.MAX_SAFE_INTEGER, 0]
  for (let i = 0; i < facts.x.length; i++) {
    if (facts.x[i]! > 0) repeaters++
    purchases += facts.x[i]! + 1
    first = Math.min(first, facts.first_on[i]!)
    last = Math.max(last, facts.last_on[i]!)
  }
  const any = facts.x.length > 0
  return {
    customers: facts.x.length,
    repeaters,
    purchases,
    ...orders,
    first_day: any ? dateOf(first) : null,
    last_day: any ? dateOf(last) : null,
    span_days: any ? as_of - first : 0,
  }
}
