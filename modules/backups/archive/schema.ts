import type pg from 'pg'
import { type Migration, readMigrations } from '../../../kernel/migrate.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { Manifest } from './manifest.ts'
import { tablesOf } from './tables.ts'

// The schema around a restore: what is there goes, the archive's own version comes, bare of indexes; those are built
// when the rows are in. All in the one transaction of the restore.

/** Our migrations up to the archive's, and what came since. */
export async function migrationsFor({
  schema,
}: Manifest): Promise<{ archived: Migration[]; since: Migration[] }> {
  const ours = await readMigrations()
  for (const one of schema) {
    const same = ours.find(({ number }) => number === one.number)
    if (!same) refuse('backups.newer', 409, { migration: one.name })
    if (same!.checksum !== one.checksum) refuse('backups.other_schema', 409, { migration: one.name })
  }
  const numbers = new Set(schema.map(({ number }) => number))
  return {
    archived: ours.filter((m) => numbers.has(m.number)),
    since: ours.filter((m) => !numbers.has(m.number)),
  }
}

/** Only what Guanxi's migrations make: a neighbour's table in the same schema stays. */
export async function dropOurs(client: pg.ClientBase): Promise<void> {
  const text = (await readMigrations()).map((migration) => migration.text).join('\n')
  const named = (kind: string) =>
    [...text.matchAll(new RegExp(`^create ${kind} (?:if not exists )?(\\w+)`, 'gm'))].map(
      (found) => found[1]!,
    )
  const tables = ['schema_migration', ...named('(?:unlogged )?table')]
  await client.query(
    `drop table if exists ${[...new Set(tables)].map((name) => `"${name}"`).join(', ')} cascade`,
  )
  for (const name of named('sequence')) await client.query(`drop sequence if exists "${name}" cascade`)
}

export async function makeMonths(client: pg.ClientBase, months: readonly string[]): Promise<void> {
  for (const name of months) {
    const [, year, month] = name.split('_').map(Number)
    const at = (m: number) => new Date(Date.UTC(year!, m, 1)).toISOString()
    await client.query(
      `create table if not exists "${name}" partition of audit for values from ('${at(month! - 1)}') to ('${at(month!)}')`,
    )
  }
}

/** The archive says what its tables are; the schema that its migrations make must agree. */
export async function mustAgree(client: pg.ClientBase, { tables, left_out }: Manifest): Promise<void> {
  const made = await tablesOf(client)
  for (const { name, columns } of tables) {
    const table = made.find((one) => one.name === name)
    const same = table && [...table.columns].sort().join() === [...columns].sort().join()
    if (!same || name === 'schema_migration') refuse('backups.tables_differ', 422, { table: name })
  }
  const said = new Set([...left_out, ...tables.map(({ name }) => name)])
  for (const { name } of made) if (!said.has(name)) refuse('backups.tables_differ', 422, { table: name })
}

export type Bare = { constraints: string[]; indexes: string[]; foreign: string[] }

/** Takes indexes and keys off, and says how to put them back: rows go in several times as fast. */
export async function strip(client: pg.ClientBase, tables: readonly string[]): Promise<Bare> {
  const { rows: constraints } = await client.query<{
    table: string
    name: string
    kind: string
    def: string
  }>(
    `select r.relname as table, c.conname as name, c.contype as kind, pg_get_constraintdef(c.oid) as def
     from pg_constraint c join pg_class r on r.oid = c.conrelid
     where r.relnamespace = 'public'::regnamespace and r.relname = any($1) and c.contype in ('p', 'u', 'f', 'x') and c.conparentid = 0
     order by c.contype = 'f' desc, r.relname, c.conname`,
    [tables],
  )
  const { rows: indexes } = await client.query<{ name: string; def: string }>(
    `select i.relname as name, pg_get_indexdef(i.oid) as def
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class r on r.oid = x.indrelid
     where r.relnamespace = 'public'::regnamespace and r.relname = any($1) and not r.relispartition
       and not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u', 'x'))
     order by r.relname, i.relname`,
    [tables],
  )
  for (const { table, name } of constraints)
    await client.query(`alter table "${table}" drop constraint "${name}"`)
  for (const { name } of indexes) await client.query(`drop index "${name}"`)
  const put = (kinds: string) =>
    constraints
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ table, name, def }) => `alter table "${table}" add constraint "${name}" ${def}`)
  return {
    constraints: put('pux'), // A partitioned table's index is told as its own alone; its partitions need theirs too.
    indexes: indexes.map(({ def }) => def.replace(' ON ONLY ', ' ON ')),
    foreign: put('f'),
  }
}
