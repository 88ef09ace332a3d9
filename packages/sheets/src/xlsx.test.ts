import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { readXlsx } from 'hucre/xlsx'
import { CELL_CHARS, type Cell, type Column, xlsxWriter } from './index.ts'
import { letters, serialOf } from './xlsx.ts'

const made = new Date('2026-11-22T03:00:00Z')
const columns: Column[] = [
  { heading: '编号', kind: 'id' },
  { heading: '名称', kind: 'text' },
  { heading: '金额', kind: 'number' },
  { heading: '时间', kind: 'time' },
  { heading: '日期', kind: 'day' },
]

async function written(rows: Cell[][], options: { max_rows?: number; name?: string } = {}): Promise<Buffer> {
  const chunks: Buffer[] = []
  const writer = xlsxWriter(columns, (bytes) => void chunks.push(bytes), { name: '客户', made, ...options })
  for (let i = 0; i < rows.length; i += 3) await writer.write(rows.slice(i, i + 3))
  await writer.end()
  return Buffer.concat(chunks)
}
const row = (n: number): Cell[] => [`${n}`, `客户 ${n}`, '-5.20', '2024-02-29 18:00:00.123', '2024-02-29']

test('another reader finds text, numbers and real dates', async () => {
  const { sheets } = await readXlsx(await written([row(1), ['2', null, null, null, null]]))
  assert.equal(sheets.length, 1)
  assert.equal(sheets[0]!.name, '客户')
  const [head, first, second] = sheets[0]!.rows
  assert.deepEqual(head, ['编号', '名称', '金额', '时间', '日期'])
  assert.deepEqual(first!.slice(0, 3), [1, '客户 1', -5.2])
  assert.deepEqual(first![3], new Date('2024-02-29T18:00:00.123Z'))
  assert.deepEqual(first![4], new Date('2024-02-29T00:00:00Z'))
  assert.equal(second![0], 2)
})

test('text is text: formulas, markup, control characters and halves of pairs break nothing', async () => {
  const cells = ['=1+1', '+86138', '<a>&"', ' blank ', 'a\tb\nc', '\ud83d\ude00 😀', '_x0041_', "'quoted"]
  const { sheets } = await readXlsx(await written(cells.map((cell, i) => [`${i}`, cell, null, null, null])))
  assert.deepEqual(
    sheets[0]!.rows.slice(1).map((one) => one[1]),
    cells,
  )
})

test('whatever the text, the sheet is well-formed and gives it back', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 }).map((cell) => cell.toWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (cells) => {
      const { sheets } = await readXlsx(await written(cells.map((cell) => ['1', cell, null, null, null])))
      assert.deepEqual(
        sheets[0]!.rows.slice(1).map((one) => one[1] ?? ''),
        cells,
      )
    }),
    { numRuns: 100 },
  )
})

test('what does not fit on a sheet goes on the next under the same headings, and no row is lost', async () => {
  const rows = Array.from({ length: 25 }, (_, i) => row(i))
  const { sheets } = await readXlsx(await written(rows, { max_rows: 10 }))
  assert.deepEqual(
    sheets.map((sheet) => [sheet.name, sheet.rows.length]),
    [
      ['客户', 10],
      ['客户 (2)', 10],
      ['客户 (3)', 8],
    ],
  )
  for (const sheet of sheets) assert.equal(sheet.rows[0]![1], '名称')
  assert.deepEqual(
    sheets.flatMap((sheet) => sheet.rows.slice(1).map((one) => one[0])),
    rows.map((_, i) => i),
  )
})

test('exactly as many rows as a sheet holds stay on one', async () => {
  const rows = Array.from({ length: 9 }, (_, i) => row(i))
  assert.equal((await readXlsx(await written(rows, { max_rows: 10 }))).sheets.length, 1)
})

test('an empty list is a sheet with its headings', async () => {
  const { sheets } = await readXlsx(await written([]))
  assert.deepEqual(sheets[0]!.rows, [['编号', '名称', '金额', '时间', '日期']])
})

test('a sheet may be called anything', async () => {
  const { sheets } = await readXlsx(await written([], { name: `a[b]:c*?/\\<&>${'x'.repeat(40)}` }))
  assert.ok(sheets[0]!.name.length <= 31)
})

test('a text longer than a cell may be is cut and says so', async () => {
  const { sheets } = await readXlsx(await written([['1', 'x'.repeat(40_000), null, null, null]]))
  const cell = String(sheets[0]!.rows[1]![1])
  assert.equal(cell.length, CELL_CHARS)
  assert.ok(cell.endsWith('…'))
})

test('the archive is an ordinary one: its directory and the descriptors behind the data agree', async () => {
  const bytes = await written([row(1)])
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  let at = bytes.readUInt32LE(end + 16)
  const count = bytes.readUInt16LE(end + 10)
  assert.equal(count, 6)
  for (let n = 0; n < count; n++) {
    const [packed, size, name, offset] = [20, 24, 28, 42].map((i) =>
      i === 28 ? bytes.readUInt16LE(at + i) : bytes.readUInt32LE(at + i),
    ) as [number, number, number, number]
    const data = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
    assert.equal(inflateRawSync(bytes.subarray(data, data + packed)).length, size)
    assert.equal(bytes.readUInt32LE(data + packed), 0x08074b50)
    assert.equal(bytes.readUInt32LE(data + packed + 12), size)
    at += 46 + name + bytes.readUInt16LE(at + 30)
  }
})

test('columns have letters and days have numbers as Excel counts them', () => {
  assert.deepEqual([0, 25, 26, 701, 702].map(letters), ['A', 'Z', 'AA', 'ZZ', 'AAA'])
  assert.equal(serialOf('1900-03-01'), 61)
  assert.equal(serialOf('2024-02-29'), 45_351)
  assert.equal(serialOf('2024-02-29 18:00:00'), 45_351.75)
  assert.equal(serialOf('1899-12-31'), null)
})
