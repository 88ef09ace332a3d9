import type pg from 'pg'
import type { Ctx, Reach } from '../../../kernel/ctx.ts'
import type { UndoSubject } from '../rules.undo.ts'

export type Direction = 'undo' | 'redo'

/** One undo, or its undo, inside its transaction. */
export type Undoing = {
  ctx: Ctx
  tx: pg.ClientBase
  import_id: number
  source: string
  direction: Direction
  /** whose parties the person may change */
  reach: Reach
  now: Date
}

/** Of one kind of row: what goes or comes, what gets other values, what stays. */
export type UndoCounts = { removed: number; created: number; changed: number; left: number }
export type UndoReport = { [S in UndoSubject]: UndoCounts } & {
  /** order lines of what goes or comes */
  lines: number
  /** rejected rows that wait again, or wait no more */
  rejects: number
  /** what the company counts in, where that was settled by this import and is open again, or settled again */
  base: string | null
  seconds: number
}
