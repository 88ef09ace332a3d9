import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { mustReach } from '../../kernel/scope.ts'
import { companyOf } from '../access/company.ts'
import { checkCurrency, inBase } from '../orders/money.ts'
import { reachParty } from '../parties/party.ts'
import type { Imported, purposes, Spend, SpendPatch, SpendSummary, SpendWrite } from './contract.customer.ts'
import {
  choiceCell,
  dayCell,
  eachRow,
  type Row as Line,
  moneyCell,
  numberCell,
  partyCell,
  rowsOf,
} from './csv.ts'
import { Params } from './read/basis.ts'
import { dateOf, dayNumber, todayIn } from './rules.ts'

// Money and hours with a party, a segment or a campaign. An entry about a party goes where the party goes; one about
// none belongs to the unit of whoever entered it. Costs are masked like product costs.

type Stored = {
  spend_id: number
  party_id: number
  party_name: string | null
  unit_id: number
  unit_name: string
  spent_on: string
  purpose: Spend['purpose']
  driver: Spend['driver']
  segment: string | null
  campaign: string | null
  amount_minor: number
  currency: string
  base_minor: number | null
  hours: number
  note: string
  version: number
  created_at: string
}

/** The party's unit and owner decide where there is a party: it may have moved since. */
function within(ctx: Ctx, { $ }: Params): string {
  const { reach } = ctx
  if (reach.kind === 'all') return 'true'
  if (reach.kind === 'units') return `coalesce(p.unit_id, s.unit_id) = any(${$(reach.unit_ids, 'bigint[]')})`
  return `case when s.party_id = 0 then s.owner_id else p.owner_id end = ${$(reach.user_id, 'bigint')}`
}

// unscoped: every statement ends in `within`
const rowsText = `select s.spend_id, s.party_id, p.name as party_name, coalesce(p.unit_id, s.unit_id) as unit_id, n.name as unit_name,
    s.spent_on, s.purpose, s.driver, s.segment, s.campaign, s.amount_minor, s.currency, s.base_minor, s.hours, s.note, s.version, s.created_at
  from spend s left join party p on p.party_id = s.party_id and s.party_id <> 0
  left join unit n on n.unit_id = coalesce(p.unit_id, s.unit_id)`

const present = (row: Stored): Spend => ({
  id: row.spend_id,
  on: row.spent_on,
  purpose: row.purpose,
  driver: row.driver,
  party: row.party_id === 0 ? null : { id: row.party_id, name: row.party_name ?? '' },
  segment: row.segment,
  campaign: row.campaign,
  amount_minor: row.amount_minor,
  currency: row.currency,
  base_minor: row.base_minor,
  hours: row.hours,
  note: row.note,
  unit: { id: row.unit_id, name: row.unit_name },
  version: row.version,
  created_at: row.created_at,
})

type Asked = {
  cursor?: string
  limit?: number
  party_id?: number
  purpose?: string
  from?: string
  to?: string
}

export async function spends(ctx: Ctx, { query }: { query: Asked }) {
  const params = new Params()
  const { $ } = params
  const limit = query.limit ?? 50
  const conditions = [within(ctx, params)]
  if (query.party_id) conditions.push(`s.party_id = ${$(query.party_id, 'bigint')}`)
  if (query.purpose) conditions.push(`s.purpose = ${$(query.purpose, 'text')}`)
  if (query.from) conditions.push(`s.spent_on >= ${$(query.from, 'date')}`)
  if (query.to) conditions.push(`s.spent_on <= ${$(query.to, 'date')}`)
  if (query.cursor !== undefined) {
    const [on, id] = decodeCursor(query.cursor, ['string', 'number'])
    if (!/^\d{4}-\d\d-\d\d$/.test(String(on))) return refuse('kernel.bad_cursor', 400)
    conditions.push(`(s.spent_on, s.spend_id) < (${$(on, 'date')}, ${$(id, 'bigint')})`)
  }
  const rows = await planned<Stored>(
    ctx,
    `${rowsText} where ${conditions.join(' and ')} order by s.spent_on desc, s.spend_id desc limit ${limit + 1}`,
    params.values,
  )
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1)! : null
  return { items: page.map(present), next: last && encodeCursor([last.spent_on, last.spend_id]) }
}

