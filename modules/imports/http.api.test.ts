import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ApiError } from '../../kernel/client.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { codeOf } from '../parties/testing.ts'
import { type Import, imports } from './contract.ts'
import { upload } from './serving/service.ts'
import { contents, csv, found, inconsistencies, row } from './testing.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await found(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})

const api = (played?: Parameters<TestHouse['as']>[0]) => h.as(played).api(imports)
const until = async (id: number, states: Import['state'][]): Promise<Import> => {
  for (let i = 0; i < 300; i++) {
    const one = await api().get({ params: { id } })
    if (states.includes(one.state)) return one
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(
    `import ${id} never became ${states.join()}: ${(await api().get({ params: { id } })).state}`,
  )
}
const put = (id: number, content: string | Buffer) => api().upload({ params: { id }, stream: content })
const rows = [row({ order: 'h1' }), row({ order: 'h2', price: 'x' }), row({ order: 'h3', customer: '' })]

describe('an import over HTTP', () => {
  let one: Import
  test('is announced, sent and found out: encoding, columns, options', async () => {
    const made = await api().create({ body: { file_name: 'orders.csv', source: 'http' } })
    assert.deepEqual([made.state, made.detected, made.missing.length], ['uploading', null, 4])
    one = await put(made.id, csv(rows))
    assert.deepEqual(
      [one.state, one.kind, one.source, one.detected?.preset, one.missing],
      ['uploaded', 'orders', 'http', 'uci_online_retail', []],
    )
    assert.equal(one.file_sha256?.length, 64)
    assert.equal(one.file_bytes, csv(rows).length)
    assert.deepEqual(one.detected?.sample[0]?.[0], 'h1')
    assert.equal(one.read_options.zone, 'Europe/London')
  })

  test('may be mapped otherwise, against the version that was read', async () => {
    const columns = [...one.columns]
    columns[2] = null
    const next = await api().update({
      params: { id: one.id },
      body: { columns, read_options: { currency: 'EUR' } },
      if_match: `"${one.version}"`,
    })
    assert.deepEqual(
      [next.columns[2], next.read_options.currency, next.version],
      [null, 'EUR', one.version + 1],
    )
    assert.equal(
      await codeOf(api().update({ params: { id: one.id }, body: { columns: [] } })),
      'imports.columns_wrong',
    )
    assert.equal(
      await codeOf(
        api().update({
          params: { id: one.id },
          body: { columns: one.columns.map(() => 'quantity' as const) },
        }),
      ),
      'imports.columns_wrong',
    )
    assert.equal(
      await codeOf(
        api().update({ params: { id: one.id }, body: { read_options: { zone: 'Mars/Olympus' } } }),
      ),
      'imports.unknown_zone',
    )
    assert.equal(
      await codeOf(api().update({ params: { id: one.id }, body: {}, if_match: '"1"' })),
      'kernel.version_changed',
    )
    await api().update({
      params: { id: one.id },
      body: { columns: one.columns, read_options: { currency: 'GBP' } },
    })
  })

  test('shows what it would do, and has done nothing', async () => {
    await api().preview({ params: { id: one.id } })
    const seen = await until(one.id, ['previewed'])
    assert.deepEqual(seen.preview?.lines, { read: 3, created: 2, updated: 0, unchanged: 0, rejected: 1 })
    assert.deepEqual(
      seen.preview?.orders_sample.created.map((o) => [o.line, o.key, o.amount_minor]),
      [
        [2, 'h1', 1530],
        [4, 'h3', 1530],
      ],
    )
    assert.equal(seen.preview?.rejects_sample[0]?.reasons[0]?.code, 'bad_price')
    assert.deepEqual(await contents(h, 'http'), [])
  })

  test('runs, reports, keeps its rejects and forgets its file', async () => {
    const started = await api().run({ params: { id: one.id } })
    // The worker may have taken it before the answer was read.
    assert.ok(['waiting', 'running', 'done'].includes(started.state), started.state)
    assert.equal(await codeOf(api().run({ params: { id: one.id } })), 'imports.wrong_state')
    const done = await until(one.id, ['done'])
    assert.deepEqual(done.report?.lines, { read: 3, created: 2, updated: 0, unchanged: 0, rejected: 1 })
    assert.equal(done.report?.sums.net, '30.6')
    assert.equal(done.rejects, 1)
    const { items } = await api().rejects({ params: { id: one.id } })
    assert.deepEqual(
      items.map((r) => [r.line, r.reasons[0]?.message]),
      [[3, 'The unit price is not a number']],
    )
    const {
      rows: [left],
    } = await h.house.pool.query('select count(*) as n from import_chunk')
    assert.equal(left.n, 0)
    const file = await h.as().send({
      method: 'GET',
      url: `/api/v1/imports/${one.id}/rejects.csv`,
      headers: { 'accept-language': 'zh-CN' },
    })
    assert.match(file.headers.get('content-disposition') ?? '', /orders\.rejects\.csv/)
    assert.match(await file.text(), /单价不是数字/)
    assert.equal(await codeOf(api().remove({ params: { id: one.id } })), 'imports.wrong_state')
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('is listed, the latest first', async () => {
    const { items } = await api().list({ query: { limit: 1 } })
    assert.deepEqual(
      items.map((i) => [i.id, i.report?.lines.created]),
      [[one.id, 2]],
    )
  })

  test('in one request, from gzip: guessed, run, unchanged the second time', async () => {
    const send = () =>
      api().file({
        query: { file_name: 'o.csv.gz', source: 'http', kind: 'orders' },
        stream: gzipSync(csv(rows)),
      })
    const done = await until((await send()).id, ['done'])
    assert.deepEqual(done.report?.lines, { read: 3, created: 0, updated: 0, unchanged: 2, rejected: 1 })
  })

  test('repeated under one key has one effect; another file under it is refused', async () => {
    const send = (content: string) =>
      api().file({
        query: { file_name: 'o.csv', source: 'once', run: false },
        stream: content,
        idempotency_key: 'k-1',
      })
    const first = await send(csv(rows))
    assert.equal((await send(csv(rows))).id, first.id)
    assert.equal(await codeOf(send(csv(rows.slice(1)))), 'kernel.key_reused')
    const {
      rows: [made],
    } = await h.house.pool.query(`select count(*) as n from import where source = 'once'`)
    assert.equal(made.n, 1)
  })

  test('that is cancelled leaves nothing behind and may be run again', async () => {
    const many = csv(
      Array.from({ length: 60_000 }, (_, i) => row({ order: `c${i >> 2}`, code: String(i % 977) })),
    )
    const made = await api().create({ body: { file_name: 'many.csv', source: 'cancel' } })
    await put(made.id, many)
    await api().run({ params: { id: made.id } })
    await api().cancel({ params: { id: made.id } })
    const stopped = await until(made.id, ['cancelled', 'done'])
    assert.equal(stopped.state, 'cancelled')
    assert.deepEqual(await contents(h, 'cancel'), [])
    await api().run({ params: { id: made.id } })
    assert.equal((await until(made.id, ['done'])).report?.lines.created, 60_000)
  })

  test('a broken upload leaves the import waiting for its file', async () => {
    const made = await api().create({ body: { file_name: 'broken.csv' } })
    let asked = 0
    const broken = new Readable({
      read() {
        if (asked++ === 0) this.push(csv(rows).slice(0, 100))
        else this.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' }))
      },
    })
    const params = { id: made.id }
    await assert.rejects(upload(h.ctx(), { params, query: {}, body: undefined, stream: broken }), {
      code: 'imports.broken_upload',
    })
    assert.equal((await api().get({ params: { id: made.id } })).state, 'uploading')
    assert.equal((await put(made.id, csv(rows))).state, 'uploaded')
    await api().remove({ params: { id: made.id } })
    assert.equal(await codeOf(api().get({ params: { id: made.id } })), 'kernel.not_found')
  })
})

describe('a preview of changes', () => {
  const seen = async (content: string, source: string, kind: Import['kind'] = 'orders') => {
    const made = await api().create({ body: { file_name: 'p.csv', source, kind } })
    await put(made.id, content)
    await api().preview({ params: { id: made.id } })
    const { preview } = await until(made.id, ['previewed', 'uploaded'])
    return preview!
  }
  const taken = async (content: string, source: string, kind: Import['kind'] = 'orders') => {
    const { id } = await api().file({ query: { file_name: 'p.csv', source, kind }, stream: content })
    await until(id, ['done'])
  }
  test('shows was and becomes, line by line, and what it does to the amount', async () => {
    const base = [
      row({ order: 'p0' }),
      row({ order: 'p1' }),
      row({ order: 'p1', code: '71053', qty: 4 }),
      row({ order: 'p2' }),
    ]
    await taken(csv(base), 'see')
    const next = [
      base[0]!,
      base[1]!,
      row({ order: 'p1', code: '71053', qty: 6 }),
      row({ order: 'p1', code: 'NEW', qty: 1 }),
      base[3]!,
    ]
    const { orders_sample } = await seen(csv(next), 'see')
    assert.deepEqual(
      orders_sample.updated.map((o) => [o.line, o.key, o.party, o.lines, o.amount_minor, o.changes]),
      [
        [
          3,
          'p1',
          '17850',
          2,
          765,
          [
            { field: 'quantity', line_no: 2, was: '4', becomes: '6' },
            { field: 'line', line_no: 3, was: null, becomes: 'NEW × 1' },
          ],
        ],
      ],
    )
    assert.deepEqual(
      orders_sample.unchanged.map((o) => o.key),
      ['p0', 'p2'],
    )
    const moved = await seen(csv(base.map((line) => line.replace('17850.0', '99'))), 'see')
    assert.deepEqual(moved.orders_sample.updated[0]?.changes.at(-1), {
      field: 'customer_id',
      line_no: null,
      was: '17850',
      becomes: '99',
    })
  })

  test('of customers and products too', async () => {
    await taken(csv(['k1,Old Ltd,a@x.cn'], 'customer id,name,email'), 'see2', 'parties')
    const parties = await seen(
      csv(['k1,New Ltd,b@x.cn', 'k2,Other,'], 'customer id,name,email'),
      'see2',
      'parties',
    )
    assert.deepEqual(
      parties.parties_sample.updated.map((p) => [p.key, p.name, p.changes]),
      [
        [
          'k1',
          'New Ltd',
          [
            { field: 'name', line_no: null, was: 'Old Ltd', becomes: 'New Ltd' },
            { field: 'email', line_no: null, was: null, becomes: 'b@x.cn' },
          ],
        ],
      ],
    )
    assert.deepEqual(
      parties.parties_sample.created.map((p) => p.key),
      ['k2'],
    )
    await taken(csv(['s1,Drill,工具,12'], 'sku,name,category,unit cost'), 'see2', 'products')
    const products = await seen(
      csv(['s1,Drill,工具/电动,13'], 'sku,name,category,unit cost'),
      'see2',
      'products',
    )
    assert.deepEqual(
      products.products_sample.updated.map((p) => p.changes.map((c) => [c.field, c.was, c.becomes])),
      [
        [
          ['category', '工具', '工具 / 电动'],
          ['unit_cost_micro', '12000000', '13000000'],
        ],
      ],
    )
  })
})

describe('what the file does not tell', () => {
  const head = 'Order,Date,Customer,SKU,Qty,Price\n'
  const told = async (dates: string[], source: string) => {
    const stream = head + dates.map((day, i) => `D${i},${day},C1,S,1,1`).join('\n')
    const made = await api().file({ query: { file_name: 'd.csv', source, kind: 'orders' }, stream })
    const { report } = await until(made.id, ['done'])
    return report!.notices
      .filter(({ code }) => code.startsWith('dates_read'))
      .map(({ code, warning }) => [code, warning])
  }
  const firstDay = async (source: string) =>
    (
      await h.house.pool.query<{ day: string }>(
        `select to_char(ordered_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from orders where source = $1 and number = 'D0'`,
        [source],
      )
    ).rows[0]?.day
  test('day or month first is said to be a guess, and only then', async () => {
    const [[code, warning] = []] = await told(['05/03/2024', '04/03/2024'], 'unsure')
    assert.match(String(code), /^dates_read_(?:mdy|dmy)$/)
    assert.equal(warning, true)
    assert.deepEqual(await told(['05/03/2024', '25/03/2024'], 'sure'), [])
    assert.deepEqual(await told(['2024-03-05'], 'plain'), [])
  })

  test('a 13 far below decides for the whole file, whatever was remembered', async () => {
    const open = Array.from({ length: 400 }, () => '05/03/2024')
    for (const [day, first] of [
      ['13/03/2024', '2024-03-05'],
      ['03/13/2024', '2024-05-03'],
    ] as const) {
      assert.deepEqual(await told([...open, day], `far ${day.slice(0, 2)}`), [])
      assert.equal(await firstDay(`far ${day.slice(0, 2)}`), first)
    }
    // The source wrote the month first: a file that says otherwise is read as it stands.
    assert.deepEqual(await told([...open, '13/03/2024'], 'far 03'), [])
    assert.equal(await firstDay('far 03'), '2024-03-05')
  })

  test('a date of the other order is turned back as that, not as no date', async () => {
    const made = await api().file({
      query: { file_name: 'two.csv', source: 'two ways', kind: 'orders' },
      stream: `${head}D1,05/25/2024,C1,S,1,1\nD2,05/26/2024,C1,S,1,1\nD3,25/05/2024,C1,S,1,1\nD4,soon,C1,S,1,1`,
    })
    const { report } = await until(made.id, ['done'])
    assert.deepEqual(
      report!.reasons.map(({ code, lines, first_line }) => [code, lines, first_line]),
      [
        ['other_date_order', 1, 4],
        ['bad_date', 1, 5],
      ],
    )
  })

  test('days of people are judged as those of orders are', async () => {
    const stream = `编号,名称,所属单位,入职日期\n${Array.from({ length: 250 }, (_, i) => `P${i},人${i},华东机电,05/03/2024`).join('\n')}\nP300,人,华东机电,25/03/2024\n`
    const made = await api().file({
      query: { file_name: 'p.csv', source: 'days', kind: 'parties', run: false },
      stream,
    })
    assert.deepEqual(made.columns, ['external_id', 'name', 'organisation', 'since'])
    assert.equal(made.read_options.date_order, 'dmy')
    assert.ok(made.detected && made.detected.date_order_certain)
  })

  test('columns that are missing are named in words', async () => {
    const answer = await h.as().send({
      method: 'POST',
      url: '/api/v1/imports/file?kind=orders&source=words&file_name=w.csv',
      headers: { 'content-type': 'application/octet-stream' },
      body: '订单号,日期\n1,2024-01-01\n',
    })
    const { detail } = (await answer.json()) as { detail: string }
    assert.equal(detail, 'Columns are still missing for: Quantity or Line amount, Unit price or Line amount')
  })
})

describe('hostile files', () => {
  const refused = async (content: string | Buffer) =>
    codeOf(api().file({ query: { file_name: 'x.csv', source: 'hostile' }, stream: content }))
  test('are refused with what is wrong, and leave nothing', async () => {
    assert.equal(await refused(Buffer.alloc(0)), 'imports.empty')
    assert.equal(await refused(' \n\n'), 'imports.empty')
    assert.equal(await refused(Buffer.from('504b030414000600', 'hex')), 'imports.workbook_broken')
    assert.equal(await refused('<html><table>'), 'imports.not_text')
    assert.equal(await refused(Buffer.from([1, 2, 0, 0, 5, 6, 0, 8, 0, 0, 0, 0])), 'imports.binary')
    assert.equal(await refused(gzipSync(csv(rows)).subarray(0, 60)), 'imports.gzip_broken')
    assert.equal(await refused('a,b\n1,2\n'), 'imports.columns_missing')
    assert.equal(await refused(gzipSync(Buffer.alloc(80 * 1024 * 1024, 'a'))), 'imports.cell_too_long')
    const {
      rows: [left],
    } = await h.house.pool.query(
      `select (select count(*) from import where source = 'hostile') as i, (select count(*) from import_chunk c join import using (import_id) where source = 'hostile') as c`,
    )
    assert.deepEqual({ ...left }, { i: 0, c: 0 })
  })

  test('leave an announced import as it was, ready for another file', async () => {
    const { id } = await api().create({ body: { file_name: 'x.csv', source: 'hostile2' } })
    assert.equal(await codeOf(put(id, '<html><table>')), 'imports.not_text')
    const {
      rows: [left],
    } = await h.house.pool.query('select count(*) as n from import_chunk where import_id = $1', [id])
    assert.equal(left.n, 0)
    assert.equal((await put(id, csv(rows))).state, 'uploaded')
  })

  test('an unclosed quote far in is told while the file is sent, with its line, and leaves nothing', async () => {
    const content = csv([...Array.from({ length: 3000 }, (_, i) => row({ order: `q${i}` })), '"open,1,2,3'])
    const no = await api()
      .file({ query: { file_name: 'q.csv', source: 'quote' }, stream: content })
      .catch((error: unknown) => error)
    assert.ok(no instanceof ApiError)
    assert.equal(no.problem.code, 'imports.unclosed_quote')
    assert.match(no.message, /3,?002/)
    assert.deepEqual(await contents(h, 'quote'), [])
  })

  test('text that means something to SQL, COPY, JSON or a spreadsheet is text', async () => {
    const odd = [
      "Robert'); drop table party;--",
      '\\N',
      '\\.',
      'a\\tb',
      '=1+1',
      '{"a":1}',
      '😀 关系',
      'x'.repeat(299),
      '\u202Eabc',
      '%s%n',
    ]
    const content = csv(
      odd.map((name, i) => `w${i},C${i},"${name.replaceAll('"', '""')}",1,2011-01-01 00:00:00,1,${i},France`),
    )
    const { id } = await api().file({ query: { file_name: 'w.csv', source: 'odd' }, stream: content })
    assert.equal((await until(id, ['failed', 'done'])).report?.lines.created, odd.length)
    const { rows: stored } = await h.house.pool.query(
      `select l.description from order_line l join orders o using (party_id, order_id) where o.source = 'odd' order by o.number`,
    )
    assert.deepEqual(
      stored.map((r) => r.description),
      odd,
    )
  })
})
