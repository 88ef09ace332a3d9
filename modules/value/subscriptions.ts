import type { Readable } from 'node:stream'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { companyOf } from '../access/company.ts'
import { reachParty } from '../parties/party.ts'
import type { Imported, Subscription, SubscriptionWrite } from './contract.customer.ts'
import { type Renewing, renewalsBy, renewing, worthOf } from './contracts.ts'
import { dayCell, eachRow, moneyCell, numberCell, partyCell, rowsOf } from './csv.ts'
import { checkCurrencyOf, mustBeDay } from './entries.ts'
import { todayIn } from './rules.ts'
import { addMonths } from './tenure.ts'

type Stored = {
  subscription_id: number
  party_id: number
  name: string
  started_on: string
  period_months: number
  amount_minor: number
  currency: string
  ended_on: string | null
  version: number
}
const columns =
  'subscription_id, party_id, name, started_on, period_months, amount_minor, currency, ended_on, version'

async function present(ctx: Ctx, model: Renewing, row: Stored): Promise<Subscription> {
  const { subscription_id, ...rest } = row
  const { day } = model
  const over = row.ended_on !== null && row.ended_on <= day
  const renewals = over
    ? renewalsBy(row.started_on, row.period_months, row.ended_on!, false)
    : renewalsBy(row.started_on, row.period_months, day, true)
  const next = addMonths(row.started_on, (renewals + 1) * row.period_months)
  return {
    id: subscription_id,
    ...rest,
    renewals,
    next_renewal_on: over || (row.ended_on !== null && row.ended_on <= next) ? null : next,
    value_minor: await worthOf(ctx, model, row),
  }
}

const modelNow = async (ctx: Ctx): Promise<Renewing> =>
  renewing(ctx, todayIn((await companyOf(ctx)).time_zone, ctx.now))

export async function subscriptionsOf(
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<{ items: Subscription[] }> {
  await reachParty(ctx, params.id)
  const rows = await planned<Stored>(
    ctx,
    `select ${columns} from subscription where party_id = $1 order by started_on desc, subscription_id desc limit 500`,
    [params.id],
  )
  if (rows.length === 0) return { items: [] }
  const model = await modelNow(ctx)
  return { items: await Promise.all(rows.map((row) => present(ctx, model, row))) }
}

async function checked(ctx: Ctx, body: SubscriptionWrite) {
  const currency = checkCurrencyOf(body.currency ?? (await companyOf(ctx)).base_currency)
  mustBeDay(body.started_on)
  if (body.ended_on) mustBeDay(body.ended_on)
  if (body.ended_on && body.ended_on < body.started_on) refuse('value.bad_period', 422)
  return { ...body, currency, period_months: body.period_months ?? 12, ended_on: body.ended_on ?? null }
}

async function insert(ctx: Ctx, party_id: number, given: SubscriptionWrite): Promise<Stored> {
  const body = await checked(ctx, given)
  const subscription_id = await ctx.house.ids.next()
  const [row] = await planned<Stored>(
    ctx,
    `insert into subscription (party_id, subscription_id, name, started_on, period_months, amount_minor, currency, ended_on, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (party_id, name, started_on) do nothing returning ${columns}`,
    [
      party_id,
      subscription_id,
      body.name,
      body.started_on,
      body.period_months,
      body.amount_minor,
      body.currency,
      body.ended_on,
      ctx.now,
    ],
  )
  if (!row) return refuse('value.subscription_taken', 409, { name: body.name, started_on: body.started_on })
  await record(ctx, {
    action: 'value.subscription_added',
    subject: 'subscription',
    subject_id: subscription_id,
    party_id,
  })
  return row
}

export const addSubscription = (
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: SubscriptionWrite },
): Promise<Subscription> =>
  atomically(ctx, async (ctx) => {
    await reachParty(ctx, params.id)
    const row = await insert(ctx, params.id, body)
    return present(ctx, await modelNow(ctx), row)
  })

type One = { params: { id: number; subscription_id: number } }

async function load(ctx: Ctx, { params }: One): Promise<Stored> {
  await reachParty(ctx, params.id)
  const [row] = await planned<Stored>(
    ctx,
    `select ${columns} from subscription where party_id = $1 and subscription_id = $2 for update`,
    [params.id, params.subscription_id],
  )
  return row ?? notFound()
}

