import { record, writeRecords } from '../../../kernel/audit.ts'
import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { undoSubjects } from '../rules.undo.ts'
import { mayTouch } from '../running/may.ts'
import { secondsSince } from '../running/seconds.ts'
import { onOwnConnection, type Waiting } from '../running/transaction.ts'
import type { Kind } from '../targets.ts'
import { planUndo } from './plan.ts'
import { inside, reverse } from './reverse.ts'
import { countTrail } from './trail.ts'
import type { Direction, UndoCounts, Undoing, UndoReport } from './types.ts'

// One undo, or its undo: one transaction on a connection of its own, one at a time with the imports of its source.

export type UndoPhase = 'judging' | 'writing' | 'listing'
export type UndoRequest = {
  import_id: number
  kind: Kind
  source: string
  direction: Direction
  onPhase: (phase: UndoPhase) => Promise<void> | void
  onWait: (waiting: Waiting | null) => Promise<void> | void
  /** the last writes of the transaction: the undo's own row */
  finish: (ctx: Ctx, report: UndoReport) => Promise<void>
}

export async function runUndo(ctx: Ctx, request: UndoRequest): Promise<UndoReport> {
  const { import_id, source, direction, onPhase, onWait, finish } = request
  const reach = mayTouch(ctx, request.kind)
  return onOwnConnection(ctx, { import_id, source, undoing: true, onWait }, async (tx) => {
    const started = performance.now()
    const run = inside({ ctx, tx, import_id, source, direction, reach, now: ctx.now })
    await onPhase('judging')
    await planUndo(run)
    const counts = await countsOf(run)
    if (undoSubjects.every((one) => nothing(counts[one]))) refuse(`imports.nothing_to_${direction}`, 409)
    const { lines } = counts
    const { rejects, base } = await reverse(run, onPhase)
    await tx.query('update import set undone_at = $2, version = version + 1 where import_id = $1', [
      import_id,
      direction === 'undo' ? ctx.now : null,
    ])
    await countTrail(tx, import_id)
    const report: UndoReport = { ...counts, lines, rejects, base, seconds: secondsSince(started) }
    const action = direction === 'undo' ? 'imports.undone' : 'imports.redone'
    await record(run.ctx, { action, subject: 'import', subject_id: import_id })
    await finish(run.ctx, report)
    await writeRecords(run.ctx)
    return report
  })
}

export type Preview = { run: Undoing; counts: Counted; end: () => Promise<void> }

/** What would be done, and nothing done. The plan stays on its connection until `end`. */
export async function previewUndo(
  ctx: Ctx,
  { import_id, kind, source, direction }: Pick<UndoRequest, 'import_id' | 'kind' | 'source' | 'direction'>,
): Promise<Preview> {
  const reach = mayTouch(ctx, kind)
  const tx = await ctx.house.connect()
  const end = () => tx.end().catch(() => {})
  try {
    await tx.query('begin')
    await tx.query(PREVIEW)
    const run: Undoing = { ctx, tx, import_id, source, direction, reach, now: ctx.now }
    await planUndo(run)
    return { run, counts: await countsOf(run), end }
  } catch (error) {
    await end()
    throw error
  }
}
const PREVIEW = `set local work_mem = '64MB'; set local jit = off; set local statement_timeout = '60s'`

const nothing = ({ removed, created, changed }: UndoCounts) => removed + created + changed === 0

export type Counted = Omit<UndoReport, 'rejects' | 'base' | 'seconds'>
async function countsOf({ tx, import_id }: Undoing): Promise<Counted> {
  const { rows } = await tx.query<UndoCounts & { subject: string }>(
    `select subject, count(*) filter (where what = 'take' and left_why is null) as removed,
       count(*) filter (where what = 'put' and left_why is null) as created,
       count(*) filter (where what = 'swap' and left_why is null) as changed, count(*) filter (where left_why is not null) as left
     from undo_row group by subject`,
  )
  const of = (subject: string): UndoCounts => {
    const found = rows.find((row) => row.subject === subject)
    const { removed = 0, created = 0, changed = 0, left = 0 } = found ?? {}
    return { removed, created, changed, left }
  }
  const lines = await tx.query<{ n: number }>(
    `select coalesce((select sum(o.line_count) from undo_row r join orders o on o.party_id = r.party_id and o.order_id = r.id
       where r.subject = 'order' and r.what = 'take' and r.left_why is null), 0)::bigint
     + (select count(*) from import_order_line l join undo_row r on r.id = l.order_id and r.what = 'put' and r.left_why is null where l.import_id = $1) as n`,
    [import_id],
  )
  const [party, product, category, order] = ['party', 'product', 'category', 'order'].map(of)
  return { party: party!, product: product!, category: category!, order: order!, lines: lines.rows[0]!.n }
}
