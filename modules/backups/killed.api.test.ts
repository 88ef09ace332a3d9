import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { furnish } from '../testing.world.ts'
import { backupToFile } from './archive/file.ts'
import { openArchive } from './archive/read.ts'
import { writeArchive } from './archive/write.ts'
import { type Place, place, schemaOf, sums } from './testing.ts'

// kill -9, as the out-of-memory killer or a power button does it, at every stage of a backup and of a restore.
const CLI = join(import.meta.dirname, '../../apps/cli.ts')
let at: Place
let house: TestHouse
before(async () => {
  at = await place()
  house = await testHouse(modules, { config: testConfig({ home: at.folder }) })
  await furnish(house)
  await house.house.pool.query(
    `insert into product (source, code, name, created_at, updated_at)
     select 'bulk', 'P' || i, repeat(md5(i::text), 4), now(), now() from generate_series(1, 60000) i`,
  )
})
after(async () => {
  await house.close()
  await at.end()
})

const surroundings = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => value !== undefined && !/^(GUANXI_|DATABASE_URL|NODE_TEST)/.test(name),
    ),
  ) as Record<string, string>

/** `guanxi …` on the test's database, as an external one. */
function guanxi(...words: string[]): {
  child: ChildProcess
  ended: Promise<number | null>
  said: () => string
} {
  const env = { ...surroundings(), LANG: 'C', GUANXI_HOME: at.folder, DATABASE_URL: house.database.owner }
  const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream!.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  return { child, ended: new Promise((done) => child.once('close', done)), said: () => said }
}

async function until(
  what: () => Promise<boolean> | boolean,
  running: { child: ChildProcess; said(): string },
): Promise<void> {
  for (const since = Date.now(); !(await what()); await sleep(3)) {
    assert.equal(running.child.exitCode, null, `it ended before it was killed: ${running.said()}`)
    assert.ok(Date.now() - since < 60_000, `never came that far: ${running.said()}`)
  }
}

test('a backup that is killed leaves no file of that name; the next one is whole', async () => {
  const path = at.file('killed.zip')
  for (let round = 0; round < 3; round++) {
    const running = guanxi('backup', path)
    await until(() => existsSync(`${path}.part`), running)
    await sleep(round * 60)
    running.child.kill('SIGKILL')
    await running.ended
    assert.equal(existsSync(path), false)
  }
  const { ended, said } = guanxi('backup', path)
  assert.equal(await ended, 0, said())
  assert.equal(existsSync(`${path}.part`), false)
  const archive = await openArchive(path, house.house.seal_key)
  assert.ok(archive.manifest.rows > 60_000)
  await archive.close()
})

test('a backup whose connection dies at any moment fails, and nothing else does', async () => {
  const cut = async () => {
    await house.house.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test alone'`,
    )
    await sleep(20)
  }
  // As each table's rows begin, in their midst, and between two tables.
  const moments: number[] = []
  let pieces = 0
  let tables = 0
  await writeArchive(house.house, async (bytes) => {
    const begins = bytes.length > 4 && bytes.readUInt32LE(0) === 0x0403_4b50
    if (begins && tables++ % 8 === 1) moments.push(pieces - 1, pieces, pieces + 1)
    pieces++
  })
  assert.ok(moments.length > 12)
  for (const moment of moments) {
    let at = 0
    await assert.rejects(
      // A disk answers in a later turn, not in this one.
      writeArchive(house.house, () => (at++ === moment ? cut() : new Promise(setImmediate))),
      `at ${moment} of ${pieces}`,
    )
  }
})

test('a restore that is killed while it loads or builds leaves the house whole as it was', async () => {
  const path = at.file('smaller.zip')
  await backupToFile(house.house, path)
  await house.house.pool.query(
    `insert into product (source, code, name, created_at, updated_at) values ('after', 'X', 'after the backup', now(), now())`,
  )
  const before = await sums(house.database.owner)
  const schema = await schemaOf(house.database.owner)
  const looker = new pg.Client({ connectionString: house.database.owner })
  await looker.connect()
  const sign = async () => {
    const { rows } = await looker.query<{ name: string }>(
      `select application_name as name from pg_stat_activity where datname = current_database() and starts_with(application_name, 'guanxi restore')`,
    )
    return rows[0]?.name.split(' ') ?? []
  }
  try {
    for (const stage of ['resting', 'rows', 'indexes']) {
      const running = guanxi('restore', path, '--replace')
      const order = ['resting', 'rows', 'indexes', 'finishing']
      await until(async () => order.indexOf((await sign())[3] ?? '') >= order.indexOf(stage), running)
      running.child.kill('SIGKILL')
      await running.ended
      // PostgreSQL notices at its next look at the socket that nobody is there, and takes everything back.
      for (const since = Date.now(); (await sign()).length > 0 && Date.now() - since < 30_000; )
        await sleep(20)
      assert.deepEqual(await sums(house.database.owner), before, stage)
      assert.deepEqual(await schemaOf(house.database.owner), schema, stage)
    }
    const { ended, said } = guanxi('restore', path, '--replace')
    assert.equal(await ended, 0, said())
    const { rows } = await looker.query(`select count(*)::int as n from product where source = 'after'`)
    assert.equal(rows[0].n, 0)
  } finally {
    await looker.end()
  }
})
