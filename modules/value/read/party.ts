import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { exponentOf } from '../../../kernel/text.ts'
import { predictionInterval, type RepeatModel } from '../../../packages/models/src/index.ts'
import { companyOf } from '../../access/company.ts'
import { reachParty } from '../../parties/party.ts'
import type { CustomerHistory, CustomerValue } from '../contract.customer.ts'
import { revive } from '../engine/fit.ts'
import { foreseer } from '../engine/histories.ts'
import type { FitReport } from '../engine/report.ts'
import { annuity, type discounting, notIdentified, type Scoring } from '../engine/score.ts'
import { needPotential } from '../needs.ts'
import { DAYS, dateOf, dayNumber, INTERVAL_LEVEL, MONTH, periodOf, startOf } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { subscriptionsOf } from '../subscriptions.ts'
import { assumptionsOf, type Snap, snapshotOf } from './basis.ts'
import { presentRow, type Stored } from './customers.ts'
import { shown } from './slice.ts'

// One customer. unscoped: reachParty has let the caller through to the party

type Full = Stored & {
  repeat_minor: number
  recent_minor: number
  expected: number | null
  expected_minor: number | null
  margin: number
  sum_log_gaps: number
}

async function rowOf(ctx: Ctx, snap: Snap, party_id: number): Promise<Full | null> {
  const [row] = await planned<Full>(
    ctx,
    `select ${shown}, null::text as move, null::bigint as change, v.repeat_minor, v.recent_minor, v.expected, v.expected_minor, v.margin, v.sum_log_gaps
     from customer_value v join party_listed l on l.party_id = v.party_id left join app_user u on u.user_id = l.owner_id
     left join unit n on n.unit_id = l.unit_id where v.snapshot_id = $1 and v.party_id = $2`,
    [snap.snapshot_id, party_id],
  )
  return row ?? null
}

export async function scoringOf(ctx: Ctx, fit_id: number | null): Promise<Scoring | null> {
  const [row] = await planned<{ report: FitReport }>(ctx, 'select report from value_fit where fit_id = $1', [
    fit_id,
  ])
  return row?.report.scoring ? revive(row.report.scoring) : null
}

type Foresight = Pick<CustomerValue, 'interval' | 'expected_purchases' | 'next_order'>

const NO_INTERVAL = { lower_minor: null, upper_minor: null, level: INTERVAL_LEVEL }

/** What this one may do: the chance of being gone, the own unknown rate, the luck of the draw. */
function foresee(scoring: Scoring, row: Full, assumed: Parameters<typeof discounting>[0]): Foresight {
  const { clock } = assumed
  const now = periodOf(clock, dayNumber(row.as_of))
  const first = periodOf(clock, dayNumber(row.first_on))
  const own = { x: row.x, t_x: periodOf(clock, dayNumber(row.last_on)) - first, T: now - first }
  const model = foreseer(scoring.model).repeat as RepeatModel<Record<string, unknown>> | null
  if (!model || row.value_minor === null)
    return { interval: NO_INTERVAL, expected_purchases: null, next_order: null }
  const year = predictionInterval(model, scoring.fit.params, own, MONTH[clock] * 12, {
    level: INTERVAL_LEVEL,
  })
  const horizon = MONTH[clock] * assumed.horizon_months
  const far = predictionInterval(model, scoring.fit.params, own, horizon, { level: INTERVAL_LEVEL })
  // each purchase of the horizon is worth the same share of the lifetime value
  const each = far.mean > 0 ? row.value_minor / far.mean : 0
  const bounds = [far.lower * each, far.upper * each]
  return {
    interval: {
      lower_minor: Math.round(Math.min(...bounds)),
      upper_minor: Math.round(Math.max(...bounds)),
      level: INTERVAL_LEVEL,
    },
    expected_purchases: { in_12_months: row.expected ?? year.mean, lower: year.lower, upper: year.upper },
    next_order: nextOrder(scoring, own, clock, dayNumber(row.as_of), row.next_on),
  }
}

/** Until when the next purchase comes with 10, 50, 90 % chance, given the silence and being a customer still. */
function nextOrder(
  { rhythm }: Scoring,
  { x, t_x, T }: { x: number; t_x: number; T: number },
  clock: 'day' | 'week' | 'month',
  as_of: number,
  on: string | null,
): CustomerValue['next_order'] {
  if (on === null) return null
  const { r, alpha, k = 1 } = rhythm
  // of Erlang gaps the memory of the silence is left out: the band is of a fresh gap from the last purchase
  const A = alpha + t_x + (k === 1 ? T - t_x : 0)
  const wait = (share: number) => (k === 1 ? A * ((1 - share) ** (-1 / (r + x)) - 1) : Number.NaN)
  if (k !== 1) return { on, from: on, to: on }
  const day = (share: number) =>
    dateOf(Math.min(as_of + Math.round(wait(share) * DAYS[clock]), as_of + 36_525))
  return { on, from: day(0.1), to: day(0.9) }
}

