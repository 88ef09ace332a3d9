import { type Column, sameLength } from '../data.ts'
import { fail } from '../error.ts'

/** One successful referral. */
export type Referral = {
  /** Whether the referred customer would have come anyway: then only the cost of winning was saved. */
  would_have_joined: boolean
  /** Lifetime value of the referred customer at joining. */
  value: number
  /** Cost of winning a customer without a referral. */
  acquisition_saved: number
  /** What was paid for the referral (reward, discount). */
  incentive: number
  /** Years after now that the referred customer joins. */
  years: number
}

/**
 * Customer referral value: Σ (value + saving − incentive)/(1+d)^years over those who would not have joined, and
 * Σ (saving − incentive)/(1+d)^years over those who would have. Kumar, Petersen & Leone 2007, HBR 85(10) 139-146; 2010, Journal
 * of Marketing 74(5) 1-17. Referrals more than `within_years` (1) away are not counted: they cannot be foreseen.
 */
export function referralValue(
  referrals: readonly Referral[],
  { discount, within_years = 1 }: { discount: number; within_years?: number },
): number {
  if (!(discount > -1)) fail('rate.range', 'the discount rate must be above −1', { discount })
  let total = 0
  for (const { would_have_joined, value, acquisition_saved, incentive, years } of referrals) {
    if (years > within_years) continue
    const worth = (would_have_joined ? 0 : value) + acquisition_saved - incentive
    total += worth / (1 + discount) ** years
  }
  return total
}

export type ReferralClass = 'champions' | 'affluents' | 'advocates' | 'misers'

/** Kumar's four groups, by lifetime value and referral value above or below their medians (or the given cuts). */
export function referralClasses(
  values: { lifetime: Column; referral: Column },
  cuts?: { lifetime: number; referral: number },
): ReferralClass[] {
  sameLength(values)
  const lifetimeCut = cuts?.lifetime ?? median(values.lifetime)
  const referralCut = cuts?.referral ?? median(values.referral)
  return Array.from({ length: values.lifetime.length }, (_, i): ReferralClass => {
    const worthMuch = values.lifetime[i]! > lifetimeCut
    const refersMuch = values.referral[i]! > referralCut
    if (worthMuch) return refersMuch ? 'champions' : 'affluents'
    return refersMuch ? 'advocates' : 'misers'
  })
}

function median(values: Column): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!
}

export type WordOfMouth = {
  customers: number
  /** Share of the customers who are satisfied, and dissatisfied; the rest says nothing. */
  satisfied: number
  dissatisfied: number
  /** People told by one satisfied (dissatisfied) customer. */
  told_by_satisfied: number
  told_by_dissatisfied: number
  /** Share of those told who become customers because of it, or stay away because of it. */
  won_share: number
  deterred_share: number
  customer_value: number
}

/**
 * What talk is worth, from one's own figures: won and deterred customers times their value. A plain product of stated
 * assumptions, returned with its parts so that each can be questioned.
 */
export function wordOfMouth(talk: WordOfMouth): {
  won: number
  deterred: number
  gain: number
  damage: number
  net: number
} {
  for (const name of ['satisfied', 'dissatisfied', 'won_share', 'deterred_share'] as const)
    if (!(talk[name] >= 0 && talk[name] <= 1))
      fail('options.share', `${name} must lie between 0 and 1`, { [name]: talk[name] })
  if (talk.satisfied + talk.dissatisfied > 1 + 1e-12)
    fail('options.share', 'satisfied and dissatisfied exceed everybody', {})
  const won = talk.customers * talk.satisfied * talk.told_by_satisfied * talk.won_share
  const deterred = talk.customers * talk.dissatisfied * talk.told_by_dissatisfied * talk.deterred_share
  const gain = won * talk.customer_value
  const damage = deterred * talk.customer_value
  return { won, deterred, gain, damage, net: gain - damage }
}
