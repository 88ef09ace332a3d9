import { type Ctx, planned } from '../../kernel/ctx.ts'
import { companyOf } from '../parties/company.ts'
import { namesOf } from '../parties/list/names.ts'
import { Params, searchable } from '../parties/list/where.ts'
import { parseQuery } from '../parties/names/search.ts'
import { type Asked, conditionsOf, type Narrow, type Row, shown } from './asked.ts'
import type { FoundParty } from './contract.ts'
import { exactly } from './exact.ts'
import { foundBy } from './found_by.ts'
import { folded, lettersOf } from './letters.ts'
import { BUDGET, isDense } from './plan.ts'
import { marksIn, piecesPattern } from './rules.ts'

// Nearest first: one's own, one's team's, then whoever else is within reach; in each the most recent. No statement
// may grow with the company: what is frequent is met soon along the order of recency, and a walk that has met too few within
// its budget shows that the rest are few enough to gather.

// More than are shown, so that what is better known by its name stands before what has it in a number.
// unscoped: conditionsOf cuts every question to the caller's reach
const SPARE = 3
// More units than these are no team that one knows.
const TEAM_MAX = 20
// So many units are walked one by one; of more, everybody's order is walked and the others passed over.
const BY_UNIT = 3

/** ctx.reach is that of parties:read. */
export async function findParties(
  ctx: Ctx,
  text: string,
  limit: number,
): Promise<{ items: FoundParty[]; more: boolean }> {
  const query = parseQuery(text, (await companyOf(ctx)).region)
  if (query.chars.length + query.words.length === 0) return { items: [], more: false }
  const asked = { text: folded(text), query, contacts: searchable(ctx), wanted: limit * SPARE + 1 }
  const [exact, nearest] = await Promise.all([exactly(ctx, asked), byNearness(ctx, asked)])
  const found = [...exact, ...nearest]
  if (found.length === 0) found.push(...(await loosely(ctx, asked)))
  const rows = [...new Map(found.map((row) => [row.party_id, row])).values()]
  const seen = rows.map((row) => seenBy(ctx, row, asked.text))
  seen.sort(
    (a, b) =>
      Number(b.exact) - Number(a.exact) ||
      a.near - b.near ||
      Number(b.byName) - Number(a.byName) ||
      (a.recent < b.recent ? 1 : a.recent > b.recent ? -1 : b.row.party_id - a.row.party_id),
  )
  return {
    items: await present(
      ctx,
      seen.slice(0, limit).map(({ row }) => row),
      asked,
    ),
    more: seen.length > limit,
  }
}

const ownOf = ({ who }: Ctx): number | null => (who.kind === 'user' ? who.id : null)
const teamOf = ({ who }: Ctx): readonly number[] =>
  who.team_units.length <= TEAM_MAX ? who.team_units : [who.unit_id]

function seenBy(ctx: Ctx, row: Row, text: string) {
  const name = folded(row.name)
  const near =
    row.owner_id !== null && row.owner_id === ownOf(ctx) ? 0 : teamOf(ctx).includes(row.unit_id) ? 1 : 2
  return {
    row,
    near,
    exact: name === text,
    byName: marksIn(lettersOf(row.name, row.kind), text).length > 0,
    recent:
      row.last_order_at !== null && row.last_order_at > row.created_at ? row.last_order_at : row.created_at,
  }
}

async function byNearness(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const own = ownOf(ctx)
  const mine =
    own === null ? [] : await gather(ctx, asked, (r, { $ }) => `${r}.owner_id = ${$(own, 'bigint')}`)
  if (mine.length >= asked.wanted || ctx.reach.kind === 'own') return mine
  const dense = await isDense(ctx, asked)
  const team = teamOf(ctx).filter((id) => ctx.reach.kind !== 'units' || ctx.reach.unit_ids.includes(id))
  const inTeam = (r: string, { $ }: Params) => `${r}.unit_id = any(${$(team, 'bigint[]')})`
  const near = team.length === 0 ? [] : await reached(ctx, asked, dense, inTeam, team)
  if (mine.length + near.length >= asked.wanted) return [...mine, ...near]
  const all = ctx.reach.kind === 'units' && ctx.reach.unit_ids.every((id) => team.includes(id))
  const rest = all ? [] : await reached(ctx, asked, dense, () => 'true', null)
  return [...mine, ...near, ...rest]
}

