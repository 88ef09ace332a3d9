import type pg from 'pg'
import { align } from './align.ts'

// Which stored line is which line of the file, for the orders whose content is not what is stored. In temporary
// tables only. Identity is the ordinal in the order, which a file cut in the middle does not tell; so, in this order:
//   1. equal content, as often as it stands on both sides → unchanged
//   2. the same product, in order → updated
//   3. where the file has as many lines as are stored, and the order cannot be cut: what is left, in order → updated
//   4. lines of the file that are left → created; stored lines that are left stay, unless files carry whole orders
// A file of mended rows brings lines that were never in: only 1 and 4, and 1 not for rows that still wait.

export type Matching = { mending: boolean; whole_orders: boolean; cut: readonly Cut[] }
/** The first or last order of this file, which an earlier file of the source ended or began with. */
export type Cut = { number: string; at: 'start' | 'end' }

export const matchTables = `
create temp table match_new (
  head int4, ordinal int4, line int4, hash int8, product int4, quantity int8, price int8, amount int8, pkey text collate "C", mends bool
) on commit drop;
create temp table match_stored (
  head int4, line_no int4, hash int8, product_id int8, kind text, description text, quantity numeric, price_micro int8, amount_minor int8,
  pkey text collate "C"
) on commit drop;
create temp table match_pair (head int4, ordinal int4, line_no int4, what text) on commit drop;
create temp table match_file (
  head int4, ordinal int4, line int4, hash int8, product int4, quantity int8, price int8, amount int8, pkey text collate "C", line_no int4, what text
) on commit drop;
create temp table match_old (
  head int4, line_no int4, hash int8, product_id int8, kind text, description text, quantity numeric, price_micro int8, amount_minor int8,
  pkey text collate "C", taken bool, removed bool
) on commit drop;`

export async function matchLines(tx: pg.ClientBase, { mending, whole_orders, cut }: Matching): Promise<void> {
  await tx.query(fileLines(mending))
  await tx.query(storedLines)
  await tx.query('analyze match_new (head, hash, pkey, mends); analyze match_stored (head, hash, pkey)')
  if (!mending) for (const one of cut) await alignCut(tx, one)
  await tx.query(pair('hash', 'same'))
  await tx.query('analyze match_pair')
  if (!mending) {
    await tx.query(pair('pkey', 'updated'))
    await tx.query('analyze match_pair')
    await tx.query(
      pair('0', 'updated', 'head in (select head from stage_order where n = old_n and not edge)'),
    )
    await tx.query('analyze match_pair')
  }
  await tx.query(paired)
  await tx.query(kept(whole_orders && !mending))
  await tx.query(
    'analyze match_file (head, line_no, what, product); analyze match_old (head, line_no, removed)',
  )
  await tx.query(settle)
}

// An order is named by its first head in the file: numbers sort and join faster than texts.
const fileLines = (mending: boolean) => `
insert into match_new
select o.head, row_number() over (partition by o.head order by l.head, l.pos)::int as ordinal, l.line, l.hash, l.product, l.quantity,
  l.price, l.amount, coalesce(p.code, chr(31) || p.description) as pkey, ${mending ? 'm.line is not null' : 'false'} as mends
from stage_order o join stage_head h on h.number = o.number and h.reject is null join stage_line l on l.head = h.head
join stage_product p on p.product = l.product ${mending ? 'left join stage_mend m on m.line = l.line' : ''}
where o.status = 'changed'`

const storedLines = `
insert into match_stored
select o.head, x.line_no, x.hash, x.product_id, x.kind, x.description, x.quantity, x.price_micro, x.amount_minor,
  coalesce(p.code, chr(31) || x.description) as pkey
from stage_order o join order_line x on x.party_id = o.old_party_id and x.order_id = o.order_id left join product p on p.product_id = x.product_id
where o.status = 'changed'`

/** The k-th of the file goes with the k-th that is stored, among those with the same key that are left. */
const pair = (key: 'hash' | 'pkey' | '0', what: 'same' | 'updated', only = 'true') => `
insert into match_pair
select f.head, f.ordinal, o.line_no, '${what}' from (
  select head, ordinal, ${key} as key, row_number() over (partition by head, ${key} order by ordinal) as nth from match_new f
  where not mends and ${only} and not exists (select from match_pair p where p.head = f.head and p.ordinal = f.ordinal)
) f join (
  select head, line_no, ${key} as key, row_number() over (partition by head, ${key} order by line_no) as nth from match_stored s
  where not exists (select from match_pair p where p.head = s.head and p.line_no = s.line_no)
) o using (head, key, nth)`

