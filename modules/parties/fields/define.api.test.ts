import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { modules } from '../../index.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { project } from '../list/project.ts'
import { codeOf, company, director, refusal } from '../testing.ts'

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
const api = () => h.as(director).api(parties)
const admin = () => h.as(director).api(fields)
const option = (key: string, label_en: string) => ({ key, label_zh: '', label_en, archived: false })
const person = (name: string, values: Record<string, unknown> = {}) =>
  api().create({ body: { kind: 'person', name, unit_id: 21, owner_id: 101, fields: values } })
const rows = async <R>(text: string, values: unknown[] = []) =>
  (await h.house.pool.query(text, values)).rows as R[]
async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await look()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('waited in vain')
}
const stateOf = async (id: number) => (await admin().get({ params: { id } })).slot

describe('a definition', () => {
  test('gets a key from its name, which is its own for ever', async () => {
    const one = await admin().create({ body: { kind: 'text', label_zh: '信用等级' } })
    assert.equal(one.key, 'xinyongdengji')
    const two = await admin().create({ body: { kind: 'text', label_zh: '信用 等级' } })
    assert.equal(two.key, 'xinyongdengji_2')
    assert.equal(
      (await admin().create({ body: { kind: 'text', label_en: 'Credit  rating!' } })).key,
      'credit_rating',
    )
    const taken = admin().create({ body: { kind: 'text', label_en: 'x', key: 'credit_rating' } })
    assert.equal(await codeOf(taken), 'fields.key_taken')
    assert.equal(await codeOf(admin().create({ body: { kind: 'text' } })), 'fields.no_label')
  })

  test('never loses values: another kind, or an option less, is refused while somebody has one', async () => {
    const field = await admin().create({
      body: { key: 'tier', kind: 'choice', label_en: 'Tier', options: [option('a', 'A'), option('b', 'B')] },
    })
    const params = { id: field.custom_field_id }
    await person('Holder', { tier: 'a' })
    const kind = await refusal(admin().update({ params, body: { kind: 'text', options: [] } }))
    assert.deepEqual([kind.status, kind.code, kind.details?.['count']], [409, 'fields.kind_held', 1])
    const less = await refusal(admin().update({ params, body: { options: [option('b', 'B')] } }))
    assert.deepEqual(
      [less.code, less.details?.['option'], less.details?.['count']],
      ['fields.option_held', 'A', 1],
    )
    const renamed = await admin().update({
      params,
      body: { options: [option('a', 'Gold'), option('c', 'C')] },
    })
    assert.equal(renamed.options[0]!.label_en, 'Gold')
    const used = await admin().get({ params })
    assert.deepEqual([used.values, used.option_values], [1, { a: 1 }])
    const text = await admin().create({ body: { key: 'story', kind: 'text', label_en: 'Story' } })
    await person('Teller', { story: 'long ago' })
    const longer = await admin().update({ params: { id: text.custom_field_id }, body: { kind: 'long_text' } })
    assert.equal(longer.kind, 'long_text')
  })

  test('is archived without losing a value, and removed only with the count of what goes', async () => {
    const field = await admin().create({ body: { key: 'gone', kind: 'number', label_en: 'Gone' } })
    const params = { id: field.custom_field_id }
    const { id } = await person('Archived', { gone: 7 })
    assert.equal(await codeOf(admin().remove({ params, query: { values: 1 } })), 'fields.not_archived')
    await admin().update({ params, body: { archived: true } })
    assert.equal((await api().get({ params: { id } })).fields['gone'], undefined)
    assert.equal(
      await codeOf(api().update({ params: { id }, body: { fields: { gone: 8 } } })),
      'fields.unknown',
    )
    await admin().update({ params, body: { archived: false } })
    assert.equal((await api().get({ params: { id } })).fields['gone'], 7)
    await admin().update({ params, body: { archived: true } })
    const wrong = await refusal(admin().remove({ params, query: { values: 0 } }))
    assert.deepEqual([wrong.code, wrong.details?.['count']], ['fields.values_changed', 1])
    await admin().remove({ params, query: { values: 1 } })
    await until(
      async () =>
        (
          await rows(
            `select from party where fields ? 'gone' union all select from party_listed where fields ? 'gone'`,
          )
        ).length === 0,
    )
    const again = admin().create({ body: { key: 'gone', kind: 'text', label_en: 'Gone' } })
    assert.equal(await codeOf(again), 'fields.key_taken')
  })

  test('becomes unique only where no value stands twice, and says where one does', async () => {
    const field = await admin().create({ body: { key: 'code', kind: 'text', label_en: 'Code' } })
    const params = { id: field.custom_field_id }
    const one = await person('One', { code: 'X1' })
    await person('Two', { code: 'x1' })
    const doubled = await refusal(admin().update({ params, body: { distinct_values: true } }))
    assert.deepEqual([doubled.code, doubled.details?.['count']], ['fields.doubles', 1])
    await api().update({ params: { id: one.id }, body: { fields: { code: 'X2' } } })
    await admin().update({ params, body: { distinct_values: true } })
    assert.equal(await codeOf(person('Three', { code: 'x2' })), 'fields.taken')
    await admin().update({ params, body: { distinct_values: false } })
    await person('Three', { code: 'x2' })
  })

  test('stands in the order that was chosen, and each change of it is on record', async () => {
    const before = (await admin().definitions({})).items.map((one) => one.custom_field_id)
    const last = before.at(-1)!
    const { items } = await admin().order({ body: { ids: [last] } })
    assert.equal(items[0]!.custom_field_id, last)
    const audited = await rows<{ n: number }>(
      `select count(*)::int as n from audit where action in ('fields.created', 'fields.changed', 'fields.ordered', 'fields.removed')`,
    )
    assert.ok(audited[0]!.n > 10)
  })
})

