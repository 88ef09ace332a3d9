import { Type as T } from 'typebox'
import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { job, type Step } from '../../kernel/job.ts'
import { forgetCounts } from './list/count.ts'
import { labelsOf, project } from './list/project.ts'
import { latestDay } from './rules.ts'

// Housekeeping of the read model. unscoped: rebuilds it for everybody and answers nobody.

const BATCH = 1000
const STEP_MS = 5000

type Cursor = { after: number; done: number; total: number }

/** Every list row made anew from the parties, a batch at a time, then the counts from the rows. */
export const rebuildList = job({
  name: 'parties.rebuild_list',
  payload: T.Object({}),
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const place = (cursor as Cursor | null) ?? { after: 0, done: 0, total: await countParties(ctx) }
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const ids = await nextParties(ctx, place.after)
      if (ids.length === 0) {
        await recount(ctx)
        return { done: true, result: { parties: place.done } }
      }
      await project(ctx, ids)
      place.after = ids.at(-1)!
      place.done += ids.length
      await ctx.progress?.report({ done: place.done, total: place.total })
    }
    return { done: false, cursor: place }
  },
})

const countParties = async (ctx: Ctx): Promise<number> =>
  (await planned<{ n: number }>(ctx, "select count(*) as n from party where kind <> 'anonymous'", []))[0]!.n

const nextParties = async (ctx: Ctx, after: number): Promise<number[]> => {
  const text = `select party_id from party where party_id > $1 and kind <> 'anonymous' order by party_id limit ${BATCH}`
  return (await named<{ party_id: number }>(ctx, 'parties.next', text, [after])).map((row) => row.party_id)
}

/** Writers wait for this: a count under way must not miss a party, nor count one twice. */
async function recount(ctx: Ctx): Promise<void> {
  await planned(ctx, 'lock table party_count in share row exclusive mode', [])
  await planned(ctx, 'delete from party_count', [])
  await planned(
    ctx,
    `insert into party_count (label, unit_id, delta)
     select x.label, l.unit_id, count(*) from party_listed l, unnest(${labelsOf('l')}) as x (label) where l.live group by 1, 2`,
    [],
  )
  forgetCounts(ctx.house)
}

/** Deltas of one unit and label into one row: a count then reads few rows. */
export const foldCounts = job({
  name: 'parties.fold_counts',
  payload: T.Object({}),
  every: '* * * * *',
  run: async (ctx) => {
    await planned(
      ctx,
      `with many as (
         select label, unit_id from party_count group by label, unit_id having count(*) > 1
       ), gone as (
         delete from party_count c using many m where c.label = m.label and c.unit_id = m.unit_id
         returning c.label, c.unit_id, c.delta
       )
       insert into party_count (label, unit_id, delta)
       select label, unit_id, sum(delta) from gone group by label, unit_id having sum(delta) <> 0`,
      [],
    )
  },
})

/** A market role that begins or ends by its date, with nobody saving the party that day. */
export const turnRoles = job({
  name: 'parties.turn_roles',
  payload: T.Object({}),
  every: '7 * * * *',
  run: async (ctx) => {
    const rows = await planned<{ party_id: number }>(
      ctx,
      `select l.party_id from party_listed l
       where l.party_id in (select party_id from party_role where since between $1::date - 3 and $1 or until between $1::date - 3 and $1)
         and l.roles <> array(select distinct r.role from party_role r
           where r.party_id = l.party_id and r.since <= $1 and (r.until is null or r.until > $1) order by 1)
       limit 20000`,
      [latestDay(ctx.now)],
    )
    const ids = rows.map((row) => row.party_id)
    for (let i = 0; i < ids.length; i += BATCH) await project(ctx, ids.slice(i, i + BATCH))
  },
})
