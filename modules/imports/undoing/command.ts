import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { phrase } from '../../../kernel/text.ts'
import type { UndoPlan } from '../contract.undo.ts'
import { whyNotUndo } from '../rules.undo.ts'
import { inWordsOf, waitingFor } from '../running/waiting.ts'
import { loadImport, mustBe } from '../serving/store.ts'
import { undoText } from '../undo.text.ts'
import { phaseKey } from './job.ts'
import { runUndo } from './run.ts'
import { planOf, refuseUnless } from './service.ts'
import type { Direction, UndoReport } from './types.ts'

// The command line's way in: the same undo as behind the page, without a worker.

export async function previewCommand(ctx: Ctx, import_id: number, direction: Direction): Promise<UndoPlan> {
  const row = await loadImport(ctx, import_id)
  mustBe(row, ['done'])
  return planOf(ctx, row, direction, whyNotUndo(row, ctx.now))
}

export async function undoCommand(
  ctx: Ctx,
  import_id: number,
  direction: Direction,
  onPhase: (phase: string) => void,
): Promise<UndoReport> {
  const row = await loadImport(ctx, import_id)
  mustBe(row, ['done'])
  refuseUnless(row, direction, whyNotUndo(row, ctx.now))
  return runUndo(ctx, {
    import_id,
    kind: row.kind,
    source: row.source,
    direction,
    onPhase: (phase) => onPhase(phrase(undoText[phaseKey(phase, direction)], ctx.locale)),
    async onWait(waiting) {
      if (waiting) onPhase(inWordsOf(await waitingFor(ctx, waiting), ctx.locale))
    },
    // An undo that the page has started stands first: this one is turned away by its row.
    async finish(ctx, report) {
      const { rowCount } = await ctx.tx!.query(
        `insert into import_undo (import_id, direction, state, report, created_at, finished_at)
         select $1, $2, 'done', $3, $4, $5 where not exists (
           select from import_undo where import_id = $1 and state in ('waiting', 'running'))`,
        [import_id, direction, JSON.stringify(report), ctx.now, ctx.house.clock()],
      )
      if (rowCount !== 1) refuse('imports.undo_under_way', 409)
    },
  })
}
