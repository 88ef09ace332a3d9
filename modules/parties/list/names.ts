import { type Ctx, named } from '../../../kernel/ctx.ts'

// Owners and units of a page by name. Joined to every row they were more than half of what a page costs PostgreSQL
// (0.46 ms with the joins, 0.21 without); a changed name shows within this time.
const AGE_MS = 2000

type Names = { at: number; owners: Map<number, string>; units: Map<number, string> }
type Named = { owner_id: number | null; unit_id: number }
const kept = new WeakMap<object, Names>()

/** The names of all that the rows speak of; only those not known yet are asked for. */
export async function namesOf(ctx: Ctx, rows: readonly Named[]): Promise<Names> {
  const earlier = kept.get(ctx.house)
  const now = Date.now()
  const names =
    earlier && now - earlier.at < AGE_MS ? earlier : { at: now, owners: new Map(), units: new Map() }
  kept.set(ctx.house, names)
  const owners = new Set<number>()
  const units = new Set<number>()
  for (const { owner_id, unit_id } of rows) {
    if (owner_id !== null && !names.owners.has(owner_id)) owners.add(owner_id)
    if (!names.units.has(unit_id)) units.add(unit_id)
  }
  if (owners.size === 0 && units.size === 0) return names
  const found = await named<{ id: number; name: string; is_unit: boolean }>(
    ctx,
    'parties.list.names',
    `select user_id as id, name, false as is_unit from app_user where user_id = any($1::bigint[])
     union all select unit_id, name, true from unit where unit_id = any($2::bigint[])`,
    [[...owners], [...units]],
  )
  for (const { id, name, is_unit } of found) (is_unit ? names.units : names.owners).set(id, name)
  return names
}
