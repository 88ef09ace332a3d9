import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import test from 'node:test'
import fc from 'fast-check'
import { writeXlsx, writeXlsxStream } from 'hucre/xlsx'
import { Refusal } from '../../../kernel/refuse.ts'
import { inMemory } from './pieces.ts'
import { openSource, type SourceOptions } from './source.ts'
import { bookOf, sheetRows, zipOf } from './xlsx/making.ts'
import { dateText, numberText, shownAs } from './xlsx/styles.ts'

async function readAll(bytes: Buffer, options: SourceOptions = {}) {
  const source = await openSource(inMemory(bytes), options)
  const rows: string[][] = []
  const lines: number[] = []
  const raw: string[] = []
  for await (const batch of source.batches()) {
    rows.push(...batch.rows)
    lines.push(...batch.lines)
    raw.push(...batch.rows.map((_, i) => batch.raw(i)))
  }
  return {
    ...source,
    headers: source.headers,
    detected: source.detected,
    progress: source.progress,
    rows,
    lines,
    raw,
  }
}

const refused = async (bytes: Buffer, options?: SourceOptions): Promise<Refusal> => {
  const result = await readAll(bytes, options).catch((error: unknown) => error)
  assert.ok(result instanceof Refusal, `nothing was refused: ${String(result)}`)
  return result
}

const table = (rows: readonly (readonly (string | number | null)[])[], after = '') =>
  bookOf({ sheets: [{ name: 'Sheet1', rows: sheetRows(rows), after }] })

test('cells of every sort are read as a person reads them', async () => {
  const styles = `<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="[$-409]m/d/yy h:mm AM/PM;@"/></numFmts>
    <cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="21"/><xf numFmtId="166"/><xf numFmtId="31"/></cellXfs></styleSheet>`
  const strings = `<sst><si><t>名称</t></si><si><r><t>华东</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 机电</t></r><rPh sb="0" eb="1"><t>かな</t></rPh></si><si><t>a &amp; b&#10;c_x000D_</t></si></sst>`
  const rows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>数量</t></is></c><c r="C1" t="str"><v>日期</v></c><c r="D1" t="inlineStr"><is><t>值</t></is></c></row>
    <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>12.5</v></c><c r="C2" s="1"><v>45356</v></c><c r="D2" t="b"><v>1</v></c></row>
    <row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" s="3"><v>123</v></c><c r="C3" s="2"><v>45356.628472222219</v></c><c r="D3" s="4"><v>0.125</v></c></row>
    <row r="5"><c r="A5"><f>B2*2</f><v>25</v></c><c r="B5" t="str"><f>"x"&amp;"y"</f><v>xy</v></c><c r="C5" s="6"><v>60</v></c><c r="D5" s="5"><v>0.5</v></c></row>
    <row r="6"><c r="A6"><f>SUM(B2:B3)</f></c><c r="B6"><v>1.1010119900307099E+17</v></c><c r="C6" s="7"><v>1</v></c><c r="D6" t="e"><v>#N/A</v></c></row>`
  const {
    headers,
    rows: read,
    lines,
    raw,
    progress,
  } = await readAll(bookOf({ sheets: [{ name: '表', rows }], strings, styles }))
  assert.deepEqual(headers, ['名称', '数量', '日期', '值'])
  assert.deepEqual(read, [
    ['华东 机电', '12.5', '2024-03-05', 'TRUE'],
    ['a & b\nc\r', '00123', '2024-03-05 15:05:00', '12.5%'],
    ['25', 'xy', '1900-02-29', '12:00:00'],
    ['', '1.10101199003071E+17', '1900-01-01', '#N/A'],
  ])
  assert.deepEqual(lines, [2, 3, 5, 6])
  assert.equal(raw[1], '"a & b\nc\r",00123,2024-03-05 15:05:00,12.5%')
  assert.equal(progress.uncalculated, 1)
})

