import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { erasure } from '../erasure/contract.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { fields } from '../parties/contract.fields.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, refusal, south, wang } from '../parties/testing.ts'
import { identity } from './contract.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())
const people = (who = director) => h.as(who).api(parties)
const merging = (who = director) => h.as(who).api(identity)

const make = (name: string, over: object = {}) =>
  people().create({ body: { kind: 'person', name, unit_id: 21, owner_id: 101, ...over } })

test('every table that names a party says how it follows a merge', async () => {
  const { rows } = await h.house.pool.query<{ table: string }>(
    `select distinct c.relname::text as table from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attname = 'party_id' and not a.attisdropped`,
  )
  // The kernel's own: records stay where they were made, answers to retries are answers.
  const machinery = ['audit', 'idempotency']
  const spoken = new Set(modules.flatMap(({ follows }) => follows?.tables.map(({ table }) => table) ?? []))
  assert.deepEqual(
    rows.map(({ table }) => table).filter((table) => !spoken.has(table) && !machinery.includes(table)),
    [],
  )
  const keys = modules.flatMap(({ follows }) => follows?.tables ?? []).filter((one) => one.how === 'moves')
  for (const { table, key, once = [], also = [], at } of keys) {
    const { rows: columns } = await h.house.pool.query<{ name: string }>(
      'select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0',
      [table],
    )
    const known = columns.map(({ name }) => name)
    for (const name of [...key, ...once.flat(), ...also, ...(at ? [at] : [])])
      assert.ok(known.includes(name), `${table}.${name}`)
  }
})

test('a custom field that refers to the merged party leads to the survivor, in answers, filters and files, and back after they are parted', async () => {
  const admin = h.as(director).api(fields)
  await admin.create({ body: { key: 'agent', kind: 'party', label_en: 'Agent' } })
  await admin.create({ body: { key: 'agent_fast', kind: 'party', label_en: 'Agent, fast', fast: true } })
  const [a, b, c] = [await make('单雄'), await make('单熊'), await make('單雄')]
  const refers = await make('引用者', { fields: { agent: c.id, agent_fast: c.id } })
  const told = async () => (await people().get({ params: { id: refers.id } })).fields['agent']
  const found = async (field: string, op: string, value: unknown) => {
    const filter = JSON.stringify({ all: [{ field, op, value }] })
    return (await people().list({ query: { filter } })).items.some(({ id }) => id === refers.id)
  }
  await merging().merge({ params: { id: b.id }, body: { other: c.id } })
  await merging().merge({ params: { id: a.id }, body: { other: b.id } })
  assert.deepEqual(await told(), { id: a.id, name: '单雄', withheld: false })
  for (const field of ['fields.agent', 'fields.agent_fast'])
    for (const { id } of [a, b, c]) {
      assert.ok(await found(field, 'is', id))
      assert.ok(!(await found(field, 'is_not', id)))
    }
  const file = await h.as(director).send({
    method: 'GET',
    url: `/api/v1/parties/export?columns=name,fields.agent&ids=${refers.id}`,
    headers: {},
  })
  assert.match(await file.text(), new RegExp(`#${a.id} 单雄`))
  // What was told is sent back with something else: no change of the reference.
  await people().update({ params: { id: refers.id }, body: { note: 'x', fields: { agent: a.id } } })
  const later = await make('后来', { fields: { agent: b.id } })
  assert.deepEqual(later.fields['agent'], { id: a.id, name: '单雄', withheld: false })
  for (const [survivor, other] of [
    [a, b],
    [b, c],
  ] as const) {
    const { items } = await merging().merges({ params: { id: survivor.id } })
    const { merge_id } = items.find(({ party }) => party.id === other.id)!
    await merging().unmerge({ params: { id: survivor.id }, body: { merge_id } })
  }
  assert.deepEqual(await told(), { id: c.id, name: '單雄', withheld: false })
  assert.ok(!(await found('fields.agent', 'is', a.id)))
})

