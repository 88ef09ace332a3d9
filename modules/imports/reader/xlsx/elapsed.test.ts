import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { writeXlsx } from 'hucre/xlsx'
import { inMemory } from '../pieces.ts'
import { openSource } from '../source.ts'
import { elapsedFormat, elapsedText } from './elapsed.ts'
import { numberText, shownAs } from './styles.ts'

async function rowsOf(input: Parameters<typeof openSource>[0], sheet?: string): Promise<string[][]> {
  const source = await openSource(input, { sheet, has_header: true })
  const rows: string[][] = []
  for await (const batch of source.batches()) rows.push(...batch.rows)
  return rows
}
const shown = (days: number, code: string) => elapsedText(days, elapsedFormat(code)!)

test('lengths of time are read as they are shown, however long', async () => {
  assert.deepEqual(
    (await rowsOf(join(import.meta.dirname, '../../fixtures/two_header_rows.xlsx'), '工时')).map((row) =>
      row.slice(1, 4),
    ),
    [
      ['36:00', '36:00:00', '2160:00'],
      ['36:30', '36:30:00', '2190:00'],
      ['100:01:01', '100:01:01', '6001:01'],
      ['6:00', '6:00:00', '360:00'],
    ],
  )
})

test('another program’s cells of that format are read alike', async () => {
  const cell = (value: number) => ({ value, style: { numFmt: '[h]:mm:ss' } })
  const bytes = await writeXlsx({
    sheets: [
      {
        name: 'S',
        rows: [
          ['项目', '用时'],
          ['安装', 2.75],
          ['调试', 0.020833333333333332],
        ],
        cells: new Map([
          ['1,1', cell(2.75)],
          ['2,1', cell(0.020833333333333332)],
        ]),
      },
    ],
  })
  assert.deepEqual(await rowsOf(inMemory(Buffer.from(bytes))), [
    ['安装', '66:00:00'],
    ['调试', '0:30:00'],
  ])
})

test('a format tells a length of time from a clock, and what it hides is told too', () => {
  assert.equal(shown(1.5, '[h]:mm'), '36:00')
  assert.equal(numberText('1.5', shownAs('[hh]:mm:ss;@'), false), '36:00:00')
  assert.equal(shown(0.0625, '[mm]:ss'), '90:00')
  assert.equal(shown(1 / 86_400, '[ss]'), '01')
  assert.equal(shown(1.5 + 1.25 / 86_400, '[h]:mm:ss.00'), '36:00:01.25')
  assert.equal(shown(36.5 / 24, '[h]"小时"mm"分"'), '36小时30分')
  assert.equal(shown(1.5 + 30 / 86_400, '[h]:mm'), '36:00:30')
  assert.equal(shown(90.5 / 24, '[h]'), '90:30:00')
  assert.equal(shown(-0.5, '[h]:mm'), '-12:00')
  assert.equal(shown(0.999_999_999, '[h]:mm:ss'), '24:00:00')
  assert.equal(numberText('45356.5', shownAs('[h]:mm'), true), '1088556:00')
  for (const code of ['h:mm', '[$-804]h:mm:ss', 'yyyy/m/d h:mm', '[Red]0.00', '"[h]"0'])
    assert.equal(elapsedFormat(code), undefined, code)
})

test('no whole second of any length is lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (seconds) => {
      const [h, m, s] = shown(seconds / 86_400, '[h]:mm:ss')!
        .split(':')
        .map(Number) as [number, number, number]
      assert.equal(h * 3600 + m * 60 + s, seconds)
    }),
  )
})
