import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { Bridge, Filter, Overview } from '../contract.shapes.ts'
import { Z } from '../engine/equity.ts'
import { dateOf, dayNumber, INTERVAL_LEVEL, quarterEnds } from '../rules.ts'
import {
  basisOf,
  findSnapshot,
  isWhole,
  Params,
  population,
  reached,
  type Snap,
  snapshotOf,
} from './basis.ts'

// unscoped: every statement is cut to the caller's reach by `population` or `reached` (basis.ts)

type Totals = {
  customers: number
  value: number | null
  squares: number | null
  mean: number | null
  median: number | null
  core: number
  at_risk: number | null
  overdue: number
}

export async function totalsOf(ctx: Ctx, snap: Snap, filter: Filter): Promise<Totals> {
  const params = new Params()
  const [row] = await planned<Totals>(
    ctx,
    `select count(*) as customers, sum(v.value_minor)::bigint as value, sum(v.value_minor::float8 ^ 2) as squares,
       round(avg(v.value_minor))::bigint as mean, round(percentile_cont(0.5) within group (order by v.value_minor))::bigint as median,
       count(*) filter (where v.core) as core, sum(v.at_risk_minor)::bigint as at_risk, count(*) filter (where v.overdue) as overdue
     ${population(ctx, snap, filter, params)}`,
    params.values,
  )
  return row!
}

/**
 * The interval of a part of the customers: doubt about the parameters moves all alike, so that part keeps its relative
 * width; chance of single customers adds up as variances, so it shrinks with √(Σ value² of the part ÷ of all).
 */
export function intervalOf(snap: Snap, totals: Totals): Overview['interval'] {
  const { equity } = snap.summary
  const level = INTERVAL_LEVEL
  const none = { lower_minor: null, upper_minor: null, level }
  if (
    !equity ||
    totals.value === null ||
    equity.lower === null ||
    equity.upper === null ||
    !(equity.equity > 0)
  )
    return none
  if (totals.value === snap.equity_minor)
    return { lower_minor: snap.lower_minor, upper_minor: snap.upper_minor, level }
  const half = (bound: number) => {
    const whole = Math.abs(bound - equity.equity)
    const chance = Math.min(whole, Z * (equity.from_customers ?? 0))
    const doubt = Math.sqrt(whole ** 2 - chance ** 2)
    const part = equity.squares > 0 ? Math.sqrt((totals.squares ?? 0) / equity.squares) : 1
    return Math.hypot((doubt * totals.value!) / equity.equity, chance * part)
  }
  return {
    lower_minor: Math.round(Math.max(0, totals.value - half(equity.lower))),
    upper_minor: Math.round(totals.value + half(equity.upper)),
    level,
  }
}

/** What became of a customer between two snapshots `a` and `b`. */
export const MOVE = `case when a.party_id is null then 'won' when b.party_id is null then 'lost'
  when b.gone and not a.gone then 'lost' when a.gone and not b.gone then 'rewon'
  when b.value_minor > a.value_minor then 'grown' when b.value_minor < a.value_minor then 'shrunk' else 'unchanged' end`

const MOVES = ['won', 'grown', 'shrunk', 'lost', 'rewon', 'unchanged'] as const

export async function bridgeOf(ctx: Ctx, from: Snap, to: Snap, filter: Filter): Promise<Bridge> {
  const params = new Params()
  const [a, b] = [params.$(from.snapshot_id, 'bigint'), params.$(to.snapshot_id, 'bigint')]
  const rows = await planned<{ move: (typeof MOVES)[number]; customers: number; start: number; end: number }>(
    ctx,
    `select ${MOVE} as move, count(*) as customers, coalesce(sum(a.value_minor), 0)::bigint as start, coalesce(sum(b.value_minor), 0)::bigint as end
     from (select * from customer_value where snapshot_id = ${a}) a
     full join (select * from customer_value where snapshot_id = ${b}) b on b.party_id = a.party_id
     join party_listed l on l.party_id = coalesce(b.party_id, a.party_id)
     where ${reached(ctx, filter, params)} group by 1`,
    params.values,
  )
  const sum = (key: 'start' | 'end') => rows.reduce((total, row) => total + row[key], 0)
  return {
    from: from.as_of,
    to: to.as_of,
    start_minor: sum('start'),
    end_minor: sum('end'),
    steps: MOVES.map((move) => {
      const row = rows.find((one) => one.move === move)
      return { move, customers: row?.customers ?? 0, change_minor: row ? row.end - row.start : 0 }
    }),
    same_fit: from.fit_id === to.fit_id,
  }
}

