import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { ties } from '../ties/contract.ts'
import { csv, found, inconsistencies, take } from './testing.ts'
import { everything, turn } from './undoing/testing.ts'

// People of a file at their organisations.

let h: TestHouse
const director = { id: 102, unit_id: 1 }
before(async () => {
  h = await testHouse(modules)
  await found(h)
  await h.house.pool.query(`
    insert into role (role_id, code, name_zh, name_en, grants, created_at) values (51, 'seller', '销售', 'Seller', '{}', now());
    insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values (102, 'li@x.cn', '李倩', 51, 1, now(), now())`)
})
after(() => h.close())

const HEAD = '客户编号,姓名,类型,所属单位,职务,任职开始,任职结束,备注'
const people = (rows: string[], run: object = {}, over: object = {}) =>
  take(h, csv(rows, HEAD), { kind: 'parties', source: 'crm', options: { run }, ...over })
const noticed = ({ notices }: Awaited<ReturnType<typeof take>>) =>
  Object.fromEntries(notices.filter(({ code }) => code.startsWith('ties_')).map((n) => [n.code, n.count]))
const idOf = async (value: string) =>
  (await h.house.pool.query("select party_id from external_id where source = 'crm' and value = $1", [value]))
    .rows[0].party_id as number
const jobsOf = async (value: string) => {
  const { items } = await h
    .as(director)
    .api(ties)
    .ofParty({ params: { id: await idOf(value) } })
  return items.map(({ other, title, since, until }) => [other.name, title, since, until])
}
const noteOf = async (value: string) =>
  (
    await h
      .as(director)
      .api(parties)
      .get({ params: { id: await idOf(value) } })
  ).note

const rows = [
  'F1,海天公司,企业,,,,,',
  'P1,王芳,个人,海天公司,采购经理,2021-03-01,,老客户',
  'P2,李雷,个人,F1;Kestrel Ltd,总监;顾问,2020/1/5;,;2022-12-31,',
  'P3,张三,个人,无名公司,,,,',
]

test('a person is tied to organisations by id, by name, and by another row of the file; who is not found is told', async () => {
  await people(['F2,Kestrel Ltd,企业,,,,,'])
  const report = await people(rows)
  assert.deepEqual(report.lines, { read: 4, created: 4, updated: 0, unchanged: 0, rejected: 0 })
  assert.deepEqual(noticed(report), { ties_made: 3, ties_unknown: 1 })
  assert.deepEqual(await jobsOf('P1'), [['海天公司', '采购经理', '2021-03-01', null]])
  assert.deepEqual(await jobsOf('P2'), [
    ['海天公司', '总监', '2020-01-05', null],
    ['Kestrel Ltd', '顾问', null, '2022-12-31'],
  ])
  assert.equal((await jobsOf('F1')).length, 2)
  assert.deepEqual([await noteOf('P1'), await noteOf('P3')], ['老客户', '无名公司'])
  const { rows: told } = await h.house.pool.query(
    `select count(*)::int as n from audit where action = 'ties.added' and party_id = $1`,
    [await idOf('F1')],
  )
  assert.equal(told[0].n, 2)
  assert.deepEqual(await inconsistencies(h), [])
})

test('imported again it changes nothing; another title changes the tie, and an undo gives the old one back', async () => {
  const before = await everything(h)
  const again = await people(rows)
  assert.deepEqual([again.lines.unchanged, noticed(again)], [4, { ties_unknown: 1 }])
  assert.deepEqual(await everything(h), before)
  const changed = await people(['P1,王芳,个人,海天公司,总经理,,,'])
  assert.deepEqual([changed.lines.updated, noticed(changed)], [1, { ties_changed: 1 }])
  assert.deepEqual(await jobsOf('P1'), [['海天公司', '总经理', '2021-03-01', null]])
  await turn(h, changed.import_id!)
  assert.deepEqual(await everything(h), before)
})

test('organisations that nobody knows are made where the options say so, once, and all goes with an undo and comes again', async () => {
  const before = await everything(h)
  const file = ['N1,赵一,个人,新公司,,,,', 'N2,钱二,个人,新公司 ,,,,', 'P3,张三,个人,无名公司,员工,,,']
  const dry = await people(file, { new_organisations: true }, { dry_run: true })
  assert.deepEqual(noticed(dry), { ties_made: 3, ties_created: 2 })
  const report = await people(file, { new_organisations: true })
  assert.deepEqual(report.lines, { read: 3, created: 2, updated: 1, unchanged: 0, rejected: 0 })
  assert.deepEqual(await jobsOf('N2'), [['新公司', '', null, null]])
  assert.deepEqual(await jobsOf('P3'), [['无名公司', '员工', null, null]])
  const after = await everything(h)
  const again = await people(file, { new_organisations: true })
  assert.deepEqual([again.lines.unchanged, noticed(again)], [3, {}])
  await turn(h, report.import_id!)
  assert.deepEqual(await everything(h), before)
  await turn(h, report.import_id!, 'redo')
  assert.deepEqual(await everything(h), after)
  await turn(h, report.import_id!)
})

