import assert from 'node:assert/strict'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Refusal } from '../../kernel/refuse.ts'
import { guessAll } from './mapping.ts'
import { openSource } from './reader/source.ts'
import { reasonTexts } from './reasons.text.ts'
import { copyText } from './rows/cells.ts'
import { compileRow, isRejected, type OrderRow, type PartyRow, type ProductRow } from './rows.ts'
import { bitOf, policies } from './rules.ts'
import type { Kind, MappingOptions } from './targets.ts'
import { decimalText, ExactSum } from './values/numbers.ts'

const compiled = (kind: Kind, header: string, base: Partial<MappingOptions> = {}) =>
  compileRow(kind, guessAll(kind, header.split(','), [], base).mapping)
const order = (header: string, row: string, base?: Partial<MappingOptions>) => {
  const result = compiled('orders', header, base).read(row.split(','))
  return isRejected(result) ? result.map((r) => `${r.field}:${r.code}`).join() : (result as OrderRow)
}
const taken = <R>(result: R | string): R => {
  assert.notEqual(typeof result, 'string', String(result))
  return result as R
}
const short = '订单号,下单时间,客户编号,数量,单价'

test('the retail sample is read without losing a line, and every decision is counted', async () => {
  const source = await openSource(
    fileURLToPath(new URL('./fixtures/online_retail.sample.csv', import.meta.url)),
  )
  const reader = compileRow('orders', guessAll('orders', source.headers, source.sample).mapping)
  const counts = new Map<string, number>()
  const orders = new Set<string>()
  const customers = new Set<string>()
  const sum = new ExactSum()
  let lines = 0
  for await (const batch of source.batches()) {
    for (const fields of batch.rows) {
      const row = reader.read(fields)
      assert.ok(!isRejected(row), JSON.stringify(row))
      lines++
      orders.add(row.order_number)
      if (row.customer_id) customers.add(row.customer_id)
      sum.add(row.quantity_e4, row.unit_price_micro)
      for (const policy of policies)
        if (row.flags & bitOf[policy]) counts.set(policy, (counts.get(policy) ?? 0) + 1)
    }
  }
  assert.deepEqual(
    [lines, orders.size, customers.size, decimalText(sum.value, 10)],
    [144, 49, 25, '-7048.298'],
  )
  assert.deepEqual(Object.fromEntries(counts), {
    id_decimal_zero: 123,
    cancellation: 9,
    adjustment: 3,
    negative_quantity: 13,
    zero_price: 8,
    negative_price: 2,
    missing_customer: 21,
    missing_description: 8,
    non_product: 17,
    country_unnamed: counts.get('country_unnamed'),
  })
  assert.deepEqual(
    [source.detected.delimiter, source.detected.line_ending, source.detected.has_header],
    [',', 'crlf', true],
  )
})

test('a line becomes exact integers, UTC and plain ids', () => {
  const row = taken(order(short, 'S1,2024-03-05 14:30,17850.0,2.5,￥1 234.56'))
  assert.equal(row.ordered_at, '2024-03-05T06:30:00.000Z')
  assert.deepEqual(
    [row.customer_id, row.quantity_e4, row.unit_price_micro, row.amount_minor],
    ['17850', 25_000, 1_234_560_000, 308_640],
  )
  assert.deepEqual(
    [row.currency, row.order_kind, row.line_kind, row.flags],
    ['CNY', 'order', 'product', bitOf.id_decimal_zero],
  )
})

test('a line that gives its amount only gets its price from it', () => {
  const row = taken(order('订单号,日期,数量,金额', '1,2024-03-05,3,10'))
  assert.deepEqual([row.unit_price_micro, row.amount_minor, row.flags], [3_333_333, 1000, bitOf.rounded])
  const whole = taken(order('订单号,日期,金额', '1,2024-03-05,99.90'))
  assert.deepEqual(
    [whole.quantity_e4, whole.unit_price_micro, whole.amount_minor],
    [10_000, 99_900_000, 9_990],
  )
  const back = taken(order('订单号,日期,数量,金额', '1,2024-03-05,-3,-10'))
  assert.equal(back.unit_price_micro, 3_333_333)
})

test('minor units follow the currency', () => {
  const amounts = ['JPY', 'KWD', 'CNY'].map(
    (c) => taken(order('订单号,日期,数量,单价,币种', `1,2024-03-05,1,12.5,${c}`)).amount_minor,
  )
  assert.deepEqual(amounts, [12, 12_500, 1_250])
})

