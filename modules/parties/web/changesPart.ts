import { ChangeRow } from './PartyChange.tsx'
import type { PartyPart } from './part.ts'

export const changesPart: PartyPart = {
  may: 'parties:read',
  timeline: {
    kind: 'changes',
    label: { zh: '变更', en: 'Changes' },
    icon: () => 'pencil',
    Row: ChangeRow,
  },
}
