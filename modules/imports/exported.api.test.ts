import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { products } from '../products/contract.ts'
import { found, inconsistencies, take } from './testing.ts'

// What goes out comes back in as it was: a list of one house imported into another, empty one, and taken out there again.
let a: TestHouse
const director = { id: 102, unit_id: 1 }
before(async () => {
  a = await house()
  await fill(a)
})
after(() => a.close())

async function house(): Promise<TestHouse> {
  const h = await testHouse(modules)
  await found(h)
  await h.house.pool.query(`
    insert into role (role_id, code, name_zh, name_en, grants, created_at) values (51, 'seller', '销售', 'Seller', '{}', now());
    insert into app_user (user_id, email, name, role_id, unit_id, created_at, updated_at) values
      (101, 'wang@x.cn', '王敏', 51, 21, now(), now()), (102, 'li@x.cn', '李倩', 51, 1, now(), now())`)
  return h
}

async function fill(h: TestHouse): Promise<void> {
  const api = h.as(director).api(parties)
  const names = [
    '=cmd|" /C calc"!A0',
    '+华东',
    '-5',
    '@sum',
    '"quoted", and more',
    "'=kept",
    '华东机电有限公司',
    'Zoë\nTwo lines',
  ]
  for (const [i, name] of names.entries())
    await api.create({
      body: {
        kind: i % 2 ? 'organisation' : 'person',
        name,
        roles: i % 3 ? ['customer', 'influencer', 'public_body'] : ['supplier'],
        tags: i % 2 ? ['=core', '大客户'] : [],
        country: ['CN', 'GB', 'HK', 'US'][i % 4]!,
        unit_id: 21,
        owner_id: i % 2 ? 101 : null,
        language: i % 2 ? 'zh-CN' : 'en',
        channel_preference: (['email', 'phone', 'sms', 'wechat', 'post', 'visit'] as const)[i % 6]!,
        note: i % 2 ? '=HYPERLINK("http://x")' : 'first line\r\nsecond; line, "three"',
        contact_points: [
          { kind: 'phone', value: `+86138000100${10 + i}` },
          { kind: 'phone', value: `+4420794600${10 + i}` },
          { kind: 'email', value: `p${i}@export.example` },
          { kind: 'address', value: `${i} High Street, London; second floor` },
        ],
      },
    })
  const stock = h.as(director).api(products)
  await stock.create({
    body: {
      code: '-1',
      name: '=1+1',
      category: ['Drives', 'Gear, boxes'],
      sales_unit: '台',
      unit_cost_micro: 1_234_500,
      cost_currency: 'GBP',
    },
  })
  await stock.create({ body: { code: '007', name: '齿轮箱' } })
  const made = await stock.list()
  const sales = h.as(director).api(orders)
  const [first] = (await api.list()).items
  for (const [i, kind] of (['order', 'return', 'cancellation', 'adjustment'] as const).entries())
    await sales.create({
      body: {
        number: `S-${i}`,
        source: 'shop',
        party_id: first!.id,
        kind,
        ordered_at: `2024-02-29T1${i}:00:00.000Z`,
        currency: 'GBP',
        channel: '=online',
        store: '苏州店',
        lines: made.items.map((product, n) => ({
          product_id: product.id,
          quantity: (kind === 'order' ? 1 : -1) * (n + 0.5),
          price_micro: 2_550_000 + n,
          description: n ? '=note' : 'second, with comma',
        })),
      },
    })
}

async function out(h: TestHouse, path: string, query: Record<string, string>): Promise<Buffer> {
  const answer = await h
    .as(director)
    .send({ method: 'GET', url: `/api/v1/${path}/export?${new URLSearchParams(query)}`, headers: {} })
  assert.equal(answer.status, 200, await answer.clone().text())
  return Buffer.from(await answer.arrayBuffer())
}

/** Into an empty house, and out again: the same columns of both. */
async function again(
  kind: 'parties' | 'products' | 'orders',
  path: string,
  asked: { format: string; lang: string },
  columns: string,
): Promise<void> {
  const h = await house()
  try {
    const file = await out(a, path, asked)
    const took = await take(h, file, { name: `list.${asked.format}`, kind, source: 'guanxi' })
    assert.deepEqual([took.lines.rejected, took.reasons], [0, []])
    const query = { columns, lang: 'en' }
    assert.equal((await out(h, path, query)).toString(), (await out(a, path, query)).toString())
    assert.deepEqual(await inconsistencies(h), [])
  } finally {
    await h.close()
  }
}

const people =
  'name,kind,roles,owner,owner_email,unit,country,tags,email,phone,address,language,channel_preference,note'
const goods = 'code,name,category,sales_unit,cost,currency'
const lines =
  'number,kind,ordered_at,party,line_no,code,product,description,quantity,price,amount,currency,channel,store'
for (const lang of ['zh-CN', 'en'])
  for (const format of ['csv', 'xlsx']) {
    const asked = { lang, format }
    test(`customers, ${format}, headings in ${lang}: imported elsewhere they are what they were`, () =>
      again('parties', 'parties', asked, people))
    test(`products, ${format}, headings in ${lang}: imported elsewhere they are what they were`, () =>
      again('products', 'products', asked, goods))
    test(`order lines, ${format}, headings in ${lang}: imported elsewhere they are the same orders`, () =>
      again('orders', 'orders/lines', asked, lines))
  }
