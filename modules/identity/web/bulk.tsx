import { lazy, Suspense } from 'react'
import type { BulkExtra } from '../../parties/web/bulk/action.ts'

const MergeChosen = lazy(() => import('./MergeChosen.tsx'))

/** Of those that are ticked: two to ten become one. */
export const mergeExtra: BulkExtra = {
  key: 'merge',
  may: 'parties:merge',
  label: { zh: '合并', en: 'Merge' },
  from: 2,
  to: 10,
  Dialog: (props) => (
    <Suspense>
      <MergeChosen {...props} />
    </Suspense>
  ),
}
