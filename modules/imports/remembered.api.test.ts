import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { codeOf } from '../parties/testing.ts'
import { type Import, imports } from './contract.ts'
import { bookOf, sheetRows } from './reader/xlsx/making.ts'
import { csv, found, inconsistencies, take } from './testing.ts'

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
const put = (id: number, content: string | Buffer) => api().upload({ params: { id }, stream: content })
const sent = async (content: string | Buffer, body: { source?: string; file_name?: string } = {}) => {
  const { id } = await api().create({ body: { file_name: 'a.csv', ...body } })
  return put(id, content)
}
const update = (one: Import, body: Parameters<ReturnType<typeof api>['update']>[0]['body']) =>
  api().update({ params: { id: one.id }, body })
const until = async (id: number, states: Import['state'][]): Promise<Import> => {
  for (let i = 0; i < 1200; i++) {
    const one = await api().get({ params: { id } })
    if (states.includes(one.state)) return one
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`import ${id} never became ${states.join()}`)
}
const done = async (one: Import): Promise<Import> => {
  await api().run({ params: { id: one.id } })
  return until(one.id, ['done', 'failed'])
}

describe('how a file is read can be changed, and is read anew at once', () => {
  test('delimiter, encoding and header', async () => {
    const one = await sent('甲;乙;丙\n1,5;2;x\n2,5;3;y\n', { source: 'layout' })
    assert.deepEqual(
      [one.detected?.delimiter, one.detected?.headers, one.layout.delimiter],
      [';', ['甲', '乙', '丙'], null],
    )
    const comma = await update(one, { layout: { delimiter: ',' } })
    assert.deepEqual(
      [comma.detected?.delimiter, comma.detected?.headers.length, comma.layout.delimiter],
      [',', 1, ','],
    )
    const plain = await update(one, { layout: { delimiter: null, has_header: false } })
    assert.deepEqual([plain.detected?.headers, plain.detected?.sample.length], [['#1', '#2', '#3'], 3])
    assert.equal(await codeOf(update(one, { layout: { encoding: 'gb18030' } })), 'imports.wrong_encoding')
    assert.equal((await api().get({ params: { id: one.id } })).layout.encoding, null)
    const west = await sent(Buffer.from('nombre,telefono\nPe\xf1a,1\n', 'latin1'), { source: 'layout' })
    const said = await update(west, { layout: { encoding: 'windows-1252' } })
    assert.equal(said.detected?.sample[0]?.[0], 'Peña')
  })

  test('a sheet of several; the run reads what was shown', async () => {
    const book = bookOf({
      sheets: [
        {
          name: '一月',
          rows: sheetRows([
            ['客户编号', '客户名称'],
            ['S1', '一月机电'],
            ['S2', '二号阀门'],
          ]),
        },
        {
          name: '二月',
          rows: sheetRows([
            ['客户编号', '客户名称'],
            ['S3', '二月机电'],
          ]),
        },
      ],
    })
    const one = await sent(book, { source: 'sheets', file_name: 'a.xlsx' })
    assert.deepEqual(
      [one.kind, one.detected?.format, one.detected?.sheet, one.detected?.sheets.length],
      ['parties', 'xlsx', '一月', 2],
    )
    const other = await update(one, { layout: { sheet: '二月' } })
    assert.deepEqual(other.detected?.sample, [['S3', '二月机电']])
    assert.equal(await codeOf(update(one, { layout: { sheet: '三月' } })), 'imports.no_sheet')
    const ran = await done(other)
    assert.deepEqual(ran.report?.lines, { read: 1, created: 1, updated: 0, unchanged: 0, rejected: 0 })
    const asked = await api().file({
      query: { file_name: 'a.xlsx', source: 'sheets', kind: 'parties', sheet: '一月' },
      stream: book,
    })
    assert.equal((await until(asked.id, ['done', 'failed'])).report?.lines.created, 2)
  })

  test('two rows of names are one name for each column, and can be had otherwise', async () => {
    const book = readFileSync(join(import.meta.dirname, 'fixtures/two_header_rows.xlsx'))
    const one = await sent(book, { source: 'two rows', file_name: 'a.xlsx' })
    const { detected, columns } = one
    assert.deepEqual([one.kind, detected?.header_rows, one.layout.header_rows], ['parties', 2, null])
    assert.deepEqual(
      [detected?.headers, columns],
      [
        ['客户名称', '联系方式 电话', '联系方式 邮箱', '地址 省', '地址 市'],
        ['name', 'phone', 'email', null, 'city'],
      ],
    )
    const single = await update(one, { layout: { has_header: true, header_rows: 1 } })
    assert.deepEqual([single.detected?.header_rows, single.detected?.headers[1]], [1, '联系方式'])
    const none = await update(single, { layout: { has_header: false, header_rows: null } })
    assert.deepEqual([none.detected?.header_rows, none.detected?.sample.length], [0, 5])
    const ran = await done(await update(none, { layout: { has_header: null, header_rows: null } }))
    assert.deepEqual(ran.report?.lines, { read: 3, created: 3, updated: 0, unchanged: 0, rejected: 0 })
    const { rows } = await h.house.pool.query<{ phone: string; email: string }>(
      `select (select value from contact_point where party_id = p.party_id and kind = 'phone') as phone,
        (select value from contact_point where party_id = p.party_id and kind = 'email') as email
       from party p where p.name = '北辰物流'`,
    )
    assert.deepEqual(rows, [{ phone: '+442422345678', email: 'bf@hd.example' }])
    const text = '客户,,联系方式,\n编号,名称,电话,邮箱\nTR1,阀门厂,13977770001,v@tr.example\n'
    const { id } = await api().file({
      query: { file_name: 'a.csv', source: 'two rows csv', kind: 'parties', header_rows: 2 },
      stream: Buffer.from(text),
    })
    const asked = await until(id, ['done', 'failed'])
    assert.deepEqual(
      [asked.detected?.headers, asked.columns, asked.report?.lines.created],
      [
        ['客户 编号', '客户 名称', '联系方式 电话', '联系方式 邮箱'],
        ['external_id', 'name', 'phone', 'email'],
        1,
      ],
    )
  })

  test('a workbook of several megabytes is read from the pieces it is stored in', async () => {
    // Text that does not pack, so that the file is as large as what stands in it.
    const note = () => randomBytes(180).toString('base64')
    const rows = Array.from({ length: 12_000 }, (_, i) => [`P${i}`, `客户 ${i}`, note()])
    const book = bookOf({
      sheets: [{ name: 'S', rows: sheetRows([['客户编号', '客户名称', '备注'], ...rows]) }],
    })
    assert.ok(book.length > 2_200_000)
    const one = await sent(book, { source: 'pieces', file_name: 'big.xlsx' })
    assert.equal(one.file_bytes, book.length)
    const ran = await done(one)
    assert.deepEqual([ran.error, ran.report?.lines.created], [null, 12_000])
    const { rows: last } = await h.house.pool.query(
      `select p.note from party p join external_id e using (party_id) where e.source = 'pieces' and e.value = 'P11999'`,
    )
    assert.equal(last[0].note, rows.at(-1)![2])
  })

  test('orders of a workbook come in with their dates, and again change nothing', async () => {
    const rows = `${sheetRows([['订单号', '下单时间', '商品编码', '商品名称', '数量', '单价', '客户编号', '客户名称']])}
      <row r="2"><c r="A2" t="inlineStr"><is><t>X1</t></is></c><c r="B2" s="1"><v>45356.628472222219</v></c>${['P1', '阀门'].map((t, i) => `<c r="${'CD'[i]}2" t="inlineStr"><is><t>${t}</t></is></c>`).join('')}<c r="E2"><v>2</v></c><c r="F2"><v>12.5</v></c><c r="G2" t="inlineStr"><is><t>XC1</t></is></c><c r="H2" t="inlineStr"><is><t>周工</t></is></c></row>
      <row r="3"><c r="A3" t="inlineStr"><is><t>X2</t></is></c><c r="B3" t="inlineStr"><is><t>2024/3/5 下午3:05</t></is></c>${['P1', '阀门'].map((t, i) => `<c r="${'CD'[i]}3" t="inlineStr"><is><t>${t}</t></is></c>`).join('')}<c r="E3" t="inlineStr"><is><t>1</t></is></c><c r="F3" t="inlineStr"><is><t>￥12.50</t></is></c><c r="G3" t="inlineStr"><is><t>XC1</t></is></c><c r="H3" t="inlineStr"><is><t>周工</t></is></c></row>`
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
    const book = (date_1904: boolean) => bookOf({ sheets: [{ name: '订单', rows }], styles, date_1904 })
    const read = { zone: 'Asia/Shanghai', currency: 'CNY' }
    const report = await take(h, book(false), { name: 'o.xlsx', source: 'xo', options: { ...read } })
    assert.deepEqual(report.lines, { read: 2, created: 2, updated: 0, unchanged: 0, rejected: 0 })
    const times = async () =>
      (
        await h.house.pool.query(
          `select number, ordered_at::text as at from orders where source = 'xo' order by 1`,
        )
      ).rows.map((one) => one.at.slice(0, 16))
    assert.deepEqual(await times(), ['2024-03-05 07:05', '2024-03-05 07:05'])
    const again = await take(h, book(false), { name: 'o.xlsx', source: 'xo', options: { ...read } })
    assert.equal(again.lines.unchanged, 2)
    await take(h, book(true), { name: 'o.xlsx', source: 'xo', options: { ...read } })
    assert.deepEqual(await times(), ['2028-03-06 07:05', '2024-03-05 07:05'])
    assert.deepEqual(await inconsistencies(h), [])
  })
})