test('days count from 1900 or from 1904, and a format tells a day from a number', () => {
  assert.deepEqual(
    [0.25, 1, 59, 61, 45_356].map((serial) => dateText(serial, 'date', false)),
    ['1899-12-31 06:00:00', '1900-01-01', '1900-02-28', '1900-03-01', '2024-03-05'],
  )
  assert.equal(dateText(43_894, 'date', true), '2024-03-05')
  assert.equal(dateText(45_356.999_999_99, 'date', false), '2024-03-06')
  for (const code of [
    'yyyy/m/d',
    'm/d/yy',
    '[$-804]yyyy"年"m"月"d"日";@',
    'd-mmm-yy',
    'mmm-yy',
    'e/m/d',
    '[DBNum1]m月d日',
  ])
    assert.equal(shownAs(code), 'date', code)
  for (const code of ['h:mm', 'h:mm:ss AM/PM', '上午/下午h"时"mm"分"'])
    assert.equal(shownAs(code), 'time', code)
  for (const code of [
    'General',
    '0.00',
    '#,##0.00_);[Red](#,##0.00)',
    '0.00E+00',
    '"day "0',
    '¥#,##0.00',
    '@',
    '0"月"',
  ])
    assert.equal(shownAs(code), 'number', code)
  assert.deepEqual(shownAs('000000'), { zeros: 6 })
  assert.equal(numberText('0.1', 'number', false), '0.1')
  assert.equal(numberText('12.300000000000001', 'number', false), '12.3')
  assert.equal(numberText('1E-7', 'number', false), '0.0000001')
})

test('a title, blank rows and merged cells above and in the table do no harm', async () => {
  const bytes = table(
    [
      ['2024 年销售明细', null, null, null],
      [null, null, null, null],
      ['订单号', '下单时间', '商品名称', '数量', '单价'],
      ['A1001', '2024-03-05', '阀门', 2, 12.5],
      [null, null, '法兰', 1, 8],
      [null, null, null, null],
      ['A1002', '2024-03-06', '阀门', 1, 12.5],
    ],
    '<mergeCells count="3"><mergeCell ref="A1:E1"/><mergeCell ref="A4:A5"/><mergeCell ref="B4:B5"/></mergeCells>',
  )
  const { headers, rows, lines, detected, progress } = await readAll(bytes)
  assert.deepEqual(headers, ['订单号', '下单时间', '商品名称', '数量', '单价'])
  assert.deepEqual(rows, [
    ['A1001', '2024-03-05', '阀门', '2', '12.5'],
    ['A1001', '2024-03-05', '法兰', '1', '8'],
    ['A1002', '2024-03-06', '阀门', '1', '12.5'],
  ])
  assert.deepEqual([lines, detected.preamble, progress.merged_filled], [[4, 5, 7], 1, 1])
})

test('of several sheets the first visible one with a table is read, or the one that is named', async () => {
  const bytes = bookOf({
    sheets: [
      { name: '说明', rows: sheetRows([['本表由系统导出']]) },
      {
        name: '旧数据',
        rows: sheetRows([
          ['姓名', '电话'],
          ['旧', '1'],
        ]),
        state: 'hidden',
      },
      {
        name: '客户 &amp; 联系人',
        rows: sheetRows([
          ['姓名', '电话'],
          ['张三', '13800000000'],
        ]),
      },
      { name: '空', rows: '' },
    ],
  })
  const auto = await readAll(bytes)
  assert.deepEqual([auto.detected.sheet, auto.rows], ['客户 & 联系人', [['张三', '13800000000']]])
  assert.deepEqual(
    auto.detected.sheets.map(({ name, hidden }) => [name, hidden]),
    [
      ['说明', false],
      ['旧数据', true],
      ['客户 & 联系人', false],
      ['空', false],
    ],
  )
  assert.deepEqual((await readAll(bytes, { sheet: '旧数据' })).rows, [['旧', '1']])
  const no = await refused(bytes, { sheet: 'x' })
  assert.deepEqual(
    [no.code, no.details['sheets']],
    ['imports.no_sheet', ['说明', '旧数据', '客户 & 联系人', '空']],
  )
  assert.equal((await refused(bytes, { sheet: '空' })).code, 'imports.no_rows')
})

test('what another program writes is read as it was given', async () => {
  const cell = fc.oneof(
    fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .map((text) => text.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-f]{4}_/gi, '')),
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.boolean(),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      async (body, shared) => {
        const rows = [['甲列', '乙列', '丙列'], ...body]
        const bytes = shared
          ? Buffer.from(await writeXlsx({ sheets: [{ name: 'S', rows }] }))
          : Buffer.from(await new Response(writeXlsxStream(rows, { name: 'S' })).arrayBuffer())
        const text = (value: unknown) =>
          typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : String(value)
        const wanted = body.map((row) => row.map(text)).filter((row) => row.some((one) => one.trim() !== ''))
        if (wanted.length === 0) return
        const read = await readAll(bytes, { has_header: true })
        assert.deepEqual(
          read.rows.map((row) => row.map((one) => one.replaceAll('\r\n', '\n'))),
          wanted,
        )
      },
    ),
    { numRuns: 40 },
  )
})

