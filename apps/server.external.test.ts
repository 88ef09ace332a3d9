import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type Running, runScript } from '../bench/process.ts'
import { dropDatabase } from '../kernel/db.ts'
import type { Backup } from '../modules/backups/contract.ts'
import type { System } from '../modules/system/contract.ts'
import { type Place, place, until } from './testing.ts'

// A PostgreSQL of the company's own, whose administrator gives Guanxi one database and no more.
const name = `limited_${randomBytes(4).toString('hex')}`
let at: Place
let guanxi: Running
before(async () => {
  at = await place('external', async ({ owner, superuser }) => {
    const admin = new pg.Client({ connectionString: superuser })
    await admin.connect()
    await admin.query(`create role ${name} login nocreatedb nosuperuser nocreaterole password 'limited'`)
    await admin.query(`create database ${name} owner ${name} template template0 encoding 'UTF8'`)
    await admin.end()
    return Object.assign(new URL(owner), { pathname: `/${name}`, username: name, password: 'limited' }).href
  })
  guanxi = await at.start()
})
after(async () => {
  if (!at) return
  await guanxi?.stop()
  const admin = new pg.Client({ connectionString: at.database.superuser })
  await admin.connect()
  await dropDatabase(admin, name)
  await admin.query(`drop role ${name}`)
  await admin.end()
  await at.end()
})

const said = { en: /CREATEDB.*rehearse a restore/, zh: /没有新建数据库的权限（CREATEDB），无法试恢复/ }
const get = async <R>(path: string, language: 'en' | 'zh'): Promise<R> =>
  (await at.ask(guanxi, 'GET', path, { language })).body as R

test('without CREATEDB backups are taken as ever; only the trial restore is refused, in both languages', async () => {
  const { status, body } = await at.ask(guanxi, 'POST', '/backups', { body: '{}' })
  assert.equal(status, 201)
  const path = `/backups/${body['id']}`
  const of = (language: 'en' | 'zh') => get<Backup>(path, language)
  const taken = await until(async () => {
    const row = await of('en')
    return row.state !== 'running' && row
  })
  assert.deepEqual([taken.state, taken.error], ['done', null])
  assert.equal((await at.ask(guanxi, 'POST', `${path}/verify`)).status, 200)
  const { check } = await until(async () => {
    const row = await of('en')
    return row.check && row
  })
  assert.deepEqual([check!.ok, check!.error!.code], [null, 'backups.no_createdb'])
  assert.match(check!.error!.message, said.en)
  assert.match((await of('zh')).check!.error!.message, said.zh)
})

test('the system page says so once, as something to look at, in both languages', async () => {
  for (const language of ['en', 'zh'] as const) {
    const { findings, troubles, backup } = await get<System>('/system', language)
    const found = findings.find(({ check }) => check === 'restore_check')!
    assert.equal(found.state, 'warn')
    assert.match(found.message, said[language])
    assert.match(backup.untried!.message, said[language])
    assert.deepEqual(
      troubles.map(({ kind }) => kind),
      ['check'],
    )
    assert.match(troubles[0]!.message, said[language])
  }
})

test('in the terminal too; and a real restore needs no such right', async () => {
  const file = join(at.home, 'external.zip')
  const backed = await at.guanxi('backup', file)
  assert.equal(backed.code, 0, backed.err)
  assert.ok(existsSync(file))
  for (const [LANG, words] of [
    ['C', said.en],
    ['zh_CN.UTF-8', said.zh],
  ] as const) {
    const tried = await runScript('apps/cli.ts', ['restore', file, '--check'], '', { ...at.env, LANG })
    assert.equal(tried.code, 1)
    assert.match(tried.err, words)
  }
  const restored = await at.guanxi('restore', file, '--replace')
  assert.equal(restored.code, 0, restored.err)
  assert.equal((await at.guanxi('audit', 'verify')).code, 0)
})
