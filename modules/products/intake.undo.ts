import type pg from 'pg'
import { imageColumns } from '../../kernel/images.ts'

// Products and categories of an import taken back and brought again, set-wise.
//   undo_product (id, subject product|category, what take|put|swap, image, other)   `image`: what it becomes

/** False when somebody changed one of them meanwhile. */
export async function takeProducts(tx: pg.ClientBase): Promise<boolean> {
  const wanted = await tx.query(`select from undo_product where subject = 'product' and what = 'take'`)
  const gone = await tx.query(
    `delete from product p using undo_product u
     where u.subject = 'product' and u.what = 'take' and p.product_id = u.id and p.version = (u.other ->> 'version')::integer`,
  )
  if (gone.rowCount !== wanted.rowCount) return false
  await tx.query(
    `delete from category c using undo_product u where u.subject = 'category' and u.what = 'take' and c.category_id = u.id`,
  )
  return true
}

/** False when somebody changed one of them meanwhile. */
export async function putProducts(tx: pg.ClientBase, now: Date): Promise<boolean> {
  await put(tx, 'category')
  // First, and only where there are any: the planner takes a table that was emptied and analysed for empty still.
  const wanted = await tx.query(`select from undo_product where subject = 'product' and what = 'swap'`)
  if (wanted.rowCount !== 0 && (await swap(tx, now)) !== wanted.rowCount) return false
  await put(tx, 'product')
  return true
}

const IMAGE = `(select image from undo_product where subject = 'product' and image is not null limit 1)`

async function swap(tx: pg.ClientBase, now: Date): Promise<number | null> {
  const columns = await imageColumns(tx, 'product', IMAGE)
  const fields = columns.filter((c) => !['product_id', 'version', 'updated_at'].includes(c))
  const done = await tx.query(
    `update product p set ${fields.map((c) => `${c} = x.${c}`)}, version = p.version + 1, updated_at = $1
     from undo_product u, jsonb_populate_record(null::product, u.image) x
     where u.subject = 'product' and u.what = 'swap' and p.product_id = u.id and p.version = (u.other ->> 'version')::integer`,
    [now],
  )
  return done.rowCount
}

async function put(tx: pg.ClientBase, table: 'category' | 'product'): Promise<void> {
  const one = `(select image from undo_product where subject = '${table}' and image is not null limit 1)`
  const columns = await imageColumns(tx, table, one)
  if (columns.length === 0) return
  await tx.query(
    `insert into ${table} (${columns}) select ${columns.map((c) => `x.${c}`)}
     from undo_product u, jsonb_populate_record(null::${table}, u.image) x where u.subject = '${table}' and u.what = 'put' order by u.id`,
  )
}
