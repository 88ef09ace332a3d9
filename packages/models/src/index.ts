import { bgBb } from './bgBb.ts'
import { bgCnbdK, mbgCnbdK } from './bgCnbdK.ts'
import { bgNbd, mbgNbd } from './bgNbd.ts'
import { gammaGamma } from './gammaGamma.ts'
import { paretoNbd } from './paretoNbd.ts'
import { bdw, sbg } from './sbg.ts'

export type { BgBbParams, OpportunityData } from './bgBb.ts'
export type { BgParams } from './bgNbd.ts'
export type { Column, Covariates, CustomerData } from './data.ts'
export { ModelError } from './error.ts'
export type { Fit, FitOptions } from './fit/fit.ts'
export type { GammaGammaParams, SpendData } from './gammaGamma.ts'
export type { RepeatFitOptions, RepeatModel, SimulatedCustomers } from './model.ts'
export type { ParetoParams } from './paretoNbd.ts'
export type { SurvivorData, TenureParams } from './sbg.ts'

/** Every model, by the name the README uses. */
export const models = { bgNbd, mbgNbd, bgCnbdK, mbgCnbdK, paretoNbd, bgBb, sbg, bdw, gammaGamma }
