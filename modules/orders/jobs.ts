import { Type as T } from 'typebox'
import { named, planned } from '../../kernel/ctx.ts'
import { job, type Step } from '../../kernel/job.ts'
import { refreshFigures } from './figures.ts'

const BATCH = 2000
const STEP_MS = 5000
type Cursor = { after: number; done: number; total: number }

/** The order figures of every list row, counted anew. unscoped: for everybody, shown to nobody. */
export const rebuildFigures = job({
  name: 'orders.rebuild_figures',
  payload: T.Object({}),
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const [size] = cursor ? [] : await planned<{ n: number }>(ctx, 'select count(*) as n from party_list', [])
    const place = (cursor as Cursor | null) ?? { after: 0, done: 0, total: size!.n }
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const text = `select party_id from party_list where party_id > $1 order by party_id limit ${BATCH}`
      const rows = await named<{ party_id: number }>(ctx, 'orders.next', text, [place.after])
      if (rows.length === 0) return { done: true, result: { parties: place.done } }
      await refreshFigures(
        ctx,
        rows.map((row) => row.party_id),
      )
      place.after = rows.at(-1)!.party_id
      place.done += rows.length
      await ctx.progress?.report({ done: place.done, total: place.total })
    }
    return { done: false, cursor: place }
  },
})
