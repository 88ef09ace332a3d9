import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { notFound } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Key, KeyWrite } from '../contract.ts'
import { lockAccess } from '../permissions.ts'
import { hashOf, hintOf, newKey } from '../signing/tokens.ts'
import { mustBeRole, mustNotExceed, mustReachUnit, unitsOf } from './tree.ts'

// Whoever made a key owns it: scope own reaches one's own keys.
const shown = (zh: boolean) => `
  select k.key_id, k.name, k.hint, r.code as role, ${zh ? 'r.name_zh' : 'r.name_en'} as role_name, k.unit_id,
         n.name as unit_name, k.created_by, u.name as created_by_name, k.created_at, k.last_used_at, k.revoked_at
  from (select *, created_by as owner_id from api_key) k join role r on r.role_id = k.role_id
  join unit n on n.unit_id = k.unit_id left join app_user u on u.user_id = k.created_by`

async function read(ctx: Ctx, condition: string, values: unknown[], limit: number): Promise<Key[]> {
  const scope = scopeSql(ctx.reach, 'k', 1)
  return planned<Key>(
    ctx,
    `${shown(ctx.locale === 'zh-CN')} where ${scope.text} and ${condition} order by k.key_id desc limit $2`,
    [scope.value, limit, ...values],
  )
}

export async function keys(ctx: Ctx, { query }: { query: { cursor?: string; limit?: number } }) {
  const limit = query.limit ?? 50
  const [last] = query.cursor ? decodeCursor(query.cursor, ['number']) : [null]
  const rows = await read(ctx, '($3::bigint is null or k.key_id < $3)', [last], limit + 1)
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? encodeCursor([items.at(-1)!.key_id]) : null }
}

export async function createKey(ctx: Ctx, { body }: { body: KeyWrite }): Promise<Key & { key: string }> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const units = await unitsOf(ctx)
    const unit = mustReachUnit(ctx, units, body.unit_id ?? ctx.who.unit_id)
    const role = await mustBeRole(ctx, body.role)
    mustNotExceed(ctx, role, units, unit.unit_id)
    const key = newKey()
    const key_id = await ctx.house.ids.next()
    const created_by = ctx.who.kind === 'user' ? ctx.who.id : null
    await planned(
      ctx,
      `insert into api_key (key_id, name, hash, hint, role_id, unit_id, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [key_id, body.name.trim(), hashOf(key), hintOf(key), role.role_id, unit.unit_id, created_by, ctx.now],
    )
    await record(ctx, { action: 'access.key_created', subject: 'key', subject_id: key_id })
    const [made] = await read({ ...ctx, reach: { kind: 'all' } }, 'k.key_id = $3', [key_id], 1)
    return { ...made!, key }
  })
}

/** Twice is once. */
export async function revokeKey(ctx: Ctx, { params }: { params: { id: number } }): Promise<void> {
  const [key] = await read(ctx, 'k.key_id = $3', [params.id], 1)
  if (!key) notFound()
  if (key!.revoked_at) return
  await atomically(ctx, async (ctx) => {
    await planned(ctx, 'update api_key set revoked_at = coalesce(revoked_at, $2) where key_id = $1', [
      params.id,
      ctx.now,
    ])
    await record(ctx, { action: 'access.key_revoked', subject: 'key', subject_id: params.id })
  })
}
