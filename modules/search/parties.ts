import type { Ctx } from '../../kernel/ctx.ts'
import { companyOf } from '../parties/company.ts'
import { namesOf } from '../parties/list/names.ts'
import { searchable } from '../parties/list/where.ts'
import { parseQuery, type Query } from '../parties/names/search.ts'
import type { Asked, Row } from './asked.ts'
import type { FoundParty } from './contract.ts'
import { foundBy } from './found_by.ts'
import { keptFor } from './kept.ts'
import { folded, lettersOf } from './letters.ts'
import { nearest } from './nearest.ts'
import { marksIn } from './rules.ts'

// More than are shown, so that whoever is known by the name stands before whoever has the letters in a number.
const SPARE = 4
// More units than these are no team that one knows.
const TEAM_MAX = 20

/** Nearest first: mine, my team's, then whoever else is within reach (ctx.reach: of parties:read); in each the most recent. */
export async function findParties(
  ctx: Ctx,
  text: string,
  limit: number,
): Promise<{ items: FoundParty[]; more: boolean }> {
  const query = parseQuery(text, (await companyOf(ctx)).region)
  if (query.chars.length + query.words.length === 0) return { items: [], more: false }
  const asked = askedBy(ctx, query, text, limit)
  const found = await keptFor(ctx, asked, async () => {
    const { rows, keeps } = await nearest(ctx, asked)
    return { rows: ranked(ctx, rows, asked).slice(0, asked.wanted), keeps }
  })
  const first = ranked(ctx, found, asked)
  return {
    items: await present(ctx, byName(ctx, first, asked).slice(0, limit), asked),
    more: found.length > limit,
  }
}

export const askedBy = (ctx: Ctx, query: Query, text: string, limit: number): Asked => ({
  text: folded(text),
  query,
  contacts: searchable(ctx),
  limit,
  wanted: limit + SPARE,
  own: ownOf(ctx),
  team: teamOf(ctx),
})

const ownOf = ({ who }: Ctx): number | null => (who.kind === 'user' ? who.id : null)
/** Units below one's own are known only of callers whose rights need them; else one's own unit is the team. */
const teamOf = ({ who, reach }: Ctx): readonly number[] => {
  const known = who.team_units.length > 0 && who.team_units.length <= TEAM_MAX
  const team = known ? who.team_units : [who.unit_id]
  return reach.kind === 'units' ? team.filter((id) => reach.unit_ids.includes(id)) : team
}

const nearOf = (ctx: Ctx, { owner_id, unit_id }: Row): 0 | 1 | 2 =>
  owner_id !== null && owner_id === ownOf(ctx) ? 0 : teamOf(ctx).includes(unit_id) ? 1 : 2
const recentOf = ({ last_order_at, created_at }: Row): string =>
  last_order_at !== null && last_order_at > created_at ? last_order_at : created_at

export function ranked(ctx: Ctx, rows: readonly Row[], { text }: Asked): Row[] {
  const keys = rows.map((row) => ({
    row,
    exact: row.exact || folded(row.name) === text,
    near: nearOf(ctx, row),
    recent: recentOf(row),
  }))
  keys.sort(
    (a, b) =>
      Number(b.exact) - Number(a.exact) ||
      a.near - b.near ||
      (a.recent < b.recent ? 1 : a.recent > b.recent ? -1 : b.row.party_id - a.row.party_id),
  )
  return keys.map(({ row, exact }) => (exact === row.exact ? row : { ...row, exact }))
}

/** Within one nearness a name that matches stands before a number that does. */
function byName(ctx: Ctx, rows: readonly Row[], { text }: Asked): Row[] {
  const rank = (row: Row) =>
    row.exact ? -1 : nearOf(ctx, row) * 2 + (marksIn(lettersOf(row.name, row.kind), text).length > 0 ? 0 : 1)
  return rows
    .map((row) => ({ row, at: rank(row) }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row)
}

/** As a search shows them; without a question nothing is marked. */
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
    near: (['mine', 'team', 'company'] as const)[nearOf(ctx, row)],
    last_order_at: row.last_order_at,
  }))
}
