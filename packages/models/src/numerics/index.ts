/** The numerical ground the models stand on, for those who build their own. */

export { random } from '../random.ts'
export { expit, log1pExp, logAdd, logSumExp, oneMinusExpOver } from './elementary.ts'
export { digamma, lbeta, lgamma, lrising, trigamma } from './gamma.ts'
export { expIntegralScaled, hyp2f1, logBetaInc, logHyp2f1, logNegativeBinomial } from './hypergeometric.ts'
export { normalCdf, normalQuantile } from './normal.ts'
export { gaussLegendre, logBetaMean, logIntegral } from './quadrature.ts'
