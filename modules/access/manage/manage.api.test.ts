import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { RoleWrite } from '../contract.ts'
import { accessHouse, codeOf, PASSWORD, refused } from '../testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
let root: Awaited<ReturnType<typeof accessHouse>>['root']['access']
let headquarters: number
let east: number
let north: number
let shanghai: number
before(async () => {
  house = await accessHouse()
  root = house.root.access
  headquarters = (await root.units()).items[0]!.unit_id
  east = await house.unit(headquarters, 'branch', '华东')
  north = await house.unit(headquarters, 'branch', '华北')
  shanghai = await house.unit(east, 'team', '上海')
  await role('branch_admin', {
    'users:read': 'branch',
    'users:write': 'branch',
    'units:read': 'branch',
    'units:write': 'branch',
    'keys:read': 'branch',
    'keys:write': 'branch',
    'roles:read': 'all',
    'roles:write': 'all',
    'parties:read': 'branch',
    'parties:write': 'team',
  })
  await role('clerk', { 'parties:read': 'team' })
})
after(() => house.close())

const role = (code: string, grants: RoleWrite['grants'], masks: RoleWrite['masks'] = []) =>
  root.createRole({ body: { code, name_zh: code, name_en: code, grants, masks } })
const newcomer = (email: string, role: string, unit_id: number) => ({
  body: { email: `${email}@example.com`, name: email, role, unit_id, password: PASSWORD },
})
let admins = 0
const branchAdmin = () => house.person(`admin${++admins}@example.com`, 'branch_admin', east)
const idOf = async (code: string) => (await root.roles()).items.find((one) => one.code === code)!.role_id

test('who reaches a branch sees its people and nobody else', async () => {
  const { access } = await branchAdmin()
  const inside = await root.createUser(newcomer('inside', 'clerk', shanghai))
  const outside = await root.createUser(newcomer('outside', 'clerk', north))
  const seen = (await access.users()).items.map((one) => one.user_id)
  assert.ok(seen.includes(inside.user_id))
  assert.ok(!seen.includes(outside.user_id))
  const id = { params: { id: outside.user_id } }
  assert.equal(await codeOf(access.user(id)), 'kernel.not_found')
  assert.equal(await codeOf(access.patchUser({ ...id, body: { active: false } })), 'kernel.not_found')
  assert.equal(await codeOf(access.invite(id)), 'kernel.not_found')
  const units = (await access.units()).items.map((unit) => unit.unit_id)
  assert.ok(units.includes(shanghai) && !units.includes(north) && !units.includes(headquarters))
})

test('nobody creates a user with more rights than their own', async () => {
  const { access } = await branchAdmin()
  for (const code of ['administrator', 'director', 'auditor']) {
    const no = await refused(access.createUser(newcomer(`x_${code}`, code, east)))
    assert.deepEqual([no.code, no.status], ['access.beyond_own', 422])
  }
  assert.equal(await codeOf(access.createUser(newcomer('far', 'clerk', north))), 'access.unit_unknown')
  await access.createUser(newcomer('near', 'clerk', shanghai))
  await access.createUser(newcomer('peer', 'branch_admin', east))
})

test('a narrow mask is as much a limit as a narrow scope', async () => {
  await role('blind_admin', { 'users:write': 'branch', 'users:read': 'branch', 'parties:read': 'branch' }, [
    'phone',
  ])
  await role('sighted', { 'parties:read': 'own' })
  await role('blind', { 'parties:read': 'own' }, ['phone', 'cost'])
  const { access } = await house.person('blind@example.com', 'blind_admin', east)
  const no = await refused(access.createUser(newcomer('sees', 'sighted', east)))
  assert.deepEqual([no.code, no.details['beyond']], ['access.beyond_own', ['phone']])
  await access.createUser(newcomer('sees_not', 'blind', east))
})

test('nobody takes over somebody who has more', async () => {
  const { access, user_id } = await branchAdmin()
  const director = await root.createUser(newcomer('director', 'director', east))
  const id = { params: { id: director.user_id } }
  assert.equal(await codeOf(access.invite(id)), 'access.beyond_own')
  for (const body of [{ email: 'mine@example.com' }, { active: false }, { role: 'clerk' }, { name: 'x' }])
    assert.equal(await codeOf(access.patchUser({ ...id, body })), 'access.beyond_own')
  const me = { params: { id: user_id } }
  assert.equal(
    await codeOf(access.patchUser({ ...me, body: { role: 'administrator' } })),
    'access.beyond_own',
  )
  assert.equal(
    await codeOf(access.patchUser({ ...me, body: { unit_id: headquarters } })),
    'access.unit_unknown',
  )
})

