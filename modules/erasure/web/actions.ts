import { lazy } from 'react'
import { urlOf } from '../../../kernel/client.ts'
import type { PartyAction } from '../../parties/web/part.ts'
import { erasure } from '../contract.ts'

/** In the menu of a party, for whoever answers for personal data. */
export const everythingAction: PartyAction = {
  key: 'everything',
  may: 'parties:erase',
  label: { zh: '导出全部个人信息', en: 'Export everything about them' },
  href: (party) => urlOf(erasure.everything, { params: { id: party.id } }),
}
export const eraseAction: PartyAction = {
  key: 'erase',
  may: 'parties:erase',
  label: { zh: '抹除个人信息…', en: 'Erase…' },
  Dialog: lazy(() => import('./EraseDialog.tsx')),
}