describe('what an import meant is offered next time', () => {
  const HEAD = '编码甲,名头,标记,附言'
  test('under its source, with columns in another order, one new and one gone, and told', async () => {
    const first = await sent(csv(['R1,华东机电,老,你好', 'R2,杭州阀门,新,再见'], HEAD), { source: 'memo' })
    const mapped = await update(first, {
      kind: 'parties',
      columns: ['external_id', 'name', 'market_roles', null],
      read_options: { value_maps: { market_roles: { 老: 'customer', 新: 'prospect' } } },
      run_options: { match_by: 'external_id', mode: 'upsert' },
    })
    assert.equal(mapped.detected?.remembered, null)
    const ran = await done(mapped)
    assert.deepEqual(ran.report?.lines.created, 2)
    const { rows } = await h.house.pool.query(
      `select e.value, r.role from external_id e join party_role r using (party_id) where e.source = 'memo' order by 1`,
    )
    assert.deepEqual(
      rows.map((one) => [one.value, one.role]),
      [
        ['R1', 'customer'],
        ['R2', 'prospect'],
      ],
    )

    const next = await sent(csv(['华东机电,R1,x@x.cn,老'], '名头,编码甲,邮箱,标记'), { source: 'memo' })
    assert.deepEqual(next.columns, ['name', 'external_id', 'email', 'market_roles'])
    assert.equal(next.kind, 'parties')
    const { import_id, columns, added, gone } = next.detected!.remembered!
    assert.deepEqual([import_id, columns, added, gone], [first.id, 3, ['邮箱'], []])
    assert.deepEqual(next.read_options.value_maps.market_roles, { 老: 'customer', 新: 'prospect' })
    assert.equal(next.run_options.match_by, 'external_id')
    assert.deepEqual(
      next.detected!.guesses.map(({ why }) => why),
      ['remembered', 'remembered', 'header', 'remembered'],
    )
    const less = await sent(csv(['R1,华东,好'], '编码甲,名头,备注'), { source: 'memo' })
    assert.deepEqual(less.detected!.remembered!.gone, ['标记'])
  })

  test('a file with the same columns under no source is offered the one it had; the command line and one request know it too', async () => {
    const same = await sent(csv(['R3,上海,老,x'], HEAD))
    assert.deepEqual([same.source, same.columns[3]], ['memo', null])
    const program = await api().file({
      query: { file_name: 'a.csv', source: 'memo', kind: 'parties' },
      stream: csv(['R4,广州,新,x'], HEAD),
    })
    assert.equal((await until(program.id, ['done', 'failed'])).report?.lines.created, 1)
    const report = await take(h, csv(['R5,南京,新,x'], HEAD), { kind: 'parties', source: 'memo' })
    assert.equal(report.lines.created, 1)
  })

  test('another source chosen by hand brings its own mapping; columns chosen by hand stay', async () => {
    const other = await sent(csv(['R6,上海,老,x'], HEAD), { source: 'elsewhere' })
    assert.equal(other.detected?.remembered, null)
    const back = await update(other, { source: 'memo' })
    assert.deepEqual(back.columns, ['external_id', 'name', 'market_roles', null])
    const own = await update(back, { columns: ['external_id', 'name', null, 'note'] })
    assert.deepEqual((await update(own, { source: 'third' })).columns, ['external_id', 'name', null, 'note'])
  })

  test('an import that the caller does not see is not remembered for them', async () => {
    const { id } = await api({ id: 77, scope: 'own' }).create({
      body: { file_name: 'a.csv', source: 'memo' },
    })
    const one = await api({ id: 77, scope: 'own' }).upload({
      params: { id },
      stream: csv(['R3,上海,老,x'], HEAD),
    })
    assert.equal(one.detected?.remembered, null)
  })
})