test('nobody makes or widens a role beyond their own rights', async () => {
  const { access } = await branchAdmin()
  const make = (grants: RoleWrite['grants']) =>
    codeOf(access.createRole({ body: { code: 'sly', name_zh: 'x', name_en: 'x', grants } }))
  assert.equal(await make({ 'parties:read': 'all' }), 'access.beyond_own')
  assert.equal(await make({ 'parties:delete': 'own' }), 'access.beyond_own')
  const own = await idOf('branch_admin')
  const { grants } = await access.role({ params: { id: own } })
  const widen = access.patchRole({
    params: { id: own },
    body: { grants: { ...grants, 'parties:read': 'all' } },
  })
  assert.equal(await codeOf(widen), 'access.beyond_own')
  const clerk = await idOf('clerk')
  await access.patchRole({ params: { id: clerk }, body: { grants: { 'parties:read': 'branch' } } })
  await access.patchRole({ params: { id: clerk }, body: { grants: { 'parties:read': 'team' } } })
})

test('nobody makes a key that can do more than they can', async () => {
  const { access } = await branchAdmin()
  const make = (role: string, unit_id?: number) => access.createKey({ body: { name: 'k', role, unit_id } })
  assert.equal(await codeOf(make('administrator')), 'access.beyond_own')
  assert.equal(await codeOf(make('clerk', north)), 'access.unit_unknown')
  const made = await make('clerk')
  assert.equal(made.unit_id, east)
  const far = await root.createKey({ body: { name: 'far', role: 'clerk', unit_id: north } })
  assert.equal(await codeOf(access.revokeKey({ params: { id: far.key_id } })), 'kernel.not_found')
  assert.ok((await access.keys()).items.every((key) => key.unit_id === east))
})

test('nobody widens their own reach by moving units', async () => {
  await role('mover', { 'units:read': 'all', 'units:write': 'all', 'parties:read': 'branch' })
  const { access } = await house.person('mover@example.com', 'mover', east)
  const team = await house.unit(north, 'team', '天津')
  const move = access.patchUnit({ params: { id: team }, body: { parent_id: east } })
  assert.equal(await codeOf(move), 'access.beyond_own')
  await root.patchUnit({ params: { id: team }, body: { parent_id: east } })
})

test('there is always an administrator who can sign in, even when two demote each other at once', async () => {
  const me = (await root.users({ query: { role: 'administrator' } })).items[0]!.user_id
  const patch = (id: number, body: { role?: string; active?: boolean }) =>
    root.patchUser({ params: { id }, body })
  assert.equal(await codeOf(patch(me, { active: false })), 'access.last_administrator')
  assert.equal(await codeOf(patch(me, { role: 'director' })), 'access.last_administrator')
  const invited = await root.createUser({
    body: { email: 'invited@example.com', name: 'i', role: 'administrator', unit_id: headquarters },
  })
  assert.equal(await codeOf(patch(me, { active: false })), 'access.last_administrator')
  await patch(invited.user_id, { active: false })
  const second = await house.person('second@example.com', 'administrator', headquarters)
  const both = await Promise.allSettled([
    patch(second.user_id, { role: 'director' }),
    second.access.patchUser({ params: { id: me }, body: { role: 'director' } }),
  ])
  const { rows } = await house.house.pool.query<{ n: number }>(
    `select count(*) as n from app_user join role using (role_id) where code = 'administrator' and active and password_hash is not null`,
  )
  assert.ok(rows[0]!.n >= 1)
  assert.ok(both.some((one) => one.status === 'rejected'))
  // Whoever is left puts things back for the tests that follow.
  if (both[0].status === 'rejected')
    await second.access.patchUser({ params: { id: me }, body: { role: 'administrator' } })
})

