import { type Column, useCan } from '../../../apps/web/ui/index.ts'
import type { PartyRow } from '../contract.ts'
import { partyHeadings, valueHeadings } from '../text.export.ts'
import { useCustomHeadings } from './fields/useCustomColumns.tsx'
import { VALUE_MAY } from './valueColumns.tsx'

const withoutValue = Object.fromEntries(
  Object.entries(partyHeadings).filter(([key]) => !(key in valueHeadings)),
)
/** What a figure on paper is without: its currency. */
const onPaper = (key: string): string[] =>
  key === 'revenue' ? [key, 'currency'] : key.startsWith('fields.') ? [key, `${key}.currency`] : [key]

/** The columns of the file: all that there are, and first those that are shown, in their order. */
export function useExported(columns: readonly Column<PartyRow>[]) {
  const can = useCan()
  const headings = { ...(can(VALUE_MAY) ? partyHeadings : withoutValue), ...useCustomHeadings() }
  const shown = columns.flatMap(({ key }) => onPaper(key)).filter((key) => key in headings)
  return { headings, shown }
}