describe('words of the file get a meaning', () => {
  test('yes and no under a header that asks for something we keep', async () => {
    const one = await sent(
      csv(['Y1,甲厂,是,否', 'Y2,乙店,否,1', 'Y3,丙,,Y'], '客户编号,客户名称,是否供应商,是否企业'),
      { source: 'yesno' },
    )
    assert.deepEqual(one.columns, ['external_id', 'name', 'market_roles', 'kind'])
    assert.deepEqual(one.read_options.value_maps.kind, {
      否: 'person',
      '1': 'organisation',
      Y: 'organisation',
    })
    assert.deepEqual(one.detected!.choices.find(({ column }) => column === 2)?.values, [
      { value: '是', count: 1 },
      { value: '否', count: 1 },
    ])
    const ran = await done(one)
    assert.equal(ran.report?.lines.rejected, 0)
    const { rows } = await h.house.pool.query(
      `select p.name, p.kind, array(select role from party_role r where r.party_id = p.party_id) as roles from party p join external_id e using (party_id) where e.source = 'yesno' order by e.value`,
    )
    assert.deepEqual(
      rows.map((r) => [r.kind, r.roles]),
      [
        ['person', ['supplier']],
        ['organisation', []],
        ['organisation', []],
      ],
    )
  })

  test('a person’s own words, and countries in both languages', async () => {
    const one = await sent(
      csv(['V1,甲,中国,A 类', 'V2,乙,Germany,B', 'V3,丙,那边,a 类'], '客户编号,客户名称,国家,市场角色'),
      { source: 'maps' },
    )
    const mapped = await update(one, {
      read_options: { value_maps: { market_roles: { 'A 类': 'customer', B: '' }, country: { 那边: 'US' } } },
    })
    assert.equal((await done(mapped)).report?.lines.rejected, 0)
    const { rows } = await h.house.pool.query(
      `select p.country, array(select role from party_role r where r.party_id = p.party_id) as roles from party p join external_id e using (party_id) where e.source = 'maps' order by e.value`,
    )
    assert.deepEqual(
      rows.map((r) => [r.country, r.roles]),
      [
        ['CN', ['customer']],
        ['DE', []],
        ['US', ['customer']],
      ],
    )
  })
})

