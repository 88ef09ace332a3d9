import { type Static, Type as T } from 'typebox'
import { Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'
import { partyKinds } from '../parties/contract.ts'

export const Q_MAX = 100
/** What a party was found by, when it was not its name. */
export const foundBys = ['email', 'phone', 'wechat_openid', 'wechat_unionid', 'web', 'external_id'] as const
export const nears = ['mine', 'team', 'company'] as const

const Marks = T.Array(T.Object({ from: T.Integer(), to: T.Integer() }), {
  description: 'what of the text matched: from a place up to another, in UTF-16 units',
})
const Named = T.Object({ id: Id, name: T.String() })

export const FoundParty = T.Object({
  id: Id,
  kind: oneOf(...partyKinds),
  name: T.String(),
  name_romanised: T.String(),
  marks: Marks,
  found_by: Nullable(T.Object({ kind: oneOf(...foundBys), value: T.String(), marks: Marks })),
  owner: Nullable(Named),
  unit: Named,
  near: oneOf(...nears),
  last_order_at: Nullable(Instant),
})
export type FoundParty = Static<typeof FoundParty>

export const FoundOrder = T.Object({
  id: Id,
  number: T.String(),
  marks: Marks,
  source: T.String(),
  ordered_at: Instant,
  amount_minor: T.Integer(),
  currency: T.String(),
  party: Nullable(Named),
})
export type FoundOrder = Static<typeof FoundOrder>

export const FoundProduct = T.Object({
  id: Id,
  code: T.String(),
  code_marks: Marks,
  name: T.String(),
  marks: Marks,
})
export type FoundProduct = Static<typeof FoundProduct>

const group = <S extends typeof FoundParty | typeof FoundOrder | typeof FoundProduct>(item: S) =>
  T.Object({ items: T.Array(item), more: T.Boolean() })
export const Found = T.Object({
  parties: group(FoundParty),
  orders: group(FoundOrder),
  products: group(FoundProduct),
})
export type Found = Static<typeof Found>

const Ids = T.Optional(
  T.String({ maxLength: 500, pattern: '^\\d{1,16}(,\\d{1,16})*$', description: 'ids, comma-separated' }),
)

export const search = routes({
  find: route('GET /search', {
    may: 'signed_in',
    does: 'Parties, orders and products by a few letters, nearest to the caller first; each within what they may read',
    query: T.Object({
      q: T.String({ maxLength: Q_MAX }),
      limit: T.Optional(T.Integer({ minimum: 1, maximum: 20, default: 6 })),
    }),
    gives: Found,
  }),
  known: route('GET /search/known', {
    may: 'signed_in',
    does: 'Parties and orders of these ids that the caller reaches, as a search shows them',
    query: T.Object({ parties: Ids, orders: Ids }),
    gives: T.Object({ parties: T.Array(FoundParty), orders: T.Array(FoundOrder) }),
  }),
})
