import {
  abc,
  gapQuantile,
  models,
  overdue,
  purchaseClasses,
  rfm,
} from '../../../packages/models/src/index.ts'
import { rfmSegments, unknowns } from '../contract.shapes.ts'
import { ABC, type Clock, DAYS, GONE, MONTH, monthly, startOf } from '../rules.ts'
import type { Facts } from './facts.ts'
import { type AnyFit, distinctHistories, foreseer, historiesOf, type ModelName } from './histories.ts'

// From histories and a fit to every figure of a customer. Pure: the same for a million in a worker and for one in a job.

/** What a fit keeps for scoring. */
export type Scoring = {
  model: ModelName
  fit: AnyFit
  /** purchase rates of everybody, for lateness: of the model itself, or of MBG/NBD beside BG/BB */
  rhythm: { r: number; alpha: number; k?: number }
  spend:
    | { kind: 'gamma_gamma'; p: number; q: number; gamma: number }
    | { kind: 'mean'; mean: number }
    | { kind: 'none' }
}

export type Assumed = {
  clock: Clock
  as_of: number
  /** the period of `as_of` */
  now: number
  discount_rate: number
  horizon_months: number
  margin: number
  return_share: number
  overdue_from: number
  /** per customer and year, minor units */
  cost_of_service: number
  /** minor units of one currency unit: 100 */
  minor: number
}

/** What is the same for everybody: kept with a snapshot, so that one customer can be scored alone in between. */
export type Cuts = {
  /** smallest figure that has each score 1 … 5 */
  recency: number[]
  frequency: number[]
  monetary: number[]
  /** the last value of class A, and of B */
  a: number | null
  b: number | null
}

export type Figures = {
  value: Float64Array
  at_risk: Float64Array
  p_alive: Float64Array
  /** 0 known, else 1 + index in `unknowns` */
  unknown: Uint8Array
  lateness: Float64Array
  usual_days: Float64Array
  expected: Float64Array
  expected_minor: Float64Array
  margin: Float64Array
  /** day from 1970; −1 unknown */
  next_on: Int32Array
  class: Uint8Array
  /** 0 none, 1 A, 2 B, 3 C */
  abc: Uint8Array
  /** 0 none */
  recency: Uint8Array
  frequency: Uint8Array
  monetary: Uint8Array
  segment: Uint8Array
  overdue: Uint8Array
  gone: Uint8Array
}

const CLASSES = ['one_off', 'occasional', 'regular']
const ABC_NUMBER = { A: 1, B: 2, C: 3 }
const UNKNOWN = {
  never_returned: 1 + unknowns.indexOf('never_returned'),
  dropout: 1 + unknowns.indexOf('dropout_not_identified'),
}

export const emptyFigures = (rows: number): Figures => ({
  value: new Float64Array(rows).fill(Number.NaN),
  at_risk: new Float64Array(rows).fill(Number.NaN),
  p_alive: new Float64Array(rows).fill(Number.NaN),
  unknown: new Uint8Array(rows).fill(1 + unknowns.indexOf('too_few')),
  lateness: new Float64Array(rows).fill(Number.NaN),
  usual_days: new Float64Array(rows).fill(Number.NaN),
  expected: new Float64Array(rows).fill(Number.NaN),
  expected_minor: new Float64Array(rows).fill(Number.NaN),
  margin: new Float64Array(rows),
  next_on: new Int32Array(rows).fill(-1),
  class: new Uint8Array(rows),
  abc: new Uint8Array(rows),
  recency: new Uint8Array(rows),
  frequency: new Uint8Array(rows),
  monetary: new Uint8Array(rows),
  segment: new Uint8Array(rows),
  overdue: new Uint8Array(rows),
  gone: new Uint8Array(rows),
})

/** Of a customer's revenue: known costs where there are, the assumption for the rest. */
export function marginOf(facts: Facts, i: number, assumption: number): number {
  const revenue = facts.revenue[i]!
  const known = Math.min(facts.known[i]!, revenue)
  if (!(known > 0)) return assumption
  const share = (known - facts.cost[i]! + assumption * (revenue - known)) / revenue
  return Math.max(-1, Math.min(1, share))
}

