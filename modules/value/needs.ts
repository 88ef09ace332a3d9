import type { Readable } from 'node:stream'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned, unaudited } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { companyOf } from '../access/company.ts'
import { inBase } from '../orders/money.ts'
import { reachParty } from '../parties/party.ts'
import type { Imported, Need, NeedWrite } from './contract.customer.ts'
import { dayCell, eachRow, moneyCell, partyCell, rowsOf, shareCell } from './csv.ts'
import { checkCurrencyOf, mustBeDay } from './entries.ts'

// What a customer needs in a category, as far as anybody knows: whole need of a year, our share, the rivals'. Each with
// its source and day; the latest of a category is the one that counts.

type Stored = Omit<Need, 'id' | 'unknown_share' | 'open_minor'> & { need_id: number }
const columns =
  'need_id, party_id, category, need_minor, currency, our_share, rivals, source, known_on, version'
const rounded = (share: number): number => Math.round(share * 1e9) / 1e9

const present = ({ need_id, ...row }: Stored): Need => ({
  id: need_id,
  ...row,
  unknown_share: Math.max(
    0,
    rounded(1 - row.our_share - row.rivals.reduce((sum, rival) => sum + rival.share, 0)),
  ),
  open_minor: Math.round(row.need_minor * (1 - row.our_share)),
})

export async function needs(ctx: Ctx, { params }: { params: { id: number } }): Promise<{ items: Need[] }> {
  await reachParty(ctx, params.id)
  const rows = await planned<Stored>(
    ctx,
    `select ${columns} from need where party_id = $1 order by category, known_on desc, need_id desc limit 500`,
    [params.id],
  )
  return { items: rows.map(present) }
}

async function checked(ctx: Ctx, body: NeedWrite) {
  const currency = checkCurrencyOf(body.currency ?? (await companyOf(ctx)).base_currency)
  mustBeDay(body.known_on)
  const rivals = body.rivals ?? []
  const sum = body.our_share + rivals.reduce((total, { share }) => total + share, 0)
  if (sum > 1 + 1e-9 || rivals.some(({ share }) => share < 0)) refuse('value.shares_exceed', 422, { sum })
  return {
    ...body,
    category: body.category.trim() || refuse('value.bad_cell', 422, { column: 'category', value: '' }),
    currency,
    rivals,
  }
}

async function insert(ctx: Ctx, party_id: number, given: NeedWrite): Promise<Need> {
  const body = await checked(ctx, given)
  const need_id = await ctx.house.ids.next()
  const [row] = await planned<Stored>(
    ctx,
    `insert into need (party_id, need_id, category, need_minor, currency, our_share, rivals, source, known_on, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (party_id, category, known_on) do nothing returning ${columns}`,
    [
      party_id,
      need_id,
      body.category,
      body.need_minor,
      body.currency,
      body.our_share,
      JSON.stringify(body.rivals),
      body.source,
      body.known_on,
      ctx.now,
    ],
  )
  if (!row) return refuse('value.need_taken', 409, { category: body.category, known_on: body.known_on })
  await record(ctx, { action: 'value.need_added', subject: 'need', subject_id: need_id, party_id })
  return present(row)
}

export const addNeed = (
  ctx: Ctx,
  { params, body }: { params: { id: number }; body: NeedWrite },
): Promise<Need> =>
  atomically(ctx, async (ctx) => {
    await reachParty(ctx, params.id)
    return insert(ctx, params.id, body)
  })

type One = { params: { id: number; need_id: number } }

async function load(ctx: Ctx, { params }: One): Promise<Stored> {
  await reachParty(ctx, params.id)
  const [row] = await planned<Stored>(
    ctx,
    `select ${columns} from need where party_id = $1 and need_id = $2 for update`,
    [params.id, params.need_id],
  )
  return row ?? notFound()
}

export const changeNeed = (ctx: Ctx, { params, body }: One & { body: Partial<NeedWrite> }): Promise<Need> =>
  atomically(ctx, async (ctx) => {
    const before = await load(ctx, { params })
    expectVersion(ctx, before.version)
    const after = await checked(ctx, { ...before, ...body })
    const [taken] = await planned(
      ctx,
      'select from need where party_id = $1 and category = $2 and known_on = $3 and need_id <> $4',
      [params.id, after.category, after.known_on, params.need_id],
    )
    if (taken) refuse('value.need_taken', 409, { category: after.category, known_on: after.known_on })
    const [row] = await planned<Stored>(
      ctx,
      `update need set category = $3, need_minor = $4, currency = $5, our_share = $6, rivals = $7, source = $8, known_on = $9, version = version + 1
       where party_id = $1 and need_id = $2 returning ${columns}`,
      [
        params.id,
        params.need_id,
        after.category,
        after.need_minor,
        after.currency,
        after.our_share,
        JSON.stringify(after.rivals),
        after.source,
        after.known_on,
      ],
    )
    const was = Object.fromEntries(Object.keys(body).map((key) => [key, before[key as keyof Stored]]))
    await record(ctx, {
      action: 'value.need_changed',
      subject: 'need',
      subject_id: params.need_id,
      party_id: params.id,
      was,
    })
    return present(row!)
  })

