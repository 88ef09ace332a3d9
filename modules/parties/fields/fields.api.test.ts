import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { resolve } from '../list/where.ts'
import { codeOf, company, director, refusal } from '../testing.ts'
import { bucketsIn, fillBuckets } from './bucketed.ts'
import { readFields } from './catalogue.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
  await h.house.pool.query(
    `insert into role (role_id, code, name_zh, name_en, grants, created_at) values (61, 'clerk', '文员', 'Clerk', '{}', now())`,
  )
})
after(() => h.close())
const api = () => h.as(director).api(parties)
const admin = () => h.as(director).api(fields)
let made = 0
const define = (body: Parameters<ReturnType<typeof admin>['create']>[0]['body']) =>
  admin().create({ body: { key: `f${++made}`, label_en: `Field ${made}`, ...body } })
const person = (name: string, values: Record<string, unknown> = {}) =>
  api().create({ body: { kind: 'person', name, unit_id: 21, fields: values } })

describe('values', () => {
  test('are kept per kind, merged by key, taken away by null, and each is a change of its own that can be undone', async () => {
    const text = await define({ kind: 'text', label_zh: '行业' })
    const number = await define({ kind: 'number', rules: { decimals: 1 } })
    const choice = await define({
      kind: 'choice',
      options: [{ key: 'gold', label_zh: '金', label_en: 'Gold', archived: false }],
    })
    const { id } = await person('单雄信', { [text.key]: '  机械  制造 ', [number.key]: 2.5 })
    const params = { id }
    const first = await api().get({ params })
    assert.deepEqual(first.fields, { [text.key]: '机械 制造', [number.key]: 2.5 })
    await api().update({ params, body: { fields: { [choice.key]: 'gold', [number.key]: null } } })
    const second = await api().get({ params })
    assert.deepEqual(second.fields, { [text.key]: '机械 制造', [choice.key]: 'gold' })
    const { items } = await api().history({ params })
    assert.deepEqual(
      items[0]!.changes.map(({ field, label, was, became }) => [field, label, was, became]).sort(),
      [
        [`fields.${choice.key}`, choice.label_en, null, 'gold'],
        [`fields.${number.key}`, number.label_en, 2.5, null],
      ].sort(),
    )
    assert.equal(items[0]!.undoable, true)
    const undone = await api().undo({ params: { id, audit_id: items[0]!.audit_id } })
    assert.deepEqual(undone.fields, first.fields)
    const list = await api().list({ query: { q: '单雄信' } })
    assert.deepEqual(list.items[0]!.fields, first.fields)
  })

  test('that are not of their kind are refused with a code and the name of the field', async () => {
    const cases = [
      ['number', {}, 'x', 'fields.bad_number'],
      ['number', { rules: { decimals: 0 } }, 1.5, 'fields.too_precise'],
      ['number', { rules: { min: 3 } }, 1, 'fields.out_of_range'],
      ['date', {}, '2023-02-29', 'fields.bad_date'],
      ['money', {}, { minor: 1.5, currency: 'CNY' }, 'fields.bad_money'],
      ['money', {}, { minor: 1, currency: 'XXQ' }, 'fields.bad_currency'],
      ['yes_no', {}, 'yes', 'fields.bad_yes_no'],
      ['link', {}, 'javascript:alert(1)', 'fields.bad_link'],
      ['party', {}, 999_999_999, 'fields.bad_party'],
    ] as const
    const { id } = await person('Judged')
    for (const [kind, more, value, code] of cases) {
      const field = await define({ kind, ...more } as Parameters<typeof define>[0])
      const no = await refusal(api().update({ params: { id }, body: { fields: { [field.key]: value } } }))
      assert.deepEqual([no.status, no.code, no.details?.['label']], [422, code, field.label_en], kind)
    }
    assert.equal(
      await codeOf(api().update({ params: { id }, body: { fields: { nowhere: 1 } } })),
      'fields.unknown',
    )
  })

  test('a required field is asked of new parties and not taken away, and a default stands where nothing is said', async () => {
    const { id } = await person('Earlier')
    const field = await define({ kind: 'text', required: true })
    const byDefault = await define({ kind: 'yes_no', default_value: true })
    assert.equal(await codeOf(person('Lacking')), 'fields.required')
    const made = await person('Full', { [field.key]: 'x' })
    assert.equal(made.fields[byDefault.key], true)
    const gone = api().update({ params: { id: made.id }, body: { fields: { [field.key]: null } } })
    assert.equal(await codeOf(gone), 'fields.required')
    await api().update({ params: { id }, body: { name: 'Renamed' } })
    await admin().update({ params: { id: field.custom_field_id }, body: { required: false } })
  })

  test('of a unique field go to one party only, whoever comes at the same time', async () => {
    const field = await define({ kind: 'text', distinct_values: true })
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => person(`Racer ${i}`, { [field.key]: i % 2 ? 'ＡＢ-1' : 'ab-1' })),
    )
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
    const other = await person('Other', { [field.key]: 'c' })
    const taken = api().update({ params: { id: other.id }, body: { fields: { [field.key]: 'AB-1' } } })
    assert.equal(await codeOf(taken), 'fields.taken')
    await api().update({ params: { id: other.id }, body: { fields: { [field.key]: 'd' } } })
    await person('Next', { [field.key]: 'C' })
  })
})

