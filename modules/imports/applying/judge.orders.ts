import type pg from 'pg'
import type { Reach } from '../../../kernel/ctx.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Mode } from '../targets.ts'
import { leaveOrders } from './modes.ts'

// From the staged lines to a verdict on every order, customer and product, in temporary tables only: a preview ends
// here. Single lines are looked at only where an order changed (match.orders.ts).

export type Judging = {
  source: string
  /** whose parties the importer may touch */
  reach: Reach
  /** the file mends rejected rows: see `stage_mend` */
  mending: boolean
  mode: Mode
}

/** Reasons that only the whole file, or what is stored already, can tell. A head stands for its lines. */
export async function judgeOrders(
  tx: pg.ClientBase,
  { source, reach, mending, mode }: Judging,
): Promise<void> {
  await tx.query('alter table stage_head add reject text')
  await tx.query('analyze stage_head (head, number, customer); analyze stage_product (product, code)')
  await tx.query(firstWins('customer', 'two_customers'))
  await tx.query(firstWins('currency', 'two_currencies'))
  const scope = scopeSql(reach, 'p', 2)
  await tx.query(customers(scope.text), [source, scope.value])
  await tx.query('analyze stage_customer (value, party_id)')
  await tx.query(`update stage_head h set reject = 'out_of_scope'
    from (select distinct f.number from stage_customer c join stage_head f on f.customer = c.value where not c.reached) x
    where x.number = h.number and h.reject is null`)
  await tx.query(orders(scope.text), [source, scope.value])
  await tx.query('analyze stage_order (head, number, status)')
  await tx.query(refusedOrders(mending))
  await leaveOrders(tx, mode, mending)
  await tx.query(
    `delete from stage_order o using stage_head h where h.head = o.head and h.reject is not null`,
  )
  await dropRejected(tx)
  await tx.query(
    `update stage_order set edge = true
     where head = (select min(head) from stage_order) or last_head = (select max(last_head) from stage_order)`,
  )
  if (mending) await tx.query(mended)
  await tx.query(codes, [source])
  await tx.query('analyze stage_code (code)')
}

/** What only rejected lines name is neither a customer nor a product of this import. */
async function dropRejected(tx: pg.ClientBase): Promise<void> {
  const { rowCount } = await tx.query('select from stage_head where reject is not null limit 1')
  if (!rowCount) return
  await tx.query(
    `delete from stage_customer c where not exists (select from stage_head h where h.customer = c.value and h.reject is null)`,
  )
  await tx.query(
    `delete from stage_product p where not exists (
       select from stage_line l join stage_head h using (head) where l.product = p.product and h.reject is null)`,
  )
}

/** An order has one of it: what its first line says. */
const firstWins = (column: 'customer' | 'currency', reason: string) => `
with mixed as (
  select number from stage_head where reject is null and ${column} is not null group by number having min(${column}) <> max(${column})
), first as (
  select distinct on (number) number, ${column} from stage_head join mixed using (number)
  where reject is null and ${column} is not null order by number, head
)
update stage_head h set reject = '${reason}' from first
where first.number = h.number and h.${column} <> first.${column} and h.reject is null`

/**
 * Orders that are there already and may not become what the file says: of a customer out of reach; a piece in another
 * currency than the rest, as two currencies have no sum; a mended line that would take the order to somebody else.
 */
const refusedOrders = (mending: boolean) => `
update stage_head h set reject = x.reason
from (
  select o.number, case when not o.reached then 'out_of_scope' when o.old_currency <> o.currency and o.n < o.old_n then 'two_currencies'
    ${mending ? `when o.customer is not null and o.old_kind <> 'anonymous' and c.party_id is distinct from o.old_party_id then 'two_customers'` : ''} end as reason
  from stage_order o ${mending ? 'left join stage_customer c on c.value = o.customer' : ''}
  where o.order_id is not null ${mending ? '' : 'and (not o.reached or o.old_currency <> o.currency)'}
) x where x.number = h.number and x.reason is not null and h.reject is null`

