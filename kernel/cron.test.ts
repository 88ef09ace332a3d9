import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type as T } from 'typebox'
import { cronItem, inZone } from './cron.ts'
import { job } from './job.ts'

const digest = (iso: string) => {
  const at = new Date(iso)
  return {
    min: at.getUTCMinutes(),
    hour: at.getUTCHours(),
    date: at.getUTCDate(),
    month: at.getUTCMonth() + 1,
    dow: at.getUTCDay(),
  }
}
const nightly = job({
  name: 'proof.nightly',
  payload: T.Object({}),
  every: '30 4 * * 1',
  run: async () => {},
})
const firesAt = (zone: string, iso: string) =>
  cronItem(
    { ...nightly, every: nightly.every! },
    () => zone,
    () => new Date(iso),
  ).match(digest(iso))

test("a line is read in the company's zone: half past four on Monday in Shanghai is Sunday evening in UTC", () => {
  assert.equal(firesAt('Asia/Shanghai', '2026-11-22T20:30:00Z'), true)
  assert.equal(firesAt('Asia/Shanghai', '2026-11-23T04:30:00Z'), false)
  assert.equal(firesAt('UTC', '2026-11-23T04:30:00Z'), true)
})

test('daylight saving moves it with the clock on the wall', () => {
  assert.equal(firesAt('Europe/London', '2026-07-06T03:30:00Z'), true)
  assert.equal(firesAt('Europe/London', '2026-12-07T04:30:00Z'), true)
})

test('around New Year the instant nearest to now is meant', () => {
  const seen = inZone(digest('2026-12-31T23:30:00Z'), 'Asia/Shanghai', new Date('2027-01-01T00:10:00Z'))
  assert.deepEqual(seen, { min: 30, hour: 7, date: 1, month: 1, dow: 5 })
})

test('a line that cannot be read stops the start', () => {
  assert.throws(() =>
    cronItem(
      { ...nightly, every: 'every night' },
      () => 'UTC',
      () => new Date(),
    ),
  )
})
