import { type Ctx, planned } from '../../kernel/ctx.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { headColumns } from '../parties/list/find.columns.ts'
import { nearestOf, ownedBy, postingsOf } from '../parties/list/postings.ts'
import { prepared, shapeOf } from '../parties/list/prepared.ts'
import { Params } from '../parties/list/where.ts'
import { headsAsked } from '../parties/names/heads.ts'
import { nameKeys } from '../parties/names/romanise.ts'
import { type Asked, conditionsOf, type Row, recent, shown } from './asked.ts'
import { lettersOf } from './letters.ts'
import { aboutHowMany, BUDGET, BUDGET_NEAR, BUDGET_UNKEPT, isDense, POSTED_GUESS } from './plan.ts'
import { marksIn, piecesPattern } from './rules.ts'
import { oneByOne, sourcesOf, writings } from './sources.ts'

// No statement may grow with the company. What is frequent is met soon along the order of recency, of which a bounded part
// is walked: mine, my team's and the rest in one statement, from the indexes of party_find alone. What a walk meets too rarely
// is little enough to gather. Either way a row is only answered for what party_listed says of it.
// unscoped: conditionsOf cuts every question to the caller's reach

// So many units are walked one by one; of more, everybody's order is walked and the others passed over.
const BY_UNIT = 3
const LOOKED_AT = 50
// More of one name than these are ranked as all others are.
const FEW = 3

/** `keeps`: they meet the question as it is, not only a looser one. */
export async function nearest(ctx: Ctx, asked: Asked): Promise<{ rows: Row[]; keeps: boolean }> {
  const heads = headsAsked(asked.query)
  const about = await aboutHowMany(ctx, asked)
  const whole = await isAllMine(ctx, heads !== null)
  const rows = whole || isDense(about, heads !== null) ? await walk(ctx, asked, heads) : []
  if (rows.length < asked.limit && !whole) {
    const known = about <= POSTED_GUESS ? await posted(ctx, asked) : null
    rows.push(...(known ?? (await gather(ctx, asked))))
  }
  const loose = rows.length === 0 ? await loosely(ctx, asked) : []
  const found = [...rows, ...loose].toReversed()
  return { rows: [...new Map(found.map((row) => [row.party_id, row])).values()], keeps: loose.length === 0 }
}

/** Who reaches only their own, no more than are walked, has then met them all. */
async function isAllMine(ctx: Ctx, keeps: boolean): Promise<boolean> {
  if (!keeps || ctx.reach.kind !== 'own' || ctx.tx) return false
  const mine = await ownedBy(ctx, ctx.reach.user_id)
  return mine !== null && mine.size < BUDGET_NEAR
}

/** One statement, an arm for each nearness. */
export async function walk(ctx: Ctx, asked: Asked, heads: readonly number[] | null): Promise<Row[]> {
  const { own, team } = asked
  const params = new Params()
  const conditions = conditionsOf(ctx, asked, params)
  const passes = bitsOf(heads, params)
  const along = (
    part: string,
    passed: string,
    table = 'party_find',
  ) => `select ${shown}, false as exact from (
      select f.party_id from (select * from ${table} p ${part} order by p.fresh desc, p.party_id desc
        limit ${heads ? (part === '' ? BUDGET : BUDGET_NEAR) : BUDGET_UNKEPT}) f
      where ${[passed, ...passes].join(' and ')} offset 0) f,
    lateral (select r.* from party_listed r where r.party_id = f.party_id and ${conditions} offset 0) r limit ${asked.wanted}`
  const arms = [exactly(await exactIds(ctx, asked, params), conditions)]
  if (own !== null) arms.push(along(`where p.owner_id = ${unseen(own, params)}`, 'true', 'party_own'))
  if (ctx.reach.kind !== 'own') {
    if (team.length > BY_UNIT) arms.push(along('', `f.unit_id = any(${params.$(team, 'bigint[]')})`))
    else for (const unit_id of team) arms.push(along(`where p.unit_id = ${unseen(unit_id, params)}`, 'true'))
    const scope = scopeSql(ctx.reach, 'f', params.values.length + 1)
    params.values.push(scope.value)
    arms.push(along('', scope.text))
  }
  return run(ctx, arms.map((arm) => `(${arm})`).join('\nunion all\n'), params.values)
}

