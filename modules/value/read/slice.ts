import type { Static } from 'typebox'
import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { companyOf } from '../../access/company.ts'
import type { slice as sliceShape } from '../contract.customer.ts'
import { abcClasses, type Filter, purchaseClasses, rfmSegments } from '../contract.shapes.ts'
import { dateOf, spanOf } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { BUYS, dayOf, type Params, reached, type Snap } from './basis.ts'
import { graceOf, spansOf } from './flows.ts'
import { earlierSnapshot, MOVE } from './overview.ts'

// Which customers a part of a picture leads to. unscoped: cut to the caller's reach by `reached` (basis.ts)

type Slice = { [K in keyof typeof sliceShape]?: Static<(typeof sliceShape)[K]> | undefined }
export type Asked = Filter & Slice
export const shown = `v.party_id, l.name, l.owner_id, u.name as owner_name, l.unit_id, n.name as unit_name, v.value_minor, v.p_alive, v.unknown,
  v.at_risk_minor, v.overdue, v.gone, v.lateness, v.usual_days, v.as_of, v.next_on, v.class, v.abc, v.core, v.recency, v.frequency,
  v.monetary, v.segment, v.x, v.revenue_minor, v.returns_minor, v.first_on, v.last_on`
const dressed = `left join app_user u on u.user_id = l.owner_id left join unit n on n.unit_id = l.unit_id`

/** `from …` of the slice, over `v` (figures), `l` (party_listed), and who owns it. */
export async function sliceOf(ctx: Ctx, snap: Snap, asked: Asked, params: Params): Promise<string> {
  const { $ } = params
  const earlier = asked.move || asked.compare ? await earlierSnapshot(ctx, snap, asked.compare) : null
  if (asked.move && !earlier) return refuse('value.no_figures', 409, { as_of: asked.compare ?? null })
  const b = `(select * from customer_value where snapshot_id = ${$(snap.snapshot_id, 'bigint')})`
  const joined = earlier
    ? `(select coalesce(b.party_id, a.party_id) as party_id, ${columns('b', 'a')}, ${MOVE} as move,
         coalesce(b.value_minor, 0) - coalesce(a.value_minor, 0) as change
       from ${b} b full join (select * from customer_value where snapshot_id = ${$(earlier.snapshot_id, 'bigint')}) a on a.party_id = b.party_id) v`
    : `(select b.*, null::text as move, null::bigint as change from ${b} b) v`
  const conditions = [
    reached(ctx, asked, params),
    ...plain(asked, params),
    ...(await timed(ctx, snap, asked, params)),
  ]
  if (asked.best !== undefined)
    conditions.push(`v.party_id in (select x.party_id from (select w.party_id, row_number() over (order by w.value_minor desc nulls last, w.party_id) as n,
      count(*) over () as all_of from customer_value w join party_listed l on l.party_id = w.party_id
      where w.snapshot_id = ${$(snap.snapshot_id, 'bigint')} and ${reached(ctx, asked, params)}) x where x.n <= round(${$(asked.best, 'float8')} * x.all_of))`)
  return `from ${joined} join party_listed l on l.party_id = v.party_id ${dressed} where ${conditions.join(' and ')}`
}

const KEPT = shown
  .split(',')
  .map((part) => part.trim())
  .filter((part) => part.startsWith('v.'))
  .map((part) => part.slice(2))
// A customer who is in the earlier snapshot only (orders withdrawn since) is shown as then, worth nothing now.
const columns = (b: string, a: string): string =>
  KEPT.filter((name) => name !== 'party_id')
    .map((name) =>
      name === 'value_minor' || name === 'at_risk_minor'
        ? `${b}.${name}`
        : `case when ${b}.party_id is null then ${a}.${name} else ${b}.${name} end as ${name}`,
    )
    .join(', ')

function plain(asked: Asked, { $ }: Params): string[] {
  const conditions: string[] = []
  const add = (value: unknown, condition: (at: unknown) => string) => {
    if (value !== undefined) conditions.push(condition(value))
  }
  add(asked.value_from, (v) => `v.value_minor >= ${$(v, 'bigint')}`)
  add(asked.value_to, (v) => `v.value_minor < ${$(v, 'bigint')}`)
  add(asked.alive_from, (v) => `v.p_alive >= ${$(v, 'float8')}`)
  add(asked.alive_to, (v) => `v.p_alive < ${$(v, 'float8')}`)
  add(asked.class, (v) => `v.class = ${$(purchaseClasses.indexOf(v as never), 'int')}`)
  add(asked.abc, (v) => `v.abc = ${$(1 + abcClasses.indexOf(v as never), 'int')}`)
  add(asked.core, (v) => `v.core = ${$(v, 'boolean')}`)
  add(asked.overdue, (v) => `v.overdue = ${$(v, 'boolean')}`)
  add(asked.recency, (v) => `v.recency = ${$(v, 'int')}`)
  add(asked.frequency, (v) => `v.frequency = ${$(v, 'int')}`)
  add(asked.monetary, (v) => `v.monetary = ${$(v, 'int')}`)
  add(asked.segment, (v) => `v.segment = ${$(1 + rfmSegments.indexOf(v as never), 'int')}`)
  add(asked.move, (v) => `v.move = ${$(v, 'text')}`)
  add(asked.without, (v) => NOT_KNOWN[v as keyof typeof NOT_KNOWN])
  add(asked.cohort, (v) => {
    const { from, until } = spanOf(String(v))
    return `v.first_on >= ${$(from, 'date')} and v.first_on < ${$(until, 'date')}`
  })
  return conditions
}

