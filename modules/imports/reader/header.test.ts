import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { inMemory } from './pieces.ts'
import { openSource, type SourceOptions } from './source.ts'
import { bookOf, sheetRows } from './xlsx/making.ts'

const fixture = join(import.meta.dirname, '../fixtures/two_header_rows.xlsx')

async function readAll(input: string | Buffer, options: SourceOptions = {}) {
  const source = await openSource(typeof input === 'string' ? input : inMemory(input), options)
  const rows: string[][] = []
  const lines: number[] = []
  for await (const batch of source.batches()) {
    rows.push(...batch.rows)
    lines.push(...batch.lines)
  }
  return { headers: source.headers, names: source.names, detected: source.detected, rows, lines }
}
type Cell = string | number | null
const table = (rows: readonly (readonly Cell[])[], ...merged: string[]) =>
  bookOf({
    sheets: [
      {
        name: 'S',
        rows: sheetRows(rows),
        after: `<mergeCells>${merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`,
      },
    ],
  })
const headerRows = async (bytes: Buffer) => (await readAll(bytes)).detected.header_rows

test('two rows of names under merged cells become one name for each column', async () => {
  const { headers, names, detected, rows, lines } = await readAll(fixture)
  assert.deepEqual(headers, ['客户名称', '联系方式 电话', '联系方式 邮箱', '地址 省', '地址 市'])
  assert.deepEqual(names, ['客户名称', '电话', '邮箱', '省', '市'])
  assert.deepEqual([detected.has_header, detected.header_rows, detected.preamble], [true, 2, 0])
  assert.deepEqual([rows.length, lines], [3, [3, 4, 5]])
})

test('a title above and names merged over both rows are read as they are meant', async () => {
  const { headers, detected, lines } = await readAll(fixture, { sheet: '台账' })
  assert.deepEqual(headers, [
    '客户编号',
    '姓名',
    '联系方式 电话',
    '联系方式 邮箱',
    '收货地址 省',
    '收货地址 市',
  ])
  assert.deepEqual([detected.header_rows, detected.preamble, lines], [2, 1, [4, 5, 6]])
})

test('the same words under different groups are different columns', async () => {
  const { headers, detected } = await readAll(
    table(
      [
        ['门店', '一季度', null, '二季度', null],
        [null, '销量', '金额', '销量', '金额'],
        ['城东', 3, 12.5, 4, 20],
        ['城西', 1, 2.5, 2, 5],
      ],
      'A1:A2',
      'B1:C1',
      'D1:E1',
    ),
  )
  assert.deepEqual(headers, ['门店', '一季度 销量', '一季度 金额', '二季度 销量', '二季度 金额'])
  assert.deepEqual([detected.header_rows, detected.repeated_headers], [2, []])
})

test('whoever knows better chooses one row, two, or none', async () => {
  const one = await readAll(fixture, { header_rows: 1 })
  assert.deepEqual([one.headers[1], one.rows[0]![1], one.detected.header_rows], ['联系方式', '电话', 1])
  const none = await readAll(fixture, { has_header: false })
  assert.deepEqual([none.headers[0], none.rows.length, none.detected.header_rows], ['#1', 5, 0])
  const plain = [
    ['联系方式', null, '地址', null],
    ['电话', '邮箱', '省', '市'],
    ['13800000000', 'a@b.example', '浙江', '杭州'],
  ]
  const unmerged = await readAll(table(plain), { header_rows: 2 })
  assert.deepEqual(unmerged.headers, ['联系方式 电话', '联系方式 邮箱', '地址 省', '地址 市'])
  const text = Buffer.from(`${plain.map((row) => row.map((cell) => cell ?? '').join(',')).join('\n')}\n`)
  const csv = await readAll(text, { header_rows: 2 })
  assert.deepEqual([csv.headers, csv.rows.length, csv.lines], [unmerged.headers, 1, [3]])
  assert.equal((await readAll(text)).detected.header_rows, 1)
})

test('what only looks like it stays one row', async () => {
  const cases: Record<string, Buffer> = {
    'a title over the whole table': table(
      [
        ['2024 年销售明细', null, null],
        ['门店', '销量', '金额'],
        ['城东', 3, 12.5],
      ],
      'A1:C1',
    ),
    'merged names with data right below': table(
      [
        ['姓名', null, '地址', null],
        ['张三', '李四', '北京', '上海'],
        ['王五', '赵六', '南京', '广州'],
      ],
      'A1:B1',
      'C1:D1',
    ),
    'figures in the second row': table(
      [
        ['门店', '销量', null],
        ['城东', 3, 4],
        ['城西', 1, 2],
      ],
      'B1:C1',
    ),
    'a column of the group without a name': table(
      [
        ['门店', '联系方式', null],
        ['名称', '电话', null],
        ['城东', '13800000000', 'x'],
      ],
      'B1:C1',
    ),
    'a row between the two': bookOf({
      sheets: [
        {
          name: 'S',
          rows: `${sheetRows([['客户', '联系方式', null]])}${sheetRows(
            [
              ['名称', '电话', '邮箱'],
              ['城东', '13800000000', 'a@b.example'],
            ],
            3,
          )}`,
          after: '<mergeCells><mergeCell ref="B1:C1"/></mergeCells>',
        },
      ],
    }),
    'cells merged further down': table(
      [
        ['客户名称', '电话', '邮箱'],
        ['城东', '13800000000', 'a@b.example'],
        ['小计', '合并', null],
        ['名称', '电话', '邮箱'],
      ],
      'B3:C3',
    ),
  }
  for (const [name, bytes] of Object.entries(cases)) assert.notEqual(await headerRows(bytes), 2, name)
})
