import { recordSet } from '../applying/set.audit.ts'
import type { Undoing } from './types.ts'

// History of what an undo did, row by row as if it had been done by hand. What came again is on record as an import has
// it; what went is `withdrawn`: an order or product with what it was, a party without.

export async function recordReversal({ tx, ctx, import_id }: Undoing): Promise<void> {
  const record = (action: string, subject: string, event: string, from: string) =>
    recordSet(tx, ctx, import_id, { action, subject, event, from })
  await record('orders.withdrawn', 'order', 'orders.withdrawn', rows('order', 'take', 'party_id', 'other'))
  await record(
    'orders.imported',
    'order',
    'orders.imported',
    rows('order', 'put', IMAGE_PARTY, 'null::jsonb'),
  )
  await record(
    'orders.updated',
    'order',
    'orders.changed',
    `select ${IMAGE_PARTY} as party_id, id as subject_id, ${changed('other', 'image')} || coalesce(l.was, '{}') as was
     from undo_row r left join (${lineChanges}) l on l.order_id = r.id
     where subject = 'order' and what = 'swap' and left_why is null order by 1, 2`,
  )
  await record(
    'parties.withdrawn',
    'party',
    'parties.withdrawn',
    // Nothing of who it was: a party that is not there cannot be erased from here on request.
    rows('party', 'take', 'id', 'null::jsonb'),
  )
  await record('parties.created', 'party', 'parties.imported', rows('party', 'put', 'id', 'null::jsonb'))
  await record(
    'parties.updated',
    'party',
    'parties.changed',
    `select * from (select id as party_id, id as subject_id, ${changed("other -> 'party'", "image -> 'party'")} as was
     from undo_row r where subject = 'party' and what = 'swap' and left_why is null) x where was <> '{}' order by 1`,
  )
  for (const part of parts) await recordPart(record, part)
  await record(
    'products.withdrawn',
    'product',
    'products.withdrawn',
    rows('product', 'take', '0::bigint', 'other'),
  )
  await record(
    'products.created',
    'product',
    'products.imported',
    rows('product', 'put', '0::bigint', 'null::jsonb'),
  )
  await record(
    'products.updated',
    'product',
    'products.changed',
    rows('product', 'swap', '0::bigint', changed('other', 'image')),
  )
}

const IMAGE_PARTY = `(image ->> 'party_id')::bigint`
const rows = (subject: string, what: string, party_id: string, was: string) =>
  `select ${party_id} as party_id, id as subject_id, ${was} as was
   from undo_row r where subject = '${subject}' and what = '${what}' and left_why is null order by 1, 2`

/** Fields of `now` that become something else, as they are. */
const changed = (now: string, next: string) => `(
  select coalesce(jsonb_object_agg(n.key, n.value), '{}') from jsonb_each(${now}) n join jsonb_each(${next}) x using (key)
  where n.value is distinct from x.value and key not in ('version', 'updated_at', 'created_at', 'digest', 'import_id', 'base_minor'))`

// `import_order_line` has the lines as they stood; what equals stays unsaid.
const lineChanges = `
select order_id, jsonb_strip_nulls(jsonb_build_object(
  'lines', jsonb_agg(jsonb_build_object('line_no', line_no, 'product_id', old.product_id, 'kind', old.kind, 'description', old.description,
    'quantity', old.quantity, 'price_micro', old.price_micro, 'amount_minor', old.amount_minor) order by line_no) filter (where old.order_id is not null),
  'added', jsonb_agg(line_no order by line_no) filter (where old.order_id is null))) as was
from (select k.* from import_order_line k join undo_order u using (order_id) where u.what = 'swap' and k.import_id = $8) old
full join (select n.* from undo_line n join undo_order u using (order_id) where u.what = 'swap') new using (order_id, line_no)
where (old.product_id, old.kind, old.description, old.quantity, old.price_micro, old.amount_minor)
  is distinct from (new.product_id, new.kind, new.description, new.quantity, new.price_micro, new.amount_minor)
group by order_id`

type Part = { of: string; key: string; subject: string; action: string; id: string; was: string }
const parts: readonly Part[] = [
  {
    of: 'roles',
    key: 'party_role_id',
    subject: 'party_role',
    action: 'parties.role',
    id: `(e ->> 'party_role_id')::bigint`,
    was: `jsonb_build_object('role', e -> 'role', 'since', e -> 'since', 'until', e -> 'until')`,
  },
  {
    of: 'contacts',
    key: 'contact_point_id',
    subject: 'contact_point',
    action: 'parties.contact',
    id: `(e ->> 'contact_point_id')::bigint`,
    was: `e - 'contact_point_id' - 'party_id' - 'home_party_id'`,
  },
  {
    of: 'ids',
    key: 'value',
    subject: 'external_id',
    action: 'parties.external_id',
    id: 'r.id',
    was: `jsonb_build_object('source', e -> 'source', 'value', e -> 'value')`,
  },
]

async function recordPart(
  record: (action: string, subject: string, event: string, from: string) => Promise<number>,
  { of, subject, action, id, was }: Part,
): Promise<void> {
  const only = (here: string, there: string, was: string) =>
    `select r.id as party_id, ${id} as subject_id, ${was} as was
     from undo_row r cross join lateral jsonb_array_elements(r.${here} -> '${of}') e
     where r.subject = 'party' and r.what = 'swap' and r.left_why is null and not (r.${there} -> '${of}' @> jsonb_build_array(e)) order by 1, 2`
  // Of what is added, a record says no more than what it is.
  const said =
    subject === 'external_id' ? was : `jsonb_build_object('kind', e -> 'kind', 'role', e -> 'role')`
  await record(`${action}_removed`, subject, 'parties.changed', only('other', 'image', was))
  await record(
    `${action}_added`,
    subject,
    'parties.changed',
    only('image', 'other', `jsonb_strip_nulls(${said})`),
  )
}
