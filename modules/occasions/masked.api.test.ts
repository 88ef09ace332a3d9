import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { audit } from '../audit/contract.ts'
import { erasure } from '../erasure/contract.ts'
import { identity } from '../identity/contract.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, refusal } from '../parties/testing.ts'
import { occasions } from './contract.ts'

// A role may have birthdays withheld: whatever it asks, the day is in no answer.
let h: TestHouse
let id: number
let other: number
let birthday: number
let wedding: number
const seer = director
const blind: Played = { ...director, masks: ['birthday'] }
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2026-11-22T08:00:00Z') })
  await company(h)
  const make = async (name: string) =>
    (
      await h
        .as(director)
        .api(parties)
        .create({ body: { kind: 'person', name, unit_id: 21 } })
    ).id
  id = await make('陈建国')
  other = await make('陈建国二')
  const add = (party: number, kind: 'birthday' | 'wedding', day: number) =>
    h
      .as(seer)
      .api(occasions)
      .add({ params: { id: party }, body: { kind, calendar: 'solar', year: 1987, month: 12, day } })
  birthday = (await add(id, 'birthday', 13)).id
  wedding = (await add(id, 'wedding', 17)).id
  await h
    .as(seer)
    .api(occasions)
    .change({ params: { id, occasion_id: birthday }, body: { day: 14 } })
})
after(() => h.close())

const at = (who: Played) => h.as(who).api(occasions)

test('on the page and in the list of what comes birthdays are not there, other days are', async () => {
  const open = await at(seer).ofParty({ params: { id } })
  assert.deepEqual([open.items.length, open.withheld], [2, 0])
  const told = await at(blind).ofParty({ params: { id } })
  assert.deepEqual([told.items.map(({ kind }) => kind), told.withheld], [['wedding'], 1])
  const coming = await at(blind).upcoming({ query: { days: 60 } })
  assert.deepEqual(
    coming.items.map(({ kind }) => kind),
    ['wedding'],
  )
  assert.deepEqual((await at(blind).upcoming({ query: { days: 366, kind: 'birthday' } })).items, [])
  assert.equal((await at(seer).upcoming({ query: { days: 366, kind: 'birthday' } })).items.length, 1)
})

test('who does not see birthdays neither writes nor changes nor removes one', async () => {
  const one = { id, occasion_id: birthday }
  const body = { kind: 'birthday', calendar: 'solar', month: 1, day: 1 } as const
  const no = await refusal(at(blind).add({ params: { id }, body }))
  assert.deepEqual([no.status, no.code], [403, 'occasions.birthday_withheld'])
  assert.equal(await codeOf(at(blind).change({ params: one, body: { day: 1 } })), 'kernel.not_found')
  assert.equal(await codeOf(at(blind).remove({ params: one })), 'kernel.not_found')
  const turned = at(blind).change({ params: { id, occasion_id: wedding }, body: { kind: 'birthday' } })
  assert.equal(await codeOf(turned), 'occasions.birthday_withheld')
})

test('history, timeline, the audit log and its raw records do not tell the day', async () => {
  const texts = await Promise.all(
    [
      `/parties/${id}/history`,
      `/parties/${id}/timeline`,
      `/audit?party_id=${id}`,
      `/audit?subject=occasion`,
      `/parties/${id}/occasions`,
      '/occasions?days=366',
    ].map(async (url) =>
      (await h.as(blind).send({ method: 'GET', url: `/api/v1${url}`, headers: {} })).text(),
    ),
  )
  for (const text of texts) assert.doesNotMatch(text, /12-1[34]|"day":1[34]|"was":1[34]|"became":1[34]/)
  const { items } = await h
    .as(blind)
    .api(audit)
    .list({ query: { subject: 'occasion' } })
  const change = items.find(({ action }) => action === 'occasions.changed')!
  assert.ok(change.changes.every(({ withheld }) => withheld))
  const open = await h
    .as(seer)
    .api(audit)
    .list({ query: { subject: 'occasion' } })
  const seen = open.items.find(({ action }) => action === 'occasions.changed')!
  assert.deepEqual(
    seen.changes.map(({ field, was, became }) => [field, was, became]),
    [['day', 13, 14]],
  )
})

test('the complete copy of a person is not for a role that does not see all of it', async () => {
  assert.equal(await codeOf(h.as(blind).api(erasure).everything({ params: { id } })), 'erasure.masked')
})

test('a merge that is looked at, and what came after it, do not tell the day either', async () => {
  const merging = h.as(blind).api(identity)
  const preview = await merging.preview({ params: { id }, query: { with: String(other) } })
  assert.doesNotMatch(JSON.stringify(preview), /12-14/)
  await merging.merge({ params: { id }, body: { other } })
  await at(seer).add({
    params: { id },
    body: { kind: 'birthday', calendar: 'solar', month: 12, day: 14 },
  })
  const merge_id = (await merging.merges({ params: { id } })).items[0]!.merge_id
  const came = await merging.after({ params: { id, merge_id } })
  assert.ok(came.items.some(({ table }) => table === 'occasion'))
  assert.doesNotMatch(JSON.stringify(came), /12-14/)
})
