import { type Ctx, named } from '../../kernel/ctx.ts'
import { mask, masked, scopeSql } from '../../kernel/scope.ts'
import { phrase } from '../../kernel/text.ts'
import { namesOf } from '../parties/list/names.ts'
import { maskOf } from '../parties/rules.ts'
import type { Candidate, Reason } from './contract.ts'
import type { Evidence } from './rules.ts'
import { reasonText } from './text.reasons.ts'

// What a caller is told: parties within their reach, reasons in their language, values as their role may see them.

export const maskFor = (field: Evidence['field']): string | null =>
  field === 'name' || field === 'country' ? null : maskOf[field]

export function reasonOf(ctx: Ctx, { kind, field, a, b, weight }: Evidence): Reason {
  const hidden = maskFor(field)
  const withheld = hidden !== null && masked(ctx, hidden)
  const show = (value: string) => (withheld ? mask(value, hidden) : value)
  return {
    kind,
    says: phrase(reasonText[kind], ctx.locale),
    mine: show(a),
    theirs: show(b),
    withheld,
    weight: Math.round(weight * 100) / 100,
  }
}

type Row = {
  party_id: number
  name: string
  name_romanised: string
  kind: 'person' | 'organisation'
  owner_id: number | null
  unit_id: number
  order_count: number
  last_order_at: string | null
}

/** Those of them that the caller reaches and that are there, as they are told. */
export async function partiesTold(
  ctx: Ctx,
  party_ids: readonly number[],
): Promise<Map<number, Candidate['party']>> {
  if (party_ids.length === 0) return new Map()
  const scope = scopeSql(ctx.reach, 'l', 2)
  const rows = await named<Row>(
    ctx,
    `identity.told.${ctx.reach.kind}`,
    `select l.party_id, l.name, l.name_romanised, l.kind, l.owner_id, l.unit_id, l.order_count, nullif(l.last_order_at, '-infinity') as last_order_at
     from party_listed l where l.party_id = any($1::bigint[]) and l.live and ${scope.text}`,
    [party_ids, scope.value],
  )
  const names = await namesOf(ctx, rows)
  return new Map(
    rows.map(({ party_id, owner_id, unit_id, ...row }) => [
      party_id,
      {
        ...row,
        id: party_id,
        owner: owner_id === null ? null : { id: owner_id, name: names.owners.get(owner_id) ?? '' },
        unit: { id: unit_id, name: names.units.get(unit_id) ?? '' },
      },
    ]),
  )
}
