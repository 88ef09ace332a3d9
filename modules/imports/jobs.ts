import { Type as T } from 'typebox'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { type Ending, job } from '../../kernel/job.ts'
import { refuse } from '../../kernel/refuse.ts'
import { Id } from '../../kernel/route.ts'
import { phrase } from '../../kernel/text.ts'
import { openSource } from './reader/source.ts'
import { type Request, runImport } from './running/run.ts'
import { inWordsOf, waitingFor } from './running/waiting.ts'
import { DEFAULT_RUN_OPTIONS, sourceOptions } from './serving/detect.ts'
import { withFields } from './serving/fields.ts'
import type { Stored } from './serving/present.ts'
import { stored, storedBytes } from './serving/upload.ts'
import { defaultOptions } from './targets.ts'
import { text } from './text.ts'

// A run is one transaction, however long its file: longer than the 30 s of a step, because half an import is none.
// A worker that dies rolls it back, and whoever takes the job up begins anew.

const payload = T.Object({ import_id: Id })
type Payload = { import_id: number }

export const runJob = job({
  name: 'imports.run',
  payload,
  transaction: 'own',
  attempts: 2,
  async run(ctx, { import_id }) {
    const row = await load(ctx, import_id)
    // A worker that died between this import's commit and the end of its job.
    if (row.state === 'done') return { done: true, result: brief(row) }
    const { report } = await runImport(ctx, {
      ...(await request(ctx, row)),
      dry_run: false,
      async finish(ctx, report) {
        const { rowCount } = await ctx.tx!.query(
          `update import set state = 'done', report = $3, preview = null, error = null, finished_at = $4, version = version + 1
           where import_id = $1 and run_id = $2 and state in ('waiting', 'running')`,
          [import_id, row.run_id, JSON.stringify(report), ctx.house.clock()],
        )
        if (rowCount !== 1) refuse('imports.ended', 409)
        await ctx.tx!.query('delete from import_chunk where import_id = $1', [import_id])
      },
    })
    return { done: true, result: report.lines }
  },
  ended: (ctx, payload, ending) => ended(ctx, payload, ending, false),
})

export const previewJob = job({
  name: 'imports.preview',
  payload,
  transaction: 'own',
  attempts: 2,
  async run(ctx, { import_id }) {
    const row = await load(ctx, import_id)
    if (row.state !== 'previewing') return { done: true }
    const { report, samples } = await runImport(ctx, {
      ...(await request(ctx, row)),
      dry_run: true,
      finish: async () => {},
    })
    await planned(
      ctx,
      `update import set state = 'previewed', preview = $3, error = null, version = version + 1
       where import_id = $1 and run_id = $2 and state = 'previewing'`,
      [import_id, row.run_id, JSON.stringify({ ...report, ...samples })],
    )
    return { done: true, result: report.lines }
  },
  ended: (ctx, payload, ending) => ended(ctx, payload, ending, true),
})

/** What broke off or was stopped may be mended and started again; it left nothing behind. */
async function ended(ctx: Ctx, { import_id }: Payload, ending: Ending, preview: boolean): Promise<void> {
  if (ending.kind === 'done') return
  const state = preview ? 'uploaded' : ending.kind
  await planned(
    ctx,
    `update import set state = $2, error = $3, waits_for = null, version = version + 1 where import_id = $1 and state = any($4)`,
    [
      import_id,
      state,
      ending.kind === 'failed' ? JSON.stringify(ending.error) : null,
      preview ? ['previewing'] : ['waiting', 'running'],
    ],
  )
}

const brief = (row: Stored) => row.report?.lines ?? null

// unscoped: a run acts as whoever started it, who reached the import then
async function load(ctx: Ctx, import_id: number): Promise<Stored> {
  const [row] = await planned<Stored>(ctx, 'select * from import where import_id = $1', [import_id])
  return row ?? refuse('imports.ended', 409)
}

async function request(ctx: Ctx, row: Stored): Promise<Omit<Request, 'dry_run' | 'finish'>> {
  const { import_id, kind, source, mapping, options } = row
  if (row.state === 'waiting')
    await planned(
      ctx,
      `update import set state = 'running', version = version + 1 where import_id = $1 and state = 'waiting'`,
      [import_id],
    )
  const say = (key: keyof typeof text) => phrase(text[key], ctx.locale)
  return {
    import_id,
    source,
    mapping: await withFields(ctx, {
      kind,
      columns: mapping.columns,
      options: { ...defaultOptions, ...mapping.options },
    }),
    options: { ...DEFAULT_RUN_OPTIONS, ...options },
    dates_guessed: 'date_order_certain' in row.detected && !row.detected.date_order_certain,
    bytes: await storedBytes(ctx, import_id),
    open: async () => openSource(await stored(ctx, import_id), sourceOptions(mapping.layout)),
    async onWait(waiting) {
      const waits = waiting && JSON.stringify(waiting)
      await planned(ctx, 'update import set waits_for = $2 where import_id = $1', [import_id, waits])
      if (waiting)
        await ctx.progress?.report({ phase: inWordsOf(await waitingFor(ctx, waiting), ctx.locale) })
    },
    onProgress: ({ phase, ...figures }) =>
      ctx.progress?.report({ ...figures, ...(phase ? { phase: say(`imports.phase.${phase}`) } : {}) }),
  }
}

// Days that the file of an import which never ran is kept.
const KEEP_DAYS = 30

/** Files of uploads that broke off, and of imports that nobody ran. */
export const sweepJob = job({
  name: 'imports.sweep',
  payload: T.Object({}),
  every: '17 3 * * *',
  async run(ctx) {
    await planned(
      ctx,
      `delete from import_chunk c using import i where i.import_id = c.import_id and i.created_at < $1::timestamptz - make_interval(days => $2)
       and i.state not in ('previewing', 'waiting', 'running')`,
      [ctx.now, KEEP_DAYS],
    )
    return { done: true }
  },
})
