import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { reachOf } from '../../kernel/scope.ts'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { headsAsked } from '../parties/names/heads.ts'
import { parseQuery } from '../parties/names/search.ts'
import { company, director, east, south, wang } from '../parties/testing.ts'
import { products } from '../products/contract.ts'
import type { Row } from './asked.ts'
import { search } from './contract.ts'
import { gather, posted, walk } from './nearest.ts'
import { askedBy, ranked } from './parties.ts'

let h: TestHouse
const ids = new Map<string, number>()
const find = async (who: Played, q: string, limit = 6) => h.as(who).api(search).find({ query: { q, limit } })
const names = async (who: Played, q: string) => (await find(who, q)).parties.items.map(({ name }) => name)

type Given = {
  kind?: 'person' | 'organisation'
  owner_id?: number | null
  unit_id?: number
  contact_points?: { kind: 'phone' | 'email' | 'wechat_openid'; value: string }[]
  external_ids?: { source: string; value: string }[]
}
async function add(name: string, given: Given = {}): Promise<number> {
  const body = { kind: 'person' as const, owner_id: null, unit_id: 31, ...given, name }
  const { id } = await h
    .as({ ...director, unit_id: 1 })
    .api(parties)
    .create({ body })
  ids.set(name, id)
  return id
}

before(async () => {
  h = await testHouse(modules)
  await company(h)
  await h.house.pool.query(
    `insert into setting values ('base_currency', '"CNY"'), ('time_zone', '"Asia/Shanghai"')`,
  )
  for (const name of [
    '单雄信',
    '曾国藩',
    '仇英',
    '解缙',
    '区伟',
    '查良镛',
    '尉迟恭',
    '万俟卨',
    '呂布',
    '欧阳修',
    '見龍',
    '李娜',
  ])
    await add(name)
  await add('张三', { owner_id: 103 })
  await add('周深', { owner_id: 101, unit_id: 21 })
  await add('赵树理', { unit_id: 21, owner_id: 102 })
  await add('华东机电设备有限公司', {
    kind: 'organisation',
    unit_id: 21,
    owner_id: 101,
    contact_points: [
      { kind: 'phone', value: '138 0000 4321' },
      { kind: 'email', value: 'purchase@huadong.example' },
    ],
    external_ids: [{ source: 'erp', value: 'K-1007' }],
  })
  await add('Kim Lee', { contact_points: [{ kind: 'wechat_openid', value: 'oAbC_99' }] })
  await add('帕提古丽·买买提', {
    contact_points: [
      { kind: 'phone', value: '(021) 6888-1234' },
      { kind: 'email', value: '10023456@qq.com' },
    ],
  })
  await add('Łukasz Grøn', {
    contact_points: [{ kind: 'phone', value: '+44 20 7946 0958' }],
    external_ids: [{ source: 'card', value: '20070031' }],
  })
  await h
    .as(director)
    .api(products)
    .create({ body: { code: 'VALVE-10', name: '球阀 10mm' } })
  for (const [number, name] of [
    ['SO-2026-0042', '华东机电设备有限公司'],
    ['SO-2026-0043', '张三'],
  ] as const)
    await h
      .as(director)
      .api(orders)
      .create({
        body: {
          number,
          party_id: ids.get(name)!,
          ordered_at: '2026-05-01T00:00:00.000Z',
          currency: 'CNY',
          lines: [{ quantity: 1, price_micro: 5_000_000 }],
        },
      })
})
after(() => h.close())

