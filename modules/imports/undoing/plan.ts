import { scopeSql } from '../../../kernel/scope.ts'
import { hangingOn } from './hanging.ts'
import { planTies } from './ties.ts'
import { lineColumns } from './trail.ts'
import type { Undoing } from './types.ts'

// Which rows of an import can be reversed, and why others stay, in temporary tables: where a preview ends.
//   undo_row.what: take (it goes), put (it comes), swap (it gets its other values); left_why null: it is done

const tables = `
create temp table undo_row (
  id int8 not null, subject text not null, party_id int8 not null, what text not null, version int4, image jsonb, other jsonb,
  left_why text, because int8
) on commit drop;
create temp table undo_line on commit drop as select ${lineColumns} from order_line limit 0;`

export async function planUndo(run: Undoing): Promise<void> {
  const { tx, import_id, direction } = run
  await tx.query(tables)
  await tx.query(
    `insert into undo_row (id, subject, party_id, what, version, image)
     select subject_id, subject, party_id, case when what = 'updated' then 'swap' when image is null then 'take' else 'put' end, version, image
     from import_change where import_id = $1 and undone = $2`,
    [import_id, direction === 'redo'],
  )
  await tx.query('create index on undo_row (id); analyze undo_row')
  await planTies(run)
  await tx.query(whereMerged)
  await tx.query(ordersMoved)
  await (direction === 'redo' ? otherAnonymous(run) : emptyAnonymous(run))
  await tx.query(
    `insert into undo_line (${lineColumns}) select ${lineColumns.split(', ').map((c) => `l.${c}`)}
     from import_order_line l join undo_row r on r.id = l.order_id and r.subject = 'order' where l.import_id = $1`.replace(
      'l.party_id',
      "(r.image ->> 'party_id')::bigint",
    ),
    [import_id],
  )
  await tx.query('analyze undo_line')
  // What refers comes before what it refers to where rows go, and behind it where they come.
  const judges = [judgeOrders, judgeParties, judgeProducts, judgeCategories]
  for (const judge of direction === 'undo' ? judges : judges.reverse()) await judge(run)
}

/** Whoever an order comes back to may have been merged: it comes back to the survivor. */
const whereMerged = `
with recursive w as (
  select distinct p.party_id as home, p.merged_into as id from undo_row r join party p on p.party_id = (r.image ->> 'party_id')::bigint
  where r.subject = 'order' and p.merged_into is not null
  union all select w.home, p.merged_into from w join party p on p.party_id = w.id where p.merged_into is not null
)
update undo_row r set image = r.image || jsonb_build_object('party_id', w.id) from w join party p on p.party_id = w.id
where p.merged_into is null and r.subject = 'order' and (r.image ->> 'party_id')::bigint = w.home`

/** A merge moves an order and leaves its version as it was. */
const ordersMoved = `
update undo_row r set party_id = k.party_id from order_key k
where r.subject = 'order' and r.what <> 'put' and k.order_id = r.id and k.party_id <> r.party_id`

/** The rest has no reason to stay. `why`: null where it can be done. */
const settle = (subjects: string, of: string) => `
update undo_row r set left_why = x.why, because = x.because from (${of}) x
where x.id = r.id and r.subject in (${subjects}) and x.why is not null`

async function judgeOrders({ tx, reach }: Undoing): Promise<void> {
  const scope = scopeSql(reach, 'p', 1)
  const hanging = await hangingOn(tx, 'order', 'r.id')
  await tx.query(
    settle(
      `'order'`,
      `select r.id, o.order_id as because, case
         when o.order_id is null then 'gone' when o.version <> r.version then 'changed'
         when p.kind <> 'anonymous' and not (${scope.text}) then 'out_of_scope'
         when r.what = 'take' and ${hanging} then 'held' end as why
       from undo_row r left join order_key k on k.order_id = r.id
       left join orders o on o.party_id = k.party_id and o.order_id = k.order_id left join party p on p.party_id = o.party_id
       where r.subject = 'order' and r.what <> 'put'`,
    ),
    [scope.value],
  )
  await tx.query(
    settle(
      `'order'`,
      `select r.id, coalesce(k.order_id, r.party_id) as because, case when k.order_id is not null then 'taken'
         when p.party_id is null and c.id is null then 'lacks' when p.kind <> 'anonymous' and not (${scope.text}) then 'out_of_scope' end as why
       from undo_row r
       left join order_key k on r.what = 'put' and k.source = r.image ->> 'source' and k.number = r.image ->> 'number'
       left join party p on p.party_id = (r.image ->> 'party_id')::bigint
       left join undo_row c on c.id = (r.image ->> 'party_id')::bigint and c.what = 'put' and c.left_why is null
       where r.subject = 'order' and r.image is not null and r.left_why is null`,
    ),
    [scope.value],
  )
  await tx.query(
    settle(
      `'order'`,
      `select l.order_id as id, min(l.product_id) as because, 'lacks' as why from undo_line l
       where l.product_id is not null and not exists (select from product p where p.product_id = l.product_id)
         and not exists (select from undo_row c where c.id = l.product_id and c.what = 'put' and c.left_why is null)
       group by l.order_id`,
    ),
  )
  // An erasure takes the lines that were the person's, also where the order has moved on since.
  await tx.query(
    settle(
      `'order'`,
      `select r.id, r.party_id as because, 'gone' as why from undo_row r
       left join (select order_id, count(*) as n from undo_line group by order_id) l on l.order_id = r.id
       where r.subject = 'order' and r.image is not null and r.left_why is null and coalesce(l.n, 0) <> (r.image ->> 'line_count')::int`,
    ),
  )
}

