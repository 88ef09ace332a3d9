import type pg from 'pg'
import type { Intake } from './intake.ts'

// Changed orders, set-wise. unscoped: see intake.ts. The import has matched the lines:
//   match_file (head, ordinal, line_no, what same|updated|created, product, quantity, price, amount, hash)
//   match_old  (head, line_no, product_id, quantity, …, taken, removed)

/** What each changed order was: the header fields that change, lines that change or go, numbers of lines that are added. */
export async function recordWas(tx: pg.ClientBase): Promise<void> {
  await tx.query(
    `with lines as (
       select m.head, jsonb_agg(jsonb_build_object('line_no', m.line_no, 'product_id', m.product_id, 'kind', m.kind, 'description', m.description,
         'quantity', m.quantity, 'price_micro', m.price_micro, 'amount_minor', m.amount_minor) order by m.line_no) as was
       from match_old m left join match_file f on f.head = m.head and f.line_no = m.line_no
       where m.removed or f.what = 'updated' group by m.head
     ), added as (
       select head, jsonb_agg(line_no order by line_no) as was from match_file where what = 'created' group by head
     )
     update stage_order s set was = jsonb_strip_nulls(jsonb_build_object(
         'party_id', case when s.moved then o.party_id end,
         'kind', case when o.kind <> s.kind then o.kind end,
         'ordered_at', case when o.ordered_at <> s.ordered_at then o.ordered_at end,
         'currency', case when o.currency <> s.currency then o.currency end,
         'channel', case when o.channel <> s.channel then o.channel end,
         'store', case when o.store <> s.store then o.store end,
         'line_count', case when o.line_count <> s.n then o.line_count end,
         'amount_minor', case when o.amount_minor <> s.amount then o.amount_minor end,
         'lines', l.was, 'added', a.was))
     from stage_order x join orders o on o.party_id = x.old_party_id and o.order_id = x.order_id
       left join lines l on l.head = x.head left join added a on a.head = x.head
     where x.changed and s.head = x.head`,
  )
}

/** Writes changed orders; false when somebody else changed one of them meanwhile. */
export async function changeOrders(tx: pg.ClientBase, { now, import_id }: Intake): Promise<boolean> {
  // Nothing to join then: lines that came in this transaction are unknown to the planner, which where the table was
  // empty before takes them row by row, for minutes.
  const { rowCount } = await tx.query('select from stage_order where changed limit 1')
  if (rowCount === 0) return true
  await moveOrders(tx)
  const { rows } = await tx.query<{ wanted: number; done: number }>(
    `with done as (
       update orders o set kind = s.kind, ordered_at = s.ordered_at, currency = s.currency, channel = s.channel, store = s.store,
         line_count = s.n, amount_minor = s.amount, base_minor = s.base_minor, digest = s.digest, import_id = $2,
         version = o.version + 1, updated_at = $1
       from stage_order s where s.changed and o.party_id = s.party_id and o.order_id = s.order_id and o.version = s.version
       returning 1
     ) select (select count(*) from stage_order where changed) as wanted, (select count(*) from done) as done`,
    [now, import_id],
  )
  if (rows[0]!.wanted !== rows[0]!.done) return false
  await tx.query(
    `delete from order_line x using match_old m join stage_order s on s.head = m.head
     where m.removed and x.party_id = s.party_id and x.order_id = s.order_id and x.line_no = m.line_no`,
  )
  await tx.query(
    `update order_line x set product_id = p.product_id, kind = p.kind, description = p.description, quantity = m.quantity * 0.0001,
       price_micro = m.price, amount_minor = m.amount, hash = m.hash
     from match_file m join stage_order s on s.head = m.head join stage_product p on p.product = m.product
     where m.what = 'updated' and s.changed and x.party_id = s.party_id and x.order_id = s.order_id and x.line_no = m.line_no`,
  )
  await tx.query(
    `insert into order_line (party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash)
     select s.party_id, s.order_id, m.line_no, p.product_id, p.kind, p.description, m.quantity * 0.0001, m.price, m.amount, m.hash
     from match_file m join stage_order s on s.head = m.head join stage_product p on p.product = m.product
     where m.what = 'created' and s.changed order by 1, 2, 3`,
  )
  return true
}

/** An order that gains a customer, or gets another one, moves as in a merge: its home stays what it was. */
async function moveOrders(tx: pg.ClientBase): Promise<void> {
  await tx.query(
    `with gone as (
       delete from order_line x using stage_order s
       where s.moved and x.party_id = s.old_party_id and x.order_id = s.order_id
       returning s.party_id as to_party_id, x.*
     )
     insert into order_line (party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash)
     select to_party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash from gone`,
  )
  await tx.query(
    `with gone as (
       delete from orders o using stage_order s
       where s.moved and o.party_id = s.old_party_id and o.order_id = s.order_id
       returning s.party_id as to_party_id, o.*
     )
     insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, channel, store, line_count,
       amount_minor, base_minor, digest, import_id, version, created_at, updated_at)
     select to_party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, channel, store, line_count,
       amount_minor, base_minor, digest, import_id, version, created_at, updated_at from gone`,
  )
  await tx.query(
    `update order_key k set party_id = s.party_id from stage_order s where s.moved and k.order_id = s.order_id and k.number = s.number`,
  )
}
