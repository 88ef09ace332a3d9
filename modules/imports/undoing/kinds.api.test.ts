import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { csv, found, inconsistencies, rejectsOf, row, take } from '../testing.ts'
import { everything, turn } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

type Took = Parameters<typeof take>[2]
const file = async (content: string, over: Took) => (await take(h, content, over)).import_id!

/** Undone, brought back, undone: each time all tables are what they were. */
async function thereAndBack(content: string, over: Took): Promise<void> {
  const before = await everything(h)
  const id = await file(content, over)
  const after = await everything(h)
  assert.notDeepEqual(after, before)
  await turn(h, id)
  assert.deepEqual(await everything(h), before)
  await turn(h, id, 'redo')
  assert.deepEqual(await everything(h), after)
  await turn(h, id)
  assert.deepEqual(await everything(h), before)
  assert.deepEqual(await inconsistencies(h), [])
}

const people = (rows: readonly string[]) =>
  csv(rows, 'Customer ID,Name,Email,Phone,WeChat,Address,City,Market roles,Tags,Country,Note')
const known = people([
  'K1,王芳,wang@x.example,13812345678,wang_f,南京路 1 号,上海,customer,VIP,CN,老客户',
  'K2,Ada Lovelace,ada@x.example,,,,London,prospect,maths;engines,GB,',
])
const changed = people([
  'K1,王芳芳,new@x.example,13812345678,,北京路 2 号,上海,customer;supplier,VIP;新,CN,改了',
  'K3,Grace Hopper,grace@x.example,,,,,customer,navy,US,',
])

describe('an undo gives back', () => {
  it('parties with their roles, contact points, tags and ids, created and changed', async () => {
    await thereAndBack(known, { kind: 'parties', source: 'crm' })
    await file(known, { kind: 'parties', source: 'crm' })
    await thereAndBack(changed, { kind: 'parties', source: 'crm' })
    // The same people under another system’s ids: found by their contacts, given an id each.
    const elsewhere = csv(['Z9,Ada Lovelace,ada@x.example'], 'Customer ID,Name,Email')
    await thereAndBack(elsewhere, {
      kind: 'parties',
      source: 'shop',
      options: { run: { match_by: 'contact' } },
    })
  })

  it('products with the categories that came along', async () => {
    const goods = csv(['G1,Mug,Home > Kitchen > Mugs,2.50,pc', 'G2,Plate,Home > Kitchen,3.10,pc'], HEADER)
    await thereAndBack(goods, { kind: 'products', source: 'pim' })
    await file(goods, { kind: 'products', source: 'pim' })
    const other = csv(['G1,Mug (blue),Gifts,2.70,pc', 'G3,Bowl,Home > Bowls,4,pc'], HEADER)
    await thereAndBack(other, { kind: 'products', source: 'pim' })
  })

  it('orders that changed, lost or gained lines, and a customer', async () => {
    const one = csv([
      row({ order: '1', customer: 'A', code: 'X', qty: 1 }),
      row({ order: '1', customer: 'A', code: 'Y', qty: 2 }),
      row({ order: '2', customer: '', code: 'X', qty: 3 }),
      row({ order: '3', customer: 'B', code: 'X', qty: 3 }),
      row({ order: '4', customer: 'B', code: 'X', qty: 3 }),
    ])
    await file(one, { source: 'erp' })
    const two = csv([
      row({ order: '0', customer: 'A', code: 'W', qty: 1 }),
      row({ order: '1', customer: 'A', code: 'Y', qty: 5 }),
      row({ order: '1', customer: 'A', code: 'Z', qty: 7, name: 'NEW THING' }),
      row({ order: '2', customer: 'C', code: 'X', qty: 3 }),
      row({ order: '3', customer: 'B', code: 'X', qty: 3 }),
      row({ order: '3', customer: 'B', code: 'X', qty: 3 }),
      row({ order: '9', customer: 'D', code: 'X', qty: -3 }),
    ])
    await thereAndBack(two, { source: 'erp', options: { whole_orders: true } })
    await thereAndBack(two, { source: 'erp' })
  })

  it('rejected rows that wait to be mended, when the mended file is taken back', async () => {
    const dirty = csv([
      row({ order: '50', customer: 'M' }),
      row({ order: '51', customer: 'M' }).replace(',6,', ',six,'),
    ])
    const id = await file(dirty, { source: 'mend' })
    const mended = (await rejectsOf(h, id)).replace(',six,', ',6,')
    await thereAndBack(mended, { source: 'mend', name: 'orders.rejects.csv' })
  })

  it('the base currency as a guess, when no order is left that had settled it', async () => {
    const other = await testHouse(modules)
    try {
      await found(other)
      await other.house.pool.query(
        `update setting set value = '"CNY"' where key = 'base_currency'; insert into setting values ('base_currency_guessed', 'true')`,
      )
      const before = await everything(other)
      const dollars = csv([row({ order: '1' })])
      const { import_id } = await take(other, dollars, { options: { currency: 'USD' } })
      const after = await everything(other)
      const base = async () =>
        (await other.house.pool.query(`select value from setting where key = 'base_currency'`)).rows[0].value
      assert.equal(await base(), 'USD')
      assert.equal((await turn(other, import_id!)).base, 'CNY')
      assert.deepEqual(await everything(other), before)
      // The next first orders settle it anew, and then it is settled for the earlier ones, too.
      const pounds = (await take(other, dollars, { options: { currency: 'GBP' } })).import_id!
      assert.equal(await base(), 'GBP')
      await turn(other, pounds)
      await turn(other, import_id!, 'redo')
      assert.equal(await base(), 'USD')
      assert.deepEqual(await everything(other), after)
    } finally {
      await other.close()
    }
  })

  it('what an order comes to at today’s rate, where a rate has come since', async () => {
    const euros = { source: 'rates', options: { currency: 'EUR' } }
    await file(csv([row({ order: '1', customer: 'R', qty: 1 })]), euros)
    const id = await file(csv([row({ order: '1', customer: 'R', qty: 2 })]), euros)
    await h.house.pool.query(
      `insert into currency_rate values ('GBP', 'EUR', '2010-01-01', 0.5); update orders set base_minor = amount_minor / 2 where source = 'rates'`,
    )
    await turn(h, id)
    const { rows } = await h.house.pool.query(
      `select amount_minor, base_minor from orders where source = 'rates'`,
    )
    assert.deepEqual(rows, [{ amount_minor: 255, base_minor: 128 }])
    await h.house.pool.query('delete from currency_rate')
  })
})

