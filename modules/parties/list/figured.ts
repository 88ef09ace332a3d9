import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import type { ExportColumn } from '../../../kernel/export/column.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { reachOf, scopeSql } from '../../../kernel/scope.ts'
import { companyOf } from '../company.ts'
import {
  type PartyValue,
  type parties,
  type Sort,
  type ValueFilter,
  type ValueSort,
  valueSorts,
} from '../contract.ts'
import { toldFields } from '../fields/values.ts'
import { knowFigures } from '../filter/figures.ts'
import type { Piece } from '../filter/piece.ts'
import { knowQuality, type ListQuality } from '../filter/quality.ts'
import type { ValueKey } from '../text.export.ts'
import { columnOf, type Listed, NOT_KNOWN } from './gather.ts'
import { namesOf } from './names.ts'
import { dressed, shown } from './page.columns.ts'
import { listParties, rowOf } from './page.ts'
import { isOwnSort, sortOf, sqlOf } from './sorts.ts'
import { Params, resolve, wholly } from './where.ts'

// Columns of a list that another module computes (what customers are worth). They stand in that module's own table,
// because they change for everybody every night: a million rows of party_listed with its fourteen indexes would be written
// anew for it (docs/value.md). The list joins them only when somebody asks for them.
// unscoped: conditions come from where.ts, cut to the caller's reach, and from the figures' own permission below

export type ListFigures = {
  /** whoever may not read the figures neither sees, sorts nor filters by them */
  readonly may: `${string}:${string}`
  /** at most one row per party, read as `v`; null: nothing was computed yet */
  readonly source: (ctx: Ctx, params: Params) => Promise<string | null>
  readonly columns: { readonly [S in ValueSort]: { readonly column: string; readonly type: string } }
  readonly conditions: (filter: ValueFilter, params: Params) => string[]
  /** as a filter reads them: the table with its condition as `v`, null before anything was computed; each figure of it */
  readonly filtered: {
    readonly from: (ctx: Ctx) => Promise<Piece | null>
    readonly columns: Readonly<Record<string, string>>
  }
  /** of the rows of a page */
  readonly of: (ctx: Ctx, party_ids: readonly number[]) => Promise<Map<number, PartyValue>>
  /** for the file; read as `v` too */
  readonly exported: {
    /** a source without rows, for when nothing was computed yet */
    readonly nothing: string
    readonly columns: (currency: string) => { readonly [K in ValueKey]: ExportColumn }
  }
}

type Query = Input<typeof parties.list>['query']
type Answer = Output<typeof parties.list>

const FILTERS = ['value_from', 'value_to', 'alive_below', 'overdue', 'core', 'class', 'abc'] as const
export const isValueSort = (sort: string | undefined): sort is ValueSort =>
  (valueSorts as readonly string[]).includes(sort ?? '')
const EXACT_MAX = 10_000

/** Is this a question about the figures, which only their readers may ask? */
export const asksFigures = (query: ValueFilter & { sort?: string }): boolean =>
  isValueSort(query.sort) || FILTERS.some((key) => query[key] !== undefined)

export const listWith = (figures: ListFigures, quality: ListQuality) => {
  knowFigures(figures)
  knowQuality(quality)
  return async (ctx: Ctx, { query }: { query: Query }): Promise<Answer> => {
    const asked = asksFigures(query)
    const reach = reachOf(ctx.who, figures.may)
    if (asked && !reach) return refuse('kernel.not_allowed', 403, { permission: figures.may })
    const page = asked ? await listFigured(ctx, query, figures) : await listParties(ctx, { query: query })
    if (!reach || (!asked && query.with !== 'value')) return page
    const known = await figures.of(
      { ...ctx, reach },
      page.items.map(({ id }) => id),
    )
    return { ...page, items: page.items.map((row) => ({ ...row, value: known.get(row.id) ?? null })) }
  }
}

const EMPTY: Answer = { items: [], next: null, count: 0, count_exact: true, count_age_ms: 0 }

async function listFigured(ctx: Ctx, query: Query, figures: ListFigures): Promise<Answer> {
  const where = await resolve(ctx, query)
  const params = new Params()
  const source = where && (await figures.source(ctx, params))
  if (!source) return EMPTY
  const sort = query.sort ?? 'name'
  const desc = (query.order ?? (sort === 'name' ? 'asc' : 'desc')) === 'desc'
  const limit = query.limit ?? 50
  const own = isOwnSort(sort) ? await sortOf(ctx, sort) : null
  const { column, type } = own
    ? { column: sqlOf(own, 'r', params), type: own.type }
    : isValueSort(sort)
      ? figures.columns[sort]
      : { column: `r.${columnOf[sort as Sort].column}`, type: columnOf[sort as Sort].type }
  const scope = scopeSql(reachOf(ctx.who, figures.may)!, 'r', params.values.length + 1)
  params.values.push(scope.value)
  const conditions = [...wholly(where, 'r', params), scope.text, ...figures.conditions(query, params)]
  const from = `from ${source} v join party_listed r on r.party_id = v.party_id where ${conditions.join(' and ')}`
  const counted = planned<{ count: number }>(
    ctx,
    `select count(*) as count from (select 1 ${from} limit ${EXACT_MAX + 1}) x`,
    [...params.values],
  )
  // awaited below; a list that fails before must not leave it unheard, which ends the process
  counted.catch(() => undefined)
  const by = desc ? 'desc' : 'asc'
  const after = afterOf(query, { sort, desc, type, column }, params)
  const rows = await planned<Listed>(
    ctx,
    `select ${shown}, k.slot${own ? '::text as slot' : ''} from (
       select r.party_id, ${column} as slot ${from} ${after} order by ${column} ${by}, v.party_id ${by} limit ${limit + 1}
     ) k ${dressed} order by k.slot ${by}, k.party_id ${by}`,
    params.values,
  )
  const page = rows.slice(0, limit)
  const fields = toldFields(
    ctx,
    page.map((row) => row.fields),
  )
  const [{ base_currency }, names, told] = await Promise.all([companyOf(ctx), namesOf(ctx, page), fields])
  const last = rows.length > limit ? page.at(-1)! : null
  const [{ count }] = (await counted) as [{ count: number }]
  return {
    items: page.map((row, i) => rowOf(row, base_currency, names, told[i]!)),
    next: last && encodeCursor([sort, by, last.slot ?? NOT_KNOWN, last.party_id]),
    count,
    count_exact: count <= EXACT_MAX,
    count_age_ms: 0,
  }
}

type By = { sort: string; desc: boolean; type: string; column: string }

function afterOf(query: Query, { sort, desc, type, column }: By, params: Params): string {
  if (query.cursor === undefined) return ''
  const part = type === 'bigint' ? 'number' : 'string'
  const [by, way, value, id] = decodeCursor(query.cursor, ['string', 'string', part, 'number'])
  if (by !== sort || way !== (desc ? 'desc' : 'asc')) return refuse('kernel.bad_cursor', 400)
  if (type === 'timestamptz' && value !== NOT_KNOWN && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value)))
    return refuse('kernel.bad_cursor', 400)
  if (type === 'float8' && !/^-?(Infinity|\d+(\.\d+)?(e[+-]?\d{1,3})?)$/.test(String(value)))
    return refuse('kernel.bad_cursor', 400)
  return `and (${column}, v.party_id) ${desc ? '<' : '>'} (${params.$(value, type)}, ${params.$(id, 'bigint')})`
}
