import type { IconName } from '../../../apps/web/ui/index.ts'
import type { TimelineEntry } from '../../parties/contract.ts'
import type { PartyPart } from '../../parties/web/part.ts'
import type { OrderEntry } from '../contract.ts'
import { Evidence, isEvidence } from './Evidence.tsx'
import { Figures } from './Figures.tsx'
import { OrderRow } from './OrderRow.tsx'
import { Picture } from './Picture.tsx'

const icons: Partial<Record<OrderEntry['kind'], IconName>> = { return: 'undo', cancellation: 'close' }

/** What orders add to the page of a party. */
export const ordersPart: PartyPart = {
  may: 'orders:read',
  Figures,
  Picture,
  Evidence,
  evidence: isEvidence,
  timeline: {
    kind: 'orders',
    label: { zh: '订单', en: 'Orders' },
    icon: ({ data }: TimelineEntry) => icons[(data as OrderEntry).kind] ?? 'cart',
    Row: OrderRow,
  },
}
