import { Readable } from 'node:stream'
import type { Static } from 'typebox'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { exponentOf, phrase } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import type { rowSorts, slice as sliceShape } from '../contract.customer.ts'
import {
  abcClasses,
  type Filter,
  purchaseClasses,
  type Risk,
  rfmSegments,
  unknowns,
  type ValueRow,
} from '../contract.shapes.ts'
import { dayNumber, spanOf } from '../rules.ts'
import { settingsById } from '../settings.ts'
import { text } from '../text.ts'
import { BUYS, basisOf, dayOf, Params, reached, type Snap, snapshotOf } from './basis.ts'
import { graceOf } from './flows.ts'
import { earlierSnapshot, MOVE } from './overview.ts'

// The customers behind a picture's slice. unscoped: cut to the caller's reach by `reached` (basis.ts)

type Slice = { [K in keyof typeof sliceShape]?: Static<(typeof sliceShape)[K]> | undefined }
export type Asked = Filter & Slice
type Sort = (typeof rowSorts)[number]

export type Stored = {
  party_id: number
  name: string
  owner_id: number | null
  owner_name: string | null
  unit_id: number
  unit_name: string
  value_minor: number | null
  p_alive: number | null
  unknown: number | null
  at_risk_minor: number | null
  overdue: boolean
  gone: boolean
  lateness: number | null
  usual_days: number | null
  as_of: string
  next_on: string | null
  class: number
  abc: number | null
  core: boolean
  recency: number | null
  frequency: number | null
  monetary: number | null
  segment: number | null
  x: number
  revenue_minor: number
  returns_minor: number
  first_on: string
  last_on: string
  move: ValueRow['move']
  change: number | null
}

export const shown = `v.party_id, l.name, l.owner_id, u.name as owner_name, l.unit_id, n.name as unit_name, v.value_minor, v.p_alive, v.unknown,
  v.at_risk_minor, v.overdue, v.gone, v.lateness, v.usual_days, v.as_of, v.next_on, v.class, v.abc, v.core, v.recency, v.frequency,
  v.monetary, v.segment, v.x, v.revenue_minor, v.returns_minor, v.first_on, v.last_on`
const dressed = `left join app_user u on u.user_id = l.owner_id left join unit n on n.unit_id = l.unit_id`

/** Single precision is what is kept: its digits, not those of a double. */
const single = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(7)))

export function presentRow(row: Stored, as_of: string): ValueRow {
  const silent_days = dayNumber(as_of > row.as_of ? as_of : row.as_of) - dayNumber(row.last_on)
  const scored = row.recency !== null
  return {
    party: { id: row.party_id, name: row.name },
    owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
    unit: { id: row.unit_id, name: row.unit_name },
    value_minor: row.value_minor,
    p_alive: single(row.p_alive),
    p_alive_why: row.unknown === null ? null : unknowns[row.unknown - 1]!,
    at_risk_minor: row.at_risk_minor,
    risk_basis: row.at_risk_minor === null ? null : row.p_alive === null ? 'lateness' : 'p_alive',
    overdue: row.overdue,
    lateness: single(row.lateness),
    silent_days,
    usual_days: row.usual_days === null ? null : Math.round(row.usual_days * 10) / 10,
    next_order_on: row.next_on,
    class: purchaseClasses[row.class]!,
    abc: row.abc === null ? null : abcClasses[row.abc - 1]!,
    core: row.core,
    rfm: scored
      ? {
          recency: row.recency!,
          frequency: row.frequency!,
          monetary: row.monetary!,
          segment: rfmSegments[row.segment! - 1]!,
        }
      : null,
    purchases: row.x + 1,
    revenue_minor: row.revenue_minor,
    first_on: row.first_on,
    last_on: row.last_on,
    why: reasonsOf(row, silent_days),
    move: row.move ?? null,
    change_minor: row.change ?? null,
  }
}

