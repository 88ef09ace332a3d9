import { record } from '../../kernel/audit.ts'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Locale } from '../../kernel/text.ts'
import type { Settings } from './contract.ts'
import { allPermissions } from './permissions.ts'
import { isStarting, startingGrants, startingRoles } from './rules.roles.ts'
import { currencyGuess, type Grants } from './rules.ts'

/** The company's settings; every module reads them here. */
export async function companyOf(ctx: Ctx): Promise<Settings> {
  const rows = await planned<{ key: string; value: unknown }>(
    ctx,
    "select key, value from setting where key in ('company_name', 'base_currency', 'time_zone', 'second_factor')",
    [],
  )
  const found = Object.fromEntries(rows.map((row) => [row.key, row.value]))
  return { company_name: '', base_currency: 'CNY', time_zone: 'UTC', second_factor: 'roles', ...found }
}

export const writeSettings = (ctx: Ctx, settings: Record<string, unknown>) =>
  planned(
    ctx,
    `insert into setting (key, value) select key, value from jsonb_each($1::jsonb)
     on conflict (key) do update set value = excluded.value`,
    [JSON.stringify(settings)],
  )

export const rootOf = async (ctx: Ctx): Promise<number | undefined> =>
  (await planned<{ unit_id: number }>(ctx, 'select unit_id from unit where parent_id is null', []))[0]
    ?.unit_id

export type Founding = { organisation: string; base_currency?: string | undefined; time_zone: string }

/**
 * The root unit, the starting roles and the settings, if they are not there: set-up makes them, and so does a
 * command that comes before set-up. Inside `atomically`, under `lockAccess`.
 */
export async function found(ctx: Ctx, founding: Founding, locale: Locale): Promise<number> {
  await growRoles(ctx)
  const existing = await rootOf(ctx)
  if (existing) return existing
  const unit_id = await ctx.house.ids.next()
  await planned(
    ctx,
    "insert into unit (unit_id, parent_id, kind, name, created_at) values ($1, null, 'headquarters', $2, $3)",
    [unit_id, founding.organisation, ctx.now],
  )
  await record(ctx, { action: 'access.unit_created', subject: 'unit', subject_id: unit_id })
  await writeSettings(ctx, {
    company_name: founding.organisation,
    base_currency: founding.base_currency ?? currencyGuess(founding.time_zone, locale),
    base_currency_guessed: founding.base_currency === undefined,
    time_zone: founding.time_zone,
  })
  await record(ctx, { action: 'access.settings_changed', subject: 'setting', subject_id: 0 })
  return unit_id
}

type RoleRow = { role_id: number; code: string; grants: Grants }
const knownBefore = async (ctx: Ctx): Promise<string[]> => {
  const [row] = await planned<{ value: string[] }>(
    ctx,
    "select value from setting where key = 'known_permissions'",
    [],
  )
  return row?.value ?? []
}

/** Has this version brought permissions that the roles in the database never heard of? */
export const rolesAreBehind = async (ctx: Ctx): Promise<boolean> => {
  const known = new Set(await knownBefore(ctx))
  return allPermissions().some((permission) => !known.has(permission))
}

/**
 * Makes the starting roles. When a later version brings new permissions, each starting role gets what
 * rules.roles.ts decides about those, and what the company edited since stays as it is.
 */
export async function growRoles(ctx: Ctx): Promise<void> {
  const known = await knownBefore(ctx)
  const fresh = allPermissions().filter((permission) => !known.includes(permission))
  if (fresh.length === 0) return
  const roles = await planned<RoleRow>(ctx, 'select role_id, code, grants from role', [])
  for (const code of Object.keys(startingRoles).filter(isStarting)) {
    const grants = startingGrants(code, fresh)
    const role = roles.find((role) => role.code === code)
    if (!role) {
      const role_id = await ctx.house.ids.next()
      const { name_zh, name_en, masks } = startingRoles[code]
      await planned(
        ctx,
        'insert into role (role_id, code, name_zh, name_en, grants, masks, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
        [role_id, code, name_zh, name_en, startingGrants(code, allPermissions()), masks, ctx.now],
      )
      await record(ctx, { action: 'access.role_created', subject: 'role', subject_id: role_id })
    } else if (Object.keys(grants).length > 0) {
      await planned(ctx, 'update role set grants = $2, version = version + 1 where role_id = $1', [
        role.role_id,
        { ...grants, ...role.grants },
      ])
      await record(ctx, {
        action: 'access.role_changed',
        subject: 'role',
        subject_id: role.role_id,
        was: { grants: role.grants },
      })
    }
  }
  await writeSettings(ctx, { known_permissions: [...new Set([...known, ...fresh])].sort() })
}
