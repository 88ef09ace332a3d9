import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { concentration as lorenz } from '../../../packages/models/src/index.ts'
import type { Classes, Concentration, Distribution, Filter, RfmMap } from '../contract.shapes.ts'
import { abcClasses, purchaseClasses, rfmSegments } from '../contract.shapes.ts'
import { basisOf, customersIn, Params, population, type Snap, snapshotOf } from './basis.ts'

// unscoped: every statement is cut to the caller's reach by `population` (basis.ts)

type Asked = { query: Filter }

/** A column of everybody asked for, as eight bytes each: one row instead of a million. Sorted, largest first. */
async function valuesOf(ctx: Ctx, snap: Snap, filter: Filter): Promise<Float64Array> {
  const params = new Params()
  const [row] = await planned<{ bytes: Buffer | null }>(
    ctx,
    `select string_agg(int8send(s.value), ''::bytea) as bytes from (
       select greatest(v.value_minor, 0) as value ${population(ctx, snap, filter, params)} and v.value_minor is not null order by 1 desc) s`,
    params.values,
  )
  const bytes = row?.bytes ?? Buffer.alloc(0)
  const values = new Float64Array(bytes.length / 8)
  for (let i = 0; i < values.length; i++)
    values[i] = bytes.readInt32BE(i * 8) * 4_294_967_296 + bytes.readUInt32BE(i * 8 + 4)
  return values
}

/** Edges that a person reads: 1, 2, 5, 10, 20 … of the currency's unit, from below the median to above the largest. */
function edgesOf(sorted: Float64Array): number[] {
  const n = sorted.length
  const largest = sorted[0] ?? 0
  if (!(largest > 0)) return [0]
  const low = Math.max(100, sorted[Math.floor(n * 0.95)] ?? 100)
  const edges = [0]
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= largest; power *= 10)
    for (const step of [1, 2, 5]) if (power * step <= largest) edges.push(power * step)
  return edges
}

export async function distribution(ctx: Ctx, { query }: Asked): Promise<Distribution> {
  const snap = await snapshotOf(ctx, query.as_of)
  const sorted = await valuesOf(ctx, snap, query)
  const basis = await basisOf(ctx, snap, await customersIn(ctx, snap, query))
  const edges = edgesOf(sorted)
  const bins = edges.map((from, i) => ({
    from_minor: from,
    to_minor: edges[i + 1] ?? null,
    customers: 0,
    value_minor: 0,
  }))
  let bin = bins.length - 1
  for (const value of sorted) {
    while (bin > 0 && value < bins[bin]!.from_minor) bin--
    bins[bin]!.customers++
    bins[bin]!.value_minor += value
  }
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor((1 - share) * sorted.length))] ?? 0
  const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map((share) => ({ share, value_minor: at(share) }))
  return { ...basis, bins: sorted.length > 0 ? bins : [], quantiles: sorted.length > 0 ? quantiles : [] }
}

const MARKS = [0.01, 0.05, 0.1, 0.2, 0.5]

export async function concentration(ctx: Ctx, { query }: Asked): Promise<Concentration> {
  const snap = await snapshotOf(ctx, query.as_of)
  const values = await valuesOf(ctx, snap, query)
  const basis = await basisOf(ctx, snap, await customersIn(ctx, snap, query))
  const params = new Params()
  const classes = await planned<{ abc: number | null; customers: number; value: number | null }>(
    ctx,
    `select v.abc, count(*) as customers, sum(greatest(v.value_minor, 0))::bigint as value ${population(ctx, snap, query, params)} group by 1`,
    params.values,
  )
  const total = values.reduce((sum, value) => sum + value, 0)
  const blank = { ...basis, gini: null, curve: [], marks: [], customers_for_80: null, classes: [], core: [] }
  if (!(total > 0)) return blank
  const curve = lorenz(values)
  return {
    ...basis,
    gini: curve.gini,
    curve: curve.curve,
    marks: MARKS.map((customers) => ({
      customers,
      customer_count: Math.round(customers * values.length),
      value: curve.valueOf(customers),
    })),
    customers_for_80: curve.customersFor(0.8),
    classes: abcClasses.map((name, i) => {
      const row = classes.find(({ abc }) => abc === i + 1)
      return {
        class: name,
        customers: row?.customers ?? 0,
        value_minor: row?.value ?? 0,
        share: (row?.value ?? 0) / total,
      }
    }),
    core: await coreOf(ctx, snap, query, total),
  }
}

