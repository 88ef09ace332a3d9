import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { erasure } from '../erasure/contract.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, south, wang } from '../parties/testing.ts'
import { notes } from './contract.ts'
import { endOfWeek, linesOf, mentionsIn, piecesOf, plain } from './rules.ts'

let h: TestHouse
let mine: number
let theirs: number
before(async () => {
  // A Sunday in London, Monday already in Kiritimati.
  h = await testHouse(modules, { clock: () => new Date('2026-11-19T08:00:00Z') })
  await company(h)
  // What company() gives its role is nothing: who is mentioned must be able to see.
  await h.house.pool.query(
    `update role set grants = '{"parties:read":"team","notes:read":"team","tasks:read":"team"}' where code = 'seller'`,
  )
  const make = async (name: string, unit_id: number, owner_id: number) =>
    (
      await h
        .as(director)
        .api(parties)
        .create({ body: { kind: 'person', name, unit_id, owner_id } })
    ).id
  mine = await make('陈建国', 21, 101)
  theirs = await make('Kim Lee', 31, 103)
})
after(() => h.close())

const api = (who = director) => h.as(who).api(notes)

test('a note is written, edited with its history, pinned, thrown away and brought back', async () => {
  const note = await api(wang).add({ params: { id: mine }, body: { body: ' 希望**缩短**交期 ' } })
  assert.deepEqual([note.body, note.author.name, note.edited_at], ['希望**缩短**交期', '王敏', null])
  const params = { id: mine, note_id: note.id }
  const changed = await api(wang).change({ params, body: { body: '希望交期 30 天' }, if_match: '"1"' })
  assert.equal(changed.version, 2)
  assert.ok(changed.edited_at)
  assert.equal(
    await codeOf(api(wang).change({ params, body: { body: 'x' }, if_match: '"1"' })),
    'kernel.version_changed',
  )
  await api(wang).change({ params, body: { pinned: true } })
  const { items } = await api(wang).history({ params })
  assert.deepEqual(
    items.map(({ body, by }) => [body, by.name]),
    [['希望**缩短**交期', '王敏']],
  )
  assert.equal((await api().ofParty({ params: { id: mine }, query: { pinned: true } })).items.length, 1)
  const stream = () =>
    h
      .as(director)
      .api(parties)
      .timeline({ params: { id: mine }, query: { kinds: 'notes' } })
  assert.equal((await stream()).items.length, 1)
  await api(wang).remove({ params })
  assert.equal((await stream()).items.length, 0)
  assert.equal((await api().ofParty({ params: { id: mine }, query: { trash: true } })).items[0]?.id, note.id)
  assert.equal((await api(wang).restore({ params })).live, true)
  assert.equal(await codeOf(api().add({ params: { id: mine }, body: { body: '  ' } })), 'notes.empty')
})

test('who is mentioned is told once; who may not see the party cannot be mentioned', async () => {
  const body = '请 @[李倩](102) 跟进，@[李倩](102)'
  const note = await api().add({ params: { id: mine }, body: { body } })
  const told = await api(east).mentions({})
  assert.deepEqual(
    told.items.map(({ note_id, party, by }) => [note_id, party.name, by.name]),
    [[note.id, '陈建国', '李倩']],
  )
  assert.equal((await api(east).taskCounts({})).mentions, 1)
  assert.deepEqual((await api(south).mentions({})).items, [])
  assert.equal((await api(east).seen({ body: { note_ids: [note.id] } })).left, 0)
  await api().change({ params: { id: mine, note_id: note.id }, body: { body: `${body}。` } })
  assert.deepEqual((await api(east).mentions({})).items, [])
  const cannot = api().add({ params: { id: mine }, body: { body: '@[Chan](103)' } })
  assert.equal(await codeOf(cannot), 'notes.cannot_see')
  const names = async (q: string) =>
    (await api().mentionable({ params: { id: mine }, query: { q } })).items.map(({ id }) => id)
  assert.deepEqual(await names('李'), [102])
  assert.deepEqual(await names('chan'), [])
})

test('notes of a party out of reach are not there, nor those of one in the trash written', async () => {
  assert.equal(await codeOf(api(wang).ofParty({ params: { id: theirs }, query: {} })), 'kernel.not_found')
  assert.equal(
    await codeOf(api(wang).add({ params: { id: theirs }, body: { body: 'x' } })),
    'kernel.not_found',
  )
})

test('tasks fall into overdue, today, this week and later in the zone of who asks', async () => {
  const add = (title: string, over: object = {}) => api(wang).addTask({ body: { title, ...over } as never })
  const late = await add('报价', { due_on: '2026-11-18', party_id: mine })
  const today = await add('回电', { due_on: '2026-11-19', priority: 'high' })
  const hour = await add('开会', { due_at: '2026-11-19T07:00:00.000Z' })
  const week = await add('拜访', { due_on: '2026-11-22' })
  const later = await add('续约', { due_on: '2026-11-23' })
  const some = await add('整理资料')
  assert.deepEqual(
    [late, today, hour, week, later, some].map(({ when }) => when),
    ['overdue', 'today', 'overdue', 'week', 'later', 'later'],
  )
  const list = await api(wang).tasks({ query: {} })
  assert.deepEqual(
    list.items.map(({ id }) => id),
    [late.id, today.id, hour.id, week.id, later.id, some.id],
  )
  assert.deepEqual(await api(wang).taskCounts({}), { overdue: 2, today: 1, week: 1, later: 2, mentions: 0 })
  const snoozed = await api(wang).snoozeTask({ params: { id: late.id }, body: { until: '2026-11-20' } })
  assert.equal(snoozed.when, 'week')
  const moved = await api(wang).changeTask({
    params: { id: late.id },
    body: { due_at: '2026-11-19T18:00:00Z' },
  })
  assert.deepEqual([moved.when, moved.due_on, moved.snoozed_until], ['today', null, null])
  const first = await api(wang).tasks({ query: { limit: 4 } })
  const rest = await api(wang).tasks({ query: { limit: 4, cursor: first.next! } })
  assert.equal(new Set([...first.items, ...rest.items].map(({ id }) => id)).size, 6)
  const done = await api(wang).doneTask({ params: { id: hour.id } })
  assert.ok(done.done_at)
  assert.equal((await api(wang).tasks({ query: { when: 'done' } })).items[0]?.id, hour.id)
  assert.equal((await api(wang).reopenTask({ params: { id: hour.id } })).done_at, null)
  await api(wang).removeTask({ params: { id: some.id } })
  assert.equal((await api(wang).tasks({ query: { when: 'later' } })).items.length, 1)
  assert.equal((await api(wang).restoreTask({ params: { id: some.id } })).live, true)
  assert.equal(
    await codeOf(add('x', { due_on: '2026-11-18', due_at: '2026-11-18T00:00:00Z' })),
    'tasks.two_dues',
  )
  assert.equal(endOfWeek('2026-11-19'), '2026-11-22')
  assert.equal(endOfWeek('2026-11-22'), '2026-11-22')
})

