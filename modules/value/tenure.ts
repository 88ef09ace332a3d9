import { type Fit, ModelError, models } from '../../packages/models/src/index.ts'

// Contracts that are renewed or ended: how many stay how long, and what one is still worth. Pure.

export type Contract = {
  party_id: number
  subscription_id: number
  /** whole periods completed by the day: renewals that came */
  renewals: number
  period_months: number
  active: boolean
  /** per period, base currency */
  minor: number | null
}
type Params = { alpha: number; beta: number; c?: number }
export type Tenure = { model: 'sbg' | 'bdw'; fit: Fit<Params> }

/** Fewer contracts or ends than this say nothing. */
export const LEAST_CONTRACTS = { contracts: 50, ended: 10 } as const

/** A month count from one date to another, whole months only. */
export function monthsBetween(from: string, to: string): number {
  const [y0, m0, d0] = from.split('-').map(Number) as [number, number, number]
  const [y1, m1, d1] = to.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(y1, m1, 0)).getUTCDate()
  return (y1 - y0) * 12 + (m1 - m0) - (d1 < Math.min(d0, last) ? 1 : 0)
}

export function addMonths(date: string, months: number): string {
  const [y, m, d] = date.split('-').map(Number) as [number, number, number]
  const index = y * 12 + m - 1 + months
  const year = Math.floor(index / 12)
  const month = index % 12
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}-${String(Math.min(d, last)).padStart(2, '0')}`
}

/** Survivors per cohort: contracts that could have come equally far, counted after 0, 1, … renewals. */
export function survivors(
  contracts: readonly Contract[],
  reached: (contract: Contract) => number,
): number[][] {
  const cohorts = Map.groupBy(contracts, reached)
  return [...cohorts.entries()]
    .filter(([far]) => far >= 1)
    .sort(([one], [other]) => one - other)
    .map(([far, members]) =>
      Array.from({ length: far + 1 }, (_, t) => members.filter((one) => one.renewals >= t).length),
    )
}

/** Beta-discrete-Weibull where it fits clearly better than the simpler law (two units of AIC), else sBG. */
export function fitTenure(cohorts: readonly number[][]): Tenure | null {
  const tried = (['sbg', 'bdw'] as const).flatMap((model): Tenure[] => {
    try {
      return [{ model, fit: models[model].fit({ cohorts }) as Fit<Params> }]
    } catch (error) {
      if (error instanceof ModelError) return []
      throw error
    }
  })
  const aic = ({ model, fit }: Tenure) => (model === 'sbg' ? 4 : 6) - 2 * fit.log_likelihood
  const simple = tried.find(({ model }) => model === 'sbg')
  const richer = tried.find(({ model }) => model === 'bdw')
  if (!simple) return richer ?? null
  return richer && aic(richer) < aic(simple) - 2 ? richer : simple
}

/** Renewals still to come, discounted, of a contract that has been renewed so often. */
export function remaining(
  { model, fit }: Tenure,
  renewals: number,
  yearly: number,
  period_months: number,
): number {
  const rate = (1 + yearly) ** (period_months / 12) - 1
  return models[model].discountedLifetime(fit.params as never, renewals + 1, rate)
}

/** Share still there after 0, 1, 2 … renewals: as it came, of all that could have come so far; and by the model. */
export function survivalTable(cohorts: readonly number[][], { model, fit }: Tenure, ahead = 5) {
  const longest = Math.max(...cohorts.map((cohort) => cohort.length))
  return Array.from({ length: longest + ahead }, (_, period) => {
    const known = cohorts.filter((cohort) => cohort.length > period)
    const began = known.reduce((sum, cohort) => sum + cohort[0]!, 0)
    const left = known.reduce((sum, cohort) => sum + cohort[period]!, 0)
    return {
      period,
      actual: began > 0 ? left / began : null,
      predicted: models[model].survival(fit.params as never, period),
    }
  })
}

/** Fitted on all renewals but the last of each cohort: how many the last one would keep, and did. */
export function tenureHoldOut(cohorts: readonly number[][]) {
  const earlier = cohorts.filter((cohort) => cohort.length > 2)
  if (earlier.length === 0) return null
  const fit = fitTenure(earlier.map((cohort) => cohort.slice(0, -1)))
  if (!fit) return null
  let [predicted, actual] = [0, 0]
  for (const cohort of earlier) {
    const t = cohort.length - 1
    const before = models[fit.model].survival(fit.fit.params as never, t - 1)
    predicted += (cohort[t - 1]! * models[fit.model].survival(fit.fit.params as never, t)) / before
    actual += cohort[t]!
  }
  return { predicted, actual, bias: actual > 0 ? predicted / actual - 1 : 0 }
}
