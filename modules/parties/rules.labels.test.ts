import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { marketRoles } from './contract.shapes.ts'
import { isOwnRole, isRoleCode, OWN_ROLE, ownCode } from './rules.labels.ts'
import { text as words } from './web/text.ts'

test('an own role has a code that its English name gives, and one of its own where there is none', () => {
  assert.equal(ownCode('Key account', []), 'own_key_account')
  assert.equal(ownCode('Key account', ['own_key_account']), 'own_key_account_1')
  assert.equal(ownCode('', ['own_1']), 'own_2')
  assert.equal(ownCode('渠道', []), 'own_1')
})

test('whatever it is called, its code is a code, is not taken, and is no word of the house', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.array(fc.string(), { maxLength: 5 }), (name, others) => {
      const taken = [...others.map((other) => ownCode(other, [])), ...marketRoles]
      const code = ownCode(name, taken)
      assert.match(code, new RegExp(OWN_ROLE))
      assert.ok(isOwnRole(code) && isRoleCode(code) && !taken.includes(code))
    }),
  )
  assert.deepEqual(Object.keys(words).filter(isOwnRole), [])
})
