import type pg from 'pg'

// Rows kept as JSON and put back later, perhaps by a newer version whose table has more columns: those get their
// defaults, and a column that is no more is left out.

/** Columns of `table` that the image carries, in their order; none where there is no image. `image`: SQL of one of them. */
export async function imageColumns(tx: pg.ClientBase, table: string, image: string): Promise<string[]> {
  const { rows } = await tx.query<{ name: string }>(
    `select a.attname::text as name from pg_attribute a, (select ${image} as image) i
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and i.image ? a.attname order by a.attnum`,
    [table],
  )
  return rows.map((row) => row.name)
}