test('a record is refused with all its reasons, and mending it is enough', () => {
  assert.equal(
    order(short, ',x,1,y,z'),
    'order_number:missing_order_number,ordered_at:bad_date,quantity:bad_quantity,unit_price:bad_price',
  )
  assert.equal(order(short, '1,2024-03-05,1,,'), 'quantity:bad_quantity,unit_price:bad_price')
  assert.equal(order(short, '1,2024-03-05,1'), 'null:ragged')
  assert.equal(order(short, '1,2024-03-05,1,2,3,4'), 'null:ragged')
  assert.equal(order(short, '2.0101E+11,2024-03-05,1,2,3'), 'order_number:damaged_id')
  assert.equal(order(`${short},币种`, '1,2024-03-05,1,2,3,XQZ'), 'currency:unknown_currency')
  assert.equal(order(short, `${'9'.repeat(300)},2024-03-05,1,2,3`), 'order_number:too_long')
  taken(order(short, '1,2024-03-05,1,2,3,,'))
  const reader = compiled('orders', short)
  assert.ok(isRejected(reader.read(['1', 'x', '1', '2', '3'])))
  assert.ok(!isRejected(reader.read(['1', '2024-03-05', '1', '2', '3'])))
  assert.ok(isRejected(reader.read(['1', 'x', '1', '2', '3'])))
})

test('an unusable contact costs the line only where nothing else names the customer', () => {
  const header = '订单号,日期,数量,单价,客户编号,邮箱,手机号'
  const kept = taken(order(header, '1,2024-03-05,1,2,K1,nope,123'))
  assert.deepEqual(
    [kept.customer_email, kept.customer_phone, kept.flags],
    [null, null, bitOf.contact_unusable],
  )
  assert.equal(order(header, '1,2024-03-05,1,2,,nope,'), 'customer_email:bad_email')
  assert.equal(
    taken(order(header, '1,2024-03-05,1,2,,A@X.cn,0086 138 0000 0000')).customer_phone,
    '+8613800000000',
  )
  assert.equal(taken(order(header, '1,2024-03-05,1,2,,,')).flags, bitOf.missing_customer)
})

test('equal content has one hash in every run, and any change another', () => {
  const hash = (row: string) => taken(order(short, row)).hash
  const first = hash('1,2024-03-05 14:30,K1,2,3')
  assert.equal(first, 7_356_224_938_268_066)
  assert.equal(hash('1, 2024/3/5 14:30:00 ,K1,2.00,￥3'), first)
  const others = [
    '2,2024-03-05 14:30,K1,2,3',
    '1,2024-03-05 14:31,K1,2,3',
    '1,2024-03-05 14:30,K2,2,3',
    '1,2024-03-05 14:30,K1,3,2',
    '1,2024-03-05 14:30,,2,3',
    '1,2024-03-05 14:30,K1,2,3.000001',
  ]
  assert.equal(new Set([first, ...others.map(hash)]).size, others.length + 1)
})

test('hashes of many rows do not collide and fit 53 bits', () => {
  const reader = compiled('orders', short)
  const seen = new Set<number>()
  for (let i = 0; i < 200_000; i++) {
    const row = reader.read([String(i >> 3), '2024-03-05', 'K', String(i & 7), '1'])
    assert.ok(!isRejected(row) && Number.isSafeInteger(row.hash) && row.hash >= 0)
    seen.add(row.hash)
  }
  assert.equal(seen.size, 200_000)
})

test('parties: several contacts, words of both languages, normalised', () => {
  const header = '客户编号,姓名,类型,手机,邮箱,微信号,国家,角色,标签,语言,偏好渠道'
  const row = compiled('parties', header).read(
    '10.0, 陈  建国 ,个人,138-0000-0000/021-68888888,A@X.cn；b@x.cn,chen_1,中国,客户、KOL,重点；华东,中文,微信'.split(
      ',',
    ),
  ) as PartyRow
  assert.deepEqual(
    { ...row, hash: 0 },
    {
      external_id: '10',
      name: '陈 建国',
      kind: 'person',
      emails: ['a@x.cn', 'b@x.cn'],
      phones: ['+8613800000000', '+862168888888'],
      wechat: 'chen_1',
      address: null,
      country: 'CN',
      country_text: null,
      city: null,
      market_roles: ['customer', 'influencer'],
      tags: ['重点', '华东'],
      owner_email: null,
      unit: null,
      language: 'zh-CN',
      channel_preference: 'wechat',
      organisation: null,
      title: null,
      since: null,
      until: null,
      note: null,
      custom: null,
      custom_keys: null,
      custom_refs: null,
      flags: bitOf.id_decimal_zero,
      hash: 0,
    },
  )
})

