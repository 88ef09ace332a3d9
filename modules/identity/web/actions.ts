import { lazy } from 'react'
import type { PartyAction } from '../../parties/web/part.ts'

/** In the menu of a party. */
export const mergeAction: PartyAction = {
  key: 'merge',
  may: 'parties:merge',
  label: { zh: '与另一位合并…', en: 'Merge with another…' },
  Dialog: lazy(() => import('./MergeWith.tsx')),
}