describe('a party is found', () => {
  const ways: readonly [string, readonly string[]][] = [
    [
      '单雄信',
      ['单', '单雄', '單雄信', 'shan', 'dan', 'sxx', 'dxx', 'shanxiongxin', 'shan xiongxin', 'danxiongxin'],
    ],
    ['曾国藩', ['zeng', 'ceng', 'zgf', 'cgf', '曾國藩', 'zengguofan']],
    ['仇英', ['qiu', 'chou', 'qy', 'cy', 'qiuying']],
    ['解缙', ['xie', 'jie', 'xj', 'jj']],
    ['区伟', ['ou', 'qu', 'ow', 'qw', '區偉']],
    ['查良镛', ['zha', 'cha', 'zly', 'cly', '查良鏞']],
    ['尉迟恭', ['yuchi', 'weichi', 'ycg', 'wcg', '尉遲']],
    ['万俟卨', ['moqi', 'wansi', 'mqx', 'wsx', '萬俟']],
    ['呂布', ['lvbu', 'lubu', 'lb', '吕布', 'lü bu', 'lu bu']],
    ['欧阳修', ['ou', 'ouyang', 'oyx', '歐陽']],
    ['見龍', ['见', '見', '见龙', 'jianlong', 'jl', 'jlong', 'jianl']],
    ['李娜', ['li', 'na li', 'li na', 'ln', 'LI NA', '李', '娜']],
    // Eight digits may be a telephone of another country, its end, the beginning of an address or a card's number.
    [
      '帕提古丽·买买提',
      ['帕提古丽买买提', '丽·买', 'ptglmmt', '68881234', '6888 1234', '10023456', '@qq', '@qq.com'],
    ],
    ['Łukasz Grøn', ['lukasz', 'Łuk', 'gron', 'GRØN', '79460958', '0207946 0958', '7946-0958', '20070031']],
    ['Kim Lee', ['k', 'ki', 'kl', 'lee', 'kim le', 'lee kim']],
    [
      '华东机电设备有限公司',
      [
        '华',
        '机电',
        'hd',
        'hdjd',
        'huadong',
        '華東機電',
        'k-1007',
        'K-10',
        '00004321',
        '138-0000',
        '+86 138 0000',
        'purchase@hua',
        'huadong.example',
      ],
    ],
  ]
  for (const [name, queries] of ways)
    test(`${name}: ${queries.join(', ')}`, async () => {
      for (const q of queries) assert.ok((await names(director, q)).includes(name), q)
    })
})

test('mine stand first, then my team’s, then the others; the latest first in each', async () => {
  const zs = await find({ ...wang, scope: 'all' }, 'zs')
  assert.deepEqual(
    zs.parties.items.map(({ name, near }) => [name, near]),
    [
      ['周深', 'mine'],
      ['赵树理', 'team'],
      ['张三', 'company'],
    ],
  )
  // Who reaches all has no units below to be known by: their own is their team.
  const whole = await find({ ...wang, scope: 'all', team_units: [] }, 'zs')
  assert.equal(whole.parties.items[1]?.near, 'team')
  const other = await find({ ...south, scope: 'all' }, 'zs')
  assert.equal(other.parties.items[0]?.name, '张三')
})

test('walked along the recent, gathered, or from what is found of everybody, the same are found in the same order', async () => {
  for (const who of [
    director,
    east,
    { ...director, team_units: [] },
    { ...wang, scope: 'all' as const },
    wang,
  ])
    for (const q of ['z', 'hdj', '1007', 'huadong', 'zs', '张', 'l', 'ki', 'hd', '华东', 'zhang', 'na li']) {
      const { actor } = h.as(who)
      const reach = reachOf(actor, 'parties:read')!
      const ctx = h.ctx({ who: actor, reach })
      const asked = askedBy(ctx, parseQuery(q, 'CN'), q, 6)
      const walked = await walk(ctx, asked, headsAsked(asked.query))
      const gathered = await gather(ctx, asked)
      const order = (rows: Row[]) =>
        ranked(ctx, [...new Map(rows.map((r) => [r.party_id, r])).values()], asked).map((r) => r.name)
      assert.deepEqual(order(walked), order(gathered), `${q} as ${actor.id}`)
      const known = await posted(ctx, asked)
      assert.ok(known)
      assert.deepEqual(order(known), order(gathered), `${q} as ${actor.id}`)
    }
})

test('a whole name stands before whoever is nearer', async () => {
  await add('张三丰', { owner_id: 101, unit_id: 21 })
  assert.deepEqual(await names({ ...wang, scope: 'all' }, '张三'), ['张三', '张三丰'])
})

test('what matched is marked, by its characters or by its pinyin', async () => {
  const [zhou] = (await find(director, 'zshen')).parties.items
  assert.deepEqual([zhou?.name, zhou?.marks], ['周深', [{ from: 0, to: 2 }]])
  const [east] = (await find(director, '4321')).parties.items
  assert.deepEqual(east?.marks, [])
  assert.deepEqual(east?.found_by, {
    kind: 'phone',
    value: '138 0000 4321',
    marks: [{ from: 9, to: 13 }],
  })
})

