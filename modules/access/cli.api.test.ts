import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCtx } from '../../kernel/ctx.ts'
import { Refusal } from '../../kernel/refuse.ts'
import { cliActor, createKey, createUser } from './cli.ts'
import { sweep } from './jobs.ts'
import { module } from './module.ts'
import { knowModules } from './permissions.ts'
import { createSetupToken } from './setup.ts'
import { accessHouse, Browser, founding, PASSWORD, ROOT } from './testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
before(async () => {
  house = await accessHouse({ founded: false })
})
after(async () => {
  knowModules([module])
  await house.close()
})

const cli = async () => systemCtx(house.house, { who: await cliActor(house.house, [module]) })
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Refusal, String(error))
  return error.code
}

test('two first commands at once found one house', async () => {
  const [a, b] = await Promise.all([cliActor(house.house, [module]), cliActor(house.house, [module])])
  assert.equal(a.unit_id, b.unit_id)
  const { rows } = await house.house.pool.query(
    'select (select count(*) from unit) as units, (select count(*) from role) as roles',
  )
  assert.deepEqual(rows, [{ units: 1, roles: 11 }])
  const audit = await house.house.pool.query('select distinct actor_kind from audit')
  assert.deepEqual(audit.rows, [{ actor_kind: 'cli' }])
})

test('a key made before set-up works, and set-up still comes and names the company', async () => {
  const made = await createKey(await cli(), { role: 'administrator', name: 'nightly' })
  const robot = new Browser(house.app)
  robot.headers = { authorization: `Bearer ${made.key}` }
  assert.equal((await robot.access.units()).items.length, 1)
  const token = await createSetupToken(house.house)
  const view = house.root.took(await house.root.access.setup({ body: founding(token!) }))
  assert.deepEqual([view.company.name, view.user.unit_name], ['华东机电', '华东机电'])
})

test('a user is made with a password or with an invitation, and told what is wrong', async () => {
  const ctx = await cli()
  const made = await createUser(ctx, {
    email: 'A@b.example',
    name: '甲',
    role: 'auditor',
    password: PASSWORD,
  })
  assert.deepEqual([made.email, made.invitation], ['a@b.example', null])
  await house.browser().signIn('a@b.example')
  const invited = await createUser(ctx, {
    email: 'c@b.example',
    name: '乙',
    role: 'auditor',
    unit: '华东机电',
  })
  assert.match(invited.invitation!, /^[\w-]{43}$/)
  const user = { email: 'd@b.example', name: '丙', role: 'auditor' }
  assert.equal(await refusal(createUser(ctx, { ...user, email: 'nobody' })), 'access.email_bad')
  assert.equal(await refusal(createUser(ctx, { ...user, email: 'a@b.example' })), 'access.email_taken')
  assert.equal(await refusal(createUser(ctx, { ...user, role: 'king' })), 'access.role_unknown')
  assert.equal(await refusal(createUser(ctx, { ...user, unit: '火星' })), 'access.unit_unknown')
  assert.equal(await refusal(createUser(ctx, { ...user, password: 'short' })), 'access.password_short')
  assert.equal(await refusal(createKey(ctx, { name: ' ', role: 'auditor' })), 'access.name_bad')
})

test('a version with new permissions teaches them to the starting roles and leaves edits alone', async () => {
  const roleOf = async (code: string) =>
    (await house.root.access.roles()).items.find((role) => role.code === code)!
  const analyst = await roleOf('analyst')
  const { 'users:read': _none, 'parties:read': _taken, ...grants } = analyst.grants
  await house.root.access.patchRole({ params: { id: analyst.role_id }, body: { grants } })
  const may = (code: 'visits:read' | 'visits:write' | 'parties:read') => ({
    ...module.routes['users']!,
    may: code,
  })
  const routes = { ...module.routes, a: may('visits:read'), b: may('visits:write'), c: may('parties:read') }
  knowModules([{ ...module, routes }])
  await createSetupToken(house.house)
  assert.equal((await roleOf('administrator')).grants['visits:write'], 'all')
  assert.equal((await roleOf('auditor')).grants['visits:read'], 'all')
  assert.equal('visits:write' in (await roleOf('auditor')).grants, false)
  assert.equal('visits:read' in (await roleOf('director')).grants, false)
  assert.equal((await roleOf('director')).grants['parties:read'], 'all')
  const { version } = await roleOf('administrator')
  await createSetupToken(house.house)
  assert.equal((await roleOf('administrator')).version, version)
})

test('the sweep takes what has lapsed and nothing that still holds', async () => {
  const { user_id } = (await house.root.access.users({ query: { q: 'c@b.example' } })).items[0]!
  await house.root.access.invite({ params: { id: user_id } })
  const left = async () =>
    (
      await house.house.pool.query(`select (select count(*) from session) as sessions, (select count(*) from invitation) as invitations,
        (select count(*) from sign_in_failure) as failures`)
    ).rows[0]
  await house
    .browser()
    .access.signIn({ body: { email: ROOT, password: 'wrong one' } })
    .catch(() => {})
  const before = await left()
  await sweep.run(systemCtx(house.house), {}, null)
  assert.deepEqual(await left(), before)
  house.forward(8 * 86_400_000)
  await house.root.access.session()
  house.forward(8 * 86_400_000)
  await sweep.run(systemCtx(house.house), {}, null)
  assert.deepEqual(await left(), { sessions: 1, invitations: 0, failures: 0 })
})
