import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { House } from '../../kernel/ctx.ts'
import { houseOver, type TestDatabase, testConfig, testDatabase } from '../../kernel/testing.ts'
import { leftOut, tablesOf } from './archive/tables.ts'

export type Place = { folder: string; file(name: string): string; end(): Promise<void> }
export async function place(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'guanxi backups '))
  return {
    folder,
    file: (name) => join(folder, name),
    end: () => rm(folder, { recursive: true, force: true }),
  }
}

export type EmptyHouse = {
  house: House & { end(): Promise<void> }
  database: TestDatabase
  end(): Promise<void>
}
/** A migrated database in which nobody did anything, with a home of its own. */
export async function emptyHouse(home: string, seal_key?: Buffer): Promise<EmptyHouse> {
  const database = await testDatabase()
  const house = await houseOver(database, { config: testConfig({ home }) })
  return {
    house: seal_key ? { ...house, seal_key } : house,
    database,
    end: async () => {
      await house.end()
      await database.drop()
    },
  }
}

/** Every table's rows as one number each: order does not matter, a byte does. */
export async function sums(
  owner: string,
  except: readonly string[] = Object.keys(leftOut),
): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: owner })
  await client.connect()
  try {
    await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'`)
    const found: Record<string, string> = {}
    for (const { name, columns } of await tablesOf(client)) {
      if (except.includes(name)) continue
      // Whole rows as text: null and empty read apart, columns by name.
      const row = columns.map((column) => `coalesce('x' || "${column}"::text, 'null')`).sort()
      const { rows } = await client.query<{ n: string; sum: string }>(
        `select count(*) as n, md5(coalesce(string_agg(md5(concat_ws(chr(31), ${row.join(', ')})), '' order by md5(concat_ws(chr(31), ${row.join(', ')}))), '')) as sum from "${name}"`,
      )
      found[name] = `${rows[0]!.n} ${rows[0]!.sum}`
    }
    return found
  } finally {
    await client.end()
  }
}

/** Indexes, constraints and columns as the catalog tells them: a restored schema is the migrated one. */
export async function schemaOf(owner: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: owner })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(`
      select tablename || ': ' || indexdef as line from pg_indexes where schemaname = 'public'
      union all select conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated
        from pg_constraint where connamespace = 'public'::regnamespace
      union all select table_name || '.' || column_name || ' ' || data_type || is_nullable || coalesce(column_default, '')
        from information_schema.columns where table_schema = 'public'
      union all select relname || ' ' || coalesce(array_to_string(array(select x::text from unnest(relacl) x order by 1), ','), '')
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'S')
      order by 1`)
    return rows.map((row) => row.line)
  } finally {
    await client.end()
  }
}

/** What trips up whoever writes CSV by hand. */
export async function awkward(house: House): Promise<void> {
  const marker = randomBytes(4).toString('hex')
  const texts = [
    '',
    '\\.',
    '\\N',
    'NULL',
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\\.\n\\.',
    ' 关系 ',
    '=1+1',
    '\t',
    '\u{1f600}',
    '\u2028',
    "'; drop table party; --",
  ]
  for (const [i, text] of texts.entries())
    await house.pool.query(
      `insert into product (source, code, name, sales_unit, unit_cost_micro, cost_currency, created_at, updated_at)
       values ('awkward', $1, $2, $2, $3, $4, '2024-02-29T23:59:59.999Z', '2024-02-29T10:00:00Z')`,
      [`${marker}-${i}`, text, i % 2 ? Number.MAX_SAFE_INTEGER : null, i % 2 ? 'CNY' : null],
    )
  await house.pool.query(`insert into setting values ($1, $2)`, [
    marker,
    JSON.stringify({ 文: [1.0, null, '"', '\\.'], n: 1e300 }),
  ])
  await house.pool.query(
    `insert into currency_rate (base, currency, day, rate) values ('CNY', 'GBP', '0001-01-01', 9.1234567890), ('CNY', 'KWD', '9999-12-31', 23.5)`,
  )
}
