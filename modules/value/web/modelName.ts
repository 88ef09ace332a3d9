import type { ModelPage } from '../contract.model.ts'

/** The models as their papers call them; names, the same in every language. */
const names: Record<NonNullable<ModelPage['model'] | ModelPage['contract_model']>, string> = {
  mbgNbd: 'MBG/NBD',
  mbgCnbdK: 'MBG/CNBD-k',
  paretoNbd: 'Pareto/NBD',
  bgNbd: 'BG/NBD',
  bgBb: 'BG/BB',
  sbg: 'sBG',
  bdw: 'beta-discrete-Weibull',
}
export const modelName = (model: keyof typeof names): string => names[model]
