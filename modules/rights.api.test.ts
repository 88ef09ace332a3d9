import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { urlOf } from '../kernel/client.ts'
import { permissionsOf } from '../kernel/module.ts'
import type { Route } from '../kernel/route.ts'
import { type Schema, sample } from '../kernel/testing/sample.ts'
import { type Speaker, type TestHouse, testHouse } from '../kernel/testing.ts'
import { type StartingRole, startingGrants, startingRoles } from './access/rules.roles.ts'
import { modules } from './index.ts'
import { furnish, refurnish, SECRETS, type Side, type World } from './testing.world.ts'

// Generated from the route tables: every route × every starting role × in and out of scope. A new route is
// walked without anybody thinking of it.
const permissions = permissionsOf(modules)
const all = modules.flatMap((module) =>
  Object.entries(module.routes).map(([name, route]) => ({ name: `${module.name}.${name}`, route })),
)
const guarded = all.filter(({ route }) => route.may.includes(':'))

let house: TestHouse
let world: World
before(async () => {
  house = await testHouse(modules)
  world = await furnish(house)
})
after(() => house.close())

const playing = (role: StartingRole): Speaker =>
  house.as({
    id: world.me.user_id,
    role,
    unit_id: world.mine.unit_id,
    team_units: [world.mine.unit_id],
    branch_units: [world.mine.branch_id, world.mine.unit_id],
    grants: startingGrants(role, permissions),
    masks: [...startingRoles[role].masks],
  })

const knownOf =
  (side: Side, route: Route) =>
  (schema: Schema, name: string): unknown => {
    if (name === 'source') return 'walk'
    if (name === 'value') return route.path.includes('contact') ? 'new@person.example' : side.marker
    if (name === 'unit_id') return world.mine.unit_id
    if (name === 'with') return String(side.party_id)
    if ((name === 'a' || name === 'b') && route.path.startsWith('/identity')) return side.party_id
    if (name === 'merge_id') return side.id(route.path, name)
    if (name === 'owner_id') return world.me.user_id
    if (schema.pattern?.includes('@')) return 'new@person.example'
    if (schema.pattern?.includes('A-Z]{3}')) return 'GBP'
    return undefined
  }

async function ask(speaker: Speaker, route: Route, side: Side): Promise<{ status: number; text: string }> {
  const known = knownOf(side, route)
  const params = Object.fromEntries(
    Object.keys(route.params?.properties ?? {}).map((name) => [name, side.id(route.path, name)]),
  )
  const query = route.query ? (sample(route.query as Schema, known) as Record<string, unknown>) : undefined
  const body = route.body ? sample(route.body as Schema, known) : undefined
  const answer = await speaker.send({
    method: route.method,
    url: urlOf(route, { params, query }),
    headers:
      body === undefined
        ? route.takes === 'stream'
          ? { 'content-type': 'text/csv' }
          : {}
        : { 'content-type': 'application/json' },
    ...(body === undefined
      ? route.takes === 'stream'
        ? { body: 'a,b\n1,2\n' }
        : {}
      : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

/** Routes whose id names a thing that belongs to a unit or an owner; products, roles, settings and units are everybody's. */
const scoped = (route: Route) => /^\/(parties|orders|imports|jobs|users)\/:id/.test(route.path)
const granted = (grants: object, { may, also }: Route) => may in grants && (!also || also in grants)
const walked = guarded.filter(({ route }) => route.gives !== 'events')

for (const role of Object.keys(startingRoles) as StartingRole[]) {
  const grants = startingGrants(role, permissions)

  test(`${role}: what is not granted answers 403, whatever the id`, async () => {
    for (const { name, route } of walked.filter(({ route }) => !granted(grants, route)))
      for (const side of [world.mine, world.theirs]) {
        const answer = await ask(playing(role), route, side)
        assert.equal(answer.status, 403, `${name}: ${answer.status} ${answer.text}`)
      }
  })

  test(`${role}: out of scope answers 404 and changes nothing`, async () => {
    for (const { name, route } of walked.filter(
      ({ route }) => granted(grants, route) && grants[route.may] !== 'all' && scoped(route),
    )) {
      const before = await world.footprint(house)
      const answer = await ask(playing(role), route, world.theirs)
      assert.equal(answer.status, 404, `${name}: ${answer.status} ${answer.text}`)
      assert.equal(await world.footprint(house), before, `${name} wrote something`)
    }
  })

  test(`${role}: in scope is neither 403 nor 404`, async () => {
    // What a read leaves as it was serves the next; after a write the world is furnished anew.
    let whole: World | null = null
    for (const { name, route } of walked.filter(({ route }) => granted(grants, route))) {
      const fresh: World = whole ?? (await refurnish(house, world))
      whole = route.method === 'GET' ? fresh : null
      const speaker = house.as({ ...spoken(role, fresh) })
      const answer = await ask(speaker, route, fresh.mine)
      assert.ok(answer.status !== 403 && answer.status !== 404, `${name}: ${answer.status} ${answer.text}`)
      assert.ok(answer.status < 500, `${name}: ${answer.status} ${answer.text}`)
    }
  })

  test(`${role}: nothing that is read carries what is out of scope or withheld`, async () => {
    for (const { name, route } of walked.filter(
      ({ route }) => route.method === 'GET' && granted(grants, route),
    )) {
      const answer = await ask(playing(role), route, world.mine)
      if (grants[route.may] !== 'all')
        assert.ok(!answer.text.includes(world.theirs.marker), `${name} shows a party out of scope`)
      for (const mask of startingRoles[role].masks) {
        const secret = SECRETS[mask as keyof typeof SECRETS]
        if (secret) assert.ok(!answer.text.includes(secret), `${name} shows a withheld ${mask}`)
      }
    }
  })
}

const spoken = (role: StartingRole, fresh: World) => ({
  id: fresh.me.user_id,
  role,
  unit_id: fresh.mine.unit_id,
  team_units: [fresh.mine.unit_id],
  branch_units: [fresh.mine.branch_id, fresh.mine.unit_id],
  grants: startingGrants(role, permissions),
  masks: [...startingRoles[role].masks],
})

test('a stranger is refused everywhere but at the doors', async () => {
  for (const { name, route } of all.filter(({ route }) => route.may !== 'anyone')) {
    const answer = await house.app.inject({
      method: route.method,
      url: `/api/v1${route.path.replace(/:\w+/g, '1')}`,
    })
    assert.equal(answer.statusCode, 401, name)
  }
})
