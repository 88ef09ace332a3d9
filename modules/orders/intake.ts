import type pg from 'pg'

// Orders set-wise, from the staging area of an import (modules/imports). unscoped: the import has decided, for each
// order, whether its importer reaches the party, and stages only those.
//   stage_order (number, status new|same|changed, order_id, party_id, old_party_id, kind, ordered_at, currency, channel,
//     store, n, digest, amount, base_minor, changed, version)
//   stage_head, stage_line, stage_product: the lines; stage_change: lines of changed orders

export type Intake = { source: string; now: Date; import_id: number }

/** Orders with status `new`. Their keys are unique: a number that somebody took meanwhile fails the statement. */
export async function createOrders(tx: pg.ClientBase, { source, now, import_id }: Intake): Promise<void> {
  await tx.query(
    `insert into order_key (source, number, order_id, party_id)
     select $1, number, order_id, party_id from stage_order where status = 'new' order by number`,
    [source],
  )
  await tx.query(
    `insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, channel, store,
       line_count, amount_minor, base_minor, digest, import_id, created_at, updated_at)
     select party_id, order_id, party_id, $1, number, kind, ordered_at, currency, channel, store,
       n, amount, base_minor, digest, $2, $3, $3 from stage_order where status = 'new' order by party_id, order_id`,
    [source, import_id, now],
  )
}

/**
 * Their lines, numbered in the order of the file; sorted as they are indexed, before their texts join them. A head's
 * place and a line's place in it make one number to sort by: three keys took twice as long. Answers how many.
 */
export async function createLines(tx: pg.ClientBase): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into order_line (party_id, order_id, line_no, product_id, kind, description, quantity, price_micro, amount_minor, hash)
     select s.party_id, s.order_id, s.line_no, p.product_id, p.kind, p.description, s.quantity * 0.0001, s.price, s.amount, s.hash
     from (
       select h.party_id, h.order_id, h.base + l.pos as line_no, l.product, l.quantity, l.price, l.amount, l.hash
       from stage_line l
       join (
         select h.head, o.party_id, o.order_id, (sum(h.n) over (partition by o.order_id order by h.head) - h.n)::int as base,
           row_number() over (order by o.party_id, o.order_id, h.head) << 32 as place
         from stage_head h join stage_order o using (number) where o.status = 'new' and h.reject is null
       ) h using (head)
       order by h.place + l.pos
     ) s
     join stage_product p using (product)`,
  )
  return rowCount ?? 0
}

/**
 * What the order `o` comes to in the base currency at its date's rate; null where no rate is known. `shift`: digits of
 * the base's minor unit less those of the order's currency.
 */
export const amountInBase = (o: string, base: string, shift: string): string => `
  case when ${o}.currency = ${base} then ${o}.amount else (
    select case when abs(v.exact - trunc(v.exact)) = 0.5 then 2 * round(v.exact / 2) else round(v.exact) end
    from (select ${o}.amount * r.rate * power(10::numeric, ${shift}) as exact from currency_rate r
          where r.base = ${base} and r.currency = ${o}.currency and r.day <= ${o}.ordered_at::date order by r.day desc limit 1) v) end`
