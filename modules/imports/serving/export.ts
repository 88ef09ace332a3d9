import type { Ctx } from '../../../kernel/ctx.ts'
import {
  type ExportColumn,
  figure,
  id,
  label,
  sqlBetween,
  text,
  time,
} from '../../../kernel/export/column.ts'
import { exportList } from '../../../kernel/export/list.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { phrase } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import type { imports } from '../contract.ts'
import { textsOf } from '../later.text.ts'
import { importHeadings, importTitles, importWords, rejectHeadings } from '../text.export.ts'
import { withheld } from './present.ts'
import { loadImport } from './store.ts'

type Asked = Pick<Input<typeof imports.exportList>, 'query'>

export async function exportImports(ctx: Ctx, { query }: Asked): Promise<FileAnswer> {
  const scope = scopeSql(ctx.reach, 'i', 1)
  const said = (query.lang ?? ctx.locale) === 'en' ? 'en' : 'zh'
  const lines = (key: string) => figure(`i.report -> 'lines' ->> '${key}'`, { width: 10 })
  const list = {
    name: 'imports',
    title: importTitles.imports,
    headings: importHeadings,
    columns: {
      id: id('i.import_id'),
      created: time('i.created_at'),
      file: text('i.file_name', { width: 36 }),
      kind: label('i.kind', importWords, { width: 10 }),
      source: text('i.source'),
      state: label('i.state', importWords, { width: 12 }),
      read: lines('read'),
      new: lines('created'),
      updated: lines('updated'),
      unchanged: lines('unchanged'),
      rejected: lines('rejected'),
      waiting: figure('(select count(*) from import_reject r where r.import_id = i.import_id)', {
        width: 10,
      }),
      who: text('u.name', { needs: ['who'] }),
      finished: time('i.finished_at'),
      error: text(`i.error ->> '${said}'`, { width: 48 }),
    },
    from: '(select *, created_by as owner_id from import) i',
    joins: { who: 'left join app_user u on u.user_id = i.created_by' },
  }
  return exportList(ctx, list, {
    query,
    where: `(${scope.text}) and ($2::text is null or i.kind = $2::text)`,
    order: 'i.created_at desc, i.import_id desc',
    values: [scope.value, query.kind ?? null],
    zone: (await companyOf(ctx)).time_zone,
  })
}

// Codes with the field they are about, as `field␞code`.
const IN_REASON = '\x1e'
const reasons: ExportColumn = {
  kind: 'text',
  width: 48,
  sql: `(select string_agg(coalesce(x ->> 'field', '') || chr(30) || (x ->> 'code'), ${sqlBetween} order by n)
    from jsonb_array_elements(r.reasons) with ordinality as e (x, n))`,
  say: (cell, { locale }) =>
    cell
      .split('\x1f')
      .map((one) => {
        const [field, code] = one.split(IN_REASON) as [string, string]
        return (field ? `${field}: ` : '') + phrase(textsOf(code).says, locale)
      })
      .join(locale === 'zh-CN' ? '；' : '; '),
}

type AskedOfOne = Pick<Input<typeof imports.exportRejects>, 'params' | 'query'>

/** For reading. What is mended and imported again is the file of rejects.csv. */
export async function exportRejects(ctx: Ctx, { params, query }: AskedOfOne): Promise<FileAnswer> {
  if (await withheld(ctx, await loadImport(ctx, params.id))) refuse('imports.withheld', 403)
  const list = {
    name: 'rejects',
    title: importTitles.rejects,
    headings: rejectHeadings,
    columns: { line: figure('r.line'), reasons, row: text('r.raw', { width: 80 }) },
    from: 'import_reject r',
  }
  const { code } = query
  return exportList(ctx, list, {
    query: { ...query, import_id: params.id },
    where: `r.import_id = $1::bigint and ($2::text is null or r.reasons @> jsonb_build_array(jsonb_build_object('code', $2::text)))`,
    order: 'r.line',
    values: [params.id, code ?? null],
    zone: (await companyOf(ctx)).time_zone,
  })
}
