import type { Ctx } from '../../kernel/ctx.ts'
import { type ExportColumn, id, label, micro, text, time, under } from '../../kernel/export/column.ts'
import { exportList } from '../../kernel/export/list.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Input } from '../../kernel/route.ts'
import { masked } from '../../kernel/scope.ts'
import { companyOf } from '../access/company.ts'
import { paths } from './categories.ts'
import type { products } from './contract.ts'
import { conditionsOf } from './products.ts'
import { productHeadings, productTitle } from './text.export.ts'
import { text as words } from './text.ts'

type Query = Input<typeof products.exportList>['query']

export async function exportProducts(ctx: Ctx, { query }: { query: Query }): Promise<FileAnswer> {
  const values: unknown[] = []
  const conditions = await conditionsOf(ctx, query, (value, type) => `$${values.push(value)}::${type}`)
  const list = {
    name: 'products',
    title: productTitle,
    headings: productHeadings,
    columns: columnsFor(ctx),
    from: 'product p',
    joins: { category: `left join (${paths} select * from tree) t on t.category_id = p.category_id` },
  }
  const { time_zone } = await companyOf(ctx)
  return exportList(ctx, list, {
    query,
    where: conditions.join(' and '),
    order: 'p.code, p.product_id',
    values,
    zone: time_zone,
  })
}

function columnsFor(ctx: Ctx): { readonly [K in keyof typeof productHeadings]: ExportColumn } {
  const withheld = text(`'****'`)
  const hidden = masked(ctx, 'cost')
  return {
    code: text('p.code'),
    name: text('p.name', { width: 36 }),
    category: text(`array_to_string(t.path, ' / ')`, { needs: ['category'], width: 30 }),
    kind: label('p.kind', under(words, 'kind.'), { width: 10 }),
    sales_unit: text('p.sales_unit', { width: 10 }),
    source: text('p.source'),
    cost: hidden ? withheld : micro('p.unit_cost_micro'),
    currency: hidden ? withheld : text('p.cost_currency', { width: 10 }),
    id: id('p.product_id'),
    created: time('p.created_at'),
    updated: time('p.updated_at'),
  }
}
