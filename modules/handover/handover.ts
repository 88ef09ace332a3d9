import { Type as T } from 'typebox'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned, type Reach } from '../../kernel/ctx.ts'
import { job, type Step, startRun } from '../../kernel/job.ts'
import { refuse } from '../../kernel/refuse.ts'
import { Nullable } from '../../kernel/route.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { userOf } from '../access/manage/users.ts'
import { patchUser } from '../access/manage/users.write.ts'
import { updateParty } from '../parties/update.ts'

const NOBODYS: Reach = { kind: 'units', unit_ids: [] }
const reachFor = (ctx: Ctx, permission: string): Reach => reachOf(ctx.who, permission) ?? NOBODYS

async function owned(ctx: Ctx, reach: Reach, owner_id: number): Promise<number> {
  const scope = scopeSql(reach, 'l', 2)
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from party_list l where l.live and l.owner_id = $1 and ${scope.text}`,
    [owner_id, scope.value],
  )
  return row!.n
}

type ById = { params: { id: number } }
export async function held(ctx: Ctx, { params }: ById) {
  await userOf(ctx, params.id)
  const reach = reachFor(ctx, 'parties:read')
  return { customers: await owned(ctx, reach, params.id), whole: reach.kind === 'all' }
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
type Cursor = { after: number; done: number; total: number }

/**
 * One party after another through the one way to change a party, as who asked: each is on record by itself and can be
 * undone by itself. They move into the unit of who takes over, or that person's team could not see them.
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
    const scope = scopeSql(ctx.reach, 'l', 3)
    const rows = await planned<{ party_id: number }>(
      ctx,
      `select l.party_id from party_list l where l.live and l.owner_id = $1 and l.party_id > $2 and ${scope.text}
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
    if (rows.length < BATCH) return { done: true, result: { parties: done } }
    return { done: false, cursor: { ...place, after: rows.at(-1)!.party_id, done } }
  },
})
