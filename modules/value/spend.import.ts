import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { companyOf } from '../access/company.ts'
import type { Imported, SpendWrite } from './contract.customer.ts'
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
import { checkCurrencyOf } from './entries.ts'
import { insert } from './spend.ts'

// Spend from a file.

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
