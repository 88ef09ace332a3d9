import type { Ctx } from '../../kernel/ctx.ts'
import { figure, id, label, micro, money, text, time, under } from '../../kernel/export/column.ts'
import { type ExportList, type ExportQuery, exportList } from '../../kernel/export/list.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Input } from '../../kernel/route.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { companyOf } from '../access/company.ts'
import { reachParty } from '../parties/party.ts'
import type { orders } from './contract.ts'
import { exportTitles, lineHeadings, lineKindWords, orderHeadings } from './text.export.ts'
import { text as words } from './text.ts'

// Orders of whoever the caller reaches, and their lines; whose order it is decides who sees it.

type Filter = {
  number?: string
  source?: string
  kind?: string
  since?: string
  until?: string
  party_id?: number
}

export const exportOrders = (ctx: Ctx, { query }: { query: Input<typeof orders.exportList>['query'] }) =>
  send(ctx, heads, query, query)

export const exportLines = (ctx: Ctx, { query }: { query: Input<typeof orders.exportLines>['query'] }) =>
  send(ctx, lines, query, query)

type OfParty = Pick<Input<typeof orders.exportOfParty>, 'params' | 'query'>
export async function exportOfParty(ctx: Ctx, { params, query }: OfParty): Promise<FileAnswer> {
  await reachParty(ctx, params.id)
  return send(ctx, heads, { ...query, party_id: params.id }, { kind: query.kind, party_id: params.id })
}

type Made = (base_currency: string) => ExportList & { order: string }

async function send(ctx: Ctx, made: Made, query: ExportQuery, filter: Filter): Promise<FileAnswer> {
  const { base_currency, time_zone } = await companyOf(ctx)
  const values: unknown[] = []
  const $ = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const scope = scopeSql(ctx.reach, 'p', 1)
  values.push(scope.value)
  const conditions = [scope.text]
  if (filter.number) conditions.push(`o.number = ${$(filter.number, 'text')}`)
  if (filter.source) conditions.push(`o.source = ${$(filter.source, 'text')}`)
  if (filter.kind) conditions.push(`o.kind = ${$(filter.kind, 'text')}`)
  if (filter.since) conditions.push(`o.ordered_at >= ${$(filter.since, 'timestamptz')}`)
  if (filter.until) conditions.push(`o.ordered_at < ${$(filter.until, 'timestamptz')}`)
  if (filter.party_id) conditions.push(`o.party_id = ${$(filter.party_id, 'bigint')}`)
  const { order, ...list } = made($(base_currency, 'text'))
  return exportList(ctx, list, { query, where: conditions.join(' and '), order, values, zone: time_zone })
}

const head = {
  number: text('o.number'),
  kind: label('o.kind', under(words, 'order.'), { width: 10 }),
  ordered_at: time('o.ordered_at'),
  party_id: id('o.party_id'),
  // A buyer without a name is nobody on a page either.
  party: text(`case when p.kind <> 'anonymous' then p.name end`, { width: 28 }),
  currency: text('o.currency', { width: 10 }),
  channel: text('o.channel'),
  store: text('o.store'),
  source: text('o.source'),
}
const ofParty = 'orders o join party p on p.party_id = o.party_id'

const heads: Made = (base_currency) => ({
  name: 'orders',
  title: exportTitles.orders,
  headings: orderHeadings,
  columns: {
    ...head,
    lines: figure('o.line_count', { width: 8 }),
    amount: money('o.amount_minor', 'o.currency'),
    base: money('o.base_minor', base_currency),
    base_currency: text(base_currency, { width: 10 }),
    id: id('o.order_id'),
  },
  from: ofParty,
  order: 'o.ordered_at desc, o.order_id desc',
})

const lines: Made = () => ({
  name: 'order_lines',
  title: exportTitles.lines,
  headings: lineHeadings,
  columns: {
    ...head,
    line_no: figure('x.line_no', { width: 8 }),
    line_kind: label('x.kind', lineKindWords, { width: 10 }),
    code: text('r.code', { needs: ['product'] }),
    product: text('r.name', { needs: ['product'], width: 36 }),
    description: text('x.description', { width: 28 }),
    quantity: figure('trim_scale(x.quantity)'),
    price: micro('x.price_micro'),
    amount: money('x.amount_minor', 'o.currency'),
  },
  from: `${ofParty} join order_line x on x.party_id = o.party_id and x.order_id = o.order_id`,
  joins: { product: 'left join product r on r.product_id = x.product_id' },
  order: 'o.ordered_at desc, o.order_id desc, x.line_no',
})
