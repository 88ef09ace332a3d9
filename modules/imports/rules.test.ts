import assert from 'node:assert/strict'
import test from 'node:test'
import { policyText } from './policies.text.ts'
import { bitOf, isSafePattern, lineKindReader, orderKindOf, policies, settleOrderKind } from './rules.ts'
import { defaultOptions, retailOptions } from './targets.ts'

test('a prefix makes a cancellation or adjustment only before digits', () => {
  const kind = (number: string, status: string | null = null) => orderKindOf(number, status, defaultOptions)
  assert.deepEqual(
    ['536365', 'C536379', 'A563185', 'CX12', 'C', 'C12-3', 'AC1', 'c536379'].map((n) => kind(n)),
    ['order', 'cancellation', 'adjustment', 'order', 'order', 'order', 'order', 'order'],
  )
  assert.equal(orderKindOf('C1', null, { cancel_prefix: '', adjust_prefix: '' }), 'order')
  assert.equal(orderKindOf('退-12', null, { cancel_prefix: '退-', adjust_prefix: 'A' }), 'cancellation')
})

test('a status that says the goods went back makes a return, one that says they did not does not', () => {
  const kind = (status: string) => orderKindOf('1', status, defaultOptions)
  for (const status of ['已退货', '退貨', '退款成功', 'Returned', 'REFUNDED'])
    assert.equal(kind(status), 'return', status)
  for (const status of [
    '已取消',
    '交易关闭',
    '交易關閉',
    '作廢',
    'Cancelled',
    'canceled',
    'voided',
    'Cancellation',
  ])
    assert.equal(kind(status), 'cancellation', status)
  for (const status of ['调整', '調整單', 'Adjustment']) assert.equal(kind(status), 'adjustment', status)
  for (const status of [
    '已完成',
    '未退款',
    '无退货',
    '部分退款',
    '申请退款',
    '申請退貨',
    'not returned',
    'Completed',
    'paid',
    '',
  ])
    assert.equal(kind(status), 'order', status)
})

test('an order is a return only when every line goes back', () => {
  const lines = (...quantities: number[]) => quantities.map((quantity_e4) => ({ quantity_e4 }))
  assert.equal(settleOrderKind('order', lines(-10_000, -20_000)), 'return')
  assert.equal(settleOrderKind('order', lines(-10_000, 20_000)), 'order')
  assert.equal(settleOrderKind('order', lines(-10_000, 0)), 'order')
  assert.equal(settleOrderKind('cancellation', lines(-10_000)), 'cancellation')
  assert.equal(settleOrderKind('order', []), 'order')
})

test('codes that are no goods become charges, discounts or adjustments', () => {
  const retail = lineKindReader(retailOptions)
  assert.deepEqual(
    ['85123A', 'POST', 'D', 'M', 'm', 'B', 'BANK CHARGES', 'gift_0001_40', 'PADS', 'DCGS0076', 'CRUK'].map(
      retail,
    ),
    [
      'product',
      'charge',
      'discount',
      'adjustment',
      'adjustment',
      'adjustment',
      'charge',
      'charge',
      'charge',
      'charge',
      'adjustment',
    ],
  )
  const plain = lineKindReader(defaultOptions)
  assert.deepEqual(['PX-40', '运费', '优惠券', 'D', 'post'].map(plain), [
    'product',
    'charge',
    'discount',
    'product',
    'charge',
  ])
  const many = lineKindReader(retailOptions)
  for (let i = 0; i < 50_000; i++) assert.equal(many(`${10_000 + i}x`), 'product')
})

test('a pattern that could run for ever is not taken', () => {
  for (const good of ['^\\d{5}', '^[A-Z]{2}-', '^(?:SP|PX)-\\d+$']) assert.ok(isSafePattern(good), good)
  for (const bad of ['(a+)+$', '(a|a)*b', '(a{1,9}){9}', '[', '(x)\\1', '.*.*.*x', 'a'.repeat(300)])
    assert.ok(!isSafePattern(bad), bad)
})

test('every decision has its own bit and its words in both languages', () => {
  assert.equal(new Set(Object.values(bitOf)).size, policies.length)
  assert.ok(policies.length <= 31)
  for (const policy of policies) assert.ok(policyText[policy].zh && policyText[policy].en)
})
