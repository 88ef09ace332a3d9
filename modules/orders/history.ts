import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { TimelineSource } from '../parties/history/timeline.ts'
import { homesSql } from '../parties/merging/survivor.ts'
import { headsOf, loadOrder, presentHead } from './read.ts'

type Row = {
  audit_id: number
  at: string
  actor_kind: string
  actor_id: number
  actor_name: string | null
  action: string
  payload: object | null
}

/** An order's records. They stay with the party that it belonged to then, so they are found by the order's id. */
export async function orderHistory(ctx: Ctx, { params }: { params: { id: number } }) {
  const order = await loadOrder(ctx, params.id)
  const rows = await planned<Row>(
    ctx,
    `select a.audit_id, a.at, a.actor_kind, a.actor_id, coalesce(u.name, k.name) as actor_name, a.action, a.payload from audit a
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id = any(select distinct unnest(${homesSql('o.party_id')} || o.home_party_id
           || array(select m.survivor_id from identity_merge m where m.party_id in (o.party_id, o.home_party_id)))
         from orders o where o.party_id = $1 and o.order_id = $2)
       and a.subject = 'order' and a.subject_id = $2 order by a.at desc, a.audit_id desc limit 500`,
    [order.party_id, order.order_id],
  )
  return {
    items: rows.map(({ audit_id, at, actor_kind, actor_id, actor_name, action, payload }) => ({
      audit_id,
      at,
      actor: { kind: actor_kind, id: actor_id, name: actor_name },
      action,
      was: payload ?? {},
    })),
  }
}

/** Orders in a party's stream. */
export const orderEntries: TimelineSource = {
  kind: 'orders',
  may: 'orders:read',
  async list(ctx, party_id, before, limit) {
    const rows = await headsOf(ctx, party_id, before, limit)
    return Promise.all(
      rows.map(async (row) => {
        const { id, ordered_at, ...data } = await presentHead(ctx, row)
        return { kind: 'orders', id, at: ordered_at, data }
      }),
    )
  },
  async count(ctx, party_id) {
    // unscoped: the stream has reached the party
    const [row] = await planned<{ count: number }>(
      ctx,
      'select count(*) as count from orders where party_id = $1',
      [party_id],
    )
    return row!.count
  },
}
