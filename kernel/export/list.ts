import type pg from 'pg'
import { type Column, csvWriter, type Row, xlsxWriter } from '../../packages/sheets/src/index.ts'
import type { Ctx, House } from '../ctx.ts'
import type { FileAnswer } from '../module.ts'
import { refuse } from '../refuse.ts'
import { type Locale, type Phrase, phrase } from '../text.ts'
import { clockOf } from './clock.ts'
import type { ExportColumn, Told } from './column.ts'
import { abandon, countOf, openSnapshot, rowsOf } from './copy.ts'
import { Outlet } from './outlet.ts'
import { BEAT_MS, beatRun, type Exported, endRun, startRun } from './run.ts'

// Any list as a file: all its rows as filtered and sorted, of one snapshot, written as they come. Memory does not grow
// with the rows, a reader that is slow slows the reading down, one that goes ends it.

export type ExportList<K extends string = string> = {
  /** as its route says: `exporting('parties')` */
  readonly name: string
  readonly title: Phrase
  /** in the order of the file */
  readonly headings: { readonly [key in K]: Phrase }
  readonly columns: { readonly [key in K]: ExportColumn }
  /** the table whose rows they are, with what its condition needs: `party_listed l` */
  readonly from: string
  /** joined where a chosen column needs them; `many`: for more rows than are worth a look-up each */
  readonly joins?: { readonly [name: string]: string | { readonly few: string; readonly many: string } }
}

export type ExportQuery = {
  format?: string
  columns?: string
  lang?: string
  key?: string
  [filter: string]: unknown
}
export type Asked = {
  query: ExportQuery
  /** over `from`; with `$1` … for `values`, each with its type, also in joins and columns */
  where: string
  order: string
  values: readonly unknown[]
  zone: string
  /** tests split sooner */
  sheet_rows?: number
}

const MANY = 20_000
const AT_ONCE = 4
const RETRY_S = 10
const running = new WeakMap<House, number>()

export async function exportList(ctx: Ctx, list: ExportList, asked: Asked): Promise<FileAnswer> {
  const { format = 'csv', columns, lang, key, ...filter } = asked.query
  const locale = (lang ?? ctx.locale) as Locale
  const keys = chosen(list, columns)
  const open = running.get(ctx.house) ?? 0
  if (open >= AT_ONCE) refuse('exports.busy', 429, { retry_after_s: RETRY_S })
  running.set(ctx.house, open + 1)
  const leave = () => running.set(ctx.house, running.get(ctx.house)! - 1)
  let client: pg.Client | null = null
  try {
    client = await ctx.house.connect()
    await openSnapshot(client)
    const rows = await countOf(client, {
      text: `select count(*) as count from ${list.from} where ${asked.where}`,
      values: asked.values,
    })
    const export_id = await ctx.house.ids.next()
    const run: Exported = { export_id, list: list.name, format, columns: keys, filter, lang: locale, rows }
    await startRun(ctx, run, key ?? null)
    const outlet = new Outlet()
    const told = { locale, clock: clockOf(asked.zone) }
    void write({ ctx, list, keys, asked, run, outlet, client, told }).finally(leave)
    return answerOf(ctx, list, run, { outlet, told })
  } catch (error) {
    leave()
    await client?.end().catch(() => {})
    throw error
  }
}

const types = {
  csv: 'text/csv; charset=utf-8; header=present',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

function answerOf(
  ctx: Ctx,
  list: ExportList,
  run: Exported,
  { outlet, told }: { outlet: Outlet; told: Told },
): FileAnswer {
  const format = run.format as keyof typeof types
  const day = told.clock(ctx.now.getTime()).slice(0, 10)
  return {
    stream: outlet,
    type: types[format],
    name: `${phrase(list.title, told.locale)} ${day}.${format}`,
    headers: { 'guanxi-rows': String(run.rows), 'guanxi-export': String(run.export_id) },
  }
}

function chosen({ headings }: ExportList, columns: string | undefined): string[] {
  const all = Object.keys(headings)
  if (columns === undefined) return all
  const wanted = [...new Set(columns.split(',').map((key) => key.trim()))].filter((key) => key !== '')
  const unknown = wanted.filter((key) => !all.includes(key))
  if (unknown.length > 0 || wanted.length === 0)
    refuse('exports.unknown_column', 400, { unknown: unknown.length > 0 ? unknown : null, known: all })
  return wanted
}

type Work = {
  ctx: Ctx
  list: ExportList
  keys: readonly string[]
  asked: Asked
  run: Exported
  outlet: Outlet
  client: pg.Client
  told: Told
}

async function write({ ctx, list, keys, asked, run, outlet, client, told }: Work): Promise<void> {
  const columns = keys.map((key) => list.columns[key]!)
  const heads: Column[] = keys.map((key, i) => ({
    heading: phrase(list.headings[key]!, told.locale),
    kind: columns[i]!.kind,
    ...(columns[i]!.width ? { width: columns[i]!.width } : {}),
  }))
  const sink = (bytes: Buffer) => outlet.put(bytes)
  const options = { name: phrase(list.title, told.locale), made: ctx.now, max_rows: asked.sheet_rows }
  const writer = run.format === 'xlsx' ? xlsxWriter(heads, sink, options) : csvWriter(heads, sink)
  let sent = 0
  let over = false
  const beat = setInterval(() => void beatRun(ctx.house, run.export_id, sent).catch(() => {}), BEAT_MS)
  // A query under way is ended when nobody waits for it any more.
  outlet.once('close', () => over || void abandon(client, ctx.house.pool))
  try {
    const tell = teller(columns, told)
    for await (const rows of rowsOf(client, question(list, columns, asked, run.rows))) {
      await writer.write(tell(rows))
      sent += rows.length
    }
    if (sent !== run.rows) throw new Error(`an export of ${run.rows} rows found ${sent}`)
    await writer.end()
    await outlet.taken()
    await endRun(ctx, run, sent, 'done')
    outlet.finish()
  } catch (error) {
    if (!outlet.destroyed) ctx.log.error({ err: error, export_id: run.export_id }, 'an export was cut off')
    // The bytes end without their end: whoever reads them knows that the file is not whole.
    outlet.destroy(error as Error)
    await endRun(ctx, run, sent, 'cut_off').catch((err: Error) =>
      ctx.log.error({ err, export_id: run.export_id }, 'an export that was cut off could not be recorded'),
    )
  } finally {
    clearInterval(beat)
    if (outlet.destroyed && !over) await abandon(client, ctx.house.pool)
    over = true
    await client.end().catch(() => {})
  }
}

function question(
  { from, joins = {} }: ExportList,
  columns: readonly ExportColumn[],
  { where, order, values }: Asked,
  rows: number,
) {
  const needed = new Set(columns.flatMap(({ needs = [] }) => needs))
  const joined = Object.entries(joins).flatMap(([name, join]) =>
    needed.has(name) ? [typeof join === 'string' ? join : rows > MANY ? join.many : join.few] : [],
  )
  const text = `select ${columns.map(({ sql }) => sql).join(',\n  ')}\nfrom ${from}\n${joined.join('\n')}\nwhere ${where} order by ${order}`
  return { text, values }
}

function teller(columns: readonly ExportColumn[], told: Told): (rows: readonly Row[]) => readonly Row[] {
  const speaking = columns.flatMap(({ say }, i) => (say ? [{ i, say }] : []))
  return (rows) => {
    for (const row of rows as (string | null)[][])
      for (const { i, say } of speaking) {
        const cell = row[i]!
        if (cell !== null) row[i] = say(cell, told)
      }
    return rows
  }
}
