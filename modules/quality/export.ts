import type { Ctx } from '../../kernel/ctx.ts'
import { type ExportColumn, figure, id, money, text as plain, time } from '../../kernel/export/column.ts'
import { exportList } from '../../kernel/export/list.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Input } from '../../kernel/route.ts'
import { phrase, type Words, words } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { Params } from '../parties/list/where.ts'
import type { quality } from './contract.ts'
import { sliceOf } from './read/list.ts'
import { bitOf } from './rules.ts'
import { type Teller, tellerFor } from './say.ts'
import { rulesInForce } from './settings.ts'
import { text } from './text.ts'

// unscoped: the conditions come from read/list.ts, which cuts the question to the caller's reach

const headings = words({
  id: text['export.id'],
  name: text['export.name'],
  score: text['export.score'],
  completeness: text['export.completeness'],
  validity: text['export.validity'],
  freshness: text['export.freshness'],
  reasons: text['export.reasons'],
  owner: text['export.owner'],
  unit: text['export.unit'],
  revenue: text['export.revenue'],
  currency: text['export.currency'],
  checked: text['export.checked'],
})

const reasonsOf = (teller: Teller): ExportColumn => {
  const told = [...teller.told].map((code) => ({
    bit: 2n ** BigInt(bitOf(code)),
    name: teller.namesOf(code),
  }))
  return {
    kind: 'text',
    sql: 'q.reasons::text',
    width: 48,
    say: (cell, { locale }) =>
      told
        .filter(({ bit }) => (BigInt(cell) & bit) !== 0n)
        .map(({ name }) => phrase(name, locale))
        .join('; '),
  }
}

export async function exportQuality(
  ctx: Ctx,
  { query }: Pick<Input<typeof quality.exportList>, 'query'>,
): Promise<FileAnswer> {
  const { base_currency, time_zone } = await companyOf(ctx)
  const teller = await tellerFor(ctx, (await rulesInForce(ctx)).rules)
  const params = new Params()
  const conditions = await sliceOf(ctx, query, teller, params)
  const currency = params.$(base_currency, 'text')
  const columns: { readonly [K in keyof typeof headings]: ExportColumn } = {
    id: id('l.party_id'),
    name: plain('l.name', { width: 28 }),
    score: figure('q.score', { width: 8 }),
    completeness: figure('q.completeness', { width: 8 }),
    validity: figure('q.validity', { width: 8 }),
    freshness: figure('q.freshness', { width: 8 }),
    reasons: reasonsOf(teller),
    owner: plain('o.name', { needs: ['owner'], width: 12 }),
    unit: plain('u.name', { needs: ['unit'] }),
    revenue: money('l.revenue_minor', currency),
    currency: plain(currency, { width: 10 }),
    checked: time('q.checked_at'),
  }
  const list = {
    name: 'quality',
    title: (text as Words)['export.title']!,
    headings,
    columns,
    from: 'party_quality q join party_listed l on l.party_id = q.party_id',
    joins: {
      owner: 'left join app_user o on o.user_id = l.owner_id',
      unit: 'left join unit u on u.unit_id = l.unit_id',
    },
  }
  return exportList(ctx, list, {
    query,
    where: conditions ? conditions.join(' and ') : 'false',
    order: 'q.score nulls last, l.party_id',
    values: params.values,
    zone: time_zone,
  })
}
