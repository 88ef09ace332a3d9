import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf, type Sheet } from './sheet.ts'

const sheet: Sheet = {
  currency: 'GBP',
  columns: [
    { title: 'Customer', kind: 'text' },
    { title: 'Value', kind: 'money' },
    { title: 'Share', kind: 'share' },
  ],
  rows: [
    { key: '1', cells: ['陈, "老"', 123456, 0.25] },
    { key: '2', cells: ['=2+5', null, null] },
    { key: '3', cells: ['-', -5, 1] },
  ],
}

test('a saved table has its currency in the head, money in whole units and empty cells where nothing is known', () => {
  const [head, first, second] = csvOf(sheet).replace('\uFEFF', '').split('\r\n')
  assert.equal(head, 'Customer,Value (GBP),Share')
  assert.equal(first, '"陈, ""老""",1234.56,0.25')
  assert.equal(second, "'=2+5,,")
})

test('a currency without cents is written without them', () => {
  assert.match(csvOf({ ...sheet, currency: 'JPY' }), /123456,0\.25/)
})

test('no text of a saved table is calculated by a spreadsheet', () => {
  for (const line of csvOf(sheet).split('\r\n').slice(1)) assert.doesNotMatch(line, /^[=+\-@]/)
})