export const changeSubscription = (
  ctx: Ctx,
  { params, body }: One & { body: Partial<SubscriptionWrite> },
): Promise<Subscription> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, { params })
    expectVersion(ctx, before.version)
    const after = await checked(ctx, { ...before, ...body })
    const [taken] = await planned(
      ctx,
      'select from subscription where party_id = $1 and name = $2 and started_on = $3 and subscription_id <> $4',
      [params.id, after.name, after.started_on, params.subscription_id],
    )
    if (taken) refuse('value.subscription_taken', 409, { name: after.name, started_on: after.started_on })
    const [row] = await planned<Stored>(
      ctx,
      `update subscription set name = $3, started_on = $4, period_months = $5, amount_minor = $6, currency = $7, ended_on = $8, version = version + 1
       where party_id = $1 and subscription_id = $2 returning ${columns}`,
      [
        params.id,
        params.subscription_id,
        after.name,
        after.started_on,
        after.period_months,
        after.amount_minor,
        after.currency,
        after.ended_on,
      ],
    )
    const was = Object.fromEntries(Object.keys(body).map((key) => [key, before[key as keyof Stored]]))
    await record(ctx, {
      action: 'value.subscription_changed',
      subject: 'subscription',
      subject_id: params.subscription_id,
      party_id: params.id,
      was,
    })
    return present(ctx, await modelNow(ctx), row!)
  })

export const removeSubscription = (ctx: Ctx, { params }: One): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const { subscription_id, party_id, version: _, ...was } = await load(ctx, { params })
    await planned(ctx, 'delete from subscription where party_id = $1 and subscription_id = $2', [
      party_id,
      subscription_id,
    ])
    await record(ctx, {
      action: 'value.subscription_removed',
      subject: 'subscription',
      subject_id: subscription_id,
      party_id,
      was,
    })
  })

const COLUMNS = {
  party: ['customer', '客户'],
  name: ['名称', '服务'],
  start: ['started_on', '开始', '起始日期'],
  months: ['period_months', '周期', '周期月数'],
  amount: ['金额', '每期金额'],
  currency: ['币种'],
  end: ['ended_on', '结束', '结束日期'],
}

export async function importSubscriptions(ctx: Ctx, { stream }: { stream: Readable }): Promise<Imported> {
  const rows = await rowsOf(stream, COLUMNS, ['party', 'name', 'start', 'amount'])
  const { base_currency } = await companyOf(ctx)
  return eachRow(rows, async (row) => {
    const party_id = (await partyCell(ctx, row)) ?? refuse('value.party_unknown', 422, { party: '' })
    const currency = checkCurrencyOf(row.cell('currency').toUpperCase() || base_currency)
    const name =
      row.cell('name').slice(0, 200) || refuse('value.bad_cell', 422, { column: 'name', value: '' })
    const months = numberCell(row, 'months') ?? 12
    const amount =
      moneyCell(row, 'amount', currency) ?? refuse('value.bad_cell', 422, { column: 'amount', value: '' })
    if (!Number.isInteger(months) || months < 1 || months > 60 || amount < 0)
      refuse('value.bad_cell', 422, { column: months > 60 ? 'months' : 'amount', value: row.cell('months') })
    const body: SubscriptionWrite = {
      name,
      started_on: dayCell(row, 'start'),
      period_months: months,
      amount_minor: amount,
      currency,
      ended_on: row.cell('end') ? dayCell(row, 'end') : null,
    }
    const [had] = await planned<Stored>(
      ctx,
      `select ${columns} from subscription where party_id = $1 and name = $2 and started_on = $3`,
      [party_id, name, body.started_on],
    )
    if (had && had.ended_on === body.ended_on && had.amount_minor === amount) return 'unchanged'
    if (had) {
      // the same contract told again: what changed is its end or its price
      await changeSubscription(ctx, { params: { id: party_id, subscription_id: had.subscription_id }, body })
      return 'created'
    }
    await atomically(ctx, (ctx) => insert(ctx, party_id, body))
    return 'created'
  })
}
