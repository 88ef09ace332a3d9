import { bgFamily } from './bg/family.ts'

export type { BgParams } from './bg/params.ts'

/**
 * BG/NBD: purchases at random with rate λ ~ Gamma(r, α) while alive; after each repeat purchase a customer drops out
 * with probability p ~ Beta(a, b). Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way", Marketing Science
 * 24(2) 275-284.
 *
 * ln L = ln Γ(r+x) − ln Γ(r) + r ln α + ln{ B(a, b+x)/B(a, b) (α+T)^−(r+x)
 *        + [x > 0] B(a+1, b+x−1)/B(a, b) (α+tₓ)^−(r+x) }                                                      eq. (6)
 * P(alive) = 1 / (1 + [x > 0] a/(b+x−1) ((α+T)/(α+tₓ))^(r+x))              Fader, Hardie & Lee 2008 note, eq. (3)
 * E[purchases in t] = P(alive) · Σₙ NB(n; r+x, t/(α+T+t)) Σ_{i<n} (b+x)ᵢ/(a+b+x)ᵢ, equal to eq. (10) and finite at a = 1.
 *
 * Trap: nobody can leave before the first repeat purchase, so P(alive) = 1 whenever x = 0. Every fit says so in
 * `notes`; `aliveToShow` hides it; MBG/NBD does not have it.
 *
 * Data `{ x, t_x, T, weight? }`, parameters `{ r, alpha, a, b }`, α in the time unit of the data.
 * @throws ModelError `data.*`, `params.*`, `fit.too_few`, `fit.not_converged`.
 */
export const bgNbd = bgFamily('BG/NBD', false, false)

/**
 * MBG/NBD: as BG/NBD, but the coin is also tossed right after the first purchase. Batislam, Denizel & Filiztekin 2007,
 * IJRM 24(3) 201-209; Hoppe & Wagner 2007.
 *
 * ln L: B(a, b+x+1) and B(a+1, b+x) in place of B(a, b+x) and B(a+1, b+x−1), for every x.
 * P(alive) = 1 / (1 + a/(b+x) ((α+T)/(α+tₓ))^(r+x)).
 * E[X(t)] of a new customer carries the factor b/(a+b).
 *
 * The model to show P(alive) from by default. Data and parameters as BG/NBD.
 */
export const mbgNbd = bgFamily('MBG/NBD', true, false)
