import { type HoldOut, holdOut, ModelError } from '../../../packages/models/src/index.ts'
import type { Candidate } from '../contract.model.ts'
import { type Clock, SAME_ERROR } from '../rules.ts'
import type { Births, Facts } from './facts.ts'
import {
  type AnyFit,
  calibrationOf,
  type Foreseer,
  foreseer,
  type Histories,
  type ModelName,
} from './histories.ts'

// Which model: by the business, then by how each does on a part of the data that it was not shown.

export const candidatesFor = (clock: Clock, asked: ModelName | 'auto'): ModelName[] => {
  if (asked !== 'auto') return [asked]
  const continuous: ModelName[] = ['mbgNbd', 'mbgCnbdK', 'paretoNbd', 'bgNbd']
  // BG/BB counts opportunities, of which a day clock has too many to mean anything
  return clock === 'month' ? ['bgBb', ...continuous] : continuous
}

/** `code: sentence`, as the library says it. */
export const warningOf = (text: string): { code: string; detail: string } => {
  const at = text.indexOf(':')
  return { code: text.slice(0, at), detail: text.slice(at + 1).trim() }
}

/** JSON knows no infinity. */
export const plain = (value: number): number | null => (Number.isFinite(value) ? value : null)

const holdOutOf = (result: HoldOut) => ({
  ...result,
  bias: Number.isFinite(result.bias) ? result.bias : 0,
  deciles: result.deciles.map((decile) => ({
    ...decile,
    lift: Number.isFinite(decile.lift) ? decile.lift : 0,
  })),
})

type Tried = { candidate: Candidate; fit: AnyFit | null }

function attempt(model: Foreseer, data: Histories & { actual: Float64Array }, t: number): Tried {
  const started = performance.now()
  const seconds = () => Math.round((performance.now() - started) * 10) / 10_000
  const blank: Candidate = {
    model: model.name,
    chosen: false,
    failed: null,
    params: null,
    log_likelihood: null,
    holdout: null,
    warnings: [],
    seconds: 0,
  }
  try {
    const fit = model.fit(data)
    const holdout = holdOutOf(holdOut(model.expected(fit.params, data, t), data.actual))
    const candidate = {
      ...blank,
      params: fit.params,
      log_likelihood: fit.log_likelihood,
      holdout,
      warnings: fit.warnings.map(warningOf),
      seconds: seconds(),
    }
    return { candidate, fit }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return {
      candidate: { ...blank, failed: `${error.code}: ${error.message}`, seconds: seconds() },
      fit: null,
    }
  }
}

const tellsWhoLeft = ({ warnings }: Candidate): boolean =>
  warnings.every(({ code }) => code !== 'dropout_not_identified')

/**
 * The smallest mean error per customer; among equals those whose data tell who left, for the others know no P(alive);
 * among those the smallest bias of the total, then the earlier in the list.
 */
export function winnerOf(candidates: readonly Candidate[]): Candidate | null {
  const able = candidates.filter((one) => one.holdout !== null)
  if (able.length === 0) return null
  const best = Math.min(...able.map((one) => one.holdout!.mae))
  const near = able.filter((one) => one.holdout!.mae <= best * (1 + SAME_ERROR))
  const equal = near.some(tellsWhoLeft) ? near.filter(tellsWhoLeft) : near
  const bias = (one: Candidate) => Math.abs(one.holdout!.bias)
  const least = Math.min(...equal.map(bias))
  return equal.find((one) => bias(one) <= least + 0.005) ?? equal[0]!
}

export type Trial = {
  candidates: Candidate[]
  order: ModelName[]
  calibrated: { model: ModelName; fit: AnyFit } | null
}

/** All candidates on the calibration part; the winner first in `order`. */
export function tryAll(facts: Facts, names: readonly ModelName[], calibration: number, t: number): Trial {
  const data = calibrationOf(facts, calibration)
  const tried = names.map((name) => attempt(foreseer(name), data, t))
  const won = winnerOf(tried.map(({ candidate }) => candidate))
  if (!won)
    return { candidates: tried.map(({ candidate }) => candidate), order: [...names], calibrated: null }
  won.chosen = true
  const rest = tried
    .filter(({ candidate }) => candidate !== won && candidate.holdout)
    .sort((one, other) => one.candidate.holdout!.mae - other.candidate.holdout!.mae)
  return {
    candidates: tried.map(({ candidate }) => candidate),
    order: [won.model, ...rest.map(({ candidate }) => candidate.model)],
    calibrated: { model: won.model, fit: tried.find(({ candidate }) => candidate === won)!.fit! },
  }
}

/**
 * Repeat purchases that a model foresees of the cohorts won up to `until`, cumulated at each of the periods `at`:
 * Σ customers won on a day × E[X(age)]. E is taken on a grid of ages and read in between by a straight line.
 */
export function foreseen(
  model: Foreseer,
  params: object,
  births: Births,
  until: number,
  at: readonly number[],
  step: number,
): number[] {
  const known = births.filter(({ first }) => first <= until)
  const oldest = Math.max(0, ...at) - Math.min(...known.map(({ first }) => first), Math.max(0, ...at))
  const grid = Array.from({ length: Math.ceil(oldest / step) + 2 }, (_, i) =>
    i === 0 ? 0 : model.expectedNew(params, i * step),
  )
  const expected = (age: number) => {
    const place = age / step
    const low = Math.floor(place)
    return grid[low]! + (grid[low + 1]! - grid[low]!) * (place - low)
  }
  return at.map((now) =>
    known.reduce(
      (sum, { first, customers }) => (first < now ? sum + customers * expected(now - first) : sum),
      0,
    ),
  )
}
