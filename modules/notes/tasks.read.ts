import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { todayIn } from '../occasions/calendar.ts'
import type { Before } from '../parties/history/history.ts'
import type { TimelineSource } from '../parties/history/timeline.ts'
import type { PresencePart } from '../presence/parts.ts'
import type { Task, TaskCounts, views, whens } from './contract.ts'
import { mentionCount } from './notes.ts'
import { endOfWeek, priorities } from './rules.ts'

// Whose tasks one sees: those given to one and by one, whatever they are about; those about a party that one reaches; and
// those about none of colleagues that one reaches. What a party out of reach is called is not told.

export type Stored = {
  task_id: number
  party_id: number
  party_name: string | null
  reached: boolean
  title: string
  note: string
  due_on: string | null
  due_at: string | null
  snoozed_until: string | null
  priority: number
  assignee_id: number
  assignee_name: string | null
  created_by: number
  creator_name: string | null
  done_at: string | null
  live: boolean
  created_at: string
  version: number
  due_day: string
  bucket: Task['when']
}

export const self = (ctx: Ctx): number => (ctx.who.kind === 'user' ? ctx.who.id : 0)
const NEVER = '9999-12-31'

/** $1 the caller, $2 scope over parties, $3 units or null, $4 zone, $5 today, $6 end of the week, $7 now */
function base(ctx: Ctx): { from: string; values: unknown[] } {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const { reach } = ctx
  const colleague =
    reach.kind === 'all'
      ? '$3::bigint[] is null'
      : reach.kind === 'units'
        ? 'u.unit_id = any($3::bigint[])'
        : '$3::bigint[] is not null'
  const today = todayIn(ctx.zone, ctx.now)
  const due = `greatest(coalesce(t.due_on, (t.due_at at time zone $4)::date), t.snoozed_until)`
  const from = `(
    select t.*, p.name as party_name, coalesce(p.party_id is not null and ${scope.text}, false) as reached,
      u.name as assignee_name, u.unit_id as assignee_unit, c.name as creator_name, coalesce(${due}, '${NEVER}'::date)::text as due_day,
      case when t.done_at is not null then 'done'
        when ${due} < $5::date or (t.due_at < $7 and coalesce(t.snoozed_until, $5::date) <= $5::date) then 'overdue'
        when ${due} = $5::date then 'today' when ${due} <= $6::date then 'week' else 'later' end as bucket
    from task t left join party p on t.party_id <> 0 and p.party_id = t.party_id and p.kind <> 'anonymous'
    left join app_user u on u.user_id = t.assignee_id left join app_user c on c.user_id = t.created_by
    where t.assignee_id = $1 or t.created_by = $1 or (p.party_id is not null and ${scope.text}) or (t.party_id = 0 and ${colleague})
  ) t`
  const units = reach.kind === 'units' ? reach.unit_ids : null
  return { from, values: [self(ctx), scope.value, units, ctx.zone, today, endOfWeek(today), ctx.now] }
}

const iso = (at: string | null) => at && new Date(at).toISOString()
export const present = (row: Stored): Task => ({
  id: row.task_id,
  title: row.title,
  note: row.note,
  party: row.reached ? { id: row.party_id, name: row.party_name ?? '' } : null,
  party_withheld: row.party_id !== 0 && !row.reached,
  due_on: row.due_on,
  due_at: iso(row.due_at),
  snoozed_until: row.snoozed_until,
  when: row.bucket,
  priority: priorities[row.priority]!,
  assignee: { id: row.assignee_id, name: row.assignee_name ?? '' },
  created_by: { id: row.created_by, name: row.creator_name ?? '' },
  done_at: iso(row.done_at),
  live: row.live,
  created_at: iso(row.created_at)!,
  version: row.version,
})

export async function taskOf(ctx: Ctx, id: number): Promise<Stored> {
  const { from, values } = base(ctx)
  const [row] = await planned<Stored>(ctx, `select * from ${from} where t.task_id = $8`, [...values, id])
  return row ?? notFound()
}

type Asked = {
  cursor?: string
  limit?: number
  view?: (typeof views)[number]
  when?: (typeof whens)[number]
  party_id?: number
}
const viewed: Record<NonNullable<Asked['view']>, string> = {
  mine: 't.assignee_id = $1',
  delegated: 't.created_by = $1 and t.assignee_id <> $1',
  unit: 't.assignee_unit = any($9::bigint[])',
  all: 'true',
}

