import type pg from 'pg'
import { type Manifest, QUEUE } from './manifest.ts'

// What belongs in a backup is read off the catalog, so that a table which a later version brings is in it.

/** Kept out, each for a reason: a restored house signs everybody out, and what a machine knows of itself stays its own. */
export const leftOut: { readonly [table: string]: 'machine' | 'signed_out' } = {
  schema_migration: 'machine',
  backup: 'machine',
  worker_beat: 'machine',
  party_presence: 'machine',
  setup_token: 'machine',
  session: 'signed_out',
  sign_in_failure: 'signed_out',
}
/** Rows that are about the taking of this very backup. */
const without: { readonly [table: string]: string } = {
  job_run: "where not (job like 'backups.%' and state in ('waiting', 'running'))",
}

/** Held shared by who takes a backup, alone by who restores: a snapshot from before must not read what comes after. */
export const RESTORE_LOCK = 7_261_130

export type Source = { name: string; file: string; columns: string[]; sql: string; large: boolean }
type Queryable = Pick<pg.ClientBase, 'query'>

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

/** Ordinary tables of ours; partitions are read through their parent, generated columns generate themselves. */
export async function tablesOf(
  client: Queryable,
): Promise<{ name: string; columns: string[]; bytes: number }[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; bytes: string }>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
           case when c.relkind = 'p'
             then (select coalesce(sum(pg_total_relation_size(t.relid)), 0) from pg_partition_tree(c.oid) t where t.isleaf)
             else pg_total_relation_size(c.oid) end::text as bytes
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    group by c.oid, c.relname, c.relkind order by c.relname`)
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }))
}

// Below this on disk, no table's text passes the 4 GB that an old unzipper can read.
const LARGE_BYTES = 64 * 1024 * 1024

export async function sourcesOf(client: Queryable): Promise<Source[]> {
  const tables = await tablesOf(client)
  return tables
    .filter(({ name }) => !(name in leftOut))
    .map(({ name, columns, bytes }) => ({
      name,
      file: `tables/${name}.csv`,
      columns,
      sql: `select ${quoted(columns)} from "${name}" ${without[name] ?? ''}`,
      large: bytes > LARGE_BYTES,
    }))
}

export const queueSource: Source = {
  name: 'queue',
  file: QUEUE,
  columns: ['identifier', 'payload', 'queue_name', 'run_at', 'priority', 'max_attempts', 'attempts', 'key'],
  sql: `select t.identifier, j.payload, q.queue_name, j.run_at, j.priority, j.max_attempts, j.attempts, j.key
        from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
        where t.identifier not like 'backups.%' order by j.id`,
  large: false,
}

export async function sequencesOf(client: Queryable): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by 1`,
  )
  const found: Manifest['sequences'] = []
  for (const { name } of rows) {
    const at = await client.query<{ last_value: string; is_called: boolean }>(
      `select last_value::text, is_called from "${name}"`,
    )
    found.push({ name, ...at.rows[0]! })
  }
  return found
}

export async function auditMonthsOf(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit'::regclass and c.relname ~ '^audit_[0-9]{4}_[0-9]{2}$' order by 1`)
  return rows.map((row) => row.name)
}