test('a tie that somebody has changed since stays, and keeps whom it ties', async () => {
  const report = await people(['T1,孙三,个人,海天公司,,,,'])
  const api = h.as(director).api(ties)
  const id = await idOf('T1')
  const [tie] = (await api.ofParty({ params: { id } })).items
  await api.change({ params: { id, tie_id: tie!.id }, body: { title: '主任' } })
  await assert.rejects(turn(h, report.import_id!), { code: 'imports.nothing_to_undo' })
  assert.deepEqual(await jobsOf('T1'), [['海天公司', '主任', null, null]])
})

test('two of one name are told apart by nobody, days that run backwards turn the row back, an organisation works nowhere', async () => {
  await people(['D1,同名公司,企业,,,,,', 'D2,同名公司,企业,,,,,'])
  const report = await people([
    'U1,周四,个人,同名公司,,,,',
    'U2,吴五,个人,海天公司,,2022-01-01,2021-01-01,',
    'U3,分公司,企业,海天公司,,,,',
    'U4,郑六,个人,D2,,不详的日子,,',
  ])
  assert.deepEqual(noticed(report), { ties_several: 1 })
  assert.deepEqual(
    report.reasons.map(({ code, lines }) => [code, lines]),
    [['bad_date', 2]],
  )
  assert.deepEqual(await jobsOf('U3'), [])
  assert.equal(await noteOf('U3'), '海天公司')
})

test('who may not record ties makes none, and an organisation out of reach is none', async () => {
  const { rows: firms } = await h.house.pool.query(
    `select party_id from external_id where source = 'crm' and value = 'F1'`,
  )
  await h.house.pool.query('update party set unit_id = 22 where party_id = $1', [firms[0].party_id])
  await h.house.pool.query('update party_list set unit_id = 22 where party_id = $1', [firms[0].party_id])
  const grants = { 'parties:read': 'team', 'parties:write': 'team', 'imports:write': 'team' } as const
  const near = (more: object) => ({
    who: {
      kind: 'user' as const,
      id: 102,
      name: '李倩',
      role: 'seller',
      unit_id: 21,
      grants: { ...grants, ...more },
      masks: new Set<string>(),
      team_units: [21],
      branch_units: [21],
    },
  })
  const far = await people(['V1,冯七,个人,海天公司,,,,'], {}, { ctx: near({ 'ties:write': 'team' }) })
  assert.deepEqual(noticed(far), { ties_unknown: 1 })
  const none = await people(['V2,陈八,个人,Kestrel Ltd,,,,'], {}, { ctx: near({}) })
  assert.deepEqual(noticed(none), {})
})

test('a list that goes out as a file comes back in with its people at their organisations', async () => {
  const from = await testHouse(modules)
  const to = await testHouse(modules)
  try {
    for (const one of [from, to]) {
      await found(one)
      await one.house.pool.query(`
        insert into role (role_id, code, name_zh, name_en, grants, created_at) values (51, 'seller', '销售', 'Seller', '{}', now());
        insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values (102, 'li@x.cn', '李倩', 51, 1, now(), now())`)
    }
    await take(from, csv([...rows, 'F2,Kestrel Ltd,企业,,,,,'], HEAD), { kind: 'parties', source: 'crm' })
    const file = async (house: TestHouse, lang: 'zh-CN' | 'en') => {
      const answer = await house
        .as(director)
        .api(parties)
        .exportList({ query: { sort: 'name', lang } })
      return (answer as unknown as Response).text()
    }
    const columns = (text: string) => {
      const [head = '', ...lines] = text
        .replace(/^\uFEFF/, '')
        .trim()
        .split(/\r?\n/)
      const at = ['Name', 'Organisation', 'Title', 'In post since', 'In post until'].map((name) =>
        head.split(',').indexOf(name),
      )
      return lines.map((line) => at.map((i) => line.split(',')[i])).sort()
    }
    for (const lang of ['zh-CN', 'en'] as const)
      await take(to, await file(from, lang), { kind: 'parties', source: 'export' })
    const [out, back] = [await file(from, 'en'), await file(to, 'en')]
    assert.match(out, /海天公司; Kestrel Ltd,总监; 顾问/)
    assert.deepEqual(columns(back), columns(out))
  } finally {
    await from.close()
    await to.close()
  }
})