export const removeNeed = (ctx: Ctx, { params }: One): Promise<void> =>
  atomically(ctx, async (ctx) => {
    const { need_id, party_id, version: _, ...was } = await load(ctx, { params })
    await planned(ctx, 'delete from need where party_id = $1 and need_id = $2', [party_id, need_id])
    await record(ctx, { action: 'value.need_removed', subject: 'need', subject_id: need_id, party_id, was })
  })

const COLUMNS = {
  party: ['customer', '客户'],
  category: ['品类', '类别'],
  need: ['need_minor', '年需求', '需求'],
  currency: ['币种'],
  our_share: ['share', '我方份额', '份额'],
  rivals: ['对手', '竞争对手'],
  source: ['来源'],
  date: ['known_on', '日期'],
}

export async function importNeeds(ctx: Ctx, { stream }: { stream: Readable }): Promise<Imported> {
  const rows = await rowsOf(stream, COLUMNS, ['party', 'category', 'need', 'our_share', 'source', 'date'])
  const { base_currency } = await companyOf(ctx)
  return eachRow(rows, async (row) => {
    const party_id = (await partyCell(ctx, row)) ?? refuse('value.party_unknown', 422, { party: '' })
    const currency = checkCurrencyOf(row.cell('currency').toUpperCase() || base_currency)
    const body: NeedWrite = {
      category: row.cell('category').slice(0, 200),
      need_minor:
        moneyCell(row, 'need', currency) ?? refuse('value.bad_cell', 422, { column: 'need', value: '' }),
      currency,
      our_share:
        shareCell(row, 'our_share') ?? refuse('value.bad_cell', 422, { column: 'our_share', value: '' }),
      rivals: rivalsOf(row.cell('rivals')),
      source:
        row.cell('source').slice(0, 200) || refuse('value.bad_cell', 422, { column: 'source', value: '' }),
      known_on: dayCell(row, 'date'),
    }
    const [had] = await planned<Stored>(
      ctx,
      `select ${columns} from need where party_id = $1 and category = $2 and known_on = $3`,
      [party_id, body.category, body.known_on],
    )
    const same =
      had &&
      had.need_minor === body.need_minor &&
      had.our_share === body.our_share &&
      had.currency === currency
    if (same) return 'unchanged'
    await atomically(ctx, (ctx) => insert(ctx, party_id, body))
    return 'created'
  })
}

/** `华为 30%; ABB 0.2` */
function rivalsOf(cell: string): { name: string; share: number }[] {
  return cell
    .split(/[;；]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const found = /^(.+?)[\s:：]+(\d+(?:\.\d+)?)\s*([%％]?)$/.exec(part)
      if (!found) return refuse('value.bad_cell', 422, { column: 'rivals', value: part.slice(0, 100) })
      return { name: found[1]!.slice(0, 100), share: Number(found[2]) / (found[3] ? 100 : 1) }
    })
}

/** What the latest known needs leave open in a year, in the base currency; null when nothing is known. */
export async function needPotential(ctx: Ctx, party_id: number, as_of: string): Promise<number | null> {
  const rows = await planned<{ open: number; currency: string; known_on: string }>(
    ctx,
    `select distinct on (category) round(need_minor * (1 - our_share))::bigint as open, currency, known_on from need
     where party_id = $1 and known_on <= $2::date order by category, known_on desc, need_id desc`,
    [party_id, as_of < ctx.now.toISOString().slice(0, 10) ? ctx.now.toISOString().slice(0, 10) : as_of],
  )
  if (rows.length === 0) return null
  const { base_currency } = await companyOf(ctx)
  let total = 0
  for (const { open, currency, known_on } of rows) {
    const base = currency === base_currency ? open : await converted(ctx, open, currency, known_on)
    total += base ?? 0
  }
  return total
}

/** Reading a rate takes the lock that writers of rates wait for: a transaction of its own, which writes nothing. */
export const converted = (ctx: Ctx, minor: number, currency: string, on: string): Promise<number | null> =>
  unaudited(ctx, 'reads a rate', (ctx) => inBase(ctx, minor, currency, on))
