import type pg from 'pg'
import { categoriesOf } from '../../products/intake.ts'
import { categoryPath } from '../rows/products.ts'

/** The categories that new products of an orders file name; answers those that were not there. */
export async function makeCategories(tx: pg.ClientBase): Promise<number[]> {
  const { rows } = await tx.query<{ category: string }>(
    'select distinct category from stage_code where created and category is not null',
  )
  if (rows.length === 0) return []
  const made: number[] = []
  const names = rows.map((row) => row.category)
  const ids = await categoriesOf(
    tx,
    names.map((name) => shortened(categoryPath(name))),
    made,
  )
  await tx.query(
    `update stage_code s set category_id = c.id from unnest($1::text[], $2::bigint[]) as c (category, id) where s.created and s.category = c.category`,
    [names, ids],
  )
  return made
}

// The column's limit: a step of a path is a name.
export const shortened = (path: readonly string[]): string[] => path.map((step) => step.slice(0, 200))