const NOT_KNOWN = {
  role: "l.roles = '{}'",
  tag: "l.tags = '{}'",
  country: 'l.country is null',
  owner: 'l.owner_id is null',
} as const

const BOTH = 'y.was > 0 and y.is > 0'
/** Orders (`was`, `is`) and money before and after. */
const SOLD = {
  before: 'y.was > 0',
  after: 'y.is > 0',
  both: BOTH,
  won: 'y.is > 0 and y.was = 0',
  lost: 'y.was > 0 and y.is = 0',
  oftener: `${BOTH} and y.is > y.was`,
  rarer: `${BOTH} and y.is < y.was`,
  // money per order, without dividing
  larger: `${BOTH} and y.money * y.was > y.money_was * y.is`,
  smaller: `${BOTH} and y.money * y.was < y.money_was * y.is`,
} as const

/** Buyers of one span against those of the one before. */
function soldTo(snap: Snap, asked: Asked, zone: string, { $ }: Params): string {
  const { before, after } = spansOf(snap, asked)
  const day = dayOf($(zone, 'text'))
  const within = ({ from, to }: { from: number; to: number }) =>
    `${day} between ${$(dateOf(from), 'date')} and ${$(dateOf(to), 'date')}`
  const [was, is] = [within(before), within(after)]
  return `v.party_id in (select y.party_id from (
    select o.party_id, count(*) filter (where ${was}) as was, count(*) filter (where ${is}) as is,
      coalesce(sum(o.base_minor) filter (where ${was}), 0) as money_was, coalesce(sum(o.base_minor) filter (where ${is}), 0) as money
    from orders o where ${BUYS} and (${was} or ${is}) and ${day} <= ${$(snap.as_of, 'date')} group by 1) y where ${SOLD[asked.sales!]})`
}

/** Slices that look at purchases in a period. */
async function timed(ctx: Ctx, snap: Snap, asked: Asked, params: Params): Promise<string[]> {
  const { $ } = params
  const zone = (await companyOf(ctx)).time_zone
  const bought = (from: string, until: string) => {
    const day = dayOf($(zone, 'text'))
    return `exists (select from orders o where o.party_id = v.party_id and ${BUYS} and ${day} >= ${$(from, 'date')} and ${day} < ${$(until, 'date')} and ${day} <= ${$(snap.as_of, 'date')})`
  }
  const conditions: string[] = []
  const active = asked.active_in && spanOf(asked.active_in)
  const silent = asked.not_active_in && spanOf(asked.not_active_in)
  if (active) conditions.push(bought(active.from, active.until))
  if (silent) conditions.push(`not ${bought(silent.from, silent.until)}`)
  if (asked.sales) conditions.push(soldTo(snap, asked, zone, params))
  if (!asked.bucket) return conditions
  if (!asked.bucket_in) return refuse('value.bad_period', 422)
  const { from, until, kind } = spanOf(asked.bucket_in)
  const grace = graceOf((await settingsById(ctx, snap.settings_id)).bucket_months, kind)
  const back = (date: string, periods: number) => {
    const months =
      Number(date.slice(0, 4)) * 12 +
      Number(date.slice(5, 7)) -
      1 -
      periods * { month: 1, quarter: 3, year: 12 }[kind]
    return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`
  }
  const lately = () => bought(back(from, grace + 1), from)
  const now = () => bought(from, until)
  // forgiven periods up to and with this one
  const forgiven = () => (grace > 0 ? bought(back(from, grace), until) : now())
  if (asked.bucket === 'won')
    conditions.push(`v.first_on >= ${$(from, 'date')} and v.first_on < ${$(until, 'date')}`)
  if (asked.bucket === 'rewon') conditions.push(now(), bought('0001-01-01', from), `not ${lately()}`)
  if (asked.bucket === 'kept') conditions.push(forgiven(), lately())
  if (asked.bucket === 'lost') conditions.push(lately(), `not ${forgiven()}`)
  return conditions
}