async function load(ctx: Ctx, spend_id: number, lock = false): Promise<Stored> {
  const params = new Params()
  const scope = within(ctx, params)
  const [row] = await planned<Stored>(
    ctx,
    `${rowsText} where ${scope} and s.spend_id = ${params.$(spend_id, 'bigint')}${lock ? ' for update of s' : ''}`,
    params.values,
  )
  return row ?? notFound()
}

type Place = { party_id: number; unit_id: number; owner_id: number | null }

async function placeOf(ctx: Ctx, party_id: number | null | undefined): Promise<Place> {
  const own = { party_id: 0, unit_id: ctx.who.unit_id, owner_id: ctx.who.kind === 'user' ? ctx.who.id : null }
  if (!party_id) {
    mustReach(ctx, own)
    return own
  }
  const { unit_id, owner_id } = await reachParty(ctx, party_id).catch(() =>
    refuse('value.party_unknown', 422, { party: party_id }),
  )
  return { party_id, unit_id, owner_id }
}

async function contentOf(ctx: Ctx, body: SpendWrite) {
  const currency = checkCurrencyOf(body.currency ?? (await companyOf(ctx)).base_currency)
  const amount_minor = body.amount_minor ?? 0
  const hours = Math.round((body.hours ?? 0) * 100) / 100
  if (amount_minor === 0 && hours === 0) refuse('value.nothing_spent', 422)
  mustBeDay(body.on)
  return { currency, amount_minor, hours, base_minor: await inBase(ctx, amount_minor, currency, body.on) }
}

export function checkCurrencyOf(currency: string): string {
  if (!Intl.supportedValuesOf('currency').includes(currency)) refuse('value.bad_currency', 422, { currency })
  return checkCurrency(currency)
}
export function mustBeDay(day: string): void {
  if (day < '1900-01-01' || day > '2200-01-01') refuse('value.bad_day', 422, { day })
}

