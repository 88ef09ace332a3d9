import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from './contract.ts'
import { turnRoles } from './jobs.ts'
import { codeOf, company, director, east, refusal, south, wang } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const huadong = {
  kind: 'organisation' as const,
  name: ' 华东机电设备有限公司 ',
  unit_id: 21,
  owner_id: 101,
  country: 'CN',
  tags: ['core', 'core', ' technical'.trim()],
  roles: [
    { role: 'customer' as const, since: '2020-01-01' },
    { role: 'distributor' as const, since: '2021-05-01', until: '2022-05-01' },
  ],
  contact_points: [
    { kind: 'phone' as const, value: '138 0000 0000', preferred: true },
    { kind: 'phone' as const, value: '+86 13800000000' },
    { kind: 'email' as const, value: 'Shen@HDJD.example' },
  ],
}

describe('a party', () => {
  test('is created whole and comes back as it was given, cleaned', async () => {
    const api = h.as(director).api(parties)
    const made = await api.create({ body: { ...huadong, external_ids: [{ source: 'erp', value: '17850' }] } })
    assert.equal(made.name, '华东机电设备有限公司')
    assert.equal(made.name_romanised, 'Huádōng Jīdiàn Shèbèi')
    assert.deepEqual(made.tags, ['core', 'technical'])
    assert.deepEqual(made.owner, { id: 101, name: '王敏' })
    assert.deepEqual(made.unit, { id: 21, name: 'Suzhou' })
    assert.deepEqual(
      made.roles.map(({ role, active }) => [role, active]),
      [
        ['customer', true],
        ['distributor', false],
      ],
    )
    assert.equal(made.contact_points.length, 2, 'two ways of writing one number are one contact point')
    assert.deepEqual(await api.get({ params: { id: made.id } }), made)
  })

  test('a save bumps its version, a save that changes nothing does not, a stale one is refused', async () => {
    const api = h.as(director).api(parties)
    const { id, version } = await api.create({ body: { kind: 'person', name: '单雄信', unit_id: 21 } })
    const saved = await api.update({
      params: { id },
      body: { note: 'met in Suzhou' },
      if_match: `"${version}"`,
    })
    assert.equal(saved.version, version + 1)
    const same = await api.update({ params: { id }, body: { note: 'met in Suzhou' } })
    assert.equal(same.version, saved.version)
    assert.equal(
      await codeOf(api.update({ params: { id }, body: { note: 'x' }, if_match: `"${version}"` })),
      'kernel.version_changed',
    )
  })

  test('an external id belongs to one party; who holds it is named only to those who reach it', async () => {
    const external_ids = [{ source: 'crm', value: 'A-1' }]
    const holder = await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: 'Holder', unit_id: 31, external_ids } })
    const near = await refusal(
      h
        .as(director)
        .api(parties)
        .create({ body: { kind: 'person', name: 'Second', unit_id: 21, external_ids } }),
    )
    assert.deepEqual(
      [near.status, near.code, near.details?.['party_id']],
      [409, 'parties.external_id_taken', holder.id],
    )
    const far = await refusal(
      h
        .as(east)
        .api(parties)
        .create({ body: { kind: 'person', name: 'Third', unit_id: 21, external_ids } }),
    )
    assert.equal(far.code, 'parties.external_id_elsewhere')
    assert.deepEqual(far.details, { source: 'crm', value: 'A-1', unit: 'Canton' })
    const { items } = await h
      .as(director)
      .api(parties)
      .list({ query: { q: 'Third' } })
    assert.deepEqual(items, [], 'what was refused left nothing behind')
  })

  test('a contact point that cannot be dialled or mailed is refused with its value', async () => {
    const api = h.as(director).api(parties)
    const body = {
      kind: 'person' as const,
      name: 'X',
      unit_id: 21,
      contact_points: [{ kind: 'email' as const, value: 'not an address' }],
    }
    assert.equal(await codeOf(api.create({ body })), 'parties.bad_contact')
  })

  test('a name of blanks and a country of no map are refused, in words', async () => {
    const send = (body: object) =>
      h.as(director).send({
        method: 'POST',
        url: '/api/v1/parties',
        headers: { 'content-type': 'application/json', 'accept-language': 'en' },
        body: JSON.stringify({ kind: 'person', ...body }),
      })
    for (const [body, told] of [
      [{ name: '  ' }, 'Must not be empty'],
      [{ name: 'Li', country: 'ZZ' }, 'Not written as it should be'],
    ] as const) {
      const answer = await send(body)
      const { fields } = (await answer.json()) as { fields: { message: string }[] }
      assert.deepEqual([answer.status, fields.map(({ message }) => message)], [400, [told]])
    }
  })

  test('roles are dated; one role twice at a time is refused; ending it takes it off the list', async () => {
    const api = h.as(director).api(parties)
    const { id } = await api.create({
      body: {
        kind: 'person',
        name: 'Role player',
        unit_id: 21,
        roles: [{ role: 'supplier', since: '2024-01-01' }],
      },
    })
    assert.equal(
      await codeOf(api.addRole({ params: { id }, body: { role: 'supplier' } })),
      'parties.role_overlaps',
    )
    assert.equal(
      await codeOf(
        api.addRole({ params: { id }, body: { role: 'partner', since: '2024-02-01', until: '2024-01-01' } }),
      ),
      'parties.bad_period',
    )
    const held = await api.get({ params: { id } })
    const listed = async () => (await api.list({ query: { q: 'Role player' } })).items[0]!.roles
    assert.deepEqual(await listed(), ['supplier'])
    await api.updateRole({ params: { id, party_role_id: held.roles[0]!.id }, body: { until: '2024-06-01' } })
    assert.deepEqual(await listed(), [])
  })

  test('one contact point of a kind is preferred, and a new value is no longer verified', async () => {
    const api = h.as(director).api(parties)
    const made = await api.create({
      body: {
        kind: 'person',
        name: 'Two phones',
        unit_id: 21,
        contact_points: [{ kind: 'phone', value: '13900000001', preferred: true, verified: true }],
      },
    })
    const two = await api.addContact({
      params: { id: made.id },
      body: { kind: 'phone', value: '13900000002', preferred: true },
    })
    assert.deepEqual(two.contact_points.map((c) => c.preferred).sort(), [false, true])
    const first = two.contact_points.find((c) => c.value === '13900000001')!
    assert.ok(first.verified_at)
    const params = { id: made.id, contact_point_id: first.id }
    const kept = await api.updateContact({ params, body: { value: '0086 139 0000 0001' } })
    assert.ok(
      kept.contact_points.find((c) => c.id === first.id)!.verified_at,
      'the same number written otherwise',
    )
    const changed = await api.updateContact({ params, body: { value: '13900000009' } })
    assert.equal(changed.contact_points.find((c) => c.id === first.id)!.verified_at, null)
    assert.equal(
      await codeOf(api.updateContact({ params, body: { value: '139-0000-0002' } })),
      'parties.contact_exists',
    )
  })

  test('the trash takes it out of lists and counts and gives it back whole', async () => {
    const api = h.as(director).api(parties)
    const { id } = await api.create({
      body: { kind: 'person', name: 'Binned', unit_id: 21, roles: [{ role: 'recruit' }] },
    })
    const count = async () => (await api.list({ query: { role: 'recruit' } })).count
    assert.equal(await count(), 1)
    assert.equal((await api.remove({ params: { id } })).live, false)
    assert.equal(await count(), 0)
    assert.deepEqual(
      (await api.list({ query: { trash: true } })).items.map((row) => row.id),
      [id],
    )
    assert.equal(await codeOf(api.update({ params: { id }, body: { note: 'x' } })), 'parties.in_trash')
    assert.equal((await api.restore({ params: { id } })).live, true)
    assert.equal(await count(), 1)
  })
})

