import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { mustReach } from '../../kernel/scope.ts'
import { companyOf } from '../access/company.ts'
import { inBase } from '../orders/money.ts'
import { reachParty } from '../parties/party.ts'
import type { Spend, SpendPatch, SpendWrite } from './contract.customer.ts'
import { checkCurrencyOf, mustBeDay } from './entries.ts'
import { Params } from './read/basis.ts'

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
export function within(ctx: Ctx, { $ }: Params): string {
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

export async function insert(ctx: Ctx, body: SpendWrite, digest: Buffer | null): Promise<Spend> {
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
