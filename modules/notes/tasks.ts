import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { notFound, Refusal, refuse } from '../../kernel/refuse.ts'
import { type Reached, reachParty } from '../parties/party.ts'
import type { Task, TaskPatch, TaskWrite } from './contract.ts'
import { blind, type Colleague, colleagues } from './people.ts'
import { priorities } from './rules.ts'
import { present, type Stored, self, taskOf } from './tasks.read.ts'

type ById = { params: { id: number } }

async function partyOf(ctx: Ctx, party_id: number | null | undefined): Promise<Reached | null> {
  if (!party_id) return null
  try {
    return await reachParty(ctx, party_id)
  } catch (error) {
    // Named in a body: the request is at fault, not its address.
    if (error instanceof Refusal && error.status === 404)
      return refuse('tasks.unknown_party', 422, { party_id })
    throw error
  }
}

/** Nobody is given a task about a party that they may not see. */
async function checkAssignee(ctx: Ctx, id: number, party: Reached | null): Promise<void> {
  const [user] = await planned(ctx, 'select from app_user where user_id = $1 and active', [id])
  if (!user) refuse('tasks.unknown_assignee', 422, { assignee_id: id })
  if (id === self(ctx)) return
  if ((await blind(ctx, [id], 'tasks:read', party)).length > 0)
    refuse('tasks.cannot_see', 422, { assignee_id: id })
}

const inRange = (day: string): boolean => day >= '1900-01-01' && day < '2200-01-01'
/** Days that a calendar of ours has; an instant is compared as the text that it is sent as. */
function checkDays(...days: (string | null | undefined)[]): void {
  for (const day of days) if (day && !inRange(day)) refuse('tasks.bad_day', 422, { day })
}

const titleOf = (title: string): string => title.trim() || refuse('tasks.empty', 422)

export const addTask = (ctx: Ctx, { body }: { body: TaskWrite }): Promise<Task> =>
  atomically(ctx, async (ctx) => {
    if (body.due_on && body.due_at) refuse('tasks.two_dues', 422)
    checkDays(body.due_on, body.due_at)
    const party = await partyOf(ctx, body.party_id)
    const assignee_id = body.assignee_id ?? self(ctx)
    await checkAssignee(ctx, assignee_id, party)
    const task_id = await ctx.house.ids.next()
    await planned(
      ctx,
      `insert into task (party_id, home_party_id, task_id, title, note, due_on, due_at, priority, assignee_id, created_by, created_at)
       values ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        party?.party_id ?? 0,
        task_id,
        titleOf(body.title),
        body.note ?? '',
        body.due_on ?? null,
        body.due_at ?? null,
        priorities.indexOf(body.priority ?? 'normal'),
        assignee_id,
        self(ctx) || assignee_id,
        ctx.now,
      ],
    )
    await tell(ctx, 'tasks.added', { task_id, party_id: party?.party_id ?? 0 })
    return present(await taskOf(ctx, task_id))
  })

const tell = (
  ctx: Ctx,
  action: string,
  { task_id, party_id }: Pick<Stored, 'task_id' | 'party_id'>,
  was = {},
) => record(ctx, { action, subject: 'task', subject_id: task_id, party_id, was })

const fields = ['title', 'note', 'due_on', 'due_at', 'priority', 'assignee_id', 'snoozed_until'] as const
type Fields = Pick<Stored, (typeof fields)[number]>

async function load(ctx: Ctx, id: number): Promise<Stored> {
  // The lock first: what is read after it is what nobody else is changing.
  await planned(ctx, 'select from task where task_id = $1 for update', [id])
  return taskOf(ctx, id)
}

async function write(ctx: Ctx, before: Stored, after: Fields, action: string): Promise<Task> {
  const changed = fields.filter((field) => after[field] !== before[field])
  await planned(
    ctx,
    `update task set version = version + 1, ${fields.map((field, i) => `${field} = $${i + 2}`).join(', ')} where task_id = $1`,
    [before.task_id, ...fields.map((field) => after[field])],
  )
  await tell(ctx, action, before, Object.fromEntries(changed.map((field) => [field, before[field]])))
  return present(await taskOf(ctx, before.task_id))
}

export const changeTask = (ctx: Ctx, { params, body }: ById & { body: TaskPatch }): Promise<Task> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id)
    if (!before.live) return notFound()
    expectVersion(ctx, before.version)
    checkDays(body.due_on, body.due_at)
    const { priority, title, ...rest } = body
    const due_at =
      body.due_at === undefined ? before.due_at : body.due_at && new Date(body.due_at).toISOString()
    const after: Fields = {
      ...before,
      ...rest,
      due_at,
      // A day takes the place of an instant, and the other way round.
      ...(body.due_on && !body.due_at ? { due_at: null } : {}),
      ...(body.due_at && !body.due_on ? { due_on: null } : {}),
      ...(title === undefined ? {} : { title: titleOf(title) }),
      ...(priority === undefined ? {} : { priority: priorities.indexOf(priority) }),
      // A new day is when one wants to see it.
      ...(body.due_on || body.due_at ? { snoozed_until: null } : {}),
    }
    if (after.due_on && after.due_at) refuse('tasks.two_dues', 422)
    if (after.assignee_id !== before.assignee_id)
      await checkAssignee(ctx, after.assignee_id, before.reached ? await partyOf(ctx, before.party_id) : null)
    return write(ctx, before, after, 'tasks.changed')
  })

export const snoozeTask = (
  ctx: Ctx,
  { params, body }: ById & { body: { until: string | null } },
): Promise<Task> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id)
    if (!before.live) return notFound()
    checkDays(body.until)
    return write(ctx, before, { ...before, snoozed_until: body.until }, 'tasks.snoozed')
  })

const close = (ctx: Ctx, { params }: ById, done: boolean): Promise<Task> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id)
    if (!before.live) return notFound()
    // Done twice is done once: the first one's day and name stay.
    if ((before.done_at !== null) !== done)
      await planned(
        ctx,
        'update task set done_at = $2, done_by = $3, version = version + 1 where task_id = $1',
        [params.id, done ? ctx.now : null, done ? self(ctx) || null : null],
      )
    await tell(ctx, done ? 'tasks.done' : 'tasks.reopened', before)
    return present(await taskOf(ctx, params.id))
  })
export const doneTask = (ctx: Ctx, input: ById): Promise<Task> => close(ctx, input, true)
export const reopenTask = (ctx: Ctx, input: ById): Promise<Task> => close(ctx, input, false)

const turn = (ctx: Ctx, { params }: ById, live: boolean): Promise<Task> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id)
    await planned(ctx, 'update task set live = $2, version = version + 1 where task_id = $1', [
      params.id,
      live,
    ])
    await tell(ctx, live ? 'tasks.restored' : 'tasks.removed', before, { live: before.live })
    return present(await taskOf(ctx, params.id))
  })
export const removeTask = async (ctx: Ctx, input: ById): Promise<void> => void (await turn(ctx, input, false))
export const restoreTask = (ctx: Ctx, input: ById): Promise<Task> => turn(ctx, input, true)

export const assignable = async (
  ctx: Ctx,
  { query }: { query: { party_id?: number; q?: string } },
): Promise<{ items: Colleague[] }> =>
  colleagues(ctx, query.q ?? '', 'tasks:read', await partyOf(ctx, query.party_id))
