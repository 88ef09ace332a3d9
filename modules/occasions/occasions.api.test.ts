import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { erasure } from '../erasure/contract.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, south, wang } from '../parties/testing.ts'
import { occasions } from './contract.ts'

let h: TestHouse
let mine: number
let theirs: number
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2026-11-22T08:00:00Z') })
  await company(h)
  const make = async (name: string, unit_id: number, owner_id: number) =>
    (
      await h
        .as(director)
        .api(parties)
        .create({ body: { kind: 'person', name, unit_id, owner_id } })
    ).id
  mine = await make('陈建国', 21, 101)
  theirs = await make('Kim Lee', 31, 103)
})
after(() => h.close())

const api = (who = director) => h.as(who).api(occasions)
const birthday = { kind: 'birthday', calendar: 'lunar', year: 1985, month: 8, day: 15 } as const

test('a lunar birthday is shown in both calendars, with its next day and age', async () => {
  const one = await api(wang).add({ params: { id: mine }, body: birthday })
  assert.deepEqual(
    [one.solar, one.next.on, one.next.years, one.next.moved, one.remind_days],
    ['1985-09-29', '2027-09-15', 42, null, 7],
  )
  assert.deepEqual(one.lunar, { year: 1985, month: 8, day: 15, leap: false })
  const changed = await api(wang).change({
    params: { id: mine, occasion_id: one.id },
    body: { calendar: 'solar', month: 11, day: 29, year: null },
    if_match: `"${one.version}"`,
  })
  assert.deepEqual(
    [changed.next.on, changed.next.days, changed.next.years, changed.due],
    ['2026-11-29', 7, null, true],
  )
  assert.deepEqual(changed.next.lunar, { year: 2026, month: 10, day: 21, leap: false })
  await api(wang).remove({ params: { id: mine, occasion_id: one.id } })
  assert.deepEqual((await api(wang).ofParty({ params: { id: mine } })).items, [])
})

test('a day that no calendar has is refused, and a date of one’s own needs a name', async () => {
  const add = (body: object) =>
    codeOf(api().add({ params: { id: mine }, body: { ...birthday, ...body } as never }))
  assert.equal(await add({ year: 2026, month: 6, day: 1, leap: true }), 'occasions.no_such_day')
  assert.equal(await add({ calendar: 'solar', year: 2023, month: 2, day: 29 }), 'occasions.no_such_day')
  assert.equal(await add({ calendar: 'lunar', year: null, month: 3, day: 31 }), 'occasions.no_such_day')
  assert.equal(await add({ kind: 'other', label: ' ' }), 'occasions.label_missing')
  const one = await api().add({
    params: { id: mine },
    body: { ...birthday, year: 2025, month: 6, day: 1, leap: true },
  })
  assert.equal(one.next.moved, 'no_leap_month')
  const stale = api().change({ params: { id: mine, occasion_id: one.id }, body: { day: 2 }, if_match: '"9"' })
  assert.equal(await codeOf(stale), 'kernel.version_changed')
  await api().remove({ params: { id: mine, occasion_id: one.id } })
})

test('what comes up is counted in the zone of who asks, by day, within their reach', async () => {
  const add = (id: number, month: number, day: number, over = {}) =>
    api().add({ params: { id }, body: { kind: 'founding', calendar: 'solar', month, day, ...over } })
  const soon = await add(mine, 11, 23, { remind_days: 0 })
  const lunarToday = await add(mine, 10, 14, { calendar: 'lunar' })
  const later = await add(theirs, 12, 10, { year: 2020 })
  await add(theirs, 11, 21)
  const all = await api().upcoming({ query: { days: 30 } })
  assert.deepEqual(
    all.items.map(({ id, next }) => [id, next.days]),
    [
      [lunarToday.id, 0],
      [soon.id, 1],
      [later.id, 18],
    ],
  )
  assert.deepEqual(
    (await api(wang).upcoming({ query: { days: 90 } })).items.map(({ id }) => id),
    [lunarToday.id, soon.id],
  )
  assert.deepEqual((await api(south).upcoming({ query: { days: 7 } })).items, [])
  assert.deepEqual(
    (await api().upcoming({ query: { days: 90, owner_id: 103 } })).items.map(({ id }) => id),
    [later.id],
  )
  assert.deepEqual(
    (await api().upcoming({ query: { days: 90, due: true } })).items.map(({ id }) => id),
    [lunarToday.id],
  )
  const first = await api().upcoming({ query: { days: 30, limit: 2 } })
  const second = await api().upcoming({ query: { days: 30, limit: 2, cursor: first.next! } })
  assert.deepEqual([first.items.length, second.items.map(({ id }) => id), second.next], [2, [later.id], null])
  // In Kiritimati it is the 23rd already when it is eleven in the morning of the 22nd in London.
  const east = await import('./upcoming.ts')
  const ctx = h.ctx({ zone: 'Pacific/Kiritimati', now: new Date('2026-11-22T11:00:00Z') })
  assert.equal((await east.upcoming(ctx, { query: { days: 0 } })).items[0]?.id, soon.id)
})

test('a party out of reach has no dates, and one in the trash gets none', async () => {
  assert.equal(await codeOf(api(wang).ofParty({ params: { id: theirs } })), 'kernel.not_found')
  assert.equal(await codeOf(api(wang).add({ params: { id: theirs }, body: birthday })), 'kernel.not_found')
  const id = (
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: '临时', unit_id: 21 } })
  ).id
  await h.as(director).api(parties).remove({ params: { id } })
  assert.equal(await codeOf(api().add({ params: { id }, body: birthday })), 'parties.in_trash')
})

test('an erasure takes the dates along, and the person’s file has them before', async () => {
  const id = (
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: '林晓', unit_id: 21 } })
  ).id
  await api().add({ params: { id }, body: { ...birthday, note: '不吃香菜' } })
  const preview = await h.as(director).api(erasure).preview({ params: { id } })
  assert.equal(preview.parts.find(({ what }) => what === 'occasion')?.count, 1)
  await h
    .as(director)
    .api(erasure)
    .erase({ params: { id }, body: { confirm: '林晓', ground: 'request' } })
  const { rows } = await h.house.pool.query('select from occasion where home_party_id = $1', [id])
  assert.equal(rows.length, 0)
})
