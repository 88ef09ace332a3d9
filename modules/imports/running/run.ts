import type pg from 'pg'
import { record, writeRecords } from '../../../kernel/audit.ts'
import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { mustHaveRoom } from '../../../kernel/room.ts'
import { latestDay } from '../../parties/rules.ts'
import { baseFor, judgeOrderFile, writeOrderFile } from '../applying/apply.orders.ts'
import { judgePartyFile, writePartyFile } from '../applying/apply.parties.ts'
import { judgeProductFile, writeProductFile } from '../applying/apply.products.ts'
import type { RunOptions } from '../contract.ts'
import type { Source } from '../reader/source.ts'
import { type Fed, feed, rejectTable } from '../staging/feed.ts'
import { stageTables } from '../staging/stage.ts'
import type { Mapping } from '../targets.ts'
import { closeTrail } from '../undoing/trail.ts'
import { mayTouch } from './may.ts'
import { type StoredSamples, sampleOf } from './preview.ts'
import { refreshLists } from './refresh.ts'
import { keepRejects, rejectedLater } from './rejects.ts'
import { reportOf, type StoredReport } from './report.ts'
import type { Run } from './run.types.ts'
import { secondsSince } from './seconds.ts'
import { onOwnConnection, type Waiting } from './transaction.ts'

// One import, whatever the door: the page, the API, the command line. One transaction on a connection of its own;
// whoever is killed at any moment has written nothing.

export type Phase = 'reading' | 'judging' | 'writing' | 'listing'
export type Request = {
  import_id: number
  source: string
  mapping: Mapping
  options: RunOptions
  /** nothing in the sample tells 3/4 from 4/3, and nobody said */
  dates_guessed: boolean
  /** the file from its beginning; opened twice where lines are rejected that only the whole file can judge */
  open: () => Promise<Source>
  /** bytes as stored, for the progress bar; null when not known */
  bytes: number | null
  dry_run: boolean
  /** whose turn it is, before this one's; null: this one's */
  onWait: (waiting: Waiting | null) => Promise<void> | void
  onProgress: (state: { done?: number; total?: number | null; phase?: Phase }) => Promise<void> | void
  /** the last writes of the transaction: the import's own row */
  finish: (ctx: Ctx, report: StoredReport) => Promise<void>
}
export type Outcome = { report: StoredReport; samples: StoredSamples | null }

export async function runImport(ctx: Ctx, request: Request): Promise<Outcome> {
  const { import_id, source, mapping, dry_run, onWait } = request
  const reach = mayTouch(ctx, mapping.kind)
  await mustHaveRoom(ctx.house)
  return onOwnConnection(ctx, { import_id, source: dry_run ? null : source, onWait }, (tx) =>
    attemptImport(ctx, tx, request, reach),
  )
}

async function attemptImport(
  ctx: Ctx,
  tx: pg.Client,
  request: Request,
  reach: Run['reach'],
): Promise<Outcome> {
  const started = performance.now()
  const { import_id, source, mapping, options, dry_run } = request
  await tx.query(rejectTable + stageTables(mapping.kind))
  const fed = await readFile(tx, request)
  const run: Run = {
    ctx,
    tx,
    kind: mapping.kind,
    import_id,
    source,
    mapping,
    options,
    reach,
    unit_id: await unitOf(tx, ctx, options, reach),
    owner_id: reach.kind === 'own' && reach.user_id !== 0 ? reach.user_id : null,
    user_id: ctx.who.kind === 'user' ? ctx.who.id : null,
    base: '',
    settled: null,
    now: ctx.now,
    today: latestDay(ctx.now),
    mending: fed.mending,
    dates_guessed: request.dates_guessed,
  }
  if (fed.mending) await tx.query(STILL_WAITING, [source, mapping.kind])
  await request.onProgress({ phase: 'judging' })
  const edges = await judge(run)
  if (run.kind === 'orders') run.base = await baseFor(run)
  await rejectedLater(tx, mapping.kind, request.open)
  const samples = dry_run ? await sampleOf(run) : null
  const report = await reportOf(run, fed, { started, edges })
  if (dry_run) return { report, samples }
  await request.onProgress({ phase: 'writing' })
  const inner: Ctx = { ...ctx, tx: tx as unknown as pg.PoolClient, recorded: [] }
  const writing = { ...run, ctx: inner }
  await write(writing)
  await keepRejects(writing)
  await request.onProgress({ phase: 'listing' })
  await refreshLists(inner, writing)
  report.seconds = secondsSince(started)
  report.lines_per_s = Math.round(report.lines.read / Math.max(0.001, report.seconds))
  await record(inner, { action: 'imports.imported', subject: 'import', subject_id: import_id })
  await request.finish(inner, report)
  await closeTrail(inner, import_id, writing.settled)
  await writeRecords(inner)
  return { report, samples }
}

async function readFile(tx: pg.Client, { mapping, open, bytes, onProgress }: Request): Promise<Fed> {
  const file = await open()
  await onProgress({ phase: 'reading', done: 0 })
  return feed(tx, {
    source: file,
    mapping,
    onBatch: (done) => {
      const share = bytes ? file.progress.read / bytes : 0
      return onProgress({ done, total: share > 0.001 ? Math.max(done, Math.round(done / share)) : null })
    },
  })
}

/** Where new parties go: as told, else the importer's unit, else the head of the house. */
async function unitOf(tx: pg.Client, ctx: Ctx, options: RunOptions, reach: Run['reach']): Promise<number> {
  const wanted = options.unit_id ?? (ctx.who.unit_id || null)
  const { rows } = await tx.query<{ unit_id: number }>(
    `select unit_id from unit where case when $1::bigint is null then parent_id is null else unit_id = $1 end`,
    [wanted],
  )
  const unit_id = rows[0]?.unit_id ?? refuse('imports.bad_unit', 422, { unit_id: wanted })
  if (reach.kind === 'units' && !reach.unit_ids.includes(unit_id))
    refuse('imports.bad_unit', 422, { unit_id })
  return unit_id
}

/** A mended row whose reject is gone was taken in before: it is then a line like any other. */
const STILL_WAITING = `
delete from stage_mend m where not exists (
  select from import_reject r join import i on i.import_id = r.import_id
  where r.import_id = m.import_id and r.line = m.reject_line and i.source = $1 and i.kind = $2)`

type Edges = { first: string | null; last: string | null } | null
async function judge(run: Run): Promise<Edges> {
  if (run.kind === 'orders') return judgeOrderFile(run)
  if (run.kind === 'parties') await judgePartyFile(run)
  else await judgeProductFile(run)
  return null
}

function write(run: Run): Promise<void> {
  if (run.kind === 'orders') return writeOrderFile(run)
  return run.kind === 'parties' ? writePartyFile(run) : writeProductFile(run)
}
