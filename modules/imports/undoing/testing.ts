import type { TestHouse } from '../../../kernel/testing.ts'
import { runUndo } from './run.ts'
import type { Direction, UndoReport } from './types.ts'

// What an undo must give back, table by table.

// Machinery and records move on; an import's own row says that it was undone, the file of one that broke off stays.
const aside = new Set([
  'audit',
  'seal',
  'outbox',
  'job_run',
  'import',
  'import_chunk',
  'import_change',
  'import_tie',
  'import_order_line',
  'import_mended',
  'import_undo',
  'worker_beat',
  'idempotency',
  'schema_migration',
])

// Made of all of it by jobs that may be under way.
const computed = /value|^identity_(key|pair|progress)$|quality/

// They hold a mark of nobody's, which a job sets when it next comes round.
const marked = new Set(['party_find', 'party_bucket'])

/** Every row of every other table, as text; of what moves on where a row was changed and changed back, nothing. */
export async function everything(h: TestHouse): Promise<Record<string, string[]>> {
  const { pool } = h.house
  const tables = await pool.query<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
  )
  const found: Record<string, string[]> = {}
  for (const { name } of tables.rows) {
    if (aside.has(name) || computed.test(name)) continue
    const text =
      name === 'party_count'
        ? 'select label, unit_id, sum(delta) as n from party_count group by 1, 2 having sum(delta) <> 0'
        : `select * from "${name}"${marked.has(name) ? ' where party_id <> 0' : ''}`
    const { rows } = await pool.query<{ row: string }>(
      `select (to_jsonb(of_table) - 'version' - 'updated_at')::text as row from (${text}) of_table order by 1`,
    )
    if (rows.length > 0) found[name] = rows.map(({ row }) => row)
  }
  return found
}

/** Through the command line's way in. */
export async function turn(
  h: TestHouse,
  import_id: number,
  direction: Direction = 'undo',
  over: Parameters<TestHouse['ctx']>[0] = {},
): Promise<UndoReport> {
  const { rows } = await h.house.pool.query<{ kind: 'orders'; source: string }>(
    'select kind, source from import where import_id = $1',
    [import_id],
  )
  return runUndo(h.ctx(over), {
    import_id,
    ...rows[0]!,
    direction,
    onPhase: () => {},
    onWait: () => {},
    finish: async () => {},
  })
}
