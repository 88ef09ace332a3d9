import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { labels } from '../contract.labels.ts'
import type { MarketRole } from '../contract.ts'
import { isOwnRole, OWN_ROLES_MAX, ownCode } from '../rules.labels.ts'
import { forgetRoles, type Kept, roleName, rolesIn, storedRoles } from './known.ts'
import { mustReachAll } from './tags.ts'

// The ten market roles of the house are words of the product: plans, levels and reports speak of them. A company says
// what it calls them, in which order they are offered and which not at all, and adds its own beside them.

type Answer = Output<typeof labels.marketRoles>

export async function marketRolesOf(ctx: Ctx): Promise<Answer> {
  const { value, version } = await storedRoles(ctx)
  const roles = rolesIn(value)
  const counts = await countsOf(ctx, roles)
  const place = (role: MarketRole) => value[role]?.position ?? 100 + roles.indexOf(role)
  const items = [...roles]
    .sort((a, b) => place(a) - place(b))
    .map((role) => {
      const { label_zh = '', label_en = '', hidden = false } = value[role] ?? {}
      return {
        role,
        ...roleName(role, value[role]),
        label_zh,
        label_en,
        hidden,
        own: isOwnRole(role),
        count: counts.get(role) ?? 0,
      }
    })
  return { items, version }
}

async function countsOf(ctx: Ctx, roles: readonly string[]): Promise<Map<string, number>> {
  const { reach } = ctx
  if (reach.kind !== 'own') {
    const rows = await planned<{ role: string; n: number }>(
      ctx,
      `select label as role, sum(delta)::int as n from party_count where label = any($1::text[])
         and ($2::bigint[] is null or unit_id = any($2)) group by 1`,
      [roles, reach.kind === 'units' ? reach.unit_ids : null],
    )
    return new Map(rows.map(({ role, n }) => [role, n]))
  }
  const scope = scopeSql(reach, 'l', 1)
  const rows = await planned<{ role: string; n: number }>(
    ctx,
    `select r.role, count(*)::int as n from party_listed l, unnest(l.roles) as r (role) where l.live and ${scope.text} group by 1`,
    [scope.value],
  )
  return new Map(rows.map(({ role, n }) => [role, n]))
}

type Changed = { after: Kept; action: string }

/** One at a time, at the version that was seen; recorded with all that was. */
async function changeRoles(ctx: Ctx, change: (ctx: Ctx, before: Kept) => Promise<Changed>): Promise<Answer> {
  mustReachAll(ctx)
  const answer = await atomically(ctx, async (ctx) => {
    await planned(ctx, 'select pg_advisory_xact_lock(7261152)', [])
    const before = await storedRoles(ctx)
    expectVersion(ctx, before.version)
    const { after, action } = await change(ctx, before.value)
    if (rolesIn(after).every((role) => after[role]?.hidden)) refuse('labels.all_hidden', 422)
    await planned(
      ctx,
      `insert into label_setting (key, value) values ('market_roles', $1)
       on conflict (key) do update set value = excluded.value, version = label_setting.version + 1`,
      [JSON.stringify(after)],
    )
    await record(ctx, { action, subject: 'market_roles', subject_id: 0, was: before.value })
    return marketRolesOf(ctx)
  })
  forgetRoles(ctx)
  return answer
}

/** Two roles of one name could not be told apart in a list, nor in a file that is imported. */
function mustDiffer(kept: Kept): void {
  const names = new Map<string, MarketRole>()
  for (const role of rolesIn(kept)) {
    const { zh, en } = roleName(role, kept[role])
    for (const name of new Set([zh.trim().toLowerCase(), en.trim().toLowerCase()])) {
      const other = names.get(name)
      if (other && (isOwnRole(role) || isOwnRole(other))) refuse('labels.role_named', 409, { name })
      names.set(name, role)
    }
  }
}

export const writeMarketRoles = (
  ctx: Ctx,
  { body }: Input<typeof labels.writeMarketRoles>,
): Promise<Answer> =>
  changeRoles(ctx, async (_ctx, before) => {
    const after: Kept = { ...before }
    const known = rolesIn(before)
    body.items.forEach(({ role, label_zh = '', label_en = '', hidden = false }, position) => {
      if (!known.includes(role)) refuse('parties.unknown_role', 422, { role })
      after[role] = { label_zh: label_zh.trim(), label_en: label_en.trim(), position, hidden }
      if (isOwnRole(role) && !after[role].label_zh && !after[role].label_en)
        refuse('labels.role_nameless', 422)
    })
    mustDiffer(after)
    return { after, action: 'parties.market_roles_changed' }
  })

export const addMarketRole = (ctx: Ctx, { body }: Input<typeof labels.addMarketRole>): Promise<Answer> =>
  changeRoles(ctx, async (_ctx, before) => {
    const { label_zh = '', label_en = '', hidden = false } = body
    const known = rolesIn(before)
    if (!label_zh.trim() && !label_en.trim()) refuse('labels.role_nameless', 422)
    if (known.filter(isOwnRole).length >= OWN_ROLES_MAX)
      refuse('labels.roles_many', 409, { most: OWN_ROLES_MAX })
    const role = (body.role ?? ownCode(label_en, known)) as MarketRole
    if (known.includes(role)) refuse('labels.role_taken', 409, { role })
    const position =
      body.position ?? Math.max(99 + known.length, ...Object.values(before).map((one) => one.position + 1))
    const after = {
      ...before,
      [role]: { label_zh: label_zh.trim(), label_en: label_en.trim(), position, hidden },
    }
    mustDiffer(after)
    return { after, action: 'parties.market_role_added' }
  })

// unscoped: a count that answers whether anybody at all, whoever's, has or had it
const heldText = `
select (select count(*) from (select from party_role where role = $1 limit 10000) r)::int as parties,
  (select count(*) from pool where role = $1)::int as pools`

/** Only one that nobody ever held: who has held it keeps it in their history. */
export const removeMarketRole = (
  ctx: Ctx,
  { params: { role } }: Input<typeof labels.removeMarketRole>,
): Promise<Answer> =>
  changeRoles(ctx, async (ctx, before) => {
    if (!(role in before) || !isOwnRole(role)) refuse('parties.unknown_role', 404, { role })
    const [held] = await planned<{ parties: number; pools: number }>(ctx, heldText, [role])
    if (held!.parties + held!.pools > 0)
      refuse('labels.role_held', 409, { n: held!.parties, pools: held!.pools })
    const { [role]: _, ...after } = before
    return { after, action: 'parties.market_role_removed' }
  })
