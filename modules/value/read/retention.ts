import { type Ctx, planned } from '../../../kernel/ctx.ts'
import {
  CLASSIC_RETENTION_EFFECT,
  replacementCost,
  retentionEffect,
} from '../../../packages/models/src/index.ts'
import type { Filter, Retention } from '../contract.shapes.ts'
import { dateOf } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { basisOf, customersIn, Params, type Snap, snapshotOf } from './basis.ts'
import { type Days, lastTwo, purchases } from './flows.ts'

// What more retention is worth. unscoped: every statement is cut to the caller's reach by `purchases` (flows.ts)

type Kept = { base: number; kept: number; active: number; won: number; earned: number; spend: number }

export async function retention(
  ctx: Ctx,
  { query }: { query: Filter & { points?: number } },
): Promise<Retention> {
  const snap = await snapshotOf(ctx, query.as_of)
  const settings = await settingsById(ctx, snap.settings_id)
  const points = query.points ?? 0.05
  const { before, after, days } = lastTwo(snap)
  const found = await keptOf(ctx, snap, query, before, after)
  const basis = await basisOf(ctx, snap, await customersIn(ctx, snap, query))
  const hidden = ctx.who.masks.has('cost')
  // of the period, as a yearly rate
  const yearly = found.base > 0 ? (found.kept / found.base) ** (365 / days) : null
  const each = found.active > 0 ? ((found.earned / found.active) * 365) / days : null
  const blank = { value_minor: null, value_after_minor: null, change: null, gain_minor: null }
  const effect =
    yearly === null || each === null || yearly >= 1 + settings.discount_rate
      ? null
      : retentionEffect({
          retention: yearly,
          discount: settings.discount_rate,
          margin: each,
          customers: found.active,
          points,
        })
  const replacement = found.won > 0 && each !== null ? replacementOf(found, each, settings.ramp_months) : null
  return {
    ...basis,
    retention: yearly,
    retention_basis: yearly === null ? null : 'buyers',
    period_days: days,
    base_customers: found.base,
    kept_customers: found.kept,
    margin_minor: each === null || hidden ? null : Math.round(each),
    points,
    ...(effect
      ? {
          value_minor: Math.round(effect.value),
          value_after_minor: Math.round(effect.value_after),
          change: effect.change,
          gain_minor: Math.round(effect.gain),
        }
      : blank),
    classic: CLASSIC_RETENTION_EFFECT,
    replacement: hidden ? null : replacement,
  }
}

function replacementOf(
  { spend, won }: Kept,
  each: number,
  ramp_months: number,
): NonNullable<Retention['replacement']> {
  const cost = replacementCost({
    acquisition_spend: spend,
    customers_won: won,
    margin: each / 12,
    ramp_periods: ramp_months,
  })
  const [acquisition_minor, ramp_minor] = [Math.round(cost.acquisition), Math.round(cost.ramp)]
  return {
    acquisition_spend_minor: spend,
    customers_won: won,
    acquisition_minor,
    ramp_minor,
    total_minor: acquisition_minor + ramp_minor,
    ramp_months,
  }
}

async function keptOf(ctx: Ctx, snap: Snap, filter: Filter, before: Days, after: Days): Promise<Kept> {
  const params = new Params()
  const { from, day } = await purchases(ctx, snap, filter, params)
  const days = (one: Days) =>
    `${day} between ${params.$(dateOf(one.from), 'date')} and ${params.$(dateOf(one.to), 'date')}`
  const [was, is] = [days(before), days(after)]
  const start = params.$(dateOf(after.from), 'date')
  const id = params.$(snap.snapshot_id, 'bigint')
  const back = params.$(1 - snap.summary.return_share, 'float8')
  const [row] = await planned<Omit<Kept, 'spend'>>(
    ctx,
    `with p as (select o.party_id, bool_or(${was}) as was, bool_or(${is}) as is, min(${day}) as first,
         coalesce(sum(o.base_minor) filter (where ${is}), 0) as money ${from} group by 1)
     select count(*) filter (where p.was) as base, count(*) filter (where p.was and p.is) as kept, count(*) filter (where p.is) as active,
       count(*) filter (where p.first >= ${start}) as won, coalesce(round(sum(p.money * v.margin::float8) * ${back}), 0)::bigint as earned
     from p join customer_value v on v.party_id = p.party_id and v.snapshot_id = ${id}`,
    params.values,
  )
  return { ...row!, spend: await spentToWin(ctx, filter, after) }
}

/** Money spent to win customers, of the parts that the caller reaches; spend about no party is its unit's. */
async function spentToWin(ctx: Ctx, filter: Filter, { from, to }: Days): Promise<number> {
  if (!('spend:read' in ctx.who.grants)) return 0
  const params = new Params()
  const [a, b] = [params.$(dateOf(from), 'date'), params.$(dateOf(to), 'date')]
  const scope =
    ctx.reach.kind === 'all'
      ? 'true'
      : ctx.reach.kind === 'units'
        ? `s.unit_id = any(${params.$(ctx.reach.unit_ids, 'bigint[]')})`
        : `s.owner_id = ${params.$(ctx.reach.user_id, 'bigint')}`
  const segment = filter.tag ? `and s.segment = ${params.$(filter.tag, 'text')}` : ''
  const [row] = await planned<{ minor: number }>(
    ctx,
    `select coalesce(sum(s.base_minor), 0)::bigint as minor from spend s where s.purpose = 'win' and s.spent_on between ${a} and ${b} and ${scope} ${segment}`,
    params.values,
  )
  return row!.minor
}
