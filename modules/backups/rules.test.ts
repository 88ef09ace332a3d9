import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultBackupSettings, expired, fileName, isDue, isVerifyDue, NAME } from './rules.ts'

const DAY_MS = 86_400_000
const zones = fc.constantFrom('Asia/Shanghai', 'Europe/London', 'UTC', 'America/New_York')
const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })

test('a year of nights leaves seven days, four weeks and six months, and never loses the newest', () => {
  const first = Date.UTC(2026, 0, 1, 2)
  let kept: { backup_id: number; taken_at: Date }[] = []
  for (let day = 0; day < 365; day++) {
    kept.push({ backup_id: day, taken_at: new Date(first + day * DAY_MS) })
    const gone = new Set(expired(kept, defaultBackupSettings, 'UTC'))
    kept = kept.filter(({ backup_id }) => !gone.has(backup_id))
    assert.equal(kept.at(-1)!.backup_id, day)
  }
  const ages = kept.map(({ backup_id }) => 364 - backup_id).sort((a, b) => a - b)
  assert.deepEqual(ages.slice(0, 7), [0, 1, 2, 3, 4, 5, 6])
  assert.ok(ages.length >= 12 && ages.length <= 17, String(ages))
  assert.ok(ages.at(-1)! >= 150, 'reaches back half a year')
})

test('whatever is kept, the newest stays, and keeping more never drops what keeping less kept', () => {
  fc.assert(
    fc.property(
      fc.array(instant, { minLength: 1, maxLength: 60 }),
      zones,
      fc.nat(9),
      fc.nat(9),
      (dates, zone, a, b) => {
        const backups = dates.map((taken_at, backup_id) => ({ backup_id, taken_at }))
        const keep = (n: number) => ({
          ...defaultBackupSettings,
          keep_daily: n,
          keep_weekly: n,
          keep_monthly: n,
        })
        const few = new Set(expired(backups, keep(Math.min(a, b)), zone))
        const many = expired(backups, keep(Math.max(a, b)), zone)
        assert.ok(many.every((id) => few.has(id)))
        const newest = Math.max(...dates.map(Number))
        assert.ok(backups.some((one) => one.taken_at.getTime() === newest && !few.has(one.backup_id)))
      },
    ),
  )
})

test('the night comes once a day at its hour, in the company’s zone, and is caught up', () => {
  const at = (iso: string) => new Date(iso)
  const shanghai = (last: string | null, now: string) =>
    isDue(2, last === null ? null : at(last), at(now), 'Asia/Shanghai')
  assert.equal(shanghai('2026-11-20T18:05:00Z', '2026-11-21T17:05:00Z'), false, '01:05 there')
  assert.equal(shanghai('2026-11-20T18:05:00Z', '2026-11-21T18:05:00Z'), true, '02:05 there')
  assert.equal(shanghai('2026-11-21T18:05:00Z', '2026-11-21T19:05:00Z'), false, 'done already')
  assert.equal(shanghai('2026-11-18T18:05:00Z', '2026-11-21T03:00:00Z'), true, 'it was off for days')
  assert.equal(
    shanghai(null, '2026-11-21T06:05:00Z'),
    false,
    'set up in the afternoon: waits for its first night',
  )
  assert.equal(shanghai(null, '2026-11-21T18:05:00Z'), true)
  assert.equal(isVerifyDue(null, at('2026-11-21T00:00:00Z')), true)
  const due = (last: string, code: string | null = null) =>
    isVerifyDue({ at: at(last), code }, at('2026-11-21T00:00:00Z'))
  assert.equal(due('2026-11-15T00:00:00Z'), false)
  assert.equal(due('2026-11-14T00:00:00Z'), true)
  // One that was refused because another ran comes up again with the next hour, one for want of room the next day.
  assert.equal(due('2026-11-20T23:00:00Z', 'backups.restoring'), true)
  assert.equal(due('2026-11-20T23:00:00Z', 'backups.disk_full'), false)
  assert.equal(due('2026-11-19T23:00:00Z', 'backups.disk_full'), true)
  assert.equal(due('2026-11-15T00:00:00Z', 'backups.no_createdb'), false)
  assert.equal(due('2026-11-20T23:00:00Z', 'backups.differs'), false)
})

test('its own file names are names that it takes back; a path is none', () => {
  fc.assert(fc.property(instant, fc.nat(), (taken_at, id) => assert.match(fileName(taken_at, id), NAME)))
  for (const name of ['../a.zip', 'a/b.zip', '.zip', '.a.zip', 'a.zip.part', 'a.ZIP ', 'a\\b.zip', ''])
    assert.doesNotMatch(name, NAME)
})
