import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { systemCtx } from '../kernel/ctx.ts'
import { grantApp, type Migration, MigrationError, migrate, readMigrations } from '../kernel/migrate.ts'
import { houseOver, type TestDatabase, testDatabase, testHouse } from '../kernel/testing.ts'
import { verifyAudit } from '../kernel/verify.ts'
import { migrateJobs, startWorker } from '../kernel/worker.ts'
import { modules } from '../modules/index.ts'
import { parties } from '../modules/parties/contract.ts'
import { listParties } from '../modules/parties/list/page.ts'
import { showSystem } from '../modules/system/show.ts'

// An update of Guanxi: the schema moves under data that are there, and under processes that still run the version before.
const now = new Date()
const migrations = await readMigrations()

async function connected<R>(url: string, work: (client: pg.Client) => Promise<R>): Promise<R> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const emptied = ({ owner }: TestDatabase) =>
  connected(owner, (client) =>
    client.query('drop schema graphile_worker cascade; drop schema public cascade; create schema public'),
  )

// What a house of the first schema holds: a company, two parties, what hangs on them, an order with its lines.
const firstData = `
insert into setting values ('company_name', '"长江贸易"'), ('base_currency', '"CNY"'), ('time_zone', '"Asia/Shanghai"');
insert into unit (unit_id, parent_id, kind, name, created_at) values (1, null, 'headquarters', '总部', now());
insert into role (role_id, code, name_zh, name_en, grants, created_at) values (2, 'old', '旧', 'Old', '{"parties:read": "all"}', now());
insert into party (party_id, kind, name, unit_id, created_at, updated_at) values (101, 'organisation', '上海船务', 1, now(), now()), (102, 'person', 'Ann Lee', 1, now(), now());
insert into party_role (party_id, party_role_id, role, since) values (101, 103, 'customer', '2020-01-01'), (102, 104, 'supplier', '2021-01-01');
insert into contact_point (party_id, contact_point_id, home_party_id, kind, value, value_key, created_at) values (102, 105, 102, 'email', 'ann@lee.example', 'ann@lee.example', now());
insert into external_id (source, value, party_id, created_at) values ('erp', 'A-1', 101, now());
insert into party_list (party_id, unit_id, live, name, name_romanised, name_sort, kind, roles, tags, created_at, version, marks, search_text, search_chars, search_contact)
values (101, 1, true, '上海船务', '', 'shang hai', 'organisation', '{customer}', '{}', now(), 1, 0, '', '{}', ''), (102, 1, true, 'Ann Lee', '', 'ann lee', 'person', '{supplier}', '{}', now(), 1, 0, '', '{}', '');
insert into party_count (label, unit_id, delta) values ('all', 1, 2);
insert into audit (party_id, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
select 101, 9000 + i, now(), 'system', 0, 'r', 'parties.updated', 'party', 101, sha256(salt || convert_to(payload::text, 'UTF8')), salt, payload
from generate_series(1, 50) i, lateral (select uuid_send(gen_random_uuid()) as salt, jsonb_build_object('name', 'n' || i) as payload) p;
insert into outbox (at, name, payload, audit_ids) select at, '', '{}', array[audit_id] from audit;`

type Columns = Record<string, string[]>
async function columnsOf(client: pg.Client): Promise<Columns> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `select table_name::text as table, array_agg(column_name::text order by ordinal_position) as columns from information_schema.columns
     join pg_class c on c.relname = table_name and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     where table_schema = 'public' and table_name <> 'schema_migration' group by 1 order by 1`,
  )
  return Object.fromEntries(rows.map((row) => [row.table, row.columns]))
}

