import { type Ctx, planned } from '../../../kernel/ctx.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { Params, resolve, wholly } from '../../parties/list/where.ts'
import type { QualityFilter } from '../contract.ts'
import { bandFrom, bands, bitOf } from '../rules.ts'

// One pass over the parties that are asked for, by unit and owner: every figure of the page is a sum of these.

export type Group = {
  unit_id: number
  /** 0: nobody */
  owner_id: number
  parties: number
  scored: number
  score_sum: number
  completeness_sum: number
  completeness_n: number
  validity_sum: number
  validity_n: number
  freshness_sum: number
  freshness_n: number
  /** as `bands` are in order */
  bands: number[]
  /** as `codes` are in order */
  reasons: number[]
}

const mean = (name: string) =>
  `coalesce(sum(q.${name}), 0)::bigint as ${name}_sum, count(q.${name})::int as ${name}_n`

export function groupsText(codes: readonly string[], from: string): string {
  const inBand = bands.map((band, i) => {
    const below = i === 0 ? '' : ` and q.score < ${bandFrom[bands[i - 1]!]}`
    return `count(*) filter (where q.score >= ${bandFrom[band]}${below})`
  })
  const broken = codes.map((code) => `count(*) filter (where q.reasons & ${2n ** BigInt(bitOf(code))} <> 0)`)
  return `select l.unit_id, coalesce(l.owner_id, 0) as owner_id, count(*)::int as parties, count(q.score)::int as scored,
    coalesce(sum(q.score), 0)::bigint as score_sum, ${mean('completeness')}, ${mean('validity')}, ${mean('freshness')},
    array[${inBand.join(', ')}]::int[] as bands, array[${broken.join(', ')}]::int[] as reasons
  ${from} group by 1, 2`
}

/** null: nothing that the caller reaches can answer. */
export async function groupsOf(
  ctx: Ctx,
  query: QualityFilter,
  codes: readonly string[],
): Promise<Group[] | null> {
  const where = await resolve(ctx, query)
  if (!where) return null
  const params = new Params()
  const conditions = wholly(where, 'l', params)
  const scope = scopeSql(ctx.reach, 'l', params.values.length + 1)
  params.values.push(scope.value)
  return planned<Group>(
    ctx,
    groupsText(
      codes,
      `from party_quality q join party_listed l on l.party_id = q.party_id where ${[...conditions, scope.text].join(' and ')}`,
    ),
    params.values,
  )
}

export type Sum = Omit<Group, 'unit_id' | 'owner_id'>
export function sumOf(groups: readonly Group[], codes: number): Sum {
  const sum: Sum = {
    parties: 0,
    scored: 0,
    score_sum: 0,
    completeness_sum: 0,
    completeness_n: 0,
    validity_sum: 0,
    validity_n: 0,
    freshness_sum: 0,
    freshness_n: 0,
    bands: bands.map(() => 0),
    reasons: Array.from({ length: codes }, () => 0),
  }
  for (const { unit_id: _, owner_id: __, bands: by_band, reasons, ...figures } of groups) {
    for (const [key, n] of Object.entries(figures) as [keyof typeof figures, number][]) sum[key] += n
    by_band.forEach((n, i) => {
      sum.bands[i]! += n
    })
    reasons.forEach((n, i) => {
      sum.reasons[i]! += n
    })
  }
  return sum
}

/** One decimal; no data is not 0. */
export const meanOf = (sum: number, n: number): number | null =>
  n === 0 ? null : Math.round((10 * sum) / n) / 10
