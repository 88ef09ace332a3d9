import { writeFile } from 'node:fs/promises'
import type pg from 'pg'

// Writes db/schema.sql and db/types.gen.ts from a migrated database: the schema's truth is the migrations,
// what is generated is committed and drift-checked (db/drift.test.ts).
export type Generated = { schema: string; types: string }

const OWN = `n.nspname = 'public' and not exists (
  select from pg_depend d where d.objid = c.oid and d.deptype = 'e') and not c.relispartition`

const hints = (migrations: string): Map<string, string> =>
  new Map(
    [...migrations.matchAll(/-- distribute: (\S+)\s*\n(?:--[^\n]*\n)*create table (\w+)/g)].map((m) => [
      m[2]!,
      m[1]!,
    ]),
  )

type Column = {
  table: string
  name: string
  type: string
  not_null: boolean
  default: string | null
  identity: string
}

export async function generate(client: pg.Client | pg.PoolClient, migrations: string): Promise<Generated> {
  const columns = await rows<Column>(
    client,
    `
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null,
           pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity as identity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relkind in ('r', 'p') and ${OWN} order by c.relname, a.attnum`,
  )
  const constraints = await rows<{ table: string; def: string }>(
    client,
    `
    select c.relname as table, pg_get_constraintdef(k.oid) as def from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OWN} and k.contype in ('p', 'u', 'f', 'c') order by c.relname, k.contype desc, k.conname`,
  )
  const indexes = await rows<{ table: string; def: string }>(
    client,
    `
    select c.relname as table, pg_get_indexdef(i.indexrelid) as def from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OWN} and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname, 2`,
  )
  const views = await rows<{ name: string; def: string }>(
    client,
    `select c.relname as name, pg_get_viewdef(c.oid) as def from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'v' and ${OWN} order by 1`,
  )
  const hint = hints(migrations)
  const tables = [...new Set(columns.map((column) => column.table))].filter((table) => hint.has(table))
  return {
    schema: [
      ...tables.map((t) => tableSql(t, hint.get(t)!, columns, constraints, indexes)),
      ...views.map(({ name, def }) => `create view ${name} as\n${def}\n`),
    ].join('\n'),
    types: typesOf(tables, columns),
  }
}

const rows = async <R extends pg.QueryResultRow>(client: pg.Client | pg.PoolClient, text: string) =>
  (await client.query<R>(text)).rows

function tableSql(
  table: string,
  hint: string,
  columns: Column[],
  constraints: { table: string; def: string }[],
  indexes: { table: string; def: string }[],
) {
  const own = columns
    .filter((c) => c.table === table)
    .map((c) => {
      const given = c.identity ? ' generated always as identity' : c.default ? ` default ${c.default}` : ''
      return `  ${c.name} ${c.type}${c.not_null ? ' not null' : ''}${given}`
    })
  const bound = constraints.filter((c) => c.table === table).map((c) => `  ${c.def}`)
  const indexed = indexes
    .filter((i) => i.table === table)
    .map((i) => `${i.def.replace(/ public\./g, ' ')};\n`)
  return `-- distribute: ${hint}\ncreate table ${table} (\n${[...own, ...bound].join(',\n')}\n);\n${indexed.join('')}`
}

const scalar = new Map([
  ['bigint', 'number'],
  ['integer', 'number'],
  ['smallint', 'number'],
  ['numeric', 'number'],
  ['double precision', 'number'],
  ['real', 'number'],
  ['boolean', 'boolean'],
  ['text', 'string'],
  ['date', 'string'],
  ['bytea', 'Buffer'],
  ['jsonb', 'Json'],
  ['uuid', 'string'],
])

function typeOf(column: Column): string {
  const array = column.type.endsWith('[]')
  const name = column.type.replace(/\[\]$/, '').replace(/\(.*?\)/, '')
  const plain = name.startsWith('timestamp') ? 'Instant' : (scalar.get(name) ?? 'unknown')
  const type = array ? `${plain}[]` : plain
  const nullable = column.not_null ? type : `${type} | null`
  return column.default || column.identity ? `Generated<${nullable}>` : nullable
}

const pascal = (table: string) => table.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase())

function typesOf(tables: string[], columns: Column[]): string {
  const one = (table: string) =>
    `export interface ${pascal(table)} {\n${columns
      .filter((c) => c.table === table)
      .map((c) => `  ${c.name}: ${typeOf(c)}`)
      .join('\n')}\n}\n`
  return `// Generated from the migrated database by \`npm run generate\`. Do not edit.
import type { ColumnType, Generated } from 'kysely'

export type Instant = ColumnType<string, string | Date, string | Date>
export type Json = ColumnType<unknown, unknown, unknown>

${tables.map(one).join('\n')}
export interface DB {
${tables.map((table) => `  ${table}: ${pascal(table)}`).join('\n')}
}
`
}

/** Rewrites the two files; run with DATABASE_URL of a migrated database, or by `npm run generate`. */
export async function writeGenerated(generated: Generated): Promise<void> {
  await writeFile(new URL('schema.sql', import.meta.url), generated.schema)
  await writeFile(new URL('types.gen.ts', import.meta.url), generated.types)
}
