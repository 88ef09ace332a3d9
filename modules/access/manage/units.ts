import { record } from '../../../kernel/audit.ts'
import { atomically, builder, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import { reachOf } from '../../../kernel/scope.ts'
import type { UnitPatch, UnitView, UnitWrite } from '../contract.ts'
import { lockAccess } from '../permissions.ts'
import { below, fitsBelow, gains, moved, reachesUnit } from '../rules.ts'
import { orTaken } from './taken.ts'
import { mustReachUnit, type UnitRow, unitsOf } from './tree.ts'

const reached = (ctx: Ctx, unit: { unit_id: number }) => reachesUnit(ctx.reach, ctx.who.unit_id, unit.unit_id)

/** Parents before children, brothers by name. */
async function tree(ctx: Ctx): Promise<UnitView[]> {
  const units = await unitsOf(ctx)
  const counts = await planned<{ unit_id: number; users: number }>(
    ctx,
    'select unit_id, count(*) as users from app_user where active group by unit_id',
    [],
  )
  const users = new Map(counts.map((row) => [row.unit_id, row.users]))
  const customers = await customersOf(ctx)
  const children = Map.groupBy(units, (unit) => unit.parent_id)
  const walk = (parent: number | null, depth: number): UnitView[] =>
    (children.get(parent) ?? []).flatMap((unit) => [
      {
        ...unit,
        kind: unit.kind as UnitView['kind'],
        depth,
        users: users.get(unit.unit_id) ?? 0,
        customers: customers(unit.unit_id),
      },
      ...walk(unit.unit_id, depth + 1),
    ])
  return walk(null, 0)
}

/** From the deltas that the list's own counts are made of: of a million parties in a millisecond. */
async function customersOf(ctx: Ctx): Promise<(unit_id: number) => number | null> {
  const reach = reachOf(ctx.who, 'parties:read')
  if (!reach || reach.kind === 'own') return () => null
  const rows = await planned<{ unit_id: number; n: number }>(
    ctx,
    "select unit_id, sum(delta)::bigint as n from party_count where label = '' group by unit_id",
    [],
  )
  const counted = new Map(rows.map((row) => [row.unit_id, row.n]))
  return (unit_id) => (reachesUnit(reach, ctx.who.unit_id, unit_id) ? (counted.get(unit_id) ?? 0) : null)
}

export async function units(ctx: Ctx): Promise<{ items: UnitView[] }> {
  return { items: (await tree(ctx)).filter((unit) => reached(ctx, unit)) }
}

const viewOf = async (ctx: Ctx, unit_id: number): Promise<UnitView> =>
  (await tree(ctx)).find((unit) => unit.unit_id === unit_id) ?? notFound()

function mustFit(kind: string, parent: UnitRow): void {
  if (!fitsBelow(kind, parent.kind)) refuse('access.unit_order', 422, { kind, parent: parent.kind })
}

export async function createUnit(ctx: Ctx, { body }: { body: UnitWrite }): Promise<UnitView> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const parent = mustReachUnit(ctx, await unitsOf(ctx), body.parent_id)
    mustFit(body.kind, parent)
    const unit_id = await ctx.house.ids.next()
    const name = body.name.trim()
    const inserted = planned(
      ctx,
      'insert into unit (unit_id, parent_id, kind, name, created_at) values ($1, $2, $3, $4, $5)',
      [unit_id, parent.unit_id, body.kind, name, ctx.now],
    )
    await orTaken(inserted, 'unit_name_in_parent', 'access.unit_name_taken', { name })
    await record(ctx, { action: 'access.unit_created', subject: 'unit', subject_id: unit_id })
    return viewOf(ctx, unit_id)
  })
}

type Change = { params: { id: number }; body: UnitPatch }
export async function patchUnit(ctx: Ctx, { params, body }: Change): Promise<UnitView> {
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const all = await unitsOf(ctx)
    const before = all.find((unit) => unit.unit_id === params.id && reached(ctx, unit)) ?? notFound()
    expectVersion(ctx, before.version)
    const parent_id = body.parent_id ?? before.parent_id
    const kind = body.kind ?? before.kind
    const name = body.name?.trim() ?? before.name
    if (parent_id !== before.parent_id || kind !== before.kind)
      mustStand(ctx, all, before, { parent_id, kind })
    const updated = planned(
      ctx,
      'update unit set parent_id = $2, kind = $3, name = $4, version = version + 1 where unit_id = $1',
      [params.id, parent_id, kind, name],
    )
    await orTaken(updated, 'unit_name_in_parent', 'access.unit_name_taken', { name })
    const was = Object.fromEntries(Object.entries(before).filter(([field]) => field in body))
    await record(ctx, { action: 'access.unit_changed', subject: 'unit', subject_id: params.id, was })
    return viewOf(ctx, params.id)
  })
}

/** The place or the kind changes: the tree stays a tree in its order, and its mover sees no more than before. */
function mustStand(
  ctx: Ctx,
  all: readonly UnitRow[],
  unit: UnitRow,
  change: { parent_id: number | null; kind: string },
): void {
  if (unit.parent_id === null) refuse('access.unit_root', 409)
  const parent =
    change.parent_id === unit.parent_id
      ? all.find((one) => one.unit_id === unit.parent_id)!
      : mustReachUnit(ctx, all, change.parent_id ?? 0)
  if (below(all, unit.unit_id).includes(parent.unit_id)) refuse('access.unit_cycle', 409)
  mustFit(change.kind, parent)
  for (const child of all)
    if (child.parent_id === unit.unit_id) mustFit(child.kind, { ...unit, kind: change.kind })
  if (gains(ctx.who, moved(all, unit.unit_id, change)))
    refuse('access.beyond_own', 422, { beyond: [unit.name] })
}

export async function deleteUnit(ctx: Ctx, { params }: { params: { id: number } }): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const all = await unitsOf(ctx)
    const unit = all.find((one) => one.unit_id === params.id && reached(ctx, one)) ?? notFound()
    if (unit.parent_id === null) refuse('access.unit_root', 409)
    if (all.some((one) => one.parent_id === params.id) || (await isUsed(ctx, params.id)))
      refuse('access.unit_in_use', 409, { name: unit.name })
    // Keys that were revoked keep their history, one level up.
    await planned(ctx, 'update api_key set unit_id = $2 where unit_id = $1', [params.id, unit.parent_id])
    await planned(ctx, 'delete from unit where unit_id = $1', [params.id])
    await record(ctx, { action: 'access.unit_deleted', subject: 'unit', subject_id: params.id, was: unit })
  })
}

/** unscoped: of everybody's rows, whatever the caller may see of them. The answer is yes or no, and names nobody. */
async function isUsed(ctx: Ctx, unit_id: number): Promise<boolean> {
  const db = await builder(ctx)
  const [used] = await db
    .selectFrom('app_user')
    .select('user_id as id')
    .where('unit_id', '=', unit_id)
    .unionAll((qb) =>
      qb
        .selectFrom('api_key')
        .select('key_id as id')
        .where('unit_id', '=', unit_id)
        .where('revoked_at', 'is', null),
    )
    .unionAll((qb) => qb.selectFrom('webhook').select('webhook_id as id').where('unit_id', '=', unit_id))
    .unionAll((qb) => qb.selectFrom('import').select('import_id as id').where('unit_id', '=', unit_id))
    .unionAll((qb) => qb.selectFrom('party').select('party_id as id').where('unit_id', '=', unit_id))
    .limit(1)
    .execute()
  return used !== undefined
}