// Orders that stay, or come, with a party; and those that another import would give back to it.
const ordersOn = (id: string) => `coalesce(
  (select o.order_id from orders o where o.party_id = ${id} and not exists (
     select from undo_row u where u.id = o.order_id and u.left_why is null and (u.what = 'take' or (u.image ->> 'party_id')::bigint <> ${id}))
   order by o.order_id desc limit 1),
  (select u.id from undo_home u where u.party_id = ${id} limit 1))`

async function judgeParties({ tx, import_id, reach }: Undoing): Promise<void> {
  const scope = scopeSql(reach, 'p', 1)
  await tx.query(
    `create temp table undo_home on commit drop as
     select (c.image ->> 'party_id')::bigint as party_id, c.subject_id as id from import_change c
     where c.subject = 'order' and c.what = 'updated' and not c.undone and c.import_id <> $1
     union all
     select (r.image ->> 'party_id')::bigint, r.id from undo_row r where r.subject = 'order' and r.what = 'swap' and r.left_why is null`,
    [import_id],
  )
  await tx.query('create index on undo_home (party_id); analyze undo_home')
  const hanging = await hangingOn(tx, 'party', 'r.id')
  await tx.query(
    settle(
      `'party', 'anonymous'`,
      `select x.id, case when x.why is null then x.holder else x.id end as because, coalesce(x.why, case when x.holder is not null then 'held' end) as why
       from (
         select r.id, case when p.party_id is null then 'gone' when p.version <> r.version then 'changed'
             when p.kind <> 'anonymous' and not (${scope.text}) then 'out_of_scope'
             when r.what = 'take' and ${hanging} then 'held' end as why,
           case when r.what = 'take' then ${ordersOn('r.id')} end as holder
         from undo_row r left join party p on p.party_id = r.id
         where r.subject in ('party', 'anonymous') and r.what <> 'put'
       ) x`,
    ),
    [scope.value],
  )
  // Who comes again must be in reach as they were, in a unit that is still there, under ids that are still free.
  await tx.query(
    settle(
      `'party', 'anonymous'`,
      `select r.id, coalesce(t.party_id, e.party_id, p.unit_id) as because, case
         when t.party_id is not null or e.party_id is not null then 'taken' when u.unit_id is null then 'lacks'
         when r.subject = 'party' and not (${scope.text}) then 'out_of_scope' end as why
       from undo_row r cross join lateral jsonb_populate_record(null::party, r.image -> 'party') p
       left join party t on r.what = 'put' and t.party_id = r.id
       left join unit u on u.unit_id = p.unit_id
       left join lateral (
         select x.party_id from jsonb_array_elements(r.image -> 'ids') i join external_id x on x.source = i ->> 'source' and x.value = i ->> 'value'
         where x.party_id <> r.id limit 1) e on true
       where r.subject in ('party', 'anonymous') and r.image is not null and r.left_why is null`,
    ),
    [scope.value],
  )
}

async function judgeProducts({ tx, import_id }: Undoing): Promise<void> {
  const hanging = await hangingOn(tx, 'product', 'r.id')
  await tx.query('create temp table undo_used (product_id int8, order_id int8) on commit drop')
  // Read whole: lines have no index by product, and imports no time for one.
  const goes = await tx.query(`select from undo_row where subject = 'product' and what = 'take' limit 1`)
  if (goes.rowCount) await tx.query(usedProducts, [import_id])
  await tx.query(
    settle(
      `'product'`,
      `select r.id, coalesce(u.order_id, r.id) as because, case when p.product_id is null then 'gone' when p.version <> r.version then 'changed'
         when u.order_id is not null or r.what = 'take' and ${hanging} then 'held' end as why
       from undo_row r left join product p on p.product_id = r.id
       left join (select product_id, max(order_id) as order_id from undo_used group by product_id) u on u.product_id = r.id
       where r.subject = 'product' and r.what <> 'put'`,
    ),
  )
  await tx.query(
    settle(
      `'product'`,
      `select r.id, coalesce(t.product_id, x.category_id) as because,
         case when t.product_id is not null then 'taken' when x.category_id is not null and c.category_id is null and n.id is null then 'lacks' end as why
       from undo_row r cross join lateral jsonb_populate_record(null::product, r.image) x
       left join product t on r.what = 'put' and (t.product_id = r.id or t.source = x.source and t.code = x.code)
       left join category c on c.category_id = x.category_id
       left join undo_row n on n.id = x.category_id and n.what = 'put' and n.left_why is null
       where r.subject = 'product' and r.image is not null and r.left_why is null`,
    ),
  )
}