describe('create, update or both, by a chosen key', () => {
  const HEAD = '客户编号,客户名称,邮箱,手机,备注'
  const people = (
    rows: string[],
    run: {
      mode?: 'create' | 'update' | 'upsert'
      match_by?: 'email' | 'phone' | 'name' | 'external_id'
    } = {},
  ) => take(h, csv(rows, HEAD), { kind: 'parties', source: 'modes', options: { run } })
  const reasons = (report: Awaited<ReturnType<typeof people>>) =>
    report.reasons.map(({ code, first_line }) => `${code} ${first_line}`).sort()

  test('create leaves what is there, update what is not, and both say which', async () => {
    await people(['M1,华东机电,m1@x.cn,,旧', 'M2,杭州阀门,m2@x.cn,,旧'])
    const create = await people(['M1,华东机电,m1@x.cn,,新', 'M3,广州泵业,m3@x.cn,,新'], { mode: 'create' })
    assert.deepEqual(create.lines, { read: 2, created: 1, updated: 0, unchanged: 0, rejected: 1 })
    assert.deepEqual(reasons(create), ['exists 2'])
    const update = await people(['M2,杭州阀门,m2@x.cn,,更新', 'M9,没有,m9@x.cn,,新'], { mode: 'update' })
    assert.deepEqual(update.lines, { read: 2, created: 0, updated: 1, unchanged: 0, rejected: 1 })
    assert.deepEqual(reasons(update), ['not_known 3'])
    const { rows } = await h.house.pool.query(
      `select e.value, p.note from party p join external_id e using (party_id) where e.source = 'modes' order by 1`,
    )
    assert.deepEqual(
      rows.map((r) => [r.value, r.note]),
      [
        ['M1', '旧'],
        ['M2', '更新'],
        ['M3', '新'],
      ],
    )
  })

  test('by e-mail, phone or name; several that fit are reported and left', async () => {
    await h.house.pool.query(`update party set name = 'Twin' where name in ('华东机电', '杭州阀门')`)
    const email = await people([',Twin,M1@x.cn,,由邮箱', ',无邮箱,,,x'], {
      match_by: 'email',
      mode: 'update',
    })
    assert.deepEqual([email.lines.updated, reasons(email)], [1, ['key_missing 3']])
    const name = await people([',twin,,,谁', ',广州泵业,,+86 13800000001,由名称'], { match_by: 'name' })
    assert.deepEqual([name.lines.updated, reasons(name)], [1, ['ambiguous_key 2']])
    const phone = await people([',广州泵业,,13800000001,由手机'], { match_by: 'phone', mode: 'update' })
    assert.equal(phone.lines.updated, 1)
    const conflict = await people(['M1,Twin,m2@x.cn,,哪一个'], { match_by: 'email' })
    assert.deepEqual(reasons(conflict), ['ambiguous_key 2'])
    assert.deepEqual(await inconsistencies(h), [])
  })

  test('a role that does not see e-mails cannot tell parties by them', async () => {
    const masked = h.as({ masks: ['email'] }).actor
    await assert.rejects(
      take(h, csv([',甲,m1@x.cn,,x'], HEAD), {
        kind: 'parties',
        source: 'modes',
        options: { run: { match_by: 'email' } },
        ctx: { who: masked },
      }),
      { code: 'imports.key_masked' },
    )
  })

  test('products by code, orders by number', async () => {
    const goods = (rows: string[], mode: 'create' | 'update') =>
      take(h, csv(rows, '商品编码,商品名称'), {
        kind: 'products',
        source: 'modes',
        options: { run: { mode } },
      })
    assert.equal((await goods(['G1,阀门', 'G2,法兰'], 'create')).lines.created, 2)
    const create = await goods(['G1,改名', 'G3,泵'], 'create')
    assert.deepEqual([create.lines.created, create.reasons.map(({ code }) => code)], [1, ['exists']])
    const update = await goods(['G1,改名', 'G4,无'], 'update')
    assert.deepEqual([update.lines.updated, update.reasons.map(({ code }) => code)], [1, ['not_known']])
    const ORDERS = '订单号,下单时间,商品编码,商品名称,数量,单价,客户编号,客户名称'
    const orders = (rows: string[], mode: 'create' | 'update') =>
      take(h, csv(rows, ORDERS), { source: 'modes', options: { currency: 'GBP', run: { mode } } })
    assert.equal((await orders(['O1,2024-03-05,G1,阀门,1,5,M1,甲'], 'create')).orders.created, 1)
    const more = await orders(
      ['O1,2024-03-05,G1,阀门,2,5,M1,甲', 'O2,2024-03-05,G1,阀门,1,5,M1,甲'],
      'create',
    )
    assert.deepEqual(
      [more.orders.created, more.orders.rejected, more.reasons.map(({ code }) => code)],
      [1, 1, ['exists']],
    )
    const only = await orders(
      ['O1,2024-03-05,G1,阀门,2,5,M1,甲', 'O7,2024-03-05,G1,阀门,1,5,M1,甲'],
      'update',
    )
    assert.deepEqual(
      [only.orders.updated, only.orders.rejected, only.reasons.map(({ code }) => code)],
      [1, 1, ['not_known']],
    )
    assert.deepEqual(await inconsistencies(h), [])
  })
})

describe('a header that leaves a doubt', () => {
  test('waits for somebody to choose; once chosen it runs', async () => {
    const one = await sent('客户编号,客户名称,邮箱,邮箱\nD1,甲,a@x.cn,b@x.cn\n', { source: 'doubt' })
    assert.equal(one.doubt?.code, 'imports.header_twice')
    assert.equal(await codeOf(api().preview({ params: { id: one.id } })), 'imports.header_twice')
    const chosen = await update(one, { columns: one.columns })
    assert.equal(chosen.doubt, null)
    assert.equal((await done(chosen)).report?.lines.created, 1)
  })
})
