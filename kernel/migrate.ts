import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'

const FOLDER = new URL('../db/migrations/', import.meta.url)
// Any two starts of Guanxi on one database meet here.
export const SCHEMA_LOCK = 7_261_110

export type Migration = { number: number; name: string; text: string; checksum: string }
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

export async function readMigrations(folder = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return {
        number: Number(name.slice(0, 4)),
        name,
        text,
        checksum: createHash('sha256').update(text).digest('hex'),
      }
    }),
  )
}

/** Brings the database to this program's schema, or says in one line why it must not. Safe to run twice, or at once. */
export async function migrate(
  ownerUrl: string,
  migrations: readonly Migration[],
  now: Date,
): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'guanxi migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [SCHEMA_LOCK])
    await client.query(ledger)
    const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
      'select * from schema_migration order by number',
    )
    const missing = pending(rows, migrations)
    for (const migration of missing) await apply(client, migration, now)
    await auditMonths(client, now)
    return { applied: missing.map((m) => m.name) }
  } finally {
    await client.end()
  }
}

const ledger = `create table if not exists schema_migration (
  number integer primary key, name text not null, checksum text not null, applied_at timestamptz(3) not null)`

function pending(
  applied: { number: number; name: string; checksum: string }[],
  migrations: readonly Migration[],
): Migration[] {
  for (const done of applied) {
    const ours = migrations.find((m) => m.number === done.number)
    if (!ours)
      throw new MigrationError(
        `The database has migration ${done.name}, which this version of Guanxi does not know: start a newer version.`,
      )
    if (ours.checksum !== done.checksum)
      throw new MigrationError(
        `Migration ${done.name} differs from the one this database was made with: restore the file.`,
      )
  }
  return migrations.filter((m) => !applied.some((done) => done.number === m.number))
}

async function apply(client: pg.Client, migration: Migration, now: Date): Promise<void> {
  await client.query('begin')
  try {
    await applyAll(client, [migration], now)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** In the caller's transaction: a restore makes its schema and fills it as one. */
export async function applyAll(
  client: pg.ClientBase,
  migrations: readonly Migration[],
  now: Date,
): Promise<void> {
  const { rows } = await client.query("select 1 from pg_extension where extname = 'citus'")
  const citus = rows.length > 0
  if (citus) await client.query('set local citus.enable_local_reference_table_foreign_keys = off')
  await client.query(ledger)
  for (const { number, name, text, checksum } of migrations) {
    for (const { sql, hint } of statements(text)) {
      await client.query(sql)
      // On Citus each table is placed right after it is made, in foreign-key order; elsewhere the hint is a comment.
      if (citus && hint) await distribute(client, hint)
    }
    await client.query('insert into schema_migration values ($1, $2, $3, $4)', [number, name, checksum, now])
  }
}

type Hint = { table: string; by: string }

/** Our migrations are plain statements: no function bodies, so a line that ends in `;` ends one. */
export function statements(text: string): { sql: string; hint: Hint | null }[] {
  return text
    .split(/;[ \t]*(?:--[^\n]*)?\n/)
    .map((sql) => sql.trim())
    .filter((sql) => sql.replace(/--[^\n]*/g, '').trim())
    .map((sql) => {
      const by = /-- distribute: (\S+)/.exec(sql)?.[1]
      const table = /create table (\w+)/.exec(sql)?.[1]
      return { sql, hint: by && table ? { table, by } : null }
    })
}

async function distribute(client: pg.ClientBase, { table, by }: Hint): Promise<void> {
  if (by === 'local') return
  if (by === 'reference') await client.query('select create_reference_table($1)', [table])
  else await client.query('select create_distributed_table($1, $2)', [table, by])
}

/** A year of monthly partitions ahead; whatever falls outside lands in the default one. */
export async function auditMonths(client: pg.ClientBase, now: Date): Promise<void> {
  for (let ahead = 0; ahead < 12; ahead++) {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
    const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead + 1, 1))
    const name = `audit_${from.toISOString().slice(0, 7).replace('-', '_')}`
    const { rows } = await client.query('select to_regclass($1) is not null as there', [name])
    if (!rows[0].there)
      await client.query(
        `create table ${name} partition of audit for values from ('${from.toISOString()}') to ('${to.toISOString()}')`,
      )
  }
}

/**
 * What the app's own role may do: rows, never the schema; audit, seals and erasures are append-only for it, but for
 * salt and payload, which an erasure nulls (anything else there is found by `audit verify`). With one role for both
 * (an external database) this is not enforced, and `doctor` says so.
 */
export async function grantApp(ownerUrl: string, app: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [SCHEMA_LOCK])
    await grantAll(client, app)
    await client.query(queueGrants(client.escapeIdentifier(app)))
  } finally {
    await client.end()
  }
}

/** Of our own tables, in the caller's transaction; what somebody else keeps beside them (an extension's) is theirs to grant. */
export async function grantAll(client: pg.ClientBase, app: string): Promise<void> {
  const role = client.escapeIdentifier(app)
  await client.query(`
    grant usage on schema public to ${role};
    do $$ declare one record; begin
      for one in select oid::regclass as name, relkind = 'S' as counts from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'S') and pg_has_role(relowner, 'usage')
      loop
        execute format('grant %s %s to %I',
          case when one.counts then 'usage, select on sequence' else 'select, insert, update, delete on' end, one.name, ${client.escapeLiteral(app)});
      end loop;
    end $$;
    revoke update, delete, truncate on audit, seal, erasure from ${role};
    do $$ declare part regclass; begin
      for part in select inhrelid from pg_inherits where inhparent = 'audit'::regclass loop
        execute format('revoke update, delete, truncate on %s from %I', part, ${client.escapeLiteral(app)});
      end loop;
    end $$;
    grant update (salt, payload) on audit to ${role};
    revoke insert, update, delete on schema_migration from ${role};`)
}

// The queue guards its tables by row security, which only its owner passes: the app works it under its own role.
const queueGrants = (role: string) => `
  grant usage on schema graphile_worker to ${role};
  grant select, insert, update, delete on all tables in schema graphile_worker to ${role};
  grant usage, select on all sequences in schema graphile_worker to ${role};
  revoke insert, update, delete on graphile_worker.migrations from ${role};
  do $$ begin
    if exists (select from pg_class where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity) then
      alter table graphile_worker._private_jobs disable row level security;
      alter table graphile_worker._private_job_queues disable row level security;
      alter table graphile_worker._private_tasks disable row level security;
      alter table graphile_worker._private_known_crontabs disable row level security;
    end if;
  end $$;`
