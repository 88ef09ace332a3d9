import { Type as T } from 'typebox'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../../kernel/ctx.ts'
import { type Ending, job, type Step } from '../../../kernel/job.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { Id } from '../../../kernel/route.ts'
import type { BulkAction } from '../contract.ts'
import { forgetCounts } from '../list/count.ts'
import { targetOf, withReach } from './action.ts'
import { customFor, mirrorField, refuseSeveral } from './custom.ts'
import { mirror } from './mirror.ts'
import { revertSlice, type Written } from './revert.ts'
import { notTheirs, type Wrote, writeSlice } from './write.ts'

// One transaction a slice, so that nobody who edits a customer waits long; several slices at a time, for one connection
// keeps only one core of the database busy.
const STEP_MS = 15_000
const AT_ONCE = 2

type Row = {
  bulk_id: number
  of_bulk_id: number | null
  action: BulkAction
  selected: number
  seen: number
}

/** In the name of whoever pressed, with the reach they had then. */
export const bulkJob = job({
  name: 'parties.bulk',
  payload: T.Object({ bulk_id: Id }),
  transaction: 'own',
  async run(given, { bulk_id }): Promise<Step> {
    const [row] = await planned<Row & { state: string }>(given, openText, [bulk_id])
    if (!row) return refuse('parties.bulk_over', 409)
    // A worker that died between its end and the end of its job.
    if (row.state === 'done') return { done: true }
    const ctx = await withReach(given, row.action)
    const open = await planned<{ n: number }>(
      ctx,
      'select n from party_bulk_slice where bulk_id = $1 and not done order by n',
      [bulk_id],
    )
    const until = performance.now() + STEP_MS
    let next = 0
    const going = async (): Promise<void> => {
      while (next < open.length && performance.now() < until) {
        const { n } = open[next++]!
        row.seen += await unaudited(ctx, 'a slice writes its records set-wise', (ctx) => doSlice(ctx, row, n))
        await ctx.progress?.report({ done: row.seen, total: row.selected })
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, going))
    forgetCounts(ctx.house)
    const broken = ends.find((one) => one.status === 'rejected')
    if (broken) throw broken.reason
    return next < open.length ? { done: false, cursor: next } : end(ctx, row)
  },
  ended: (ctx, { bulk_id }, ending) => ended(ctx, bulk_id, ending),
})

const openText = `
update party_bulk b set state = case when state = 'done' then state else 'running' end
where bulk_id = $1 and state in ('waiting', 'running', 'done')
returning bulk_id, state, of_bulk_id, action, selected, changed + unchanged + refused + gone as seen`

/** How many it had, all written, or none of them; 0 where another worker has written it. */
async function doSlice(ctx: Ctx, row: Row, n: number): Promise<number> {
  const { bulk_id, of_bulk_id, action } = row
  const [slice] = await planned<{ party_ids: number[] } & Written>(
    ctx,
    `select s.party_ids, coalesce(o.changed_ids, '{}') as changed_ids, coalesce(o.audit_ids, '{}') as audit_ids,
       coalesce(o.versions, '{}') as versions
     from party_bulk_slice s left join party_bulk_slice o on o.bulk_id = $3 and o.n = s.n
     where s.bulk_id = $1 and s.n = $2 and not s.done for update of s`,
    [bulk_id, n, of_bulk_id],
  )
  if (!slice) return 0
  const { party_ids } = slice
  // Each customer's row is in a dozen indexes: compressing their pages into the log would be half of the work.
  await ctx.tx!.query(
    `select set_config('wal_compression', 'off', true) where has_parameter_privilege('wal_compression', 'set')`,
  )
  const custom = await customFor(ctx, action)
  // It may have become unique since it was asked.
  if (of_bulk_id === null) refuseSeveral(ctx, custom, action, row.selected)
  const wrote =
    of_bulk_id === null
      ? await writeSlice(ctx, bulk_id, action, party_ids, custom)
      : await revertSlice(ctx, bulk_id, action, slice, party_ids, custom)
  if (wrote.found < party_ids.length) {
    const others = await notTheirs(ctx, party_ids)
    wrote.refused.push(...others)
    wrote.found += others.length
  }
  if (custom) await mirrorField(ctx, custom.field, wrote.changed_ids)
  else await mirror(ctx, targetOf(action)?.column ?? null, wrote.changed_ids)
  await keep(ctx, bulk_id, n, wrote, party_ids.length)
  return party_ids.length
}

async function keep(ctx: Ctx, bulk_id: number, n: number, wrote: Wrote, size: number): Promise<void> {
  const { changed_ids, audit_ids, versions, refused, found } = wrote
  await ctx.tx!.query({
    name: 'bulk.keep',
    text: `update party_bulk_slice set done = true, changed_ids = $3, audit_ids = $4, versions = $5, refused = $6 where bulk_id = $1 and n = $2`,
    values: [bulk_id, n, changed_ids, audit_ids, versions, JSON.stringify(refused)],
  })
  // Last: the slices beside this one wait for the row.
  const changed = changed_ids.length
  await ctx.tx!.query({
    name: 'bulk.count',
    text: `update party_bulk set changed = changed + $2, unchanged = unchanged + $3, refused = refused + $4, gone = gone + $5 where bulk_id = $1`,
    values: [bulk_id, changed, found - changed - refused.length, refused.length, size - found],
  })
}

async function end(ctx: Ctx, { bulk_id }: Row): Promise<Step> {
  return atomically(ctx, async (ctx) => {
    const [counts] = await planned<Record<'changed' | 'unchanged' | 'refused' | 'gone', number>>(
      ctx,
      `update party_bulk set state = 'done', finished_at = $2 where bulk_id = $1 returning changed, unchanged, refused, gone`,
      [bulk_id, ctx.house.clock()],
    )
    await record(ctx, {
      action: 'parties.bulk_done',
      subject: 'party_bulk',
      subject_id: bulk_id,
      was: counts,
    })
    return { done: true, result: { bulk_id, ...counts } }
  })
}

async function ended(ctx: Ctx, bulk_id: number, ending: Ending): Promise<void> {
  if (ending.kind === 'done') return
  await planned(
    ctx,
    `update party_bulk set state = $2, error = $3, finished_at = $4 where bulk_id = $1 and state in ('waiting', 'running')`,
    [bulk_id, ending.kind, ending.kind === 'failed' ? JSON.stringify(ending.error) : null, ctx.house.clock()],
  )
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
  },
})
