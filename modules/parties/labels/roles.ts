import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { labels } from '../contract.labels.ts'
import { type MarketRole, marketRoles } from '../contract.ts'
import { text } from '../text.ts'
import { mustReachAll } from './tags.ts'

// The ten market roles are words of the product: plans, levels and reports speak of them, the database knows no other.
// A company says what it calls them, in which order they are offered, and which not at all.

type Own = { label_zh?: string; label_en?: string; position: number; hidden?: boolean }
type Kept = Partial<Record<MarketRole, Own>>
type Answer = Output<typeof labels.marketRoles>

async function stored(ctx: Ctx): Promise<{ value: Kept; version: number }> {
  const [row] = await planned<{ value: Kept; version: number }>(
    ctx,
    `select value, version from label_setting where key = 'market_roles'`,
    [],
  )
  return row ?? { value: {}, version: 0 }
}

export async function marketRolesOf(ctx: Ctx): Promise<Answer> {
  const { value, version } = await stored(ctx)
  const counts = await countsOf(ctx)
  const place = (role: MarketRole) => value[role]?.position ?? 100 + marketRoles.indexOf(role)
  const items = [...marketRoles]
    .sort((a, b) => place(a) - place(b))
    .map((role) => {
      const { label_zh = '', label_en = '', hidden = false } = value[role] ?? {}
      const said = text[`role.${role}`]
      return {
        role,
        zh: label_zh || said.zh,
        en: label_en || said.en,
        label_zh,
        label_en,
        hidden,
        count: counts.get(role) ?? 0,
      }
    })
  return { items, version }
}

async function countsOf(ctx: Ctx): Promise<Map<string, number>> {
  const { reach } = ctx
  if (reach.kind !== 'own') {
    const rows = await planned<{ role: string; n: number }>(
      ctx,
      `select label as role, sum(delta)::int as n from party_count where label = any($1::text[])
         and ($2::bigint[] is null or unit_id = any($2)) group by 1`,
      [marketRoles, reach.kind === 'units' ? reach.unit_ids : null],
    )
    return new Map(rows.map(({ role, n }) => [role, n]))
  }
  const scope = scopeSql(reach, 'l', 1)
  const rows = await planned<{ role: string; n: number }>(
    ctx,
    `select r.role, count(*)::int as n from party_list l, unnest(l.roles) as r (role) where l.live and ${scope.text} group by 1`,
    [scope.value],
  )
  return new Map(rows.map(({ role, n }) => [role, n]))
}

export async function writeMarketRoles(
  ctx: Ctx,
  { body }: Input<typeof labels.writeMarketRoles>,
): Promise<Answer> {
  mustReachAll(ctx)
  return atomically(ctx, async (ctx) => {
    await planned(ctx, 'select pg_advisory_xact_lock(7261152)', [])
    const before = await stored(ctx)
    expectVersion(ctx, before.version)
    const value: Kept = {}
    body.items.forEach(({ role, label_zh = '', label_en = '', hidden = false }, position) => {
      value[role] = { label_zh: label_zh.trim(), label_en: label_en.trim(), position, hidden }
    })
    const after = { ...before.value, ...value }
    if (marketRoles.every((role) => after[role]?.hidden)) refuse('labels.all_hidden', 422)
    await planned(
      ctx,
      `insert into label_setting (key, value) values ('market_roles', $1)
       on conflict (key) do update set value = excluded.value, version = label_setting.version + 1`,
      [JSON.stringify(after)],
    )
    await record(ctx, {
      action: 'parties.market_roles_changed',
      subject: 'market_roles',
      subject_id: 0,
      was: before.value,
    })
    return marketRolesOf(ctx)
  })
}