test('an old id leads to the survivor: by the API, by another system’s id, for a new order, in history', async () => {
  const a = await make('陈立', { external_ids: [{ source: 'shop', value: 'A-1' }] })
  const b = await make('陈莉', { external_ids: [{ source: 'erp', value: 'B-1' }], note: 'old friend' })
  await people().update({ params: { id: b.id }, body: { note: 'older friend' } })
  const merged = await merging().merge({ params: { id: a.id }, body: { other: b.id } })
  assert.equal(merged.version, a.version + 1)
  assert.equal(merged.note, 'older friend')
  assert.deepEqual(merged.external_ids.map(({ value }) => value).sort(), ['A-1', 'B-1'])
  const asked = await people().get({ params: { id: b.id } })
  assert.deepEqual([asked.id, asked.merged_into], [a.id, a.id])
  assert.equal((await people().get({ params: { id: a.id } })).merged_into, undefined)
  const gone = await refusal(people().update({ params: { id: b.id }, body: { name: 'x' } }))
  assert.deepEqual([gone.code, gone.status], ['parties.merged', 409])
  const line = { quantity: 1, price_micro: 1_000_000 }
  const sale = { currency: 'GBP', ordered_at: '2024-05-01T00:00:00Z', lines: [line] }
  const by = h.as(director).api(orders)
  const one = await by.create({ body: { ...sale, number: 'M-1', party: { source: 'erp', value: 'B-1' } } })
  const two = await by.create({ body: { ...sale, number: 'M-2', party_id: b.id } })
  assert.deepEqual([one.party!.id, two.party!.id], [a.id, a.id])
  assert.equal((await people().get({ params: { id: a.id } })).order_count, 2)
  const { items } = await people().history({ params: { id: a.id }, query: {} })
  assert.ok(items.some(({ subject_id, action }) => subject_id === b.id && action === 'parties.updated'))
  const said = items.find(({ action, subject_id }) => action === 'parties.merged' && subject_id === a.id)!
  assert.deepEqual(said.changes.find(({ field }) => field === 'merged_with')?.became, {
    id: b.id,
    name: '陈莉',
  })
  const foreign = items.find(({ subject_id, action }) => subject_id === b.id && action === 'parties.updated')!
  assert.deepEqual(foreign.changes, [
    { field: 'note', was: 'old friend', became: 'older friend', withheld: false },
  ])
  assert.equal(foreign.undoable, false)
  const list = await people().list({ query: { q: '陈' } })
  assert.deepEqual([list.items.map(({ id }) => id), list.count], [[a.id], 1])
})

test('nobody merges, previews or parts what they do not reach, and nothing is told of it', async () => {
  const a = await make('高山')
  const far = await make('流水', { unit_id: 31, owner_id: 103 })
  const params = { id: a.id }
  assert.equal((await refusal(merging(east).merge({ params, body: { other: far.id } }))).status, 404)
  assert.equal(
    (await refusal(merging(east).preview({ params, query: { with: String(far.id) } }))).status,
    404,
  )
  assert.equal((await refusal(merging(south).merge({ params, body: { other: far.id } }))).status, 404)
  await merging().merge({ params, body: { other: far.id } })
  assert.equal((await refusal(people(south).get({ params: { id: far.id } }))).status, 404)
  assert.equal((await people(wang).get({ params: { id: far.id } })).id, a.id)
  const { items } = await merging(wang).merges({ params })
  assert.equal(items[0]!.party.name, '流水')
  // Parted, the other goes back to a branch that this person does not reach.
  const body = { merge_id: items[0]!.merge_id }
  assert.equal(await codeOf(merging(east).unmerge({ params, body })), 'kernel.out_of_scope')
  const { restored } = await merging().unmerge({ params, body })
  assert.deepEqual([restored.id, restored.unit.id, restored.live], [far.id, 31, true])
  assert.equal(await codeOf(merging().unmerge({ params, body })), 'identity.already_parted')
})

