import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf } from '../../kernel/module.ts'
import { modules } from '../../modules/index.ts'
import { mayWords } from './may.ts'

test('every permission has a name that a page which is refused can say, in both languages', () => {
  const nameless = permissionsOf(modules).filter((code) => {
    const called = mayWords[`may.${code}`]
    return !called || !/[\u4e00-\u9fff]/.test(called.zh) || !/[a-z]/.test(called.en)
  })
  assert.deepEqual(nameless, [])
})