export async function tasks(
  ctx: Ctx,
  { query }: { query: Asked },
): Promise<{ items: Task[]; next: string | null }> {
  const limit = query.limit ?? 50
  const when = query.when ?? 'open'
  const done = when === 'done'
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, ['string', 'number', 'number'])
  const shape = done ? /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ : /^\d{4}-\d\d-\d\d$/
  if (after && (!shape.test(String(after[0])) || Number.isNaN(Date.parse(String(after[0])))))
    return refuse('kernel.bad_cursor', 400)
  const { from, values } = base(ctx)
  const bucket = done ? `t.bucket = 'done'` : when === 'open' ? `t.bucket <> 'done'` : `t.bucket = $10`
  // What was done last stands first; what is due first stands first, the urgent before the rest.
  const order = done
    ? { key: 't.done_at', by: 'desc', than: '<', cast: 'timestamptz' }
    : { key: 't.due_day', by: 'asc', than: '>', cast: 'text' }
  const rows = await planned<Stored>(
    ctx,
    `select * from ${from} where t.live and ${viewed[query.view ?? (query.party_id ? 'all' : 'mine')]} and ${bucket}
       and ($8::bigint is null or (t.party_id = $8 and t.reached)) and ($9::bigint[] is not null) and ($10::text is not null)
       and ($11::text is null or (${order.key}, ${done ? '' : '-'}t.priority, t.task_id) ${order.than} ($11::${order.cast}, $12::int, $13::bigint))
     order by ${order.key} ${order.by}, ${done ? '' : '-'}t.priority ${order.by}, t.task_id ${order.by} limit $14`,
    [
      ...values,
      query.party_id ?? null,
      ctx.who.team_units,
      when,
      after?.[0] ?? null,
      after?.[1] ?? null,
      after?.[2] ?? null,
      limit + 1,
    ],
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map(present),
    next:
      last &&
      encodeCursor(
        done
          ? [iso(last.done_at), last.priority, last.task_id]
          : [last.due_day, -last.priority, last.task_id],
      ),
  }
}

export async function taskCounts(ctx: Ctx): Promise<TaskCounts> {
  const { from, values } = base(ctx)
  const rows = await planned<{ bucket: keyof TaskCounts; n: number }>(
    ctx,
    `select t.bucket, count(*) as n from ${from} where t.live and t.done_at is null and t.assignee_id = $1 group by 1`,
    values,
  )
  const counts: TaskCounts = { overdue: 0, today: 0, week: 0, later: 0, mentions: 0 }
  for (const { bucket, n } of rows) counts[bucket] = n
  return { ...counts, mentions: await mentionCount(ctx) }
}

/** What somebody still has to do, of what the caller sees, by number. */
export async function openTasksOf(ctx: Ctx, assignee_id: number, after = 0): Promise<number[]> {
  const { from, values } = base(ctx)
  const rows = await planned<{ task_id: number }>(
    ctx,
    `select t.task_id from ${from} where t.live and t.done_at is null and t.assignee_id = $8 and t.task_id > $9
       order by t.task_id`,
    [...values, assignee_id, after],
  )
  return rows.map(({ task_id }) => task_id)
}

/** What was done, in the party's stream. unscoped: the stream has reached the party */
export const taskEntries: TimelineSource = {
  kind: 'tasks',
  may: 'tasks:read',
  async list(ctx, party_id, before: Before, limit) {
    const rows = await planned<{ task_id: number; title: string; done_at: string; by: string | null }>(
      ctx,
      `select t.task_id, t.title, t.done_at, u.name as by from task t left join app_user u on u.user_id = t.done_by
       where t.party_id = $1 and t.live and t.done_at is not null
         and ($2::timestamptz is null or (t.done_at, t.task_id) < ($2, $3::bigint))
       order by t.done_at desc, t.task_id desc limit $4`,
      [party_id, before?.at ?? null, before?.id ?? null, limit],
    )
    return rows.map(({ task_id, done_at, ...data }) => ({
      kind: 'tasks',
      id: task_id,
      at: iso(done_at)!,
      data,
    }))
  },
  async count(ctx, party_id) {
    const [row] = await planned<{ n: number }>(
      ctx,
      'select count(*) as n from task where party_id = $1 and live and done_at is not null',
      [party_id],
    )
    return row!.n
  },
}

export const tasksEdited: PresencePart = {
  kind: 'tasks',
  subject: 'task',
  sees: 'tasks:read',
  writes: 'tasks:write',
  there: () => ({
    text: 'exists (select from task t where t.party_id = p.party_id and t.task_id = x.id and t.live)',
    values: [],
  }),
}
