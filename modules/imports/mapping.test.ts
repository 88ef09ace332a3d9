import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { guessAll, guessKind, guessMapping, guessOptions } from './mapping.ts'
import { kinds, missingTargets, targetsOf, wrongTargets } from './targets.ts'

const guessed = (kind: 'orders' | 'parties' | 'products', header: string, ...rows: string[]) =>
  guessAll(
    kind,
    header.split(','),
    rows.map((row) => row.split(',')),
  ).mapping.columns.join(',')

const uci = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

test('order exports of many systems are understood from their headers', () => {
  const cases: [string, string][] = [
    [uci, 'order_number,product_code,product_name,quantity,ordered_at,unit_price,customer_id,country'],
    [
      'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country',
      'order_number,product_code,product_name,quantity,ordered_at,unit_price,customer_id,country',
    ],
    [
      '订单号,下单时间,客户编号,客户名称,手机号,商品编码,商品名称,数量,单价,金额',
      'order_number,ordered_at,customer_id,customer_name,customer_phone,product_code,product_name,quantity,unit_price,line_amount',
    ],
    [
      '单据编号,单据日期,购货单位,物料编码,物料名称,规格型号,数量,含税单价,价税合计,业务员',
      'order_number,ordered_at,customer_name,product_code,product_name,line_description,quantity,unit_price,line_amount,',
    ],
    [
      'ORDER_ID,order date,sku,qty,Unit Price (GBP),e-mail',
      'order_number,ordered_at,product_code,quantity,unit_price,customer_email',
    ],
    [
      '会员号,销售单号,销售日期,货号,品名,销售数量,售价,门店',
      'customer_id,order_number,ordered_at,product_code,product_name,quantity,unit_price,store',
    ],
    [
      '买家会员名,买家实付,订单编号,订单创建时间,宝贝标题,宝贝数量,收货人姓名,联系手机,订单状态',
      'customer_id,line_amount,order_number,ordered_at,product_name,quantity,customer_name,customer_phone,status',
    ],
  ]
  for (const [header, expected] of cases) assert.equal(guessed('orders', header), expected, header)
})

test('customer and product lists are understood too', () => {
  assert.equal(
    guessed(
      'parties',
      '客户编号,客户名称,类型,手机号,邮箱,微信,地址,城市,标签,客户经理,部门,备注',
      'K1,华东机电,企业,13800000000,a@b.cn,wx1,路1号,上海,重点,wang@x.cn,华东,好',
    ),
    'external_id,name,kind,phone,email,wechat,address,city,tags,owner_email,unit,note',
  )
  assert.equal(
    guessed('parties', 'ID,Full Name,Company,E-mail,Mobile,City,Country,Tags'),
    'external_id,name,organisation,email,phone,city,country,tags',
  )
  assert.equal(
    guessed('products', '商品编码,商品名称,商品分类,成本价,计量单位'),
    'code,name,category,unit_cost,unit',
  )
  assert.equal(
    guessed('products', 'SKU,Title,Product Type,Cost per item,Currency'),
    'code,name,category,unit_cost,currency',
  )
})

test('the values tell where headers do not', () => {
  const guesses = guessMapping(
    'orders',
    ['a', 'b', 'c', 'd'],
    [
      ['x1', '2024-03-05 10:00', 'wang@x.cn', '13800000000'],
      ['x2', '2024-03-06 11:00', 'li@x.cn', '13900000000'],
    ],
  )
  assert.deepEqual(
    [guesses[1]?.target, guesses[2]?.target, guesses[3]?.target],
    ['ordered_at', 'customer_email', 'customer_phone'],
  )
  assert.equal(guesses[1]?.why, 'values')
  assert.ok(guesses[1]!.confidence < 0.7)
})

test('an owner’s name is not taken for an address', () => {
  assert.equal(guessed('parties', '姓名,负责人', '陈建国,王敏'), 'name,')
  assert.equal(guessed('parties', '姓名,负责人', '陈建国,wang@x.cn'), 'name,owner_email')
})

test('the kind of a file shows in its headers', () => {
  assert.equal(guessKind(uci.split(',')), 'orders')
  assert.equal(guessKind('订单号,下单时间,客户,数量,单价'.split(',')), 'orders')
  assert.equal(guessKind('姓名,手机,邮箱,标签'.split(',')), 'parties')
  assert.equal(guessKind('Name,Email,Phone,City'.split(',')), 'parties')
  assert.equal(guessKind('商品编码,商品名称,成本价'.split(',')), 'products')
  assert.equal(guessKind('SKU,Title,Cost'.split(',')), 'products')
  assert.equal(guessKind('foo,bar'.split(',')), undefined)
})

