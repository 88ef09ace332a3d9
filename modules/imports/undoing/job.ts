import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { type Ending, job } from '../../../kernel/job.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { Id } from '../../../kernel/route.ts'
import { phrase } from '../../../kernel/text.ts'
import { inWordsOf, waitingFor } from '../running/waiting.ts'
import { undoText } from '../undo.text.ts'
import { runUndo } from './run.ts'
import type { Direction } from './types.ts'

type Row = {
  undo_id: number
  import_id: number
  direction: Direction
  state: string
  report: object | null
  kind: 'orders' | 'parties' | 'products'
  source: string
}

/** One transaction, as the import is: a worker that dies leaves nothing, and whoever takes it up begins anew. */
export const undoJob = job({
  name: 'imports.undo',
  payload: T.Object({ undo_id: Id }),
  transaction: 'own',
  attempts: 2,
  async run(ctx, { undo_id }) {
    const [row] = await planned<Row>(
      ctx,
      `select u.undo_id, u.import_id, u.direction, u.state, u.report, i.kind, i.source
       from import_undo u join import i using (import_id) where u.undo_id = $1`,
      [undo_id],
    )
    if (!row) return refuse('imports.ended', 409)
    // A worker that died between this undo's commit and the end of its job.
    if (row.state === 'done') return { done: true, result: row.report }
    await planned(ctx, `update import_undo set state = 'running' where undo_id = $1 and state = 'waiting'`, [
      undo_id,
    ])
    const { import_id, kind, source, direction } = row
    const say = (phase: string) => ctx.progress?.report({ phase })
    const report = await runUndo(ctx, {
      import_id,
      kind,
      source,
      direction,
      onPhase: (phase) => say(phrase(undoText[phaseKey(phase, direction)], ctx.locale)),
      async onWait(waiting) {
        const waits = waiting && JSON.stringify(waiting)
        await planned(ctx, 'update import_undo set waits_for = $2 where undo_id = $1', [undo_id, waits])
        if (waiting) await say(inWordsOf(await waitingFor(ctx, waiting), ctx.locale))
      },
      async finish(ctx, report) {
        const { rowCount } = await ctx.tx!.query(
          `update import_undo set state = 'done', report = $2, error = null, waits_for = null, finished_at = $3
           where undo_id = $1 and state in ('waiting', 'running')`,
          [undo_id, JSON.stringify(report), ctx.house.clock()],
        )
        if (rowCount !== 1) refuse('imports.ended', 409)
      },
    })
    return { done: true, result: report }
  },
  ended: (ctx, { undo_id }, ending) => ended(ctx, undo_id, ending),
})

export const phaseKey = (phase: 'judging' | 'writing' | 'listing', direction: Direction) =>
  phase === 'writing'
    ? (`imports.${direction}_phase.writing` as const)
    : phase === 'judging'
      ? ('imports.undo_phase.judging' as const)
      : ('imports.undo_phase.listing' as const)

async function ended(ctx: Ctx, undo_id: number, ending: Ending): Promise<void> {
  if (ending.kind === 'done') return
  await planned(
    ctx,
    `update import_undo set state = $2, error = $3, waits_for = null, finished_at = $4 where undo_id = $1 and state in ('waiting', 'running')`,
    [undo_id, ending.kind, ending.kind === 'failed' ? JSON.stringify(ending.error) : null, ctx.house.clock()],
  )
}

/** What would undo an import, or bring it back, is kept for so long; then it is forgotten, a batch at a time. */
export const forgetJob = job({
  name: 'imports.forget_trails',
  payload: T.Object({}),
  every: '37 3 * * *',
  async run(ctx) {
    const [next] = await planned<{ import_id: number }>(
      ctx,
      `select import_id from import i where undo_until < $1 and changes_standing + changes_undone > 0
         and not exists (select from import_undo u where u.import_id = i.import_id and u.state in ('waiting', 'running'))
       order by undo_until limit 1 for update skip locked`,
      [ctx.now],
    )
    if (!next) return { done: true }
    for (const table of ['import_change', 'import_tie', 'import_order_line', 'import_mended'])
      await planned(ctx, `delete from ${table} where import_id = $1`, [next.import_id])
    await planned(ctx, 'update import set changes_standing = 0, changes_undone = 0 where import_id = $1', [
      next.import_id,
    ])
    return { done: false, cursor: next.import_id }
  },
})
