import type { Ctx } from '../../../kernel/ctx.ts'
import type { RunError } from '../../../kernel/job.ts'
import type { Undo } from '../contract.undo.ts'
import { undoState, whyNotUndo } from '../rules.undo.ts'
import type { Waiting } from '../running/transaction.ts'
import { waitingFor } from '../running/waiting.ts'
import type { Stored } from '../serving/present.ts'
import { said } from './service.words.ts'
import type { Direction, UndoReport } from './types.ts'

export type StoredUndo = {
  undo_id: number
  direction: Direction
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  run_id: number | null
  waits_for: Waiting | null
  report: UndoReport | null
  error: RunError | null
  created_by: number | null
  by_name: string | null
  created_at: string
  finished_at: string | null
}

/** Whether it can be undone, or was; with the reason where neither way is open any more. */
export async function presentUndo(ctx: Ctx, row: Stored): Promise<Undo> {
  const why = row.state === 'done' ? whyNotUndo(row, ctx.now) : null
  return {
    state: undoState(row),
    standing: row.changes_standing,
    undone: row.changes_undone,
    until: row.undo_until,
    why_not: why && said(why, row.undo_until, ctx.locale),
    undone_at: row.undone_at,
    last: row.undo && (await presentLast(ctx, row.undo)),
  }
}

async function presentLast(ctx: Ctx, last: StoredUndo): Promise<NonNullable<Undo['last']>> {
  const { error } = last
  return {
    id: last.undo_id,
    direction: last.direction,
    state: last.state,
    run_id: last.run_id,
    waits_for: last.waits_for && (await waitingFor(ctx, last.waits_for)),
    report: last.report,
    error: error && { code: error.code, message: ctx.locale === 'zh-CN' ? error.zh : error.en },
    by: last.created_by === null ? null : { id: last.created_by, name: last.by_name ?? '' },
    created_at: instant(last.created_at),
    finished_at: last.finished_at && instant(last.finished_at),
  }
}

// As JSON has it.
const instant = (at: string): string => new Date(at).toISOString()
