import { periodOf } from '../rules.ts'
import { BinaryReader, BinaryWriter } from './binary.ts'
import type { Contracted } from './contracted.ts'
import { equityOf } from './equity.ts'
import { type Births, type Facts, factLayout, type OrderCounts } from './facts.ts'
import { countsFrom, driftOf, type FitAsk, fitAll, revive, tooFew } from './fit.ts'
import { contractFigures, withContracts } from './merge.ts'
import type { FitReport, Summary } from './report.ts'
import { type Assumed, emptyFigures, type Figures, marginOf, rank, type Scoring, score } from './score.ts'

// A whole computation as steps that a worker thread is asked for one after the other: feed bytes, fit, score, take rows.

export type Setting = Omit<Assumed, 'now' | 'return_share'> & {
  returns: 'deducted' | 'ignored'
  currency: string
}
export type FitStep = {
  asked: FitAsk['asked']
  because: FitReport['because']
  births: Births
  repeats: FitAsk['repeats']
  orders: OrderCounts
}
export type ScoreStep = {
  /** as JSON kept it; null: too few, counts only */
  scoring: Scoring | null
  orders: OrderCounts
  /** of a score without a fit: what came since then */
  since: { fitted: number; births: Births; repeats: FitAsk['repeats'] } | null
  interval: boolean
}
export type Scored = Omit<Summary, 'contractual' | 'stale'> & {
  customers: number
  equity_minor: number | null
}

export class Task {
  #reader = new BinaryReader(factLayout)
  #facts: Facts | null = null
  #figures: Figures | null = null
  #setting: Setting
  constructor(setting: Setting) {
    this.#setting = setting
  }