describe('buckets', () => {
  /** Of whoever has values: as they are written, and as they would be written now. */
  async function compared() {
    const all = await readFields(h.ctx())
    const { rows } = await h.house.pool.query<{ party_id: number; fields: object; buckets: number[] | null }>(
      'select p.party_id, p.fields, b.buckets from party p left join party_bucket b using (party_id)',
    )
    for (const { party_id, fields, buckets } of rows)
      assert.deepEqual(buckets ?? [], bucketsIn(all, { ...fields }), String(party_id))
    return rows.filter(({ buckets }) => buckets !== null).map(({ party_id }) => party_id)
  }

  test('are written with each way of writing a value, and go with it', async () => {
    const [text, number] = [await define({ kind: 'text' }), await define({ kind: 'number' })]
    const made = await person('Ada', { [text.key]: 'Harbour 17', [number.key]: 12.5 })
    const plain = await person('Bea')
    assert.deepEqual((await compared()).includes(plain.id), false)
    await api().update({ params: { id: plain.id }, body: { fields: { [number.key]: 3 } } })
    await api().update({
      params: { id: made.id },
      body: { fields: { [text.key]: null, [number.key]: 99 }, name: 'Ada B' },
    })
    const there = await compared()
    assert.ok(there.includes(plain.id) && there.includes(made.id))
    await api().update({ params: { id: made.id }, body: { fields: { [number.key]: null } } })
    assert.ok(!(await compared()).includes(made.id))
  })

  test('of before there were any are filled in, and a filter asks them from then on', async () => {
    const text = await define({ kind: 'text' })
    const { id } = await person('Cleo', { [text.key]: '华东机电 Nr 4711' })
    await h.house.pool.query('delete from party_bucket')
    const filter = JSON.stringify({ field: `fields.${text.key}`, op: 'contains', value: '4711' })
    const found = async () => (await api().list({ query: { filter } })).items.map((one) => one.id)
    assert.deepEqual(await found(), [id])
    const ctx = h.ctx()
    assert.deepEqual(await fillBuckets.run(ctx, {}, null), { done: true })
    await compared()
    const where = async () => resolve({ ...ctx, who: h.as(director).actor }, { filter })
    // Asked again at most every two seconds.
    for (let tries = 0; (await where())?.roughly === null && tries < 100; tries++) await wait(100)
    assert.ok((await where())?.roughly)
    assert.deepEqual(await found(), [id])
    assert.deepEqual((await api().list({ query: { filter: filter.replace('4711', '9999') } })).count, 0)
  })
})