/** Money of one purchase, in minor units. The first purchase is not in the mean, as the model asks. */
export function spendOf({ spend }: Scoring, facts: Facts, minor: number): Float64Array {
  const rows = facts.x.length
  if (spend.kind === 'none') return new Float64Array(rows)
  if (spend.kind === 'mean') return new Float64Array(rows).fill(spend.mean * minor)
  const z = new Float64Array(rows)
  for (let i = 0; i < rows; i++) z[i] = facts.x[i]! > 0 ? facts.repeat[i]! / minor / facts.x[i]! : 0
  const expected = models.gammaGamma.expectedSpend(spend, { x: facts.x, z })
  for (let i = 0; i < rows; i++) expected[i]! *= minor
  return expected
}

/** Weights that turn expected purchases by each month's end into discounted ones, the convention of `lifetimeValue`. */
export function discounting({ clock, discount_rate, horizon_months }: Assumed) {
  const rate = monthly(discount_rate)
  const factor = (j: number) => (j > horizon_months ? 0 : (1 + rate) ** -j)
  const months = Array.from({ length: horizon_months }, (_, j) => j + 1)
  return { times: months.map((j) => j * MONTH[clock]), weights: months.map((j) => factor(j) - factor(j + 1)) }
}

/** Present value of one unit a year, paid monthly, over the horizon. */
export function annuity({ discount_rate, horizon_months }: Assumed): number {
  const rate = monthly(discount_rate)
  return rate === 0 ? horizon_months / 12 : (1 - (1 + rate) ** -horizon_months) / rate / 12
}

export const notIdentified = (fit: AnyFit): boolean =>
  fit.warnings.some((warning) => warning.startsWith('dropout_not_identified'))

/** Everything that the fit says of each customer; classes and scores that compare customers come from `rank` or `place`. */
export function score(facts: Facts, scoring: Scoring, assumed: Assumed): Figures {
  const rows = facts.x.length
  const out = emptyFigures(rows)
  const model = foreseer(scoring.model)
  const all = historiesOf(facts, assumed.now)
  const { data, of } = distinctHistories(all)
  const alive = model.pAlive(scoring.fit.params, data)
  const year = model.expected(scoring.fit.params, data, MONTH[assumed.clock] * 12)
  const { times, weights } = discounting(assumed)
  const discounted = model.weighted(scoring.fit.params, data, times, weights)
  const late = overdue(data, scoring.rhythm)
  const spend = spendOf(scoring, facts, assumed.minor)
  const unidentified = notIdentified(scoring.fit)
  const artefact = scoring.fit.notes.some((note) => note.startsWith('never_returned'))
  const service = assumed.cost_of_service * annuity(assumed)
  const days = DAYS[assumed.clock]
  for (let i = 0; i < rows; i++) {
    const row = of[i]!
    const margin = marginOf(facts, i, assumed.margin)
    const hidden = unidentified ? UNKNOWN.dropout : artefact && facts.x[i] === 0 ? UNKNOWN.never_returned : 0
    out.unknown[i] = hidden
    out.margin[i] = margin
    out.p_alive[i] = hidden ? Number.NaN : alive[row]!
    out.lateness[i] = late.lateness[row]!
    out.usual_days[i] = late.typical_gap[row]! * days
    out.expected[i] = year[row]!
    out.expected_minor[i] = Math.round(spend[i]!)
    const each = spend[i]! * margin * (1 - assumed.return_share)
    const worth = discounted[row]! * each
    out.value[i] = Math.round((worth === 0 ? 0 : worth) - service * (hidden ? 1 : alive[row]!))
    out.overdue[i] = late.lateness[row]! >= assumed.overdue_from ? 1 : 0
    out.gone[i] = (hidden ? late.lateness[row]! > GONE.lateness : alive[row]! < GONE.p_alive) ? 1 : 0
    out.at_risk[i] = atRisk(
      out.value[i]!,
      hidden ? null : alive[row]!,
      late.lateness[row]!,
      out.overdue[i] === 1,
    )
    out.next_on[i] = out.gone[i]
      ? -1
      : nextOn(scoring, assumed, all.x[i]!, all.t_x[i]!, all.T[i]!, late.typical_gap[row]!)
  }
  const classes = purchaseClasses(all)
  for (let i = 0; i < rows; i++) out.class[i] = CLASSES.indexOf(classes[i]!)
  return out
}

/**
 * What would be lost: the value the customer would have if certainly alive, times the chance that it is not. Where that
 * chance is not known, the value times the lateness, of those who are overdue.
 */
