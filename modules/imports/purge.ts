import { type Ctx, planned } from '../../kernel/ctx.ts'

/** What is kept of finished imports of a source since then: report, rejects, file, and what would undo them. In the caller's transaction. */
export async function purgeImports(ctx: Ctx, source: string, since: Date | string): Promise<void> {
  const rows = await planned<{ import_id: number }>(
    ctx,
    `delete from import where source = $1 and created_at >= $2 and state = 'done' returning import_id`,
    [source, since],
  )
  const ids = rows.map((row) => row.import_id)
  for (const table of KEPT)
    await planned(ctx, `delete from ${table} where import_id = any($1::bigint[])`, [ids])
}
const KEPT = [
  'import_reject',
  'import_chunk',
  'import_change',
  'import_tie',
  'import_order_line',
  'import_mended',
  'import_undo',
]
