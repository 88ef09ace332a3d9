import type { ReactNode } from 'react'
import type { BulkAction } from '../../contract.ts'

export type Part = { onAction: (action: BulkAction | null) => void }

export const Line = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="bline">
    <span>{label}</span>
    {children}
  </div>
)

export const found = { showSearch: { optionFilterProp: 'label' }, style: { width: '100%' } } as const