// Of what a customer's lines say differently, the latest counts.
const latest = (column: string) =>
  `(array_agg(${column} order by ordered_at desc, head desc) filter (where ${column} is not null))[1]`
const customers = (scope: string) => `
create temp table stage_customer on commit drop as
select c.*, coalesce(e.party_id, by_contact.party_id) as party_id, e.party_id is null as unlinked,
  case when e.party_id is not null then p.kind <> 'anonymous' and (${scope}) else true end as reached
from (
  select customer as value, min(head) as head, min(line) as line, sum(n)::int as heads, ${latest('customer_name')} as name, ${latest('email')} as email,
    ${latest('phone')} as phone, ${latest('country')} as country, bool_or(organisation) as organisation,
    coalesce(min(country) <> max(country), false) as two_countries, min(ordered_at) as first_at, max(ordered_at) as last_at
  from stage_head where customer is not null and reject is null group by customer
) c
left join external_id e on e.source = $1 and e.value = c.value
left join party p on p.party_id = e.party_id
left join lateral (
  select min(k.party_id) as party_id from contact_point k join party p on p.party_id = k.party_id
  where e.party_id is null and c.value in (c.email, c.phone) and k.value_key = c.value and k.kind in ('email', 'phone')
    and p.live and p.kind <> 'anonymous' and (${scope})
  having count(distinct k.party_id) = 1
) by_contact on c.value in (c.email, c.phone) and e.party_id is null`

const orders = (scope: string) => `
create temp table stage_order on commit drop as
select m.*, h.kind, h.currency, h.channel, h.store,
  k.order_id, k.party_id as old_party_id, o.version, o.line_count as old_n, o.amount_minor as old_amount, null::bigint as party_id,
  o.currency as old_currency, p.kind as old_kind, k.order_id is null or p.kind = 'anonymous' or (${scope}) as reached,
  null::bigint as base_minor, false as changed, false as partial, false as edge, false as moved, null::jsonb as was,
  case when k.order_id is null then 'new' when o.digest = m.digest and o.line_count = m.n then 'same' else 'changed' end as status
from (
  select number, min(head) as head, max(head) as last_head, min(line) as line, min(ordered_at) as ordered_at,
    min(ordered_at) <> max(ordered_at) as two_times, sum(n)::int as n, (sum(digest) % 9007199254740992)::bigint as digest,
    sum(amount)::bigint as amount, bool_or(forward) as forward, max(customer) as customer
  from stage_head where reject is null group by number
) m
join stage_head h using (head)
left join order_key k on k.source = $1 and k.number = m.number
left join orders o on o.party_id = k.party_id and o.order_id = k.order_id
left join party p on p.party_id = k.party_id`

// A row that was rejected and waits to be mended is in no order yet, even where its like is.
const mended = `
update stage_order o set status = 'changed' from stage_head h, stage_line l, stage_mend m
where o.status = 'same' and h.number = o.number and l.head = h.head and m.line = l.line`

// A product is called what most of its lines call it, and is of the kind that most of them are.
const codes = `
create temp table stage_code on commit drop as
with used as (
  select * from stage_product where code is not null
), best_name as (
  select distinct on (code) code, name from (select code, name, sum(n) as n, min(line) as line from used where name is not null group by code, name) t
  order by code, n desc, line
), best_kind as (
  select distinct on (code) code, kind from (select code, kind, sum(n) as n from used group by code, kind) t order by code, n desc, kind
), last_cost as (
  select distinct on (code) code, cost, currency from used where cost is not null order by code, product desc
), last_category as (
  select distinct on (code) code, category from used where category is not null order by code, product desc
)
select c.code, c.line, coalesce(n.name, '') as name, k.kind, g.category, null::bigint as category_id, x.cost, x.currency, ''::text as sales_unit,
  p.product_id, p.product_id is null as created, false as changed, null::jsonb as was, p.version
from (select code, min(line) as line from used group by code) c
left join best_name n using (code) left join best_kind k using (code) left join last_cost x using (code) left join last_category g using (code)
left join product p on p.source = $1 and p.code = c.code`