/** What is not paired is new: numbered on behind what is stored. */
const paired = `
insert into match_file
select f.head, f.ordinal, f.line, f.hash, f.product, f.quantity, f.price, f.amount, f.pkey,
  coalesce(p.line_no, o.last + row_number() over (partition by f.head, p.line_no is null order by f.ordinal)), coalesce(p.what, 'created')
from match_new f left join match_pair p on p.head = f.head and p.ordinal = f.ordinal
join (select head, max(line_no) as last from match_stored group by head) o on o.head = f.head`

/** Stored lines that the file lacks go where it carries whole orders; not where a rejected row may be what is missing. */
const kept = (remove: boolean) => `
insert into match_old
select s.*, p.head is not null as taken, ${remove ? 'p.head is null and w.head is not null' : 'false'} as removed
from match_stored s left join match_pair p on p.head = s.head and p.line_no = s.line_no
${
  remove
    ? `left join (
  select o.head from stage_order o where o.status = 'changed'
    and not exists (select from stage_reject r where r.key = o.number)
    and not exists (select from stage_head h where h.number = o.number and h.reject is not null)
    and not exists (select from match_new f where f.head = o.head and f.mends)
) w on w.head = s.head`
    : ''
}`

/**
 * Two files cut in one order where the same line stands on both sides of the cut: counted as equal content, the second
 * would vanish. The place of the overlap tells them apart.
 */
async function alignCut(tx: pg.ClientBase, { number, at }: Cut): Promise<void> {
  // An order put together from several files does not stand in their sequence any more.
  const of = '(select head from stage_order where number = $1 and version = 1)'
  const file = await tx.query<{ hash: string }>(
    `select hash::text from match_new where head = ${of} order by ordinal`,
    [number],
  )
  const old = await tx.query<{ hash: string; line_no: number }>(
    `select hash::text, line_no from match_stored where head = ${of} order by line_no`,
    [number],
  )
  const found = align(
    file.rows.map((r) => r.hash),
    old.rows.map((r) => r.hash),
    at,
  )
  if (!found || old.rows.length === 0) return
  const { file_from, old_from, length } = found
  const matched = old.rows.slice(old_from, old_from + length).map((r) => r.line_no)
  await tx.query(
    `insert into match_pair select ${of}, $2 + n::int, line_no, 'same' from unnest($3::int[]) with ordinality as u (line_no, n)`,
    [number, file_from, matched],
  )
  // What lies outside the overlap is new, even where its like is stored.
  await tx.query(
    `update match_new f set mends = true where head = ${of}
     and not exists (select from match_pair p where p.head = f.head and p.ordinal = f.ordinal)`,
    [number],
  )
}

/** What the order comes to with its lines as matched, and whether anything about it changes at all. */
const settle = `
with f as (
  select head, count(*) as n, sum(amount) as amount, sum(hash) as digest, bool_or(quantity >= 0) as forward, bool_or(what <> 'same') as differs
  from match_file group by head
), o as (
  select head, count(*) filter (where not taken) as untaken, bool_or(removed) as differs,
    count(*) filter (where not taken and not removed) as kept_n,
    coalesce(sum(amount_minor) filter (where not taken and not removed), 0) as amount,
    coalesce(sum(hash) filter (where not taken and not removed), 0) as digest,
    coalesce(bool_or(quantity >= 0) filter (where not taken and not removed), false) as forward
  from match_old group by head
)
update stage_order s set
  changed = f.differs or coalesce(o.differs, false),
  partial = coalesce(o.untaken, 0) > 0,
  n = f.n + coalesce(o.kept_n, 0),
  amount = f.amount + coalesce(o.amount, 0),
  digest = ((f.digest + coalesce(o.digest, 0)) % 9007199254740992)::bigint,
  forward = f.forward or coalesce(o.forward, false)
from f left join o using (head) where s.head = f.head`