/** What the tables hold in the columns that the earlier version knows. */
async function contents(client: pg.Client, columns: Columns): Promise<Record<string, string>> {
  const held: Record<string, string> = {}
  for (const [table, names] of Object.entries(columns)) {
    const { rows } = await client.query(
      `select ${names.map((name) => `"${name}"`).join(', ')} from ${table} t order by t::text`,
    )
    held[table] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`
  }
  return held
}

test('a house of the first schema comes through every later one with its data as they were, and works', async () => {
  const database = await testDatabase(now)
  try {
    await emptied(database)
    await migrate(database.owner, migrations.slice(0, 1), now)
    await connected(database.owner, async (client) => {
      await client.query(firstData)
      const known = await columnsOf(client)
      const before = await contents(client, known)
      assert.match(before['party']!, /^2 /)
      for (let upTo = 2; upTo <= migrations.length; upTo++) {
        await migrate(database.owner, migrations.slice(0, upTo), now)
        assert.deepEqual(await contents(client, known), before, migrations[upTo - 1]!.name)
      }
    })
    await migrateJobs(database.owner)
    await grantApp(database.owner, 'guanxi_app')
    const house = await houseOver(database)
    const ctx = systemCtx(house)
    const { items } = await listParties(ctx, { query: {} })
    assert.deepEqual(items.map((row) => row.name).sort(), ['Ann Lee', '上海船务'])
    const worker = await startWorker(house, modules, () => systemCtx(house))
    while ((await showSystem(ctx)).seal.waiting > 0) await new Promise((done) => setTimeout(done, 50))
    await worker.stop()
    assert.equal((await verifyAudit(house)).ok, true)
    await house.end()
  } finally {
    await database.drop()
  }
})

const next = (number: number, text: string): Migration => ({
  number,
  name: `${number}_next.sql`,
  text,
  checksum: createHash('sha256').update(text).digest('hex'),
})
const expand = next(
  9001,
  'alter table party add column motto text;\ncreate table motto_seen (party_id bigint primary key, times bigint not null default 0);\n',
)
const contract = next(9002, 'alter table party drop column motto;\ndrop table motto_seen;\n')

test('web and worker of one version work on while the next one expands the schema; the older does not start again', async () => {
  const old = await testHouse(modules)
  const worker = await startWorker(old.house, modules, () => old.ctx())
  try {
    const api = old.as().api(parties)
    const { rows } = await old.house.pool.query(
      `insert into unit (kind, name, created_at) values ('headquarters', 'HQ', now()) returning unit_id`,
    )
    const { unit_id } = rows[0]
    let made = 0
    let stopping = false
    const writing = (async () => {
      for (; !stopping; made++) await api.create({ body: { kind: 'person', name: `Old ${made}`, unit_id } })
    })()
    while (made < 20) await new Promise((done) => setTimeout(done, 10))
    await migrate(old.database.owner, [...migrations, expand], now)
    await grantApp(old.database.owner, 'guanxi_app')
    const atExpand = made
    while (made < atExpand + 20) await new Promise((done) => setTimeout(done, 10))
    stopping = true
    await writing
    // The next version writes beside it, and each reads what the other wrote.
    await old.house.pool.query("update party set motto = '诚信' where name = 'Old 1'")
    assert.equal((await api.list({ query: { q: 'Old 1' } })).items[0]!.name, 'Old 1')
    assert.equal((await api.list({ query: { limit: 1 } })).count, made)
    const queued = async () => (await old.house.pool.query('select count(*)::int as n from outbox')).rows[0].n
    while ((await queued()) > 0) await new Promise((done) => setTimeout(done, 50))
    await assert.rejects(migrate(old.database.owner, migrations, now), (error) => {
      assert.ok(error instanceof MigrationError)
      return /9001_next\.sql.*start a newer version/.test(error.message)
    })
    await migrate(old.database.owner, [...migrations, expand, contract], now)
    assert.equal((await api.list({ query: { limit: 1 } })).count, made)
  } finally {
    await worker.stop()
    await old.close()
  }
})

test('every migration after the first only expands, so that the version before can still run', () => {
  const narrowing =
    /\bdrop (table|column|type|sequence)\b|\brename\b|\balter column\b|\bset not null\b|\bset data type\b|\badd (column )?(?!constraint)\w+ [^,;]*not null(?![^,;]*default)/i
  const wrong = migrations.slice(1).flatMap(({ name, text }) =>
    text
      .replace(/--[^\n]*/g, '')
      .split(';')
      .filter((sql) => /\balter table\b|\bdrop\b/i.test(sql) && narrowing.test(sql))
      .map((sql) => `${name}: ${sql.trim()}`),
  )
  assert.deepEqual(wrong, [])
})

test('a table that somebody else keeps beside ours stops no start', async () => {
  const database = await testDatabase()
  try {
    const beside = new URL(database.superuser)
    beside.pathname = new URL(database.owner).pathname
    await connected(beside.href, (client) =>
      client.query(
        'create table public.spatial_ref_sys (srid int, id serial); create view public.theirs as select 1 as n',
      ),
    )
    await grantApp(database.owner, 'guanxi_app')
    await connected(database.app, (client) => client.query('select count(*) from party'))
  } finally {
    await database.drop()
  }
})