test('the tree stays a tree in its order', async () => {
  const region = await house.unit(north, 'region', '京津')
  const team = await house.unit(region, 'team', '北京')
  const move = (id: number, body: object) => codeOf(root.patchUnit({ params: { id }, body }))
  assert.equal(await move(north, { parent_id: team }), 'access.unit_cycle')
  assert.equal(await move(north, { parent_id: north }), 'access.unit_cycle')
  assert.equal(await move(region, { parent_id: team }), 'access.unit_cycle')
  assert.equal(await move(region, { parent_id: shanghai }), 'access.unit_order')
  assert.equal(await move(region, { kind: 'team' }), 'access.unit_order')
  assert.equal(await move(headquarters, { parent_id: north }), 'access.unit_root')
  assert.equal(await move(team, { parent_id: 1 }), 'access.unit_unknown')
  const below = (kind: 'branch', parent_id: number) =>
    root.createUnit({ body: { parent_id, kind, name: 'x' } })
  assert.equal(await codeOf(below('branch', region)), 'access.unit_order')
  assert.equal(await codeOf(house.unit(headquarters, 'branch', '华北')), 'access.unit_name_taken')
  await root.patchUnit({ params: { id: region }, body: { parent_id: east } })
  assert.deepEqual(
    (await root.patchUnit({ params: { id: headquarters }, body: { name: '总部' } })).name,
    '总部',
  )
})

test('two moves at once never close a circle', async () => {
  const a = await house.unit(headquarters, 'branch', 'A')
  const b = await house.unit(headquarters, 'region', 'B')
  const c = await house.unit(a, 'region', 'C')
  await Promise.allSettled([
    root.patchUnit({ params: { id: b }, body: { parent_id: a } }),
    root.patchUnit({ params: { id: c }, body: { parent_id: headquarters } }),
  ])
  const { items } = await root.units()
  const { rows } = await house.house.pool.query<{ n: number }>('select count(*) as n from unit')
  assert.equal(items.length, rows[0]!.n)
})

test('a unit goes only when nothing belongs to it', async () => {
  const branch = await house.unit(headquarters, 'branch', '临时')
  const team = await house.unit(branch, 'team', '组')
  const remove = (id: number) => root.deleteUnit({ params: { id } })
  assert.equal(await codeOf(remove(branch)), 'access.unit_in_use')
  assert.equal(await codeOf(remove(headquarters)), 'access.unit_root')
  const key = await root.createKey({ body: { name: 'k', role: 'clerk', unit_id: team } })
  assert.equal(await codeOf(remove(team)), 'access.unit_in_use')
  await root.revokeKey({ params: { id: key.key_id } })
  await house.house.pool.query(
    `insert into party (party_id, kind, name, unit_id, created_at, updated_at) values (7, 'person', 'x', $1, now(), now())`,
    [team],
  )
  assert.equal(await codeOf(remove(team)), 'access.unit_in_use')
  await house.house.pool.query('delete from party where party_id = 7')
  await remove(team)
  await remove(branch)
  assert.equal(await codeOf(remove(branch)), 'kernel.not_found')
})

test('the starting roles keep their nature', async () => {
  const administrator = await root.role({ params: { id: await idOf('administrator') } })
  const patch = (id: number, body: object) => codeOf(root.patchRole({ params: { id }, body }))
  const { 'users:write': _gone, ...less } = administrator.grants
  assert.equal(await patch(administrator.role_id, { grants: less }), 'access.administrator_fixed')
  assert.equal(await patch(administrator.role_id, { masks: ['phone'] }), 'access.administrator_fixed')
  const auditor = await root.role({ params: { id: await idOf('auditor') } })
  assert.equal(
    await patch(auditor.role_id, { grants: { ...auditor.grants, 'parties:write': 'own' } }),
    'access.auditor_reads_only',
  )
  const clerk = await idOf('clerk')
  assert.equal(await patch(clerk, { grants: { 'parties:fly': 'own' } }), 'access.permission_unknown')
  assert.equal(await patch(clerk, { grants: { 'settings:read': 'own' } }), 'access.scope_all_only')
  assert.equal(await codeOf(root.deleteRole({ params: { id: auditor.role_id } })), 'access.role_builtin')
  assert.equal(await codeOf(root.deleteRole({ params: { id: clerk } })), 'access.role_in_use')
  const spare = await role('spare', {})
  await root.deleteRole({ params: { id: spare.role_id } })
  assert.equal(await codeOf(role('clerk', {})), 'access.role_taken')
})

