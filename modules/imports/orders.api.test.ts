import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { auditCount, contents, csv, found, inconsistencies, row, take } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())

const none = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 }
const code = (report: { notices: { code: string; count: number }[] }, name: string) =>
  report.notices.find((n) => n.code === name)?.count ?? 0

describe('a retail export with all its dirt', () => {
  const rows = [
    row({ order: '1' }),
    row({ order: '1' }),
    row({ order: '1', code: '71053', price: '3.39' }),
    row({ order: 'C2', qty: -6 }),
    row({ order: '3', qty: -2 }),
    row({ order: '4', customer: '' }),
    row({ order: 'A5', code: 'B', name: 'Adjust bad debt', price: '-11062.06', qty: 1, customer: '' }),
    row({
      order: '6',
      code: 'POST',
      name: 'POSTAGE',
      price: '18',
      qty: 1,
      customer: '12583.0',
      country: 'France',
    }),
    row({ order: '7', customer: '12583.0', country: 'Spain', at: '2011-12-01 08:26:00', price: '0.001' }),
    row({ order: '8', code: '85123a', name: 'item', qty: 0 }),
    row({ order: '9', name: ' ', price: '0' }),
    row({ order: '10', at: '2011-07-01 10:00:00' }),
    row({ order: '11' }),
    row({ order: '10', code: '71053', at: '2011-07-01 10:01:00' }),
    row({ order: '10', at: '2011-07-01 10:00:00' }),
  ]
  test('comes in whole, each odd line under the name of its decision', async () => {
    const report = await take(h, csv(rows))
    assert.deepEqual(report.lines, { ...none, read: 15, created: 15 })
    assert.deepEqual(report.orders, { ...none, read: 11, created: 11 })
    assert.deepEqual(report.parties, { ...none, read: 2, created: 2 })
    assert.deepEqual(report.products, { ...none, read: 5, created: 5 })
    assert.equal(report.sums.net, '-10937.014')
    assert.deepEqual(
      [
        'duplicate_line',
        'cancellation',
        'adjustment',
        'negative_quantity',
        'missing_customer',
        'non_product',
        'two_times',
        'two_countries',
        'codes_by_case',
      ].map((name) => code(report, name)),
      [2, 1, 1, 2, 2, 2, 1, 1, 1],
    )
    assert.deepEqual(await inconsistencies(h), [])
    const kinds = (await contents(h)).map((order) => [order.number, order.kind])
    assert.deepEqual(Object.fromEntries(kinds), {
      1: 'order',
      C2: 'cancellation',
      3: 'return',
      4: 'order',
      A5: 'adjustment',
      6: 'order',
      7: 'order',
      8: 'order',
      9: 'order',
      10: 'order',
      11: 'order',
    })
  })

  test('imported again changes nothing: no row, no version, no record', async () => {
    const [before, audits] = [await contents(h), await auditCount(h)]
    const report = await take(h, csv(rows))
    assert.deepEqual(
      [report.lines.unchanged, report.orders.unchanged, report.parties.unchanged, report.products.unchanged],
      [15, 11, 2, 5],
    )
    assert.deepEqual(await contents(h), before)
    assert.equal(await auditCount(h), audits)
    const { rows: versions } = await h.house.pool.query(
      `select max(version) as v from orders union all select max(version) from party`,
    )
    assert.deepEqual(
      versions.map((one) => one.v),
      [1, 1],
    )
  })

  test('lines in another order, and a name that a person gave meanwhile, are no change either', async () => {
    await h.house.pool.query(
      `update party set name = 'Given by hand' where party_id = (select party_id from external_id where value = '12583')`,
    )
    const report = await take(h, csv(rows.toReversed()))
    assert.deepEqual([report.lines.unchanged, report.parties.unchanged], [15, 2])
    const {
      rows: [party],
    } = await h.house.pool.query(
      `select name from party where party_id = (select party_id from external_id where value = '12583')`,
    )
    assert.equal(party.name, 'Given by hand')
  })

  test('customers are customers since their first order, from the country of their latest', async () => {
    const {
      rows: [role],
    } = await h.house.pool.query(
      `select r.role, r.since, p.country, l.order_count from external_id e join party p using (party_id) join party_role r using (party_id) join party_listed l using (party_id) where e.value = '12583'`,
    )
    assert.deepEqual({ ...role }, { role: 'customer', since: '2010-12-01', country: 'ES', order_count: 2 })
  })

  test('their list rows are written once, with what their orders come to', async () => {
    const { rows } = await h.house.pool.query(
      `select l.party_id, l.xmin = o.xmin and l.xmin = f.xmin and l.cmin = f.cmin as at_once,
         (l.order_count, l.revenue_minor, l.unrated_count, l.first_order_at, l.last_order_at) is not distinct from
           (c.order_count, c.revenue_minor::bigint, c.unrated_count, c.first_order_at, c.last_order_at) as counted,
         (o.order_count, o.revenue_minor, o.last_order_at, o.fresh) is not distinct from
           (l.order_count, l.revenue_minor, l.last_order_at, greatest(l.created_at, l.last_order_at)) as same
       from party_list l join party_own o using (party_id) join party_find f using (party_id) join (
         select party_id, count(*) filter (where kind = 'order') as order_count, sum(base_minor) as revenue_minor,
           count(*) filter (where base_minor is null) as unrated_count, min(ordered_at) filter (where kind = 'order') as first_order_at,
           max(ordered_at) filter (where kind = 'order') as last_order_at
         from orders group by party_id) c using (party_id)`,
    )
    assert.equal(rows.length, 2)
    for (const row of rows)
      assert.deepEqual([row.at_once, row.counted, row.same], [true, true, true], JSON.stringify(row))
  })

  test('orders without a customer are nobody’s: outside lists and counts', async () => {
    const {
      rows: [seen],
    } = await h.house.pool.query(
      `select count(*) filter (where p.kind = 'anonymous') as anonymous, count(l.*) as listed from party p left join party_listed l using (party_id)`,
    )
    assert.equal(seen.listed, 2)
    assert.ok(seen.anonymous >= 1)
  })
})

