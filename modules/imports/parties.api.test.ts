import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { auditCount, csv, found, inconsistencies, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
  await h.house.pool.query(`
    insert into role (role_id, code, name_zh, name_en, grants, created_at) values (51, 'seller', '销售', 'Seller', '{}', now());
    insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values
      (101, 'wang@x.cn', '王敏', 51, 21, now(), now()), (103, 'chan@x.cn', 'Chan', 51, 22, now(), now())`)
})
after(() => h.close())

const HEAD = '客户编号,客户名称,类型,邮箱,手机,国家,市场角色,标签,负责人邮箱,部门,备注'
const party = async (value: string, source = 'crm') =>
  (
    await h.house.pool.query(
      `select p.*, array(select role from party_role r where r.party_id = p.party_id order by 1) as roles,
         array(select k.kind || ':' || k.value_key from contact_point k where k.party_id = p.party_id order by 1) as contacts
       from external_id e join party p using (party_id) where e.source = $1 and e.value = $2`,
      [source, value],
    )
  ).rows[0]
const people = (content: string, over: Parameters<typeof take>[2] = {}) =>
  take(h, content, { kind: 'parties', source: 'crm', ...over })

describe('a file of customers', () => {
  const rows = [
    'K1,苏州华东机电有限公司,,sales@hd.cn,+86 512-68880001,中国,客户、供应商,重点;华东,wang@x.cn,East,老客户',
    'K2,王小明,个人,wang@qq.com,+86 138-0000-0001,中国,潜在客户,,,,',
    'K3,Kestrel Ltd,,,,United Kingdom,customer,,,South,',
  ]
  test('creates them with roles, contact points, tags, owner and unit', async () => {
    const report = await people(csv(rows, HEAD))
    assert.deepEqual(report.lines, { read: 3, created: 3, updated: 0, unchanged: 0, rejected: 0 })
    assert.deepEqual(report.parties, report.lines)
    const one = await party('K1')
    assert.deepEqual(
      [one.kind, one.country, one.owner_id, one.unit_id, one.tags, one.note, one.roles, one.contacts],
      [
        'organisation',
        'CN',
        101,
        21,
        ['重点', '华东'],
        '老客户',
        ['customer', 'supplier'],
        ['email:sales@hd.cn', 'phone:+8651268880001'],
      ],
    )
    assert.deepEqual([(await party('K2')).kind, (await party('K3')).kind], ['person', 'organisation'])
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('a NUL in one cell turns back its line with the reason, and the rest come in', async () => {
    const report = await people(csv(['N1,前一位,,,,,,,,,', 'N2,坏\0人,,,,,,,,,', 'N3,后一位,,,,,,,,,'], HEAD))
    assert.deepEqual([report.lines.created, report.lines.rejected], [2, 1])
    const { rows } = await h.house.pool.query(
      `select line, raw, reasons from import_reject where raw like 'N2%'`,
    )
    assert.deepEqual(
      rows.map(({ line, raw, reasons }) => [line, raw, reasons[0].code]),
      [[3, 'N2,坏␀人,,,,,,,,,', 'nul']],
    )
    assert.ok((await party('N3')) && !(await party('N2')))
  })

  test('imported again changes nothing, not even what a person added since', async () => {
    await h.house.pool.query(`update party set tags = tags || '{手工}' where name = 'Kestrel Ltd'`)
    const audits = await auditCount(h)
    const report = await people(csv(rows, HEAD))
    assert.deepEqual(report.lines, { read: 3, created: 0, updated: 0, unchanged: 3, rejected: 0 })
    assert.equal(await auditCount(h), audits)
    assert.deepEqual((await party('K3')).tags, ['手工'])
  })

  test('updates what the file says differently, adds roles, tags and contact points, and keeps what was', async () => {
    const report = await people(
      csv(
        [
          'K1,苏州华东机电集团,,new@hd.cn,,,伙伴,华东,chan@x.cn,,',
          'K2,王小明,,,,,,,,,',
          'K3,Kestrel Ltd,,,,,,VIP,,,',
        ],
        HEAD,
      ),
    )
    assert.deepEqual(report.lines, { read: 3, created: 0, updated: 2, unchanged: 1, rejected: 0 })
    const one = await party('K1')
    assert.deepEqual(
      [one.name, one.owner_id, one.version, one.roles, one.contacts, one.note],
      [
        '苏州华东机电集团',
        103,
        2,
        ['customer', 'partner', 'supplier'],
        ['email:new@hd.cn', 'email:sales@hd.cn', 'phone:+8651268880001'],
        '老客户',
      ],
    )
    const { rows: was } = await h.house.pool.query(
      `select action, payload from audit where party_id = $1 and action <> 'parties.created' order by action`,
      [one.party_id],
    )
    assert.deepEqual(
      was.map((r) => r.action),
      ['parties.contact_added', 'parties.role_added', 'parties.updated'],
    )
    assert.deepEqual(was[2]!.payload, { name: '苏州华东机电有限公司', owner_id: 101 })
    assert.deepEqual((await party('K3')).tags, ['手工', 'VIP'])
    const {
      rows: [listed],
    } = await h.house.pool.query('select name, roles from party_listed where party_id = $1', [one.party_id])
    assert.deepEqual([listed.name, listed.roles], ['苏州华东机电集团', ['customer', 'partner', 'supplier']])
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('turns back rows that it cannot take, and says why', async () => {
    const report = await people(
      csv(
        [
          'K9,A,,,,,,,nobody@x.cn,,',
          'K8,B,,,,,,,,Mars,',
          'K7,C,,not-mail,,,,,,,',
          'K6,D,,,,,,,,,',
          'K6,E,,,,,,,,,',
          'K5,,,,,,,,,,',
          'K6,D,,,,,,,,,',
        ],
        HEAD,
      ),
      { source: 'bad' },
    )
    assert.deepEqual(report.lines, { read: 7, created: 1, updated: 0, unchanged: 1, rejected: 5 })
    assert.deepEqual(Object.fromEntries(report.reasons.map((r) => [r.code, r.first_line])), {
      unknown_owner: 2,
      unknown_unit: 3,
      bad_email: 4,
      twice_in_file: 6,
      missing_name: 7,
    })
  })
})

describe('a file without ids', () => {
  test('knows a party by its e-mail or phone, and refuses to choose between two', async () => {
    const head = 'name,email,phone'
    await people(csv(['Ann,ann@x.org,', 'Bob,,+44 20 7946 0001', 'Cat,cat@x.org,'], head), {
      source: 'list1',
    })
    const report = await people(
      csv(
        ['Ann Lee,ANN@x.org,', 'Bob,,+442079460001', 'Dan,cat@x.org,+442079460001', 'Eve,eve@x.org,'],
        head,
      ),
      { source: 'list2' },
    )
    assert.deepEqual(report.lines, { read: 4, created: 1, updated: 2, unchanged: 0, rejected: 1 })
    assert.deepEqual(
      report.reasons.map((r) => r.code),
      ['ambiguous_contact'],
    )
    assert.equal((await party('ann@x.org', 'list1')).name, 'Ann Lee')
    const linked = await h.house.pool.query(
      `select payload from audit where action = 'parties.external_id_added' order by payload ->> 'value'`,
    )
    assert.deepEqual(
      linked.rows.map((r) => r.payload),
      [
        { source: 'list2', value: '+442079460001' },
        { source: 'list2', value: 'ann@x.org' },
      ],
    )
    const again = await people(csv(['Ann Lee,ANN@x.org,', 'Bob,,+442079460001', 'Eve,eve@x.org,'], head), {
      source: 'list2',
    })
    assert.equal(again.lines.unchanged, 3)
  })
  test('knows one that has only a name by it', async () => {
    const report = await people(csv(['Only A Name', 'Another One'], 'name'), { source: 'names' })
    const again = await people(csv(['Only A Name', 'Another One'], 'name'), { source: 'names' })
    assert.deepEqual([report.lines.created, again.lines.unchanged], [2, 2])
  })
})