async function coreOf(ctx: Ctx, snap: Snap, filter: Filter, total: number): Promise<Concentration['core']> {
  const params = new Params()
  const rows = await planned<{ party_id: number; name: string; value: number }>(
    ctx,
    `select v.party_id, l.name, v.value_minor as value ${population(ctx, snap, filter, params)} and v.core
     order by v.value_minor desc, v.party_id limit 20`,
    params.values,
  )
  let cumulated = 0
  return rows.map(({ party_id, name, value }) => {
    cumulated += value / total
    return { party: { id: party_id, name }, value_minor: value, share: value / total, cumulated }
  })
}

type Cell = { recency: number; frequency: number; customers: number; value: number | null; revenue: number }

export async function rfmMap(ctx: Ctx, { query }: Asked): Promise<RfmMap> {
  const snap = await snapshotOf(ctx, query.as_of)
  const basis = await basisOf(ctx, snap, await customersIn(ctx, snap, query))
  const [one, other] = [new Params(), new Params()]
  const cells = await planned<Cell>(
    ctx,
    `select v.recency, v.frequency, count(*) as customers, sum(v.value_minor)::bigint as value, sum(v.revenue_minor)::bigint as revenue
     ${population(ctx, snap, query, one)} and v.recency is not null group by 1, 2`,
    one.values,
  )
  const segments = await planned<{ segment: number; customers: number; value: number | null }>(
    ctx,
    `select v.segment, count(*) as customers, sum(v.value_minor)::bigint as value ${population(ctx, snap, query, other)} and v.segment is not null group by 1`,
    other.values,
  )
  const five = [1, 2, 3, 4, 5]
  return {
    ...basis,
    cells: five.flatMap((recency) =>
      five.map((frequency) => {
        const cell = cells.find((c) => c.recency === recency && c.frequency === frequency)
        const customers = cell?.customers ?? 0
        const value_minor = cell?.value ?? 0
        const mean_minor = customers > 0 ? Math.round(value_minor / customers) : 0
        return { recency, frequency, customers, value_minor, mean_minor, revenue_minor: cell?.revenue ?? 0 }
      }),
    ),
    segments: rfmSegments.map((segment, i) => {
      const row = segments.find((s) => s.segment === i + 1)
      return { segment, customers: row?.customers ?? 0, value_minor: row?.value ?? 0 }
    }),
  }
}

export async function classes(ctx: Ctx, { query }: Asked): Promise<Classes> {
  const snap = await snapshotOf(ctx, query.as_of)
  const params = new Params()
  const rows = await planned<{
    class: number
    customers: number
    value: number | null
    revenue: number
    purchases: number
  }>(
    ctx,
    `select v.class, count(*) as customers, sum(v.value_minor)::bigint as value, sum(v.revenue_minor)::bigint as revenue,
       sum(v.x + 1)::bigint as purchases ${population(ctx, snap, query, params)} group by 1`,
    params.values,
  )
  const customers = rows.reduce((sum, row) => sum + row.customers, 0)
  return {
    ...(await basisOf(ctx, snap, customers)),
    classes: purchaseClasses.map((name, i) => {
      const row = rows.find((one) => one.class === i)
      return {
        class: name,
        customers: row?.customers ?? 0,
        value_minor: row?.value ?? 0,
        revenue_minor: row?.revenue ?? 0,
        purchases: row?.purchases ?? 0,
      }
    }),
  }
}