// By orders that stay, by what orders of this import become, and by what another import would give back.
const usedProducts = `
insert into undo_used
select l.product_id, max(l.order_id) from order_line l
where l.product_id in (select id from undo_row where subject = 'product' and what = 'take')
  and l.order_id not in (select id from undo_row where subject = 'order' and left_why is null)
group by 1
union all
select l.product_id, l.order_id from undo_line l join undo_row r on r.id = l.order_id and r.subject = 'order' and r.what = 'swap' and r.left_why is null
union all
select l.product_id, l.order_id from import_order_line l join import_change c on c.import_id = l.import_id and c.subject_id = l.order_id
where l.import_id <> $1 and c.what = 'updated' and not c.undone and l.product_id in (select id from undo_row where subject = 'product' and what = 'take')`

/** From the leaves up: a category stays as long as a product or another category stands below it. */
async function judgeCategories({ tx, direction }: Undoing): Promise<void> {
  const hanging = await hangingOn(tx, 'category', 'r.id')
  await tx.query(
    settle(
      `'category'`,
      `select r.id, p.product_id as because, case when c.category_id is null then 'gone' when p.product_id is not null or ${hanging} then 'held' end as why
       from undo_row r left join category c on c.category_id = r.id
       left join lateral (
         select p.product_id from product p where p.category_id = r.id
           and not exists (select from undo_row u where u.id = p.product_id and u.left_why is null and (u.what = 'take' or (u.image ->> 'category_id')::bigint is distinct from r.id))
         union all
         select u.id from undo_row u where u.subject = 'product' and u.what = 'swap' and u.left_why is null and (u.image ->> 'category_id')::bigint = r.id
         limit 1) p on true
       where r.subject = 'category' and r.what = 'take'`,
    ),
  )
  const more = direction === 'undo' ? heldByChild : lacksParent
  while ((await tx.query(more)).rowCount) {}
}

const heldByChild = `
update undo_row r set left_why = 'held', because = c.category_id from category c
where r.subject = 'category' and r.what = 'take' and r.left_why is null and c.parent_id = r.id
  and not exists (select from undo_row u where u.id = c.category_id and u.left_why is null)`

const lacksParent = `
update undo_row r set left_why = case when t.category_id is not null then 'taken' else 'lacks' end, because = coalesce(t.category_id, (r.image ->> 'parent_id')::bigint)
from undo_row s
left join category t on t.name = s.image ->> 'name' and coalesce(t.parent_id, 0) = coalesce((s.image ->> 'parent_id')::bigint, 0)
where s.id = r.id and r.subject = 'category' and r.what = 'put' and r.left_why is null and (
  t.category_id is not null or r.image ->> 'parent_id' is not null
  and not exists (select from category c where c.category_id = (r.image ->> 'parent_id')::bigint)
  and not exists (select from undo_row u where u.id = (r.image ->> 'parent_id')::bigint and u.left_why is null))`

/** Those that an import left because of another one's orders go with the last of these. */
const emptyAnonymous = ({ tx, import_id, source }: Undoing) =>
  tx.query(
    `insert into undo_row (id, subject, party_id, what, version)
     select c.subject_id, 'anonymous', c.subject_id, 'take', c.version from import i join import_change c on c.import_id = i.import_id
     where i.source = $2 and i.undone_at is not null and i.import_id <> $1 and c.subject = 'anonymous' and not c.undone`,
    [import_id, source],
  )

/**
 * Orders without a customer come back to the party that stands for them now: another import of the source may have made
 * it anew meanwhile, or another undo may have taken it.
 */
async function otherAnonymous({ tx, import_id }: Undoing): Promise<void> {
  await tx.query(
    `insert into undo_row (id, subject, party_id, what, version, image)
     select distinct on (c.subject_id) c.subject_id, 'anonymous', c.subject_id, 'put', null::int4, c.image
     from undo_row r join import_change c on c.subject_id = (r.image ->> 'party_id')::bigint
     where r.subject = 'order' and c.subject = 'anonymous' and c.undone and c.import_id <> $1
       and not exists (select from party p where p.party_id = c.subject_id)`,
    [import_id],
  )
  await tx.query(
    `create temp table undo_other on commit drop as
     select r.id, e.party_id from undo_row r, jsonb_array_elements(r.image -> 'ids') i, external_id e
     where r.subject = 'anonymous' and r.what = 'put' and e.source = i ->> 'source' and e.value = i ->> 'value'`,
  )
  await tx.query(
    `update undo_row r set image = r.image || jsonb_build_object('party_id', o.party_id, 'home_party_id',
       case when (r.image ->> 'home_party_id')::bigint = o.id then o.party_id else (r.image ->> 'home_party_id')::bigint end)
     from undo_other o where r.subject = 'order' and (r.image ->> 'party_id')::bigint = o.id`,
  )
  await tx.query('delete from undo_row r using undo_other o where o.id = r.id')
}
