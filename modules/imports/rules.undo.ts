/** Why a row stays as it is when an import is undone or brought back. */
export const leftWhys = [
  // touched since: another version stands
  'changed',
  // other rows hang on it: orders that stay, rows of another module, goods in orders that stay
  'held',
  // removed, erased, or never brought back
  'gone',
  // what it would need is not there: its customer, its product, its category
  'lacks',
  // its number, id or code belongs to another row by now
  'taken',
  'out_of_scope',
] as const
export type LeftWhy = (typeof leftWhys)[number]

export const undoSubjects = ['party', 'product', 'category', 'order'] as const
export type UndoSubject = (typeof undoSubjects)[number]

/** A row of the import's own history is gone after these many days, and with it the way back. */
export const UNDO_DAYS = 90

type Facts = {
  state: string
  undo_until: string | null
  changes_standing: number
  changes_undone: number
  undone_at: string | null
}
export type WhyNot =
  | 'imports.no_trail'
  | 'imports.undo_expired'
  | 'imports.changed_nothing'
  | 'imports.undo_forgotten'

/** Why neither way is open; null: one of them is. Found without looking at single rows. */
export function whyNotUndo(one: Facts, now: Date): WhyNot | null {
  if (one.undo_until === null) return 'imports.no_trail'
  if (Date.parse(one.undo_until) <= now.getTime()) return 'imports.undo_expired'
  if (one.changes_standing + one.changes_undone > 0) return null
  return one.undone_at === null ? 'imports.changed_nothing' : 'imports.undo_forgotten'
}

export const undoState = (one: Facts): 'none' | 'standing' | 'partly_undone' | 'undone' => {
  if (one.state !== 'done') return 'none'
  if (one.undone_at === null || one.changes_undone === 0) return 'standing'
  return one.changes_standing > 0 ? 'partly_undone' : 'undone'
}