async function reached(
  ctx: Ctx,
  asked: Asked,
  dense: boolean,
  narrow: Narrow,
  units: readonly number[] | null,
): Promise<Row[]> {
  const met = dense ? await walk(ctx, asked, narrow, units) : []
  return met.length >= asked.wanted ? met : gather(ctx, asked, narrow)
}

/** Those who match among the most recent, of whom a bounded number is looked at. */
async function walk(ctx: Ctx, asked: Asked, narrow: Narrow, units: readonly number[] | null): Promise<Row[]> {
  const params = new Params()
  const conditions = conditionsOf(ctx, asked, narrow, params)
  const unit_ids = units !== null && units.length <= BY_UNIT ? params.$(units, 'bigint[]') : null
  const along = (column: string) => {
    const met = (where: string) =>
      `select ${shown} from (select * from party_list p where p.live${where} order by p.${column} desc, p.party_id desc limit ${BUDGET}) r
       where ${conditions} limit ${asked.wanted}`
    if (unit_ids === null) return `(${met('')})`
    return `(select l.* from unnest(${unit_ids}) as u (unit_id), lateral (${met(' and p.unit_id = u.unit_id')}) l)`
  }
  // Who has not ordered yet is recent by when they came.
  return planned<Row>(ctx, `${along('last_order_at')} union ${along('created_at')}`, params.values)
}

/** `zsan` and `zsh`: some syllables whole, some by their first letters. Asked when nothing else was found. */
async function loosely(ctx: Ctx, asked: Asked): Promise<Row[]> {
  const pattern = piecesPattern(asked.text)
  if (pattern === null) return []
  const loose = { ...asked, query: { chars: [], words: [pattern] } }
  const own = ownOf(ctx)
  const mine =
    own === null ? [] : await gather(ctx, loose, (r, { $ }) => `${r}.owner_id = ${$(own, 'bigint')}`)
  const others = ctx.reach.kind === 'own' ? [] : await walk(ctx, loose, () => 'true', null)
  return [...mine, ...others].filter((row) => marksIn(lettersOf(row.name, row.kind), asked.text).length > 0)
}

/** All that match, then the most recent of them. */
async function gather(ctx: Ctx, asked: Asked, narrow: Narrow): Promise<Row[]> {
  const params = new Params()
  const text = `with m as materialized (select ${shown} from party_list r where ${conditionsOf(ctx, asked, narrow, params)})
    select * from m r order by greatest(r.last_order_at, r.created_at) desc, r.party_id desc limit ${asked.wanted}`
  return planned<Row>(ctx, text, params.values)
}

export async function present(ctx: Ctx, rows: readonly Row[], asked: Asked | null): Promise<FoundParty[]> {
  const marked = rows.map((row) => ({
    row,
    marks: asked ? marksIn(lettersOf(row.name, row.kind), asked.text) : [],
  }))
  const otherwise = marked.filter(({ marks }) => marks.length === 0).map(({ row }) => row.party_id)
  const [{ owners, units }, by] = await Promise.all([
    namesOf(ctx, rows),
    asked && otherwise.length > 0 ? foundBy(ctx, otherwise, asked) : new Map(),
  ])
  return marked.map(({ row, marks }) => ({
    id: row.party_id,
    kind: row.kind,
    name: row.name,
    name_romanised: row.name_romanised,
    marks,
    found_by: by.get(row.party_id) ?? null,
    owner: row.owner_id === null ? null : { id: row.owner_id, name: owners.get(row.owner_id) ?? '' },
    unit: { id: row.unit_id, name: units.get(row.unit_id) ?? '' },
    near: (['mine', 'team', 'company'] as const)[seenBy(ctx, row, '').near]!,
    last_order_at: row.last_order_at,
  }))
}
