import type pg from 'pg'
import type { Source } from '../reader/source.ts'
import type { Kind } from '../targets.ts'
import type { Run } from './run.types.ts'

// Rejected rows: as they were written, with their line and reasons.

// Lines fetched at a time while the file is read once more for their text.
const FETCH = 20_000

/** Rows that only the whole file could judge join the others: their text is read from the file again. */
export async function rejectedLater(
  tx: pg.ClientBase,
  kind: Kind,
  open: () => Promise<Source>,
): Promise<void> {
  const some = kind === 'orders' ? 'stage_head' : 'stage_row'
  const { rowCount } = await tx.query(`select from ${some} where reject is not null limit 1`)
  if (!rowCount) return
  await tx.query(
    kind === 'orders'
      ? `create temp table stage_later on commit drop as
         select l.line, h.reject, h.number as key, case h.reject when 'two_currencies' then h.currency else coalesce(h.customer, h.number) end as value
         from stage_line l join stage_head h using (head) where h.reject is not null`
      : `create temp table stage_later on commit drop as
         select line, reject, null::text as key, coalesce(${kind === 'parties' ? 'external_id, name' : 'code'}) as value from stage_row where reject is not null`,
  )
  await tx.query('create index on stage_later (line)')
  const file = await open()
  let wanted = await nextLines(tx, 0)
  for await (const batch of file.batches()) {
    const found: { line: number; raw: string }[] = []
    for (let i = 0; i < batch.lines.length; i++) {
      const line = batch.lines[i]!
      if (wanted.has(line)) found.push({ line, raw: batch.raw(i) })
      if (line < wanted.last) continue
      wanted = await nextLines(tx, line)
      if (wanted.size === 0) break
    }
    if (found.length > 0) await addRejects(tx, found)
    if (wanted.size === 0) break
  }
}

class Lines extends Set<number> {
  last = Number.POSITIVE_INFINITY
}

async function nextLines(tx: pg.ClientBase, after: number): Promise<Lines> {
  const { rows } = await tx.query<{ line: number }>(
    'select line from stage_later where line > $1 order by line limit $2',
    [after, FETCH],
  )
  const lines = new Lines(rows.map((row) => row.line))
  if (rows.length > 0) lines.last = rows.at(-1)!.line
  return lines
}

const addRejects = (tx: pg.ClientBase, found: { line: number; raw: string }[]) =>
  tx.query(
    `insert into stage_reject (line, raw, reasons, key)
     select r.line, r.raw, jsonb_build_array(jsonb_build_object('field', null, 'code', s.reject, 'value', left(s.value, 200))), s.key
     from unnest($1::int[], $2::text[]) as r (line, raw) join stage_later s using (line)`,
    [found.map((one) => one.line), found.map((one) => one.raw.toWellFormed())],
  )

/** Kept with the import; rows that a mended file names are done with, whatever became of them here. */
export async function keepRejects({ tx, import_id, mending }: Run): Promise<void> {
  if (mending)
    await tx.query(
      `with gone as (
         delete from import_reject r using stage_mend m where r.import_id = m.import_id and r.line = m.reject_line returning r.*
       )
       insert into import_mended (import_id, rejected_by, line, raw, reasons) select $1, import_id, line, raw, reasons from gone`,
      [import_id],
    )
  await tx.query(
    'insert into import_reject (import_id, line, raw, reasons) select $1, line, raw, reasons from stage_reject order by line',
    [import_id],
  )
}
