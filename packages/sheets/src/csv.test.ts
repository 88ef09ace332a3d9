import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { type Cell, type Column, csvWriter, protect, unprotect } from './index.ts'

const hostile = fc.string({
  unit: fc.constantFrom(...'\'"=+-@＝＋－＠\t\r\n ,;1.aA中😀\u0001\uFEFF'),
  maxLength: 12,
})
const columns: Column[] = [
  { heading: '名称', kind: 'text' },
  { heading: '金额', kind: 'number' },
  { heading: 'Note, long', kind: 'text' },
]

async function written(rows: Cell[][], heads = columns): Promise<string> {
  const chunks: Buffer[] = []
  const writer = csvWriter(heads, (bytes) => void chunks.push(bytes))
  await writer.write(rows)
  await writer.end()
  return Buffer.concat(chunks).toString('utf8')
}

test('what is made safe comes back as it was, whatever it was', () => {
  fc.assert(
    fc.property(hostile, (cell) => assert.equal(unprotect(protect(cell)), cell)),
    { numRuns: 5000 },
  )
})

test('no cell of text begins with what a spreadsheet runs, also behind quotes and blanks', () => {
  fc.assert(
    fc.property(hostile, (cell) => assert.doesNotMatch(protect(cell), /^["\s]*[=+\-@＝＋－＠\t\r\n]/)),
    { numRuns: 5000 },
  )
  assert.equal(protect('=cmd|" /C calc"!A0'), `'=cmd|" /C calc"!A0`)
  assert.equal(protect('+8613800010002'), "'+8613800010002")
  assert.equal(protect('"=1+1'), `'"=1+1`)
  assert.equal(protect('华东机电'), '华东机电')
})

test('a number stays a number, a telephone number is text', async () => {
  assert.equal(
    await written([['+8613800010002', '-5.20', '-']]),
    `\uFEFF名称,金额,"Note, long"\r\n'+8613800010002,-5.20,'-\r\n`,
  )
})

test('any other reader of RFC 4180 finds the same cells', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(hostile, fc.constantFrom('1', '-5.20', null), hostile)),
      async (rows) => {
        const text = await written(rows.map((row) => [...row]))
        assert.ok(text.startsWith('\uFEFF'))
        const back = parse(text, { bom: true, record_delimiter: '\r\n' }) as string[][]
        assert.deepEqual(
          back.slice(1).map((row) => [unprotect(row[0]!), row[1], unprotect(row[2]!)]),
          rows.map(([a, n, b]) => [a, n ?? '', b]),
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('an empty list is its headings, and an empty cell alone on its line is still a line', async () => {
  assert.equal(await written([]), '\uFEFF名称,金额,"Note, long"\r\n')
  assert.equal(await written([[null], ['']], [{ heading: 'a', kind: 'text' }]), '\uFEFFa\r\n""\r\n""\r\n')
})
