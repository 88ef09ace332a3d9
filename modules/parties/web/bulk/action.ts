import type { ComponentType } from 'react'
import type { Phrase } from '../../../../kernel/text.ts'
import type { BulkSelection } from '../../contract.ts'

/** What is chosen in the list, as the API takes it, with how many it is. */
export type Chosen = { selection: BulkSelection; ids: readonly number[] | null; n: number; exact: boolean }

/** What another module does with the customers chosen (identity merges two to ten). Listed in apps/web/bulk.ts. */
export type BulkExtra = {
  readonly key: string
  readonly label: Phrase
  readonly may: string
  /** how many must be chosen; more than `to` are too many */
  readonly from: number
  readonly to: number
  readonly Dialog: ComponentType<{ ids: readonly number[]; onClose: () => void; onDone: () => void }>
}
