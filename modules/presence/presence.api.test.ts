import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { notes } from '../notes/contract.ts'
import { occasions } from '../occasions/contract.ts'
import { fields } from '../parties/contract.fields.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, refusal, south, wang } from '../parties/testing.ts'
import { ties } from '../ties/contract.ts'
import { presence } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const li: Played = { ...east, scope: 'all' }
const at = (who: Played) => h.as(who).api(presence)
const make = async (name: string) =>
  (
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name, unit_id: 21, owner_id: 101 } })
  ).id
const be = (who: Played, id: number, field: string | null = null, tab = `page-${who.id}`) =>
  at(who).be({ params: { id }, body: { tab, field } })
const audits = async () =>
  (await h.house.pool.query<{ n: number }>('select count(*)::int as n from audit')).rows[0]!.n

test('each of two sees the other, and what the other is editing; nothing is recorded', async () => {
  const id = await make('林若兰')
  const before = await audits()
  assert.deepEqual((await be(wang, id)).others, [])
  const [hers] = (await be(li, id, 'note')).others
  assert.deepEqual([hers?.name, hers?.editing, hers?.field], ['王敏', false, null])
  const [his] = (await be(wang, id)).others
  assert.deepEqual([his?.user_id, his?.name, his?.editing, his?.field], [102, '李倩', true, 'note'])
  assert.equal((await be(li, id)).others.length, 1)
  assert.equal((await be(wang, id)).others[0]?.editing, false, 'the field was left')
  await at(li).leave({ params: { id }, query: { tab: 'page-102' } })
  assert.deepEqual((await be(wang, id)).others, [])
  assert.equal(await audits(), before)
})

test('who closed the lid is gone when their time has lapsed, and their row is swept by the next', async () => {
  const id = await make('走开的人')
  const other = await make('另一位')
  await be(li, id, 'note')
  await be(wang, id)
  await h.house.pool.query(`update party_presence set expires_at = clock_timestamp() where user_id = 102`)
  assert.deepEqual((await be(wang, id)).others, [])
  assert.deepEqual((await at(wang).list()).items, [])
  await be(wang, other)
  const { rows } = await h.house.pool.query('select from party_presence where user_id = 102')
  assert.equal(rows.length, 0)
})

test('whoever does not reach the customer neither hears nor says anything', async () => {
  const id = await make('东区客户')
  await be(wang, id, 'note')
  assert.equal((await refusal(be(south, id))).status, 404)
  assert.deepEqual((await at(south).list()).items, [])
  const found = (await at(east).list()).items.find(({ party_id }) => party_id === id)
  assert.deepEqual(
    found?.people.map(({ name, field }) => [name, field]),
    [['王敏', 'note']],
  )
  const gone = at(south).leave({ params: { id }, query: { tab: 'page-101' } })
  assert.equal(await codeOf(gone), 'kernel.not_found')
  assert.equal((await be(li, id)).others.length, 1)
})

test('of a masked contact and of a hidden custom field one hears only that somebody edits', async () => {
  const id = await make('有秘密的人')
  await h.house.pool.query(
    `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (52, 'director', '总监', 'Director', '{}', now())`,
  )
  await h
    .as({ ...director, role: 'administrator' })
    .api(fields)
    .create({
      body: { kind: 'text', key: 'secret', label_zh: '秘密', label_en: 'Secret', sees_role_ids: [52] },
    })
  const open: Played = { ...li, role: 'director' }
  const narrow: Played = { ...li, role: 'seller', masks: ['phone'] }
  for (const [field, hidden] of [
    ['contact.phone', true],
    ['fields.secret', true],
    ['contact.email', false],
    ['nonsense', true],
  ] as const) {
    await be(wang, id, field)
    const [told] = (await be(narrow, id)).others
    assert.deepEqual([told?.editing, told?.field], [true, hidden ? null : field], field)
    const listed = (await at(narrow).list()).items.find(({ party_id }) => party_id === id)
    assert.deepEqual([listed?.people[0]?.editing, listed?.people[0]?.field], [true, hidden ? null : field])
  }
  await be(wang, id, 'fields.secret')
  assert.equal((await be(open, id)).others[0]?.field, 'fields.secret')
})

test('who may only read edits nothing, and a key is no colleague', async () => {
  const id = await make('只读')
  const reader: Played = { ...wang, scope: 'all', grants: { 'parties:read': 'all' } }
  await be(reader, id, 'note')
  assert.equal((await be(li, id)).others[0]?.editing, false)
  await at(reader).leave({ params: { id }, query: { tab: 'page-101' } })
  await h
    .as({ ...reader, kind: 'key', id: 7 })
    .api(presence)
    .be({ params: { id }, body: { tab: 'a-key-tab' } })
  assert.deepEqual((await be(li, id)).others, [])
})

test('the answer says which version it is, and that something was recorded', async () => {
  const id = await make('会变的人')
  const first = await be(wang, id)
  const changed = await h
    .as(li)
    .api(parties)
    .update({ params: { id }, body: { note: '新的备注' } })
  const then = await be(wang, id)
  assert.equal(then.version, changed.version)
  assert.ok(then.version > first.version)
  assert.ok((then.stamp ?? 0) > (first.stamp ?? 0))
})

test('a name for the page that is none, and a customer that is none, are refused', async () => {
  const id = await make('界限')
  assert.equal((await refusal(be(wang, id, null, 'x'))).status, 400)
  assert.equal((await refusal(be(wang, id, 'Nöte'))).status, 400)
  assert.equal((await refusal(be(wang, 999_999_999))).status, 404)
})

