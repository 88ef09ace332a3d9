import type pg from 'pg'
import { exponentOf } from '../../../kernel/text.ts'
import { companyOf } from '../../access/company.ts'
import { baseToValueIn } from '../../access/currency.ts'
import { changeOrders, recordWas } from '../../orders/intake.changes.ts'
import { amountInBase, createLines, createOrders } from '../../orders/intake.ts'
import { isOpen, settleByOrders } from '../../orders/money.ts'
import { anonymousParties } from '../../parties/intake.ts'
import { createProducts } from '../../products/intake.ts'
import { type Run, Stale } from '../running/run.types.ts'
import { keepAnonymous, keepOrders, keepProducts } from '../undoing/trail.ts'
import { judgeOrders } from './judge.orders.ts'
import { type Cut, matchLines, matchTables } from './match.orders.ts'
import { planCustomers, settleCustomers } from './plan.parties.ts'
import { makeCategories } from './plan.products.ts'
import { recordSet } from './set.audit.ts'
import { writeParties } from './write.parties.ts'

/** Verdicts on everything that the file names, in temporary tables: where a preview ends. */
export async function judgeOrderFile(run: Run): Promise<{ first: string | null; last: string | null }> {
  const { tx, source, reach, mending, options } = run
  await judgeOrders(tx, { source, reach, mending, mode: options.mode })
  const { rows } = await tx.query<{ first: string | null; last: string | null; changed: boolean }>(
    `select (select number from stage_order order by head limit 1) as first,
       (select number from stage_order order by last_head desc limit 1) as last,
       exists (select from stage_order where status = 'changed') as changed`,
  )
  const { first, last, changed } = rows[0]!
  await tx.query(matchTables)
  if (changed) {
    await matchLines(tx, { mending, whole_orders: options.whole_orders, cut: await cutsOf(run, first, last) })
    await tx.query(headers)
  }
  await planCustomers(tx, run)
  return { first, last }
}

/** Orders that this file and an earlier one of the source share across their edges. */
async function cutsOf({ tx, source }: Run, first: string | null, last: string | null): Promise<Cut[]> {
  if (first === null || last === null) return []
  const { rows } = await tx.query<{ starts: boolean; ends: boolean }>(
    `select coalesce(bool_or(report #>> '{edges,last}' = $2), false) as starts, coalesce(bool_or(report #>> '{edges,first}' = $3), false) as ends
     from import where kind = 'orders' and source = $1 and state = 'done' and undone_at is null`,
    [source, first, last],
  )
  const cuts: Cut[] = []
  if (rows[0]!.starts) cuts.push({ number: first, at: 'start' })
  if (rows[0]!.ends && first !== last) cuts.push({ number: last, at: 'end' })
  return cuts
}

// A piece of an order does not say when the whole began, nor empties what the rest said.
const headers = `
update stage_order s set
  kind = case when s.kind = 'order' and not s.forward then 'return' else s.kind end,
  ordered_at = case when s.partial then least(s.ordered_at, o.ordered_at) else s.ordered_at end,
  channel = coalesce(nullif(s.channel, ''), o.channel),
  store = coalesce(nullif(s.store, ''), o.store),
  moved = s.customer is not null and c.party_id is distinct from s.old_party_id
from stage_order x join orders o on o.party_id = x.old_party_id and o.order_id = x.order_id left join stage_customer c on c.value = x.customer
where x.changed and s.head = x.head`

/** Writes it all, set-wise, in the order in which things refer to each other. */
export async function writeOrderFile(run: Run): Promise<void> {
  const { tx, ctx, now, import_id, source, unit_id, user_id } = run
  const intake = { source, now, import_id, user_id }
  await settleCustomers(tx)
  const categories = await makeCategories(tx)
  await createProducts(tx, intake)
  await keepProducts(run, categories)
  await tx.query('alter table stage_product add product_id int8')
  await tx.query(
    'update stage_product p set product_id = c.product_id from stage_code c where c.code = p.code',
  )
  const buckets = await tx.query<{ b: number }>(
    `select distinct ${BUCKET} as b from stage_order where status = 'new' and customer is null`,
  )
  if (buckets.rows.length > 0)
    await keepAnonymous(
      run,
      await anonymousParties(
        tx,
        intake,
        buckets.rows.map((row) => row.b),
        unit_id,
      ),
    )
  await settleOrders(run)
  await writeParties(run)
  await keepOrders(run)
  await holdParties(tx)
  await createOrders(tx, intake)
  const lines = await createLines(tx)
  await recordWas(tx)
  if (!(await changeOrders(tx, intake))) throw new Stale()
  await check(tx, lines)
  await recordSet(tx, ctx, import_id, {
    action: 'products.created',
    subject: 'product',
    event: 'products.imported',
    from: `select 0::bigint as party_id, product_id as subject_id, null::jsonb as was from stage_code where created order by product_id`,
  })
  await recordSet(tx, ctx, import_id, {
    action: 'orders.imported',
    subject: 'order',
    event: 'orders.imported',
    from: `select party_id, order_id as subject_id, null::jsonb as was from stage_order where status = 'new' order by party_id, order_id`,
  })
  await recordSet(tx, ctx, import_id, {
    action: 'orders.updated',
    subject: 'order',
    event: 'orders.changed',
    from: `select party_id, order_id as subject_id, was from stage_order where changed order by party_id, order_id`,
  })
}

