import type { ModelPage } from '../contract.model.ts'
import type { Counts } from '../contract.shapes.ts'
import type { EquityAnswer } from './equity.ts'
import type { Cuts, Scoring } from './score.ts'

/** What a fit leaves behind: all that its model page shows, and what scoring needs. */
export type FitReport = Pick<
  ModelPage,
  | 'too_few'
  | 'needs'
  | 'data'
  | 'clock'
  | 'model'
  | 'chosen_because'
  | 'params'
  | 'standard_errors'
  | 'log_likelihood'
  | 'spend_model'
  | 'warnings'
  | 'notes'
  | 'calibration'
  | 'candidates'
  | 'tracking'
> & { scoring: Scoring | null; because: NonNullable<ModelPage['fitted_because']> }

export type Drift = NonNullable<ModelPage['drift']>

/** What is kept with a snapshot. */
export type Summary = {
  data: Counts
  cuts: Cuts
  margin_effective: number
  cost_known: number
  return_share: number
  too_few: boolean
  warnings: string[]
  drift: Drift | null
  equity: EquityAnswer | null
  contractual: { customers: number; value_minor: number }
  /** the figures are of contracts alone: orders say too little; absent in snapshots of before */
  contracts_alone?: boolean
  stale: boolean
}
