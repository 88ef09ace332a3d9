import { type Ctx, planned } from '../../kernel/ctx.ts'
import { Params } from '../parties/list/where.ts'
import { nameKeys } from '../parties/names/romanise.ts'
import { type Asked, conditionsOf, type Row, recent, shown } from './asked.ts'
import { lettersOf } from './letters.ts'
import { BUDGET, isDense, ownsFew } from './plan.ts'
import { marksIn, piecesPattern } from './rules.ts'
import { sourcesOf, writings } from './sources.ts'

// No statement may grow with the company. What is frequent is met soon along the order of recency, of which a bounded part
// is walked: mine, my team's and the rest in one statement. What a walk meets too rarely is little enough to gather.
// unscoped: conditionsOf cuts every question to the caller's reach

// So many units are walked one by one; of more, everybody's order is walked and the others passed over.
const BY_UNIT = 3
const LOOKED_AT = 50
// More of one name than these are ranked as all others are.
const FEW = 3

export async function nearest(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const walked = (await isDense(ctx, asked)) ? await walk(ctx, asked) : null
  const rows = walked?.rows ?? []
  if (!walked?.whole && rows.length < asked.limit) rows.push(...(await gather(ctx, asked)))
  if (rows.length === 0) rows.push(...(await loosely(ctx, asked)))
  return [...new Map(rows.toReversed().map((row) => [row.party_id, row])).values()]
}

/** One statement, an arm for each nearness. `whole`: there can be no others. */
async function walk(ctx: Ctx, asked: Asked): Promise<{ rows: Row[]; whole: boolean }> {
  const { own, team, wanted } = asked
  const few = own === null || (await ownsFew(ctx, own))
  const params = new Params()
  const conditions = conditionsOf(ctx, asked, params)
  const arms = [exactly(await exactIds(ctx, asked, params), conditions)]
  if (own !== null) arms.push(mine(params.$(own, 'bigint'), few, conditions, wanted))
  if (ctx.reach.kind !== 'own') {
    if (team.length > 0) arms.push(...ours(team, conditions, wanted, params))
    for (const column of COLUMNS) arms.push(met(along(column), conditions, wanted))
  }
  const rows = await run(ctx, arms.map((arm) => `(${arm})`).join('\nunion all\n'), params.values)
  return { rows, whole: ctx.reach.kind === 'own' && few }
}

// Who has not ordered yet is recent by when they came.
const COLUMNS = ['last_order_at', 'created_at'] as const
const along = (column: (typeof COLUMNS)[number], part = '') =>
  `select * from party_list p where p.live${part} order by p.${column} desc, p.party_id desc limit ${BUDGET}`
const met = (from: string, conditions: string, limit: number) =>
  `select ${shown}, false as exact from (${from}) r where ${conditions} limit ${limit}`

/** Of many bearers of one name the nearest are shown, as of any other. They also meet the search itself, so that a number
 * which is a withheld contact point finds nobody. */
const exactly = (ids: string, conditions: string) =>
  `select ${shown}, true as exact from (
     select r.*, count(*) over () as n from party_list r where r.party_id = any(${ids}) and ${conditions}) r where r.n <= ${FEW}`

function ours(team: readonly number[], conditions: string, wanted: number, { $ }: Params): string[] {
  const units = $(team, 'bigint[]')
  if (team.length > BY_UNIT)
    return [met(along('last_order_at'), `r.unit_id = any(${units}) and ${conditions}`, wanted)]
  return COLUMNS.map(
    (column) =>
      `select ${shown}, false as exact from unnest(${units}) as u (unit_id), lateral (
         select r.* from (${along(column, ' and p.unit_id = u.unit_id')}) r where ${conditions} limit ${wanted}) r`,
  )
}

/** Few are looked through; of many, the most recent of everybody's are. */
const mine = (own: string, few: boolean, conditions: string, wanted: number) =>
  few
    ? `select ${shown}, false as exact from (select * from party_list p where p.live and p.owner_id = ${own} offset 0) r
       where ${conditions} order by ${recent} limit ${wanted}`
    : met(along('last_order_at'), `r.owner_id = ${own} and ${conditions}`, wanted)

/** Whose whole name or number it is, however far they stand from the caller: ids, not yet within anybody's reach. */
async function exactIds(ctx: Ctx, { text }: Asked, { $ }: Params): Promise<string> {
  const keys = [nameKeys(text, 'person').name_sort, nameKeys(text, 'organisation').name_sort]
  const sources = await sourcesOf(ctx, 'external_id')
  const names = `array(select n.party_id from party_list n where n.live and n.name_sort = any(${$(keys, 'text[]')}) limit ${LOOKED_AT})`
  const ids = `array(select e.party_id from external_id e where e.source = any(${$(sources, 'text[]')}) and e.value = any(${$(writings(text), 'text[]')}) limit ${LOOKED_AT})`
  return `(${names} || ${ids})`
}

/** All that match, then the nearest of them. */
async function gather(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const params = new Params()
  const { $ } = params
  const conditions = conditionsOf(ctx, asked, params)
  const text = `with m as materialized (select ${shown} from party_list r where ${conditions})
    select ${shown}, r.exact from (select m.*, m.party_id = any(${await exactIds(ctx, asked, params)}) as exact from m) r
    order by r.exact desc, r.owner_id is not distinct from ${$(asked.own, 'bigint')} desc, r.unit_id = any(${$(asked.team, 'bigint[]')}) desc, ${recent}
    limit ${asked.wanted}`
  return planned<Row>(ctx, text, params.values)
}

/** `zsan` and `zsh`: some syllables whole, some by their first letters. Looked for among the recent when nothing else was found. */
async function loosely(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const pattern = piecesPattern(asked.text)
  if (pattern === null) return []
  const { rows } = await walk(ctx, { ...asked, query: { chars: [], words: [pattern] } })
  return rows.filter((row) => marksIn(lettersOf(row.name, row.kind), asked.text).length > 0)
}

const names = new Map<string, string>()
// Statements of one shape have one name; made-up shapes (fifty words) are planned each time.
const NAMED_MAX = 200

async function run(ctx: Ctx, text: string, values: unknown[]): Promise<Row[]> {
  let name = names.get(text)
  if (name === undefined) {
    if (names.size >= NAMED_MAX) return planned<Row>(ctx, text, values)
    names.set(text, (name = `search.walk.${names.size}`))
  }
  return (await (ctx.tx ?? ctx.house.pool).query<Row>({ name, text, values })).rows
}
