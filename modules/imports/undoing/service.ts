import { Readable } from 'node:stream'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { startRun } from '../../../kernel/job.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { cancelRun } from '../../../kernel/run.ts'
import { phrase } from '../../../kernel/text.ts'
import type { LeftRow, UndoPlan, undoRoutes } from '../contract.undo.ts'
import { undoState, whyNotUndo } from '../rules.undo.ts'
import { mayTouch } from '../running/may.ts'
import { csvCell, protect } from '../serving/ours.ts'
import type { Stored } from '../serving/present.ts'
import { loadImport, mustBe } from '../serving/store.ts'
import { columnText } from '../undo.text.ts'
import { undoJob } from './job.ts'
import { findLeft, leftPage } from './left.ts'
import { type Counted, type Preview, previewUndo } from './run.ts'
import { said } from './service.words.ts'
import type { Direction } from './types.ts'

// An undo through the API: looked at, started, followed as a run, stopped.

type In<K extends keyof typeof undoRoutes> = Input<(typeof undoRoutes)[K]>
const SHOWN = 100

/** What is open, unless one is asked for. */
const wayOf = (row: Stored, direction: Direction | undefined): Direction =>
  direction ?? (undoState(row) === 'undone' ? 'redo' : 'undo')

async function open(ctx: Ctx, id: number, direction: Direction | undefined) {
  const row = await loadImport(ctx, id)
  mustBe(row, ['done'])
  mayTouch(ctx, row.kind)
  return { row, direction: wayOf(row, direction), why: whyNotUndo(row, ctx.now) }
}

export async function undoPlan(ctx: Ctx, { params, query }: In<'undoPlan'>): Promise<UndoPlan> {
  const { row, direction, why } = await open(ctx, params.id, query.direction)
  return planOf(ctx, row, direction, why)
}

/** For the API and the command line. */
export async function planOf(
  ctx: Ctx,
  row: Pick<Stored, 'import_id' | 'kind' | 'source' | 'undo_until'>,
  direction: Direction,
  why: string | null,
): Promise<UndoPlan> {
  const preview = await previewUndo(ctx, { ...row, direction })
  try {
    const { run, counts } = preview
    const { total, withheld } = await findLeft(run.tx, ctx)
    const { rows } = await leftPage(run.tx, ctx, row.import_id, 0, SHOWN)
    const none = why ?? (isEmpty(counts) ? `imports.nothing_to_${direction}` : null)
    return {
      direction,
      possible: none === null,
      why_not: none === null ? null : said(none, row.undo_until, ctx.locale),
      ...counts,
      left: rows,
      left_total: total,
      left_withheld: withheld,
    }
  } finally {
    await preview.end()
  }
}

const isEmpty = ({ party, product, category, order }: Counted) =>
  [party, product, category, order].every((one) => one.removed + one.created + one.changed === 0)

export async function undoLeft(ctx: Ctx, { params, query }: In<'undoLeft'>): Promise<FileAnswer> {
  const { row, direction } = await open(ctx, params.id, query.direction)
  const preview = await previewUndo(ctx, { ...row, direction })
  const base = row.file_name.replace(/\.gz$/i, '').replace(/\.\w+$/, '')
  return {
    stream: Readable.from(leftCsv(ctx, row.import_id, preview)),
    type: 'text/csv; charset=utf-8',
    name: `${base}.${phrase(columnText.file, ctx.locale)}.csv`,
  }
}

const PAGE = 1000
/** With a byte order mark, so that a spreadsheet takes it for UTF-8. */
async function* leftCsv(ctx: Ctx, import_id: number, { run, end }: Preview): AsyncGenerator<string> {
  const say = (key: keyof typeof columnText) => phrase(columnText[key], ctx.locale)
  const line = (cells: readonly (string | number | null)[]) =>
    `${cells.map((cell) => csvCell(protect(String(cell ?? '')), ',')).join(',')}\r\n`
  const cells = (row: LeftRow) => [
    say(row.subject),
    row.key ?? row.id,
    row.name,
    row.message,
    row.who,
    row.at,
    row.import?.file_name ?? null,
  ]
  try {
    yield `\uFEFF${line([say('kind'), say('key'), say('name'), say('why'), say('who'), say('at'), say('import')])}`
    await findLeft(run.tx, ctx)
    for (let after: number | null = 0; after !== null; ) {
      const page: Awaited<ReturnType<typeof leftPage>> = await leftPage(run.tx, ctx, import_id, after, PAGE)
      if (page.rows.length > 0) yield page.rows.map((row) => line(cells(row))).join('')
      after = page.last
    }
  } finally {
    await end()
  }
}

export const undo = (ctx: Ctx, { params }: In<'undo'>) => start(ctx, params.id, 'undo')
export const redo = (ctx: Ctx, { params }: In<'redo'>) => start(ctx, params.id, 'redo')

async function start(ctx: Ctx, id: number, direction: Direction): Promise<{ id: number; run_id: number }> {
  const { row, why } = await open(ctx, id, direction)
  refuseUnless(row, direction, why)
  return atomically(ctx, async (ctx) => {
    const undo_id = await ctx.house.ids.next()
    const subject = { file: row.file_name, kind: row.kind, import_id: id, direction }
    const { run_id } = await startRun(ctx, undoJob, { undo_id }, { subject, unit_id: row.unit_id })
    const made = await planned(
      ctx,
      `insert into import_undo (undo_id, import_id, direction, state, run_id, created_by, created_at)
       values ($1, $2, $3, 'waiting', $4, $5, $6) on conflict (import_id) where state in ('waiting', 'running') do nothing returning 1`,
      [undo_id, id, direction, run_id, ctx.who.kind === 'user' ? ctx.who.id : null, ctx.now],
    )
    if (made.length === 0) refuse('imports.undo_under_way', 409)
    const action = direction === 'undo' ? 'imports.undo_started' : 'imports.redo_started'
    await record(ctx, { action, subject: 'import', subject_id: id, event: false })
    return { id: undo_id, run_id }
  })
}

/** What is known without a look at single rows. */
export function refuseUnless(row: Stored, direction: Direction, why: string | null): void {
  if (why !== null) refuse(why, 409, { until: row.undo_until?.slice(0, 10) ?? '' })
  const some = direction === 'undo' ? row.changes_standing : row.changes_undone
  if (some === 0) refuse(`imports.nothing_to_${direction}`, 409)
}

export async function undoCancel(ctx: Ctx, { params }: In<'undoCancel'>): Promise<void> {
  const { undo: last } = await loadImport(ctx, params.id)
  if (!last?.run_id || !['waiting', 'running'].includes(last.state))
    return refuse('imports.no_undo_under_way', 409)
  const { run_id } = last
  await atomically(ctx, async (ctx) => {
    if (!(await cancelRun(ctx, run_id))) refuse('imports.no_undo_under_way', 409)
    const action = 'imports.undo_cancel_asked'
    await record(ctx, { action, subject: 'import', subject_id: params.id, event: false })
  })
}
