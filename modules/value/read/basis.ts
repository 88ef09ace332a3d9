import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Settings } from '../contract.model.ts'
import type { Assumptions, Filter } from '../contract.shapes.ts'
import type { ModelName } from '../engine/histories.ts'
import type { Summary } from '../engine/report.ts'
import { INTERVAL_LEVEL } from '../rules.ts'
import { settingsById } from '../settings.ts'

// What every picture starts from: the snapshot of a day, and which of its customers the caller asks for and reaches.

export type Snap = {
  snapshot_id: number
  as_of: string
  current: boolean
  fit_id: number | null
  settings_id: number
  currency: string
  customers: number
  equity_minor: number | null
  lower_minor: number | null
  upper_minor: number | null
  summary: Summary
  computed_at: string
  generation: number
  model: ModelName | null
}

const snapText = `select s.snapshot_id, s.as_of, s.current, s.fit_id, s.settings_id, s.currency, s.customers, s.equity_minor,
    s.lower_minor, s.upper_minor, s.summary, s.computed_at, s.generation, f.model
  from value_snapshot s left join value_fit f on f.fit_id = s.fit_id where s.state = 'ready'`

/** Of this day, or the last one before it; without a day the current one. */
export async function findSnapshot(ctx: Ctx, as_of?: string): Promise<Snap | null> {
  const rows = as_of
    ? await planned<Snap>(
        ctx,
        `${snapText} and (s.as_of <= $1::date or s.current and $1::date >= s.as_of) order by s.as_of desc, s.snapshot_id desc limit 1`,
        [as_of],
      )
    : await planned<Snap>(ctx, `${snapText} and s.current`, [])
  return rows[0] ?? null
}

export async function snapshotOf(ctx: Ctx, as_of?: string): Promise<Snap> {
  return (await findSnapshot(ctx, as_of)) ?? refuse('value.no_figures', 409, { as_of: as_of ?? null })
}

/** Values of a statement under way: `$(value)` is its next parameter. */
export class Params {
  readonly values: unknown[] = []
  readonly $ = (value: unknown, type: string): string => `$${this.values.push(value)}::${type}`
}

const belowText = (unit: string) => `with recursive down as (
  select unit_id from unit where unit_id = ${unit} union select u.unit_id from unit u join down on u.parent_id = down.unit_id
) select unit_id from down`

/** Conditions on `l` (party_listed): the caller's reach first, then the question's filter. */
export function reached(ctx: Ctx, filter: Filter, params: Params): string {
  const scope = scopeSql(ctx.reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  const { $ } = params
  const conditions = ['l.live', scope.text]
  if (filter.role) conditions.push(`l.roles @> ${$([filter.role], 'text[]')}`)
  if (filter.tag) conditions.push(`l.tags @> ${$([filter.tag], 'text[]')}`)
  if (filter.country) conditions.push(`l.country = ${$(filter.country, 'text')}`)
  if (filter.owner_id) conditions.push(`l.owner_id = ${$(filter.owner_id, 'bigint')}`)
  if (filter.unit_id) conditions.push(`l.unit_id in (${belowText($(filter.unit_id, 'bigint'))})`)
  return conditions.join(' and ')
}

export const isWhole = (ctx: Ctx, { as_of: _, ...rest }: Filter): boolean =>
  ctx.reach.kind === 'all' &&
  (['role', 'tag', 'country', 'owner_id', 'unit_id'] as const).every((key) => rest[key] === undefined)

/** `from customer_value v join party_listed l …` of a snapshot, with what the caller reaches and asks for. */
export function population(ctx: Ctx, snap: Snap, filter: Filter, params: Params): string {
  const id = params.$(snap.snapshot_id, 'bigint')
  return `from customer_value v join party_listed l on l.party_id = v.party_id
    where v.snapshot_id = ${id} and ${reached(ctx, filter, params)}`
}

export async function customersIn(ctx: Ctx, snap: Snap, filter: Filter): Promise<number> {
  const params = new Params()
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n ${population(ctx, snap, filter, params)}`,
    params.values,
  )
  return row!.n
}

// Costs are masked for roles that may not see them: then the margin is not told either.
export function assumptionsOf(ctx: Ctx, snap: Snap, settings: Settings): Assumptions {
  const hidden = ctx.who.masks.has('cost')
  const { summary } = snap
  return {
    as_of: snap.as_of,
    clock: settings.clock,
    currency: snap.currency,
    discount_rate: settings.discount_rate,
    horizon_months: settings.horizon_months,
    margin: hidden ? null : settings.margin,
    margin_effective: hidden ? null : summary.margin_effective,
    cost_known: hidden ? null : summary.cost_known,
    returns: settings.returns,
    return_share: summary.return_share,
    cost_of_service_minor: hidden ? {} : settings.cost_of_service,
    interval_level: INTERVAL_LEVEL,
    withheld: hidden,
    settings_id: snap.settings_id,
  }
}

export type Basis = {
  as_of: string
  computed_at: string
  snapshot_id: number
  currency: string
  model: ModelName | null
  too_few: boolean
  warnings: string[]
  customers: number
  assumptions: Assumptions
}

export async function basisOf(ctx: Ctx, snap: Snap, customers: number): Promise<Basis> {
  const { as_of, computed_at, snapshot_id, currency, summary } = snap
  return {
    as_of,
    computed_at,
    snapshot_id,
    currency,
    model: snap.model,
    too_few: summary.too_few,
    warnings: summary.warnings,
    customers,
    assumptions: assumptionsOf(ctx, snap, await settingsById(ctx, snap.settings_id)),
  }
}

/** `at time zone` of the company, as a date. */
export const dayOf = (zone: string): string => `(o.ordered_at at time zone ${zone})::date`
export const BUYS = `o.kind = 'order' and o.base_minor > 0`
