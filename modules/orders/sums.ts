/** A sum that stays within what a JSON number holds exactly (±2^53): a company's made-up orders must not break its list. */
export const exactSum = (sum: string): string =>
  `greatest(least(coalesce(${sum}, 0), 9007199254740991), -9007199254740991)::bigint`
