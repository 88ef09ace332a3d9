import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../kernel/client.ts'
import { ApiError } from '../../kernel/client.ts'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { furnish, type World } from '../testing.world.ts'
import { type Backup, backups } from './contract.ts'
import { nightlyJob, verifyJob, weeklyJob } from './jobs.ts'
import { isRestoring } from './live.ts'
import { type Place, place } from './testing.ts'

let at: Place
let house: TestHouse
let world: World
let worker: Worker
let api: Client<typeof backups>
let clock = () => new Date()
before(async () => {
  at = await place()
  house = await testHouse(modules, { config: testConfig({ home: at.folder }), clock: () => clock() })
  world = await furnish(house)
  worker = await startWorker(house.house, modules, () => house.ctx())
  api = house.as({ id: world.me.user_id, unit_id: world.mine.unit_id }).api(backups)
})
after(async () => {
  await worker.stop()
  await house.close()
  await at.end()
})

const code = async (asking: Promise<unknown>): Promise<string> => {
  try {
    await asking
    return 'done'
  } catch (error) {
    return error instanceof ApiError ? error.problem.code : String(error)
  }
}
async function over(id: number): Promise<Backup> {
  for (;;) {
    const row = await api.get({ params: { id } })
    if (row.state !== 'running') return row
    await sleep(50)
  }
}
async function checked(id: number): Promise<NonNullable<Backup['check']>> {
  for (;;) {
    const { check } = await api.get({ params: { id } })
    if (check) return check
    await sleep(50)
  }
}
const folder = () => join(at.folder, 'backups')

test('an administrator takes a backup, tries it, downloads it, brings it again and deletes it', async () => {
  const asked = await api.take({ body: {} })
  assert.equal(asked.state, 'running')
  assert.equal(await code(api.take({ body: {} })), 'backups.under_way')
  const row = await over(asked.id)
  assert.deepEqual(
    [row.state, row.there, row.own_key, row.company, row.origin],
    ['done', true, true, '测试公司', 'person'],
  )
  await api.verify({ params: { id: row.id } })
  const check = await checked(row.id)
  assert.deepEqual([check.ok, check.audit_ok, check.differing, check.rows], [true, true, [], row.rows])

  const file = (await api.download({ params: { id: row.id } })) as unknown as Response
  const bytes = Buffer.from(await file.arrayBuffer())
  assert.deepEqual(bytes, await readFile(join(folder(), row.file)))
  const brought = await api.upload({ query: { name: 'brought.zip' }, stream: bytes })
  assert.deepEqual([brought.origin, brought.rows, brought.taken_at], ['upload', row.rows, row.taken_at])
  assert.equal(await code(api.upload({ query: { name: 'brought.zip' }, stream: bytes })), 'backups.exists')
  assert.equal(
    await code(api.upload({ query: { name: 'half.zip' }, stream: bytes.subarray(0, 9000) })),
    'backups.truncated',
  )
  assert.equal(await code(api.upload({ query: { name: '../x.zip' }, stream: bytes })), 'backups.bad_name')
  assert.equal(
    await code(api.upload({ query: { name: 'text.zip' }, stream: Buffer.from('hello') })),
    'backups.foreign',
  )
  await api.remove({ params: { id: brought.id } })
  assert.deepEqual(
    (await readdir(folder())).filter((name) => name !== row.file),
    [],
  )
})

test('everything is exported as one archive that is a backup', async () => {
  const answer = (await api.everything()) as unknown as Response
  const bytes = Buffer.from(await answer.arrayBuffer())
  const brought = await api.upload({ query: { name: 'everything.zip' }, stream: bytes })
  assert.ok(brought.rows > 50)
  await api.remove({ params: { id: brought.id } })
})

test('who does not see everything gets nothing of it', async () => {
  const row = (await api.list()).items.find(({ there }) => there)!
  const grants = { 'backups:read': 'all', 'backups:write': 'team' } as const
  const narrow = house.as({ grants }).api(backups)
  const masked = house.as({ masks: ['phone'] }).api(backups)
  for (const one of [narrow, masked]) {
    assert.equal(await code(one.take({ body: {} })), 'backups.needs_all')
    assert.equal(await code(one.everything()), 'backups.needs_all')
    assert.equal(await code(one.download({ params: { id: row.id } })), 'backups.needs_all')
    assert.equal(
      await code(one.restore({ params: { id: row.id }, body: { company_name: '测试公司' } })),
      'backups.needs_all',
    )
  }
  const auditor = house.as({ grants: { 'backups:read': 'all' } }).api(backups)
  assert.ok((await auditor.list()).items.length > 0)
  assert.equal(await code(auditor.download({ params: { id: row.id } })), 'kernel.not_allowed')
})

test('a backup that fails says so where everybody looks, and leaves no file', async () => {
  const away = `${folder()}-away`
  await rename(folder(), away)
  await writeFile(folder(), 'a file stands where the folder should')
  const { id } = await api.take({ body: {} })
  const row = await over(id)
  assert.deepEqual([row.state, row.error?.code], ['failed', 'backups.cannot_write'])
  await rm(folder())
  await rename(away, folder())
  await chmod(folder(), 0o700)
  await api.remove({ params: { id } })
})

