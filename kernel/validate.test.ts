import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type as T } from 'typebox'
import { compilers } from './validate.ts'

test('an answer drops what its schema does not name, and keeps an object of anything as it is', () => {
  const schema = T.Object({
    name: T.String(),
    fields: T.Object({}, { additionalProperties: true, description: 'anything' }),
    rows: T.Array(T.Object({ id: T.Integer(), more: T.Object({}, { additionalProperties: true }) })),
    none: T.Object({}),
  })
  const say = compilers().serializer({ schema, method: 'GET', url: '/x' })
  const fields = { z: 1, a: { b: [1, '二'] }, gone: undefined, nothing: null }
  const rows = [{ id: 1, more: { x: 'y' }, secret: 's' }]
  const said = JSON.parse(say({ name: 'n', fields, rows, none: { secret: 1 }, secret: 2 }))
  assert.deepEqual(said, {
    name: 'n',
    fields: { z: 1, a: { b: [1, '二'] }, nothing: null },
    rows: [{ id: 1, more: { x: 'y' } }],
    none: {},
  })
})
