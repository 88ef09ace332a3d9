import type { Ctx } from '../../../kernel/ctx.ts'
import { decimal, type ExportColumn, sqlBetween, text } from '../../../kernel/export/column.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { exponentOf, type Phrase } from '../../../kernel/text.ts'
import type { Params } from '../list/where.ts'
import { leadsTo } from '../merging/survivor.ts'
import { optionLabel } from '../rules.fields.ts'
import { type CustomField, fieldsSeen } from './catalogue.ts'

// Custom fields as columns of the exported list: those that the caller's role sees, under what they are called. The
// importer takes each heading back. Keys are checked by the table: they may stand in SQL as they are.

const headingOf = ({ label_zh, label_en }: CustomField): Phrase => ({
  zh: label_zh || label_en,
  en: label_en || label_zh,
})
const ofCurrency = (heading: Phrase): Phrase => ({
  zh: `${heading.zh}币种`,
  en: `${heading.en} currency`,
})

export const CURRENCY = '.currency'

export async function fieldColumns(
  ctx: Ctx,
  params: Params,
): Promise<{ headings: Record<string, Phrase>; columns: Record<string, ExportColumn> }> {
  const headings: Record<string, Phrase> = {}
  const columns: Record<string, ExportColumn> = {}
  for (const field of await fieldsSeen(ctx)) {
    const name = `fields.${field.key}`
    headings[name] = headingOf(field)
    columns[name] = columnOf(ctx, field, params)
    if (field.kind !== 'money') continue
    headings[name + CURRENCY] = ofCurrency(headings[name])
    columns[name + CURRENCY] = text(`l.fields -> '${field.key}' ->> 'currency'`, { width: 10 })
  }
  return { headings, columns }
}

function columnOf(ctx: Ctx, field: CustomField, params: Params): ExportColumn {
  const value = `l.fields ->> '${field.key}'`
  const option = (key: string, locale: 'zh-CN' | 'en') => optionLabel(field, key, locale)
  switch (field.kind) {
    case 'number':
      return { kind: 'number', sql: `(${value})`, say: plain }
    case 'money': {
      const money = `l.fields -> '${field.key}'`
      return {
        kind: 'number',
        sql: `(${money} ->> 'minor') || ' ' || (${money} ->> 'currency')`,
        say: amount,
      }
    }
    case 'date':
      return { kind: 'day', sql: value }
    case 'yes_no':
      return {
        kind: 'text',
        sql: value,
        say: (cell, { locale }) => yesNo[cell]?.[locale === 'en' ? 'en' : 'zh'] ?? cell,
        width: 10,
      }
    case 'choice':
      return { kind: 'text', sql: value, say: (cell, { locale }) => option(cell, locale) }
    case 'multi_choice':
      return {
        kind: 'text',
        sql: `(select string_agg(o, ${sqlBetween}) from jsonb_array_elements_text(l.fields -> '${field.key}') as x (o))`,
        say: (cell, { locale }) =>
          cell
            .split('\x1f')
            .map((key) => option(key, locale))
            .join('; '),
      }
    case 'party':
      return text(nameOf(ctx, value, params), { width: 28 })
    default:
      return text(value, { width: field.kind === 'long_text' ? 40 : 20 })
  }
}

const yesNo: Readonly<Record<string, Phrase>> = {
  true: { zh: '是', en: 'Yes' },
  false: { zh: '否', en: 'No' },
}

/** jsonb prints 1e3 as it was sent. */
const plain = (cell: string): string =>
  /e/i.test(cell) ? Number(cell).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 6 }) : cell

function amount(cell: string): string {
  const at = cell.indexOf(' ')
  return decimal(cell.slice(0, at), exponentOf(cell.slice(at + 1)))
}

/** By id and name, so that the importer knows it again; nothing of a party that the caller does not reach. */
function nameOf(ctx: Ctx, value: string, params: Params): string {
  const scope = scopeSql(ctx.reach, 'f', params.values.length + 1)
  params.values.push(scope.value)
  const said = (from: string) => `(select '#' || f.party_id || ' ' || f.name from ${from} and ${scope.text})`
  const id = `(${value})::bigint`
  // Few were merged: the way to a survivor is looked for where there is nobody by this id.
  return `case when ${id} is not null then coalesce(${said(`party f where f.party_id = ${id} and f.merged_into is null`)},
    ${said(`${leadsTo(`array[${id}]`, 'f')} where true`)}) end`
}
