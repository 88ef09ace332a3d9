import type { Ctx } from '../../kernel/ctx.ts'
import { scopeSql } from '../../kernel/scope.ts'
import { type Params, search } from '../parties/list/where.ts'
import type { Query } from '../parties/names/search.ts'
import type { FoundParty } from './contract.ts'

export type Row = {
  party_id: number
  kind: FoundParty['kind']
  name: string
  name_romanised: string
  owner_id: number | null
  unit_id: number
  last_order_at: string | null
  created_at: string
  /** the whole name or number is what was typed */
  exact: boolean
}
export type Asked = {
  /** folded */
  text: string
  query: Query
  /** kinds of contact points that the caller may find by; null: all */
  contacts: string[] | null
  limit: number
  /** of each nearness */
  wanted: number
  own: number | null
  team: readonly number[]
}

export const shown = `r.party_id, r.kind, r.name, r.name_romanised, r.owner_id, r.unit_id, r.last_order_at, r.created_at`
export const recent = 'greatest(r.last_order_at, r.created_at) desc, r.party_id desc'

/** What a row must meet: the words, as this caller may search them, within what they reach. */
export function conditionsOf(ctx: Ctx, { query, contacts }: Asked, params: Params): string {
  const scope = scopeSql(ctx.reach, 'r', params.values.length + 1)
  params.values.push(scope.value)
  return ['r.live', scope.text, ...search(query, contacts, 'r', params)].join(' and ')
}
