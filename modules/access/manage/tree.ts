import { type Actor, type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { beyond, type Grants, placeOf, reachesUnit, type UnitNode, unmasked } from '../rules.ts'

export type UnitRow = UnitNode & { name: string; version: number; created_at: string }

/** All of it: a company has tens or hundreds of units, and every rule about the tree needs its surroundings. */
export const unitsOf = (ctx: Ctx): Promise<UnitRow[]> =>
  planned<UnitRow>(
    ctx,
    'select unit_id, parent_id, kind, name, version, created_at from unit order by name collate "C", unit_id',
    [],
  )

/** A unit that this permission reaches; any other is said not to be there. */
export function mustReachUnit(ctx: Ctx, units: readonly UnitRow[], unit_id: number): UnitRow {
  const unit = units.find((u) => u.unit_id === unit_id)
  if (!unit || !reachesUnit(ctx.reach, ctx.who.unit_id, unit_id))
    return refuse('access.unit_unknown', 422, { unit: String(unit_id) })
  return unit
}

export type RoleRow = { role_id: number; code: string; grants: Grants; masks: string[] }
export async function mustBeRole(ctx: Ctx, code: string): Promise<RoleRow> {
  const [role] = await planned<RoleRow>(
    ctx,
    'select role_id, code, grants, masks from role where code = $1',
    [code],
  )
  return role ?? refuse('access.role_unknown', 422, { role: code })
}

/** Of a role held in a unit: what the caller does not have, so may neither give nor take over. */
export function excess(
  who: Actor,
  role: Pick<RoleRow, 'grants' | 'masks'>,
  units: readonly UnitNode[],
  unit_id: number,
): string[] {
  return [...beyond(who, role.grants, placeOf(units, unit_id)), ...unmasked(role.masks, who.masks)]
}

export function mustNotExceed(ctx: Ctx, role: RoleRow, units: readonly UnitNode[], unit_id: number): void {
  const more = excess(ctx.who, role, units, unit_id)
  if (more.length > 0) refuse('access.beyond_own', 422, { beyond: more })
}
