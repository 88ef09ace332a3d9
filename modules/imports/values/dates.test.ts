import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { detectDateOrder, onlyOrder, parseDate } from './dates.ts'
import { openZone } from './zones.ts'

const shanghai = openZone('Asia/Shanghai')!
const london = openZone('Europe/London')!
const utc = openZone('UTC')!

const iso = (text: string, zone = utc, order: 'dmy' | 'mdy' = 'mdy') => {
  const at = parseDate(text, zone, order)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z')
}

test('dates are read as both languages write them', () => {
  const cases: [string, string][] = [
    ['2010-12-01 08:26:00', '2010-12-01T08:26:00Z'],
    ['2010-12-01T08:26:00Z', '2010-12-01T08:26:00Z'],
    ['2010-12-01T08:26:00.125+08:00', '2010-12-01T00:26:00.125Z'],
    ['2010-12-01T08:26:00-0530', '2010-12-01T13:56:00Z'],
    ['2010/12/01 08:26', '2010-12-01T08:26:00Z'],
    ['2024/3/5', '2024-03-05T00:00:00Z'],
    ['2024-3-5 9:05', '2024-03-05T09:05:00Z'],
    ['2024.03.05', '2024-03-05T00:00:00Z'],
    ['12/1/2010 8:26', '2010-12-01T08:26:00Z'],
    ['12/1/10', '2010-12-01T00:00:00Z'],
    ['12/1/2010 8:26 PM', '2010-12-01T20:26:00Z'],
    ['12/1/2010 12:05 am', '2010-12-01T00:05:00Z'],
    ['2024年3月5日 14:30', '2024-03-05T14:30:00Z'],
    ['2024年3月5日14时30分', '2024-03-05T14:30:00Z'],
    ['2024年3月5日 14时30分15秒', '2024-03-05T14:30:15Z'],
    ['2024年03月05日', '2024-03-05T00:00:00Z'],
    ['2024-03-05 下午2:30', '2024-03-05T14:30:00Z'],
    ['2024年3月5日 上午9点', '2024-03-05T09:00:00Z'],
    ['２０２４－０３－０５', '2024-03-05T00:00:00Z'],
    ['20240305', '2024-03-05T00:00:00Z'],
    ['20240305 14:30', '2024-03-05T14:30:00Z'],
    ['20240305143015', '2024-03-05T14:30:15Z'],
    ['5-Mar-2024', '2024-03-05T00:00:00Z'],
    ['March 5, 2024 14:30', '2024-03-05T14:30:00Z'],
    ['Tue, 5 Mar 2024 14:30', '2024-03-05T14:30:00Z'],
    ['40513.3513888889', '2010-12-01T08:26:00Z'],
    ['45356', '2024-03-05T00:00:00Z'],
    ['1709600000', '2024-03-05T00:53:20Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2024/3/5 下午3:05', '2024-03-05T15:05:00Z'],
    ['2024/3/5 下午 3:05:09', '2024-03-05T15:05:09Z'],
    ['2024年3月5日下午3点05分', '2024-03-05T15:05:00Z'],
    ['2024年3月5日 星期二', '2024-03-05T00:00:00Z'],
    ['24年3月5日', '2024-03-05T00:00:00Z'],
    ['二〇二四年三月五日', '2024-03-05T00:00:00Z'],
    ['二零二四年十二月三十一日', '2024-12-31T00:00:00Z'],
    ['二〇二四年十月二十日', '2024-10-20T00:00:00Z'],
    ['5-Mar-24', '2024-03-05T00:00:00Z'],
    ['5-Mar-24 15:05', '2024-03-05T15:05:00Z'],
    ['05MAR2024', '2024-03-05T00:00:00Z'],
    ['5 March 2024', '2024-03-05T00:00:00Z'],
    ['Tuesday, March 5, 2024', '2024-03-05T00:00:00Z'],
    ['March 5th, 2024 at 3:05 PM', '2024-03-05T15:05:00Z'],
    ['Mar-05-2024', '2024-03-05T00:00:00Z'],
    ['2024-03-05 24:00', '2024-03-06T00:00:00Z'],
    ['113/03/05', '2024-03-05T00:00:00Z'],
    ['113年3月5日 下午2:30', '2024-03-05T14:30:00Z'],
    ['民國99年12月31日', '2010-12-31T00:00:00Z'],
  ]
  for (const [text, expected] of cases) assert.equal(iso(text), expected, text)
  assert.equal(iso('1/12/2010 8:26', utc, 'dmy'), '2010-12-01T08:26:00Z')
})