describe('a fast field', () => {
  const slots = (id: number) =>
    rows<{ party_id: number; unit_id: number; owner_id: number; t: string | null; n: number | null }>(
      'select party_id, unit_id, owner_id, t, n from party_slot where custom_field_id = $1 order by party_id, part',
      [id],
    )

  test('is filled in the background, and kept right by every write', async () => {
    const early = await person('Early', {})
    const field = await admin().create({ body: { key: 'rank', kind: 'number', label_en: 'Rank' } })
    const id = field.custom_field_id
    await api().update({ params: { id: early.id }, body: { fields: { rank: 3 } } })
    await admin().update({ params: { id }, body: { fast: true } })
    await until(async () => (await stateOf(id)) === 'on')
    const of = async (party_id: number) => (await slots(id)).find((row) => row.party_id === party_id)
    const live = await rows<{ n: number }>('select count(*)::int as n from party_listed where live')
    assert.equal((await slots(id)).length, live[0]!.n)
    assert.equal((await of(early.id))!.n, 3)
    const late = await person('Late', { rank: 5 })
    assert.deepEqual([(await of(late.id))!.n, (await of(late.id))!.owner_id], [5, 101])
    await api().update({ params: { id: late.id }, body: { owner_id: 102, fields: { rank: null } } })
    assert.deepEqual([(await of(late.id))!.n, (await of(late.id))!.owner_id], [-Infinity, 102])
    await api().remove({ params: { id: late.id } })
    assert.equal(await of(late.id), undefined)
    await api().restore({ params: { id: late.id } })
    assert.equal((await of(late.id))!.n, -Infinity)
    const whole = await slots(id)
    await project(
      h.ctx(),
      whole.map((row) => row.party_id),
    )
    assert.deepEqual(await slots(id), whole)
    const sorted = await api().list({ query: { sort: 'fields.rank', order: 'desc', limit: 2 } as never })
    assert.equal(sorted.items[0]!.id, early.id)
    await admin().update({ params: { id }, body: { fast: false } })
    await until(async () => (await slots(id)).length === 0)
  })

  test('of several choices has a row for each', async () => {
    const field = await admin().create({
      body: {
        key: 'many',
        kind: 'multi_choice',
        label_en: 'Many',
        fast: true,
        options: [option('a', 'A'), option('b', 'B')],
      },
    })
    const id = field.custom_field_id
    await until(async () => (await stateOf(id)) === 'on')
    const { id: party } = await person('Several', { many: ['b', 'a'] })
    const of = async () => (await slots(id)).filter((row) => row.party_id === party).map(({ t }) => t)
    assert.deepEqual(await of(), ['a', 'b'])
    await api().update({ params: { id: party }, body: { fields: { many: ['b'] } } })
    assert.deepEqual(await of(), ['b'])
    await api().update({ params: { id: party }, body: { fields: { many: null } } })
    assert.deepEqual(await of(), [''])
  })
})

test('what an erasure takes: the values, their keys and their slots', async () => {
  const field = await admin().create({
    body: { key: 'passport', kind: 'text', label_en: 'Passport', distinct_values: true },
  })
  const { id } = await person('Erased', { passport: 'P-1' })
  const { partyKeeper } = await import('../erasing/keeper.ts')
  const { personOf } = await import('../erasing/person.ts')
  const { atomically } = await import('../../../kernel/ctx.ts')
  const { record } = await import('../../../kernel/audit.ts')
  await atomically(h.ctx(), async (ctx) => {
    const person = await personOf(ctx, id)
    assert.ok(
      (await partyKeeper.parts(ctx, person)).some(
        ({ what, count }) => what === 'custom_field' && count === 1,
      ),
    )
    await partyKeeper.erase(ctx, person)
    await record(ctx, { action: 'parties.erased', subject: 'party', subject_id: id, party_id: id })
  })
  const left = await rows<{ fields: object; keys: number; slots: number }>(
    `select fields, (select count(*)::int from custom_value_key where party_id = $1) as keys,
       (select count(*)::int from party_slot where party_id = $1) as slots from party where party_id = $1`,
    [id],
  )
  assert.deepEqual(left, [{ fields: {}, keys: 0, slots: 0 }])
  await person('Next', { passport: 'P-1' })
  assert.ok(field)
})
