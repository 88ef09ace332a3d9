import type { Condition } from './model.ts'
import type { TreeField } from './phrase.ts'

// "is" with several values is "in"; one choice of words for both.
export const folded: Readonly<Record<string, string>> = { in: 'is', not_in: 'is_not' }
export const unfolded: Readonly<Record<string, string>> = { is: 'in', is_not: 'not_in' }
export const chosen = (field: TreeField): boolean => field.options !== undefined
export const opsOf = (field: TreeField): readonly string[] =>
  chosen(field) ? field.ops.filter((op) => !(op in folded)) : field.ops

type Kind = 'none' | 'options' | 'yes_no' | 'span' | 'period' | 'two' | 'words' | 'one'
export function kindOf(op: string, field: TreeField): Kind {
  if (op === 'empty' || op === 'not_empty') return 'none'
  if (field.shape === 'yes_no') return 'yes_no'
  if (chosen(field)) return 'options'
  if (op === 'last' || op === 'ago' || op === 'next') return 'span'
  if (op === 'this' || op === 'previous') return 'period'
  if (op === 'between') return 'two'
  return op === 'in' || op === 'not_in' ? 'words' : 'one'
}

/** With another comparison, as much of the value as still fits. */
export function turned(draft: Condition, op: string, field: TreeField): Condition {
  const kind = kindOf(op, field)
  const { value: _, ...bare } = draft
  if (kind === 'none') return { ...bare, op }
  if (kind === kindOf(draft.op, field)) return { ...draft, op }
  if (kind === 'span') return { ...draft, op, value: { n: 30, unit: 'day' } }
  if (kind === 'period') return { ...draft, op, value: 'month' }
  if (kind === 'yes_no') return { ...draft, op, value: true }
  return kind === 'two' ? { ...draft, op, value: [draft.value, undefined] } : { ...bare, op }
}

/** What a new condition begins with. */
export function freshOf(field: TreeField): Condition {
  const op = field.ops.includes('ago') ? 'last' : (opsOf(field)[0] ?? 'is')
  return turned({ field: field.key, op: 'empty' }, op, field)
}
