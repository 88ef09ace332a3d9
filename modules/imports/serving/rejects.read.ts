import { Readable } from 'node:stream'
import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { type Locale, phrase } from '../../../kernel/text.ts'
import type { imports, Reject } from '../contract.ts'
import { textsOf } from '../later.text.ts'
import { CsvReader } from '../reader/csv.ts'
import { csvCell, OUR_COLUMNS, ourColumn, protect, unprotect } from './ours.ts'
import { rejectInWords, withheld } from './present.ts'
import { loadImport } from './store.ts'

// Rejected rows on the page, and as a file that is mended and imported again. Our columns stand in front, so that a row
// with a cell too many or too few keeps its own mistake and nothing of ours shifts.

type Row = { line: number; raw: string; reasons: { code: string; field: string | null; value: string }[] }

export async function rejects(
  ctx: Ctx,
  { params, query }: Input<typeof imports.rejects>,
): Promise<{ items: Reject[]; next: string | null }> {
  if (await withheld(ctx, await loadImport(ctx, params.id))) refuse('imports.withheld', 403)
  const limit = query.limit ?? 50
  const [after] = query.cursor === undefined ? [0] : decodeCursor(query.cursor, ['number'])
  const rows = await planned<Row>(
    ctx,
    `select line, left(raw, 2000) as raw, reasons from import_reject
     where import_id = $1 and line > $2 and ($3::text is null or reasons @> jsonb_build_array(jsonb_build_object('code', $3::text)))
     order by line limit $4`,
    [params.id, after, query.code ?? null, limit + 1],
  )
  const items = rows.slice(0, limit)
  return {
    items: items.map((row) => rejectInWords(row, ctx.locale)),
    next: rows.length > limit ? encodeCursor([items.at(-1)!.line]) : null,
  }
}

export async function rejectsFile(
  ctx: Ctx,
  { params }: Input<typeof imports.rejectsFile>,
): Promise<FileAnswer> {
  const row = await loadImport(ctx, params.id)
  if (await withheld(ctx, row)) refuse('imports.withheld', 403)
  const { headers = [], delimiter = ',' } = 'headers' in row.detected ? row.detected : {}
  const file = { import_id: row.import_id, headers, delimiter }
  return {
    stream: Readable.from(rejectedCsv(ctx.locale, file, (after) => page(ctx, params.id, after))),
    type: 'text/csv; charset=utf-8',
    name: rejectsName(row.file_name),
  }
}

// Rows held in memory while the file is written.
const PAGE = 500
const page = (ctx: Ctx, import_id: number, after: number): Promise<Row[]> =>
  planned<Row>(
    ctx,
    `select line, raw, reasons from import_reject where import_id = $1 and line > $2 order by line limit ${PAGE}`,
    [import_id, after],
  )
export const pagesOf = (ctx: Ctx, import_id: number) => (after: number) => page(ctx, import_id, after)

/** `2024.csv.gz` → `2024.rejects.csv` */
export const rejectsName = (file_name: string): string =>
  `${file_name.replace(/\.gz$/i, '').replace(/\.(?:csv|tsv|txt|xlsx)$/i, '')}.rejects.csv`

type File = { import_id: number; headers: readonly string[]; delimiter: string }

/** With a byte order mark: without it a spreadsheet takes UTF-8 for something else. */
export async function* rejectedCsv(
  locale: Locale,
  { import_id, headers, delimiter }: File,
  next: (after: number) => Promise<Row[]>,
): AsyncGenerator<string> {
  const theirs = headers.map((header, i) => (ourColumn(header) ? -1 : i)).filter((i) => i >= 0)
  const ours = theirs.length < headers.length
  const write = (cells: readonly string[]) =>
    `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`
  yield `\uFEFF${write([...OUR_COLUMNS, ...theirs.map((i) => headers[i]!)])}`
  const between = locale === 'zh-CN' ? '；' : '; '
  for (let rows = await next(0); rows.length > 0; rows = await next(rows.at(-1)!.line)) {
    let text = ''
    for (const { line, raw, reasons } of rows) {
      const why = reasons
        .map(({ code, field }) => (field ? `${field}: ` : '') + phrase(textsOf(code).says, locale))
        .join(between)
      const cells = cellsOf(raw, delimiter)
      // A file of mended rows has cells made safe already.
      const own = ours
        ? cells.filter((_, i) => i >= headers.length || !ourColumn(headers[i]!)).map(unprotect)
        : cells
      text += write([String(line), why, String(import_id), ...own.map(protect)])
    }
    yield text
  }
}

/** The cells as they were read; where the quotes are broken, the text as it stands between delimiters. */
function cellsOf(raw: string, delimiter: string): string[] {
  try {
    return new CsvReader(delimiter).push(`${raw}\n`)?.rows[0] ?? raw.split(delimiter)
  } catch {
    return raw.split(delimiter)
  }
}