export async function partyValue(
  ctx: Ctx,
  { params, query }: { params: { id: number }; query: { as_of?: string } },
): Promise<CustomerValue> {
  await reachParty(ctx, params.id)
  const snap = await snapshotOf(ctx, query.as_of)
  const settings = await settingsById(ctx, snap.settings_id)
  const row = await rowOf(ctx, snap, params.id)
  const scoring = await scoringOf(ctx, snap.fit_id)
  const hidden = ctx.who.masks.has('cost')
  const minor = 10 ** exponentOf(snap.currency)
  const assumed = {
    clock: settings.clock,
    as_of: dayNumber(snap.as_of),
    now: periodOf(settings.clock, dayNumber(snap.as_of)),
    discount_rate: settings.discount_rate,
    horizon_months: settings.horizon_months,
    margin: settings.margin,
    return_share: snap.summary.return_share,
    overdue_from: settings.overdue_from,
    cost_of_service: settings.cost_of_service.none,
    minor,
  }
  const subscriptions = await subscriptionsOf(ctx, { params })
  const contract = subscriptions.items.reduce((sum, one) => sum + (one.value_minor ?? 0), 0)
  const cost = settings.cost_of_service.none
  const need = await needPotential(ctx, params.id, snap.as_of)
  const value = row?.value_minor ?? null
  const margin = row?.margin ?? settings.margin
  // what the need leaves open, at the own margin, over the horizon like everything else
  const open = need === null ? null : Math.round(need * margin * annuity(assumed))
  const potential = value === null && open === null ? null : (value ?? 0) + (open ?? 0)
  const present = row ? Math.round(row.recent_minor * row.margin * (1 - assumed.return_share)) - cost : null
  return {
    as_of: row?.as_of ?? snap.as_of,
    currency: snap.currency,
    known: row !== null,
    figures: row && presentRow(row, snap.as_of),
    ...(row && scoring && !snap.summary.too_few
      ? foresee(scoring, row, assumed)
      : { interval: NO_INTERVAL, expected_purchases: null, next_order: renewalOf(row, snap) }),
    expected_spend_minor: row?.expected_minor ?? null,
    present_minor: present,
    potential_minor: potential,
    potential_basis:
      potential === null ? null : open === null ? 'model' : value === null ? 'need' : 'need_and_model',
    // where the lifetime value itself is of contracts they do not stand beside it
    subscriptions_minor: subscriptions.items.length > 0 && !snap.summary.contracts_alone ? contract : null,
    cost_of_service_minor: hidden ? null : cost,
    spend_minor: await spentOn(ctx, params.id, snap.as_of),
    margin: hidden || !row ? null : Number(row.margin.toPrecision(6)),
    margin_basis: hidden || !row ? null : marginBasis(row.margin, settings.margin, snap),
    rank:
      row && ctx.reach.kind === 'all' && value !== null ? await rankOf(ctx, snap, value, params.id) : null,
    facts: factsOf(row, settings.clock, snap),
    model: scoring?.model ?? null,
    params: scoring?.fit.params ?? null,
    assumptions: assumptionsOf(ctx, snap, settings),
  }
}

/** Of a contract the day is known. */
const renewalOf = (row: Full | null, { summary }: Snap): CustomerValue['next_order'] =>
  summary.contracts_alone && row?.next_on ? { on: row.next_on, from: row.next_on, to: row.next_on } : null

const marginBasis = (margin: number, assumption: number, snap: Snap): 'cost' | 'assumption' | 'mixed' => {
  if (snap.summary.cost_known === 0 || Math.abs(margin - assumption) < 1e-6) return 'assumption'
  return snap.summary.cost_known > 0.999 ? 'cost' : 'mixed'
}

function factsOf(row: Full | null, clock: 'day' | 'week' | 'month', snap: Snap): CustomerValue['facts'] {
  if (!row) return { x: 0, t_x: 0, T: 0, mean_spend_minor: null, returns_minor: 0 }
  const at = (date: string) => periodOf(clock, dayNumber(date))
  const as_of = row.as_of > snap.as_of ? row.as_of : snap.as_of
  return {
    x: row.x,
    t_x: at(row.last_on) - at(row.first_on),
    T: at(as_of) - at(row.first_on),
    mean_spend_minor: row.x > 0 ? Math.round(row.repeat_minor / row.x) : null,
    returns_minor: row.returns_minor,
  }
}

