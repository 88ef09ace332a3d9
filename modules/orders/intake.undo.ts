import type pg from 'pg'
import { imageColumns } from '../../kernel/images.ts'
import { shifts } from './jobs.ts'

// Orders of an import taken back and brought again, set-wise. unscoped: the undo (modules/imports/undoing) has decided
// for each row whether its person reaches the party, and plans only those.
//   undo_order (order_id, party_id, what take|put|swap, image, other, base_minor)   `image`: what it becomes; party_id: whose it is now
//   undo_line: the lines of what comes, as order_line

/** Takes away what goes for good and what another state replaces; false when somebody changed one of them meanwhile. */
export async function takeOrders(tx: pg.ClientBase): Promise<boolean> {
  const wanted = await tx.query(`select from undo_order where what <> 'put'`)
  // Orders before their lines, as whoever writes one does it.
  const gone = await tx.query(
    `delete from orders o using undo_order u
     where u.what <> 'put' and o.party_id = u.party_id and o.order_id = u.order_id and o.version = (u.other ->> 'version')::integer`,
  )
  if (gone.rowCount !== wanted.rowCount) return false
  await tx.query(
    `delete from order_line l using undo_order u where u.what <> 'put' and l.party_id = u.party_id and l.order_id = u.order_id`,
  )
  await tx.query(
    `delete from order_key k using undo_order u where u.what = 'take' and k.source = u.other ->> 'source' and k.number = u.other ->> 'number'`,
  )
  return true
}

export async function putOrders(tx: pg.ClientBase, now: Date): Promise<void> {
  const columns = await imageColumns(
    tx,
    'orders',
    '(select image from undo_order where image is not null limit 1)',
  )
  if (columns.length === 0) return
  // Before the others come: the planner takes a table that was emptied and analysed for empty still, and joins accordingly.
  await tx.query(
    `with moved as materialized (
       select image ->> 'source' as source, image ->> 'number' as number, (image ->> 'party_id')::bigint as party_id
       from undo_order where what = 'swap' and image -> 'party_id' <> other -> 'party_id'
     )
     update order_key k set party_id = m.party_id from moved m where k.source = m.source and k.number = m.number`,
  )
  await tx.query(
    `insert into order_key (source, number, order_id, party_id)
     select x.source, x.number, x.order_id, x.party_id from undo_order u, jsonb_populate_record(null::orders, u.image) x
     where u.what = 'put' order by x.source, x.number`,
  )
  const moved: Record<string, string> = {
    version: `case when u.what = 'put' then x.version else (u.other ->> 'version')::integer + 1 end`,
    base_minor: 'u.base_minor',
    updated_at: `case when u.what = 'put' then x.updated_at else $1 end`,
  }
  await tx.query(
    `insert into orders (${columns}) select ${columns.map((c) => moved[c] ?? `x.${c}`)}
     from undo_order u, jsonb_populate_record(null::orders, u.image) x where u.what <> 'take' order by x.party_id, x.order_id`,
    [now],
  )
  await tx.query(
    `insert into order_line (party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash)
     select party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash
     from undo_line order by party_id, order_id, line_no`,
  )
}

/** What they come to in `base`: it, or a rate, may be another one since the image was taken. Halves to even; beyond 2^53 no value is exact. */
export async function valueOrders(tx: pg.ClientBase, base: string): Promise<void> {
  await tx.query(
    `update undo_order u set base_minor = case when u.image ->> 'currency' = $1 then (u.image ->> 'amount_minor')::bigint else (
         select case when abs(w.v) <= 9007199254740991 then w.v end from (
           select case when abs(x.v - trunc(x.v)) = 0.5 then 2 * round(x.v / 2) else round(x.v) end as v from (
             select (u.image ->> 'amount_minor')::numeric * r.rate * power(10::numeric, e.shift) as v from currency_rate r
             where r.base = $1 and r.currency = e.currency and r.day <= (u.image ->> 'ordered_at')::timestamptz::date order by r.day desc limit 1) x) w) end
     from unnest($2::text[], $3::int[]) as e (currency, shift)
     where u.what <> 'take' and e.currency = u.image ->> 'currency'`,
    [base, ...shifts(base)],
  )
}

/** An order came to a party that goes: after this nobody can bring one, because its party is locked or gone. */
export async function someOrderOf(tx: pg.ClientBase): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from undo_party u join orders o on o.party_id = u.party_id where u.what = 'take' limit 1`,
  )
  return rowCount !== 0
}