/** Nor does a plan hang on whose parties they are: one who has none would have a plan made for them each time. */
const unseen = (id: number, { $ }: Params): string => `(select ${$(id, 'bigint')})`

/** The bits that must be set, column by column; a column without any is not asked. */
function bitsOf(heads: readonly number[] | null, { $ }: Params): string[] {
  if (!heads) return []
  return heads.flatMap((bits, i) => {
    const wanted = $(bits, 'integer')
    return `f.${headColumns[i]} & ${wanted} = ${wanted}`
  })
}

/**
 * Of many bearers of one name the nearest are shown, as of any other. They also meet the search itself, so that a number
 * which is a withheld contact point finds nobody.
 */
const exactly = (ids: string, conditions: string) =>
  `select ${shown}, true as exact from (
     select r.*, count(*) over () as n from party_listed r where r.party_id = any(${ids}) and ${conditions}) r where r.n <= ${FEW}`

/** Whose whole name or number it is, however far they stand from the caller: ids, not yet within anybody's reach. */
async function exactIds(ctx: Ctx, { text }: Asked, params: Params): Promise<string> {
  const keys = [nameKeys(text, 'person').name_sort, nameKeys(text, 'organisation').name_sort]
  const sources = await sourcesOf(ctx, 'external_id')
  const names = `array(select n.party_id from party_listed n where n.live and n.name_sort = any(${oneByOne(keys, 'text', params)}) limit ${LOOKED_AT})`
  const ids = `array(select e.party_id from external_id e where e.source = any(${oneByOne(sources, 'text', params)}) and e.value = any(${oneByOne(writings(text), 'text', params)}) limit ${LOOKED_AT})`
  return `(${names} || ${ids})`
}

/**
 * The same from what the words find of everybody, which one look serves for every caller (postings.ts). null: too many, or one of
 * them changed meanwhile.
 */
export async function posted(ctx: Ctx, asked: Asked): Promise<Row[] | null> {
  const known = await postingsOf(ctx, asked.query, asked.contacts)
  if (!known) return null
  const ids = await nearestOf(ctx, known.found, asked)
  if (!ids) return null
  const params = new Params()
  const conditions = conditionsOf(ctx, asked, params)
  const few = params.$(ids, 'bigint[]')
  const exact = await exactIds(ctx, asked, params)
  const rows = await prepared<Row>(
    ctx,
    `select ${shown}, r.party_id = any(x.ids) as exact from (select ${exact} as ids) x, lateral (
       select r.* from party_listed r where r.party_id = any(${few} || x.ids) and ${conditions} offset 0) r`,
    params.values,
  )
  const met = new Set(rows.map((row) => row.party_id))
  return ids.every((id) => met.has(id)) ? rows : null
}

/** All that match, then the nearest of them. */
export async function gather(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const params = new Params()
  const { $ } = params
  const conditions = conditionsOf(ctx, asked, params)
  const text = `with m as materialized (select ${shown} from party_listed r where ${conditions})
    select ${shown}, r.exact from (select m.*, m.party_id = any(${await exactIds(ctx, asked, params)}) as exact from m) r
    order by r.exact desc, r.owner_id is not distinct from ${$(asked.own, 'bigint')} desc, r.unit_id = any(${$(asked.team, 'bigint[]')}) desc, ${recent}
    limit ${asked.wanted}`
  return planned<Row>(ctx, text, params.values)
}

/** `zsan` and `zsh`: some syllables whole, some by their first letters. Looked for among the recent when nothing else was found. */
async function loosely(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const pattern = piecesPattern(asked.text)
  if (pattern === null) return []
  const loose = { ...asked, query: { chars: [], words: [pattern] } }
  const rows = await walk(ctx, loose, headsAsked({ chars: [], words: [`% ${asked.text.charAt(0)}%`] }))
  return rows.filter((row) => marksIn(lettersOf(row.name, row.kind), asked.text).length > 0)
}

/** A walk may be long: not pipelined. */
async function run(ctx: Ctx, text: string, values: unknown[]): Promise<Row[]> {
  const name = shapeOf(text)
  if (name === null) return planned<Row>(ctx, text, values)
  return (await (ctx.tx ?? ctx.house.pool).query<Row>({ name, text, values })).rows
}
