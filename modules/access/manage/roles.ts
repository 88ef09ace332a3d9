import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import type { RolePatch, RoleView, RoleWrite } from '../contract.ts'
import { isPermission, lockAccess } from '../permissions.ts'
import { isRead, isStarting } from '../rules.roles.ts'
import { type Grants, raised, scopesOf, unmasked, wider } from '../rules.ts'
import { orTaken } from './taken.ts'

type Row = Omit<RoleView, 'builtin'>
const shown = `select role_id, code, name_zh, name_en, grants, masks, second_factor, version, created_at,
  (select count(*) from app_user u where u.role_id = role.role_id and u.active) as users from role`
const view = (row: Row): RoleView => ({ ...row, builtin: isStarting(row.code) })

export async function roles(ctx: Ctx): Promise<{ items: RoleView[] }> {
  return { items: (await planned<Row>(ctx, `${shown} order by role_id`, [])).map(view) }
}

async function roleOf(ctx: Ctx, role_id: number): Promise<RoleView> {
  const [row] = await planned<Row>(ctx, `${shown} where role_id = $1`, [role_id])
  return row ? view(row) : notFound()
}
export const role = (ctx: Ctx, { params }: { params: { id: number } }) => roleOf(ctx, params.id)

/** A role may name only what exists, at a scope that means something, and no more than who writes it has. */
function mustBeGrantable(
  ctx: Ctx,
  before: Pick<RoleView, 'grants' | 'masks'>,
  after: Pick<RoleView, 'grants' | 'masks'>,
): void {
  for (const [permission, scope] of Object.entries(after.grants)) {
    if (before.grants[permission] === scope) continue
    if (!isPermission(permission)) refuse('access.permission_unknown', 422, { permission })
    if (!scopesOf(permission).includes(scope)) refuse('access.scope_all_only', 422, { permission })
  }
  const shows = before.masks.filter((field) => !after.masks.includes(field) && ctx.who.masks.has(field))
  const more = [...wider(raised(before.grants, after.grants), ctx.who.grants), ...shows]
  if (more.length > 0) refuse('access.beyond_own', 422, { beyond: more })
}

function mustKeepNature(code: string, before: Grants, after: Pick<RoleView, 'grants' | 'masks'>): void {
  if (code === 'administrator') {
    const same = Object.keys(before).every((permission) => after.grants[permission] === 'all')
    if (!same || after.masks.length > 0) refuse('access.administrator_fixed', 422)
  }
  const write = Object.keys(after.grants).find((permission) => !isRead(permission))
  if (code === 'auditor' && write) refuse('access.auditor_reads_only', 422, { permission: write })
}

export async function createRole(ctx: Ctx, { body }: { body: RoleWrite }): Promise<RoleView> {
  const { code, name_zh, name_en, grants, masks = [] } = body
  return atomically(ctx, async (ctx) => {
    mustBeGrantable(ctx, { grants: {}, masks: [] }, { grants, masks })
    const more = unmasked(masks, ctx.who.masks)
    if (more.length > 0) refuse('access.beyond_own', 422, { beyond: more })
    const role_id = await ctx.house.ids.next()
    const inserted = planned(
      ctx,
      'insert into role (role_id, code, name_zh, name_en, grants, masks, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
      [role_id, code, name_zh.trim(), name_en.trim(), grants, masks, ctx.now],
    )
    await orTaken(inserted, 'role_code_key', 'access.role_taken', { code })
    await record(ctx, { action: 'access.role_created', subject: 'role', subject_id: role_id })
    return roleOf(ctx, role_id)
  })
}

type Change = { params: { id: number }; body: RolePatch }
export async function patchRole(ctx: Ctx, { params, body }: Change): Promise<RoleView> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const before = await roleOf(ctx, params.id)
    expectVersion(ctx, before.version)
    const after = {
      name_zh: body.name_zh?.trim() ?? before.name_zh,
      name_en: body.name_en?.trim() ?? before.name_en,
      grants: body.grants ?? before.grants,
      masks: body.masks ?? before.masks,
      second_factor: body.second_factor ?? before.second_factor,
    }
    mustKeepNature(before.code, before.grants, after)
    mustBeGrantable(ctx, before, after)
    await planned(
      ctx,
      'update role set name_zh = $2, name_en = $3, grants = $4, masks = $5, second_factor = $6, version = version + 1 where role_id = $1',
      [params.id, after.name_zh, after.name_en, after.grants, after.masks, after.second_factor],
    )
    const was = Object.fromEntries(Object.entries(before).filter(([field]) => field in body))
    await record(ctx, { action: 'access.role_changed', subject: 'role', subject_id: params.id, was })
    return roleOf(ctx, params.id)
  })
}

export async function deleteRole(ctx: Ctx, { params }: { params: { id: number } }): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const before = await roleOf(ctx, params.id)
    if (before.builtin) refuse('access.role_builtin', 409)
    const [used] = await planned<{ users: number; keys: number }>(
      ctx,
      `select (select count(*) from app_user where role_id = $1) as users,
              (select count(*) from api_key where role_id = $1) + (select count(*) from webhook where role_id = $1) as keys`,
      [params.id],
    )
    if (used!.users + used!.keys > 0) refuse('access.role_in_use', 409, used)
    await planned(ctx, 'delete from role where role_id = $1', [params.id])
    await record(ctx, { action: 'access.role_deleted', subject: 'role', subject_id: params.id, was: before })
  })
}
