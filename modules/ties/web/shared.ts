import { useText } from '../../../apps/web/ui/index.ts'
import type { Party } from '../../parties/contract.ts'
import { partyApi } from '../../parties/web/partyApi.ts'
import type { Tie } from '../contract.ts'
import { text } from './text.ts'
import { tieApi } from './tieApi.ts'

export type TiesProps = { party: Party; may: boolean; ties: readonly Tie[] }

/** Queries that a tie changes. */
export const changes = [
  tieApi.ofParty.key,
  tieApi.group.key,
  tieApi.household.key,
  partyApi.timeline.key,
  partyApi.list.key,
]

export function usePeriod() {
  const say = useText(text)
  return ({ since, until }: Pick<Tie, 'since' | 'until'>): string => {
    if (since && until) return say('period', { since, until })
    return since ? say('period_from', { since }) : until ? say('period_to', { until }) : ''
  }
}
