import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { urlOf } from '../../../kernel/client.ts'
import type { Route } from '../../../kernel/route.ts'
import { type Schema, sample } from '../../../kernel/testing/sample.ts'
import { type Speaker, type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { audit } from '../../audit/contract.ts'
import { identity } from '../../identity/contract.ts'
import { imports } from '../../imports/contract.ts'
import { take } from '../../imports/testing.ts'
import { modules } from '../../index.ts'
import { quality } from '../../quality/contract.ts'
import { furnish, type World } from '../../testing.world.ts'
import { fields } from '../contract.fields.ts'
import { parties } from '../contract.ts'
import { refusal } from '../testing.ts'

// The proof over the whole house: after everything has been done with a field, a role that does not see it walks every
// route that answers, and none tells its name, its key or a value.

const SECRET = 'Geheimrat'
const KEY = 'inner_circle'
const LABEL = 'Zirkel'
const COLUMN = `fields.${KEY}`
const FILTER = JSON.stringify({ all: [{ field: COLUMN, op: 'is', value: SECRET }] })
const ADMIN = new Set(['fields:write'])

let h: TestHouse
let world: World
let boss: Speaker
let clerk: Speaker
let field_id = 0
let merge_id = 0
let view_id = 0
let rest: Record<string, number> = {}

before(async () => {
  h = await testHouse(modules)
  world = await furnish(h)
  await h.house.pool.query(
    `insert into role (role_id, code, name_zh, name_en, grants, created_at) values
       (9061, 'clerk', '文员', 'Clerk', '{}', now()), (9062, 'boss', '老板', 'Boss', '{}', now())`,
  )
  const { user_id } = world.me
  const place = { id: user_id, unit_id: world.mine.unit_id }
  const every = Object.keys(h.as(place).actor.grants).filter((one) => !ADMIN.has(one))
  boss = h.as({ ...place, role: 'boss' })
  clerk = h.as({
    id: world.theirs.user_id,
    unit_id: world.mine.unit_id,
    role: 'clerk',
    grants: Object.fromEntries(every.map((one) => [one, 'all' as const])),
  })
  await everythingDone(h.as({ ...place, role: 'administrator' }))
})
after(() => h.close())

/** Whatever can be done with a field, so that whatever keeps traces of it has some. */
async function everythingDone(admin: Speaker): Promise<void> {
  const made = await admin.api(fields).create({
    body: { key: KEY, kind: 'text', label_zh: LABEL, label_en: LABEL, sees_role_ids: [9062], fast: true },
  })
  field_id = made.custom_field_id
  await admin.api(fields).update({
    params: { id: field_id },
    body: { distinct_values: true, help_en: `${LABEL} help` },
  })
  const api = boss.api(parties)
  const id = world.mine.party_id
  await api.update({ params: { id }, body: { fields: { [KEY]: SECRET } } })
  await api.update({ params: { id }, body: { fields: { [KEY]: `${SECRET}-2` } } })
  const view = await api.createView({
    body: {
      name: 'Theirs',
      shared: 'everyone',
      state: { filter: FILTER, sort: COLUMN, columns: ['owner', COLUMN] },
    },
  })
  view_id = view.id
  await api.patchView({ params: { id: view_id }, body: { state: { filter: FILTER } } })
  const gone = await api.createView({ body: { name: 'Gone', state: { filter: FILTER } } })
  await api.removeView({ params: { id: gone.id } })
  for (const url of [
    `/api/v1/parties/export?${new URLSearchParams({ columns: `name,${COLUMN}`, filter: FILTER, sort: COLUMN })}`,
    `/api/v1/audit/export?${new URLSearchParams({ field: COLUMN, format: 'jsonl' })}`,
  ])
    await (await boss.send({ method: 'GET', url, headers: {} })).text()
  const { id: bulk_id } = await api.bulk({
    body: { selection: { ids: [id] }, action: { do: 'set', field: COLUMN, value: `${SECRET}-3` } },
  })
  const { rules } = await boss.api(quality).rules({})
  const own = { ...rules[0]!, code: 'own_1', required: [], name_zh: LABEL, name_en: LABEL }
  const when = [{ field: COLUMN, op: 'contains' as const, value: SECRET }]
  await boss.api(quality).writeRules({ body: { rules: [...rules, { ...own, when }] } })
  await boss.api(quality).writeRules({ body: { rules: [...rules, { ...own, weight: 50, when }] } })
  const other = await api.create({
    body: { kind: 'person', name: 'Twin', unit_id: world.mine.unit_id, fields: { [KEY]: `${SECRET}-4` } },
  })
  await boss.api(identity).merge({ params: { id }, body: { other: other.id } })
  const merges = await boss.api(identity).merges({ params: { id } })
  merge_id = merges.items.find(({ party }) => party.id === other.id)!.merge_id
  const took = await take(h, `name,${LABEL}\nFrom a file,${SECRET}-5\n`, {
    kind: 'parties',
    source: 'crm',
    name: 'p.csv',
    ctx: { who: boss.actor },
  })
  rest = { bulk_id, import_id: took.import_id! }
}

const reads = modules
  .flatMap((module) =>
    Object.entries(module.routes).map(([name, route]) => [`${module.name}.${name}`, route] as const),
  )
  .filter(([, { method, gives }]) => method === 'GET' && gives !== 'events')

const known =
  (route: Route) =>
  (schema: Schema, name: string): unknown => {
    if (name === 'with') return String(world.mine.party_id)
    if ((name === 'a' || name === 'b') && route.path.startsWith('/identity')) return world.mine.party_id
    if (schema.pattern?.includes('A-Z]{3}')) return 'GBP'
    return undefined
  }

/** By the ids of what was done above, where it is about one of those. */
function idOf(path: string, name: string): string | number {
  if (name === 'merge_id') return merge_id
  if (name === 'bulk_id') return rest['bulk_id']!
  if (name === 'id' && path.startsWith('/views')) return view_id
  if (name === 'id' && path.startsWith('/imports')) return rest['import_id']!
  return world.mine.id(path, name)
}

async function ask(who: Speaker, route: Route, more: Record<string, unknown> = {}): Promise<string> {
  const params = Object.fromEntries(
    Object.keys(route.params?.properties ?? {}).map((name) => [name, idOf(route.path, name)]),
  )
  const least = route.query ? (sample(route.query as Schema, known(route)) as object) : {}
  const url = urlOf(route, { params, query: { ...least, ...more } })
  return await (await who.send({ method: 'GET', url, headers: {} })).text()
}
const WORDS = [SECRET, KEY, LABEL]
const tells = (text: string) => WORDS.filter((word) => text.includes(word))

describe('a field that a role does not see, after everything was done with it', () => {
  test('is in no answer of any route that reads', async () => {
    let told = 0
    for (const [name, route] of reads) {
      const hidden = await ask(clerk, route)
      assert.deepEqual(tells(hidden), [], `${name}: ${hidden.slice(0, 2000)}`)
      if (tells(await ask(boss, route)).length > 0) told += 1
    }
    // Else it would prove nothing.
    assert.ok(told >= 12, `${told} answers tell it to who sees it`)
  })

  test('is in no record of the audit, one by one, in its proof or in the file for an auditor', async () => {
    const ids = async (who: Speaker) => {
      const { items } = await who.api(audit).list({ query: { limit: 200 } })
      return items.map(({ audit_id }) => audit_id)
    }
    const mine = await ids(clerk)
    assert.equal(mine.length, (await ids(boss)).length)
    for (const id of mine)
      for (const url of [`/api/v1/audit/${id}`, `/api/v1/audit/${id}/proof`]) {
        const text = await (await clerk.send({ method: 'GET', url, headers: {} })).text()
        assert.deepEqual(tells(text), [], `${url}: ${text}`)
      }
    const file = async (who: Speaker) =>
      (await who.send({ method: 'GET', url: '/api/v1/audit/export?format=jsonl', headers: {} })).text()
    assert.deepEqual(tells(await file(clerk)), [])
    assert.deepEqual(tells(await file(boss)).sort(), [...WORDS].sort())
  })

  test('is asked of the audit like one that never was', async () => {
    const found = async (who: Speaker, field: string) =>
      (await who.api(audit).list({ query: { field } })).items.length
    assert.ok((await found(boss, COLUMN)) > 0)
    assert.equal(await found(clerk, COLUMN), await found(clerk, 'fields.never_was'))
  })

  test('cannot be looked at through a rule of data quality', async () => {
    const api = clerk.api(quality)
    const { rules } = await api.rules({})
    assert.ok(rules.every(({ code }) => code !== 'own_1'))
    const own = { ...rules[0]!, code: 'own_1', required: [] as string[], name_zh: '探', name_en: 'Probe' }
    const probe = (field: string) =>
      refusal(
        api.writeRules({
          body: { rules: [...rules, { ...own, when: [{ field, op: 'contains', value: 'G' }] }] },
        }),
      )
    const asked = await probe(COLUMN)
    const never = await probe('fields.never_was')
    assert.deepEqual([asked.status, asked.code], [never.status, never.code])
    assert.equal(asked.code, 'quality.unknown_field')
    // What they may not see they cannot overwrite either: their rule has a number of its own.
    const saved = await api.writeRules({ body: { rules: [...rules, { ...own, required: ['note'] }] } })
    assert.deepEqual(
      saved.rules.filter(({ code }) => code.startsWith('own_')).map(({ code, name_en }) => [code, name_en]),
      [['own_2', 'Probe']],
    )
    const kept = (await boss.api(quality).rules({})).rules.filter(({ code }) => code.startsWith('own_'))
    assert.deepEqual(kept.map(({ code, name_en }) => [code, name_en]).sort(), [
      ['own_1', LABEL],
      ['own_2', 'Probe'],
    ])
    const skip = (code: string) =>
      refusal(api.skip({ params: { id: world.mine.party_id }, body: { code, reason: 'x' } }))
    assert.deepEqual((await skip('own_1')).code, (await skip('own_9')).code)
  })

  test('is taken from neither side of a merge, nor given away when it is parted', async () => {
    const make = (name: string, value: string) =>
      boss.api(parties).create({
        body: { kind: 'person', name, unit_id: world.mine.unit_id, fields: { [KEY]: value } },
      })
    const a = await make('A', `${SECRET}-a`)
    const b = await make('B', `${SECRET}-b`)
    const merged = await clerk
      .api(identity)
      .merge({ params: { id: a.id }, body: { other: b.id, take: { [COLUMN]: 'b' } } })
    assert.deepEqual(tells(JSON.stringify(merged)), [])
    const now = () => boss.api(parties).get({ params: { id: a.id } })
    assert.equal((await now()).fields[KEY], `${SECRET}-a`)
    const value = await refusal(
      clerk.api(identity).merge({
        params: { id: a.id },
        body: { other: world.mine.party_id, take: { [COLUMN]: { value: 'x' } } },
      }),
    )
    assert.equal(value.status, 422)
    await boss.api(parties).update({ params: { id: a.id }, body: { fields: { [KEY]: `${SECRET}-c` } } })
    const [{ merge_id: last } = { merge_id: 0 }] = (
      await clerk.api(identity).merges({ params: { id: a.id } })
    ).items
    const part = (item: string) =>
      refusal(
        clerk
          .api(identity)
          .unmerge({ params: { id: a.id }, body: { merge_id: last, assign: { [item]: 'merged' } } }),
      )
    const [asked, never] = [await part(`field:${COLUMN}`), await part('field:fields.never_was')]
    assert.deepEqual([asked.status, asked.code], [never.status, never.code])
    const parted = await clerk
      .api(identity)
      .unmerge({ params: { id: a.id }, body: { merge_id: last, rest: 'survivor' } })
    assert.deepEqual(tells(JSON.stringify(parted)), [])
    assert.equal((await now()).fields[KEY], `${SECRET}-c`)
    assert.equal((await boss.api(parties).get({ params: { id: b.id } })).fields[KEY], `${SECRET}-b`)
  })

  test('tells nobody that a value is taken, nor whose, but those who see it', async () => {
    const make = (who: Speaker) =>
      refusal(
        who.api(parties).create({
          body: {
            kind: 'person',
            name: 'Guess',
            unit_id: world.mine.unit_id,
            fields: { [KEY]: `${SECRET}-2` },
          },
        }),
      )
    assert.equal((await make(boss)).code, 'fields.taken')
    const no = await make(clerk)
    assert.deepEqual([no.status, no.code], [422, 'fields.unknown'])
    assert.ok(!JSON.stringify(no).includes(world.mine.marker))
    const action = { do: 'set' as const, field: COLUMN, value: `${SECRET}-2` }
    const selection = { ids: [world.theirs.party_id] }
    for (const call of [
      clerk.api(parties).bulkPreview({ body: { selection, action } }),
      clerk.api(parties).bulk({ body: { selection, action } }),
    ]) {
      const { code } = await refusal(call)
      assert.equal(code, 'fields.unknown')
    }
    for (const turn of ['bulkGet', 'bulkUndo', 'bulkRedo'] as const) {
      const no = await refusal(clerk.api(parties)[turn]({ params: { bulk_id: rest['bulk_id']! } }))
      assert.ok(no.status === 404 || no.code === 'fields.unknown', `${turn}: ${no.status} ${no.code}`)
      assert.ok(!JSON.stringify(no).includes(LABEL))
    }
  })

  test('is not in a view of one’s own either, once the role lost it', async () => {
    const body = { name: 'Once', state: { filter: FILTER, columns: [COLUMN, 'owner'] } }
    const { id } = await boss.api(parties).createView({ body })
    const later = h.as({ id: world.me.user_id, unit_id: world.mine.unit_id, role: 'clerk' })
    const view = await later.api(parties).view({ params: { id } })
    assert.deepEqual([view.mine, view.blocked, view.state], [true, true, { columns: ['owner'] }])
    await later.api(parties).patchView({ params: { id }, body: { name: 'Renamed' } })
    assert.equal((await boss.api(parties).view({ params: { id } })).state.filter, FILTER)
  })

  test('a rejected file and its report say nothing of it', async () => {
    const took = await take(
      h,
      `name,${LABEL}
Taken again,${SECRET}-2
`,
      {
        kind: 'parties',
        source: 'crm2',
        name: 'again.csv',
        ctx: { who: boss.actor },
      },
    )
    const params = { id: took.import_id! }
    for (const answer of [
      await clerk.api(imports).get({ params }),
      await clerk.api(imports).list({ query: {} }),
    ])
      assert.deepEqual(tells(JSON.stringify(answer)), [])
    const rows = await clerk.send({ method: 'GET', url: `/api/v1/imports/${params.id}/rejects`, headers: {} })
    assert.deepEqual(tells(await rows.text()), [])
  })
})