test('a task is given to whoever may see its party, and seen by the two and by whoever reaches it', async () => {
  const give = (assignee_id: number, party_id = mine) =>
    api(wang).addTask({ body: { title: '寄样品', assignee_id, party_id } })
  assert.equal(await codeOf(give(103)), 'tasks.cannot_see')
  assert.equal(await codeOf(give(999)), 'tasks.unknown_assignee')
  assert.equal(await codeOf(give(102, theirs)), 'tasks.unknown_party')
  const task = await give(102)
  assert.deepEqual([task.assignee.name, task.created_by.name, task.party?.name], ['李倩', '王敏', '陈建国'])
  const ids = async (who: typeof wang, query: object) =>
    (await api(who).tasks({ query })).items.map(({ id }) => id)
  assert.deepEqual(await ids(wang, { view: 'delegated' }), [task.id])
  assert.deepEqual(await ids(east, {}), [task.id])
  assert.deepEqual(await ids(south, { view: 'all' }), [])
  assert.ok((await ids(east, { view: 'unit' })).includes(task.id))
  assert.deepEqual((await ids(east, { party_id: mine })).includes(task.id), true)
  assert.equal(await codeOf(api(south).doneTask({ params: { id: task.id } })), 'kernel.not_found')
  await api(east).doneTask({ params: { id: task.id } })
  const stream = await h
    .as(director)
    .api(parties)
    .timeline({ params: { id: mine }, query: { kinds: 'tasks' } })
  assert.equal(stream.items[0]?.id, task.id)
  // The party goes to another branch: the task stays theirs, without its name.
  const far = await api(wang).addTask({ body: { title: '等', party_id: mine } })
  await h
    .as(director)
    .api(parties)
    .update({ params: { id: mine }, body: { unit_id: 31, owner_id: 103 } })
  const left = (await api(wang).tasks({ query: {} })).items.find(({ id }) => id === far.id)!
  assert.deepEqual([left.party, left.party_withheld], [null, true])
  await h
    .as(director)
    .api(parties)
    .update({ params: { id: mine }, body: { unit_id: 21, owner_id: 101 } })
})

test('marks are pieces, never HTML', () => {
  assert.deepEqual(piecesOf('<b>x</b> **y** `z` https://a.cn/b，@[王](7)'), [
    { kind: 'text', text: '<b>x</b> ' },
    { kind: 'bold', text: 'y' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'z' },
    { kind: 'text', text: ' ' },
    { kind: 'link', text: 'https://a.cn/b', href: 'https://a.cn/b' },
    { kind: 'text', text: '，' },
    { kind: 'mention', text: '@王', user_id: 7 },
  ])
  assert.deepEqual(
    linesOf('- a\n> b\n\nc').map(({ kind }) => kind),
    ['item', 'quote', 'empty', 'text'],
  )
  assert.deepEqual(mentionsIn('@[a](1) @[b](1) [x](javascript:1)'), [1])
  assert.equal(plain('**a** @[王敏](7) `b`'), 'a @王敏 b')
  assert.ok(piecesOf('javascript:alert(1)').every(({ kind }) => kind === 'text'))
})

test('an erasure takes notes, mentions, tasks and files, with what earlier versions said', async () => {
  const { id } = await h
    .as(director)
    .api(parties)
    .create({ body: { kind: 'person', name: '林晓', unit_id: 21 } })
  const note = await api().add({ params: { id }, body: { body: '林晓的秘密 @[李倩](102)' } })
  await api().change({ params: { id, note_id: note.id }, body: { body: '改了' } })
  await api().addTask({ body: { title: '问候林晓', party_id: id } })
  const preview = await h.as(director).api(erasure).preview({ params: { id } })
  assert.deepEqual(
    ['note', 'task', 'attachment'].map((what) => preview.parts.find((part) => part.what === what)?.count),
    [1, 1, undefined],
  )
  await h
    .as(director)
    .api(erasure)
    .erase({ params: { id }, body: { confirm: '林晓', ground: 'request' } })
  for (const table of ['note', 'note_mention', 'task', 'attachment', 'attachment_chunk']) {
    const { rows } = await h.house.pool.query(`select from ${table} where home_party_id = $1`, [id])
    assert.equal(rows.length, 0, table)
  }
  const { rows } = await h.house.pool.query(
    `select count(*) as n from audit where coalesce(payload::text, '') like '%秘密%'`,
  )
  assert.equal(Number(rows[0].n), 0)
})