test('a workbook made to hurt is refused within bounded memory', async () => {
  const rows = sheetRows([
    ['姓名', '电话'],
    ['张三', '1'],
  ])
  const sheets = [{ name: 'S', rows }]
  const big = 'A'.repeat(3 * 1024 * 1024)
  const cases: [string, Buffer, string][] = [
    [
      'a huge string',
      bookOf({ sheets, strings: `<sst><si><t>${big}</t></si></sst>` }),
      'imports.text_too_long',
    ],
    [
      'many strings that unpack 500 times',
      bookOf({
        sheets,
        strings: `<sst>${'<si><t>AAAAAAAAAAAAAAAAAAAAAAAAAAAA</t></si>'.repeat(1_900_000)}</sst>`,
      }),
      'imports.bomb',
    ],
    [
      'a sheet of blanks',
      bookOf({ sheets: [{ name: 'S', rows: `${rows}${' '.repeat(70 * 1024 * 1024)}` }] }),
      'imports.bomb',
    ],
    [
      'entities that multiply',
      bookOf({
        sheets,
        strings: '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>',
      }),
      'imports.xml_entities',
    ],
    [
      'ten thousand columns',
      table([Array.from({ length: 10_000 }, (_, i) => `c${i}`), ['1']]),
      'imports.too_many_columns',
    ],
    [
      'rows out of order',
      bookOf({ sheets: [{ name: 'S', rows: `${rows}<row r="1"/>` }] }),
      'imports.workbook_broken',
    ],
    [
      'a row beyond the last',
      bookOf({ sheets: [{ name: 'S', rows: `${rows}<row r="1048577"/>` }] }),
      'imports.workbook_broken',
    ],
    [
      'a string that is not there',
      table([]).length
        ? bookOf({ sheets: [{ name: 'S', rows: '<row r="1"><c t="s"><v>7</v></c></row>' }] })
        : Buffer.alloc(0),
      'imports.workbook_broken',
    ],
    [
      'a wrong size',
      zipOf([{ name: '[Content_Types].xml', content: '<Types/>', unpacked: 3 }]),
      'imports.workbook_broken',
    ],
    [
      'cut short',
      table([
        ['a', 'b'],
        ['1', '2'],
      ]).subarray(0, 400),
      'imports.workbook_broken',
    ],
    [
      'with a password inside the ZIP',
      zipOf([{ name: '[Content_Types].xml', content: '<Types/>', flags: 1 }]),
      'imports.encrypted',
    ],
    [
      'another workbook inside',
      zipOf([{ name: 'inner.xlsx', content: table([['a'], ['1']]) }]),
      'imports.archive',
    ],
    [
      'with macros',
      bookOf({ sheets, more: [{ name: 'xl/vbaProject.bin', content: 'x' }] }),
      'imports.macros',
    ],
    [
      'ODS',
      zipOf([
        { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
        { name: 'content.xml', content: '<x/>' },
      ]),
      'imports.other_workbook',
    ],
    ['Numbers', zipOf([{ name: 'Index/Document.iwa', content: 'x' }]), 'imports.other_workbook'],
    ['only a header', table([['姓名', '电话']]), 'imports.no_rows'],
    ['nothing', bookOf({ sheets: [{ name: 'S', rows: '' }] }), 'imports.empty'],
  ]
  for (const [name, bytes, code] of cases) {
    const before = process.memoryUsage()
    assert.equal((await refused(bytes)).code, code, name)
    const grown = process.memoryUsage().rss - before.rss
    assert.ok(grown < 200 * 1024 ** 2, `${name}: ${Math.round(grown / 1024 ** 2)} MB more`)
  }
})

test('300,000 rows are read in flat memory', { timeout: 300_000 }, async () => {
  function* rows() {
    yield ['订单号', '下单时间', '客户名称', '商品名称', '数量', '单价', '邮箱', '备注']
    for (let i = 0; i < 300_000; i++)
      yield [
        `A${i}`,
        '2024-03-05',
        `客户 ${i % 5000}`,
        `商品 ${i % 300}`,
        i % 20,
        12.5,
        `p${i}@example.com`,
        `备注 ${i}`,
      ]
  }
  const chunks: Buffer[] = []
  for await (const chunk of Readable.fromWeb(
    writeXlsxStream(rows(), { name: 'S', inlineStrings: false }) as never,
  ))
    chunks.push(Buffer.from(chunk as Uint8Array))
  const file = inMemory(Buffer.concat(chunks))
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = 0
  let read = 0
  const source = await openSource(file)
  for await (const batch of source.batches()) {
    read += batch.rows.length
    most = Math.max(most, process.memoryUsage().rss)
  }
  assert.equal(read, 300_000)
  const grown = (most - before) / 1024 ** 2
  assert.ok(grown < 300, `${Math.round(grown)} MB`)
})
