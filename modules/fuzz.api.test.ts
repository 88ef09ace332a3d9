import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { urlOf } from '../kernel/client.ts'
import type { Route } from '../kernel/route.ts'
import { arbitrary, type Schema } from '../kernel/testing/sample.ts'
import { type Speaker, type TestHouse, testHouse } from '../kernel/testing.ts'
import { modules } from './index.ts'
import { furnish, type World } from './testing.world.ts'

// Whatever is sent, the answer is an answer: never a 5xx. Every route's schema, with what fits and what does not.
const RUNS = 60

let house: TestHouse
let world: World
let speaker: Speaker
before(async () => {
  house = await testHouse(modules)
  world = await furnish(house)
  speaker = house.as({ id: world.me.user_id, unit_id: world.mine.unit_id })
})
after(() => house.close())

/** Ids that exist, now and then: a route that only ever meets unknown ids shows little. */
const known = (schema: Schema, name: string) =>
  schema.type === 'integer' && (name === 'id' || name.endsWith('_id'))
    ? fc.oneof(fc.constantFrom(...world.ids), fc.constantFrom(1, 2 ** 53 - 1))
    : undefined

const part = (schema: unknown) => (schema ? arbitrary(schema as Schema, known) : fc.constant(undefined))

async function status(
  route: Route,
  input: { params?: unknown; query?: unknown; body?: unknown },
  if_match?: string,
): Promise<{ status: number; text: string }> {
  let url: string
  try {
    url = urlOf(route, input as { params?: unknown; query?: unknown })
  } catch {
    return { status: 400, text: 'no URL can be made of it' }
  }
  const stream = route.takes === 'stream'
  const answer = await speaker.send({
    method: route.method,
    url,
    headers: {
      ...(input.body === undefined || stream ? {} : { 'content-type': 'application/json' }),
      ...(stream ? { 'content-type': 'text/csv' } : {}),
      ...(if_match ? { 'if-match': if_match } : {}),
    },
    ...(stream
      ? { body: String(input.body ?? 'a,b\n1,2\n') }
      : input.body === undefined
        ? {}
        : { body: JSON.stringify(input.body) }),
  })
  return { status: answer.status, text: await answer.text() }
}

for (const module of modules)
  for (const [name, route] of Object.entries(module.routes).filter(([, route]) => route.gives !== 'events'))
    test(`${route.method} ${route.path} never answers 5xx (${module.name}.${name})`, async () => {
      const input = fc.record({
        params: part(route.params),
        query: part(route.query),
        body: route.takes === 'stream' ? fc.string({ unit: 'binary' }) : part(route.body),
      })
      await fc.assert(
        fc.asyncProperty(input, fc.constantFrom(undefined, '"1"', '"999"', 'x'), async (given, if_match) => {
          const answer = await status(route, given, if_match)
          assert.ok(answer.status < 500, `${answer.status} ${answer.text}`)
        }),
        { numRuns: RUNS, seed: 20_261_121 },
      )
    })