test('what cannot be merged is refused with its reason', async () => {
  const a = await make('A')
  const firm = await people().create({ body: { kind: 'organisation', name: 'A Ltd', unit_id: 21 } })
  const params = { id: a.id }
  assert.equal(await codeOf(merging().merge({ params, body: { other: firm.id } })), 'identity.kinds_differ')
  assert.equal(await codeOf(merging().merge({ params, body: { other: a.id } })), 'identity.same_party')
  assert.equal(await codeOf(merging().merge({ params, body: {} })), 'identity.how_many')
  const b = await make('B')
  const wrong = { other: b.id, take: { colour: 'b' } }
  assert.equal(await codeOf(merging().merge({ params, body: wrong })), 'identity.unknown_field')
  const bad = { other: b.id, take: { name: { value: '' } } }
  assert.equal(await codeOf(merging().merge({ params, body: bad })), 'identity.bad_value')
  await people().remove({ params: { id: b.id } })
  assert.equal(await codeOf(merging().merge({ params, body: { other: b.id } })), 'parties.in_trash')
  const stale = h.as(director).send({
    method: 'POST',
    url: `/api/v1/parties/${a.id}/merge`,
    headers: { 'content-type': 'application/json', 'if-match': '"99"' },
    body: JSON.stringify({ other: firm.id }),
  })
  assert.equal((await stale).status, 412)
})

test('several become one field by field, and each comes out again by itself; one inside another waits', async () => {
  const [a, b, c, d] = [
    await make('甲'),
    await make('乙', { country: 'CN' }),
    await make('丙', { tags: ['VIP'] }),
    await make('丁'),
  ]
  await merging().merge({ params: { id: c.id }, body: { other: d.id } })
  const preview = await merging().preview({ params: { id: a.id }, query: { with: `${b.id},${c.id}` } })
  const field = (name: string) => preview.fields.find((one) => one.field === name)!
  assert.deepEqual([field('country').usual, field('country').result], [{ from: b.id }, 'CN'])
  assert.deepEqual(field('tags').result, ['VIP'])
  assert.equal(field('name').differs, true)
  const take = { name: { from: c.id }, note: { value: 'three in one' } }
  const one = await merging().merge({ params: { id: a.id }, body: { others: [b.id, c.id], take } })
  assert.deepEqual([one.name, one.country, one.tags, one.note], ['丙', 'CN', ['VIP'], 'three in one'])
  const { items } = await merging().merges({ params: { id: a.id } })
  const of = (id: number) => items.find(({ party }) => party.id === id)!
  assert.deepEqual([of(d.id).can_part, of(b.id).can_part, of(c.id).can_part], [false, true, true])
  const params = { id: a.id }
  const inner = await refusal(merging().unmerge({ params, body: { merge_id: of(d.id).merge_id } }))
  assert.deepEqual([inner.code, inner.details?.['party_id']], ['identity.outer_first', c.id])
  await merging().unmerge({ params, body: { merge_id: of(b.id).merge_id } })
  const { survivor, restored } = await merging().unmerge({ params, body: { merge_id: of(c.id).merge_id } })
  assert.deepEqual([survivor.name, survivor.country, survivor.tags, restored.name], ['甲', null, [], '丙'])
  assert.equal((await people().get({ params: { id: d.id } })).id, c.id)
})

test('contact points are shown masked in the preview and in what came since', async () => {
  const phone = (value: string) => ({ contact_points: [{ kind: 'phone' as const, value }] })
  const [a, b] = [await make('林', phone('13800001111')), await make('森', phone('13800002222'))]
  const masks = ['phone']
  const veiled = { ...director, masks }
  const preview = await merging(veiled).preview({ params: { id: a.id }, query: { with: String(b.id) } })
  assert.doesNotMatch(JSON.stringify(preview), /0000[12]{4}|00001111|00002222/)
  await merging().merge({ params: { id: a.id }, body: { other: b.id } })
  const added = { kind: 'phone' as const, value: '13800003333' }
  await people().addContact({ params: { id: a.id }, body: added })
  const { items } = await merging().merges({ params: { id: a.id } })
  const params = { id: a.id, merge_id: items[0]!.merge_id }
  assert.match(JSON.stringify(await merging().after({ params })), /3800003333/)
  assert.doesNotMatch(JSON.stringify(await merging(veiled).after({ params })), /3800003333/)
})

