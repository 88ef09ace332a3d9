import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type Speaker, type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { startWorker, type Worker } from '../../../kernel/worker.ts'
import { modules } from '../../index.ts'
import { type Bulk, type BulkAction, type BulkSelection, parties } from '../contract.ts'

let h: TestHouse
let worker: Worker
let units: number[]
let people: number[]
let all: number[]

const rows = async <R>(text: string, values: unknown[] = []): Promise<R[]> =>
  (await h.house.pool.query(text, values)).rows as R[]

before(async () => {
  h = await testHouse(modules)
  await rows(
    `insert into setting values ('company_name', '"T"'), ('base_currency', '"GBP"'), ('time_zone', '"UTC"') on conflict do nothing`,
  )
  const [role] = await rows<{ role_id: number }>(
    `insert into role (code, name_zh, name_en, grants, created_at) values ('bulk', '批', 'Bulk', '{}', now()) returning role_id`,
  )
  const [root] = await rows<{ unit_id: number }>(
    `insert into unit (kind, name, created_at) values ('headquarters', 'HQ', now()) returning unit_id`,
  )
  const made = await rows<{ unit_id: number }>(
    `insert into unit (parent_id, kind, name, created_at) select $1, 'team', 'Unit ' || i, now() from generate_series(1, 3) i returning unit_id`,
    [root!.unit_id],
  )
  units = made.map(({ unit_id }) => unit_id)
  const users = await rows<{ user_id: number }>(
    `insert into app_user (email, name, role_id, unit_id, created_at, updated_at)
     select 'bulk' || i || '@x.example', 'Person ' || i, $1, ($2::bigint[])[i], now(), now() from generate_series(1, 3) i returning user_id`,
    [role!.role_id, units],
  )
  people = users.map(({ user_id }) => user_id)
  const api = as().api(parties)
  all = []
  for (let i = 0; i < 24; i++) {
    const made = await api.create({
      body: {
        kind: i % 3 === 0 ? 'organisation' : 'person',
        name: `客户${i}`,
        unit_id: units[i % 3]!,
        owner_id: i % 4 === 0 ? null : people[i % 3]!,
        tags: ['甲', '乙', '丙'].slice(0, i % 4),
        roles: i % 2 ? [{ role: 'customer' }] : ['prospect'],
        ...(i % 5 === 0 ? { country: 'CN' } : {}),
      },
    })
    all.push(made.id)
  }
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker?.stop()
  await h.close()
})

const as = (over: Parameters<TestHouse['as']>[0] = {}): Speaker =>
  h.as({ id: people?.[0] ?? 1, unit_id: units?.[0] ?? 1, ...over })

async function ended(who: Speaker, id: number): Promise<Bulk> {
  for (;;) {
    const bulk = await who.api(parties).bulkGet({ params: { bulk_id: id } })
    if (bulk.state !== 'waiting' && bulk.state !== 'running') return bulk
    await new Promise((done) => setTimeout(done, 40))
  }
}
async function doing(selection: BulkSelection, action: BulkAction, who = as()): Promise<Bulk> {
  const { id } = await who.api(parties).bulk({ body: { selection, action } })
  return ended(who, id)
}
async function turned(id: number, way: 'bulkUndo' | 'bulkRedo', who = as()): Promise<Bulk> {
  const started = await who.api(parties)[way]({ params: { bulk_id: id } })
  return ended(who, started.id)
}

/** Everything that a list or a page could show; not what only grows. */
const world = async () => ({
  party: await rows(
    'select party_id, kind, name, owner_id, unit_id, tags, country, language, channel_preference, live, fields from party order by 1',
  ),
  list: await rows(
    'select party_id, owner_id, unit_id, live, tags, roles, country, marks::text, search_text, fields from party_listed order by 1',
  ),
  find: await rows('select party_id, unit_id, owner_id from party_find order by 1'),
  roles: await rows('select party_id, party_role_id, role, since, until from party_role order by 1, 2'),
  counts: await rows(
    'select label, unit_id, sum(delta)::int as n from party_count group by 1, 2 having sum(delta) <> 0 order by 1, 2',
  ),
  slots: await rows('select * from party_slot order by 1, 2, 3'),
})
const counted = ({ selected, changed, unchanged, refused, gone }: Bulk) => ({
  selected,
  changed,
  unchanged,
  refused,
  gone,
})
const codeOf = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
    return 'done'
  } catch (error) {
    return (error as { problem: { code: string } }).problem.code
  }
}

