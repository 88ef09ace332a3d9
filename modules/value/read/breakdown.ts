import type { Static } from 'typebox'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import {
  abcClasses,
  type Breakdown,
  type breakdowns,
  type Filter,
  purchaseClasses,
} from '../contract.shapes.ts'
import { basisOf, customersIn, Params, population, snapshotOf } from './basis.ts'

type By = (typeof breakdowns)[number]
type Row = Omit<Static<typeof Breakdown>['items'][number], 'spend_minor'>

// A customer of several roles or tags stands in each: these parts do not add up to the whole, and are not meant to.
const PARTS: { readonly [B in By]: { key: string; name: string; join: string } } = {
  role: { key: 'k.part', name: 'null::text', join: 'cross join lateral unnest(l.roles) as k (part)' },
  tag: { key: 'k.part', name: 'null::text', join: 'cross join lateral unnest(l.tags) as k (part)' },
  unit: { key: 'l.unit_id::text', name: 'min(n.name)', join: 'left join unit n on n.unit_id = l.unit_id' },
  branch: {
    key: 'n.branch_id::text',
    name: 'min(n.name)',
    join: `left join (
      with recursive up as (
        select unit_id as of, unit_id, parent_id, kind, name, 0 as height from unit
        union all select up.of, u.unit_id, u.parent_id, u.kind, u.name, up.height + 1 from up join unit u on u.unit_id = up.parent_id where up.kind <> 'branch'
      ) select distinct on (of) of, unit_id as branch_id, name from up order by of, (kind = 'branch') desc, height desc
    ) n on n.of = l.unit_id`,
  },
  owner: {
    key: 'l.owner_id::text',
    name: 'min(u.name)',
    join: 'left join app_user u on u.user_id = l.owner_id',
  },
  country: { key: 'l.country', name: 'null::text', join: '' },
  class: { key: 'v.class::text', name: 'null::text', join: '' },
  abc: { key: 'v.abc::text', name: 'null::text', join: '' },
}

const named = (by: By, key: string | null): string | null => {
  if (key === null) return null
  if (by === 'class') return purchaseClasses[Number(key)]!
  return by === 'abc' ? abcClasses[Number(key) - 1]! : key
}

const MOST = 200

/** Equity by part. unscoped: cut to the caller's reach by `population` (basis.ts) */
export async function breakdown(ctx: Ctx, { query }: { query: Filter & { by: string } }): Promise<Breakdown> {
  const by = query.by as By
  const snap = await snapshotOf(ctx, query.as_of)
  const { key, name, join } = PARTS[by]
  const params = new Params()
  const from = population(ctx, snap, query, params).replace(
    'where v.snapshot_id',
    `${join} where v.snapshot_id`,
  )
  const rows = await planned<Row>(
    ctx,
    `select ${key} as key, ${name} as name, count(*) as customers, sum(v.value_minor)::bigint as value_minor,
       round(avg(v.value_minor))::bigint as mean_minor, sum(v.at_risk_minor)::bigint as at_risk_minor,
       count(*) filter (where v.core) as core_customers, count(*) filter (where v.overdue) as overdue_customers,
       sum(v.revenue_minor)::bigint as revenue_minor, avg(v.p_alive) as p_alive_mean
     ${from} group by 1 order by sum(v.value_minor) desc nulls last, count(*) desc, 1 limit ${MOST}`,
    params.values,
  )
  const spent = await spentBy(ctx, by, snap.as_of)
  return {
    ...(await basisOf(ctx, snap, await customersIn(ctx, snap, query))),
    by,
    items: rows.map((row) => ({
      ...row,
      key: named(by, row.key),
      spend_minor: spent && row.key !== null ? (spent.get(row.key) ?? 0) : null,
    })),
  }
}

/** What was spent in twelve months on the customers of a unit, a manager, or a segment. */
async function spentBy(ctx: Ctx, by: By, as_of: string): Promise<Map<string, number> | null> {
  const column = { unit: 's.unit_id::text', owner: 's.owner_id::text', tag: 's.segment' }[by as 'unit']
  if (!column || !('spend:read' in ctx.who.grants)) return null
  const params = new Params()
  const to = params.$(as_of, 'date')
  const { reach } = ctx
  const scope =
    reach.kind === 'all'
      ? 'true'
      : reach.kind === 'units'
        ? `s.unit_id = any(${params.$(reach.unit_ids, 'bigint[]')})`
        : `s.owner_id = ${params.$(reach.user_id, 'bigint')}`
  const rows = await planned<{ key: string | null; minor: number }>(
    ctx,
    `select ${column} as key, sum(s.base_minor)::bigint as minor from spend s
     where s.spent_on > ${to} - 365 and s.spent_on <= ${to} and s.base_minor is not null and ${scope} group by 1`,
    params.values,
  )
  return new Map(rows.filter((row) => row.key !== null).map((row) => [row.key!, row.minor]))
}
