import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { labels } from '../parties/contract.labels.ts'
import { type MarketRole, parties } from '../parties/contract.ts'
import { csv, found, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
  const api = h.as({}).api(labels)
  await api.addMarketRole({ body: { label_zh: '大客户', label_en: 'Key account' } })
  await api.writeMarketRoles({
    body: { items: [{ role: 'supplier', label_zh: '供货伙伴', label_en: 'Vendor' }] },
  })
})
after(() => h.close())

const people = (rows: string[]) =>
  take(h, csv(rows, '客户编号,客户名称,类型,市场角色'), { kind: 'parties', source: 'crm' })
const rolesOf = async (q: string) => {
  const { items } = await h.as({}).api(parties).list({ query: { q } })
  return items[0]?.roles.sort()
}

test('a file names market roles as the company does, its own too, in both languages and by code', async () => {
  await people([
    'K1,华东机电,企业,大客户;供应商',
    'K2,华南机电,企业,KEY ACCOUNT',
    'K3,华北机电,企业,own_key_account',
    'K4,华中机电,企业,供货伙伴',
  ])
  assert.deepEqual(await rolesOf('华东机电'), ['own_key_account', 'supplier'])
  assert.deepEqual(await rolesOf('华南机电'), ['own_key_account'])
  assert.deepEqual(await rolesOf('华北机电'), ['own_key_account'])
  assert.deepEqual(await rolesOf('华中机电'), ['supplier'])
  const held = await h
    .as({})
    .api(parties)
    .list({ query: { role: 'own_key_account' as MarketRole } })
  assert.equal(held.count, 3)
})

test('a role that is none turns its row back', async () => {
  await people(['K9,不明机电,企业,特大客户'])
  assert.equal(await rolesOf('不明机电'), undefined)
})
