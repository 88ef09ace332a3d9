import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byLabels } from './plan.ts'
import type { Where } from './where.ts'

const where = (over: Partial<Where>): Where => ({
  part: { kind: 'all' },
  unit_ids: null,
  roles: [],
  tags: [],
  kind: null,
  country: null,
  unowned: false,
  q: null,
  contacts: null,
  live: true,
  tree: null,
  ...over,
})
const sizes = (table: Record<string, number[]>) =>
  new Map(Object.entries(table).map(([label, ns]) => [label, new Map(ns.map((n, unit_id) => [unit_id, n]))]))
const million = [250_000, 250_000, 250_000, 250_000]

test('a common tag is walked, a rare one gathered', () => {
  assert.equal(
    byLabels(where({ tags: ['core'] }), sizes({ '': million, '#core': [25_000, 25_000, 25_000, 25_000] }))
      .way,
    'walk',
  )
  assert.equal(
    byLabels(where({ tags: ['rare'] }), sizes({ '': million, '#rare': [5, 0, 0, 1] })).way,
    'gather',
  )
  assert.equal(byLabels(where({ tags: ['never'] }), sizes({ '': million })).way, 'gather')
})

test('units without the label are not walked', () => {
  const counted = sizes({ '': million, supplier: [0, 90_000, 0, 10_000] })
  assert.deepEqual(byLabels(where({ roles: ['supplier'] }), counted), {
    way: 'walk',
    where: where({ roles: ['supplier'], part: { kind: 'units', unit_ids: [1, 3] } }),
  })
  const branch = where({ roles: ['supplier'], part: { kind: 'units', unit_ids: [0, 1] } })
  assert.deepEqual(byLabels(branch, counted), {
    way: 'walk',
    where: { ...branch, part: { kind: 'units', unit_ids: [1] } },
  })
})

test('a label that is rare in a small unit and common elsewhere is walked there, where there is little to walk', () => {
  const counted = sizes({ '': [1_000, 999_000], '#vip': [2, 100_000] })
  assert.equal(
    byLabels(where({ tags: ['vip'], part: { kind: 'units', unit_ids: [0] } }), counted).way,
    'walk',
  )
})
