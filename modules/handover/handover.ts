import { Type as T } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned, type Reach } from '../../kernel/ctx.ts'
import { job, type Step, startRun } from '../../kernel/job.ts'
import { Refusal, refuse } from '../../kernel/refuse.ts'
import { Nullable } from '../../kernel/route.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { userOf } from '../access/manage/users.ts'
import { patchUser } from '../access/manage/users.write.ts'
import { openTasksOf } from '../notes/tasks.read.ts'
import { changeTask } from '../notes/tasks.ts'
import { updateParty } from '../parties/update.ts'

const NOBODYS: Reach = { kind: 'units', unit_ids: [] }
const reachFor = (ctx: Ctx, permission: string): Reach => reachOf(ctx.who, permission) ?? NOBODYS

async function owned(ctx: Ctx, reach: Reach, owner_id: number): Promise<number> {
  const scope = scopeSql(reach, 'l', 2)
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from party_listed l where l.live and l.owner_id = $1 and ${scope.text}`,
    [owner_id, scope.value],
  )
  return row!.n
}

type ById = { params: { id: number } }
export async function held(ctx: Ctx, { params }: ById) {
  await userOf(ctx, params.id)
  const reach = reachFor(ctx, 'parties:read')
  const seen = reachOf(ctx.who, 'tasks:read')
  const tasks = seen ? await openTasksOf({ ...ctx, reach: seen }, params.id) : []
  return {
    customers: await owned(ctx, reach, params.id),
    tasks: tasks.length,
    whole: reach.kind === 'all',
  }
}

type Start = ById & { body: { to: number | null; deactivate?: boolean } }
export async function start(ctx: Ctx, { params, body }: Start): Promise<{ run_id: number }> {
  return atomically(ctx, async (ctx) => {
    const from = await userOf(ctx, params.id)
    if (body.to === params.id) refuse('handover.to_self', 422)
    const to = body.to === null ? null : await successor(ctx, body.to)
    if (body.deactivate) await patchUser(ctx, { params, body: { active: false } })
    const run = await startRun(
      ctx,
      handOver,
      { from: from.user_id, to: to?.user_id ?? null, unit_id: to?.unit_id ?? null },
      { subject: { name: to ? `${from.name} → ${to.name}` : from.name } },
    )
    await record(ctx, {
      action: 'handover.started',
      subject: 'user',
      subject_id: from.user_id,
      event: { run_id: run.run_id, to: body.to },
    })
    return run
  })
}

async function successor(ctx: Ctx, user_id: number) {
  const [row] = await planned<{ user_id: number; name: string; unit_id: number }>(
    ctx,
    'select user_id, name, unit_id from app_user where user_id = $1 and active',
    [user_id],
  )
  return row ?? refuse('handover.to_inactive', 422)
}

const BATCH = 200
type Cursor = { after: number; done: number; total: number; tasks?: Tasks }
/** `left`: about what the one who takes over may not see, or changed meanwhile. */
type Tasks = { after: number; moved: number; left: number }

/**
 * One party after another through the one way to change a party, as who asked: each is on record by itself and can be
 * undone by itself. They move into the unit of who takes over, or that person's team could not see them. Then what was to
 * be done: a task about a customer can be given only to somebody who sees that customer by then.
 */
export const handOver = job({
  name: 'handover.parties',
  payload: T.Object({ from: T.Integer(), to: Nullable(T.Integer()), unit_id: Nullable(T.Integer()) }),
  run: async (job, { from, to, unit_id }, cursor): Promise<Step> => {
    const ctx = { ...job, reach: reachFor(job, 'parties:write') }
    const place = (cursor as Cursor | null) ?? {
      after: 0,
      done: 0,
      total: await owned(ctx, ctx.reach, from),
    }
    if (place.tasks) return handTasks(job, { from, to }, place)
    const scope = scopeSql(ctx.reach, 'l', 3)
    const rows = await planned<{ party_id: number }>(
      ctx,
      `select l.party_id from party_listed l where l.live and l.owner_id = $1 and l.party_id > $2 and ${scope.text}
       order by l.party_id limit ${BATCH}`,
      [from, place.after, scope.value],
    )
    for (const { party_id } of rows)
      await updateParty(ctx, {
        params: { id: party_id },
        body: unit_id === null ? { owner_id: to } : { owner_id: to, unit_id },
      })
    const done = place.done + rows.length
    await ctx.progress?.report({ done, total: Math.max(place.total, done) })
    if (rows.length < BATCH) return { done: false, cursor: { ...place, done, tasks: NO_TASKS } }
    return { done: false, cursor: { ...place, after: rows.at(-1)!.party_id, done } }
  },
})

const NO_TASKS: Tasks = { after: 0, moved: 0, left: 0 }

/** As if each were given by hand, as who asked. With nobody to take over they stay: a task is always somebody's. */
async function handTasks(
  job: Ctx,
  { from, to }: { from: number; to: number | null },
  place: Cursor,
): Promise<Step> {
  const may = reachOf(job.who, 'tasks:write')
  const ctx = { ...job, reach: may ?? NOBODYS }
  const { after, ...counts } = place.tasks ?? NO_TASKS
  const open = may ? await openTasksOf(ctx, from, after) : []
  const batch = open.slice(0, BATCH)
  for (const id of batch) {
    const moved = to !== null && (await given(ctx, id, to))
    counts[moved ? 'moved' : 'left'] += 1
  }
  const tasks = { ...counts, after: batch.at(-1) ?? after }
  if (open.length > BATCH) return { done: false, cursor: { ...place, tasks } }
  return { done: true, result: { parties: place.done, tasks: counts.moved, tasks_left: counts.left } }
}

async function given(ctx: Ctx, id: number, assignee_id: number): Promise<boolean> {
  try {
    await changeTask(ctx, { params: { id }, body: { assignee_id } })
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
