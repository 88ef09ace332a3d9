import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { databaseOf, dropDatabase } from '../../kernel/db.ts'
import { migrate, readMigrations } from '../../kernel/migrate.ts'
import { binariesFor, startEmbedded } from '../../kernel/postgres/index.ts'
import { relayBatch } from '../../kernel/relay.ts'
import { houseOver, type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { verifyAudit } from '../../kernel/verify.ts'
import { migrateJobs } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { furnish } from '../testing.world.ts'
import { backupToFile } from './archive/file.ts'
import { openArchive } from './archive/read.ts'
import { restoreArchive } from './archive/restore.ts'
import { awkward, emptyHouse, type Place, place, sums } from './testing.ts'

// A backup comes back elsewhere: into another PostgreSQL, from an older Guanxi, and out of a house that never stops.
let at: Place
let source: TestHouse
before(async () => {
  at = await place()
  source = await testHouse(modules, { config: testConfig({ home: at.folder }) })
  await furnish(source)
  await awkward(source.house)
})
after(async () => {
  await source.close()
  await at.end()
})

async function restoreFrom(path: string, into: Parameters<typeof restoreArchive>[0], how = {}) {
  const opened = await openArchive(path, into.seal_key)
  try {
    return await restoreArchive(into, opened, how)
  } finally {
    await opened.close()
  }
}
const quiet = { debug() {}, info() {}, warn() {} }

test('from PostgreSQL 15 to 18 and from 18 to 15, there and back, every table is equal', async () => {
  const ours = Number(
    (await source.house.pool.query<{ n: string }>(`select current_setting('server_version_num') as n`))
      .rows[0]!.n,
  )
  const other = ours >= 160_000 ? '15' : '18'
  const binaries = binariesFor(other)
  if (!binaries) throw new Error(`needs PostgreSQL ${other}: \`npm test\` installs it`)
  const home = at.file(`postgres ${other}`)
  const server = await startEmbedded({ home, log: quiet, fsync: false, binaries })
  const there = at.file('there.zip')
  const back = at.file('back.zip')
  try {
    await backupToFile(source.house, there)
    await migrate(server.urls.owner, await readMigrations(), new Date())
    await migrateJobs(server.urls.owner)
    const house = await houseOver(
      { app: server.urls.owner, owner: server.urls.owner },
      { config: testConfig({ home }) },
    )
    try {
      assert.match(house.database.version, new RegExp(`^${other}`))
      const { differences } = await restoreFrom(there, house, { bare: true, compared: true })
      assert.deepEqual(differences, [])
      await backupToFile(house, back)
    } finally {
      await house.end()
    }
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
  const target = await emptyHouse(at.folder)
  try {
    const { differences } = await restoreFrom(back, target.house, { bare: true, compared: true })
    assert.deepEqual(differences, [])
    assert.deepEqual(await sums(target.database.owner), await sums(source.database.owner))
  } finally {
    await target.end()
  }
})

test('a backup of the first schema is restored and brought up to this version', async () => {
  const owner = new pg.Client({ connectionString: source.database.owner })
  await owner.connect()
  const name = `old_${process.pid}`
  const url = databaseOf(source.database.owner, name)
  const path = at.file('first.zip')
  try {
    await owner.query(`create database ${name}`)
    await migrate(url, (await readMigrations()).slice(0, 1), new Date())
    await migrateJobs(url)
    const old = await houseOver({ app: url, owner: url }, { config: testConfig({ home: at.folder }) })
    await old.pool.query(`insert into unit (kind, name, created_at) values ('headquarters', '老公司', now())`)
    await old.pool.query(`insert into setting values ('company_name', '"老公司"')`)
    await old.pool.query(
      `insert into party (kind, name, unit_id, created_at, updated_at) select 'organisation', '客户 ' || i, unit_id, now(), now() from unit, generate_series(1, 50) i`,
    )
    await backupToFile(old, path)
    await old.end()
  } finally {
    await dropDatabase(owner, name)
    await owner.end()
  }
  const target = await emptyHouse(at.folder)
  try {
    await restoreFrom(path, target.house)
    const { rows } = await target.house.pool.query(
      `select (select count(*)::int from party) as parties, (select max(number) from schema_migration) as newest,
              (select value #>> '{}' from setting where key = 'company_name') as company, (select count(*)::int from role) as roles`,
    )
    const newest = (await readMigrations()).at(-1)!.number
    assert.deepEqual(
      { ...rows[0], roles: rows[0].roles > 5 },
      { parties: 50, newest, company: '老公司', roles: true },
    )
    await relayBatch(target.house.pool, target.house.seal_key, [])
    assert.deepEqual((await verifyAudit(target.house)).broken, [])
  } finally {
    await target.end()
  }
})

test('taken while people write, it is one moment: every order with its lines, every record with its party', async () => {
  const world = await furnish(source)
  const speaker = source.as({ id: world.me.user_id, unit_id: world.mine.unit_id })
  let stop = false
  let written = 0
  const writer = async (n: number) => {
    for (let i = 0; !stop; i++) {
      const post = async (url: string, body: unknown) => {
        const answer = await speaker.send({
          method: 'POST',
          url: `/api/v1${url}`,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
        assert.equal(answer.status, 201)
        return ((await answer.json()) as { id: number }).id
      }
      const party_id = await post('/parties', {
        kind: 'organisation',
        name: `写 ${n}-${i}`,
        roles: [{ role: 'customer' }],
      })
      const line = { quantity: 1, price_micro: 1_000_000, description: 'x' }
      const lines = Array.from({ length: 1 + (i % 5) }, () => line)
      const ordered_at = '2026-01-01T00:00:00.000Z'
      await post('/orders', {
        party_id,
        source: 'load',
        number: `${n}-${i}`,
        ordered_at,
        currency: 'GBP',
        lines,
      })
      written++
    }
  }
  const writers = Promise.all([0, 1].map(writer))
  const target = await emptyHouse(at.folder)
  try {
    for (const round of [1, 2]) {
      const before = written
      while (written < before + 5) await new Promise((done) => setTimeout(done, 20))
      if (round === 2) await relayBatch(source.house.pool, source.house.seal_key, [])
      const path = at.file(`load-${round}.zip`)
      await backupToFile(source.house, path)
      await restoreFrom(path, target.house, { replace: true })
      const { rows } = await target.house.pool.query(`
        select (select count(*)::int from orders o where line_count <> (select count(*) from order_line l where l.party_id = o.party_id and l.order_id = o.order_id)) as torn,
               (select count(*)::int from order_line l where not exists (select from orders o where o.party_id = l.party_id and o.order_id = l.order_id)) as homeless,
               (select count(*)::int from order_key k where not exists (select from orders o where o.order_id = k.order_id)) as keys,
               (select count(*)::int from audit a where a.party_id <> 0 and not exists (select from party p where p.party_id = a.party_id)) as records,
               (select count(*)::int from party p where p.merged_into is null and not exists (select from party_listed l where l.party_id = p.party_id)) as unlisted`)
      assert.deepEqual(rows[0], { torn: 0, homeless: 0, keys: 0, records: 0, unlisted: 0 })
      assert.deepEqual((await verifyAudit(target.house)).broken, [])
    }
    assert.ok(written > 9)
  } finally {
    stop = true
    await writers
    await target.end()
  }
})