test('nights: one backup each at its hour; what the settings do not keep is cleared, what a person took stays', async () => {
  await house.house.pool.query(
    `insert into app_user (email, name, role_id, unit_id, created_at, updated_at)
    select 'night@walk.example', 'n', role_id, $1, now(), now() from role limit 1`,
    [world.mine.unit_id],
  )
  await api.change({ body: { nightly: true, hour: 3, keep_daily: 2, keep_weekly: 0, keep_monthly: 0 } })
  assert.equal((await api.settings()).keep_daily, 2)
  const night = async (day: number): Promise<void> => {
    clock = () => new Date(Date.UTC(2027, 0, day, 19, 30)) // 03:30 in Shanghai
    for (const _ of [1, 2]) await nightlyJob.run(house.ctx(), {}, null)
    for (;;) {
      const { items } = await api.list()
      if (items.every(({ state }) => state !== 'running')) return
      await sleep(50)
    }
  }
  try {
    for (const day of [1, 2, 3, 4]) await night(day)
    const days = (items: Backup[]) =>
      items.flatMap(({ origin, taken_at }) => (origin === 'nightly' ? [taken_at!.slice(0, 10)] : []))
    // What is too old goes once the new one is there.
    while (days((await api.list()).items).length > 2) await sleep(50)
    const { items } = await api.list()
    assert.deepEqual(days(items), ['2027-01-04', '2027-01-03'])
    assert.equal(items.filter(({ origin }) => origin === 'person').length, 1)
  } finally {
    clock = () => new Date()
  }
})

test('a trial restore that was refused because another ran is tried again with the next hour, not next week', async () => {
  const { id } = await over((await api.take({ body: {} })).id)
  const runs = async () =>
    (await house.house.pool.query("select count(*)::int as n from job_run where job = 'backups.verify'"))
      .rows[0].n as number
  const inHours = (hours: number) => house.ctx({ now: new Date(Date.now() + hours * 3_600_000) })
  await verifyJob.ended!(
    house.ctx(),
    { backup_id: id },
    {
      kind: 'failed',
      error: { code: 'backups.restoring', details: {}, zh: '', en: '' },
    },
  )
  const before = await runs()
  await weeklyJob.run(inHours(0), {}, null)
  assert.equal(await runs(), before, 'not at once')
  await weeklyJob.run(inHours(1), {}, null)
  assert.equal(await runs(), before + 1)
  const open = "select from job_run where job = 'backups.verify' and state in ('waiting', 'running')"
  while ((await house.house.pool.query(open)).rowCount) await sleep(50)
  await weeklyJob.run(inHours(2), {}, null)
  assert.equal(await runs(), before + 1, 'it was done')
  await api.remove({ params: { id } })
})

test('a restore wants the company’s name, brings everything back, and erases again whom it brought back', async () => {
  const { id: before } = await over((await api.take({ body: {} })).id)
  const me = house.as({ id: world.me.user_id, unit_id: world.mine.unit_id })
  const send = (method: string, url: string, body: unknown) =>
    me.send({
      method,
      url: `/api/v1${url}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const erased = await send('POST', `/parties/${world.mine.party_id}/erase`, {
    ground: 'request',
    confirm: world.mine.marker,
    reference: '',
  })
  assert.equal(erased.status, 200, await erased.text())
  const added = await send('POST', '/parties', {
    kind: 'person',
    name: 'later',
    roles: [{ role: 'customer' }],
  })
  assert.equal(added.status, 201)

  assert.equal(
    await code(api.restore({ params: { id: before }, body: { company_name: '别的公司' } })),
    'backups.wrong_name',
  )
  await worker.stop()
  const asked = await api.restore({ params: { id: before }, body: { company_name: '测试公司' } })
  assert.equal(asked.state, 'running')
  while (isRestoring(house.house)) await sleep(50)
  const told = await api.restoring()
  assert.deepEqual([told.state, told.error], ['done', null])
  const { rows } = await house.house.pool.query(
    `select (select count(*)::int from party where name = 'later') as later,
            (select count(*)::int from party where name = $1) as named, (select erased_at is not null from party where party_id = $2) as erased,
            (select count(*)::int from contact_point where party_id = $2) as contacts,
            (select count(*)::int from backup where backup_id = $3) as listed,
            (select count(*)::int from audit where action = 'backups.restored' and actor_id = $4) as recorded`,
    [world.mine.marker, world.mine.party_id, before, world.me.user_id],
  )
  assert.deepEqual(rows[0], { later: 0, named: 0, erased: true, contacts: 0, listed: 1, recorded: 1 })
  worker = await startWorker(house.house, modules, () => house.ctx())
})

test('files laid into the folder are listed; what is no backup is not', async () => {
  const [first] = (await api.list()).items.filter(({ there }) => there)
  await mkdir(folder(), { recursive: true })
  await writeFile(join(folder(), 'copied.zip'), await readFile(join(folder(), first!.file)))
  await writeFile(join(folder(), 'nonsense.zip'), 'PK nonsense')
  const { items } = await api.list()
  assert.equal(items.find(({ file }) => file === 'copied.zip')?.origin, 'found')
  assert.equal(
    items.find(({ file }) => file === 'nonsense.zip'),
    undefined,
  )
})