/** An undo of another import must not take a party away under the orders that it gets here. */
async function holdParties(tx: pg.ClientBase): Promise<void> {
  const { rows } = await tx.query<{ wanted: number; held: number }>(
    `with wanted as materialized (
       select distinct party_id from stage_order where status = 'new' or changed
     ), held as materialized (
       select p.party_id from party p join wanted s on s.party_id = p.party_id for key share of p
     ) select (select count(*) from wanted) as wanted, (select count(*) from held) as held`,
  )
  if (rows[0]!.wanted !== rows[0]!.held) throw new Stale()
}

// One of 64, by the order's number alone: the same in every run and version.
const BUCKET = `(('x' || substr(md5(number), 1, 8))::bit(32)::int & 63)`

const settle = `
update stage_order o set
  order_id = coalesce(o.order_id, nextval('entity_id')),
  party_id = coalesce(x.party_id, o.old_party_id, x.anonymous),
  kind = case when o.kind = 'order' and not o.forward then 'return' else o.kind end,
  base_minor = ${amountInBase('o', '$2', 'x.shift')}
from (
  select s.head, c.party_id, a.party_id as anonymous, e.shift
  from (
    select head, customer, currency, case when customer is null then ${BUCKET} end as b
    from stage_order where status = 'new' or changed
  ) s
  join unnest($3::text[], $4::int[]) as e (currency, shift) on e.currency = s.currency
  left join stage_customer c on c.value = s.customer
  left join external_id a on s.customer is null and a.source = $1 and a.value = chr(31) || 'anonymous:' || s.b
) x where x.head = o.head`

/** Whose each order is, which it is, and what it comes to. */
async function settleOrders(run: Run): Promise<void> {
  const { tx, ctx, source, base: told } = run
  const currencies = await currenciesOf(tx)
  if (currencies.length === 0) return
  const was = (await isOpen(ctx)) ? (await companyOf(ctx)).base_currency : null
  if (was !== null) await settleByOrders(ctx, currencies.length === 1 ? currencies[0]! : null)
  const base = await baseToValueIn(ctx)
  if (was !== null) run.settled = { was, base }
  if (base !== told) throw new Stale()
  const shift = currencies.map((one) => exponentOf(base) - exponentOf(one))
  await tx.query(settle, [source, base, currencies, shift])
}

async function currenciesOf(tx: pg.ClientBase): Promise<string[]> {
  const { rows } = await tx.query<{ currency: string }>(
    `select distinct currency from stage_order where status = 'new' or changed`,
  )
  return rows.map((row) => row.currency)
}

/** What the orders will be valued in: the first orders of a house settle it, where nobody has chosen. */
export async function baseFor({ tx, ctx }: Run): Promise<string> {
  const currencies = await currenciesOf(tx)
  if (currencies.length === 1 && (await isOpen(ctx))) return currencies[0]!
  return (await companyOf(ctx)).base_currency
}

/** What row-checked foreign keys would guard, checked once for the set (docs/decisions/0003). */
async function check(tx: pg.ClientBase, lines: number): Promise<void> {
  const { rows } = await tx.query<{ lines: number; orphans: number; homeless: number }>(
    `select (select coalesce(sum(n), 0)::bigint from stage_order where status = 'new') as lines,
       (select count(*) from stage_product s left join product p on p.product_id = s.product_id where s.code is not null and p.product_id is null) as orphans,
       (select count(*) from stage_order s left join party p on p.party_id = s.party_id where (s.status = 'new' or s.changed) and p.party_id is null) as homeless`,
  )
  const found = rows[0]!
  if (found.lines !== lines || found.orphans > 0 || found.homeless > 0)
    throw new Error(`an import that does not add up: ${JSON.stringify({ ...found, written: lines })}`)
}