test('parties: what cannot be read turns the row back, what says nothing is empty', () => {
  const reader = compiled('parties', '姓名,手机,邮箱,角色,微信号')
  const codes = (row: string) => {
    const result = reader.read(row.split(','))
    return isRejected(result) ? result.map((r) => r.code).join() : 'taken'
  }
  assert.equal(codes('王敏,12,nope,经理,微信'), 'bad_email,bad_phone,bad_wechat,unknown_role')
  assert.equal(codes(',,,,'), 'missing_name')
  assert.equal(codes('王敏,无,-,N/A,'), 'taken')
})

test('products: category path and cost', () => {
  const reader = compiled('products', '商品编码,商品名称,商品分类,成本价,计量单位')
  const row = reader.read(['PX-40', '轴套', '备件 / 泵 > 轴套', '8.20元', '个']) as ProductRow
  assert.deepEqual(
    [row.category, row.unit_cost_micro, row.currency, row.unit],
    [['备件', '泵', '轴套'], 8_200_000, 'CNY', '个'],
  )
  const bad = reader.read(['', '', '', '-1', ''])
  assert.deepEqual(isRejected(bad) && bad.map((r) => r.code), ['missing_code', 'missing_name', 'bad_cost'])
})

test('a mapping that cannot run is refused before the first line', () => {
  const refused = (run: () => unknown) => {
    try {
      run()
    } catch (error) {
      if (error instanceof Refusal) return error.code
    }
    return 'taken'
  }
  const { mapping } = guessAll('orders', short.split(','), [])
  const withOptions = (options: Partial<MappingOptions>) => ({
    ...mapping,
    options: { ...mapping.options, ...options },
  })
  assert.equal(
    refused(() => compileRow('orders', { ...mapping, columns: ['order_number'] })),
    'imports.columns_missing',
  )
  assert.equal(
    refused(() => compileRow('orders', mapping, 3)),
    'imports.columns_wrong',
  )
  assert.equal(
    refused(() => compileRow('orders', withOptions({ zone: 'Mars' }))),
    'imports.unknown_zone',
  )
  assert.equal(
    refused(() => compileRow('orders', withOptions({ product_pattern: '(a+)+' }))),
    'imports.bad_pattern',
  )
})

test('COPY text comes back as written', () => {
  const back = (text: string) =>
    text.replace(
      /\\(.)/g,
      (_, c: string) => ({ t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', v: '\v', '\\': '\\' })[c] ?? `?${c}`,
    )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\\', '\t', '\n', '\r', 'N', '.', '\b', '\v', '中') }),
      (text) => {
        const written = copyText(text)
        assert.ok(!/[\t\n\r]/.test(written) && written !== '\\N')
        assert.equal(back(written), text)
      },
    ),
  )
})

test('no cell, whatever it holds, makes the reader throw', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom(
      '1',
      '2024-03-05',
      '-',
      '￥',
      '1e5',
      '(',
      '٣',
      '½',
      '1.2万',
      '一',
      '𠮷',
      '\u0000',
      '99999999999999999999',
    ),
  )
  const readers = [
    compiled('orders', `${short},币种,国家,邮箱,手机号,行号,单位成本,状态`),
    compiled('parties', '姓名,手机,邮箱,角色,微信号,国家,类型,语言,偏好渠道,标签,客户编号,备注'),
    compiled('products', '商品编码,商品名称,商品分类,成本价,计量单位,币种'),
  ]
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 12, maxLength: 12 }),
      fc.constantFrom(...readers),
      (cells, reader) => {
        const width = reader === readers[2] ? 6 : 12
        const result = reader.read(cells.slice(0, width))
        if (isRejected(result)) for (const { code } of result) assert.ok(reasonTexts[code])
      },
    ),
    { numRuns: 3000 },
  )
})

test('a line reads the same, whatever was read before it', () => {
  const header = `${short},商品编码,商品名称`.split(',')
  const reader = () => compileRow('orders', guessAll('orders', header, []).mapping)
  const cells = fc.tuple(
    fc.constantFrom('A1', ' A1', 'A2', '', '运费', '#N/A', 'x'.repeat(201)),
    fc.constantFrom('灯', '灯 ', '台灯', '', '#REF!'),
    fc.constantFrom('9.5', '-1'),
  )
  fc.assert(
    fc.property(fc.array(cells, { minLength: 1, maxLength: 40 }), (lines) => {
      const one = reader()
      for (const [code, name, price] of lines) {
        const fields = ['S1', '2024-03-05', 'K1', '2', price, code, name]
        // Of the product only its words are kept from line to line.
        const plain = (row: ReturnType<typeof one.read>) =>
          isRejected(row) ? row : { ...row, product: { ...row.product, wording: null } }
        assert.deepEqual(plain(one.read(fields)), plain(reader().read(fields)))
      }
    }),
    { numRuns: 200 },
  )
})
