import { bgFamily } from './bg/family.ts'

/**
 * BG/CNBD-k: as BG/NBD, but the time between purchases is Erlang-k with stage rate λ ~ Gamma(r, α): k = 1 is random,
 * larger k more regular. Reutterer, Platzer & Schröder 2021, "Leveraging purchase regularity for predicting customer
 * behavior the easy way", IJRM 38(1) 194-215; the same likelihood as BTYDplus 1.2.0.
 *
 * ln L = (k−1) Σ ln itt − x ln (k−1)! + ln Γ(r+kx) − ln Γ(r) + r ln α − (r+kx) ln(α+T) + ln B(a, b+x)/B(a, b)
 *        + ln{ Σ_{j<k} (r+kx)_j/j! ((T−tₓ)/(α+T))^j + [x > 0] a/(b+x−1) ((α+T)/(α+tₓ))^(r+kx) }
 *
 * Expected purchases are exact: the Erlang stage reached during the silence is weighted, then
 * Σₙ NB(n; r+kx+stage, t/(α+T+t)) S_⌊(n+stage)/k⌋. BTYDplus takes the BG/NBD formula with kα for α and rescales the
 * total; its figures for single customers differ from these by a few percent.
 *
 * Data `{ x, t_x, T, sum_log_itt, weight? }`; parameters `{ r, alpha, a, b, k }`. `fit` takes `k` in its options, or
 * finds it among 1 … 12 by likelihood. Cost: O(k) per row and evaluation.
 */
export const bgCnbdK = bgFamily('BG/CNBD-k', false, true)

/**
 * MBG/CNBD-k: BG/CNBD-k with dropout possible right after the first purchase (see `mbgNbd`): B(a, b+x+1), and
 * a/(b+x) in place of a/(b+x−1), for every x. Same source, data and parameters.
 */
export const mbgCnbdK = bgFamily('MBG/CNBD-k', true, true)
