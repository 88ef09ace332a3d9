import { tenureModel } from './contract/tenure.ts'

export type { SurvivorData, TenureParams } from './contract/tenure.ts'

/**
 * Shifted-beta-geometric: at each renewal of a contract a customer leaves with chance θ ~ Beta(α, β), the same at every
 * renewal; retention rises with tenure because those likely to leave go first. Fader & Hardie 2007, "How to Project
 * Customer Retention", Journal of Interactive Marketing 21(1) 76-90.
 *
 * P(T = t) = B(α+1, β+t−1)/B(α, β)   eq. (5);   S(t) = B(α, β+t)/B(α, β)   eq. (6);   r_t = (β+t−1)/(α+β+t−1)   eq. (7)
 * ln L = Σ_t (N_{t−1} − N_t) ln P(T = t) + N_m ln S(m)
 *
 * Data `{ survivors }`: counts after 0, 1, 2, … renewals (or `{ cohorts: [survivors, …] }`). Parameters `{ alpha, beta }`.
 * `pAlive` and `expectedPurchases` (renewals) answer per tenure 0, 1, … of the data.
 * @throws ModelError `data.*`, `params.*`, `fit.too_few`, `fit.not_converged`.
 */
export const sbg = tenureModel('sBG', 2)

/**
 * Beta-discrete-Weibull: sBG in which a customer's own chance to leave changes with tenure, S(t | θ) = (1−θ)^(t^c):
 * c < 1 it falls, c > 1 it rises, c = 1 is sBG. Fader, Hardie, Liu, Davin & Steenburgh 2018, "How to Project Customer
 * Retention" Revisited: The Role of Duration Dependence, Journal of Interactive Marketing 43 1-16.
 *
 * S(t) = B(α, β+t^c)/B(α, β);   P(T = t) = S(t−1) − S(t). (The paper writes γ, δ for α, β.)
 *
 * Data as sBG; parameters `{ alpha, beta, c }`.
 */
export const bdw = tenureModel('BdW', 3)
