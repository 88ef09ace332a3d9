import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { modules } from '../../index.ts'
import { labels, type TagChange } from '../contract.labels.ts'
import { parties } from '../contract.ts'
import { codeOf, company, director, east } from '../testing.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await company(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})

const api = () => h.as(director).api(labels)
const people = () => h.as(director).api(parties)
const make = (tags: string[], unit_id = 21) =>
  people().create({ body: { kind: 'person', name: '陈建国', unit_id, tags } })
const tagsOf = async (id: number) => (await people().get({ params: { id } })).tags
const over = async (id: number): Promise<TagChange> => {
  for (let tries = 0; tries < 600; tries++) {
    const found = (await api().tagChanges({})).items.find((one) => one.id === id)!
    if (found.state === 'done' || found.state === 'failed') return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('a change of tags did not end')
}

test('a tag is renamed everywhere, each party keeps its own record of it, and the change is taken back', async () => {
  const a = await make(['vip', '苏州'])
  const b = await make(['vip'], 31)
  const other = await make(['苏州'])
  await api().defineTag({ body: { tag: 'vip', colour: 'teal', note: '大客户' } })
  const change = await over((await api().changeTags({ body: { tags: ['vip'], become: 'VIP' } })).id)
  assert.deepEqual([change.verb, change.state, change.changed], ['rename', 'done', 2])
  assert.deepEqual(
    [await tagsOf(a.id), await tagsOf(b.id), await tagsOf(other.id)],
    [['VIP', '苏州'], ['VIP'], ['苏州']],
  )
  const row = (await api().tagList({})).items.find(({ tag }) => tag === 'VIP')
  assert.deepEqual([row?.count, row?.colour, row?.note], [2, 'teal', '大客户'])
  const history = await people().history({ params: { id: b.id }, query: {} })
  assert.ok(history.items.some(({ changes }) => changes.some(({ field }) => field === 'tags')))
  // Whoever was changed since keeps what they have.
  await people().update({ params: { id: b.id }, body: { tags: ['VIP', 'neu'] } })
  await api().undoTagChange({ params: { change_id: change.id } })
  for (let tries = 0; tries < 600 && (await tagsOf(a.id)).includes('VIP'); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual(
    [await tagsOf(a.id), await tagsOf(b.id)],
    [
      ['vip', '苏州'],
      ['VIP', 'neu'],
    ],
  )
  assert.equal(await codeOf(api().undoTagChange({ params: { change_id: change.id } })), 'labels.undone')
})

test('two tags become one, once for each party; a tag is taken from everybody', async () => {
  const both = await make(['gold', 'silver', 'x'])
  const one = await make(['silver'])
  const merged = await over((await api().changeTags({ body: { tags: ['silver'], become: 'gold' } })).id)
  assert.equal(merged.verb, 'merge')
  assert.deepEqual([await tagsOf(both.id), await tagsOf(one.id)], [['gold', 'x'], ['gold']])
  const gone = await over((await api().changeTags({ body: { tags: ['gold'], become: null } })).id)
  assert.deepEqual([gone.verb, gone.changed], ['delete', 2])
  assert.deepEqual([await tagsOf(both.id), await tagsOf(one.id)], [['x'], []])
  assert.equal(
    await codeOf(api().changeTags({ body: { tags: ['gold'], become: 'b' } })),
    'labels.unknown_tag',
  )
})

test('where only defined tags may be used, another is refused, and what somebody has already stays', async () => {
  const party = await make(['old habit'])
  await api().tagPolicy({ body: { defined_only: true } })
  assert.equal(await codeOf(make(['brand new'])), 'labels.not_defined')
  await make(['old habit'])
  await api()
    .changeTags({ body: { tags: ['old habit'], become: null } })
    .then(({ id }) => over(id))
  assert.equal(
    await codeOf(people().update({ params: { id: party.id }, body: { tags: ['old habit'] } })),
    'labels.not_defined',
  )
  await api().tagPolicy({ body: { defined_only: false } })
  await people().update({ params: { id: party.id }, body: { tags: ['anything'] } })
})

test('market roles are called, ordered and hidden as the company says, and counted in scope', async () => {
  await people().create({ body: { kind: 'person', name: 'a', unit_id: 21, roles: ['supplier'] } })
  await people().create({ body: { kind: 'person', name: 'b', unit_id: 31, roles: ['supplier'] } })
  const first = await api().marketRoles({})
  assert.equal(first.items.length, 10)
  const after = await api().writeMarketRoles({
    body: {
      items: [
        { role: 'supplier', label_zh: '供货商', label_en: 'Vendor' },
        { role: 'recruit', hidden: true },
      ],
    },
    if_match: `"${first.version}"`,
  })
  assert.deepEqual(
    [after.items[0]?.role, after.items[0]?.zh, after.items[0]?.en, after.items[0]?.count],
    ['supplier', '供货商', 'Vendor', 2],
  )
  assert.equal(after.items[1]?.hidden, true)
  const hers = await h.as(east).api(labels).marketRoles({})
  assert.equal(hers.items.find(({ role }) => role === 'supplier')?.count, 1)
  assert.equal(
    await codeOf(api().writeMarketRoles({ body: { items: [] }, if_match: `"${first.version}"` })),
    'kernel.version_changed',
  )
  const all = first.items.map(({ role }) => ({ role, hidden: true }))
  assert.equal(await codeOf(api().writeMarketRoles({ body: { items: all } })), 'labels.all_hidden')
  assert.equal(
    await codeOf(
      h
        .as(east)
        .api(labels)
        .changeTags({ body: { tags: ['x'], become: 'y' } }),
    ),
    'labels.whole_company',
  )
})
