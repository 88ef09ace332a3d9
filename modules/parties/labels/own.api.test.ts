import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { audit } from '../../audit/contract.ts'
import { modules } from '../../index.ts'
import { pools } from '../../pools/contract.ts'
import { value } from '../../value/contract.ts'
import { labels } from '../contract.labels.ts'
import { type MarketRole, parties } from '../contract.ts'
import { codeOf, company, director, east, refusal, south } from '../testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
})
after(() => h.close())

const api = () => h.as(director).api(labels)
const people = (who = director) => h.as(who).api(parties)
const vip = 'own_key_account' as MarketRole
const make = (name: string, unit_id = 21) =>
  people().create({ body: { kind: 'organisation', name, unit_id, roles: [vip] } })

test('an own market role is added with a code from its name, on record, and is listed and ordered with the others', async () => {
  const { items, version } = await api().addMarketRole({
    body: { label_zh: '大客户', label_en: 'Key account' },
  })
  const mine = items.find(({ role }) => role === vip)
  assert.deepEqual([mine?.zh, mine?.en, mine?.own, mine?.count], ['大客户', 'Key account', true, 0])
  assert.equal(items.length, 11)
  const ordered = await api().writeMarketRoles({
    body: { items: [{ role: vip, label_zh: '大客户', label_en: 'Key account' }, { role: 'customer' }] },
    if_match: `"${version}"`,
  })
  assert.deepEqual(
    ordered.items.slice(0, 2).map(({ role }) => role),
    [vip, 'customer'],
  )
  const { rows } = await h.house.pool.query<{ action: string }>(
    `select action from audit where subject = 'market_roles' order by audit_id`,
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['parties.market_role_added', 'parties.market_roles_changed'],
  )
})

test('it is given, filtered, sorted, counted and taken like a role of the house', async () => {
  const one = await make('甲集团')
  await make('乙集团', 31)
  assert.equal(one.roles[0]?.role, vip)
  const list = await people().list({ query: { role: vip } })
  assert.deepEqual(list.items.map(({ name }) => name).sort(), ['乙集团', '甲集团'])
  const tree = (filter: object) =>
    people()
      .list({ query: { filter: JSON.stringify(filter) } })
      .then(({ items }) => items.map(({ name }) => name).sort())
  assert.deepEqual(await tree({ field: 'role', op: 'is', value: vip }), ['乙集团', '甲集团'])
  assert.deepEqual(await tree({ all: [{ field: 'role', op: 'all_of', value: [vip, 'customer'] }] }), [])
  assert.deepEqual(await tree({ field: 'role', op: 'is_not', value: vip }), [])
  assert.deepEqual(await tree({ field: `since.${vip}`, op: 'last', value: { n: 9, unit: 'day' } }), [
    '乙集团',
    '甲集团',
  ])
  assert.deepEqual(await tree({ all: [{ field: 'role', op: 'is', value: 'own_none' }] }), [])
  const hers = await h.as(east).api(labels).marketRoles({})
  assert.equal(hers.items.find(({ role }) => role === vip)?.count, 1)
  await people().addRole({ params: { id: one.id }, body: { role: 'supplier' } })
  await people().removeRole({ params: { id: one.id, party_role_id: one.roles[0]!.id } })
  assert.deepEqual(
    (await people().list({ query: { role: vip } })).items.map(({ name }) => name),
    ['乙集团'],
  )
  const { items } = await people().history({ params: { id: one.id } })
  await people().undo({ params: { id: one.id, audit_id: items[0]!.audit_id } })
  assert.equal((await people().list({ query: { role: vip } })).items.length, 2)
  assert.equal((await people(south).list({ query: { role: vip } })).items.length, 1, 'within the scope')
})

test('the exported list and the audit say its name; pools and value may ask for it', async () => {
  const file = await h.as(director).send({
    method: 'GET',
    url: `/api/v1/parties/export?role=${vip}&columns=name,roles&lang=zh-CN`,
    headers: {},
  })
  assert.match(await file.text(), /乙集团,"?大客户/)
  const told = await h
    .as(director)
    .api(audit)
    .list({ query: { subject: 'party_role' } })
  assert.ok(told.items.some(({ kind }) => kind === 'Key account'))
  const pool = await h
    .as(director)
    .api(pools)
    .create({
      body: { name: '大客户公海', unit_id: 2, role: vip },
    })
  assert.equal(pool.role, vip)
  const asked = h
    .as(director)
    .api(value)
    .overview({ query: { role: vip } })
  assert.equal(await codeOf(asked), 'value.no_figures', 'the role is understood; nothing is computed here')
})

test('what is no role, has no name or the name of another is refused; so is taking away one that somebody holds', async () => {
  const no = await refusal(
    people().create({
      body: { kind: 'person', name: 'x', unit_id: 21, roles: ['own_nobody' as MarketRole] },
    }),
  )
  assert.deepEqual([no.status, no.code], [422, 'parties.unknown_role'])
  assert.equal(await codeOf(api().addMarketRole({ body: { label_en: '  ' } })), 'labels.role_nameless')
  assert.equal(await codeOf(api().addMarketRole({ body: { label_zh: '供应商' } })), 'labels.role_named')
  assert.equal(await codeOf(api().addMarketRole({ body: { label_en: 'KEY ACCOUNT' } })), 'labels.role_named')
  assert.equal(
    await codeOf(api().addMarketRole({ body: { role: vip, label_en: 'New' } })),
    'labels.role_taken',
  )
  assert.equal(await codeOf(api().removeMarketRole({ params: { role: vip } })), 'labels.role_held')
  assert.equal(await codeOf(api().removeMarketRole({ params: { role: 'customer' } })), 'parties.unknown_role')
  assert.equal(
    await codeOf(
      h
        .as(east)
        .api(labels)
        .addMarketRole({ body: { label_en: 'Theirs' } }),
    ),
    'labels.whole_company',
  )
})

test('one that nobody ever held is taken away and comes back as it was', async () => {
  const { items } = await api().addMarketRole({ body: { label_zh: '媒体' } })
  const media = items.find(({ label_zh }) => label_zh === '媒体')!
  assert.deepEqual([media.role, media.en], ['own_1', '媒体'])
  const without = await api().removeMarketRole({ params: { role: media.role } })
  assert.ok(!without.items.some(({ role }) => role === media.role))
  const { role, label_zh } = media
  const again = await api().addMarketRole({ body: { role, label_zh, position: 0 } })
  assert.equal(again.items[0]?.role, media.role)
})
