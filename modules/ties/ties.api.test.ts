import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { erasure } from '../erasure/contract.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, wang } from '../parties/testing.ts'
import { ties } from './contract.ts'
import { asTree, isCurrent } from './rules.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2026-11-22T08:00:00Z') })
  await company(h)
})
after(() => h.close())

const api = (who = director) => h.as(who).api(ties)
const make = async (kind: 'person' | 'organisation', name: string, unit_id = 21, owner_id = 101) =>
  (await h.as(director).api(parties).create({ body: { kind, name, unit_id, owner_id } })).id
const add = (id: number, body: object, who = director) =>
  api(who).add({ params: { id }, body: body as never })
const of = async (id: number, who = director) => (await api(who).ofParty({ params: { id } })).items

test('a person works in several organisations, each with title and period, one of them first', async () => {
  const chen = await make('person', '陈建国')
  const [first, second] = [await make('organisation', '华东机电'), await make('organisation', '长江贸易')]
  const a = await add(chen, {
    kind: 'works_at',
    other_id: first,
    title: '采购总监',
    department: '采购部',
    since: '2020-03-01',
    is_primary: true,
  })
  assert.deepEqual([a.side, a.other.name, a.current, a.is_primary], ['from', '华东机电', true, true])
  // From the other end it is the same tie, seen from there.
  const b = await add(second, { kind: 'works_at', other_id: chen, title: '独立董事', is_primary: true })
  assert.deepEqual([b.side, b.other.name], ['to', '陈建国'])
  assert.deepEqual(
    (await of(chen)).map(({ other, is_primary }) => [other.name, is_primary]),
    [
      ['长江贸易', true],
      ['华东机电', false],
    ],
  )
  assert.equal(await codeOf(add(chen, { kind: 'works_at', other_id: first })), 'ties.twice')
  const was = (await of(chen)).find(({ id }) => id === a.id)!
  const ended = await api().change({
    params: { id: first, tie_id: a.id },
    body: { until: '2026-10-31' },
    if_match: `"${was.version}"`,
  })
  assert.deepEqual([ended.current, ended.until, ended.other.name], [false, '2026-10-31', '陈建国'])
  // Whoever left may come back.
  await add(chen, { kind: 'works_at', other_id: first, title: '顾问', since: '2026-11-01' })
  assert.deepEqual(
    (await of(first)).map(({ title, current }) => [title, current]),
    [
      ['顾问', true],
      ['采购总监', false],
    ],
  )
  const line = await h
    .as(director)
    .api(parties)
    .timeline({ params: { id: chen }, query: { kinds: 'ties' } })
  assert.equal(line.items.length, 3)
  assert.equal(
    await codeOf(add(chen, { kind: 'works_at', other_id: await make('person', '某人') })),
    'ties.wrong_ends',
  )
  assert.equal(
    await codeOf(add(chen, { kind: 'works_at', other_id: second, since: '2026-02-01', until: '2026-01-01' })),
    'ties.bad_period',
  )
})

test('what a party is tied as, it stays, also by a block and an undo; without its ties it may become another', async () => {
  const people = h.as(director).api(parties)
  const [firm, parent] = [await make('person', '恒力'), await make('organisation', '恒力集团')]
  await people.update({ params: { id: firm }, body: { kind: 'organisation' } })
  const turned = (await people.history({ params: { id: firm }, query: {} })).items[0]!
  const tie = await add(firm, { kind: 'subsidiary_of', side: 'from', other_id: parent })
  const turn = (id: number) => people.update({ params: { id }, body: { kind: 'person' } })
  assert.deepEqual(
    [await codeOf(turn(firm)), await codeOf(turn(parent))],
    ['parties.kind_tied', 'parties.kind_tied'],
  )
  await assert.rejects(people.block({ body: { rows: [{ id: firm, set: { kind: 'person' } }] } }))
  assert.equal(
    await codeOf(people.undo({ params: { id: firm, audit_id: turned.audit_id } })),
    'parties.kind_tied',
  )
  assert.equal((await people.get({ params: { id: firm } })).kind, 'organisation')
  await api().remove({ params: { id: firm, tie_id: tie.id } })
  assert.equal((await turn(firm)).kind, 'person')
})

test('the other party is made in place, in the same transaction, by whoever may make it', async () => {
  const firm = await make('organisation', '新厂')
  const tie = await add(firm, { kind: 'works_at', create: { name: '周明' }, title: '厂长' })
  assert.deepEqual([tie.other.name, tie.other.kind], ['周明', 'person'])
  const reader = { ...director, grants: { 'ties:write': 'all', 'ties:read': 'all' } } as const
  assert.equal(
    await codeOf(add(firm, { kind: 'works_at', create: { name: '李四' } }, reader)),
    'ties.may_not_create',
  )
  assert.equal((await of(firm)).length, 1)
})

