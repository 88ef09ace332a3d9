import type { Ctx } from '../../kernel/ctx.ts'
import { planned } from '../../kernel/ctx.ts'
import { defineModule } from '../../kernel/module.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { type Row, shown } from './asked.ts'
import { type Found, search } from './contract.ts'
import { findOrders, knownOrders } from './orders.ts'
import { findParties, present } from './parties.ts'
import { findProducts } from './products.ts'
import { text } from './text.ts'

const NOTHING = { items: [], more: false }

/** Each kind under its own permission's reach; what the caller may not read is no group of theirs. */
async function find(ctx: Ctx, { query }: { query: { q: string; limit?: number } }): Promise<Found> {
  const q = query.q.trim()
  const limit = query.limit ?? 6
  const under = <R>(permission: string, ask: (ctx: Ctx) => Promise<R>): Promise<R> | null => {
    const reach = q === '' ? null : reachOf(ctx.who, permission)
    return reach && ask({ ...ctx, reach })
  }
  const [parties, orders, products] = await Promise.all([
    under('parties:read', (ctx) => findParties(ctx, q, limit)),
    under('orders:read', (ctx) => findOrders(ctx, q, limit)),
    under('products:read', (ctx) => findProducts(ctx, q, limit)),
  ])
  return { parties: parties ?? NOTHING, orders: orders ?? NOTHING, products: products ?? NOTHING }
}

const KNOWN_MAX = 30
const idsOf = (list: string | undefined): number[] =>
  (list?.split(',') ?? [])
    .map(Number)
    .filter((id) => Number.isSafeInteger(id) && id > 0)
    .slice(0, KNOWN_MAX)

async function known(ctx: Ctx, { query }: { query: { parties?: string; orders?: string } }) {
  const [parties, orders] = [reachOf(ctx.who, 'parties:read'), reachOf(ctx.who, 'orders:read')]
  const party_ids = idsOf(query.parties)
  const order_ids = idsOf(query.orders)
  const [people, numbers] = await Promise.all([
    parties && party_ids.length > 0 ? knownParties({ ...ctx, reach: parties }, party_ids) : [],
    orders && order_ids.length > 0 ? knownOrders({ ...ctx, reach: orders }, order_ids) : [],
  ])
  const inOrder = <R extends { id: number }>(rows: R[], ids: readonly number[]) =>
    rows.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
  return { parties: inOrder(people, party_ids), orders: inOrder(numbers, order_ids) }
}

async function knownParties(ctx: Ctx, ids: readonly number[]) {
  const scope = scopeSql(ctx.reach, 'r', 2)
  const rows = await planned<Row>(
    ctx,
    `select ${shown}, false as exact from party_listed r where r.party_id = any($1::bigint[]) and r.live and ${scope.text}`,
    [ids, scope.value],
  )
  return present(ctx, rows, null)
}

export const module = defineModule({
  name: 'search',
  routes: search,
  handlers: { find, known },
  words: text,
})
