import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { atomically } from '../../kernel/ctx.ts'
import { testConfig } from '../../kernel/testing.ts'
import { cliActor } from './cli.ts'
import { isGuessed, settleCurrency } from './currency.ts'
import { module } from './module.ts'
import { createSetupToken } from './setup.ts'
import { accessHouse, codeOf, founding, PASSWORD, ROOT } from './testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
before(async () => {
  house = await accessHouse({ founded: false })
})
after(() => house.close())

test('a stranger without the link learns only that set-up is needed', async () => {
  const { access } = house.browser()
  assert.deepEqual(await access.setupState(), { valid: false, needed: true })
  assert.deepEqual(await access.setupState({ query: { token: 'guess' } }), { valid: false, needed: true })
  assert.equal(await codeOf(access.setup({ body: founding('guess') })), 'access.setup_link')
})

test('a new start replaces the link that nobody used', async () => {
  const first = (await createSetupToken(house.house))!
  const second = (await createSetupToken(house.house))!
  const { access } = house.browser()
  assert.deepEqual(await access.setupState({ query: { token: first } }), { valid: false, needed: true })
  assert.deepEqual(await access.setupState({ query: { token: second } }), { valid: true, needed: true })
  assert.equal(await codeOf(access.setup({ body: founding(first) })), 'access.setup_link')
})

test('a bad password, zone or currency leaves the link good', async () => {
  const token = (await createSetupToken(house.house))!
  const { access } = house.browser()
  const body = founding(token)
  assert.equal(await codeOf(access.setup({ body: { ...body, password: 'short' } })), 'access.password_short')
  assert.equal(
    await codeOf(access.setup({ body: { ...body, password: 'Password123!' } })),
    'access.password_common',
  )
  assert.equal(
    await codeOf(access.setup({ body: { ...body, time_zone: 'Mars/One' } })),
    'access.zone_unknown',
  )
  assert.equal(
    await codeOf(access.setup({ body: { ...body, base_currency: 'XQQ' } })),
    'access.currency_unknown',
  )
  assert.deepEqual(await access.setupState({ query: { token } }), { valid: true, needed: true })
})

test('of many who use the link at once, one founds the house, and only one', async () => {
  const token = (await createSetupToken(house.house))!
  const all = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) =>
      house.browser().access.setup({ body: founding(token, i === 0 ? ROOT : `other${i}@example.com`) }),
    ),
  )
  assert.equal(all.filter((one) => one.status === 'fulfilled').length, 1)
  for (const one of all)
    if (one.status === 'rejected') assert.match(one.reason.problem.code, /^access\.setup_(done|link)$/)
  const { rows } = await house.house.pool.query(`select (select count(*) from app_user) as users,
    (select count(*) from unit) as units, (select count(*) from role) as roles, (select count(*) from session) as sessions`)
  assert.deepEqual(rows[0], { users: 1, units: 1, roles: 11, sessions: 1 })
})

test('who founded the house is signed in as its administrator, with everything in the audit', async () => {
  const { rows } = await house.house.pool.query<{ email: string }>('select email from app_user')
  const one = house.browser()
  const view = await one.signIn(rows[0]!.email)
  assert.equal(view.user.role, 'administrator')
  assert.equal(view.user.role_name, '管理员')
  assert.equal(view.user.unit_name, '华东机电')
  assert.deepEqual(view.company, { name: '华东机电', base_currency: 'CNY', time_zone: 'Asia/Shanghai' })
  assert.deepEqual(view.masks, [])
  assert.ok(Object.values(view.permissions).every((scope) => scope === 'all'))
  const audit = await house.house.pool.query<{ action: string; payload: unknown }>(
    'select action, payload from audit',
  )
  const actions = new Set(audit.rows.map((row) => row.action))
  for (const action of [
    'access.set_up',
    'access.unit_created',
    'access.role_created',
    'access.session_opened',
  ])
    assert.ok(actions.has(action), action)
  assert.doesNotMatch(JSON.stringify(audit.rows), new RegExp(PASSWORD))
})

test('once there is an administrator, no start makes another link and the old one is dead', async () => {
  assert.equal(await createSetupToken(house.house), null)
  const { access } = house.browser()
  assert.deepEqual(await access.setupState(), { valid: false, needed: false })
  assert.equal(await codeOf(access.setup({ body: founding('any') })), 'access.setup_done')
})

test('neither the link nor a session nor a password stands readable in the database', async () => {
  const { rows } = await house.house.pool.query<{ password_hash: string }>(
    'select password_hash from app_user',
  )
  assert.match(rows[0]!.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const tokens = await house.house.pool.query<{ n: number }>(
    'select length(hash) as n from setup_token union select length(token_hash) from session',
  )
  assert.deepEqual(tokens.rows, [{ n: 32 }])
})

test('behind an https address the cookie travels over https only', async () => {
  const behind = await accessHouse({ config: testConfig({ publicUrl: 'https://crm.example.com' }) })
  try {
    const payload = { email: ROOT, password: PASSWORD }
    const answer = await behind.app.inject({ method: 'POST', url: '/api/v1/session', payload })
    assert.match(String(answer.headers['set-cookie']), /; Secure/)
  } finally {
    await behind.close()
  }
})

test('set-up without a currency leaves a guess by the zone', async () => {
  assert.equal(await isGuessed(house.ctx()), true)
})

test('a currency that nobody chose is a guess; one that first orders settled stays through set-up', async () => {
  const other = await accessHouse({ founded: false })
  try {
    const state = async (token: string) =>
      (await other.browser().access.setupState({ query: { token } })).base_currency
    await cliActor(other.house, [module])
    const token = (await createSetupToken(other.house))!
    assert.equal(await state(token), undefined)
    await atomically(other.ctx(), (ctx) => settleCurrency(ctx, 'KWD'))
    assert.equal(await state(token), 'KWD')
    const view = await other.browser().access.setup({ body: founding(token) })
    assert.equal(view.company.base_currency, 'KWD')
    assert.equal(await isGuessed(other.ctx()), false)
  } finally {
    await other.close()
  }
})
