/**
 * Customer-base analysis: what customers will buy, who is still one, what they are worth. Pure functions on columns of
 * numbers; no input or output, no dependency. `scorePool` (worker threads) is in `./parallel.ts`, apart from this entry,
 * so that it also loads in a browser.
 */
import { bgBb } from './bgBb.ts'
import { bgCnbdK, mbgCnbdK } from './bgCnbdK.ts'
import { bgNbd, mbgNbd } from './bgNbd.ts'
import { gammaGamma } from './gammaGamma.ts'
import { paretoNbd } from './paretoNbd.ts'
import { bdw, sbg } from './sbg.ts'

/** Every model, by the name the README uses. */
export const models = { bgNbd, mbgNbd, bgCnbdK, mbgCnbdK, paretoNbd, bgBb, sbg, bdw, gammaGamma }

/** The model to show P(alive) from when nothing speaks for another: it can tell who never came back. */
export const defaultModel = mbgNbd

export type { BgBbParams, OpportunityData } from './bgBb.ts'
export type { BgParams } from './bgNbd.ts'
export type { Column, Covariates, CustomerData } from './data.ts'
export { pool } from './data.ts'
export { ModelError } from './error.ts'
export type { Effects } from './fit/effects.ts'
export type { Fit, FitOptions } from './fit/fit.ts'
export type { GammaGammaParams, SpendData } from './gammaGamma.ts'
export { type AbcClass, abc, type Concentration, concentration } from './measures/concentration.ts'
export { customerEquity, type Equity, returnOnEquity } from './measures/equity.ts'
export {
  type Activity,
  type BucketPeriod,
  type Cohort,
  cohorts,
  leakyBucket,
  revenueChange,
} from './measures/flow.ts'
export { type HoldOut, holdOut } from './measures/holdout.ts'
export { gapQuantile, longerGap, type Overdue, overdue, type Rhythm } from './measures/overdue.ts'
export {
  type Referral,
  type ReferralClass,
  referralClasses,
  referralValue,
  type WordOfMouth,
  wordOfMouth,
} from './measures/referral.ts'
export {
  bestBudget,
  CLASSIC_RETENTION_EFFECT,
  marginMultiple,
  type RetentionEffect,
  replacementCost,
  responseCurve,
  retentionEffect,
  retentionElasticity,
} from './measures/retention.ts'
export {
  gapShape,
  type PurchaseClass,
  purchaseClasses,
  type Rfm,
  type RfmSegment,
  rankScores,
  rfm,
} from './measures/rfm.ts'
export type { RepeatFitOptions, RepeatModel, SimulatedCustomers } from './model.ts'
export * as numerics from './numerics/index.ts'
export type { ParetoParams } from './paretoNbd.ts'
export type { SurvivorData, TenureParams } from './sbg.ts'
export {
  bootstrap,
  bootstrapInterval,
  deltaInterval,
  type Interval,
  parameterDraws,
  predictionInterval,
  quantile,
} from './value/interval.ts'
export { type LifetimeOptions, lifetimeValue, residualValue } from './value/lifetimeValue.ts'
export { aliveToShow, type Unknown } from './value/show.ts'
