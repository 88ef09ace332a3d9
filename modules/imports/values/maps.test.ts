import assert from 'node:assert/strict'
import test from 'node:test'
import { valueMapper, yesNoMap, yesNoTarget, yesOrNo } from './maps.ts'

test('words are replaced where their column has a map, part by part where a cell holds several', () => {
  const map = valueMapper(['name', 'market_roles', 'country'], {
    market_roles: { 'A 类': 'customer', b: 'supplier', 停用: '' },
    country: { 那边: 'US' },
  })!
  assert.deepEqual(map(['A 类', ' ａ 类', '那边']), ['A 类', 'customer', 'US'])
  assert.deepEqual(map(['x', 'A 类、B', '中国']), ['x', 'customer,supplier', '中国'])
  assert.deepEqual(map(['x', '停用', '']), ['x', '', ''])
  assert.deepEqual(map(['x']), ['x'])
  assert.equal(valueMapper(['name'], { country: { a: 'b' } }), null)
  assert.equal(valueMapper(['name'], { name: {} }), null)
})

test('yes and no are known in both languages', () => {
  for (const yes of ['是', 'Yes', 'Y', '1', 'TRUE', '√', ' 有 ']) assert.equal(yesOrNo(yes), true, yes)
  for (const no of ['否', 'no', 'N', '0', 'false', '×', '']) assert.equal(yesOrNo(no), false, no)
  assert.equal(yesOrNo('maybe'), undefined)
})

test('a column of yes and no means what its header asks for', () => {
  assert.deepEqual(yesNoMap('market_roles', '是否供应商', ['是', '否', '']), { 是: 'supplier', 否: '' })
  assert.deepEqual(yesNoMap('kind', 'Is company?', ['Y', 'n']), { Y: 'organisation', n: 'person' })
  assert.deepEqual(yesNoMap('kind', '是否个人', ['1', '0']), { '1': 'person', '0': 'organisation' })
  assert.equal(yesNoMap('kind', '是否企业', ['是', '也许']), undefined)
  assert.equal(yesNoTarget('是否经销商', ['是']), 'market_roles')
  assert.equal(yesNoTarget('是否已付款', ['是']), undefined)
})