const HEADER = 'Code,Name,Category,Unit cost,Unit'

it('the kept lines have the columns of the lines', async () => {
  const columns = async (table: string) =>
    (
      await h.house.pool.query(
        `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attname`,
        [table],
      )
    ).rows
  assert.deepEqual(
    (await columns('import_order_line')).filter(({ name }) => name !== 'import_id'),
    await columns('order_line'),
  )
})

it('rows of another module hold a customer back', async () => {
  const id = await file(csv([row({ order: '70', customer: 'H1' }), row({ order: '71', customer: 'H2' })]), {
    source: 'held',
  })
  const { rows } = await h.house.pool.query(
    `select party_id from external_id where source = 'held' and value = 'H1'`,
  )
  const owner = new pg.Client({ connectionString: h.database.owner })
  await owner.connect()
  try {
    await owner.query(
      'create table visit (visit_id bigint, host_party_id bigint); grant all on visit to guanxi_app',
    )
    await owner.query('insert into visit values (1, $1)', [rows[0].party_id])
    const report = await turn(h, id)
    assert.deepEqual(report.party, { removed: 1, created: 0, changed: 0, left: 1 })
    assert.equal(report.order.removed, 2)
    await owner.query('delete from visit')
    assert.equal((await turn(h, id)).party.removed, 1)
  } finally {
    await owner.query('drop table visit')
    await owner.end()
  }
})

it('what somebody writes while it runs is not lost: the plan is made anew, and the row stays', async () => {
  const id = await file(
    csv([
      row({ order: '80', customer: 'L1' }),
      row({ order: '81', customer: 'L2' }),
      row({ order: '82', customer: 'L3' }),
    ]),
    { source: 'live' },
  )
  const of = async (value: string): Promise<number> =>
    (
      await h.house.pool.query(`select party_id from external_id where source = 'live' and value = $1`, [
        value,
      ])
    ).rows[0].party_id
  const other = await h.house.connect()
  try {
    const [edited, bought] = [await of('L1'), await of('L2')]
    await other.query('begin')
    await other.query(`update party set note = 'called', version = version + 1 where party_id = $1`, [edited])
    // As an order of this customer's comes in.
    await other.query('select from party where party_id = $1 for key share', [bought])
    await other.query(
      `insert into orders (party_id, order_id, home_party_id, source, number, kind, ordered_at, currency, line_count, amount_minor, digest, created_at, updated_at)
       values ($1, 5, $1, 'till', 'T1', 'order', now(), 'GBP', 0, 0, 0, now(), now())`,
      [bought],
    )
    await other.query(`insert into order_key values ('till', 'T1', 5, $1)`, [bought])
    const undoing = turn(h, id)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await other.query('commit')
    const report = await undoing
    assert.deepEqual(report.party, { removed: 1, created: 0, changed: 0, left: 2 })
    assert.equal(report.order.removed, 3)
    const { rows } = await h.house.pool.query('select note from party where party_id = $1', [edited])
    assert.deepEqual(rows, [{ note: 'called' }])
  } finally {
    await other.end()
  }
})