  feed(chunk: Uint8Array): void {
    this.#reader.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }
  fed(): number {
    this.#facts = this.#reader.end()
    this.#reader = new BinaryReader(factLayout)
    return this.#facts.x.length
  }

  fit({ orders, ...ask }: FitStep): FitReport {
    const { clock, as_of, minor } = this.#setting
    return fitAll(this.#facts!, {
      ...ask,
      clock,
      as_of,
      minor,
      data: countsFrom(this.#facts!, as_of, orders),
    })
  }

  score({ scoring: kept, orders, since, interval }: ScoreStep): Scored {
    const facts = this.#facts!
    const { clock, as_of, returns } = this.#setting
    const data = countsFrom(facts, as_of, orders)
    const scoring = kept && revive(kept)
    const sums = sumsOf(facts, this.#setting.margin)
    const return_share = returns === 'deducted' ? sums.return_share : 0
    const assumed: Assumed = { ...this.#setting, now: periodOf(clock, as_of), return_share }
    const few = !scoring || tooFew(data)
    const figures = few ? countsOnly(facts, this.#setting.margin) : score(facts, scoring, assumed)
    const cuts = rank(facts, figures, as_of)
    this.#figures = figures
    const equity = few || !interval ? null : equityOf(facts, figures, scoring, assumed)
    return {
      customers: facts.x.length,
      equity_minor: few ? null : figures.value.reduce((sum, value) => sum + value, 0),
      data,
      cuts,
      ...sums,
      return_share,
      too_few: few,
      warnings: scoring ? scoring.fit.warnings.map((text) => text.slice(0, text.indexOf(':'))) : [],
      drift: since && scoring ? driftOf(scoring, { ...since, clock }, since.fitted, as_of) : null,
      equity,
    }
  }

  /** After a score that found too few orders: the customers' figures out of their contracts. */
  contracts(contracted: Contracted, as_of: number, scored: Scored): Scored {
    this.#setting = { ...this.#setting, as_of }
    const { facts, of } = withContracts(this.#facts!, contracted.rows, this.#setting.clock)
    const figures = countsOnly(facts, this.#setting.margin)
    contractFigures(figures, contracted.rows, of)
    this.#facts = facts
    this.#figures = figures
    const { first_day, last_day } = contracted
    return {
      ...scored,
      customers: facts.x.length,
      equity_minor: contracted.equity.equity,
      data: {
        ...scored.data,
        first_day: earliest(scored.data.first_day, first_day),
        last_day: latest(scored.data.last_day, last_day),
      },
      cuts: rank(facts, figures, as_of),
      too_few: false,
      contracts_alone: true,
      equity: contracted.equity,
    }
  }

  rows(snapshot_id: number, from: number, to: number): Uint8Array {
    return encode(
      this.#facts!,
      this.#figures!,
      this.#setting,
      snapshot_id,
      from,
      Math.min(to, this.#facts!.x.length),
    )
  }
}

const earliest = (one: string | null, other: string) => (one !== null && one < other ? one : other)
const latest = (one: string | null, other: string) => (one !== null && one > other ? one : other)

function countsOnly(facts: Facts, margin: number): Figures {
  const figures = emptyFigures(facts.x.length)
  for (let i = 0; i < facts.x.length; i++) {
    figures.margin[i] = marginOf(facts, i, margin)
    figures.class[i] = facts.x[i] === 0 ? 0 : 1
  }
  return figures
}

function sumsOf(facts: Facts, assumption: number) {
  let [revenue, known, back, earned] = [0, 0, 0, 0]
  for (let i = 0; i < facts.x.length; i++) {
    revenue += facts.revenue[i]!
    known += Math.min(facts.known[i]!, facts.revenue[i]!)
    back += facts.returns[i]!
    earned += facts.revenue[i]! * marginOf(facts, i, assumption)
  }
  return {
    margin_effective: revenue > 0 ? earned / revenue : assumption,
    cost_known: revenue > 0 ? known / revenue : 0,
    return_share: revenue > 0 ? Math.max(0, Math.min(1, back / revenue)) : 0,
  }
}

export const rowColumns = `party_id, snapshot_id, value_minor, at_risk_minor, revenue_minor, repeat_minor, recent_minor, returns_minor,
  sum_log_gaps, p_alive, lateness, usual_days, expected, expected_minor, margin, x, as_of, first_on, last_on, next_on, unknown, class,
  abc, recency, frequency, monetary, segment, core, overdue, gone, currency`
const FIELDS = rowColumns.split(',').length
const ROW_BYTES = 400

export function encode(
  facts: Facts,
  f: Figures,
  { as_of, currency }: Setting,
  snapshot_id: number,
  from: number,
  to: number,
): Buffer {
  const out = new BinaryWriter(Math.max(1, to - from) * ROW_BYTES)
  const positive = (n: number) => (n === 0 ? null : n)
  for (let i = from; i < to; i++) {
    out.row(FIELDS)
    out.int8(facts.party_id[i]!)
    out.int8(snapshot_id)
    for (const money of [
      f.value[i]!,
      f.at_risk[i]!,
      facts.revenue[i]!,
      facts.repeat[i]!,
      facts.recent[i]!,
      facts.returns[i]!,
    ])
      out.int8(money)
    out.float8(facts.sum_log[i]!)
    for (const figure of [f.p_alive[i]!, f.lateness[i]!, f.usual_days[i]!, f.expected[i]!]) out.float4(figure)
    out.int8(f.expected_minor[i]!)
    out.float4(f.margin[i]!)
    out.int4(facts.x[i]!)
    for (const day of [as_of, facts.first_on[i]!, facts.last_on[i]!]) out.date(day)
    out.date(f.next_on[i] === -1 ? null : f.next_on[i]!)
    out.int2(positive(f.unknown[i]!))
    out.int2(f.class[i]!)
    for (const score of [f.abc[i]!, f.recency[i]!, f.frequency[i]!, f.monetary[i]!, f.segment[i]!])
      out.int2(positive(score))
    out.bool(f.abc[i] === 1)
    out.bool(f.overdue[i] === 1)
    out.bool(f.gone[i] === 1)
    out.ascii(currency)
  }
  return out.take()
}
