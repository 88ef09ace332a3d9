import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Ctx } from '../../../kernel/ctx.ts'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { marketRoles, type PartyFilter, parties, type Sort, sorts } from '../contract.ts'
import { foldCounts, rebuildList } from '../jobs.ts'
import { nameKeys } from '../names/romanise.ts'
import { company, director, east, wang } from '../testing.ts'
import { byUnits } from './count.ts'
import { setFigures } from './figures.ts'
import { fillFind } from './find.ts'
import { gather, NOT_KNOWN, type Order } from './gather.ts'
import { findUpTo, firstKept, gatherKept } from './gathered.ts'
import { forgetKept } from './kept.ts'
import { walk } from './page.ts'
import { project } from './project.ts'
import { skimmed } from './skim.ts'
import { resolve, type Where } from './where.ts'

type Seed = {
  party_id: number
  name: string
  kind: 'person' | 'organisation'
  unit_id: number
  owner_id: number | null
  tags: string[]
  country: string | null
  role: string
  order_count: number
  revenue_minor: number
  last_order_at: string | null
}
const pick = <V>(values: readonly V[], i: number): V => values[i % values.length]!
const names = [
  '单雄信',
  '曾国藩',
  '李娜',
  '黎明',
  '李宁',
  '吕布',
  '欧阳修',
  'Anna Bauer',
  'Zoë',
  '华东机电有限公司',
  '阿里',
  '任正非',
]
const seeds: Seed[] = Array.from({ length: 240 }, (_, i) => ({
  party_id: 10_000 + i,
  name: `${pick(names, i * 7)}${i % 3 ? '' : i}`,
  kind: i % 7 ? 'person' : 'organisation',
  unit_id: pick([1, 2, 3, 21, 31], i * 3),
  owner_id: pick([101, 102, null, 103], i),
  tags: [...(i % 2 ? ['core'] : []), ...(i % 40 === 0 ? ['rare'] : []), ...(i % 5 === 0 ? ['大客户'] : [])],
  country: pick(['CN', 'GB', null], i),
  role: pick(marketRoles, i * i),
  order_count: i % 9,
  revenue_minor: ((i * 7919) % 1000) - 100,
  last_order_at: i % 6 ? `2026-0${(i % 8) + 1}-1${i % 9}T00:00:00.000Z` : null,
}))

let h: TestHouse
let ctx: Ctx
before(async () => {
  h = await testHouse(modules)
  await company(h)
  ctx = h.ctx()
  await h.house.pool.query(
    `insert into party (party_id, kind, name, unit_id, owner_id, tags, country, created_at, updated_at)
     select party_id, kind, name, unit_id, owner_id, tags, country, '2026-01-01'::timestamptz + party_id * interval '1 minute', now()
     from json_to_recordset($1) as r (party_id bigint, kind text, name text, unit_id bigint, owner_id bigint, tags text[], country text)`,
    [JSON.stringify(seeds)],
  )
  await h.house.pool.query(
    `insert into party_role (party_id, role, since) select party_id, role, '2020-01-01' from json_to_recordset($1) as r (party_id bigint, role text)`,
    [JSON.stringify(seeds)],
  )
  await project(
    ctx,
    seeds.map((seed) => seed.party_id),
  )
  await setFigures(
    ctx,
    seeds.map((seed) => ({ ...seed, unrated_count: 0, first_order_at: seed.last_order_at })),
  )
})
after(() => h.close())

type Asked = PartyFilter & { sort: Sort; order: 'asc' | 'desc' }
const asked: fc.Arbitrary<Asked> = fc.record(
  {
    sort: fc.constantFrom(...sorts),
    order: fc.constantFrom('asc' as const, 'desc' as const),
    tag: fc.constantFrom('core', 'rare', '大客户', 'unheard of'),
    role: fc.constantFrom(...marketRoles),
    kind: fc.constantFrom('person' as const, 'organisation' as const),
    country: fc.constantFrom('CN', 'GB', 'IS'),
    owner_id: fc.constantFrom(101, 102),
    owner: fc.constantFrom('none' as const),
    unit_id: fc.constantFrom(1, 2, 21, 3),
    q: fc.constantFrom('李', '公司', 'an', 'sx', '电 hd', 'a'),
  },
  { requiredKeys: ['sort', 'order'] },
)
const below: Record<number, number[]> = { 1: [1, 2, 3, 21, 31], 2: [2, 21], 21: [21], 3: [3, 31] }

