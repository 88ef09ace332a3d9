import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { identify } from './identify.ts'
import { fitsBelow, placeOf, type UnitNode } from './rules.ts'
import { hashOf, newKey } from './signing/tokens.ts'
import { accessHouse, Browser, codeOf, PASSWORD, ROOT } from './testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
let root_unit: number
before(async () => {
  house = await accessHouse()
  root_unit = (await house.root.access.units()).items[0]!.unit_id
})
after(() => house.close())

const who = async (browser: Browser) => {
  const cookies = { guanxi_session: browser.cookie.split('=')[1] }
  return (await identify(house.house, { cookies, headers: {} }))?.who
}

test('the walk over the tree in SQL reaches what the rule says, on any tree', async () => {
  await house.person('walker@example.com', 'relationship_manager', root_unit)
  const { rows } = await house.house.pool.query<{ user_id: number; token_hash: Buffer }>(
    `select user_id, token_hash from session join app_user using (user_id) where email = 'walker@example.com'`,
  )
  const walker = rows[0]!
  const key = newKey()
  await house.house.pool.query(
    `insert into api_key (name, hash, hint, role_id, unit_id, created_at)
     select 'walker', $1, '', role_id, unit_id, now() from app_user where user_id = $2`,
    [hashOf(key), walker.user_id],
  )
  const wishes = fc.array(fc.tuple(fc.nat(50), fc.constantFrom('branch', 'region', 'team')), {
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(wishes, fc.nat(), async (wishes, at) => {
      await house.house.pool.query('update api_key set unit_id = $1', [root_unit])
      await house.house.pool.query('delete from unit where parent_id is not null')
      const units: UnitNode[] = [{ unit_id: root_unit, parent_id: null, kind: 'headquarters' }]
      for (const [i, [where, kind]] of wishes.entries()) {
        const above = units.filter((unit) => fitsBelow(kind, unit.kind))
        units.push({
          unit_id: root_unit + 1_000_000 + i,
          parent_id: above[where % above.length]!.unit_id,
          kind,
        })
      }
      for (const unit of units.slice(1))
        await house.house.pool.query(
          'insert into unit (unit_id, parent_id, kind, name, created_at) values ($1, $2, $3, $4, now())',
          [unit.unit_id, unit.parent_id, unit.kind, `u${unit.unit_id}`],
        )
      const { unit_id } = units[at % units.length]!
      await house.house.pool.query('update api_key set unit_id = $1', [unit_id])
      const found = (await identify(house.house, {
        cookies: {},
        headers: { authorization: `Bearer ${key}` },
      }))!.who
      const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b)
      const expected = placeOf(units, unit_id)
      assert.deepEqual(sorted(found.team_units), sorted(expected.team_units))
      assert.deepEqual(sorted(found.branch_units), sorted(expected.branch_units))
    }),
    { numRuns: 40 },
  )
  await house.house.pool.query('update api_key set unit_id = $1, revoked_at = now()', [root_unit])
  await house.house.pool.query('delete from unit where parent_id is not null')
})

test('a changed role acts on the very next request', async () => {
  const one = await house.person('sun@example.com', 'analyst', root_unit)
  assert.equal(await codeOf(one.access.users()), 'kernel.not_allowed')
  const analyst = (await house.root.access.roles()).items.find((role) => role.code === 'analyst')!
  await house.root.access.patchRole({
    params: { id: analyst.role_id },
    body: { grants: { ...analyst.grants, 'users:read': 'all' }, masks: ['cost'] },
  })
  assert.ok((await one.access.users()).items.length > 0)
  assert.deepEqual([...(await who(one))!.masks], ['cost'])
  await house.root.access.patchRole({ params: { id: analyst.role_id }, body: { grants: analyst.grants } })
  assert.equal(await codeOf(one.access.users()), 'kernel.not_allowed')
})

