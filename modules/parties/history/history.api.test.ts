import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { orders } from '../../orders/contract.ts'
import { parties } from '../contract.ts'
import { codeOf, company, director, refusal, wang } from '../testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())
const api = () => h.as(director).api(parties)

describe('field history', () => {
  test('says who, when, what it was and what it became, newest first', async () => {
    const { id } = await api().create({
      body: { kind: 'person', name: '单雄信', unit_id: 21, owner_id: 101 },
    })
    const params = { id }
    await api().update({ params, body: { name: '单二', owner_id: 102 } })
    await h
      .as({ ...wang, scope: 'all' })
      .api(parties)
      .update({ params, body: { name: '单通' } })
    const { items } = await api().history({ params })
    assert.deepEqual(
      items.map((item) => [item.action, item.actor.name]),
      [
        ['parties.updated', '王敏'],
        ['parties.updated', '李倩'],
        ['parties.created', '李倩'],
      ],
    )
    assert.deepEqual(items[1]!.changes, [
      { field: 'name', was: '单雄信', became: '单二', withheld: false },
      {
        field: 'owner_id',
        was: { id: 101, name: '王敏' },
        became: { id: 102, name: '李倩' },
        withheld: false,
      },
    ])
    assert.deepEqual(items[0]!.changes, [{ field: 'name', was: '单二', became: '单通', withheld: false }])
    assert.deepEqual(
      items.map((item) => item.undoable),
      [true, false, false],
    )
  })

  test('pages by key without a gap or a repeat', async () => {
    const { id } = await api().create({ body: { kind: 'person', name: 'Paged', unit_id: 21 } })
    for (let i = 0; i < 7; i++) await api().update({ params: { id }, body: { note: `n${i}` } })
    const whole = (await api().history({ params: { id } })).items.map((item) => item.audit_id)
    const parts: number[] = []
    let cursor: string | undefined
    do {
      const page = await api().history({ params: { id }, query: { limit: 3, ...(cursor ? { cursor } : {}) } })
      parts.push(...page.items.map((item) => item.audit_id))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.deepEqual(parts, whole)
    assert.equal(parts.length, 8)
  })
})

describe('undo', () => {
  const latest = async (id: number) => (await api().history({ params: { id } })).items[0]!
  const undo = async (id: number) => api().undo({ params: { id, audit_id: (await latest(id)).audit_id } })
  const bare = (party: object) => JSON.stringify({ ...party, version: 0, updated_at: '' })

  test('puts every kind of change back, and can itself be undone', async () => {
    const first = await api().create({
      body: {
        kind: 'person',
        name: 'Undone',
        unit_id: 21,
        contact_points: [{ kind: 'email', value: 'a@x.cn', preferred: true }],
        roles: [{ role: 'customer', since: '2024-01-01' }],
        external_ids: [{ source: 'undo', value: '1' }],
      },
    })
    const { id } = first
    const contact = { id, contact_point_id: first.contact_points[0]!.id }
    const role = { id, party_role_id: first.roles[0]!.id }
    const changes = [
      () => api().update({ params: { id }, body: { name: 'Other', tags: ['x'], owner_id: 101 } }),
      () => api().addContact({ params: { id }, body: { kind: 'phone', value: '13800001111' } }),
      () => api().updateContact({ params: contact, body: { value: 'b@x.cn', label: 'work' } }),
      () => api().removeContact({ params: contact }),
      () => api().addRole({ params: { id }, body: { role: 'partner' } }),
      () => api().updateRole({ params: role, body: { until: '2025-01-01' } }),
      () => api().removeRole({ params: role }),
      () => api().addExternalId({ params: { id }, body: { source: 'undo', value: '2' } }),
      () => api().removeExternalId({ params: { id }, query: { source: 'undo', value: '1' } }),
      () => api().remove({ params: { id } }),
    ]
    for (const change of changes) {
      const changed = await change()
      assert.equal(bare(await undo(id)), bare(first))
      assert.equal(bare(await undo(id)), bare(changed), 'undoing the undo')
      assert.equal(bare(await undo(id)), bare(first))
    }
  })

  test('is refused with who and when once a later change touched the same field, and only then', async () => {
    const { id } = await api().create({ body: { kind: 'person', name: 'Contested', unit_id: 21 } })
    const params = { id }
    await api().update({ params, body: { name: 'First', note: 'kept' } })
    const { audit_id } = await latest(id)
    await api().update({ params, body: { country: 'CN' } })
    assert.equal((await api().undo({ params: { id, audit_id } })).name, 'Contested')
    await api().update({ params, body: { name: 'Second' } })
    const second = await latest(id)
    await h
      .as({ ...wang, scope: 'all' })
      .api(parties)
      .update({ params, body: { name: 'Third' } })
    const no = await refusal(api().undo({ params: { id, audit_id: second.audit_id } }))
    assert.deepEqual([no.status, no.code, no.details?.['who']], [409, 'parties.changed_since', '王敏'])
    const created = (await api().history({ params })).items.at(-1)!
    assert.equal(
      await codeOf(api().undo({ params: { id, audit_id: created.audit_id } })),
      'parties.depended_on',
    )
    assert.equal((await refusal(api().undo({ params: { id, audit_id: 1 } }))).status, 404)
  })
})

describe('the timeline', () => {
  test('is one stream of orders and changes, by time, with what there is of each', async () => {
    const { id } = await api().create({ body: { kind: 'organisation', name: 'Streamed', unit_id: 21 } })
    const shop = h.as(director).api(orders)
    for (const [i, day] of ['2024-01-05', '2024-02-06', '2024-03-07'].entries())
      await shop.create({
        body: {
          number: `T${i}`,
          party_id: id,
          ordered_at: `${day}T10:00:00Z`,
          lines: [{ quantity: 1, price_micro: 5_000_000 }],
        },
      })
    const first = await api().timeline({ params: { id }, query: { limit: 2 } })
    assert.deepEqual(
      first.counts.filter(({ count }) => count > 0),
      [
        { kind: 'orders', count: 3 },
        { kind: 'changes', count: 1 },
      ],
    )
    const rest = await api().timeline({ params: { id }, query: { limit: 2, cursor: first.next! } })
    const all = [...first.items, ...rest.items]
    assert.deepEqual(
      all.map((item) => item.kind),
      ['changes', 'orders', 'orders', 'orders'],
    )
    assert.deepEqual(
      [...all.map((item) => item.at)].sort().reverse(),
      all.map((item) => item.at),
    )
    assert.equal(rest.next, null)
    const only = await api().timeline({ params: { id }, query: { kinds: 'orders' } })
    assert.equal(only.items.length, 3)
    const blind = h.as({ ...director, grants: { 'parties:read': 'all' } }).api(parties)
    assert.deepEqual(
      (await blind.timeline({ params: { id } })).items.map((item) => item.kind),
      ['changes'],
    )
  })
})
