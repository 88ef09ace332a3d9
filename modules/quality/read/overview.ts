import { type Ctx, planned } from '../../../kernel/ctx.ts'
import type { Input } from '../../../kernel/route.ts'
import type { Overview, QualityFilter, quality } from '../contract.ts'
import { bandFrom, bands, dayText, type Rule } from '../rules.ts'
import { tellerFor } from '../say.ts'
import { rulesInForce } from '../settings.ts'
import { stateOf, today } from '../store.ts'
import { type Group, groupsOf, meanOf, sumOf } from './groups.ts'

// Kept only where it is dear: a small house sees each repair at once.
const DEAR_MS = 250
const AGE_MS = 20_000
type Kept = { at: number; answer: Overview }
const kept = new WeakMap<object, Map<string, Kept>>()
const KEPT_MAX = 200

export async function overview(ctx: Ctx, { query }: Input<typeof quality.overview>): Promise<Overview> {
  let memory = kept.get(ctx.house)
  if (!memory) kept.set(ctx.house, (memory = new Map()))
  const { rules, id } = await rulesInForce(ctx)
  const key = JSON.stringify([ctx.reach, ctx.who.role, ctx.who.masks.size, ctx.who.id, ctx.locale, query, id])
  const earlier = memory.get(key)
  const began = Date.now()
  if (earlier && began - earlier.at < AGE_MS) return { ...earlier.answer, age_ms: began - earlier.at }
  const answer = await compute(ctx, query, rules, id)
  if (memory.size >= KEPT_MAX) memory.clear()
  if (Date.now() - began > DEAR_MS) memory.set(key, { at: Date.now(), answer })
  return answer
}

async function compute(
  ctx: Ctx,
  { days = 180, ...filter }: QualityFilter & { days?: number },
  rules: readonly Rule[],
  rules_id: number,
): Promise<Overview> {
  const teller = await tellerFor(ctx, rules)
  const on = rules.filter(({ code }) => teller.told.has(code))
  const codes = on.map(({ code }) => code)
  const groups = (await groupsOf(ctx, filter, codes)) ?? []
  const sum = sumOf(groups, codes.length)
  const as_of = dayText(await today(ctx))
  const [units, owners] = await named(ctx, groups)
  return {
    as_of,
    parties: sum.parties,
    scored: sum.scored,
    waiting: (await stateOf<{ rules_id: number }>(ctx, 'swept'))?.rules_id !== rules_id,
    score: meanOf(sum.score_sum, sum.scored),
    completeness: meanOf(sum.completeness_sum, sum.completeness_n),
    validity: meanOf(sum.validity_sum, sum.validity_n),
    freshness: meanOf(sum.freshness_sum, sum.freshness_n),
    bands: bands.map((band, i) => ({ band, from: bandFrom[band], parties: sum.bands[i]! })),
    reasons: on
      .map(({ code, dimension }, i) => ({
        code,
        name: teller.nameOf(code),
        dimension,
        parties: sum.reasons[i]!,
        share: sum.parties === 0 ? 0 : sum.reasons[i]! / sum.parties,
      }))
      .sort((a, b) => b.parties - a.parties),
    units: parted(groups, 'unit_id').map(([id, one]) => ({
      unit: { id, name: units.get(id) ?? '' },
      ...figures(one),
    })),
    owners: parted(groups, 'owner_id').map(([id, one]) => ({
      owner: id === 0 ? null : { id, name: owners.get(id) ?? '' },
      ...figures(one),
    })),
    trend: [
      ...(await trendOf(ctx, filter, days, as_of, new Set(codes))),
      {
        day: as_of,
        parties: sum.parties,
        score: meanOf(sum.score_sum, sum.scored),
        bands: sum.bands,
        reasons: codes.map((code, i) => ({ code, parties: sum.reasons[i]! })),
      },
    ],
    age_ms: 0,
  }
}

const MOST_PARTS = 100
function parted(groups: readonly Group[], by: 'unit_id' | 'owner_id'): [number, Group[]][] {
  const parts = new Map<number, Group[]>()
  for (const group of groups) {
    const part = parts.get(group[by])
    if (part) part.push(group)
    else parts.set(group[by], [group])
  }
  const size = (part: Group[]) => part.reduce((n, { parties }) => n + parties, 0)
  return [...parts].sort((a, b) => size(b[1]) - size(a[1])).slice(0, MOST_PARTS)
}

function figures(groups: readonly Group[]) {
  const { parties, score_sum, scored, bands: by_band } = sumOf(groups, 0)
  return { parties, score: meanOf(score_sum, scored), poor: by_band.at(-1)! }
}

// The names of units and of colleagues whose parties the caller reaches.
async function named(
  ctx: Ctx,
  groups: readonly Group[],
): Promise<[Map<number, string>, Map<number, string>]> {
  const ids = (by: 'unit_id' | 'owner_id') => [...new Set(groups.map((group) => group[by]))]
  const rows = await planned<{ id: number; name: string; unit: boolean }>(
    ctx,
    `select unit_id as id, name, true as unit from unit where unit_id = any($1::bigint[])
     union all select user_id, name, false from app_user where user_id = any($2::bigint[])`,
    [ids('unit_id'), ids('owner_id')],
  )
  const map = (unit: boolean) =>
    new Map(rows.filter((row) => row.unit === unit).map((row) => [row.id, row.name]))
  return [map(true), map(false)]
}

type Day = Overview['trend'][number]
/** Days that were kept, by unit and owner: a question about anything else has no past. */
async function trendOf(
  ctx: Ctx,
  { unit_id, owner_id, owner, ...other }: QualityFilter,
  days: number,
  before: string,
  codes: ReadonlySet<string>,
): Promise<Day[]> {
  if (Object.values(other).some((value) => value !== undefined)) return []
  const { reach } = ctx
  const asked = owner === 'me' ? ctx.who.id : owner === 'none' ? 0 : (owner_id ?? null)
  const own = reach.kind === 'own' ? reach.user_id : null
  if (own !== null && asked !== null && asked !== own) return []
  const rows = await planned<{
    day: string
    parties: number
    scored: number
    score_sum: number
    bands: number[]
    reasons: Record<string, number>[]
  }>(
    ctx,
    `with recursive down as (
       select unit_id from unit where unit_id = $5 union select u.unit_id from unit u join down on u.parent_id = down.unit_id
     ), d as (
       select * from quality_day where day < $1::date and day >= $1::date - $2::int
         and ($3::bigint[] is null or unit_id = any($3)) and ($4::bigint is null or owner_id = $4)
         and ($5::bigint is null or unit_id in (select unit_id from down))
     )
     select day::text as day, sum(parties)::int as parties, sum(scored)::int as scored, sum(score_sum)::bigint as score_sum,
       array[sum(bands[1]), sum(bands[2]), sum(bands[3]), sum(bands[4])]::int[] as bands, json_agg(reasons) as reasons
     from d group by day order by day`,
    [before, days, reach.kind === 'units' ? reach.unit_ids : null, own ?? asked, unit_id ?? null],
  )
  return rows.map(({ day, parties, scored, score_sum, bands, reasons }) => {
    const by = new Map<string, number>()
    for (const group of reasons)
      for (const [code, n] of Object.entries(group))
        if (codes.has(code)) by.set(code, (by.get(code) ?? 0) + n)
    return {
      day,
      parties,
      score: meanOf(score_sum, scored),
      bands,
      reasons: [...by].map(([code, n]) => ({ code, parties: n })),
    }
  })
}
