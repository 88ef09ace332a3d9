import { useText } from '../../../apps/web/ui/index.ts'
import type { HistoryItem } from '../contract.ts'
import { text } from './party.text.ts'

/** Who did it: a person, or what acted in their place. */
export function useActor(): (actor: HistoryItem['actor']) => string {
  const say = useText(text)
  return ({ kind, name }) => {
    if (name) return name
    return say(kind === 'cli' ? 'cli' : kind === 'key' ? 'key' : 'system')
  }
}
