import { record } from '../audit.ts'
import { atomically, type Ctx, type House, systemCtx } from '../ctx.ts'
import { refuse } from '../refuse.ts'

// Who took what: one audit row before the first byte leaves, one when the file is whole or was cut off.

export type Exported = {
  export_id: number
  list: string
  format: string
  columns: readonly string[]
  filter: Readonly<Record<string, unknown>>
  lang: string
  rows: number
}

// Whose process has not spoken for so long is dead, and its file is cut off.
const SILENT_MS = 60_000
export const BEAT_MS = 1000
const KEPT_DAYS = 30

export const startRun = (ctx: Ctx, run: Exported, key: string | null): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const { rows } = await ctx.tx!.query(
      `insert into export_run (export_id, actor_kind, actor_id, key, list, format, rows_total, started_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (actor_kind, actor_id, key) do nothing returning export_id`,
      [run.export_id, ctx.who.kind, ctx.who.id, key, run.list, run.format, run.rows, ctx.now],
    )
    if (rows.length === 0) refuse('exports.key_reused', 409)
    const { export_id, ...was } = run
    await record(ctx, {
      action: 'exports.started',
      subject: 'export',
      subject_id: export_id,
      was,
      event: false,
    })
  })

export const beatRun = (house: House, export_id: number, sent: number): Promise<unknown> =>
  house.pool.query(
    `update export_run set rows_sent = $2, updated_at = $3 where export_id = $1 and state = 'running'`,
    [export_id, sent, house.clock()],
  )

type Ended = Pick<Exported, 'export_id' | 'list' | 'format' | 'rows'> & { by?: { kind: string; id: number } }

export const endRun = (ctx: Ctx, run: Ended, sent: number, state: 'done' | 'cut_off'): Promise<void> =>
  atomically({ ...ctx, now: ctx.house.clock() }, async (ctx) => {
    const { rowCount } = await ctx.tx!.query(
      `update export_run set rows_sent = $2, state = $3, updated_at = $4, ended_at = $4 where export_id = $1 and state = 'running'`,
      [run.export_id, sent, state, ctx.now],
    )
    const { export_id, list, format, rows, by } = run
    const complete = state === 'done'
    const was = { list, format, rows, rows_sent: sent, complete, ...(by ? { by } : {}) }
    await record(ctx, {
      action: complete ? 'exports.finished' : 'exports.cut_off',
      subject: 'export',
      subject_id: export_id,
      was: rowCount ? was : { ...was, late: true },
      event: false,
    })
  })

type Lost = Omit<Ended, 'by'> & { actor_kind: string; actor_id: number; rows_sent: number }

/** Files whose process died while it wrote them, told in the audit by whoever finds them; old rows go. */
export async function sweepRuns(house: House): Promise<void> {
  const now = house.clock()
  const { rows } = await house.pool.query<Lost>(
    `select export_id, actor_kind, actor_id, list, format, rows_total as rows, rows_sent from export_run
     where state = 'running' and updated_at < $1`,
    [new Date(now.getTime() - SILENT_MS)],
  )
  for (const { actor_kind, actor_id, rows_sent, ...run } of rows)
    await endRun(systemCtx(house), { ...run, by: { kind: actor_kind, id: actor_id } }, rows_sent, 'cut_off')
  await house.pool.query('delete from export_run where started_at < $1', [
    new Date(now.getTime() - KEPT_DAYS * 86_400_000),
  ])
}
