import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mask } from './scope.ts'

test('a masked telephone number looks the same however it is written, and tells seven digits at most', () => {
  for (const value of ['13812349999', '+86 138 1234 9999', '0086-138-1234-9999', '１３８ １２３４ ９９９９'])
    assert.equal(mask(value, 'phone'), '138****9999', value)
  assert.equal(mask('+86 (10) 8888-6666 转 123', 'phone'), '108****6666')
  assert.equal(mask('010-8888 6666 ext. 12', 'phone'), '010****6666')
  assert.equal(mask('+852 9123 4567', 'phone'), '+852****4567')
  assert.equal(mask('+1 415 555 2671', 'phone'), '+141****2671')
  assert.equal(mask('123 4567', 'phone'), '****')
})
