import type pg from 'pg'

// Products set-wise, from the staging area of an import (modules/imports): `stage_code` has a row per product that
// the file names, with `product_id` null where there is none yet.
//   stage_code (code, name, kind, category_id, cost, currency, sales_unit, product_id, created, changed, was, version)

export type Intake = { source: string; now: Date }

/** Gives ids to the new ones and writes them. */
export async function createProducts(tx: pg.ClientBase, { source, now }: Intake): Promise<void> {
  await tx.query(`update stage_code set product_id = nextval('entity_id') where created`)
  await tx.query(
    `insert into product (product_id, source, code, name, kind, category_id, sales_unit, unit_cost_micro, cost_currency, created_at, updated_at)
     select product_id, $1, code, name, kind, category_id, sales_unit, cost, case when cost is not null then currency end, $2, $2
     from stage_code where created order by product_id`,
    [source, now],
  )
}

/** Writes what changed; false when somebody else changed one of them meanwhile. */
export async function updateProducts(tx: pg.ClientBase, { now }: Intake): Promise<boolean> {
  // Nothing to join then: a table that was emptied a while ago is planned for row by row.
  const { rowCount } = await tx.query('select from stage_code where changed limit 1')
  if (rowCount === 0) return true
  const { rows } = await tx.query<{ wanted: number; done: number }>(
    `with done as (
       update product p set name = s.name, category_id = coalesce(s.category_id, p.category_id),
         sales_unit = case when s.sales_unit = '' then p.sales_unit else s.sales_unit end,
         unit_cost_micro = coalesce(s.cost, p.unit_cost_micro),
         cost_currency = case when s.cost is null then p.cost_currency else s.currency end,
         version = p.version + 1, updated_at = $1
       from stage_code s where s.changed and p.product_id = s.product_id and p.version = s.version
       returning 1
     ) select (select count(*) from stage_code where changed) as wanted, (select count(*) from done) as done`,
    [now],
  )
  return rows[0]!.wanted === rows[0]!.done
}

/** The category at the end of each path (names from the root down), made where it is missing: `made` gains their ids. */
export async function categoriesOf(
  tx: pg.ClientBase,
  paths: readonly (readonly string[])[],
  made: number[],
): Promise<number[]> {
  const known = new Map<string, number>()
  const leaves: number[] = []
  for (const path of paths) {
    let parent: number | null = null
    for (const name of path) {
      const key: string = `${parent ?? 0}/${name}`
      let id = known.get(key)
      if (id === undefined) known.set(key, (id = await categoryUnder(tx, parent, name, made)))
      parent = id
    }
    leaves.push(parent!)
  }
  return leaves
}

async function categoryUnder(
  tx: pg.ClientBase,
  parent: number | null,
  name: string,
  made: number[],
): Promise<number> {
  const fresh = await tx.query<{ category_id: number }>(
    `insert into category (parent_id, name) values ($1, $2) on conflict (coalesce(parent_id, 0), name) do nothing returning category_id`,
    [parent, name],
  )
  made.push(...fresh.rows.map((row) => row.category_id))
  const { rows } = await tx.query<{ category_id: number }>(
    `select category_id from category where coalesce(parent_id, 0) = coalesce($1::bigint, 0) and name = $2`,
    [parent, name],
  )
  return rows[0]!.category_id
}
