import { Type as T } from 'typebox'
import { record } from '../../../kernel/audit.ts'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { type Ending, job, type Step } from '../../../kernel/job.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { Id } from '../../../kernel/route.ts'
import type { BulkAction } from '../contract.ts'
import { forgetCounts } from '../list/count.ts'
import { columnOf, withReach } from './action.ts'
import { mirror } from './mirror.ts'
import { revertSlice, type Written } from './revert.ts'
import { notTheirs, type Wrote, writeSlice } from './write.ts'

// A step is one transaction: nobody who edits a customer waits longer for a bulk change than this.
const STEP_MS = 1500

type Row = {
  bulk_id: number
  of_bulk_id: number | null
  action: BulkAction
  state: string
  selected: number
  changed: number
  unchanged: number
  refused: number
  gone: number
}

/** In the name of whoever pressed, with the reach they had then. */
export const bulkJob = job({
  name: 'parties.bulk',
  payload: T.Object({ bulk_id: Id }),
  async run(ctx, { bulk_id }, cursor): Promise<Step> {
    const [row] = await planned<Row>(
      ctx,
      `update party_bulk set state = 'running' where bulk_id = $1 and state in ('waiting', 'running')
       returning bulk_id, of_bulk_id, action, state, selected, changed, unchanged, refused, gone`,
      [bulk_id],
    )
    if (!row) return refuse('parties.bulk_over', 409)
    const bulk = await withReach(ctx, row.action)
    const started = performance.now()
    let n = (cursor as number | null) ?? 0
    for (let more = true; more && performance.now() - started < STEP_MS; ) {
      const size = await doSlice(bulk, row, n)
      more = size !== null
      if (size === null) return end(ctx, row)
      n += 1
      const done = row.changed + row.unchanged + row.refused + row.gone
      await ctx.progress?.report({ done, total: row.selected })
    }
    await keepCounts(ctx, row)
    return { done: false, cursor: n }
  },
  ended: (ctx, { bulk_id }, ending) => ended(ctx, bulk_id, ending),
})

/** How many it had; null: there is none of that number. */
async function doSlice(ctx: Ctx, row: Row, n: number): Promise<number | null> {
  const { bulk_id, of_bulk_id, action } = row
  const [slice] = await planned<{ party_ids: number[] } & Written>(
    ctx,
    `select s.party_ids, coalesce(o.changed_ids, '{}') as changed_ids, coalesce(o.audit_ids, '{}') as audit_ids,
       coalesce(o.versions, '{}') as versions
     from party_bulk_slice s left join party_bulk_slice o on o.bulk_id = $3 and o.n = s.n where s.bulk_id = $1 and s.n = $2`,
    [bulk_id, n, of_bulk_id],
  )
  if (!slice) return null
  const { party_ids } = slice
  const wrote =
    of_bulk_id === null
      ? await writeSlice(ctx, bulk_id, action, party_ids)
      : await revertSlice(ctx, bulk_id, action, slice, party_ids)
  if (wrote.found < party_ids.length) {
    const others = await notTheirs(ctx, party_ids)
    wrote.refused.push(...others)
    wrote.found += others.length
  }
  await mirror(ctx, columnOf(action)?.[0] ?? null, wrote.changed_ids)
  await keep(ctx, bulk_id, n, wrote)
  row.changed += wrote.changed_ids.length
  row.refused += wrote.refused.length
  row.unchanged += wrote.found - wrote.changed_ids.length - wrote.refused.length
  row.gone += party_ids.length - wrote.found
  return party_ids.length
}

const keep = (ctx: Ctx, bulk_id: number, n: number, wrote: Wrote) =>
  ctx.tx!.query({
    name: 'bulk.keep',
    text: `update party_bulk_slice set changed_ids = $3, audit_ids = $4, versions = $5, refused = $6 where bulk_id = $1 and n = $2`,
    values: [bulk_id, n, wrote.changed_ids, wrote.audit_ids, wrote.versions, JSON.stringify(wrote.refused)],
  })

const keepCounts = (ctx: Ctx, { bulk_id, changed, unchanged, refused, gone }: Row) =>
  planned(
    ctx,
    'update party_bulk set changed = $2, unchanged = $3, refused = $4, gone = $5 where bulk_id = $1',
    [bulk_id, changed, unchanged, refused, gone],
  )

async function end(ctx: Ctx, row: Row): Promise<Step> {
  const { bulk_id, changed, unchanged, refused, gone } = row
  await keepCounts(ctx, row)
  await planned(ctx, `update party_bulk set state = 'done', finished_at = $2 where bulk_id = $1`, [
    bulk_id,
    ctx.house.clock(),
  ])
  await record(ctx, {
    action: 'parties.bulk_done',
    subject: 'party_bulk',
    subject_id: bulk_id,
    was: { changed, unchanged, refused, gone },
  })
  forgetCounts(ctx.house)
  return { done: true, result: { bulk_id, changed, unchanged, refused, gone } }
}

async function ended(ctx: Ctx, bulk_id: number, ending: Ending): Promise<void> {
  if (ending.kind === 'done') return
  await planned(
    ctx,
    `update party_bulk set state = $2, error = $3, finished_at = $4 where bulk_id = $1 and state in ('waiting', 'running')`,
    [bulk_id, ending.kind, ending.kind === 'failed' ? JSON.stringify(ending.error) : null, ctx.house.clock()],
  )
  forgetCounts(ctx.house)
}

export const UNDO_DAYS = 30

/** What would undo them is kept a while longer than it may be used; then only what they counted. */
export const forgetBulks = job({
  name: 'parties.forget_bulks',
  payload: T.Object({}),
  every: '41 3 * * *',
  async run(ctx) {
    await planned(
      ctx,
      `delete from party_bulk_slice where bulk_id in (
         select b.bulk_id from party_bulk b where b.created_at < $1::timestamptz - interval '${2 * UNDO_DAYS} days'
           and not exists (select from party_bulk o where o.root_id = b.root_id and o.state in ('waiting', 'running')))`,
      [ctx.now],
    )
    await planned(ctx, `delete from party_presence where at < $1::timestamptz - interval '1 hour'`, [ctx.now])
  },
})
