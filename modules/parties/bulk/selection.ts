import { type Ctx, planned, type Reach } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { reachOf, scopeSql } from '../../../kernel/scope.ts'
import type { BulkAction, BulkSelection } from '../contract.ts'
import { asksFigures, type ListFigures } from '../list/figured.ts'
import { Params, resolve, wholly } from '../list/where.ts'

// unscoped: the filter's conditions come from where.ts, cut to the caller's reach; what is named by id is judged in
// reach when it is written (write.ts)

/** Whose rows the caller sees: what is chosen is what the list shows, what may be changed of it is judged row by row. */
export const seeing = (ctx: Ctx): Reach => reachOf(ctx.who, 'parties:read') ?? ctx.reach

export function reachSql(reach: Reach, alias: string, params: Params): string {
  const { text, value } = scopeSql(reach, alias, params.values.length + 1)
  params.values.push(value)
  return text
}

/** Parties in one piece: long enough to be set-wise, short enough that nobody waits for its locks. */
export const SLICE = 2000

/** `select party_id …`, of what the caller chose. */
export async function chosenSql(
  ctx: Ctx,
  figures: ListFigures,
  selection: BulkSelection,
  action: BulkAction,
  params: Params,
): Promise<string> {
  const { ids, filter, except = [] } = selection
  if ((ids === undefined) === (filter === undefined)) return refuse('parties.bulk_selection', 422)
  if (ids) {
    const but = except.length > 0 ? ` where i <> all(${params.$(except, 'bigint[]')})` : ''
    return `select distinct i as party_id from unnest(${params.$(ids, 'bigint[]')}) as u (i)${but}`
  }
  const query = { ...filter, trash: filter!.trash ?? action.do === 'restore' }
  const where = await resolve({ ...ctx, reach: seeing(ctx) }, query)
  const conditions = where ? wholly(where, 'l', params) : ['false']
  if (except.length > 0) conditions.push(`l.party_id <> all(${params.$(except, 'bigint[]')})`)
  let from = 'party_listed l'
  if (asksFigures(query)) {
    const reach = reachOf(ctx.who, figures.may)
    if (!reach) return refuse('kernel.not_allowed', 403, { permission: figures.may })
    const source = (await figures.source(ctx, params)) ?? figures.exported.nothing
    from += ` join ${source} v on v.party_id = l.party_id and ${reachSql(reach, 'l', params)}`
    conditions.push(...figures.conditions(query, params))
  }
  return `select l.party_id from ${from} where ${conditions.join(' and ')}`
}

/** What matched when the person pressed, kept as it was then. */
export async function freeze(
  ctx: Ctx,
  figures: ListFigures,
  bulk_id: number,
  selection: BulkSelection,
  action: BulkAction,
): Promise<number> {
  const params = new Params()
  const id = params.$(bulk_id, 'bigint')
  const chosen = await chosenSql(ctx, figures, selection, action, params)
  const rows = await planned<{ size: number }>(
    ctx,
    `insert into party_bulk_slice (bulk_id, n, party_ids)
     select ${id}, n, array_agg(party_id order by party_id)
     from (select party_id, (row_number() over (order by party_id) - 1) / ${SLICE} as n from (${chosen}) c) s group by n
     returning cardinality(party_ids) as size`,
    params.values,
  )
  const selected = rows.reduce((sum, { size }) => sum + size, 0)
  const { expected_count } = selection
  if (expected_count !== undefined && expected_count !== selected)
    refuse('parties.bulk_moved', 409, { expected: expected_count, now: selected })
  if (selected === 0) refuse('parties.bulk_nothing', 422)
  return selected
}
