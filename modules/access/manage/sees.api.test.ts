import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { admission } from '../../../kernel/scope.ts'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { parties } from '../../parties/contract.ts'
import { furnish, type World } from '../../testing.world.ts'
import { access } from '../contract.ts'
import { actorOfUser } from '../identify.ts'
import { startingGrants, startingRoles } from '../rules.roles.ts'
import { codeOf } from '../testing.ts'

let house: TestHouse
let world: World
before(async () => {
  house = await testHouse(modules)
  world = await furnish(house)
})
after(() => house.close())

const boss = () => house.as({ id: world.theirs.user_id, unit_id: world.theirs.unit_id })
async function give(grants: object, masks: readonly string[] = []): Promise<void> {
  await house.house.pool.query("update role set grants = $1, masks = $2 where code = 'walker'", [
    grants,
    masks,
  ])
}

test('what it says of every starting role is what that role is answered, for every route', async () => {
  const routes = modules
    .flatMap((module) => Object.values(module.routes))
    .filter(({ may }) => may.includes(':'))
  const permissions = [...new Set(routes.map(({ may }) => may))]
  for (const role of ['relationship_manager', 'field_engineer', 'marketer', 'analyst'] as const) {
    await give(startingGrants(role, permissions), startingRoles[role].masks)
    const them = (await actorOfUser(house.house, world.mine.user_id))!
    for (const permission of permissions) {
      const seen = await boss()
        .api(access)
        .sees({ params: { id: world.mine.user_id }, query: { permission } })
      assert.equal(seen.may, admission(them, { may: permission }).reach !== null, `${role} ${permission}`)
      assert.deepEqual(seen.masks, startingRoles[role].masks)
    }
  }
})

test('the rows in reach are those that the user counts in their own list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('own' as const, 'team' as const, 'branch' as const, 'all' as const),
      async (scope) => {
        await give({ 'parties:read': scope })
        const them = (await actorOfUser(house.house, world.mine.user_id))!
        const list = await house
          .as({
            id: them.id,
            unit_id: them.unit_id,
            grants: them.grants,
            team_units: [...them.team_units],
            branch_units: [...them.branch_units],
          })
          .api(parties)
          .list()
        const seen = await boss()
          .api(access)
          .sees({ params: { id: world.mine.user_id }, query: { permission: 'parties:read' } })
        assert.equal(seen.rows, list.items.length)
        assert.equal(seen.scope, scope)
        assert.equal(seen.whole, true)
      },
    ),
    { numRuns: 8 },
  )
})

test('of one customer it says whether they see it and what is withheld, as its own page would', async () => {
  await give({ 'parties:read': 'team' }, ['phone', 'wechat'])
  const look = (thing_id: number) =>
    boss()
      .api(access)
      .sees({ params: { id: world.mine.user_id }, query: { route: 'GET /parties/:id', thing_id } })
  assert.deepEqual((await look(world.mine.party_id)).thing, { there: true, withheld: ['phone'] })
  assert.deepEqual((await look(world.theirs.party_id)).thing, { there: false, withheld: [] })
})

test('nobody learns by it of what they do not reach themselves', async () => {
  await give({ 'parties:read': 'all' })
  const { unit_id, branch_id, user_id } = world.theirs
  const near = house.as({
    id: user_id,
    unit_id,
    team_units: [unit_id],
    branch_units: [branch_id, unit_id],
    grants: { 'users:read': 'all', 'roles:read': 'all', 'parties:read': 'own' },
  })
  const params = { id: world.mine.user_id }
  const rows = await near.api(access).sees({ params, query: { permission: 'parties:read' } })
  const own = await house.house.pool.query<{ n: number }>(
    'select count(*)::int as n from party_listed where live and owner_id = $1',
    [user_id],
  )
  assert.equal(rows.rows, own.rows[0]!.n)
  assert.equal(rows.whole, false)
  const thing = { route: 'GET /parties/:id', thing_id: world.mine.party_id }
  assert.equal(await codeOf(near.api(access).sees({ params, query: thing })), 'kernel.not_found')
  const blind = house.as({ id: user_id, unit_id, grants: { 'users:read': 'all', 'roles:read': 'all' } })
  const none = await blind.api(access).sees({ params, query: { permission: 'parties:read' } })
  assert.equal(none.rows, null)
  assert.equal(await codeOf(blind.api(access).sees({ params, query: thing })), 'kernel.not_found')
})

test('a deactivated user may nothing, and a place that is none is told', async () => {
  await give({ 'parties:read': 'all' })
  const params = { id: world.mine.user_id }
  const api = boss().api(access)
  assert.equal(await codeOf(api.sees({ params })), 'access.sees_what')
  assert.equal(
    await codeOf(api.sees({ params, query: { permission: 'no:such' } })),
    'access.permission_unknown',
  )
  for (const route of ['GET /nowhere', 'POST /parties', 'GET /parties/export'])
    assert.equal(await codeOf(api.sees({ params, query: { route } })), 'access.route_unknown')
  await house.house.pool.query('update app_user set active = false where user_id = $1', [params.id])
  assert.equal((await api.sees({ params, query: { permission: 'parties:read' } })).may, false)
  await house.house.pool.query('update app_user set active = true where user_id = $1', [params.id])
})
