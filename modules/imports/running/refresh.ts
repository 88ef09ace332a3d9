import type { Ctx } from '../../../kernel/ctx.ts'
import { refreshFigures } from '../../orders/figures.ts'
import { project } from '../../parties/list/project.ts'
import type { Run } from './run.types.ts'

// Parties whose list rows are made at a time: their names are romanised in Node, in memory.
const SLICE = 2000

/** The lists show what was written, in the same transaction. */
export async function refreshLists(ctx: Ctx, { tx, kind }: Run): Promise<void> {
  if (kind === 'products') return
  const ids = async (text: string): Promise<number[]> =>
    (await tx.query<{ id: number }>(text)).rows.map((row) => row.id)
  const named = await ids('select party_id as id from stage_party where created or changed order by 1')
  for (let i = 0; i < named.length; i += SLICE) await project(ctx, named.slice(i, i + SLICE))
  if (kind !== 'orders') return
  const counted = await ids(
    `select party_id as id from stage_order where status = 'new' or changed
     union select old_party_id from stage_order where moved order by 1`,
  )
  for (let i = 0; i < counted.length; i += SLICE) await refreshFigures(ctx, counted.slice(i, i + SLICE))
}
