import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/cursor.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { reachOf, scopeSql } from '../../../kernel/scope.ts'
import { companyOf } from '../../parties/company.ts'
import { Params, resolve, wholly } from '../../parties/list/where.ts'
import type { QualityRow, quality } from '../contract.ts'
import { bandFrom, bandOf, bands, bitOf, dayText, verdict } from '../rules.ts'
import { type Teller, tellerFor } from '../say.ts'
import { judging, loadFacts, today } from '../store.ts'
import { skipsOf } from './party.ts'

type Query = Input<typeof quality.list>['query']
type Answer = Output<typeof quality.list>
export type Slice = Pick<Query, 'reason' | 'band' | 'skipped'>

/** Conditions over `q` (party_quality) and `l` (party_listed): within the caller's reach, with the reason or band asked for. */
export async function sliceOf(
  ctx: Ctx,
  query: Query,
  teller: Teller,
  params: Params,
): Promise<string[] | null> {
  const { reason, band, skipped } = query
  if (reason !== undefined && !teller.told.has(reason))
    return refuse('quality.unknown_rule', 422, { code: reason })
  const where = await resolve(ctx, query)
  if (!where) return null
  const conditions = wholly(where, 'l', params)
  const scope = scopeSql(ctx.reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  conditions.push(scope.text)
  if (reason !== undefined) {
    conditions.push(`q.reasons & ${2n ** BigInt(bitOf(reason))} <> 0`)
    const day = params.$(dayText(await today(ctx)), 'date')
    const code = params.$(reason, 'text')
    conditions.push(
      `${skipped ? '' : 'not '}exists (select from quality_skip s where s.party_id = q.party_id and s.code = ${code} and (s.until is null or s.until > ${day}))`,
    )
  }
  if (band !== undefined) {
    const above = bands[bands.indexOf(band) - 1]
    conditions.push(`q.score >= ${bandFrom[band]}${above ? ` and q.score < ${bandFrom[above]}` : ''}`)
  }
  return conditions
}

type Row = {
  party_id: number
  name: string
  kind: QualityRow['kind']
  owner_id: number | null
  owner_name: string | null
  unit_id: number
  unit_name: string
  version: number
  slot: number
  value_minor: number | null
  revenue_minor: number
}
const EXACT_MAX = 10_000
const NO_SCORE = 101

export async function list(ctx: Ctx, { query }: { query: Query }): Promise<Answer> {
  const by = await judging(ctx)
  const teller = await tellerFor(ctx, by.rules)
  const params = new Params()
  const conditions = await sliceOf(ctx, query, teller, params)
  if (!conditions) return { items: [], next: null, count: 0, count_exact: true }
  const limit = query.limit ?? 50
  const plain = `from party_quality q join party_listed l on l.party_id = q.party_id`
  const [counted] = query.cursor
    ? [{ count: -1 }]
    : await planned<{ count: number }>(
        ctx,
        `select count(*)::int as count from (select ${plain} where ${conditions.join(' and ')} limit ${EXACT_MAX + 1}) x`,
        [...params.values],
      )
  // What a customer is worth, where the caller may see it; revenue elsewhere.
  const values = reachOf(ctx.who, 'value:read')
  let valued = 'left join customer_value v on false'
  if (values) {
    const scope = scopeSql(values, 'l', params.values.length + 1)
    params.values.push(scope.value)
    valued = `left join customer_value v on v.party_id = l.party_id and ${scope.text}
      and v.snapshot_id = (select snapshot_id from value_snapshot where current)`
  }
  const byScore = query.sort === 'score'
  const slot = byScore ? `coalesce(q.score, ${NO_SCORE})::bigint` : 'coalesce(v.value_minor, l.revenue_minor)'
  const [way, after] = byScore ? ['asc', '>'] : ['desc', '<']
  const cursor =
    query.cursor === undefined ? null : decodeCursor(query.cursor, ['string', 'number', 'number'])
  if (cursor) {
    if (cursor[0] !== (query.sort ?? 'stake')) return refuse('kernel.bad_cursor', 400)
    conditions.push(
      `(${slot}, l.party_id) ${after} (${params.$(cursor[1], 'bigint')}, ${params.$(cursor[2], 'bigint')})`,
    )
  }
  const rows = await planned<Row>(
    ctx,
    `select k.*, o.name as owner_name, u.name as unit_name from (
       select l.party_id, l.name, l.kind, l.owner_id, l.unit_id, l.version, ${slot} as slot, v.value_minor, l.revenue_minor
       ${plain} ${valued} where ${conditions.join(' and ')} order by slot ${way}, l.party_id ${way} limit ${limit + 1}
     ) k left join app_user o on o.user_id = k.owner_id join unit u on u.unit_id = k.unit_id order by k.slot ${way}, k.party_id ${way}`,
    params.values,
  )
  const page = rows.slice(0, limit)
  const ids = page.map(({ party_id }) => party_id)
  const facts = await loadFacts(ctx, ids)
  const skips = await skipsOf(ctx, ids)
  const { base_currency: currency } = await companyOf(ctx)
  const last = rows.length > limit ? page.at(-1)! : null
  const items = page.map((row): QualityRow => {
    const known = facts.get(row.party_id)
    const said = known && verdict(known, by.rules, by.today)
    return {
      id: row.party_id,
      name: row.name,
      kind: row.kind,
      owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner_name ?? '' },
      unit: { id: row.unit_id, name: row.unit_name },
      score: said?.score ?? null,
      band: said && said.score !== null ? bandOf(said.score) : null,
      reasons: (said?.reasons ?? []).filter(({ code }) => teller.told.has(code)).map(teller.reason),
      stake_minor: row.value_minor ?? row.revenue_minor,
      stake: row.value_minor === null ? 'revenue' : 'value',
      currency,
      version: row.version,
      skip: (skips.get(row.party_id) ?? []).find(({ code }) => code === query.reason) ?? null,
    }
  })
  const next = last && encodeCursor([query.sort ?? 'stake', last.slot, last.party_id])
  return { items, next, count: counted!.count, count_exact: counted!.count <= EXACT_MAX }
}