test('a tie shows only where both ends are reached', async () => {
  const mine = await make('person', '我的客户')
  const theirs = await make('organisation', 'Canton Works', 31, 103)
  const tie = await add(mine, { kind: 'works_at', other_id: theirs, title: 'Secret title' })
  assert.deepEqual(await of(mine, east), [])
  assert.deepEqual(await of(mine, wang), [])
  assert.equal(await codeOf(add(mine, { kind: 'works_at', other_id: theirs }, wang)), 'ties.unknown_other')
  assert.equal(
    await codeOf(api(wang).change({ params: { id: mine, tie_id: tie.id }, body: { title: 'x' } })),
    'kernel.not_found',
  )
  assert.equal(await codeOf(api(wang).remove({ params: { id: mine, tie_id: tie.id } })), 'kernel.not_found')
  const line = await h
    .as(wang)
    .api(parties)
    .timeline({ params: { id: mine }, query: {} })
  assert.ok(!JSON.stringify(line).includes('Secret title'))
  assert.equal((await of(mine)).length, 1)
})

test('a group is shown whole from any of its members, has one parent each and no circle', async () => {
  const [top, left, right, leaf] = await Promise.all(
    ['集团', '东部公司', '西部公司', '东部一厂'].map((name) => make('organisation', name)),
  )
  await add(left!, { kind: 'subsidiary_of', other_id: top, side: 'from' })
  await add(top!, { kind: 'subsidiary_of', other_id: right, side: 'to' })
  await add(leaf!, { kind: 'subsidiary_of', other_id: left })
  const { items, whole } = await api().group({ params: { id: leaf! } })
  assert.deepEqual(
    [whole, items.map(({ name, depth }) => [name, depth])],
    [
      true,
      [
        ['集团', 0],
        ['东部公司', 1],
        ['东部一厂', 2],
        ['西部公司', 1],
      ],
    ],
  )
  assert.equal(await codeOf(add(top!, { kind: 'subsidiary_of', other_id: leaf })), 'ties.cycle')
  assert.equal(await codeOf(add(leaf!, { kind: 'subsidiary_of', other_id: right })), 'ties.has_parent')
  assert.deepEqual((await api().group({ params: { id: await make('organisation', '独立') } })).items, [])
})

test('two who close a circle at once: one is refused', async () => {
  const [a, b] = [await make('organisation', 'A'), await make('organisation', 'B')]
  const both = await Promise.allSettled([
    add(a, { kind: 'subsidiary_of', other_id: b }),
    add(b, { kind: 'subsidiary_of', other_id: a }),
  ])
  assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a household has a head and members; nobody lives in two', async () => {
  const [head, wife, child, other] = [
    await make('person', '林海'),
    await make('person', '陈静'),
    await make('person', '林小雨'),
    await make('person', '赵六'),
  ]
  await add(wife, { kind: 'household', other_id: head, relation: 'spouse' })
  await add(head, { kind: 'household', side: 'to', other_id: child, relation: 'child' })
  for (const id of [head, wife, child])
    assert.deepEqual(
      (await api().household({ params: { id } })).items.map(({ name, relation }) => [name, relation]),
      [
        ['林海', null],
        ['陈静', 'spouse'],
        ['林小雨', 'child'],
      ],
    )
  assert.equal(await codeOf(add(wife, { kind: 'household', other_id: other })), 'ties.in_household')
  assert.equal(await codeOf(add(head, { kind: 'household', other_id: other })), 'ties.in_household')
  assert.equal(await codeOf(add(other, { kind: 'household', other_id: wife })), 'ties.in_household')
})

test('both histories tell it, and an erasure takes it from both ends', async () => {
  const [person, firm] = [await make('person', '孙七'), await make('organisation', '七星')]
  const tie = await add(person, { kind: 'works_at', other_id: firm, title: '孙七的职务' })
  const { rows } = await h.house.pool.query('select party_id from audit where subject_id = $1 order by 1', [
    tie.id,
  ])
  assert.deepEqual(
    rows.map((row) => Number(row.party_id)),
    [person, firm].sort((a, b) => a - b),
  )
  await h
    .as(director)
    .api(erasure)
    .erase({ params: { id: person }, body: { confirm: '孙七', ground: 'request' } })
  assert.deepEqual(await of(firm), [])
  const left = await h.house.pool.query('select from tie where tie_id = $1', [tie.id])
  assert.equal(left.rows.length, 0)
})

test('a tree is shown once each, whatever circles a merge left', () => {
  const node = fc.record({
    id: fc.integer({ min: 1, max: 12 }),
    parent_id: fc.integer({ min: 1, max: 12 }),
    name: fc.string(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(node, { selector: ({ id }) => id, minLength: 1 }), (nodes) => {
      const shown = asTree(nodes, nodes[0]!.id)
      assert.equal(new Set(shown.map(({ id }) => id)).size, shown.length)
      assert.equal(shown[0]!.id, nodes[0]!.id)
    }),
  )
  assert.ok(isCurrent({ since: '2026-11-22', until: '2026-11-22' }, '2026-11-22'))
  assert.ok(!isCurrent({ since: '2026-11-23', until: null }, '2026-11-22'))
})
