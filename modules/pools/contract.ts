import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { Named, Role } from '../parties/contract.ts'

const Day = T.String({ format: 'date' })
const Days = T.Integer({ minimum: 1, maximum: 3650 })
const Cap = T.Integer({ minimum: 1, maximum: 1_000_000 })

const rules = {
  role: Nullable(Role),
  active: T.Boolean(),
  claimers: T.Array(T.String({ maxLength: 60 }), {
    maxItems: 50,
    description: 'role codes that may claim; empty: every role with the right',
  }),
  claim_cap: Nullable(Cap),
  claim_days: Days,
  holding_cap: Nullable(Cap),
  cooldown_days: T.Integer({ minimum: 0, maximum: 3650 }),
  no_order_days: Nullable(Days),
  no_change_days: Nullable(Days),
  warn_days: T.Integer({ minimum: 1, maximum: 365 }),
}
const Name = T.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
export const Pool = T.Object({
  id: Id,
  name: T.String(),
  unit: Named,
  ...rules,
  waiting: T.Integer({ description: 'customers without an owner, in the caller’s scope' }),
  mine: T.Object({
    claimed: T.Integer({ description: 'in the last `claim_days`' }),
    holding: T.Integer(),
    warned: T.Integer(),
  }),
  may_claim: T.Boolean(),
  version: T.Integer(),
})
export type Pool = Static<typeof Pool>
export const PoolWrite = Body({ name: Name, unit_id: Id, ...T.Partial(T.Object(rules)).properties })
export type PoolWrite = Static<typeof PoolWrite>
export const PoolPatch = T.Partial(PoolWrite, { additionalProperties: false, minProperties: 1 })
export type PoolPatch = Static<typeof PoolPatch>

export const PoolRow = T.Object({
  id: Id,
  name: T.String(),
  unit: Named,
  owner: Nullable(Named),
  last_order_at: Nullable(Instant),
  revenue_minor: T.Integer(),
  currency: T.String(),
  since: Nullable(Instant),
  why: T.String({ description: 'how it came back: returned, recycled, or empty' }),
  reason: T.String(),
  before: Nullable(T.String({ description: 'who had it' })),
  mine_again_on: Nullable(Day),
  due_on: Nullable(Day),
  days_left: Nullable(T.Integer()),
  because: Nullable(oneOf('no_order', 'no_change')),
})
export type PoolRow = Static<typeof PoolRow>

export const PoolMove = T.Object({
  id: Id,
  party: Named,
  kind: oneOf('claimed', 'returned', 'recycled'),
  user: T.String(),
  reason: T.String(),
  at: Instant,
})
const Claimed = T.Object({
  claimed: T.Array(Id),
  refused: T.Array(T.Object({ id: Id, code: T.String(), message: T.String() })),
})
export type Claimed = Static<typeof Claimed>
export const PartyPool = T.Object({
  pool: Nullable(Named),
  claimable: T.Boolean(),
  due_on: Nullable(Day),
  days_left: Nullable(T.Integer()),
  because: Nullable(oneOf('no_order', 'no_change')),
})

const claim = 'pools:claim'
const write = 'pools:write'
const refuses = ['pools.name_taken', 'pools.bad_unit', 'pools.no_rule', 'kernel.out_of_scope'] as const

export const pools = routes({
  list: route('GET /pools', {
    may: claim,
    does: 'Pools whose customers the caller reaches, with what is waiting there and what the caller holds',
    gives: T.Object({ items: T.Array(Pool) }),
  }),
  create: route('POST /pools', {
    may: write,
    does: 'Make a pool of a unit’s customers without an owner',
    body: PoolWrite,
    gives: Pool,
    creates: true,
    refuses,
  }),
  update: route('PATCH /pools/:id', {
    may: write,
    does: 'Change who may claim, how many, and when an owner loses a customer',
    params: ById,
    body: PoolPatch,
    gives: Pool,
    versioned: true,
    refuses: [...refuses, 'kernel.version_changed'],
  }),
  remove: route('DELETE /pools/:id', {
    may: write,
    does: 'Remove a pool; its customers stay as they are',
    params: ById,
    gives: 'nothing',
  }),
  parties: route('GET /pools/:id/parties', {
    may: claim,
    does: 'Customers waiting in the pool, or those of it whose owners will lose them',
    params: ById,
    query: T.Object({ ...Page, which: T.Optional(oneOf('waiting', 'due', 'mine')) }),
    gives: pageOf(PoolRow),
    refuses: ['kernel.bad_cursor'],
  }),
  claim: route('POST /pools/:id/claim', {
    may: claim,
    does: 'Become the owner of customers in the pool, within its caps and cooldown',
    params: ById,
    body: Body({ party_ids: T.Array(Id, { minItems: 1, maxItems: 100 }) }),
    gives: Claimed,
    refuses: ['pools.not_yours', 'pools.not_active', 'pools.not_a_person'],
  }),
  giveBack: route('POST /parties/:id/pool/return', {
    may: claim,
    does: 'Give one’s own customer back to the pool, with why',
    params: ById,
    body: Body({ reason: T.String({ minLength: 1, maxLength: 500, pattern: '\\S' }) }),
    gives: PartyPool,
    refuses: ['pools.no_pool', 'pools.not_owner', 'parties.in_trash'],
  }),
  ofParty: route('GET /parties/:id/pool', {
    may: claim,
    does: 'Which pool a customer is in or would go to, and when',
    params: ById,
    gives: PartyPool,
  }),
  moves: route('GET /pools/:id/moves', {
    may: claim,
    does: 'Who claimed, returned and lost whom, newest first',
    params: ById,
    query: T.Object(Page),
    gives: pageOf(PoolMove),
    refuses: ['kernel.bad_cursor'],
  }),
  preview: route('GET /pools/:id/preview', {
    may: write,
    does: 'How many customers would be warned tonight and go back in the days after, by the rules as they are',
    params: ById,
    gives: T.Object({ warned: T.Integer(), to_warn: T.Integer(), held: T.Integer() }),
  }),
  run: route('POST /pools/run', {
    may: write,
    does: 'Warn and recycle now, as every night',
    gives: T.Object({ run_id: Id }),
  }),
})
