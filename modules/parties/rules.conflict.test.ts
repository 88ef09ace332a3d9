import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Party, PartyPatch } from './contract.ts'
import { flatPatch, mergedTags, settle, storedFact } from './rules.conflict.ts'

const party = (over: Partial<Party> = {}): Party => ({
  id: 1,
  kind: 'person',
  name: '林若兰',
  name_romanised: '',
  language: null,
  channel_preference: null,
  country: 'CN',
  note: '老客户',
  owner: { id: 7, name: '王敏' },
  unit: { id: 21, name: 'Suzhou' },
  tags: ['a'],
  roles: [],
  contact_points: [],
  external_ids: [],
  fields: {},
  currency: 'CNY',
  order_count: 0,
  revenue_minor: 0,
  unrated_count: 0,
  first_order_at: null,
  last_order_at: null,
  live: true,
  erased_at: null,
  version: 1,
  created_at: '',
  updated_at: '',
  ...over,
})

test('different fields merge by themselves', () => {
  const settled = settle(party(), party({ name: '林兰', country: 'GB' }), { note: '新的备注' })
  assert.deepEqual(settled, { send: { note: '新的备注' }, clashes: [] })
})

test('the same field that both changed is put before the second, and nothing of it is sent', () => {
  const settled = settle(party(), party({ note: '她写的' }), { note: '我写的', name: '林兰' })
  assert.deepEqual(settled, {
    send: null,
    clashes: [{ field: 'note', base: '老客户', theirs: '她写的', mine: '我写的' }],
  })
})

test('both meant the same: there is nothing to decide and nothing to send', () => {
  assert.deepEqual(settle(party(), party({ note: '一样' }), { note: '一样' }), { send: null, clashes: [] })
})

test('owner, unit and custom fields clash by what is stored of them', () => {
  const now = party({ owner: { id: 8, name: '李倩' }, fields: { grade: 'B', boss: { id: 5, name: '周' } } })
  assert.deepEqual(
    settle(party(), now, { owner_id: 9 }).clashes.map(({ theirs }) => theirs),
    [8],
  )
  assert.deepEqual(settle(party(), now, { fields: { grade: 'A' } }).clashes[0], {
    field: 'fields.grade',
    base: null,
    theirs: 'B',
    mine: 'A',
  })
  assert.deepEqual(settle(party(), now, { fields: { level: 3 } }).send, { fields: { level: 3 } })
  assert.equal(storedFact(now, 'fields.boss'), 5)
  assert.deepEqual(settle(party(), now, { fields: { boss: 5 } }), { send: null, clashes: [] })
})

const words = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 })
  .map((l) => [...new Set(l)])

test('of tags nothing that either added is lost, and nothing that either took away comes back', () => {
  fc.assert(
    fc.property(words, words, words, (base, theirs, mine) => {
      const merged: readonly string[] = mergedTags(base, theirs, mine)
      for (const tag of ['a', 'b', 'c', 'd', 'e', 'f']) {
        const [was, hers, his] = [base, theirs, mine].map((list: readonly string[]) => list.includes(tag))
        // Whoever changed it, changed it; both can only have changed it to the same.
        const expected = was === hers ? his : hers
        assert.equal(merged.includes(tag), expected, tag)
      }
      assert.equal(new Set(merged).size, merged.length)
    }),
  )
})

test('whatever two people do, a field is sent only over what its writer saw', () => {
  const value = fc.constantFrom('', 'x', 'y', 'z')
  const facts = fc.record({ name: value, note: value, country: fc.constantFrom('CN', 'GB', null) })
  fc.assert(
    fc.property(facts, facts, facts, (before, hers, his) => {
      const { send, clashes } = settle(party(before), party(hers), his as PartyPatch)
      const sent = send ? flatPatch(send) : {}
      for (const field of ['name', 'note', 'country'] as const) {
        if (field in sent) {
          assert.equal(hers[field], before[field], 'unseen work was overwritten')
          assert.equal(sent[field], his[field])
        }
        const clashed = clashes.some((clash) => clash.field === field)
        assert.equal(clashed, hers[field] !== before[field] && hers[field] !== his[field])
      }
      if (clashes.length > 0) assert.equal(send, null)
    }),
  )
})
