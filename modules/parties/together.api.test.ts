import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from './contract.ts'
import { company, director, east, south, wang } from './testing.ts'

// Creates that come at once share one statement (kernel/gather.ts): each must still be what it would be alone.
let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const people = (n: number, at: number) =>
  Array.from({ length: n }, (_, i) => ({
    kind: 'person' as const,
    name: `Together ${at + i}`,
    unit_id: i % 2 ? 31 : 21,
    tags: [`t${i % 3}`],
    roles: ['customer' as const],
    contact_points: [{ kind: 'email' as const, value: `t${at + i}@x.example` }],
    external_ids: [{ source: 'together', value: `${at + i}` }],
  }))

test('many at once are each whole, in their own caller’s name, counted once', async () => {
  const callers = [director, east, south, wang]
  const made = await Promise.all(
    people(60, 0).map((body, i) => {
      const who =
        body.unit_id === 31 ? [director, south][i % 4 === 1 ? 0 : 1]! : callers[i % 4 === 0 ? 1 : 3]!
      return h
        .as(who)
        .api(parties)
        .create({ body })
        .then((party) => ({ party, who, body }))
    }),
  )
  const api = h.as(director).api(parties)
  for (const { party, body } of made) {
    assert.deepEqual(await api.get({ params: { id: party.id } }), party)
    assert.equal(party.contact_points[0]!.value, body.contact_points[0]!.value)
  }
  const { rows } = await h.house.pool.query<{ party_id: number; actor_id: number; requests: number }>(
    `select party_id, actor_id, count(*) over (partition by request_id)::int as requests from audit
     where action = 'parties.created' and party_id = any($1)`,
    [made.map(({ party }) => party.id)],
  )
  assert.equal(rows.length, 60)
  const actor = new Map(rows.map((row) => [row.party_id, row.actor_id]))
  for (const { party, who } of made) assert.equal(actor.get(party.id), who.id)
  assert.ok(rows.every(({ requests }) => requests === 1))
  for (const tag of ['t0', 't1', 't2']) assert.equal((await api.list({ query: { tag } })).count, 20)
})

test('one that is refused does not hold back those beside it, and nothing of it is written', async () => {
  const api = h.as(director).api(parties)
  const bodies = people(40, 1000)
  // The tenth and the thirtieth want a number that another of the same moment has.
  bodies[9]!.external_ids[0]!.value = '1000'
  bodies[29]!.external_ids[0]!.value = '1001'
  const ends = await Promise.allSettled(bodies.map((body) => api.create({ body })))
  const codes = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason.problem.code] : []))
  assert.deepEqual(codes, ['parties.external_id_taken', 'parties.external_id_taken'])
  const { rows } = await h.house.pool.query(
    `select (select count(*)::int from party where name like 'Together 10__') as parties,
            (select count(*)::int from audit a join party p using (party_id) where p.name like 'Together 10__') as records,
            (select count(*)::int from party_listed where name like 'Together 10__') as listed`,
  )
  assert.deepEqual(rows, [{ parties: 38, records: 38, listed: 38 }])
})
