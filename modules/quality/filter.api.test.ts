import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Step } from '../../kernel/job.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { forgetFields } from '../parties/fields/catalogue.ts'
import { company, director, east, refusal, wang } from '../parties/testing.ts'
import { quality } from './contract.ts'
import { sweep } from './jobs.ts'

let h: TestHouse
const ids: Record<string, number> = {}
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2026-03-02T10:00:00Z') })
  await company(h)
  const phone = [{ kind: 'phone' as const, value: '13912340000' }]
  const people = h.as(director).api(parties)
  const make = async (name: string, over: object = {}) => {
    const body = { kind: 'person' as const, name, unit_id: 21, owner_id: 101, roles: ['customer' as const] }
    ids[name] = (await people.create({ body: { ...body, contact_points: phone, ...over } })).id
  }
  await make('complete')
  await make('nobody’s', { owner_id: null })
  await make('south', { unit_id: 31, owner_id: null })
  await make('bare', { owner_id: null, contact_points: [], roles: [] })
  let cursor: unknown = null
  for (;;) {
    const step: Step | void = await sweep.run(h.ctx(), {} as never, cursor as never)
    if (!step || step.done) break
    cursor = step.cursor
  }
  // Not looked at yet.
  await make('new', { owner_id: null })
  await h.house.pool.query('delete from party_quality where party_id = $1', [ids['new']])
})
after(() => h.close())

type Who = Parameters<TestHouse['as']>[0]
const listed = async (who: Who, filter: unknown): Promise<string[]> => {
  const page = await h
    .as(who)
    .api(parties)
    .list({ query: { filter: JSON.stringify(filter), limit: 200 } })
  assert.equal(page.count, page.items.length)
  return page.items.map(({ name }) => name).sort()
}
const band = (op: string, value: unknown) => ({ field: 'quality.band', op, value })
const reason = (op: string, value?: unknown) => ({ field: 'quality.reason', op, value })

test('the customers’ list has the bands and reasons of the worklist', async () => {
  const all = Object.keys(ids).sort()
  for (const one of ['good', 'fair', 'weak', 'poor'] as const) {
    const work = await h
      .as(director)
      .api(quality)
      .list({ query: { band: one, limit: 200 } })
    const names = work.items.map(({ name }) => name).sort()
    assert.deepEqual(await listed(director, band('is', one)), names, one)
    assert.deepEqual(
      await listed(director, band('is_not', one)),
      all.filter((name) => !names.includes(name)),
      one,
    )
  }
  assert.deepEqual(await listed(director, band('is', 'none')), ['new'])
  assert.deepEqual(await listed(director, band('in', ['good', 'fair', 'weak', 'poor', 'none'])), all)
  assert.deepEqual(await listed(director, reason('is', 'no_owner')), ['bare', 'nobody’s', 'south'])
  assert.deepEqual(await listed(director, reason('in', ['no_contact', 'no_role'])), ['bare'])
  assert.deepEqual(await listed(director, reason('all_of', ['no_owner', 'no_role'])), ['bare'])
  assert.deepEqual(await listed(director, reason('empty')), ['complete', 'new'])
  const both = { all: [{ not: reason('not_empty') }, band('not_in', ['none'])] }
  assert.deepEqual(await listed(director, both), ['complete'])
})

test('what was put aside is no reason until it is taken up again', async () => {
  const api = h.as(director).api(quality)
  await api.skip({ params: { id: ids['south']! }, body: { code: 'no_owner', reason: '等区域调整' } })
  assert.deepEqual(await listed(director, reason('is', 'no_owner')), ['bare', 'nobody’s'])
  assert.deepEqual(await listed(director, reason('empty')), ['complete', 'new', 'south'])
  await api.unskip({ params: { id: ids['south']!, code: 'no_owner' } })
  assert.deepEqual(await listed(director, reason('is', 'no_owner')), ['bare', 'nobody’s', 'south'])
})

test('nobody finds by it who is out of their scope, nor what the quality says beyond its own', async () => {
  assert.deepEqual(await listed(east, reason('is', 'no_owner')), ['bare', 'nobody’s'])
  assert.deepEqual(await listed(wang, reason('is', 'no_owner')), [])
  assert.deepEqual(await listed(wang, band('not_in', ['none'])), ['complete'])
  const half = { ...director, grants: { 'parties:read': 'all', 'quality:read': 'own' } } as typeof director
  assert.deepEqual(await listed(half, reason('is', 'no_owner')), [])
})

test('without the permission, and where a rule looks at a field one does not see, there is no such thing', async () => {
  const asked = async (who: Who, condition: unknown) => {
    const query = { filter: JSON.stringify({ all: [condition] }) }
    const { status, code, details } = await refusal(h.as(who).api(parties).list({ query }))
    return { status, code, details }
  }
  const blind = { ...director, grants: { 'parties:read': 'all' } } as typeof director
  const unknown = { ...band('is', 'good'), field: 'quality.nothing' }
  const wanted = await asked(blind, unknown)
  assert.equal(wanted.code, 'parties.filter_field')
  for (const condition of [band('is', 'good'), reason('is', 'no_owner'), reason('empty')]) {
    const told = await asked(blind, condition)
    const key = condition.field
    assert.deepEqual(told, { ...wanted, details: { ...wanted.details, field: key, label: key } })
  }
  assert.equal((await asked(director, reason('is', 'own_7'))).code, 'parties.filter_value')
  assert.equal((await asked(director, band('is', 'splendid'))).code, 'parties.filter_value')

  const api = h.as(director).api(quality)
  await h.house.pool.query(
    `insert into custom_field (key, kind, label_zh, label_en, options, rules, sees_role_ids, created_at, updated_at)
     values ('secret', 'text', '密', 'Secret', '[]', '{}', '{}', now(), now())`,
  )
  forgetFields(h.ctx())
  const { rules, version } = await api.rules({})
  const own = {
    ...rules[0]!,
    code: 'own_7',
    days: null,
    roles: [],
    kinds: [],
    name_zh: '密',
    name_en: 'Secret',
  }
  const stored = [...rules, { ...own, required: ['fields.secret'], when: [] }]
  await h.house.pool.query('update quality_rules set rules = $1', [JSON.stringify(stored)])
  assert.equal(version, 1)
  assert.equal((await asked(director, reason('is', 'own_7'))).code, 'parties.filter_value')
})