async function insert(ctx: Ctx, body: SpendWrite, digest: Buffer | null): Promise<Spend> {
  const place = await placeOf(ctx, body.party_id)
  const content = await contentOf(ctx, body)
  const spend_id = await ctx.house.ids.next()
  await planned(
    ctx,
    `insert into spend (party_id, spend_id, unit_id, owner_id, spent_on, purpose, driver, segment, campaign, amount_minor, currency,
       base_minor, hours, note, digest, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      place.party_id,
      spend_id,
      place.unit_id,
      place.owner_id,
      body.on,
      body.purpose,
      body.driver ?? 'other',
      body.segment || null,
      body.campaign || null,
      content.amount_minor,
      content.currency,
      content.base_minor,
      content.hours,
      body.note ?? '',
      digest,
      ctx.who.id,
      ctx.now,
    ],
  )
  await record(ctx, {
    action: 'value.spend_added',
    subject: 'spend',
    subject_id: spend_id,
    party_id: place.party_id,
  })
  return present(await load(ctx, spend_id))
}

export const addSpend = (ctx: Ctx, { body }: { body: SpendWrite }): Promise<Spend> =>
  atomically(ctx, (ctx) => insert(ctx, body, null))

export const changeSpend = (
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: SpendPatch },
): Promise<Spend> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id, true)
    expectVersion(ctx, before.version)
    const old = present(before)
    const merged: SpendWrite = {
      on: old.on,
      purpose: old.purpose,
      driver: old.driver,
      party_id: old.party?.id ?? null,
      ...(old.segment ? { segment: old.segment } : {}),
      ...(old.campaign ? { campaign: old.campaign } : {}),
      amount_minor: old.amount_minor,
      currency: old.currency,
      hours: old.hours,
      note: old.note,
      ...body,
    }
    const place = await placeOf(ctx, merged.party_id)
    const content = await contentOf(ctx, merged)
    await planned(
      ctx,
      `update spend set party_id = $2::bigint, unit_id = case when $2::bigint = 0 and party_id = 0 then unit_id else $3::bigint end,
         owner_id = case when $2::bigint = 0 and party_id = 0 then owner_id else $4::bigint end, spent_on = $5, purpose = $6, driver = $7, segment = $8,
         campaign = $9, amount_minor = $10, currency = $11, base_minor = $12, hours = $13, note = $14, version = version + 1
       where spend_id = $1`,
      [
        params.id,
        place.party_id,
        place.unit_id,
        place.owner_id,
        merged.on,
        merged.purpose,
        merged.driver,
        merged.segment || null,
        merged.campaign || null,
        content.amount_minor,
        content.currency,
        content.base_minor,
        content.hours,
        merged.note,
      ],
    )
    const was = Object.fromEntries(
      Object.keys(body).map((key) => [
        key,
        key === 'party_id' ? (old.party?.id ?? null) : old[key as keyof Spend],
      ]),
    )
    await record(ctx, {
      action: 'value.spend_changed',
      subject: 'spend',
      subject_id: params.id,
      party_id: place.party_id,
      was,
    })
    return present(await load(ctx, params.id))
  })

export const removeSpend = (ctx: Ctx, { params }: { params: { id: number } }): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, params.id, true)
    await planned(ctx, 'delete from spend where party_id = $1 and spend_id = $2', [
      before.party_id,
      params.id,
    ])
    const { party, unit: _, id: __, created_at: ___, ...was } = present(before)
    await record(ctx, {
      action: 'value.spend_removed',
      subject: 'spend',
      subject_id: params.id,
      party_id: party?.id ?? 0,
      was,
    })
  })

const PURPOSE = {
  win: ['获取', '拉新', '新客'],
  keep: ['保留', '维系', '留存'],
  grow: ['做大', '增长'],
  win_back: ['赢回', '挽回'],
} as const
const DRIVER = {
  value: ['价值'],
  brand: ['品牌'],
  relationship: ['关系'],
  price: ['价格'],
  service: ['服务'],
  quality: ['质量'],
  other: ['其他', '其它'],
} as const
const COLUMNS = {
  date: ['on', '日期'],
  purpose: ['用途', '目的'],
  driver: ['驱动', '驱动因素'],
  party: ['customer', '客户'],
  segment: ['tag', '客群', '标签', '细分'],
  campaign: ['活动', '营销活动'],
  amount: ['金额', '费用'],
  currency: ['币种'],
  hours: ['工时', '小时'],
  note: ['备注'],
}

export async function importSpend(ctx: Ctx, { stream }: { stream: Readable }): Promise<Imported> {
  const rows = await rowsOf(stream, COLUMNS, ['date', 'purpose'])
  const { base_currency } = await companyOf(ctx)
  const seen = new Map<string, number>()
  return eachRow(rows, async (row) => {
    const body = await bodyOf(ctx, row, base_currency)
    // equal rows of one file are several entries; the same file again is none
    const content = JSON.stringify(body)
    const nth = (seen.get(content) ?? 0) + 1
    seen.set(content, nth)
    const digest = createHash('sha256').update(`${nth}\n${content}`).digest()
    const [had] = await planned(ctx, 'select from spend where party_id = $1 and digest = $2', [
      body.party_id ?? 0,
      digest,
    ])
    if (had) return 'unchanged'
    await atomically(ctx, (ctx) => insert(ctx, body, digest))
    return 'created'
  })
}

async function bodyOf(ctx: Ctx, row: Line, base: string): Promise<SpendWrite> {
  const currency = checkCurrencyOf(row.cell('currency').toUpperCase() || base)
  const party_id = await partyCell(ctx, row)
  const amount = moneyCell(row, 'amount', currency)
  const hours = numberCell(row, 'hours')
  if ((amount ?? 0) < 0 || (hours ?? 0) < 0)
    refuse('value.bad_cell', 422, { column: 'amount', value: row.cell('amount') })
  const purpose =
    choiceCell(row, 'purpose', PURPOSE) ?? refuse('value.bad_cell', 422, { column: 'purpose', value: '' })
  return {
    on: dayCell(row, 'date'),
    purpose,
    driver: choiceCell(row, 'driver', DRIVER) ?? 'other',
    party_id,
    segment: row.cell('segment').slice(0, 60),
    campaign: row.cell('campaign').slice(0, 100),
    amount_minor: amount ?? 0,
    currency,
    hours: hours ?? 0,
    note: row.cell('note').slice(0, 2000),
  }
}

/** Costs to win and to keep, over what was spent and the customers that came and stayed. Default: the last twelve months. */
export async function spendSummary(
  ctx: Ctx,
  { query }: { query: { from?: string; to?: string } },
): Promise<SpendSummary> {
  const { time_zone, base_currency } = await companyOf(ctx)
  const to = query.to ?? todayIn(time_zone, ctx.now)
  const from = query.from ?? dateOf(dayNumber(to) - 364)
  if (from > to) refuse('value.bad_period', 422)
  const params = new Params()
  const [a, b] = [params.$(from, 'date'), params.$(to, 'date')]
  const items = await planned<SpendSummary['items'][number] & { unrated: number }>(
    ctx,
    `select s.purpose, s.driver, coalesce(sum(s.base_minor), 0)::bigint as amount_minor, sum(s.hours)::float8 as hours, count(*) as entries,
       count(*) filter (where s.base_minor is null) as unrated
     from spend s left join party p on p.party_id = s.party_id and s.party_id <> 0 where s.spent_on between ${a} and ${b} and ${within(ctx, params)}
     group by 1, 2 order by 1, 2`,
    params.values,
  )
  const flow = await flowOf(ctx, from, to, time_zone)
  const sum = (purpose: (typeof purposes)[number]) =>
    items.reduce((total, item) => (item.purpose === purpose ? total + item.amount_minor : total), 0)
  return {
    currency: base_currency,
    from,
    to,
    items: items.map(({ unrated: _, ...item }) => item),
    unrated: items.reduce((total, item) => total + item.unrated, 0),
    customers_won: flow.won,
    cost_to_win_minor: flow.won > 0 ? Math.round(sum('win') / flow.won) : null,
    customers_kept: flow.kept,
    cost_to_keep_minor: flow.kept > 0 ? Math.round(sum('keep') / flow.kept) : null,
  }
}

/** Won: first purchase in the span. Kept: a purchase in it, and one before it. */
async function flowOf(
  ctx: Ctx,
  from: string,
  to: string,
  zone: string,
): Promise<{ won: number; kept: number }> {
  const params = new Params()
  const { $ } = params
  const day = `(o.ordered_at at time zone ${$(zone, 'text')})::date`
  const { reach } = ctx
  const scope =
    reach.kind === 'all'
      ? 'true'
      : reach.kind === 'units'
        ? `p.unit_id = any(${$(reach.unit_ids, 'bigint[]')})`
        : `p.owner_id = ${$(reach.user_id, 'bigint')}`
  const [row] = await planned<{ won: number; kept: number }>(
    ctx,
    `select count(*) filter (where f.first >= ${$(from, 'date')}) as won, count(*) filter (where f.first < ${$(from, 'date')}) as kept
     from (select o.party_id, min(${day}) as first, max(${day}) filter (where ${day} >= ${$(from, 'date')}) as last
       from orders o join party p on p.party_id = o.party_id and p.live and p.kind <> 'anonymous' and ${scope}
       where o.kind = 'order' and o.base_minor > 0 and ${day} <= ${$(to, 'date')} group by 1) f where f.last is not null`,
    params.values,
  )
  return row!
}
