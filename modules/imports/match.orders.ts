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
create temp table match_file (
  number text collate "C", ordinal int4, line int4, hash int8, product int4, quantity int8, price int8, amount int8, pkey text collate "C",
  mends bool, line_no int4, what text
) on commit drop;
create temp table match_old (
  number text collate "C", line_no int4, hash int8, product_id int8, kind text, description text, quantity numeric, price_micro int8,
  amount_minor int8, pkey text collate "C", taken bool, removed bool
) on commit drop;`

export async function matchLines(tx: pg.ClientBase, { mending, whole_orders, cut }: Matching): Promise<void> {
  await tx.query(fileLines(mending))
  await tx.query(storedLines)
  await tx.query('analyze match_file; analyze match_old')
  if (!mending) for (const one of cut) await alignCut(tx, one)
  await tx.query(pair('hash', 'same'))
  if (!mending) {
    await tx.query(pair('pkey', 'updated'))
    await tx.query(
      pair('0', 'updated', 'number in (select number from stage_order where n = old_n and not edge)'),
    )
  }
  await tx.query(
    `update match_file m set what = 'created', line_no = s.line_no
     from (select number, ordinal, last + row_number() over (partition by number order by ordinal) as line_no
           from match_file join (select number, max(line_no) as last from match_old group by number) o using (number) where what is null) s
     where m.number = s.number and m.ordinal = s.ordinal`,
  )
  if (whole_orders && !mending)
    await tx.query(
      `update match_old set removed = true where not taken and number not in (select key from stage_reject where key is not null)
       and number not in (select number from stage_head where reject is not null) and number not in (select number from match_file where mends)`,
    )
  await tx.query(settle)
}

const fileLines = (mending: boolean) => `
insert into match_file
select o.number, row_number() over (partition by o.number order by l.head, l.pos)::int as ordinal, l.line, l.hash, l.product, l.quantity,
  l.price, l.amount, coalesce(p.code, chr(31) || p.description) as pkey, ${mending ? 'm.line is not null' : 'false'} as mends,
  null::int as line_no, null::text as what
from stage_order o join stage_head h on h.number = o.number and h.reject is null join stage_line l on l.head = h.head join stage_product p on p.product = l.product
${mending ? 'left join stage_mend m on m.line = l.line' : ''}
where o.status = 'changed'`

const storedLines = `
insert into match_old
select o.number, x.line_no, x.hash, x.product_id, x.kind, x.description, x.quantity, x.price_micro, x.amount_minor,
  coalesce(p.code, chr(31) || x.description) as pkey, false as taken, false as removed
from stage_order o join order_line x on x.party_id = o.old_party_id and x.order_id = o.order_id left join product p on p.product_id = x.product_id
where o.status = 'changed'`

/** The k-th of the file goes with the k-th that is stored, among those with the same key. */
const pair = (key: 'hash' | 'pkey' | '0', what: 'same' | 'updated', only = 'true') => `
with f as (
  select number, ordinal, ${key} as key, row_number() over (partition by number, ${key} order by ordinal) as nth
  from match_file where what is null and not mends and ${only}
), o as (
  select number, line_no, ${key} as key, row_number() over (partition by number, ${key} order by line_no) as nth from match_old where not taken
), pairs as (
  select f.number, f.ordinal, o.line_no from f join o using (number, key, nth)
), took as (
  update match_old m set taken = true from pairs p where m.number = p.number and m.line_no = p.line_no
)
update match_file m set what = '${what}', line_no = p.line_no from pairs p where m.number = p.number and m.ordinal = p.ordinal`

/**
 * Two files cut in one order where the same line stands on both sides of the cut: counted as equal content, the second
 * would vanish. The place of the overlap tells them apart.
 */
async function alignCut(tx: pg.ClientBase, { number, at }: Cut): Promise<void> {
  const file = await tx.query<{ hash: string }>(
    'select hash::text from match_file where number = $1 order by ordinal',
    [number],
  )
  const old = await tx.query<{ hash: string; line_no: number }>(
    'select hash::text, line_no from match_old where number = $1 order by line_no',
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
    `with pairs as (select $1 as number, $2 + n::int as ordinal, line_no from unnest($3::int[]) with ordinality as u (line_no, n)),
     took as (update match_old m set taken = true from pairs p where m.number = p.number and m.line_no = p.line_no)
     update match_file m set what = 'same', line_no = p.line_no from pairs p where m.number = p.number and m.ordinal = p.ordinal`,
    [number, file_from, matched],
  )
  // What lies outside the overlap is new, even where its like is stored.
  await tx.query('update match_file set mends = true where number = $1 and what is null', [number])
}

/** What the order comes to with its lines as matched, and whether anything about it changes at all. */
const settle = `
with f as (
  select number, count(*) as n, sum(amount) as amount, sum(hash) as digest, bool_or(quantity >= 0) as forward, bool_or(what <> 'same') as differs
  from match_file group by number
), o as (
  select number, count(*) as n, count(*) filter (where not taken) as untaken, bool_or(removed) as differs,
    count(*) filter (where not taken and not removed) as kept_n,
    coalesce(sum(amount_minor) filter (where not taken and not removed), 0) as amount,
    coalesce(sum(hash) filter (where not taken and not removed), 0) as digest,
    coalesce(bool_or(quantity >= 0) filter (where not taken and not removed), false) as forward
  from match_old group by number
)
update stage_order s set
  changed = f.differs or coalesce(o.differs, false),
  partial = coalesce(o.untaken, 0) > 0,
  n = f.n + coalesce(o.kept_n, 0),
  amount = f.amount + coalesce(o.amount, 0),
  digest = ((f.digest + coalesce(o.digest, 0)) % 9007199254740992)::bigint,
  forward = f.forward or coalesce(o.forward, false)
from f left join o using (number) where s.number = f.number`