/** The snapshot to compare with: of that day or before; without one the last quarter's end, else the earliest there is. */
export async function earlierSnapshot(ctx: Ctx, snap: Snap, compare?: string): Promise<Snap | null> {
  const day = compare ?? dateOf(quarterEnds(dayNumber(snap.as_of), 1)[0]!)
  const found = await findSnapshot(ctx, day)
  return found && found.snapshot_id !== snap.snapshot_id && found.as_of < snap.as_of ? found : null
}

type Trend = Overview['trend']
async function trendOf(ctx: Ctx, snap: Snap, filter: Filter): Promise<Trend> {
  if (isWhole(ctx, filter))
    return planned<Trend[number]>(
      ctx,
      `select as_of, equity_minor, lower_minor, upper_minor, customers from value_snapshot
       where state = 'ready' and as_of <= $1 and equity_minor is not null order by as_of desc, snapshot_id desc limit 40`,
      [snap.as_of],
    ).then((rows) => rows.reverse())
  const params = new Params()
  const until = params.$(snap.as_of, 'date')
  const rows = await planned<Omit<Trend[number], 'lower_minor' | 'upper_minor'>>(
    ctx,
    `select s.as_of, sum(v.value_minor)::bigint as equity_minor, count(*) as customers
     from value_snapshot s join customer_value v on v.snapshot_id = s.snapshot_id join party_listed l on l.party_id = v.party_id
     where s.state = 'ready' and s.as_of <= ${until} and s.equity_minor is not null and ${reached(ctx, filter, params)}
     group by s.snapshot_id, s.as_of order by s.as_of`,
    params.values,
  )
  return rows.map((row) => ({ ...row, lower_minor: null, upper_minor: null }))
}

export async function overview(
  ctx: Ctx,
  { query }: { query: Filter & { compare?: string } },
): Promise<Overview> {
  const snap = await snapshotOf(ctx, query.as_of)
  const { summary } = snap
  const totals = await totalsOf(ctx, snap, query)
  const earlier = summary.too_few ? null : await earlierSnapshot(ctx, snap, query.compare)
  const bridge = earlier && !earlier.summary.too_few ? await bridgeOf(ctx, earlier, snap, query) : null
  const whole = isWhole(ctx, query)
  const report = await planned<{ bias: number | null }>(
    ctx,
    `select (c->'holdout'->>'bias')::float8 as bias from value_fit f, jsonb_array_elements(f.report->'candidates') c
     where f.fit_id = $1 and (c->>'chosen')::boolean`,
    [snap.fit_id],
  )
  return {
    ...(await basisOf(ctx, snap, totals.customers)),
    data: whole ? summary.data : await dataOf(ctx, snap, query),
    equity_minor: summary.too_few ? null : (totals.value ?? 0),
    interval: intervalOf(snap, totals),
    change_minor: bridge && bridge.end_minor - bridge.start_minor,
    bridge,
    trend: summary.too_few ? [] : await trendOf(ctx, snap, query),
    mean_minor: totals.mean,
    median_minor: totals.median,
    core_customers: totals.core,
    at_risk_minor: totals.at_risk,
    overdue_customers: totals.overdue,
    // where they are the figure itself they do not stand beside it
    contractual: whole && !summary.contracts_alone ? summary.contractual : { customers: 0, value_minor: 0 },
    of_contracts: summary.contracts_alone === true,
    holdout_error: report[0]?.bias ?? null,
    stale: summary.stale,
  }
}

/** Counts of a part: what the company's orders as a whole hold is not told to who reaches a part of them. */
async function dataOf(ctx: Ctx, snap: Snap, filter: Filter): Promise<Overview['data']> {
  const params = new Params()
  const [row] = await planned<{
    customers: number
    repeaters: number
    purchases: number
    first_day: string | null
    last_day: string | null
  }>(
    ctx,
    `select count(*) as customers, count(*) filter (where v.x > 0) as repeaters, coalesce(sum(v.x + 1), 0)::bigint as purchases,
       min(v.first_on) as first_day, max(v.last_on) as last_day ${population(ctx, snap, filter, params)}`,
    params.values,
  )
  const span_days = row!.first_day ? dayNumber(snap.as_of) - dayNumber(row!.first_day) : 0
  return { ...row!, orders: row!.purchases, returns: 0, unrated: 0, empty: 0, anonymous: 0, span_days }
}