test('what is no date is none', () => {
  const none = [
    '',
    'x',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '31/31/2024',
    '2024-03-05 25:00',
    '2024-03-05 10:61',
    '12345678',
    '0000-00-00',
    '1850-01-01',
    '2300-01-01',
    '12',
    '2024',
    '2024-03',
    '2024-03-05 7',
    '5/3/2024/1',
    '213/03/05',
    '113/13/05',
    'Mxx 5, 2024',
    '9'.repeat(500),
  ]
  for (const text of none) assert.equal(iso(text), undefined, text)
})

test('wall clock in the zone of the file becomes UTC, summer time included', () => {
  assert.equal(iso('2024-03-05 14:30:00', shanghai), '2024-03-05T06:30:00Z')
  assert.equal(iso('2011-07-01 12:00:00', london), '2011-07-01T11:00:00Z')
  assert.equal(iso('2010-12-01 08:26:00', london), '2010-12-01T08:26:00Z')
  // 1988: Shanghai kept summer time.
  assert.equal(iso('1988-07-01 12:00:00', shanghai), '1988-07-01T03:00:00Z')
})

test('a time that the clocks skip moves forward, one that comes twice is the first', () => {
  assert.equal(iso('2011-03-27 01:30:00', london), '2011-03-27T01:30:00Z')
  assert.equal(iso('2011-03-27 00:59:59', london), '2011-03-27T00:59:59Z')
  assert.equal(iso('2011-03-27 02:00:00', london), '2011-03-27T01:00:00Z')
  assert.equal(iso('2011-10-30 01:30:00', london), '2011-10-30T00:30:00Z')
  assert.equal(iso('2011-10-30 02:00:00', london), '2011-10-30T02:00:00Z')
})

test('every instant comes back from its wall clock in every zone', () => {
  const zones = [
    'Asia/Shanghai',
    'Europe/London',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'UTC',
  ].map((name) => ({
    zone: openZone(name)!,
    format: new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }),
  }))
  const instant = fc.integer({ min: Date.UTC(1971, 0) / 1000, max: Date.UTC(2199, 0) / 1000 })
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), (seconds, { zone, format }) => {
      const wall = format.format(seconds * 1000)
      const back = parseDate(wall, zone, 'mdy')
      // In the hour that comes twice the wall clock names the earlier instant as well.
      assert.equal(format.format(back), wall)
      assert.ok(
        back === seconds * 1000 || (back < seconds * 1000 && seconds * 1000 - back <= 7_200_000),
        wall,
      )
    }),
    { numRuns: 3000 },
  )
})

test('an unknown zone is none', () => assert.equal(openZone('Mars/Base'), undefined))

test('day or month first: one clear value decides, then the order of the file, else a person is asked', () => {
  const found = (order: 'dmy' | 'mdy', certain: boolean, open: boolean) => ({ order, certain, open })
  assert.deepEqual(detectDateOrder(['12/1/2010', '12/13/2010']), found('mdy', true, false))
  assert.deepEqual(detectDateOrder(['1/12/2010', '13/12/2010']), found('dmy', true, false))
  assert.deepEqual(
    detectDateOrder(['1/2/2010', '2/2/2010', '3/2/2010', '1/3/2010']),
    found('dmy', false, true),
  )
  assert.deepEqual(detectDateOrder(['2/3/2010'], 'GB'), found('dmy', false, true))
  assert.deepEqual(detectDateOrder(['2/3/2010'], 'US'), found('mdy', false, true))
  assert.deepEqual(detectDateOrder(['2024-01-02', '2024年3月5日']), found('mdy', true, false))
  // One says this, the next says that: no more of such a file makes it clear.
  assert.deepEqual(detectDateOrder(['13/2/2024', '2/13/2024'], 'GB'), found('dmy', false, false))
  assert.deepEqual(
    ['13/2/2024', '2.13.24 8:00', '2/3/2024', '2024-02-13', '32/13/2024', 'x'].map(onlyOrder),
    ['dmy', 'mdy', undefined, undefined, undefined, undefined],
  )
})

test('a bare day count is of the calendar that its workbook has', () => {
  const day = (text: string, system: '1900' | '1904') =>
    new Date(parseDate(text, utc, 'mdy', system)).toISOString()
  assert.equal(day('45356', '1900'), '2024-03-05T00:00:00.000Z')
  assert.equal(day('43894', '1904'), '2024-03-05T00:00:00.000Z')
  assert.equal(day('43894.628472222219', '1904'), '2024-03-05T15:05:00.000Z')
})
