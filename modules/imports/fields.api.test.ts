import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { fields } from '../parties/contract.fields.ts'
import { parties } from '../parties/contract.ts'
import { csv, found, inconsistencies, take } from './testing.ts'
import { everything, turn } from './undoing/testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
  const define = h.as({}).api(fields).create
  const option = (key: string, label_zh: string, label_en: string) => ({
    key,
    label_zh,
    label_en,
    archived: false,
  })
  await define({
    body: {
      key: 'tier',
      kind: 'choice',
      label_zh: '等级',
      label_en: 'Tier',
      options: [option('a', '金', 'Gold'), option('b', '银', 'Silver')],
    },
  })
  await define({
    body: {
      key: 'credit',
      kind: 'money',
      label_zh: '授信额度',
      label_en: 'Credit limit',
      rules: { currency: 'CNY' },
    },
  })
  await define({ body: { key: 'staff', kind: 'number', label_zh: '员工数', rules: { decimals: 0 } } })
  await define({ body: { key: 'since', kind: 'date', label_zh: '合作日期' } })
  await define({
    body: { key: 'vat', kind: 'text', label_zh: '税号', label_en: 'VAT id', distinct_values: true },
  })
  await define({
    body: {
      key: 'areas',
      kind: 'multi_choice',
      label_zh: '领域',
      options: [option('x', '机械', 'Machines'), option('y', '电气', 'Electrics')],
    },
  })
  await define({ body: { key: 'listed', kind: 'yes_no', label_zh: '上市', default_value: false } })
  await define({ body: { key: 'parent', kind: 'party', label_zh: '上级' } })
})
after(() => h.close())

const HEAD = '客户编号,客户名称,类型,等级,授信额度,员工数,合作日期,VAT id,领域,上市,上级'
const people = (rows: string[], over: Parameters<typeof take>[2] = {}, head = HEAD) =>
  take(h, csv(rows, head), { kind: 'parties', source: 'crm', ...over })
/** What the parties module keeps. */
const kept = async () => {
  const all = await everything(h)
  return [
    'party',
    'party_list',
    'party_own',
    'party_role',
    'contact_point',
    'external_id',
    'custom_value_key',
    'party_slot',
    'party_bucket',
  ].map((table) => all[table])
}
const valuesOf = async (value: string) =>
  (
    await h.house.pool.query(
      `select p.fields, l.fields as listed from external_id e join party p using (party_id) join party_listed l using (party_id) where e.source = 'crm' and e.value = $1`,
      [value],
    )
  ).rows[0]

describe('a file with columns of custom fields', () => {
  test('is read by what the fields are called in either language, and undone to the last value', async () => {
    const first = await people(['P0,源头有限公司,,,,,,,,,'])
    assert.equal(first.lines.created + first.lines.unchanged, 1)
    const report = await people(['P1,华北机电,,Gold,"1,250.50",120,2024/2/29,B-1,机械；电气,是,P0'])
    assert.deepEqual(report.reasons, [])
    const { fields: values, listed } = await valuesOf('P1')
    const root = (await h.house.pool.query(`select party_id from external_id where value = 'P0'`)).rows[0]
      .party_id
    assert.deepEqual(values, {
      tier: 'a',
      credit: { minor: 125_050, currency: 'CNY' },
      staff: 120,
      since: '2024-02-29',
      vat: 'B-1',
      areas: ['x', 'y'],
      listed: true,
      parent: root,
    })
    assert.deepEqual(listed, values)
    const before = await kept()
    const changed = await people(['P1,华北机电,,银,,130,,B-2,,,', 'P2,新客户,,,,,,B-3,,,'])
    assert.deepEqual(changed.lines, { read: 2, created: 1, updated: 1, unchanged: 0, rejected: 0 })
    assert.deepEqual((await valuesOf('P1')).fields, { ...values, tier: 'b', staff: 130, vat: 'B-2' })
    assert.equal((await valuesOf('P2')).fields.listed, false, 'the default')
    const again = await people(['P1,华北机电,,银,,130,,B-2,,,'])
    assert.equal(again.lines.unchanged, 1)
    await turn(h, changed.import_id!)
    assert.deepEqual(await kept(), before)
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('turns back what no field takes, with the line and the reason', async () => {
    const no = await people([
      'N1,甲,,铜,,,,,,,',
      'N2,乙,,,abc,,,,,,',
      'N3,丙,,,,1.5,,,,,',
      'N4,丁,,,,,2023-02-30,,,,',
      'N5,戊,,,,,,C-1,,,',
      'N6,己,,,,,,c-1,,,',
      'N7,庚,,,,,,,,,没有这位',
      'N8,辛,,,,,,,塑料,,',
    ])
    assert.equal(no.lines.rejected, 7)
    assert.deepEqual(no.reasons.map(({ code }) => code).sort(), [
      'field_date',
      'field_money',
      'field_number',
      'field_option',
      'field_party',
      'field_twice',
    ])
    const taken = await people(['N9,壬,,,,,,C-1,,,'])
    assert.deepEqual(
      taken.reasons.map(({ code }) => code),
      ['field_taken'],
    )
  })

  test('must fill what is required, and its rows say so', async () => {
    const admin = h.as({}).api(fields)
    const field = (await admin.definitions({})).items.find(({ key }) => key === 'staff')!
    await admin.update({ params: { id: field.custom_field_id }, body: { required: true } })
    const no = await people(['R1,没有员工数,,,,,,,,,', 'R2,有员工数,,,,5,,,,,'])
    assert.deepEqual([no.lines.created, no.lines.rejected, no.reasons[0]?.code], [1, 1, 'field_required'])
    await admin.update({ params: { id: field.custom_field_id }, body: { required: false } })
  })
})

test('our own exported file comes back as it went', async () => {
  const api = h.as({}).api(parties)
  const { items } = await api.list({ query: { q: '华北机电' } })
  const params = { id: items[0]!.id }
  await api.update({ params, body: { fields: { credit: { minor: 900, currency: 'USD' } } } })
  const was = (await api.get({ params })).fields
  const answer = await h.as({}).send({
    method: 'GET',
    url: `/api/v1/parties/export?q=${encodeURIComponent('华北机电')}&lang=zh-CN`,
    headers: {},
  })
  const file = await answer.text()
  await api.update({ params, body: { fields: { credit: null, tier: null, areas: null, since: null } } })
  const report = await take(h, file, {
    kind: 'parties',
    source: 'crm',
    name: 'p.csv',
    options: { run: { match_by: 'name' } },
  })
  assert.deepEqual(report.reasons, [])
  const { items: after } = await api.list({ query: { q: '华北机电' } })
  assert.ok(
    after.some(({ fields }) => JSON.stringify(fields) === JSON.stringify(was)),
    JSON.stringify(after.map(({ fields }) => fields)),
  )
})