function reasonsOf(row: Stored, silent_days: number): ValueRow['why'] {
  const why: ValueRow['why'] = []
  if (row.gone) why.push('gone')
  if (row.overdue) why.push('overdue')
  else if (row.usual_days !== null && row.x > 0 && silent_days > 2 * row.usual_days) why.push('silent')
  if (row.change !== null && row.change < 0) why.push('falling')
  if (row.returns_minor > 0.2 * row.revenue_minor) why.push('returns')
  return why
}

/** `from …` of the slice; `compared`: the snapshot that moves are told from. */
async function sliceOf(ctx: Ctx, snap: Snap, asked: Asked, params: Params): Promise<string> {
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
      count(*) over () as all_of from customer_value w join party_list l on l.party_id = w.party_id
      where w.snapshot_id = ${$(snap.snapshot_id, 'bigint')} and ${reached(ctx, asked, params)}) x where x.n <= round(${$(asked.best, 'float8')} * x.all_of))`)
  return `from ${joined} join party_list l on l.party_id = v.party_id ${dressed} where ${conditions.join(' and ')}`
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
  add(asked.cohort, (v) => {
    const { from, until } = spanOf(String(v))
    return `v.first_on >= ${$(from, 'date')} and v.first_on < ${$(until, 'date')}`
  })
  return conditions
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

const order: {
  readonly [S in Sort]: { column: string; type: string; part: 'number' | 'string'; low: number | string }
} = {
  value_minor: {
    column: 'coalesce(v.value_minor, -9007199254740991)',
    type: 'bigint',
    part: 'number',
    low: 0,
  },
  at_risk_minor: {
    column: 'coalesce(v.at_risk_minor, -9007199254740991)',
    type: 'bigint',
    part: 'number',
    low: 0,
  },
  p_alive: {
    column: 'coalesce(round(v.p_alive::numeric * 1000000000), -1)::bigint',
    type: 'bigint',
    part: 'number',
    low: 0,
  },
  lateness: {
    column: 'coalesce(round(v.lateness::numeric * 1000000000), -1)::bigint',
    type: 'bigint',
    part: 'number',
    low: 0,
  },
  revenue_minor: { column: 'v.revenue_minor', type: 'bigint', part: 'number', low: 0 },
  last_on: { column: 'v.last_on', type: 'date', part: 'string', low: '' },
  change_minor: { column: 'coalesce(v.change, 0)', type: 'bigint', part: 'number', low: 0 },
}

type PageAsked = Asked & { cursor?: string; limit?: number; sort?: Sort; order?: 'asc' | 'desc' }

export async function customers(ctx: Ctx, { query }: { query: PageAsked }) {
  const snap = await snapshotOf(ctx, query.as_of)
  const sort = query.sort ?? 'value_minor'
  const desc = (query.order ?? 'desc') === 'desc'
  const limit = query.limit ?? 50
  const { column, type, part } = order[sort]
  const params = new Params()
  const from = await sliceOf(ctx, snap, query, params)
  const counted = planned<{ count: number; value: number | null }>(
    ctx,
    `select count(*) as count, sum(v.value_minor)::bigint as value ${from}`,
    [...params.values],
  )
  // awaited below; a list that fails before must not leave it unheard, which ends the process
  counted.catch(() => undefined)
  let after = ''
  if (query.cursor !== undefined) {
    const [by, way, value, id] = decodeCursor(query.cursor, ['string', 'string', part, 'number'])
    if (by !== sort || way !== (desc ? 'desc' : 'asc')) return refuse('kernel.bad_cursor', 400)
    if (part === 'string' && !/^\d{4}-\d\d-\d\d$/.test(String(value))) return refuse('kernel.bad_cursor', 400)
    after = `and (${column}, v.party_id) ${desc ? '<' : '>'} (${params.$(value, type)}, ${params.$(id, 'bigint')})`
  }
  const by = desc ? 'desc' : 'asc'
  const rows = await planned<Stored & { slot: number | string }>(
    ctx,
    `select ${shown}, v.move, v.change, ${column} as slot ${from} ${after} order by ${column} ${by}, v.party_id ${by} limit ${limit + 1}`,
    params.values,
  )
  const [total] = await counted
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return {
    items: page.map((row) => presentRow(row, snap.as_of)),
    next: last && encodeCursor([sort, desc ? 'desc' : 'asc', last.slot, last.party_id]),
    as_of: snap.as_of,
    currency: snap.currency,
    count: total!.count,
    value_minor: total!.value,
  }
}

export async function risk(ctx: Ctx, { query }: { query: Filter & { limit?: number } }): Promise<Risk> {
  const snap = await snapshotOf(ctx, query.as_of)
  const limit = query.limit ?? 8
  const params = new Params()
  const from = await sliceOf(ctx, snap, query, params)
  const [sum] = await planned<{ customers: number; total: number | null; known: number }>(
    ctx,
    `select count(*) as customers, sum(v.at_risk_minor)::bigint as total, count(*) filter (where v.p_alive is not null) as known ${from}`,
    params.values,
  )
  const rows = await planned<Stored>(
    ctx,
    `select ${shown}, v.move, v.change ${from} and v.at_risk_minor > 0 order by v.at_risk_minor desc, v.party_id limit ${limit}`,
    params.values,
  )
  const items = rows.map((row) => presentRow(row, snap.as_of))
  const shared = items.reduce((total, item) => total + (item.at_risk_minor ?? 0), 0)
  const few = snap.summary.too_few
  return {
    ...(await basisOf(ctx, snap, sum!.customers)),
    at_risk_minor: few ? null : (sum!.total ?? 0),
    basis: few ? null : sum!.known > 0 ? 'p_alive' : 'lateness',
    items: few ? [] : items,
    share_of_items: sum!.total ? shared / sum!.total : null,
  }
}

const quoted = (cell: string): string => {
  // a cell that begins like a formula is no formula
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

const FILE_ROWS = 5000

/** All of a slice as CSV, a few thousand rows at a time. */
export async function customersFile(ctx: Ctx, { query }: { query: Asked }): Promise<FileAnswer> {
  const snap = await snapshotOf(ctx, query.as_of)
  const digits = exponentOf(snap.currency)
  const say = (key: keyof typeof text) => phrase(text[key], ctx.locale)
  const money = (minor: number | null) => (minor === null ? '' : (minor / 10 ** digits).toFixed(digits))
  const cells = (row: ValueRow) => [
    String(row.party.id),
    row.party.name,
    row.owner?.name ?? '',
    row.unit.name,
    money(row.value_minor),
    snap.currency,
    row.p_alive === null ? '' : String(row.p_alive),
    money(row.at_risk_minor),
    row.overdue ? '1' : '0',
    String(row.silent_days),
    row.usual_days === null ? '' : String(row.usual_days),
    row.next_order_on ?? '',
    say(`class.${row.class}`),
    row.abc ?? '',
    row.core ? '1' : '0',
    row.rfm ? say(`rfm.${row.rfm.segment}`) : '',
    String(row.purchases),
    money(row.revenue_minor),
    row.first_on,
    row.last_on,
  ]
  const head = (
    [
      'party_id',
      'name',
      'owner',
      'unit',
      'value',
      'currency',
      'p_alive',
      'at_risk',
      'overdue',
      'silent_days',
      'usual_days',
      'next_order',
      'class',
      'abc',
      'core',
      'segment',
      'purchases',
      'revenue',
      'first_on',
      'last_on',
    ] as const
  ).map((key) => say(`column.${key}`))
  async function* lines(): AsyncGenerator<string> {
    yield `\ufeff${head.map(quoted).join(',')}\r\n`
    let cursor: string | undefined
    do {
      const page = await customers(ctx, {
        query: { ...query, limit: FILE_ROWS, ...(cursor ? { cursor } : {}) },
      })
      yield page.items.map((row) => `${cells(row).map(quoted).join(',')}\r\n`).join('')
      cursor = page.next ?? undefined
    } while (cursor)
  }
  return { stream: Readable.from(lines()), type: 'text/csv; charset=utf-8', name: `value-${snap.as_of}.csv` }
}
