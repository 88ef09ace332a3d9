import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { audit } from '../../audit/contract.ts'
import { modules } from '../../index.ts'
import type { Bulk } from '../contract.bulk.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { project } from '../list/project.ts'
import { codeOf, company, director, refusal, south } from '../testing.ts'
import { bulkText } from '../text.bulk.ts'

// Custom fields set over many customers: as a single edit would, for each of them.

let h: TestHouse
let worker: Worker
const ids: number[] = []
let elsewhere = 0
const boss: Played = { ...director, role: 'boss' }
const clerk: Played = { ...director, id: 101, role: 'clerk' }
const admin: Played = { ...director, role: 'administrator' }

const rows = async <R>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await h.house.pool.query(text, values)).rows as R[]

before(async () => {
  h = await testHouse(modules)
  await company(h)
  await rows(
    `insert into role (role_id, code, name_zh, name_en, grants, created_at) values
       (61, 'clerk', '文员', 'Clerk', '{}', now()), (62, 'boss', '老板', 'Boss', '{}', now())`,
  )
  const define = h.as(admin).api(fields)
  const label = (key: string) => ({ key, label_zh: `字段 ${key}`, label_en: `Field ${key}` })
  const option = (key: string) => ({ key, label_zh: key, label_en: key, archived: false })
  await define.create({
    body: { ...label('score'), kind: 'number', rules: { decimals: 1, max: 10 }, fast: true },
  })
  await define.create({ body: { ...label('word'), kind: 'text', fast: true } })
  await define.create({ body: { ...label('limit'), kind: 'money' } })
  await define.create({
    body: { ...label('several'), kind: 'multi_choice', options: [option('a'), option('b')], fast: true },
  })
  await define.create({ body: { ...label('friend'), kind: 'party' } })
  await define.create({ body: { ...label('code'), kind: 'text', distinct_values: true } })
  await define.create({ body: { ...label('secret'), kind: 'text', sees_role_ids: [62] } })
  await define.create({ body: { ...label('locked'), kind: 'text', edits_role_ids: [62] } })
  worker = await startWorker(h.house, modules, () => h.ctx())
  const api = h.as(boss).api(parties)
  for (let i = 0; i < 8; i++) {
    const values = {
      ...(i % 2 ? { score: i } : {}),
      ...(i % 3 ? { word: `w${i}`, several: i % 2 ? ['b'] : ['a', 'b'] } : {}),
      ...(i === 4 ? { limit: { minor: 500, currency: 'EUR' }, code: 'C-4' } : {}),
    }
    const made = await api.create({
      body: { kind: 'person', name: `Field holder ${i}`, unit_id: 21, fields: values },
    })
    ids.push(made.id)
  }
  elsewhere = (await api.create({ body: { kind: 'person', name: 'Elsewhere', unit_id: 31 } })).id
  for (;;) {
    const { items } = await define.definitions()
    if (!items.some(({ slot }) => slot === 'filling')) break
    await new Promise((done) => setTimeout(done, 50))
  }
})
after(async () => {
  await worker?.stop()
  await h.close()
})

async function ended(who: Played, id: number): Promise<Bulk> {
  for (;;) {
    const bulk = await h
      .as(who)
      .api(parties)
      .bulkGet({ params: { bulk_id: id } })
    if (bulk.state !== 'waiting' && bulk.state !== 'running') return bulk
    await new Promise((done) => setTimeout(done, 40))
  }
}
const ask = (who: Played, key: string, value: unknown, chosen: readonly number[] = ids) =>
  h
    .as(who)
    .api(parties)
    .bulk({ body: { selection: { ids: [...chosen] }, action: { do: 'set', field: `fields.${key}`, value } } })
const doing = async (key: string, value: unknown, chosen?: readonly number[], who = boss) =>
  ended(who, (await ask(who, key, value, chosen)).id)
const undoing = async (id: number, who = boss) =>
  ended(
    who,
    (
      await h
        .as(who)
        .api(parties)
        .bulkUndo({ params: { bulk_id: id } })
    ).id,
  )

const world = async () => ({
  party: await rows('select party_id, fields from party order by 1'),
  list: await rows('select party_id, fields from party_listed order by 1'),
  slots: await rows('select * from party_slot order by 1, 2, 3'),
  keys: await rows('select * from custom_value_key order by 1, 2'),
})