describe('a bulk change', () => {
  it('assigns, says exactly what became of each, and is in every history like a single change', async () => {
    const preview = await as()
      .api(parties)
      .bulkPreview({ body: { selection: { ids: all }, action: { do: 'assign', owner_id: people[1]! } } })
    const held = (await rows('select 1 from party where owner_id = $1 and live', [people[1]])).length
    const bulk = await doing({ ids: [...all, 999] }, { do: 'assign', owner_id: people[1]! })
    assert.deepEqual(counted(bulk), {
      selected: 25,
      changed: 24 - held,
      unchanged: held,
      refused: 0,
      gone: 1,
    })
    assert.equal(preview.changed, bulk.changed)
    assert.equal(bulk.target, 'Person 2')
    const mine = await as()
      .api(parties)
      .list({ query: { owner_id: people[1]! } })
    assert.equal(mine.count, 24)
    const changed = await rows<{ party_id: number }>(
      `select party_id from audit where action = 'parties.updated' and payload ? 'owner_id' order by at desc, audit_id desc limit 1`,
    )
    const { items } = await as()
      .api(parties)
      .history({ params: { id: changed[0]!.party_id }, query: {} })
    assert.equal(items[0]!.action, 'parties.updated')
    assert.deepEqual(items[0]!.changes[0]!.became, { id: people[1]!, name: 'Person 2' })
    assert.equal(items[0]!.undoable, true)
    const back = await turned(bulk.id, 'bulkUndo')
    assert.equal(back.changed, bulk.changed)
  })

  it('is undone exactly and done again, whatever it was, over any rows', async () => {
    const action: fc.Arbitrary<BulkAction> = fc.oneof(
      fc.record({ do: fc.constant('assign' as const), owner_id: fc.constantFrom(null, ...people) }),
      fc.record({ do: fc.constant('unit' as const), unit_id: fc.constantFrom(...units) }),
      fc.record({
        do: fc.constant('add_tags' as const),
        tags: fc.constantFrom<string[]>(['甲'], ['丁', '乙']),
      }),
      fc.record({
        do: fc.constant('remove_tags' as const),
        tags: fc.constantFrom<string[]>(['甲'], ['乙', '丙']),
      }),
      fc.record({
        do: fc.constant('end_role' as const),
        role: fc.constantFrom('customer' as const, 'prospect' as const),
      }),
      fc.record({
        do: fc.constant('set' as const),
        field: fc.constant('country'),
        value: fc.constantFrom(null, 'CN', 'GB'),
      }),
      fc.record({
        do: fc.constant('set' as const),
        field: fc.constant('language'),
        value: fc.constantFrom(null, 'en'),
      }),
      fc.constant({ do: 'trash' as const }),
    )
    await fc.assert(
      fc.asyncProperty(action, fc.subarray(all, { minLength: 1 }), async (action, ids) => {
        const before = await world()
        const bulk = await doing({ ids }, action)
        const { selected, changed, unchanged, refused, gone } = bulk
        assert.equal(selected, changed + unchanged + refused + gone)
        if (changed === 0) return
        const after = await world()
        assert.equal((await turned(bulk.id, 'bulkUndo')).changed, changed)
        assert.deepEqual(await world(), before)
        assert.equal((await turned(bulk.id, 'bulkRedo')).changed, changed)
        assert.deepEqual(await world(), after)
        await turned(bulk.id, 'bulkUndo')
        assert.deepEqual(await world(), before)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps the list as a rebuild would make it', async () => {
    const actions: BulkAction[] = [
      { do: 'assign', owner_id: people[2]! },
      { do: 'unit', unit_id: units[1]! },
      { do: 'add_tags', tags: ['新'] },
    ]
    for (const action of actions) await doing({ ids: all.slice(3, 17) }, action)
    const kept = await world()
    const { project } = await import('../list/project.ts')
    await project(h.ctx(), all)
    const { list, find, counts } = await world()
    assert.deepEqual({ list, find, counts }, { list: kept.list, find: kept.find, counts: kept.counts })
  })

  it('leaves what somebody changed since, and names who and when; other fields may have changed', async () => {
    const ids = all.slice(0, 5)
    await doing({ ids }, { do: 'assign', owner_id: people[0]! })
    const bulk = await doing({ ids }, { do: 'assign', owner_id: people[1]! })
    const other = as({ id: people[2]! }).api(parties)
    await other.update({ params: { id: ids[0]! }, body: { owner_id: people[2]! } })
    await other.update({ params: { id: ids[1]! }, body: { note: 'called' } })
    const back = await turned(bulk.id, 'bulkUndo')
    assert.deepEqual(counted(back), { selected: 5, changed: 4, unchanged: 0, refused: 1, gone: 0 })
    assert.equal(back.left[0]!.id, ids[0])
    assert.equal(back.left[0]!.why, 'touched')
    assert.equal(back.left[0]!.who, 'Person 3')
    assert.ok(back.left[0]!.at)
    const now = await rows<{ owner_id: number; note: string }>(
      'select owner_id, note from party where party_id = any($1) order by party_id',
      [ids.slice(0, 2)],
    )
    assert.deepEqual(now, [
      { owner_id: people[2]!, note: '' },
      { owner_id: people[0]!, note: 'called' },
    ])
  })

  it('touches only what its person may change, and tells nothing of the rest', async () => {
    const before = await world()
    const grants = { 'parties:read': 'team', 'parties:write': 'own', 'jobs:read': 'own' } as const
    const own = as({ id: people[0]!, unit_id: units[0]!, grants })
    const bulk = await doing({ ids: all }, { do: 'add_tags', tags: ['mine'] }, own)
    const mine = (await rows('select 1 from party where owner_id = $1 and live', [people[0]])).length
    const team = (
      await rows('select 1 from party where unit_id = $1 and live and owner_id is distinct from $2', [
        units[0],
        people[0],
      ])
    ).length
    const elsewhere = (
      await rows('select 1 from party where owner_id = $1 and unit_id <> $2', [people[0], units[0]])
    ).length
    assert.equal(bulk.changed, mine)
    assert.equal(bulk.refused, team)
    assert.equal(bulk.gone, 24 - mine - team)
    assert.ok(elsewhere >= 0)
    assert.ok(bulk.left.every(({ why }) => why === 'not_yours'))
    await turned(bulk.id, 'bulkUndo', own)
    assert.deepEqual(await world(), before)
    const ask = (action: BulkAction) =>
      codeOf(own.api(parties).bulk({ body: { selection: { ids: all }, action } }))
    assert.equal(await ask({ do: 'assign', owner_id: people[1]! }), 'parties.bad_owner')
    assert.equal(await ask({ do: 'assign', owner_id: null }), 'kernel.out_of_scope')
    assert.equal(await ask({ do: 'trash' }), 'kernel.not_allowed')
    const stranger = as({ id: people[2]!, unit_id: units[2]!, grants })
    assert.equal(
      await codeOf(stranger.api(parties).bulkGet({ params: { bulk_id: bulk.id } })),
      'kernel.not_found',
    )
  })

  it('chooses by the list’s filter, frozen with its count; without those taken out', async () => {
    const api = as().api(parties)
    const filter = { role: 'customer' as const }
    const { count } = await api.list({ query: filter })
    const except = [(await api.list({ query: filter })).items[0]!.id]
    const body = (expected_count: number) => ({
      selection: { filter, except, expected_count },
      action: { do: 'add_tags' as const, tags: ['f'] },
    })
    assert.equal(await codeOf(api.bulk({ body: body(count) })), 'parties.bulk_moved')
    const { id, selected } = await api.bulk({ body: body(count - 1) })
    assert.equal(selected, count - 1)
    const bulk = await ended(as(), id)
    assert.equal(bulk.changed, count - 1)
    assert.equal((await api.list({ query: { tag: 'f' } })).count, count - 1)
    await turned(id, 'bulkUndo')
    assert.equal(await codeOf(api.bulkUndo({ params: { bulk_id: id } })), 'parties.bulk_undone')
    const none = { selection: { filter: { tag: 'no such' } }, action: { do: 'trash' as const } }
    assert.equal(await codeOf(api.bulk({ body: none })), 'parties.bulk_nothing')
    assert.equal(await codeOf(api.bulk({ body: { ...none, selection: {} } })), 'parties.bulk_selection')
  })

  it('is read back to the trash and out of it, with the verbs of single changes', async () => {
    const bulk = await doing({ ids: all.slice(0, 3) }, { do: 'trash' })
    assert.equal(bulk.changed, 3)
    const refused = await doing({ ids: all.slice(0, 4) }, { do: 'add_tags', tags: ['t'] })
    assert.deepEqual([refused.changed, refused.refused], [1, 3])
    assert.equal(refused.left[0]!.why, 'in_trash')
    const out = await doing({ filter: { trash: true } }, { do: 'restore' })
    assert.equal(out.changed, 3)
    const verbs = await rows<{ action: string }>(
      `select distinct action from audit where payload ? 'live' and action <> 'parties.erased' order by 1`,
    )
    assert.deepEqual(
      verbs.map(({ action }) => action),
      ['parties.removed', 'parties.restored'],
    )
  })
})