const found: Record<string, string[]> = {
  李: ['李娜', '李宁'],
  公司: ['华东机电有限公司'],
  an: ['Anna Bauer'],
  a: ['Anna Bauer', '阿里'],
  sx: ['单雄信'],
  '电 hd': ['华东机电有限公司'],
}
const matches = (q: Asked) => (seed: Seed) =>
  (!q.tag || seed.tags.includes(q.tag)) &&
  (!q.role || seed.role === q.role) &&
  (!q.kind || seed.kind === q.kind) &&
  (!q.country || seed.country === q.country) &&
  (!q.owner_id || seed.owner_id === q.owner_id) &&
  (!q.owner || seed.owner_id === null) &&
  (!q.unit_id || below[q.unit_id]!.includes(seed.unit_id)) &&
  // 单 is Shàn as a surname only
  (!q.q ||
    (found[q.q]!.some((name) => seed.name.startsWith(name)) && (q.q !== 'sx' || seed.kind === 'person')))

const slot = (seed: Seed, sort: Sort): string | number => {
  if (sort === 'name') return nameKeys(seed.name, seed.kind).name_sort
  if (sort === 'created_at') return seed.party_id
  return seed[sort] ?? ''
}
function sorted(found: Seed[], { sort, order }: Asked): number[] {
  const sign = order === 'asc' ? 1 : -1
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
  return found
    .sort((a, b) => sign * (compare(slot(a, sort), slot(b, sort)) || a.party_id - b.party_id))
    .map((seed) => seed.party_id)
}

