import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import type { RunOptions } from '../imports/contract.ts'
import { csv, take } from '../imports/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { company, director, south } from '../parties/testing.ts'
import { identity } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
  await h.house.pool.query(
    `insert into setting (key, value) values ('base_currency', '"CNY"'), ('time_zone', '"Asia/Shanghai"')`,
  )
})
after(() => h.close())

const HEAD = '客户编号,客户名称,邮箱,电话'
const people = (rows: string[], doubles: RunOptions['doubles'], ctx = {}) =>
  take(h, csv(rows, HEAD), {
    kind: 'parties',
    source: 'shop',
    name: 'parties.csv',
    options: { run: { doubles } },
    ctx,
  })
const notices = (report: Awaited<ReturnType<typeof people>>) =>
  report.notices
    .map(({ code, count }) => [code, count])
    .filter(([code]) => String(code).startsWith('doubles'))

test('a file of customers tells which are probably known, and does with them as one says', async () => {
  await people(['A1,王建国,jianguo@gmail.com,13812345678', 'A2,李秀英,,13912345678'], 'create')
  const rows = (n: string) => [`${n}1,王 建国,jian.guo+x@gmail.com,`, `${n}2,完全不同的人,,13512345678`]
  const created = await people(rows('B'), 'create')
  assert.deepEqual([created.parties.created, notices(created)], [2, [['doubles_created', 1]]])
  const skipped = await people(rows('C').slice(0, 1), 'skip')
  assert.deepEqual([skipped.parties.rejected, notices(skipped)], [1, [['doubles_skipped', 1]]])
  assert.deepEqual(
    skipped.reasons.map(({ code, first_line }) => [code, first_line]),
    [['double_skipped', 2]],
  )
  const held = await people(['D1,李 秀英,,+86 139 1234 5678'], 'hold')
  assert.deepEqual(
    held.reasons.map(({ code }) => code),
    ['double_held'],
  )
  const updated = await people(['E1,李秀英,xiuying@x.cn,139-1234-5678'], 'update')
  assert.deepEqual([updated.parties.created, updated.parties.updated], [0, 1])
  const { rows: found } = await h.house.pool.query(
    `select array_agg(value order by value) as ids from external_id where party_id = (select party_id from external_id where value = 'A2')`,
  )
  assert.deepEqual(found[0].ids, ['A2', 'E1'])
})

test('rows of other scopes and masked values are not told', async () => {
  await people(['F1,赵云,zilong@x.cn,13712345678'], 'create')
  const masked = h.as({ ...director, masks: ['phone'] }).actor
  const veiled = await people(['G1,另一位,,13712345678'], 'hold', { who: masked })
  assert.equal(veiled.parties.created, 1)
  const who = h.as(south).actor
  const reach = { kind: 'units' as const, unit_ids: [31] }
  const far = await people(['H1,赵云,zilong@x.cn,13712345678'], 'hold', { who, reach })
  assert.deepEqual([far.parties.created, notices(far)], [1, []])
})

test('an import by the id of whoever was merged goes to the survivor, and its own undo says why it leaves them', async () => {
  const one = h.as(director).api(identity)
  const people_ = h.as(director).api(parties)
  const id = async (value: string) =>
    (
      await h.house.pool.query<{ party_id: number }>(
        `select party_id from external_id where source = 'shop' and value = $1`,
        [value],
      )
    ).rows[0]!.party_id
  await people(['J1,孙权,sunquan@x.cn,', 'J2,仲谋孙,zhongmou@x.cn,'], 'create')
  const [a, b] = [await id('J1'), await id('J2')]
  await one.merge({ params: { id: a }, body: { other: b } })
  const again = await people(['J2,孙仲谋,zhongmou@x.cn,13812340000'], 'create')
  assert.deepEqual([again.parties.updated, again.parties.created], [1, 0])
  const party = await people_.get({ params: { id: a } })
  assert.equal(party.name, '孙仲谋')
  assert.ok(party.contact_points.some(({ value }) => value.includes('13812340000')))
})