describe('a custom field set over many', () => {
  test('of every kind is written, projected as a rebuild would, in each history, and undone exactly', async () => {
    const values = {
      score: 7.5,
      word: ' 新  词 ',
      limit: { minor: 100, currency: 'CNY' },
      several: ['b', 'a'],
      friend: ids[0]!,
      code: null,
    }
    for (const [key, value] of Object.entries(values)) {
      const before = await world()
      const versions = await rows('select party_id, version from party_listed order by 1')
      const bulk = await doing(key, value)
      assert.equal(bulk.state, 'done', key)
      assert.equal(bulk.changed, key === 'code' ? 1 : key === 'several' ? 6 : 8, key)
      const after = await world()
      assert.notDeepEqual(after.party, before.party, key)
      assert.notDeepEqual(await rows('select party_id, version from party_listed order by 1'), versions)
      await project(h.ctx(), ids)
      assert.deepEqual(await world(), after, `${key} stands as it is projected`)
      const { items } = await h
        .as(boss)
        .api(parties)
        .history({ params: { id: ids[4]! }, query: {} })
      const newest = items[0]!
      if (key !== 'several') {
        assert.deepEqual(
          [newest.action, newest.changes.map(({ field, label }) => [field, label]), newest.undoable],
          ['parties.updated', [[`fields.${key}`, `Field ${key}`]], true],
        )
      }
      const back = await undoing(bulk.id)
      assert.equal(back.changed, bulk.changed, key)
      assert.deepEqual(await world(), before, `${key} is as it was`)
      const again = await h
        .as(boss)
        .api(parties)
        .bulkRedo({ params: { bulk_id: bulk.id } })
      await ended(boss, again.id)
      assert.deepEqual(await world(), after, `${key} is done again`)
      await undoing(bulk.id)
    }
  })

  test('leaves the record that a single edit leaves', async () => {
    await h
      .as(boss)
      .api(parties)
      .update({ params: { id: ids[1]! }, body: { fields: { word: 'by hand' } } })
    const bulk = await doing('word', 'by many', ids.slice(1, 3))
    const last = async (id: number) =>
      (
        await rows<{ payload: unknown; action: string; subject: string; subject_id: number }>(
          'select payload, action, subject, subject_id from audit where party_id = $1 order by at desc, audit_id desc limit 1',
          [id],
        )
      )[0]
    const shape = { action: 'parties.updated', subject: 'party' }
    assert.deepEqual(await last(ids[1]!), {
      ...shape,
      subject_id: ids[1],
      payload: { 'fields.word': 'by hand' },
    })
    const { items } = await h
      .as(boss)
      .api(parties)
      .history({ params: { id: ids[1]! }, query: {} })
    const one = await h
      .as(boss)
      .api(parties)
      .undo({ params: { id: ids[1]!, audit_id: items[0]!.audit_id } })
    assert.equal(one.fields['word'], 'by hand')
    const back = await undoing(bulk.id)
    assert.deepEqual([back.changed, back.left.map(({ id, why }) => [id, why])], [1, [[ids[1], 'touched']]])
  })

  test('sorts right afterwards, through the field’s own order', async () => {
    const bulk = await doing('score', 0.5, [ids[7]!, ids[2]!])
    const list = () =>
      h
        .as(boss)
        .api(parties)
        .list({ query: { sort: 'fields.score' } })
    const scores = (await list()).items.map(({ fields }) => fields['score']).filter((n) => n !== undefined)
    assert.deepEqual(scores, [5, 3, 1, 0.5, 0.5])
    await undoing(bulk.id)
    const before = (await list()).items.map(({ fields }) => fields['score']).filter((n) => n !== undefined)
    assert.deepEqual(before, [7, 5, 3, 1])
  })

  test('that one may not see is no field, in what is asked, in the report, in the audit; nor edited where it is locked', async () => {
    assert.equal(await codeOf(ask(clerk, 'secret', 'x')), 'fields.unknown')
    assert.equal(await codeOf(ask(clerk, 'nowhere', 'x')), 'fields.unknown')
    assert.deepEqual((await refusal(ask(clerk, 'secret', 'x'))).status, 422)
    assert.equal(await codeOf(ask(clerk, 'locked', 'x')), 'fields.not_editable')
    assert.equal(await codeOf(ask(clerk, 'locked', null)), 'fields.not_editable')
    const bulk = await doing('secret', 'Geheim-9')
    assert.equal(bulk.changed, 8)
    const seen = h.as(clerk).api(parties)
    assert.equal(await codeOf(seen.bulkGet({ params: { bulk_id: bulk.id } })), 'kernel.not_found')
    assert.equal(await codeOf(seen.bulkUndo({ params: { bulk_id: bulk.id } })), 'fields.unknown')
    const told = JSON.stringify([
      await seen.history({ params: { id: ids[0]! }, query: {} }),
      await h.as(clerk).api(audit).list({ query: {} }),
    ])
    assert.ok(!told.includes('Geheim-9') && !told.includes('secret'))
    assert.equal((await undoing(bulk.id)).changed, 8)
  })

  test('is judged once by its rules; a reference leads where one reaches, and is told by its name', async () => {
    const no = await refusal(ask(boss, 'score', 11))
    assert.deepEqual([no.code, no.details?.['label']], ['fields.out_of_range', 'Field score'])
    assert.equal(await codeOf(ask(boss, 'limit', { minor: 1, currency: 'XXQ' })), 'fields.bad_currency')
    const far: Played = { ...south, role: 'boss' }
    assert.equal(await codeOf(ask(far, 'friend', ids[0], [elsewhere])), 'fields.bad_party')
    const bulk = await doing('friend', elsewhere, [elsewhere], far)
    assert.deepEqual(bulk.action, {
      do: 'set',
      field: 'fields.friend',
      value: { id: elsewhere, name: 'Elsewhere', withheld: false },
    })
    await undoing(bulk.id, far)
  })

  test('that is unique goes to one only, in both languages; one that is required is not emptied', async () => {
    const several = await refusal(ask(boss, 'code', 'same'))
    assert.deepEqual(
      [several.status, several.code, several.details?.['label']],
      [422, 'parties.bulk_unique', 'Field code'],
    )
    const { zh, en } = bulkText['parties.bulk_unique']
    assert.ok(zh.includes('不能重复') && en.includes('{label}') && zh.includes('{label}'))
    const taken = await doing('code', 'c-4', [ids[0]!])
    assert.deepEqual([taken.changed, taken.left[0]!.why], [0, 'taken'])
    const own = await doing('code', 'C-0', [ids[0]!])
    assert.equal(own.changed, 1)
    const other = h
      .as(boss)
      .api(parties)
      .update({ params: { id: ids[1]! }, body: { fields: { code: 'c-0' } } })
    assert.equal(await codeOf(other), 'fields.taken')
    await undoing(own.id)
    await h
      .as(boss)
      .api(parties)
      .update({ params: { id: ids[1]! }, body: { fields: { code: 'c-0' } } })
    // Who took it meanwhile keeps it.
    const redo = await h
      .as(boss)
      .api(parties)
      .bulkRedo({ params: { bulk_id: own.id } })
    const done = await ended(boss, redo.id)
    assert.deepEqual([done.changed, done.left[0]!.why], [0, 'taken'])

    const define = h.as(admin).api(fields)
    const bulk = await doing('score', 2)
    const score = (await define.definitions()).items.find(({ key }) => key === 'score')!
    const params = { id: score.custom_field_id }
    await define.update({ params, body: { required: true } })
    assert.equal(await codeOf(ask(boss, 'score', null)), 'fields.required')
    const back = await undoing(bulk.id)
    assert.deepEqual([back.changed, new Set(back.left.map(({ why }) => why))], [4, new Set(['required'])])
    await define.update({ params, body: { required: false } })
  })

  test('may be old news: what an archived field had cannot be asked for, nor taken back', async () => {
    const define = h.as(admin).api(fields)
    const bulk = await doing('limit', { minor: 9, currency: 'CNY' })
    const limit = (await define.definitions()).items.find(({ key }) => key === 'limit')!
    await define.update({ params: { id: limit.custom_field_id }, body: { archived: true } })
    assert.equal(await codeOf(ask(boss, 'limit', null)), 'fields.unknown')
    const told = await h
      .as(boss)
      .api(parties)
      .bulkGet({ params: { bulk_id: bulk.id } })
    assert.equal(told.undo.next, null)
    assert.ok(told.undo.why_not)
  })
})