describe('the list', () => {
  const callers = [
    ['all', director, () => true],
    ['branch', east, (seed: Seed) => [2, 21].includes(seed.unit_id)],
    ['own', wang, (seed: Seed) => seed.owner_id === 101],
  ] as const
  for (const [scope, who, reaches] of callers)
    test(`shows scope ${scope} exactly what is in it, in order, once, with its count`, async () => {
      const api = h.as(who).api(parties)
      await fc.assert(
        fc.asyncProperty(asked, async (query) => {
          const wanted = sorted(seeds.filter(reaches).filter(matches(query)), query)
          const got: number[] = []
          let cursor: string | undefined
          do {
            const page = await api.list({ query: { ...query, limit: 23, ...(cursor ? { cursor } : {}) } })
            got.push(...page.items.map((row) => row.id))
            assert.deepEqual([page.count, page.count_exact], [wanted.length, true])
            cursor = page.next ?? undefined
          } while (cursor)
          assert.deepEqual(got, wanted)
        }),
        { numRuns: 60 },
      )
    })

  test('walking the order and gathering what matches give one answer', async () => {
    await fc.assert(
      fc.asyncProperty(asked, fc.constantFrom('all', 'units', 'teams'), async (query, kind) => {
        const reach =
          kind === 'all' ? ({ kind } as const) : ({ kind: 'units', unit_ids: [2, 21, 31] } as const)
        const here = { ...ctx, reach }
        const asked = await resolve(here, query)
        if (!asked) return
        // As many teams are walked: everybody's order, the others passed over.
        const where: Where =
          kind === 'teams' && asked.part.kind === 'units'
            ? { ...asked, part: { kind: 'all' }, unit_ids: asked.part.unit_ids }
            : asked
        const order: Order = { sort: query.sort, desc: query.order === 'desc', limit: 30, after: null }
        const ids = async (way: typeof walk) => (await way(here, where, order)).map((row) => row.party_id)
        const gathered = await ids(gather)
        assert.deepEqual(await ids(walk), gathered)
        assert.deepEqual(await ids(gatherKept), gathered)
        if (where.q && where.roles.length + where.tags.length === 0 && where.part.kind !== 'owner') {
          const found = await findUpTo(here, where, order, seeds.length)
          assert.deepEqual(found?.ids.slice(0, order.limit + 1), gathered)
          assert.equal(await findUpTo(here, where, order, 0), null)
        }
        const counted = asked.q && asked.part.kind !== 'owner' ? await byUnits(here, asked) : null
        if (counted) assert.equal(counted.count, (await gather(here, asked, order))[0]?.total ?? 0)
      }),
      { numRuns: 60 },
    )
  })

  test('a page of units met along the order of everybody is the page of their own orders merged, or none', async () => {
    const here = { ...ctx, reach: { kind: 'units', unit_ids: [2, 21, 31] } as const }
    const ids = (rows: readonly { party_id: number }[] | null) => rows?.map((row) => row.party_id)
    for (const sort of sorts)
      for (const order of ['asc', 'desc'] as const)
        for (const kind of [undefined, 'person', 'organisation'] as const) {
          const where = (await resolve(here, kind ? { kind } : {}))!
          let after: Order['after'] = null
          for (let page = 0; page < 6; page++) {
            const asked: Order = { sort, desc: order === 'desc', limit: 20, after }
            const merged = await walk(here, where, asked)
            const full = merged.length > asked.limit
            assert.deepEqual(ids(await skimmed(here, where, asked)), full ? ids(merged) : undefined)
            assert.equal(await skimmed(here, where, asked, 0.01), null, 'none is met within an entry or two')
            const last = merged.at(-2)
            if (!full || !last) break
            after = { value: last.slot ?? NOT_KNOWN, id: last.party_id }
          }
        }
  })

  test('a search asked again is not found again: its rows are read as they are then, within reach', async () => {
    const order: Order = { sort: 'revenue_minor', desc: true, limit: 5, after: null }
    let taken = 0
    const ask = async (reach: Ctx['reach']) => {
      const here = { ...again, reach }
      const where = (await resolve(here, { q: '李' }))!
      return firstKept(here, where, order, async () => {
        taken++
        return { rows: await walk(here, where, order) }
      })
    }
    const again = { ...ctx, house: { ...ctx.house } }
    const all = { kind: 'all' } as const
    const east = { kind: 'units', unit_ids: [2, 21] } as const
    const set = (what: string, id: number) =>
      h.house.pool.query(`update party_list set ${what} where party_id = $1`, [id])
    const [everybody, branch] = [await ask(all), await ask(east)]
    assert.deepEqual([everybody.rows.length, everybody.walked, taken], [6, true, 2])
    assert.ok(branch.rows.length > 1 && branch.rows.every((row) => [2, 21].includes(row.unit_id)))
    assert.deepEqual(await ask(all), everybody)
    assert.deepEqual(await ask(east), branch)
    assert.equal(taken, 2)
    // As another process writes: who was moved or put into the trash stands there no more, and a page is filled up.
    const { party_id, unit_id, name } = branch.rows[0]!
    await set("name = '李白'", party_id)
    assert.equal((await ask(east)).rows[0]?.name, '李白')
    await set('unit_id = 31', party_id)
    assert.ok(!(await ask(east)).rows.some((row) => row.party_id === party_id))
    await set(`unit_id = ${unit_id}`, party_id)
    await set(`name = '${name}'`, party_id)
    const before = taken
    const { party_id: first } = everybody.rows[0]!
    await set('live = false', first)
    const without = (await ask(all)).rows
    assert.deepEqual(
      [without.length, without.some((row) => row.party_id === first), taken],
      [6, false, before + 1],
    )
    await set('live = true', first)
    forgetKept(again.house)
    assert.deepEqual(await ask(all), everybody)
    assert.equal(taken, before + 2)
  })

  test('rows of before their index knew what words begin with are found, and learn it in the background', async () => {
    const heads = async () =>
      (await h.house.pool.query('select party_id, head1, head2, head3, head4 from party_listed order by 1'))
        .rows
    const found = async () => {
      const where = (await resolve(ctx, { q: 'sx' }))!
      const rows = await walk(ctx, where, { sort: 'name', desc: false, limit: 300, after: null })
      return rows.map((row) => row.party_id)
    }
    const [known, ids] = [await heads(), await found()]
    assert.ok(ids.length > 0)
    await h.house.pool.query(
      'update party_list set head1 = -1, head2 = -1, head3 = -1, head4 = -1 where party_id % 2 = 0',
    )
    assert.deepEqual(await found(), ids)
    // What searches walk first, then the indexes of lists; afterwards nothing is left to do.
    for (let run = 0; run < 3; run++) assert.deepEqual(await fillFind.run(ctx, {}, null), { done: true })
    assert.deepEqual(await heads(), known)
  })

  test('finds by character, characters, pinyin, initials and the beginning of a word', async () => {
    const api = h.as(director).api(parties)
    const found = async (q: string) =>
      [
        ...new Set(
          (await api.list({ query: { q, limit: 200 } })).items.map((row) => row.name.replace(/\d+$/, '')),
        ),
      ].sort()
    assert.deepEqual(await found('机'), ['华东机电有限公司'])
    assert.deepEqual(await found('机电'), ['华东机电有限公司'])
    assert.deepEqual(await found('东电'), [], 'characters that are not neighbours')
    assert.deepEqual(await found('李'), ['李娜', '李宁'])
    assert.deepEqual(await found('shanxiong'), ['单雄信'])
    assert.deepEqual(await found('sx'), ['单雄信'])
    assert.deepEqual(await found('zeng'), ['曾国藩'])
    assert.deepEqual(await found('lv'), ['吕布'])
    assert.deepEqual(await found('zoe'), ['Zoë'])
    assert.deepEqual(await found('ba'), ['Anna Bauer'])
    assert.deepEqual(await found('华东 hd'), ['华东机电有限公司'])
    assert.deepEqual(await found('%'), [])
    assert.deepEqual(await found('a_n'), [])
  })

  test('surnames sort by their reading, one surname together', async () => {
    const { items } = await h
      .as(director)
      .api(parties)
      .list({ query: { kind: 'person', limit: 200 } })
    const order = [...new Set(items.map((row) => row.name.replace(/\d+$/, '')))]
    const at = (name: string) => order.indexOf(name)
    assert.ok(
      at('李娜') < at('任正非') && at('任正非') < at('单雄信') && at('单雄信') < at('曾国藩'),
      order.join(),
    )
    assert.equal(Math.abs(at('李娜') - at('李宁')), 1, order.join())
  })

  test('a cursor of another order is refused', async () => {
    const api = h.as(director).api(parties)
    const { next } = await api.list({ query: { sort: 'name', limit: 5 } })
    await assert.rejects(api.list({ query: { sort: 'revenue_minor', cursor: next! } }), /page marker/)
    await assert.rejects(api.list({ query: { sort: 'name', order: 'desc', cursor: next! } }), /page marker/)
    const forged = Buffer.from(JSON.stringify(['created_at', 'asc', 'nonsense', 1])).toString('base64url')
    await assert.rejects(
      api.list({ query: { sort: 'created_at', order: 'asc', cursor: forged } }),
      /page marker/,
    )
  })

  test('folding keeps every count, and a rebuild from the parties finds the same rows', async () => {
    const state = async () =>
      (await h.house.pool.query('select * from party_listed order by party_id')).rows.map((row) =>
        JSON.stringify(row),
      )
    const counts = async () =>
      (
        await h.house.pool.query(
          'select label, unit_id, sum(delta)::int as n from party_count group by 1, 2 having sum(delta) <> 0 order by 1, 2',
        )
      ).rows
    const [rows, sums] = [await state(), await counts()]
    await project(
      ctx,
      seeds.slice(0, 50).map((seed) => seed.party_id),
    )
    await foldCounts.run(ctx, {}, null)
    assert.deepEqual(await counts(), sums)
    await h.house.pool.query('delete from party_count where unit_id = 21')
    await h.house.pool.query("update party_list set name_sort = 'broken', tags = '{}' where party_id % 3 = 0")
    const tx = await h.house.pool.connect()
    await tx.query('begin')
    await rebuildList.run({ ...ctx, tx }, {}, null)
    await tx.query('commit')
    tx.release()
    assert.deepEqual(await state(), rows)
    assert.deepEqual(await counts(), sums)
  })
})

test('tags in use come with their counts, owners within reach', async () => {
  const { items } = await h.as(director).api(parties).tags()
  assert.deepEqual(
    items.map((row) => row.tag),
    ['core', '大客户', 'rare'],
  )
  const mine = await h.as(east).api(parties).owners()
  assert.deepEqual(mine.items.map((row) => row.id).sort(), [101, 102])
  assert.deepEqual(
    (await h.as(wang).api(parties).owners()).items.map((row) => row.id),
    [101],
  )
})

test('whoever saves finds it at once, asked before or not', async () => {
  const api = h.as(director).api(parties)
  const found = async (q: string) => (await api.list({ query: { q } })).items.map((row) => row.name)
  assert.deepEqual(await found('诸葛'), [])
  const body = { kind: 'person' as const, name: '诸葛亮', owner_id: null, unit_id: 21 }
  const { id } = await api.create({ body })
  assert.deepEqual(await found('诸葛'), ['诸葛亮'])
  await api.update({ params: { id }, body: { name: '孔明' } })
  assert.deepEqual([await found('诸葛'), await found('孔明')], [[], ['孔明']])
  await api.remove({ params: { id } })
  assert.deepEqual(await found('孔明'), [])
})