test('nobody finds what is out of their reach, neither party nor order', async () => {
  assert.deepEqual(await names(east, '查良镛'), [])
  assert.deepEqual(await names(wang, 'zhao'), [])
  assert.deepEqual(await names(wang, 'hdjd'), ['华东机电设备有限公司'])
  assert.deepEqual(
    (await find(east, 'SO-2026')).orders.items.map((o) => o.number),
    ['SO-2026-0042'],
  )
  assert.deepEqual((await find(director, 'so-2026')).orders.items.length, 2)
  assert.deepEqual((await find(south, 'SO-2026-0042')).orders.items, [])
})

test('a withheld contact point finds nobody, however it is written', async () => {
  const blind: Played = { ...director, masks: ['phone', 'email', 'wechat'] }
  await add('暗号', {
    contact_points: [{ kind: 'phone', value: '13911112222' }],
    external_ids: [{ source: 'shop', value: '13911112222' }],
  })
  for (const q of [
    '4321',
    '13800004321',
    '138-0000-4321',
    '+8613800004321',
    'purchase@huadong.example',
    'purchase',
    'oabc_99',
    '13911112222',
    '1112222',
  ])
    assert.deepEqual(await names(blind, q), [], q)
  assert.deepEqual(await names(blind, 'k-1007'), ['华东机电设备有限公司'])
  assert.deepEqual(await names({ ...director, masks: ['email'] }, '4321'), ['华东机电设备有限公司'])
})

test('who may not read a kind of thing gets none of it', async () => {
  const only = await find({ ...director, grants: { 'products:read': 'all' } }, 'valve')
  assert.deepEqual([only.parties.items, only.orders.items], [[], []])
  assert.equal(only.products.items[0]?.code, 'VALVE-10')
})

test('a product is found by its code, its name and its pinyin, a moment after it is there', async () => {
  for (const q of ['va', 'valve', '10', '球', '球阀', 'qiufa', 'qf', '球閥'])
    assert.equal((await find(director, q)).products.items[0]?.code, 'VALVE-10', q)
  await h
    .as(director)
    .api(products)
    .create({ body: { code: 'SEAL-3', name: '密封件' } })
  await new Promise((done) => setTimeout(done, 200))
  assert.equal((await find(director, 'mfj')).products.items[0]?.code, 'SEAL-3')
})

test('things visited are known again within reach, in the order asked', async () => {
  const asked = [ids.get('张三')!, ids.get('周深')!, 999_999]
  const seen = await h
    .as(director)
    .api(search)
    .known({ query: { parties: asked.join(',') } })
  assert.deepEqual(
    seen.parties.map(({ name }) => name),
    ['张三', '周深'],
  )
  const less = await h
    .as(wang)
    .api(search)
    .known({ query: { parties: asked.join(',') } })
  assert.deepEqual(
    less.parties.map(({ name }) => name),
    ['周深'],
  )
})

test('asked again, whom another process moved, renamed or put into the trash does not stand there, and who is new does at once', async () => {
  const set = (what: string, id: number) =>
    h.house.pool.query(`update party_list set ${what} where party_id = $1`, [id])
  const one = await add('贺知章', { unit_id: 21 })
  const two = await add('贺兰', { unit_id: 21 })
  const found = async () => (await names(east, '贺')).toSorted()
  for (let n = 0; n < 2; n++) assert.deepEqual(await found(), ['贺兰', '贺知章'])
  await set('unit_id = 31', one)
  assert.deepEqual(await found(), ['贺兰'])
  assert.deepEqual((await names(director, '贺')).toSorted(), ['贺兰', '贺知章'])
  await set('unit_id = 21', one)
  assert.deepEqual(await found(), ['贺兰', '贺知章'])
  await set('live = false', two)
  assert.deepEqual(await found(), ['贺知章'])
  await set('live = true', two)
  await set("name = '何知章', search_chars = '{何,知,章,何知,知章}'", one)
  assert.deepEqual(await found(), ['贺兰'])
  await add('贺龙', { unit_id: 21 })
  assert.deepEqual(await found(), ['贺兰', '贺龙'])
  await add('王维', { unit_id: 21, contact_points: [{ kind: 'email', value: 'wangwei@mojie.example' }] })
  assert.deepEqual(await names(east, 'mojie'), ['王维'])
  assert.deepEqual(await names({ ...east, masks: ['email'] }, 'mojie'), [])
})

test('nothing to look for finds nothing', async () => {
  for (const q of [' ', '%', '_', '()', '。', "'", '\\'])
    assert.deepEqual((await find(director, q)).parties.items, [], q)
})