async function rankOf(ctx: Ctx, snap: Snap, value: number, party_id: number): Promise<number> {
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*) as n from customer_value where snapshot_id = $1 and (value_minor > $2 or value_minor = $2 and party_id < $3)`,
    [snap.snapshot_id, value, party_id],
  )
  return row!.n + 1
}

async function spentOn(ctx: Ctx, party_id: number, as_of: string): Promise<number | null> {
  if (!('spend:read' in ctx.who.grants)) return null
  const [row] = await planned<{ minor: number }>(
    ctx,
    `select coalesce(sum(base_minor), 0)::bigint as minor from spend where party_id = $1 and spent_on > $2::date - 365 and spent_on <= $2::date`,
    [party_id, as_of],
  )
  return row!.minor
}

const POINTS = 120

type Bought = { on: string; amount_minor: number; counted: boolean }

export async function partyHistory(
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<CustomerHistory> {
  await reachParty(ctx, params.id)
  const snap = await snapshotOf(ctx)
  const settings = await settingsById(ctx, snap.settings_id)
  const scoring = await scoringOf(ctx, snap.fit_id)
  const orders = await planned<Bought>(
    ctx,
    `select (o.ordered_at at time zone $2)::date as on, o.base_minor as amount_minor, o.kind = 'order' and o.base_minor > 0 as counted
     from orders o where o.party_id = $1 and o.base_minor is not null and o.base_minor <> 0 order by o.ordered_at, o.order_id`,
    [params.id, (await companyOf(ctx)).time_zone],
  )
  const snapshots = await planned<CustomerHistory['snapshots'][number]>(
    ctx,
    `select s.as_of, v.value_minor, v.p_alive from customer_value v join value_snapshot s on s.snapshot_id = v.snapshot_id
     where v.party_id = $1 and s.state = 'ready' order by s.as_of, s.snapshot_id`,
    [params.id],
  )
  const few = !scoring || snap.summary.too_few
  const unknown = few ? 'too_few' : notIdentified(scoring.fit) ? 'dropout_not_identified' : null
  const why = orders.some(({ counted }) => counted) ? unknown : 'no_purchases'
  return {
    as_of: snap.as_of,
    p_alive:
      few || why === 'no_purchases'
        ? []
        : aliveOver(scoring, settings.clock, orders, snap.as_of, unknown !== null),
    why,
    orders: orders.slice(-400),
    snapshots: snapshots.map((one) => ({
      ...one,
      p_alive: one.p_alive === null ? null : Number(one.p_alive.toPrecision(7)),
    })),
  }
}

/** P(alive) at up to 120 moments between the first purchase and now, and at each purchase. */
function aliveOver(
  scoring: Scoring,
  clock: 'day' | 'week' | 'month',
  orders: readonly Bought[],
  as_of: string,
  hidden: boolean,
): CustomerHistory['p_alive'] {
  const times = [
    ...new Set(orders.filter(({ counted }) => counted).map(({ on }) => periodOf(clock, dayNumber(on)))),
  ].sort((a, b) => a - b)
  const first = times[0]!
  const now = Math.max(periodOf(clock, dayNumber(as_of)), times.at(-1)!)
  const step = Math.max(1, Math.ceil((now - first) / POINTS))
  const moments = new Set<number>([...times, now])
  for (let t = first; t < now; t += step) moments.add(t)
  const at = [...moments].sort((a, b) => a - b)
  const known = at.map((t) => times.filter((one) => one <= t))
  const gaps = known.map((own) => own.slice(1).reduce((sum, t, i) => sum + Math.log(t - own[i]!), 0))
  const data = {
    x: Float64Array.from(known, (own) => own.length - 1),
    t_x: Float64Array.from(known, (own) => own.at(-1)! - first),
    T: Float64Array.from(at, (t) => t - first),
    sum_log_itt: Float64Array.from(gaps),
  }
  const alive = foreseer(scoring.model).pAlive(scoring.fit.params, data)
  const artefact = scoring.fit.notes.some((note) => note.startsWith('never_returned'))
  return at.map((t, i) => ({
    on: dateOf(startOf(clock, t)),
    p_alive: hidden || (artefact && data.x[i] === 0) ? null : alive[i]!,
  }))
}
