import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { record } from '../../kernel/audit.ts'
import type { ApiError } from '../../kernel/client.ts'
import { atomically } from '../../kernel/ctx.ts'
import { testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { system } from './contract.ts'
import { mailErrors } from './jobs.ts'
import { mailServer } from './testing.ts'

const house = await testHouse(modules)
after(() => house.close())
const api = house.as().api(system)
const query = (text: string, values: unknown[] = []) => house.house.pool.query(text, values)
await query(
  `insert into setting values ('company_name', '"长江贸易"'), ('time_zone', '"Asia/Shanghai"') on conflict do nothing`,
)
const refused = (code: string) => (error: unknown) => (error as ApiError).problem.code === code
const runJob = () => mailErrors.run(house.ctx({ zone: 'UTC' }), {}, null)

describe('the system page', () => {
  test('says what doctor says, in the language asked for, with the figures behind it', async () => {
    const shown = await api.show()
    const findings = new Map(shown.findings.map((one) => [one.check, one]))
    assert.equal(findings.get('encoding')?.state, 'ok')
    assert.equal(findings.get('backup')?.state, 'warn')
    assert.match(findings.get('backup')!.message, /no backup yet/)
    assert.ok(shown.database.bytes > 1_000_000 && shown.disk.total_bytes > shown.disk.free_bytes)
    assert.ok(shown.database.tables.some((table) => table.name === 'audit'))
    const chinese = await house
      .as()
      .send({ method: 'GET', url: '/api/v1/system', headers: { 'accept-language': 'zh-CN' } })
    assert.match(await chinese.text(), /还没有备份/)
  })

  test('a backup that differs from the house, an old one, a job that waits with no worker: each is said', async () => {
    await query(
      `insert into backup (file, origin, state, taken_at, created_at, verified, verified_at) values ('a.zip', 'nightly', 'done', now() - interval '5 days', now() - interval '5 days', false, now())`,
    )
    await query(
      `insert into job_run (job, state, created_at, updated_at) values ('parties.rebuild_list', 'waiting', now() - interval '1 hour', now())`,
    )
    const { findings, troubles } = await api.show()
    const state = (check: string) => findings.find((one) => one.check === check)?.state
    assert.deepEqual([state('backup'), state('restore_check'), state('jobs')], ['warn', 'bad', 'bad'])
    assert.equal(troubles[0]!.kind, 'check')
    await query('delete from backup')
    await query('delete from job_run')
  })

  test('a backup taken in a terminal, into a file of whoever took it, is a backup', async () => {
    const ctx = house.ctx()
    await atomically({ ...ctx, who: { ...ctx.who, kind: 'cli' } }, (ctx) =>
      record(ctx, { action: 'backups.taken', subject: 'backup', subject_id: 0, event: false }),
    )
    const { findings, backup } = await api.show()
    assert.equal(findings.find(({ check }) => check === 'backup')?.state, 'ok')
    assert.ok(backup.taken_at)
  })

  test('a fault inside is remembered once per kind, with how often, and without what a person wrote', async () => {
    const odd = await testHouse([
      ...modules.map((module) =>
        module.name === 'jobs'
          ? {
              ...module,
              handlers: {
                ...module.handlers,
                list: async () => {
                  await house.house.pool.query("do $$ begin raise exception 'secret@person.example'; end $$")
                },
              },
            }
          : module,
      ),
    ])
    try {
      const { send } = odd.as()
      for (let i = 0; i < 3; i++)
        assert.equal((await send({ method: 'GET', url: '/api/v1/jobs', headers: {} })).status, 500)
      const { troubles } = await odd.as().api(system).show()
      assert.equal(troubles.length, 1)
      const [fault] = troubles
      assert.deepEqual([fault!.kind, fault!.what, fault!.times], ['fault', 'GET /api/v1/jobs', 3])
      assert.match(fault!.message, /PostgreSQL P0001/)
      assert.doesNotMatch(JSON.stringify(fault), /secret/)
    } finally {
      await odd.close()
    }
  })
})

describe('mail about errors', () => {
  test('settings are checked, the password is kept sealed and never shown, and does not follow to another server', async () => {
    await assert.rejects(api.changeMail({ body: { errors: true } }), refused('system.mail_incomplete'))
    const kept = await api.changeMail({
      body: {
        host: '127.0.0.1',
        port: 25,
        security: 'none',
        user: 'guanxi@mail.example',
        password: 'hunter22',
        to: ['ops@mail.example'],
      },
    })
    assert.equal(kept.has_password, true)
    const { rows } = await query("select value::text from setting where key = 'mail'")
    assert.doesNotMatch(rows[0].value + JSON.stringify(kept), /hunter22/)
    const { rows: told } = await query('select payload::text from audit where action = $1', [
      'system.mail_changed',
    ])
    assert.doesNotMatch(JSON.stringify(told), /hunter22/)
    assert.equal((await api.changeMail({ body: { host: 'other.example' } })).has_password, false)
  })

  test('a test mail arrives, or says why not', async () => {
    const server = await mailServer()
    await api.changeMail({
      body: { host: '127.0.0.1', port: server.port, user: '', from: 'guanxi@mail.example' },
    })
    const sent = await api.testMail({ body: {} })
    assert.ok(sent.sent_at)
    assert.deepEqual(server.letters[0]!.to, ['ops@mail.example'])
    await server.close()
    await assert.rejects(api.testMail({ body: {} }), refused('system.mail_failed'))
    assert.ok((await api.mail()).failed)
  })

  test('what went wrong is mailed once, together, and what a server refused is mailed again', async () => {
    const broken = await mailServer({ refuses: true })
    await api.changeMail({ body: { port: broken.port, errors: true } })
    await query(
      `insert into job_run (job, state, error, created_at, updated_at, finished_at)
       select 'imports.run', 'failed', '{"zh":"文件有问题","en":"The file is broken"}', now(), now(), now() + i * interval '1 ms' from generate_series(1, 3) i`,
    )
    await runJob()
    assert.equal(broken.letters.length, 0)
    await broken.close()
    const server = await mailServer()
    await api.changeMail({ body: { port: server.port } })
    await runJob()
    await runJob()
    assert.equal(server.letters.length, 1)
    const letter = server.letters[0]!.text
    assert.match(letter, /Message-ID: <[0-9a-f]{32}@mail\.example>/i)
    await server.close()
  })
})
