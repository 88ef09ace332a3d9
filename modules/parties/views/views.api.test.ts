import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { parties } from '../contract.ts'
import { forgetFields } from '../fields/catalogue.ts'
import { codeOf, company, director, east, refusal, wang } from '../testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const mine = {
  name: '我的大客户',
  state: { filter: '{"field":"owner","op":"is","value":"me"}', sort: '-revenue_minor' },
}
const seller = { ...wang, grants: { 'parties:read': 'own' as const } }
const colleague = { ...east, grants: { 'parties:read': 'branch' as const, 'views:share': 'branch' as const } }
const canton = { id: 103, unit_id: 31, grants: { 'parties:read': 'branch' as const }, branch_units: [3, 31] }

describe('a saved view', () => {
  test('is its owner’s alone until it is shared', async () => {
    const api = h.as(seller).api(parties)
    const view = await api.createView({ body: mine })
    assert.deepEqual([view.mine, view.may_change, view.pinned, view.shared], [true, true, true, 'private'])
    assert.equal((await api.view({ params: { id: view.id } })).state.filter, mine.state.filter)
    const others = h.as({ ...director, id: 102 }).api(parties)
    assert.equal((await refusal(others.view({ params: { id: view.id } }))).status, 404)
    assert.equal((await others.views()).items.length, 0)
    const share = api.patchView({
      params: { id: view.id },
      body: { shared: 'everyone' },
      if_match: String(view.version),
    } as never)
    assert.equal(await codeOf(share), 'parties.view_share')
  })

  test('shared with a unit is seen there and below, and changed by its owner only', async () => {
    const api = h.as(colleague).api(parties)
    const view = await api.createView({ body: { ...mine, name: '华东', shared: 'unit', unit_id: 2 } })
    const team = h.as(seller).api(parties)
    assert.ok(
      (await team.views()).items.some(({ id }) => id === view.id),
      '21 is below 2',
    )
    assert.ok(!(await h.as(canton).api(parties).views()).items.some(({ id }) => id === view.id))
    assert.equal(
      await codeOf(team.patchView({ params: { id: view.id }, body: { name: 'x' } })),
      'parties.view_not_yours',
    )
    assert.equal(await codeOf(team.removeView({ params: { id: view.id } })), 'parties.view_not_yours')
    const far = api.createView({ body: { ...mine, shared: 'unit', unit_id: 3 } })
    assert.equal(await codeOf(far), 'parties.view_share', 'a branch shares within its branch')
    assert.equal(
      await codeOf(api.createView({ body: { ...mine, shared: 'everyone' } })),
      'parties.view_share',
    )
  })

  test('asks for its reader: “mine” is the reader’s, and the reader’s scope holds', async () => {
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: '远方', unit_id: 31, owner_id: 103 } })
    const all = await h
      .as({ ...director, id: 102 })
      .api(parties)
      .createView({
        body: {
          name: '全部个人',
          shared: 'everyone',
          state: { filter: '{"field":"kind","op":"is","value":"person"}' },
        },
      })
    const api = h.as(seller).api(parties)
    const seen = (await api.views()).items.find(({ id }) => id === all.id)!
    assert.equal(seen.may_change, false)
    const page = await api.list({ query: { filter: seen.state.filter! } })
    assert.ok(page.items.every(({ name }) => name !== '远方'))
  })

  test('with a condition on what its reader does not see tells neither the field nor the value', async () => {
    await h.house.pool.query(
      `insert into custom_field (key, kind, label_zh, label_en, sees_role_ids, created_at, updated_at)
       values ('secret_grade', 'text', '密级', 'Grade', '{51}', now(), now())`,
    )
    forgetFields(h.ctx())
    const owner = h.as({ ...director, role: 'seller' }).api(parties)
    const view = await owner.createView({
      body: {
        name: '密级甲',
        shared: 'everyone',
        state: {
          filter: '{"field":"fields.secret_grade","op":"is","value":"甲"}',
          sort: 'fields.secret_grade',
          columns: ['owner', 'fields.secret_grade'],
        },
      },
    })
    assert.equal(view.blocked, false)
    const seen = (await h.as(canton).api(parties).views()).items.find(({ id }) => id === view.id)!
    assert.deepEqual([seen.blocked, seen.state], [true, { columns: ['owner'] }])
    const forbidden = h
      .as(canton)
      .api(parties)
      .createView({ body: { name: 'x', state: view.state } })
    assert.equal(await codeOf(forbidden), 'parties.filter_field')
  })

  test('stands among one’s tabs and opens first as oneself says, for nobody else', async () => {
    const api = h.as(colleague).api(parties)
    const [one] = (await api.views()).items
    const marked = await api.markView({ params: { id: one!.id }, body: { pinned: false, first: true } })
    assert.deepEqual([marked.pinned, marked.first], [false, true])
    const other = (await h.as(seller).api(parties).views()).items.find(({ id }) => id === one!.id)
    assert.deepEqual([other?.pinned, other?.first], [true, false])
  })

  test('is renamed, and deleted, at the version one has seen', async () => {
    const api = h.as(seller).api(parties)
    const view = await api.createView({ body: mine })
    const renamed = await api.patchView({ params: { id: view.id }, body: { name: '新名字' } })
    assert.deepEqual([renamed.name, renamed.version], ['新名字', view.version + 1])
    await api.removeView({ params: { id: view.id } })
    assert.equal((await refusal(api.view({ params: { id: view.id } }))).status, 404)
  })

  test('belongs to a person: a key sees what is shared and saves none', async () => {
    const key = h.as({ kind: 'key', id: 5, scope: 'all' }).api(parties)
    assert.ok((await key.views()).items.every(({ shared, mine }) => shared === 'everyone' && !mine))
    assert.equal(await codeOf(key.createView({ body: mine })), 'parties.view_needs_person')
  })
})
