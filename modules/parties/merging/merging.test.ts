import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RoleRow } from '../party.ts'
import { overlaps } from '../rules.ts'
import { taken, usual, without } from './fields.ts'
import { uniteRoles } from './roles.ts'

const day = (n: number) => new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10)
const rowsOf = (first: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 5 })), { maxLength: 4 })
    .map((parts) => {
      let at = 0
      return parts.map(([length, gap], i): RoleRow => {
        const since = at + gap
        at = since + length
        return { id: first + i, role: 'customer', since: day(since), until: i === 3 ? null : day(at) }
      })
    })
const DAYS = Array.from({ length: 80 }, (_, i) => day(i))
const held = (rows: readonly { since: string; until: string | null }[], on: string) =>
  rows.some(({ since, until }) => since <= on && (until === null || until > on))

test('periods of one role are joined: every day that either held it is held once', () =>
  fc.assert(
    fc.property(rowsOf(1), rowsOf(100), (mine, theirs) => {
      const { longer, covered } = uniteRoles(mine, theirs)
      const grown = mine.map((row) => ({ ...row, ...(longer.find((one) => one.row.id === row.id) ?? {}) }))
      const all = [...grown, ...theirs.filter((row) => !covered.includes(row))]
      for (const on of DAYS) assert.equal(held(all, on), held(mine, on) || held(theirs, on), on)
      for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) assert.ok(!overlaps(a, b))
    }),
  ))

test('nothing that only one of them has is lost unless somebody says so', () => {
  assert.equal(usual('country', null, 'CN'), 'b')
  assert.equal(usual('country', 'CN', 'US'), 'a')
  assert.equal(usual('note', 'met in Suzhou', 'likes tea'), 'both')
  assert.equal(taken('note', 'met', 'tea', { from: 'both' }), 'met\n\ntea')
  assert.deepEqual(taken('tags', ['a', 'b'], ['b', 'c'], { from: 'both' }), ['a', 'b', 'c'])
  assert.equal(taken('name', 'A', 'B', { value: 'C' }), 'C')
})

test('what a merge changed is taken out again, whatever came on top of it', () => {
  const tags = { path: 'field:tags', was: ['a'], became: ['a', 'b'] }
  assert.deepEqual(without(tags, ['a', 'b']), ['a'])
  assert.deepEqual(without(tags, ['a', 'b', 'new']), ['a', 'new'])
  assert.deepEqual(without(tags, ['a', 'b', 'new'], ['b']), ['a', 'b', 'new'])
  assert.equal(without({ path: 'field:name', was: 'A', became: 'B' }, 'edited'), 'edited')
})
