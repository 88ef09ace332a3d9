import { Readable } from 'node:stream'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { exponentOf, phrase } from '../../../kernel/text.ts'
import type { rowSorts } from '../contract.customer.ts'
import {
  abcClasses,
  type Filter,
  purchaseClasses,
  type Risk,
  rfmSegments,
  unknowns,
  type ValueRow,
} from '../contract.shapes.ts'
import { dayNumber } from '../rules.ts'
import { text } from '../text.ts'
import { basisOf, Params, snapshotOf } from './basis.ts'
import { type Asked, shown, sliceOf } from './slice.ts'

// The customers behind a picture's slice. unscoped: cut to the caller's reach by `reached` (basis.ts)

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
