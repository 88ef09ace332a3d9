import { mergeExtra } from '../../modules/identity/web/bulk.tsx'
import type { BulkExtra } from '../../modules/parties/web/bulk/action.ts'

/** What modules add to the bar under the customers' list, in its order. */
export const bulkExtras: readonly BulkExtra[] = [mergeExtra]
