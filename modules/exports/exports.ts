import { type Ctx, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import type { ExportRun } from './contract.ts'

/** One's own only: what others take with them is told by the audit. */
export async function getExport(ctx: Ctx, { params }: { params: { key: string } }): Promise<ExportRun> {
  const [row] = await planned<ExportRun>(
    ctx,
    `select export_id, list, format, state, rows_total, rows_sent, started_at, ended_at
     from export_run where actor_kind = $1 and actor_id = $2 and key = $3`,
    [ctx.who.kind, ctx.who.id, params.key],
  )
  return row ?? notFound()
}