test('an update meets the version it was read at, or nothing happens', async () => {
  const made = await root.createUser(newcomer('versioned', 'clerk', east))
  const params = { id: made.user_id }
  const patched = await root.patchUser({ params, body: { name: '新名' }, if_match: '"1"' })
  assert.equal(patched.version, 2)
  const late = await refused(root.patchUser({ params, body: { name: '旧名' }, if_match: '"1"' }))
  assert.deepEqual([late.code, late.status], ['kernel.version_changed', 412])
  const { rows } = await house.house.pool.query(
    `select payload from audit where subject = 'user' and subject_id = $1 order by audit_id desc limit 1`,
    [made.user_id],
  )
  assert.deepEqual(rows[0].payload, { name: 'versioned' })
})

test('an e-mail belongs to one person, however it is written', async () => {
  await root.createUser(newcomer('same', 'clerk', east))
  const again = { body: { ...newcomer('same', 'clerk', east).body, email: ' SAME@example.com ' } }
  assert.equal(await codeOf(root.createUser(again)), 'access.email_taken')
  const other = await root.createUser(newcomer('other', 'clerk', east))
  const patch = root.patchUser({ params: { id: other.user_id }, body: { email: 'Same@Example.com' } })
  assert.equal(await codeOf(patch), 'access.email_taken')
})

test('pages of users follow each other without a gap or a repeat', async () => {
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await root.users({ query: { limit: 3, cursor } })
    seen.push(...page.items.map((one) => one.user_id))
    cursor = page.next ?? undefined
  } while (cursor)
  const { rows } = await house.house.pool.query<{ n: number }>('select count(*) as n from app_user')
  assert.equal(seen.length, rows[0]!.n)
  assert.equal(new Set(seen).size, seen.length)
  assert.deepEqual((await root.users({ query: { q: '100%_' } })).items, [])
  assert.ok((await root.users({ query: { q: 'VERSIONED@' } })).items.length === 1)
  assert.ok((await root.colleagues({ query: { q: '王' } })).items.length === 1)
})

test('company settings are checked, audited and told', async () => {
  assert.equal(
    await codeOf(root.patchSettings({ body: { base_currency: 'XQQ' } })),
    'access.currency_unknown',
  )
  const now = await root.patchSettings({ body: { base_currency: 'GBP', time_zone: 'europe/london' } })
  assert.deepEqual(now, {
    company_name: '华东机电',
    base_currency: 'GBP',
    time_zone: 'Europe/London',
    second_factor: 'roles',
  })
  const { rows } = await house.house.pool.query(
    `select payload from outbox where name = 'access.settings_changed'`,
  )
  assert.deepEqual(rows.at(-1).payload.changed, ['base_currency', 'time_zone'])
})

test("permissions are listed in the caller's language with the scopes that a role may choose", async () => {
  const zh = await root.permissions({ headers: { 'accept-language': 'zh-CN' } })
  assert.equal(zh.items.find((one) => one.code === 'users:write')!.words, '添加、修改、停用用户')
  assert.deepEqual(zh.items.find((one) => one.code === 'settings:write')!.scopes, ['all'])
  const en = await root.permissions({ headers: { 'accept-language': 'en' } })
  assert.equal(en.items.find((one) => one.code === 'users:read')!.words, 'See users')
})

test('a key or a user asked for twice under one Idempotency-Key is made once, and no secret is readable in what is kept', async () => {
  const key = { body: { name: 'twice', role: 'clerk', unit_id: east }, idempotency_key: 'k-1' }
  const [one, two] = await Promise.all([root.createKey(key), root.createKey(key)])
  assert.deepEqual(one, two)
  assert.deepEqual(await root.createKey(key), one)
  assert.equal(
    await codeOf(root.createKey({ ...key, body: { ...key.body, name: 'other' } })),
    'kernel.key_reused',
  )
  const user = { ...newcomer('twice', 'clerk', east), idempotency_key: 'u-1' }
  assert.equal((await root.createUser(user)).user_id, (await root.createUser(user)).user_id)
  const { rows } = await house.house.pool.query<{ row: string }>(
    'select idempotency::text as row from idempotency',
  )
  assert.equal(rows.length, 2)
  const plain = createHash('sha256')
    .update(JSON.stringify({ body: user.body, params: {} }))
    .digest('hex')
  for (const { row } of rows) assert.ok(![one.key, PASSWORD, plain].some((secret) => row.includes(secret)))
})