describe('who sees what', () => {
  test('out of scope is 404 to read and to write, and a write may not leave the writer’s scope', async () => {
    const { id } = await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: 'Scoped', unit_id: 21, owner_id: 101 } })
    const near = h.as(wang).api(parties)
    const far = h.as(south).api(parties)
    assert.equal((await near.get({ params: { id } })).name, 'Scoped')
    assert.equal((await refusal(far.get({ params: { id } }))).status, 404)
    assert.equal((await refusal(far.update({ params: { id }, body: { note: 'x' } }))).status, 404)
    assert.equal((await refusal(far.history({ params: { id } }))).status, 404)
    assert.equal((await refusal(far.timeline({ params: { id } }))).status, 404)
    assert.equal(await codeOf(near.update({ params: { id }, body: { owner_id: 102 } })), 'parties.bad_owner')
    assert.equal(
      await codeOf(
        h
          .as(east)
          .api(parties)
          .update({ params: { id }, body: { unit_id: 31 } }),
      ),
      'kernel.out_of_scope',
    )
    assert.equal(
      await codeOf(
        h
          .as(east)
          .api(parties)
          .update({ params: { id }, body: { owner_id: 103 } }),
      ),
      'parties.bad_owner',
    )
  })

  test('who writes their own and reads a team’s may not move a customer out of their own sight, one or many, nor make one there', async () => {
    const seller: Played = {
      ...wang,
      grants: { 'parties:read': 'team', 'parties:write': 'own', 'jobs:read': 'own' },
    }
    const own = h.as(seller).api(parties)
    const { id } = await own.create({ body: { kind: 'person', name: '不出视线' } })
    const params = { id }
    const away = await refusal(own.update({ params, body: { unit_id: 31 } }))
    assert.deepEqual([away.status, away.code], [422, 'kernel.out_of_scope'])
    const many = own.bulk({ body: { selection: { ids: [id] }, action: { do: 'unit', unit_id: 31 } } })
    assert.equal(await codeOf(many), 'kernel.out_of_scope')
    const there = own.create({ body: { kind: 'person', name: '别处', unit_id: 31 } })
    assert.equal(await codeOf(there), 'kernel.out_of_scope')
    assert.equal((await own.get({ params })).unit.id, 21)
    // Who moved there by a colleague's hand is still written, only not moved further away.
    await h
      .as(director)
      .api(parties)
      .update({ params, body: { unit_id: 2 } })
    const both: Played = { ...seller, grants: { 'parties:read': 'branch', 'parties:write': 'own' } }
    const back = await h
      .as(both)
      .api(parties)
      .update({ params, body: { unit_id: 21, note: '回来' } })
    assert.deepEqual([back.unit.id, back.note], [21, '回来'])
  })

  test('a masked phone is withheld, does not find its party, and does not leak through history', async () => {
    const open = h.as(director).api(parties)
    const contact_points = [
      { kind: 'phone' as const, value: '13712345678' },
      { kind: 'email' as const, value: 'masked@x.cn' },
    ]
    const made = await open.create({ body: { kind: 'person', name: 'Masked', unit_id: 21, contact_points } })
    const phone = made.contact_points.find((c) => c.kind === 'phone')!
    await open.updateContact({
      params: { id: made.id, contact_point_id: phone.id },
      body: { value: '13712349999' },
    })
    const veiled = h.as({ ...director, masks: ['phone'] }).api(parties)
    const seen = (await veiled.get({ params: { id: made.id } })).contact_points
    assert.deepEqual(
      seen.map(({ value, withheld }) => [value, withheld]),
      [
        ['137****9999', true],
        ['masked@x.cn', false],
      ],
    )
    const found = async (api: typeof open, q: string) => (await api.list({ query: { q } })).count
    assert.deepEqual([await found(open, '1371234'), await found(open, '+86 137-1234-9999')], [1, 1])
    assert.deepEqual([await found(veiled, '1371234'), await found(veiled, '+86 137-1234-9999')], [0, 0])
    assert.equal(await found(veiled, 'masked@x'), 1)
    const history = JSON.stringify(await veiled.history({ params: { id: made.id } }))
    assert.ok(!history.includes('12345678') && !history.includes('12349999'), history)
    const timeline = JSON.stringify(await veiled.timeline({ params: { id: made.id } }))
    assert.ok(!timeline.includes('12345678') && !timeline.includes('12349999'), timeline)
  })

  test('a number of a source that is a withheld contact point is withheld as well', async () => {
    const { id } = await h
      .as(director)
      .api(parties)
      .create({
        body: {
          kind: 'person',
          name: 'Known By Mail',
          unit_id: 21,
          contact_points: [{ kind: 'email', value: 'known.by@x.cn' }],
          external_ids: [
            { source: 'file', value: 'known.by@x.cn' },
            { source: 'shop', value: 'K-77' },
          ],
        },
      })
    const numbers = async (masks: string[]) => {
      const api = h.as({ ...director, masks }).api(parties)
      return (await api.get({ params: { id } })).external_ids.map(({ value }) => value).sort()
    }
    assert.deepEqual(await numbers([]), ['K-77', 'known.by@x.cn'])
    const [shop, mail] = await numbers(['email'])
    assert.equal(shop, 'K-77')
    assert.match(mail!, /^k\*+@/)
  })

  test('every create leaves one record, sealed as any, and one event with ids only', async () => {
    const { id } = await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: 'Recorded', unit_id: 21 } })
    const { rows } = await h.house.pool.query(
      `select a.action, a.actor_id, a.payload, a.digest = sha256(a.salt || convert_to(a.payload::text, 'UTF8')) as true, o.name, o.payload as event
       from audit a join outbox o on a.audit_id = any(o.audit_ids) where a.party_id = $1`,
      [id],
    )
    assert.deepEqual(rows, [
      {
        action: 'parties.created',
        actor_id: 102,
        payload: {},
        true: true,
        name: 'parties.created',
        event: { id, party_id: id },
      },
    ])
  })

  test('a role that ends by its date leaves the list with nobody saving the party', async () => {
    const roles = [{ role: 'influencer' as const, since: '2020-01-01', until: '2999-01-01' }]
    const { id } = await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: 'Ends by itself', unit_id: 21, roles } })
    const listed = async () =>
      (
        await h
          .as(director)
          .api(parties)
          .list({ query: { role: 'influencer' } })
      ).items.map((row) => row.id)
    assert.deepEqual(await listed(), [id])
    await turnRoles.run(h.ctx({ now: new Date('2998-12-31T12:00:00Z') }), {}, null)
    assert.deepEqual(await listed(), [])
  })

  test('the same Idempotency-Key creates once', async () => {
    const api = h.as(director).api(parties)
    const body = { kind: 'person' as const, name: 'Once only', unit_id: 21 }
    const [a, b] = await Promise.all([1, 2].map(() => api.create({ body, idempotency_key: 'k-1' })))
    assert.equal(a!.id, b!.id)
    assert.equal((await api.list({ query: { q: 'Once only' } })).count, 1)
  })
})