test('many pages come and go at once without waiting for each other in vain', async () => {
  const ids = [await make('一'), await make('二'), await make('三')]
  const rounds = Array.from({ length: 60 }, async (_, i) => {
    const who = [wang, li][i % 2]!
    const id = ids[i % 3]!
    await be(who, id, i % 4 ? 'note' : null, `tab-${i % 9}-xx`)
    if (i % 5 === 0)
      await h.house.pool.query(
        `update party_presence set expires_at = clock_timestamp() where party_id = $1`,
        [id],
      )
  })
  await Promise.all(rounds)
  assert.equal(await codeOf(be(south, ids[0]!)), 'kernel.not_found')
})

test('of a note, a task, a date and a tie one hears which, unless one does not see it', async () => {
  const id = await make('很多事的人')
  const params = { id }
  const all: Played = { ...director, role: 'administrator' }
  const made = {
    notes: (
      await h
        .as(all)
        .api(notes)
        .add({ params, body: { body: '先报价' } })
    ).id,
    tasks: (
      await h
        .as(all)
        .api(notes)
        .addTask({ body: { title: '寄样品', party_id: id } })
    ).id,
    occasions: (
      await h
        .as(all)
        .api(occasions)
        .add({ params, body: { kind: 'birthday', calendar: 'lunar', month: 8, day: 15 } })
    ).id,
    // The other end lies in a unit that the narrow reader does not reach.
    ties: (
      await h
        .as(all)
        .api(ties)
        .add({ params, body: { kind: 'works_at', create: { name: '南方机电' } } })
    ).id,
  }
  const writer: Played = { ...all, id: 102 }
  const may = { 'parties:read': 'all', 'notes:read': 'all', 'occasions:read': 'all' } as const
  const narrow: Played = {
    ...wang,
    role: 'seller',
    scope: 'all',
    masks: ['birthday'],
    grants: { ...may, 'ties:read': 'own' },
  }
  for (const [kind, part] of Object.entries(made))
    for (const [field, told] of [
      [`${kind}.${part}`, kind === 'notes'],
      [`${kind}.new`, kind === 'notes' || kind === 'occasions'],
      [`${kind}.${part + 1}`, false],
    ] as const) {
      await be(writer, id, field)
      const [whole] = (await be({ ...all, id: 103 }, id)).others.filter(({ user_id }) => user_id === 102)
      assert.equal(whole?.field, field.endsWith(String(part + 1)) ? null : field, field)
      const [seen] = (await be(narrow, id)).others.filter(({ user_id }) => user_id === 102)
      const own = kind === 'ties' && field.endsWith('new')
      assert.deepEqual([seen?.editing, seen?.field], [true, told || own ? field : null], field)
      const listed = (await at(narrow).list()).items.find(({ party_id }) => party_id === id)
      const heard = listed?.people.find(({ user_id }) => user_id === 102)
      assert.equal(heard?.field, told || own ? field : null)
    }
})

test('who may not write notes is not said to write one', async () => {
  const id = await make('只看备注')
  const grants = { 'parties:read': 'all', 'parties:write': 'all', 'notes:read': 'all' } as const
  await be({ ...wang, scope: 'all', grants }, id, 'notes.new')
  assert.equal((await be(li, id)).others[0]?.editing, false)
})

test('whoever wrote in what a colleague took away is told who it was; who never saw it is told nothing', async () => {
  const id = await make('被删的事')
  const params = { id }
  const all: Played = { ...director, role: 'administrator' }
  const note = await h
    .as(all)
    .api(notes)
    .add({ params, body: { body: '先报价' } })
  const day = await h
    .as(all)
    .api(occasions)
    .add({ params, body: { kind: 'birthday', calendar: 'solar', month: 8, day: 15 } })
  const tie = await h
    .as(all)
    .api(ties)
    .add({ params, body: { kind: 'works_at', create: { name: '南方机电' } } })
  const task = await h
    .as(all)
    .api(notes)
    .addTask({ body: { title: '寄样品', party_id: id } })
  const last = (who: Played, field: string) => {
    const [part, part_id] = field.split('.')
    return at(who).last({ params, query: { part: part as 'notes', part_id: Number(part_id) } })
  }
  const added = await last(li, `ties.${tie.id}`)
  assert.deepEqual([added.there, added.change?.action], [true, 'ties.added'])
  await h
    .as(li)
    .api(notes)
    .doneTask({ params: { id: task.id } })
  const done = await last(wang, `tasks.${task.id}`)
  assert.deepEqual([done.there, done.change?.action, done.change?.by.name], [true, 'tasks.done', '李倩'])
  await h
    .as(li)
    .api(notes)
    .remove({ params: { id, note_id: note.id } })
  await h
    .as(li)
    .api(occasions)
    .remove({ params: { id, occasion_id: day.id } })
  await h
    .as(li)
    .api(ties)
    .remove({ params: { id, tie_id: tie.id } })
  const removed = [`notes.${note.id}`, `occasions.${day.id}`, `ties.${tie.id}`]
  for (const part of removed) {
    const { there, change } = await last(all, part)
    assert.deepEqual([there, change?.action.endsWith('.removed'), change?.by.name], [false, true, '李倩'])
  }
  const narrow: Played = {
    ...wang,
    masks: ['birthday'],
    grants: { 'parties:read': 'all', 'occasions:read': 'all', 'ties:read': 'own' },
  }
  for (const part of removed) assert.deepEqual(await last(narrow, part), { there: false, change: null }, part)
  assert.equal((await refusal(last(south, removed[0]!))).status, 404)
  assert.equal((await refusal(last(li, 'files.1'))).status, 400)
  assert.deepEqual(await last(li, 'notes.999999'), { there: false, change: null })
})