test('erasing the survivor erases who was merged into it, and nothing can be parted any more', async () => {
  const [a, b] = [await make('欧阳若兰'), await make('若兰欧阳', { note: '喜欢龙井' })]
  await merging().merge({ params: { id: a.id }, body: { other: b.id } })
  const { items } = await merging().merges({ params: { id: a.id } })
  await h
    .as(director)
    .api(erasure)
    .erase({ params: { id: a.id }, body: { confirm: '欧阳若兰', ground: 'request' } })
  const { rows } = await h.house.pool.query(
    `select name, note, erased_at is not null as erased from party where party_id = any($1::bigint[])`,
    [[a.id, b.id]],
  )
  for (const row of rows) assert.deepEqual([row.note, row.erased], ['', true])
  const { rows: left } = await h.house.pool.query(
    `select 1 from audit where party_id = any($1::bigint[]) and payload::text like '%若兰%'
     union all select 1 from identity_merge where patch::text like '%若兰%' or patch::text like '%龙井%'`,
    [[a.id, b.id]],
  )
  assert.deepEqual(left, [])
  const body = { merge_id: items[0]!.merge_id }
  assert.equal(await codeOf(merging().unmerge({ params: { id: a.id }, body })), 'parties.erased')
  const after = await merging().merges({ params: { id: a.id } })
  assert.deepEqual(
    after.items.map((item) => item.can_part),
    [false],
  )
})

test('what was merged lately stands in one list with the way back, for those who reach the survivor', async () => {
  const [a, b, c] = [await make('近一'), await make('近二'), await make('近三')]
  const far = await make('远处', { unit_id: 31, owner_id: 103 })
  const far2 = await make('远处二', { unit_id: 31, owner_id: 103 })
  await merging().merge({ params: { id: b.id }, body: { other: c.id } })
  await merging().merge({ params: { id: a.id }, body: { other: b.id } })
  await merging().merge({ params: { id: far.id }, body: { other: far2.id } })
  const lately = async (who: Played, limit?: number, cursor?: string) =>
    merging(who).recent({ query: { ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}) } })
  const first = await lately(director, 1)
  assert.deepEqual(
    first.items.map(({ party, into, can_part }) => [party.id, into.id, can_part]),
    [[far2.id, far.id, true]],
  )
  // Who came in with another is parted after that one.
  const [next] = (await lately(director, 1, first.next!)).items
  assert.deepEqual([next!.party.id, next!.into.id], [b.id, a.id])
  const near = await lately(east)
  assert.equal(near.items[0]!.party.id, b.id)
  assert.ok(near.items.every(({ into }) => into.id !== far.id))
  assert.equal((await refusal(lately({ ...director, grants: { 'parties:read': 'all' } }))).status, 403)
  await merging().unmerge({ params: { id: a.id }, body: { merge_id: next!.merge_id } })
  const [now, then] = (await lately(east)).items
  assert.deepEqual([now!.party.id, now!.into.id], [c.id, b.id])
  assert.notEqual(then?.party.id, b.id)
  assert.equal(await codeOf(lately(director, 1, 'nonsense')), 'kernel.bad_cursor')
  const notWhen = Buffer.from('["yesterday",1]').toString('base64url')
  assert.equal(await codeOf(lately(director, 1, notWhen)), 'kernel.bad_cursor')
})

test('merged lately is in the order of time, page by page, whichever process drew the smaller ids', async () => {
  const pairs = await Promise.all(
    [1, 2, 3, 4].map(async (n) => [await make(`先${n}`), await make(`后${n}`)] as const),
  )
  for (const [one, two] of pairs) await merging().merge({ params: { id: one.id }, body: { other: two.id } })
  // Two of one instant, as when several go into one; the newest has the smallest id.
  for (const [i, days] of [4, 1, 1, 0].entries())
    await h.house.pool.query(
      `update identity_merge set at = timestamptz '2099-01-01' - make_interval(days => $2) where survivor_id = $1`,
      [pairs[3 - i]![0].id, days],
    )
  const seen: number[] = []
  for (let cursor: string | null = ''; cursor !== null && seen.length < 4; ) {
    const page: { items: { into: { id: number } }[]; next: string | null } = await merging().recent({
      query: { limit: 1, ...(cursor && { cursor }) },
    })
    seen.push(...page.items.map(({ into }) => into.id))
    cursor = page.next
  }
  assert.deepEqual(
    seen,
    [0, 2, 1, 3].map((n) => pairs[n]![0].id),
  )
})