export function atRisk(value: number, p_alive: number | null, lateness: number, late: boolean): number {
  if (value <= 0) return 0
  if (p_alive === null) return late ? Math.round(value * lateness) : 0
  return p_alive > 0 ? Math.round((value / p_alive) * (1 - p_alive)) : 0
}

/** The day by which the next purchase is as likely made as not, given the silence so far. */
function nextOn(
  { rhythm }: Scoring,
  { clock, now, as_of }: Assumed,
  x: number,
  t_x: number,
  T: number,
  usual: number,
): number {
  const { r, alpha, k = 1 } = rhythm
  const silence = T - t_x
  if (k > 1 && silence < usual) return startOf(clock, now - T + Math.round(t_x + usual))
  const R = r + k * x
  const A = alpha + t_x + silence
  const wait = k === 1 ? A * (2 ** (1 / R) - 1) : gapQuantile(R, A, k, 0.5)
  // beyond a lifetime no date means anything
  return wait * DAYS[clock] > 36_525 ? -1 : as_of + Math.round(wait * DAYS[clock])
}

/** Scores and classes that compare everybody, set in `figures`; and where they were cut. */
export function rank(facts: Facts, figures: Figures, as_of: number): Cuts {
  const rows = facts.x.length
  const days_since = Float64Array.from(facts.last_on, (day) => as_of - day)
  const purchases = Float64Array.from(facts.x, (x) => x + 1)
  const scores = rfm({ days_since, purchases, money: facts.revenue })
  figures.recency.set(scores.recency)
  figures.frequency.set(scores.frequency)
  figures.monetary.set(scores.monetary)
  for (let i = 0; i < rows; i++) figures.segment[i] = 1 + rfmSegments.indexOf(scores.segment[i]!)
  const worth = Float64Array.from(figures.value, (value) => (value > 0 ? value : 0))
  const total = worth.reduce((sum, value) => sum + value, 0)
  const cut = { a: null as number | null, b: null as number | null }
  if (total > 0) {
    const classes = abc(worth, ABC)
    for (let i = 0; i < rows; i++) {
      figures.abc[i] = ABC_NUMBER[classes[i]!]
      if (classes[i] === 'A') cut.a = Math.min(cut.a ?? worth[i]!, worth[i]!)
      if (classes[i] === 'B') cut.b = Math.min(cut.b ?? worth[i]!, worth[i]!)
    }
  }
  const least = (score: Uint8Array, column: ArrayLike<number>) => {
    const cuts = new Array<number>(5).fill(Number.MAX_SAFE_INTEGER)
    for (let i = 0; i < rows; i++) cuts[score[i]! - 1] = Math.min(cuts[score[i]! - 1]!, column[i]!)
    return cuts
  }
  return {
    recency: least(scores.recency, facts.last_on),
    frequency: least(scores.frequency, purchases),
    monetary: least(scores.monetary, facts.revenue),
    ...cut,
  }
}

const scoreBy = (cuts: readonly number[], figure: number): number => {
  let score = 1
  cuts.forEach((cut, i) => {
    if (figure >= cut) score = i + 1
  })
  return score
}

/** The same for a few customers, by where everybody was cut. */
export function place(facts: Facts, figures: Figures, cuts: Cuts): void {
  for (let i = 0; i < facts.x.length; i++) {
    const value = figures.value[i]!
    figures.recency[i] = scoreBy(cuts.recency, facts.last_on[i]!)
    figures.frequency[i] = scoreBy(cuts.frequency, facts.x[i]! + 1)
    figures.monetary[i] = scoreBy(cuts.monetary, facts.revenue[i]!)
    figures.segment[i] = segmentOf(figures.recency[i]!, figures.frequency[i]!, figures.monetary[i]!)
    if (cuts.a !== null) figures.abc[i] = value >= cuts.a ? 1 : cuts.b !== null && value >= cuts.b ? 2 : 3
  }
}

// The library names segments of a population: asked for one of all 125 combinations, it gives its table.
const FIVE = [1, 2, 3, 4, 5]
const combinations = FIVE.flatMap((r) => FIVE.flatMap((f) => FIVE.map((m) => ({ r, f, m }))))
const named = rfm({
  days_since: combinations.map(({ r }) => -r),
  purchases: combinations.map(({ f }) => f),
  money: combinations.map(({ m }) => m),
}).segment
const segmentOf = (r: number, f: number, m: number): number =>
  1 + rfmSegments.indexOf(named[(r - 1) * 25 + (f - 1) * 5 + (m - 1)]!)
