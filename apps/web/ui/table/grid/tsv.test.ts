import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTsv, writeTsv } from './tsv.ts'

test('a block goes to a spreadsheet and comes back as it was', () => {
  const block = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { minLength: width, maxLength: width }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    )
    // A single empty cell at the end cannot be told from the line that ends the block.
    .filter((rows) => rows.length === 1 || rows.at(-1)!.length > 1 || rows.at(-1)![0] !== '')
  fc.assert(fc.property(block, (rows) => assert.deepEqual(readTsv(writeTsv(rows)), rows)))
})

test('what Excel and WPS put on the clipboard is read', () => {
  assert.deepEqual(readTsv('王芳\tCN\r\n"多行\n文字"\t"a ""b"""\r\n'), [
    ['王芳', 'CN'],
    ['多行\n文字', 'a "b"'],
  ])
  assert.deepEqual(readTsv('one'), [['one']])
  assert.deepEqual(readTsv('a\t\n\tb\n'), [
    ['a', ''],
    ['', 'b'],
  ])
  // Excel puts no quotes around what has no line of its own.
  assert.deepEqual(readTsv('"A" Ltd\t5" pipe\r\n"never closed\tCN\r\n'), [
    ['"A" Ltd', '5" pipe'],
    ['"never closed', 'CN'],
  ])
})
