import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fieldTold, perPerson } from './rules.ts'

const seeing = (masks: string[] = [], keys: string[] = []) => ({
  masks: new Set(masks),
  keys: new Set(keys),
})

test('of a masked or hidden field a reader hears nothing but that somebody edits', () => {
  assert.equal(fieldTold('note', seeing(['phone', 'email'])), 'note')
  assert.equal(fieldTold('contact.phone', seeing()), 'contact.phone')
  assert.equal(fieldTold('contact.phone', seeing(['phone'])), null)
  assert.equal(fieldTold('contact.wechat_unionid', seeing(['wechat'])), null)
  assert.equal(fieldTold('contact.web', seeing(['phone', 'email', 'wechat', 'address'])), 'contact.web')
  assert.equal(fieldTold('fields.salary', seeing([], ['grade'])), null)
  assert.equal(fieldTold('fields.grade', seeing([], ['grade'])), 'fields.grade')
  assert.equal(fieldTold(null, seeing()), null)
})

test('what is no field of ours is told to nobody', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const told = fieldTold(`x${text}`, seeing())
      assert.equal(told, null)
    }),
  )
  assert.equal(fieldTold('contact.constructor', seeing()), null)
  assert.equal(fieldTold('contact.', seeing()), null)
})

test('a person with several pages is one person, and editing counts for more than looking', () => {
  const row = (user_id: number, since: string, field: string | null) => ({
    user_id,
    name: `u${user_id}`,
    since,
    field,
    editing: field !== null,
  })
  const people = perPerson([row(1, '3', null), row(2, '2', null), row(1, '4', 'note'), row(1, '1', null)])
  assert.deepEqual(people, [row(1, '1', 'note'), row(2, '2', null)])
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: 4 }), fc.string(), fc.option(fc.string())).map((t) => row(...t)),
      ),
      (rows) => {
        const found = perPerson(rows)
        assert.equal(found.length, new Set(rows.map((one) => one.user_id)).size)
        for (const one of found)
          assert.equal(
            one.editing,
            rows.some((other) => other.user_id === one.user_id && other.editing),
          )
      },
    ),
  )
})
