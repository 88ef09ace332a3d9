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
}
export type Asked = { text: string; query: Query; contacts: string[] | null; wanted: number }

export const shown = `r.party_id, r.kind, r.name, r.name_romanised, r.owner_id, r.unit_id, r.last_order_at, r.created_at`
export type Narrow = (r: string, params: Params) => string

/** What a row must meet: the words, as this caller may search them, within what they reach. */
export function conditionsOf(ctx: Ctx, asked: Asked, narrow: Narrow, params: Params): string {
  const scope = scopeSql(ctx.reach, 'r', params.values.length + 1)
  params.values.push(scope.value)
  const met = search(asked.query, asked.contacts, 'r', params)
  return ['r.live', narrow('r', params), scope.text, ...met].join(' and ')
}
