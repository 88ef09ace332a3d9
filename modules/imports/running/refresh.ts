import type { Ctx } from '../../../kernel/ctx.ts'
import { countFigures, refreshFigures } from '../../orders/figures.ts'
import { project } from '../../parties/list/project.ts'
import type { Run } from './run.types.ts'

// Parties whose list rows are made at a time: their names are romanised in Node, in memory.
const SLICE = 2000

/** The lists show what was written, in the same transaction. */
export async function refreshLists(ctx: Ctx, { tx, kind }: Run): Promise<void> {
  if (kind === 'products') return
  const ids = async (text: string): Promise<number[]> =>
    (await tx.query<{ id: number }>(text)).rows.map((row) => row.id)
  const slices = async (text: string, each: (slice: number[]) => Promise<void>): Promise<void> => {
    const all = await ids(text)
    for (let i = 0; i < all.length; i += SLICE) await each(all.slice(i, i + SLICE))
  }
  if (kind === 'parties') {
    await slices('select party_id as id from stage_party where created or changed order by 1', (some) =>
      project(ctx, some),
    )
    return
  }
  // Nobody else sees a new party yet, so none of its orders comes or goes meanwhile.
  await slices('select party_id as id from stage_party where created order by 1', async (some) =>
    project(ctx, some, await countFigures(ctx, some)),
  )
  await slices('select party_id as id from stage_party where changed and not created order by 1', (some) =>
    project(ctx, some),
  )
  await slices(counted, (some) => refreshFigures(ctx, some))
}

const counted = `
select party_id as id from stage_order where status = 'new' or changed
union select old_party_id from stage_order where moved
except select party_id from stage_party where created order by 1`
