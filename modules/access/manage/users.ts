import { record } from '../../../kernel/audit.ts'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { notFound } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { User } from '../contract.ts'

// A user is their own "owner": scope own reaches oneself.
const shown = (zh: boolean) => `
  select u.user_id, u.email, u.name, r.code as role, ${zh ? 'r.name_zh' : 'r.name_en'} as role_name, u.unit_id,
         n.name as unit_name, u.locale, u.time_zone, u.active, u.password_hash is null as invited,
         exists (select from second_factor f where f.user_id = u.user_id and f.confirmed_at is not null) as second_factor,
         (select max(seen_at) from session s where s.user_id = u.user_id) as seen_at, u.version, u.created_at, u.updated_at
  from (select *, user_id as owner_id from app_user) u join role r on r.role_id = u.role_id
  join unit n on n.unit_id = u.unit_id`

type Filter = {
  q?: string
  role?: string
  unit_id?: number
  active?: boolean
  state?: 'active' | 'invited' | 'inactive'
  cursor?: string
  limit?: number
}

/** What a person types is text: % and _ in it are not patterns. */
const typed = (q: string | undefined) => (q?.trim() ? q.trim().normalize('NFC').toLowerCase() : null)

export async function users(ctx: Ctx, { query }: { query: Filter }) {
  const limit = query.limit ?? 50
  const [name, user_id] = query.cursor ? decodeCursor(query.cursor, ['string', 'number']) : [null, null]
  const scope = scopeSql(ctx.reach, 'u', 1)
  const rows = await planned<User>(
    ctx,
    `${shown(ctx.locale === 'zh-CN')} where ${scope.text}
       and ($2::text is null or strpos(lower(u.name), $2) > 0 or strpos(u.email, $2) > 0)
       and ($3::text is null or r.code = $3) and ($4::bigint is null or u.unit_id = $4)
       and ($5::boolean is null or u.active = $5)
       and ($9::text is null or $9 = case when not u.active then 'inactive' when u.password_hash is null then 'invited' else 'active' end)
       and ($6::text is null or (u.name collate "C", u.user_id) > ($6, $7::bigint))
     order by u.name collate "C", u.user_id limit $8`,
    [
      scope.value,
      typed(query.q),
      query.role ?? null,
      query.unit_id ?? null,
      query.active ?? null,
      name,
      user_id,
      limit + 1,
      query.state ?? null,
    ],
  )
  return page(rows, limit)
}

function page<R extends { name: string; user_id: number }>(rows: R[], limit: number) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last ? encodeCursor([last.name, last.user_id]) : null }
}

type Colleague = { user_id: number; name: string; unit_id: number; unit_name: string; active: boolean }
export async function colleagues(ctx: Ctx, { query }: { query: Omit<Filter, 'role' | 'active' | 'state'> }) {
  const limit = query.limit ?? 50
  const [name, user_id] = query.cursor ? decodeCursor(query.cursor, ['string', 'number']) : [null, null]
  const rows = await planned<Colleague>(
    ctx,
    `select u.user_id, u.name, u.unit_id, n.name as unit_name, u.active
     from app_user u join unit n on n.unit_id = u.unit_id
     where ($1::text is null or strpos(lower(u.name), $1) > 0) and ($2::bigint is null or u.unit_id = $2)
       and ($3::text is null or (u.name collate "C", u.user_id) > ($3, $4::bigint))
     order by u.name collate "C", u.user_id limit $5`,
    [typed(query.q), query.unit_id ?? null, name, user_id, limit + 1],
  )
  return page(rows, limit)
}

/** One within reach; anybody else is not there. */
export async function userOf(ctx: Ctx, user_id: number): Promise<User> {
  const scope = scopeSql(ctx.reach, 'u', 2)
  const [row] = await planned<User>(
    ctx,
    `${shown(ctx.locale === 'zh-CN')} where u.user_id = $1 and ${scope.text}`,
    [user_id, scope.value],
  )
  return row ?? notFound()
}

export const user = (ctx: Ctx, { params }: { params: { id: number } }) => userOf(ctx, params.id)

export const recordUser = (ctx: Ctx, verb: string, user_id: number, was: Record<string, unknown> = {}) =>
  record(ctx, { action: `access.user_${verb}`, subject: 'user', subject_id: user_id, was })