describe('an order whose lines changed', () => {
  const first = [
    row({ order: '0' }),
    row({ order: 'X1' }),
    row({ order: 'X1', code: '71053', qty: 4, price: '3.39' }),
    row({ order: 'X1', code: '84406B', qty: 8 }),
    row({ order: 'Z9' }),
  ]
  test('is updated as a whole, with what it was in its history', async () => {
    await take(h, csv(first), { source: 'change' })
    const report = await take(
      h,
      csv([
        first[0]!,
        first[1]!,
        row({ order: 'X1', code: '71053', qty: 6, price: '3.39' }),
        row({ order: 'X1', code: '22752', qty: 1 }),
        row({ order: 'X1', code: '22086' }),
        first[4]!,
      ]),
      { source: 'change' },
    )
    assert.deepEqual(report.lines, { read: 6, created: 2, updated: 1, unchanged: 3, rejected: 0 })
    assert.deepEqual(report.orders, { read: 3, created: 0, updated: 1, unchanged: 2, rejected: 0 })
    const {
      rows: [record],
    } = await h.house.pool.query(
      `select a.payload, o.version from audit a join orders o on o.order_id = a.subject_id where a.action = 'orders.updated' and o.number = 'X1' and o.source = 'change'`,
    )
    assert.equal(record.version, 2)
    assert.equal(record.payload.lines[0].line_no, 2)
    assert.equal(Number(record.payload.lines[0].quantity), 4)
    assert.deepEqual(record.payload.added, [4, 5])
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('with as many lines as before: a line whose product was corrected is that line', async () => {
    await take(
      h,
      csv([
        row({ order: 'a' }),
        row({ order: 'b' }),
        row({ order: 'b', code: '22752', qty: 3 }),
        row({ order: 'c' }),
      ]),
      { source: 'pair' },
    )
    const report = await take(
      h,
      csv([
        row({ order: 'a' }),
        row({ order: 'b' }),
        row({ order: 'b', code: '22086', qty: 3 }),
        row({ order: 'c' }),
      ]),
      { source: 'pair' },
    )
    assert.deepEqual(report.lines, { read: 4, created: 0, updated: 1, unchanged: 3, rejected: 0 })
    assert.equal((await contents(h, 'pair'))[1].lines.length, 2)
  })

  test('keeps lines that the file lacks, unless files carry whole orders', async () => {
    await take(
      h,
      csv([
        row({ order: 'a' }),
        row({ order: 'b' }),
        row({ order: 'b', code: '22752' }),
        row({ order: 'c' }),
      ]),
      { source: 'whole' },
    )
    const less = csv([row({ order: 'a' }), row({ order: 'b' }), row({ order: 'c' })])
    const kept = await take(h, less, { source: 'whole' })
    assert.deepEqual([kept.orders.updated, kept.lines.unchanged], [0, 3])
    const whole = await take(h, less, { source: 'whole', options: { whole_orders: true } })
    assert.deepEqual([whole.orders.updated, whole.lines.unchanged, code(whole, 'removed_lines')], [1, 3, 1])
    assert.equal((await contents(h, 'whole'))[1].lines.length, 1)
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('a damaged line does not remove what it stands for', async () => {
    const rows = [
      row({ order: 'a' }),
      row({ order: 'b' }),
      row({ order: 'b', code: '22752' }),
      row({ order: 'c' }),
    ]
    await take(h, csv(rows), { source: 'damaged' })
    const report = await take(
      h,
      csv([rows[0]!, rows[1]!, row({ order: 'b', code: '22752', price: 'n/a' }), rows[3]!]),
      { source: 'damaged', options: { whole_orders: true } },
    )
    assert.deepEqual([report.lines.rejected, report.orders.updated], [1, 0])
    assert.equal((await contents(h, 'damaged'))[1].lines.length, 2)
  })
})

describe('an order and its customer', () => {
  test('an order that gains a customer, or gets another, moves to them and keeps its home', async () => {
    const at = (customer: string) =>
      csv([
        row({ order: 'm0' }),
        row({ order: 'm1', customer }),
        row({ order: 'm1', code: '71053', customer }),
        row({ order: 'm2' }),
      ])
    await take(h, at(''), { source: 'move' })
    const gained = await take(h, at('501'), { source: 'move' })
    assert.deepEqual(
      [gained.orders.updated, gained.lines.updated, gained.parties.created, code(gained, 'moved')],
      [1, 2, 1, 1],
    )
    const other = await take(h, at('502'), { source: 'move' })
    assert.deepEqual([other.orders.updated, code(other, 'moved')], [1, 1])
    const {
      rows: [order],
    } = await h.house.pool.query(
      `select p.name, o.home_party_id <> o.party_id as away, (select kind from party where party_id = o.home_party_id) as home
       from orders o join party p using (party_id) where o.source = 'move' and o.number = 'm1'`,
    )
    assert.deepEqual({ ...order }, { name: '502', away: true, home: 'anonymous' })
    assert.deepEqual(await inconsistencies(h), [])
    const same = await take(h, at('502'), { source: 'move' })
    assert.deepEqual([same.orders.unchanged, same.lines.unchanged], [3, 4])
  })

  test('two customers, or two currencies, in one order: the first counts, the others’ lines are turned back', async () => {
    const header = 'order no,date,sku,qty,price,currency,customer id'
    const report = await take(
      h,
      csv(
        [
          't1,2024-03-05,A,1,10,USD,c1',
          't1,2024-03-05,B,1,10,USD,c2',
          't2,2024-03-05,A,1,10,USD,c1',
          't2,2024-03-05,A,1,10,EUR,c1',
          't3,2024-03-05,Z,1,10,EUR,c3',
        ],
        header,
      ),
      { source: 'two' },
    )
    assert.deepEqual(report.lines, { read: 5, created: 3, updated: 0, unchanged: 0, rejected: 2 })
    assert.deepEqual(report.parties, { read: 3, created: 2, updated: 0, unchanged: 0, rejected: 1 })
    assert.deepEqual(report.products.created, 2)
    assert.deepEqual(
      report.reasons.map((r) => [r.code, r.lines, r.first_line, r.value]),
      [
        ['two_customers', 1, 3, 'c2'],
        ['two_currencies', 1, 5, 'EUR'],
      ],
    )
    assert.deepEqual(report.sums.by_currency, [
      { currency: 'EUR', net: '10', rejected: '10' },
      { currency: 'USD', net: '20', rejected: '10' },
    ])
  })

  test('a newer file tells about a customer, an older one does not', async () => {
    const header = 'order no,date,sku,qty,price,customer id,customer name,country,email'
    const line = (n: string, at: string, name: string, email = '') =>
      `${n},${at},A,1,10,k1,${name},CN,${email}`
    await take(h, csv([line('n1', '2024-05-01', 'Old Name Ltd')], header), { source: 'names' })
    const newer = await take(h, csv([line('n2', '2024-06-01', 'New Name Ltd', 'a@b.cn')], header), {
      source: 'names',
    })
    const older = await take(h, csv([line('n0', '2023-06-01', 'Oldest Ltd')], header), { source: 'names' })
    assert.deepEqual([newer.parties.updated, older.parties.updated, older.parties.unchanged], [1, 0, 1])
    const {
      rows: [party],
    } = await h.house.pool.query(
      `select p.name, p.kind, p.version, k.value, a.payload from external_id e join party p using (party_id) join contact_point k using (party_id)
       join audit a on a.party_id = p.party_id and a.action = 'parties.updated' where e.source = 'names'`,
    )
    assert.deepEqual(
      { ...party },
      {
        name: 'New Name Ltd',
        kind: 'organisation',
        version: 2,
        value: 'a@b.cn',
        payload: { name: 'Old Name Ltd' },
      },
    )
  })
})

describe('a dry run', () => {
  test('shows what would be, and writes nothing', async () => {
    await take(h, csv([row({ order: 'd1' }), row({ order: 'd2' }), row({ order: 'd3' })]), { source: 'dry' })
    const before = await h.house.pool.query(
      `select (select count(*) from audit) as a, (select count(*) from order_line) as l, (select count(*) from import) as i, (select count(*) from product) as p, (select count(*) from party) as c`,
    )
    const report = await take(
      h,
      csv([
        row({ order: 'd1' }),
        row({ order: 'd2', qty: 9, customer: 'new' }),
        row({ order: 'd3' }),
        row({ order: 'd4', code: 'NEW' }),
        row({ order: 'd5', price: 'x' }),
      ]),
      { source: 'dry', dry_run: true },
    )
    assert.deepEqual(report.lines, { read: 5, created: 1, updated: 1, unchanged: 2, rejected: 1 })
    assert.deepEqual(report.orders, { read: 5, created: 1, updated: 1, unchanged: 2, rejected: 1 })
    assert.deepEqual([report.parties.created, report.products.created], [1, 1])
    const now = await h.house.pool.query(
      `select (select count(*) from audit) as a, (select count(*) from order_line) as l, (select count(*) from import) as i, (select count(*) from product) as p, (select count(*) from party) as c`,
    )
    assert.deepEqual(now.rows, before.rows)
  })
})

describe('the first orders of a house', () => {
  test('settle the base currency that nobody chose, and count in it at once', async () => {
    const own = await testHouse(modules)
    try {
      await own.house.pool.query(
        `insert into unit (unit_id, kind, parent_id, name, created_at) values (1, 'headquarters', null, 'HQ', now());
         insert into setting (key, value) values ('base_currency', '"CNY"'), ('base_currency_guessed', 'true'), ('time_zone', '"Asia/Shanghai"')`,
      )
      const seen = await take(own, csv([row({ order: '1' })]), { dry_run: true })
      assert.equal(code(seen, 'no_rate'), 0)
      await take(own, csv([row({ order: '1' })]))
      const { rows } = await own.house.pool.query(
        `select (select value from setting where key = 'base_currency') as base, sum(revenue_minor) as revenue from party_listed`,
      )
      assert.deepEqual([rows[0].base, rows[0].revenue], ['GBP', 1530])
      const other = await take(
        own,
        csv(['2,2024-01-01,A,1,10,USD,k'], 'order no,date,sku,qty,price,currency,customer id'),
      )
      assert.equal(code(other, 'no_rate'), 1)
    } finally {
      await own.close()
    }
  })
})
