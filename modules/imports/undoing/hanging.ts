import type pg from 'pg'

// Rows of other modules that stand for themselves and name a party, an order, a product or a category: it must not be
// taken away under them. Found in the catalogue, so that a module that nobody thought of here is safe: what it keeps
// holds the row back.

// Made from the party and made anew with it, or machinery, or this module's own.
const follows = new Set([
  'party_list',
  'party_find',
  'party_own',
  'party_slot',
  'party_bucket',
  'customer_value',
  'value_due',
  'value_alert',
  'party_quality',
  'pool_warning',
  'quality_skip',
  'idempotency',
  // A log of what others were told.
  'webhook_delivery',
  // Who looks at the party just now.
  'party_presence',
  // Suspicions about the party, and what they rest on.
  'identity_key',
  'identity_pair',
  'import_change',
  'import_tie',
  'import_order_line',
])
// What an image holds.
const parts = new Set([
  'party',
  'party_role',
  'contact_point',
  'external_id',
  'custom_value_key',
  'product',
  'category',
  'orders',
  'order_line',
  'order_key',
])

const columnOf = {
  party: 'party_id',
  order: 'order_id',
  product: 'product_id',
  category: 'category_id',
} as const
type Held = keyof typeof columnOf

/** Ties that go with the undo hold nobody. */
const GOING = ` and not exists (select from undo_tie u where u.what = 'take' and u.tie_id = h.tie_id)`

/** `from` each such table, a condition that a row of it names `id`. */
export async function hangingOn(tx: pg.ClientBase, held: Held, id: string): Promise<string> {
  const { rows } = await tx.query<{ table: string; column: string }>(
    `select c.relname::text as table, a.attname::text as column
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and a.atttypid = 'int8'::regtype
       and (a.attname = $1 or a.attname like '%\\_' || $1) and c.relname not like 'audit%'`,
    [columnOf[held]],
  )
  const found = rows.filter(({ table }) => !follows.has(table) && !parts.has(table))
  return found.length === 0
    ? 'false'
    : `(${found.map(({ table, column }) => `exists (select from "${table}" h where h."${column}" = ${id}${table === 'tie' ? GOING : ''})`).join(' or ')})`
}
