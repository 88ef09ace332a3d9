import assert from 'node:assert/strict'
import { test } from 'node:test'
import { phrase } from './text.ts'

test('a noun goes with its number in English, and numbers are written as each language does', () => {
  const p = { zh: '{n} 位客户，{m} 张订单', en: '{n customer|customers}, {m order|orders}' }
  assert.equal(phrase(p, 'en', { n: 1, m: 1200 }), '1 customer, 1,200 orders')
  assert.equal(phrase(p, 'en', { n: 0, m: '1' }), '0 customers, 1 order')
  assert.equal(phrase(p, 'zh-CN', { n: 1, m: 2 }), '1 位客户，2 张订单')
  assert.equal(phrase(p, 'en', { n: 2 }), '2 customers, — orders')
})

test('a verb follows the number, beside it or further on', () => {
  const p = {
    zh: '{n} 行在等待，其中 {m} 行看不到',
    en: '{n line is|lines are} waiting, {m} of which {m:is|are} hidden',
  }
  assert.equal(phrase(p, 'en', { n: 1, m: 1 }), '1 line is waiting, 1 of which is hidden')
  assert.equal(phrase(p, 'en', { n: 2, m: 0 }), '2 lines are waiting, 0 of which are hidden')
  assert.equal(phrase(p, 'zh-CN', { n: 2, m: 1 }), '2 行在等待，其中 1 行看不到')
})

test('an id is written as it is typed, without grouping', () => {
  const p = {
    zh: '已并入 {merged_into}（{party_id}）',
    en: 'merged into {merged_into} ({party_id}), {n} left',
  }
  assert.equal(
    phrase(p, 'en', { merged_into: 1223, party_id: 4567, n: 1200 }),
    'merged into 1223 (4567), 1,200 left',
  )
})

test('a list of words is told in the reader’s language; of a list within it any one will do', () => {
  const p = { zh: '还缺：{columns}', en: 'missing: {columns}' }
  const columns = [
    [
      { zh: '数量', en: 'Quantity' },
      { zh: '金额', en: 'Amount' },
    ],
    [{ zh: '名称', en: 'Name' }],
  ]
  assert.equal(phrase(p, 'zh-CN', { columns }), '还缺：数量或金额、名称')
  assert.equal(phrase(p, 'en', { columns }), 'missing: Quantity or Amount, Name')
})
