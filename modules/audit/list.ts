import { type Ctx, planned } from '../../kernel/ctx.ts'
import { formatTime } from '../../kernel/text.ts'
import type { AuditFilter, AuditRow } from './contract.ts'
import { present, storedOf } from './rows.ts'
import { fieldName, subjectName, verbOf } from './rules.sentence.ts'
import { cursorOf, placeOf, search } from './search.ts'
import { fields, subjects } from './text.verbs.ts'

export type Asked = AuditFilter & { cursor?: string; limit?: number }
export type Listed = { items: AuditRow[]; next: string | null; searched_to: string | null }

export async function listAudit(ctx: Ctx, { query }: { query: Asked }): Promise<Listed> {
  const { cursor, limit = 50, ...filter } = query
  const { found, next, searched_to } = await search(ctx, filter, placeOf(cursor), limit)
  const items = found.length > 0 ? await present(ctx, await storedOf(ctx, found)) : []
  return { items, next: next && cursorOf(next), searched_to }
}

// One step per value, by the index: there are some dozens of them among millions of rows.
const actionsText = `
with recursive steps as (
  (select action from audit order by action limit 1)
  union all
  select (select a.action from audit a where a.action > s.action order by a.action limit 1) from steps s where s.action is not null
) select action from steps where action is not null`
const actorsText = `
with recursive steps as (
  (select actor_kind, actor_id from audit order by actor_kind, actor_id limit 1)
  union all
  select n.actor_kind, n.actor_id from steps s cross join lateral (
    select a.actor_kind, a.actor_id from audit a where (a.actor_kind, a.actor_id) > (s.actor_kind, s.actor_id) order by a.actor_kind, a.actor_id limit 1
  ) n
) select s.actor_kind as kind, s.actor_id as id, coalesce(u.name, k.name) as name from (select * from steps limit 2000) s
  left join app_user u on s.actor_kind = 'user' and u.user_id = s.actor_id
  left join api_key k on s.actor_kind = 'key' and k.key_id = s.actor_id
  order by s.actor_kind = 'system', name nulls last, s.actor_id`

/** What others did beyond the caller's reach is not told by the choices either. */
export async function facetsOf(ctx: Ctx) {
  const reached = ctx.reach.kind === 'all'
  const [actions, actors] = await Promise.all([
    planned<{ action: string }>(ctx, actionsText, []),
    planned<AuditRow['actor']>(ctx, actorsText, []),
  ])
  const label = (a: string) => verbOf(a, ctx.locale).replace(/[：:]$/, '')
  return {
    actors: reached ? actors : actors.filter((actor) => actor.kind === 'user' && actor.id === ctx.who.id),
    actions: actions
      .filter(({ action }) => reached || action.startsWith('parties.') || action.startsWith('orders.'))
      .map(({ action }) => ({ action, label: label(action) })),
    subjects: Object.keys(subjects).map((subject) => ({
      subject,
      label: subjectName(subject, ctx.locale),
    })),
    fields: Object.keys(fields).map((field) => ({ field, label: fieldName(field, ctx.locale) })),
  }
}

export const shownTime = (ctx: Ctx, at: string): string =>
  formatTime(at, ctx.locale, ctx.zone, { dateStyle: 'medium', timeStyle: 'medium' })
