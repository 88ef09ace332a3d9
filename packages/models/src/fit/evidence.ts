/** −2 ln of the likelihood ratio below which dropout cannot be told from none (χ²₂ at 5 %). */
export const DROPOUT_EVIDENCE = 5.99

/** The warning that a fit carries when a model in which nobody ever leaves does as well. */
export const dropoutWarning = (evidence: number): string =>
  `dropout_not_identified: a model in which nobody ever leaves fits as well (2·ΔLL = ${evidence.toFixed(2)}, below ${DROPOUT_EVIDENCE}); P(alive) near 1 is an assumption here, not a finding`