test('the retail export brings its zone, currency and codes; others their date order and decimal mark', () => {
  const known = guessAll('orders', uci.split(','), [])
  assert.equal(known.preset, 'uci_online_retail')
  assert.deepEqual(
    [known.options.zone, known.options.currency, known.options.product_pattern],
    ['Europe/London', 'GBP', '^\\d{5}'],
  )
  const coded = (...codes: string[]) =>
    guessAll(
      'orders',
      uci.split(','),
      codes.map((code, i) => [String(i), code, 'x', '1', '1/12/2010 8:26', '2.5', '17850', 'France']),
    ).options
  assert.equal(coded('85123A', '71053', '84406B', 'POST', 'M').product_pattern, '^\\d{5}')
  const theirs = coded('SKU-12', 'M', 'SKU-14', '85123A')
  assert.deepEqual([theirs.product_pattern, theirs.currency, theirs.zone], [null, 'GBP', 'Europe/London'])
  assert.ok(!theirs.adjustment_codes.includes('M'), 'M may be a size there')
  const other = guessOptions(['d', 'p'], [['13/2/2024', '1,50']], ['ordered_at', 'unit_price'])
  assert.deepEqual(
    [other.options.date_order, other.options.decimal_mark, other.date_order_certain],
    ['dmy', ',', true],
  )
  const asked = guessOptions(['d'], [['3/2/2024']], ['ordered_at'])
  assert.equal(asked.date_order_certain, false)
  assert.equal(
    guessOptions(['d'], [['3/2/2024']], ['ordered_at'], { date_order: 'dmy' }).date_order_certain,
    true,
  )
})

test('traditional headers mean what simplified ones do', () => {
  const { mapping, missing } = guessAll(
    'orders',
    ['訂單編號', '下單時間', '客戶名稱', '商品編號', '數量', '單價'],
    [],
  )
  assert.deepEqual(missing, [])
  assert.deepEqual(mapping.columns, [
    'order_number',
    'ordered_at',
    'customer_name',
    'product_code',
    'quantity',
    'unit_price',
  ])
  assert.equal(guessKind(['客戶編號', '名稱', '電話', '地址']), 'parties')
})

test('a letter before an order number means something only where the others are digits', () => {
  const prefixes = (...numbers: string[]) => {
    const { cancel_prefix, adjust_prefix } = guessOptions(
      ['n'],
      numbers.map((number) => [number]),
      ['order_number'],
    ).options
    return [cancel_prefix, adjust_prefix]
  }
  assert.deepEqual(prefixes('A1001', 'A1002', 'A1003'), ['', ''])
  assert.deepEqual(prefixes('C1001', 'X1002', '17'), ['', ''])
  assert.deepEqual(prefixes('536365', 'C536379', '536366', ''), ['C', 'A'])
  assert.deepEqual(prefixes(), ['C', 'A'])
  const said = guessOptions(['n'], [['A1']], ['order_number'], { adjust_prefix: 'A' }).options
  assert.deepEqual([said.cancel_prefix, said.adjust_prefix], ['', 'A'])
  assert.equal(guessAll('orders', uci.split(','), [['C1', '85123A']]).options.cancel_prefix, 'C')
})

test('no target is given twice, and only those of the kind', () => {
  const header = fc.oneof(
    fc.string({ maxLength: 10 }),
    fc.constantFrom('订单号', '数量', 'Date', 'Email', '客户', 'Name', 'id', '备注', 'price', '单价'),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.array(header, { maxLength: 15 }),
      fc.array(fc.array(fc.string({ maxLength: 8 }), { maxLength: 15 }), { maxLength: 4 }),
      (kind, headers, rows) => {
        const targets = Object.values(guessMapping(kind, headers, rows)).map((g) => g.target)
        assert.equal(new Set(targets).size, targets.length)
        for (const target of targets) assert.ok(targetsOf[kind].includes(target))
      },
    ),
  )
})

test('a mapping that lacks what its kind needs, or names it twice, is told so', () => {
  const { mapping } = guessAll('orders', ['订单号', '数量'], [])
  assert.deepEqual(missingTargets(mapping), [['ordered_at'], ['unit_price', 'line_amount']])
  assert.deepEqual(wrongTargets({ ...mapping, columns: ['order_number', 'order_number', 'name'] }), [
    'order_number',
    'name',
  ])
})
