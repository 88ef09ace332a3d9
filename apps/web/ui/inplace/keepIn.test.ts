import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keepIn } from './keepIn.ts'

const same = (one: string) => one

test('what is held stays behind its former neighbour; what is not goes', () => {
  const held = (key: string) => key === 'b' || key === 'c'
  assert.deepEqual(keepIn(['a', 'b', 'c', 'd'], ['a', 'd'], same, held), ['a', 'b', 'c', 'd'])
  assert.deepEqual(keepIn(['b', 'a'], ['a', 'x'], same, held), ['b', 'a', 'x'])
  assert.deepEqual(keepIn(['a', 'b'], [], same, held), ['b'])
  assert.deepEqual(keepIn(['a', 'd'], ['d'], same, held), ['d'])
})

test('nothing that the list has is lost or moved, nothing stands twice, everything held stays', () => {
  const list = fc.uniqueArray(fc.integer({ min: 0, max: 12 }))
  fc.assert(
    fc.property(list, list, list, (before, now, holds) => {
      const kept = keepIn(
        before,
        now,
        (one) => one,
        (one) => holds.includes(one),
      )
      assert.equal(new Set(kept).size, kept.length)
      assert.deepEqual(
        kept.filter((one) => now.includes(one)),
        now,
      )
      for (const one of before) if (holds.includes(one)) assert.ok(kept.includes(one))
    }),
  )
})
