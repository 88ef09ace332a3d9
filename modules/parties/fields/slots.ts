import { fold, nameKeys } from '../names/romanise.ts'
import type { CustomField } from './catalogue.ts'

// A value as it stands in party_slot: a text in 't', a number in 'n'. See catalogue.ts.

const MOST = 120
const cut = (text: string): string => [...text].slice(0, MOST).join('')

/** Of one stored value; of a multi_choice, of one option. null: nothing there. */
export function slotKey({ kind }: Pick<CustomField, 'kind'>, value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  switch (kind) {
    case 'number':
    case 'party':
      return Number(value)
    case 'yes_no':
      return value ? 1 : 0
    case 'money':
      return (value as { minor: number }).minor
    case 'text':
      return cut(nameKeys(String(value), 'organisation').name_sort)
    case 'link':
      return cut(fold(String(value)))
    default:
      return cut(String(value))
  }
}