test('a moved person, a moved unit and a deactivated person act on the very next request', async () => {
  const east = await house.unit(root_unit, 'branch', '华东')
  const north = await house.unit(root_unit, 'branch', '华北')
  const team = await house.unit(east, 'team', '上海一组')
  const one = await house.person('zhou@example.com', 'relationship_manager', team)
  assert.deepEqual((await who(one))!.branch_units.toSorted(), [east, team].toSorted())
  await house.root.access.patchUnit({ params: { id: team }, body: { parent_id: north } })
  assert.deepEqual((await who(one))!.branch_units.toSorted(), [north, team].toSorted())
  await house.root.access.patchUser({ params: { id: one.user_id }, body: { unit_id: east } })
  assert.deepEqual((await who(one))!.team_units, [east])
  await house.root.access.patchUser({ params: { id: one.user_id }, body: { active: false } })
  assert.equal(await who(one), undefined)
  assert.equal(await codeOf(house.browser().signIn('zhou@example.com')), 'access.wrong_password')
})

test('a key is shown once, works as its role, says when it was used, and is dead when revoked', async () => {
  const made = await house.root.access.createKey({ body: { name: '报表', role: 'director' } })
  assert.match(made.key, /^gx_[\w-]{43}$/)
  const { rows } = await house.house.pool.query(
    `select api_key::text as row from api_key where key_id = $1`,
    [made.key_id],
  )
  assert.ok(!rows[0]!.row.includes(made.key.slice(12)))
  const robot = new Browser(house.app)
  robot.headers = { authorization: `Bearer ${made.key}` }
  assert.ok((await robot.access.users()).items.length > 0)
  assert.equal(
    await codeOf(robot.access.createKey({ body: { name: 'x', role: 'auditor' } })),
    'kernel.not_allowed',
  )
  assert.equal(await codeOf(robot.access.session()), 'access.needs_session')
  const listed = (await house.root.access.keys()).items.find((key) => key.key_id === made.key_id)!
  assert.equal(listed.last_used_at, house.house.clock().toISOString())
  assert.equal(listed.created_by_name, '王敏')
  await house.root.access.revokeKey({ params: { id: made.key_id } })
  await house.root.access.revokeKey({ params: { id: made.key_id } })
  assert.equal(await codeOf(robot.access.users()), 'kernel.bad_key')
})

test('a bad key is refused even where a good cookie stands beside it', async () => {
  for (const authorization of ['Bearer gx_nothing', 'Bearer', 'bearer x', 'Bearer  ']) {
    const answer = await house.app.inject({
      method: 'GET',
      url: '/api/v1/session',
      headers: { authorization, cookie: house.root.cookie },
    })
    assert.equal(answer.statusCode, 401, authorization)
    assert.equal(answer.json().code, 'kernel.bad_key')
  }
})

test('an invitation is chosen with once, ends earlier ones, and signs in', async () => {
  const made = await house.root.access.createUser({
    body: { email: 'Wu@Example.com', name: '吴琼', role: 'auditor', unit_id: root_unit },
  })
  assert.equal(made.email, 'wu@example.com')
  assert.equal(made.invited, true)
  const again = await house.root.access.invite({ params: { id: made.user_id } })
  const one = house.browser()
  const first = made.invitation!.token
  assert.equal((await one.access.invitationState({ query: { token: first } })).valid, false)
  assert.deepEqual(await one.access.invitationState({ query: { token: again.token } }), {
    valid: true,
    name: '吴琼',
    email: 'wu@example.com',
  })
  const accept = (password: string) => one.access.acceptInvitation({ body: { token: again.token, password } })
  assert.equal(await codeOf(accept('wu@example.com')), 'access.password_is_email')
  const both = await Promise.allSettled([accept(PASSWORD), accept(PASSWORD)])
  assert.equal(both.filter((b) => b.status === 'fulfilled').length, 1)
  assert.equal(await codeOf(accept(PASSWORD)), 'access.invitation_link')
  assert.equal((await house.browser().signIn('wu@example.com')).user.role, 'auditor')
  house.forward(8 * 86_400_000)
  await house.root.signIn(ROOT)
  const late = await house.root.access.invite({ params: { id: made.user_id } })
  house.forward(8 * 86_400_000)
  await house.root.signIn(ROOT)
  assert.equal((await one.access.invitationState({ query: { token: late.token } })).valid, false)
})
