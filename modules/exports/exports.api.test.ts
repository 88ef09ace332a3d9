import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { readXlsx } from 'hucre/xlsx'
import { id, text } from '../../kernel/export/column.ts'
import { exportList } from '../../kernel/export/list.ts'
import { sweepRuns } from '../../kernel/export/run.ts'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { marketRoles, parties } from '../parties/contract.ts'
import { company, director, east, wang } from '../parties/testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules)
  await company(h)
  await h.house.pool.query(
    `insert into setting values ('base_currency', '"GBP"'), ('time_zone', '"Asia/Shanghai"')`,
  )
  const api = h.as({ ...director, id: 102 }).api(parties)
  for (let i = 0; i < 40; i++)
    await api.create({
      body: {
        kind: i % 3 ? 'person' : 'organisation',
        name: `${['华东', 'Anna', '李娜'][i % 3]} ${i}`,
        unit_id: [1, 2, 21, 3, 31][i % 5]!,
        owner_id: [101, 102, null, 103][i % 4]!,
        tags: i % 2 ? ['core'] : [],
        roles: [marketRoles[i % 3]!],
        contact_points: [
          { kind: 'phone', value: `+8613812345${100 + i}` },
          { kind: 'email', value: `secret${i}@x.example` },
        ],
        external_ids: [{ source: 'shop', value: `secret${i}@x.example` }],
      },
    })
})
after(() => h.close())

type Query = Record<string, string | number>
const ask = (who: Played, query: Query = {}, path = 'parties/export') =>
  h.as(who).send({
    method: 'GET',
    url: `/api/v1/${path}?${new URLSearchParams(Object.fromEntries(Object.entries(query).map(([k, v]) => [k, String(v)])))}`,
    headers: {},
  })
const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
const cells = async (answer: Response) => parse(await bytes(answer), { bom: true }) as string[][]
const audited = async () =>
  (
    await h.house.pool.query(
      `select action, actor_id, payload from audit where action like 'exports.%' order by at, audit_id`,
    )
  ).rows

describe('an exported list', () => {
  const callers = [
    ['all', director],
    ['branch', east],
    ['own', wang],
  ] as const
  for (const [scope, who] of callers)
    test(`has exactly the rows of the list, in its order, for scope ${scope}`, async () => {
      const asked = fc.record(
        {
          sort: fc.constantFrom('name', 'created_at', 'order_count'),
          order: fc.constantFrom('asc', 'desc'),
          tag: fc.constantFrom('core', 'unheard of'),
          role: fc.constantFrom(...marketRoles.slice(0, 4)),
          kind: fc.constantFrom('person', 'organisation'),
          owner: fc.constantFrom('me', 'none'),
          unit_id: fc.constantFrom(1, 2, 21, 3),
          q: fc.constantFrom('李', 'anna', 'hd', "o'x", 'secret1', '$1', '\\'),
        },
        { requiredKeys: [] },
      )
      await fc.assert(
        fc.asyncProperty(asked, async (query) => {
          const page = await h
            .as(who)
            .api(parties)
            .list({ query: { ...query, limit: 200 } as never })
          const answer = await ask(who, { ...query, columns: 'id' } as Query)
          assert.equal(answer.headers.get('guanxi-rows'), String(page.count))
          const [, ...rows] = await cells(answer)
          assert.deepEqual(
            rows.map(([one]) => Number(one)),
            page.items.map((row) => row.id),
          )
        }),
        { numRuns: 30 },
      )
    })

  test('shows a masked role masked cells, also where a number of another system is a hidden contact', async () => {
    const columns = 'phone,email,external_ids'
    const open = await (await ask(director, { columns })).text()
    assert.match(open, /\+8613812345100/)
    const masked = await (await ask({ ...director, masks: ['phone', 'email'] }, { columns })).text()
    assert.doesNotMatch(masked, /13812345\d\d\d|secret\d/)
    assert.match(masked, /138\*\*\*\*5100/)
    assert.match(masked, /shop: s\*\*\*@x\.example/)
  })

  test('speaks the caller’s language, with dates of the company’s zone', async () => {
    const zh = await cells(await ask(director, { lang: 'zh-CN', columns: 'name,kind,roles,created' }))
    assert.deepEqual(zh[0], ['名称', '类型', '市场角色', '创建时间'])
    assert.ok(zh.some(([, kind]) => kind === '单位'))
    assert.match(zh[1]![3]!, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
    const at = Date.parse(`${zh[1]![3]!.replace(' ', 'T')}+08:00`)
    assert.ok(Math.abs(Date.now() - at) < 600_000, zh[1]![3])
    const en = await ask(director, { lang: 'en', columns: 'name,kind' })
    assert.match(en.headers.get('content-disposition')!, /^attachment; filename\*=UTF-8''Customers%20\d{4}-/)
    assert.deepEqual((await cells(en))[0], ['Name', 'Kind'])
  })

  test('as a workbook has real dates and the same rows', async () => {
    const answer = await ask(director, { format: 'xlsx', columns: 'id,name,phone,created' })
    assert.match(answer.headers.get('content-type')!, /spreadsheetml/)
    const { sheets } = await readXlsx(await bytes(answer))
    assert.equal(sheets[0]!.rows.length, 41)
    assert.ok(sheets[0]!.rows[1]![3] instanceof Date)
    assert.match(String(sheets[0]!.rows[1]![2]), /^\+86/)
  })

  test('of nothing has its headings, in both formats', async () => {
    assert.deepEqual(await cells(await ask(director, { tag: 'none', columns: 'id,name' })), [['ID', 'Name']])
    const { sheets } = await readXlsx(
      await bytes(await ask(director, { tag: 'none', columns: 'id', format: 'xlsx' })),
    )
    assert.deepEqual(sheets[0]!.rows, [['ID']])
  })

  test('goes on over as many sheets as its rows need', async () => {
    const list = {
      name: 'parties',
      title: { zh: '客户', en: 'Customers' },
      headings: { id: { zh: '编号', en: 'ID' }, name: { zh: '名称', en: 'Name' } },
      columns: { id: id('l.party_id'), name: text('l.name') },
      from: 'party_listed l',
    }
    const asked = {
      query: { format: 'xlsx' },
      where: 'true',
      order: 'l.party_id',
      values: [],
      zone: 'UTC',
      sheet_rows: 11,
    }
    const { stream } = await exportList(h.ctx(), list, asked)
    const { sheets } = await readXlsx(Buffer.concat(await stream.toArray()))
    assert.deepEqual(
      sheets.map((sheet) => sheet.rows.length),
      [11, 11, 11, 11],
    )
    assert.equal(new Set(sheets.flatMap((sheet) => sheet.rows.slice(1).map(([one]) => one))).size, 40)
  })
})

describe('an export', () => {
  test('needs its own permission beside the list’s', async () => {
    const grants = { 'parties:read': 'all' } as const
    const answer = await ask({ ...director, grants })
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), /data:export/)
    assert.equal((await ask({ ...director, grants: { ...grants, 'data:export': 'all' } })).status, 200)
  })

  test('refuses columns that are not there, and says which are', async () => {
    const answer = await ask(director, { columns: 'name,secret' })
    assert.equal(answer.status, 400)
    const { code, details } = (await answer.json()) as { code: string; details: { unknown: string[] } }
    assert.deepEqual([code, details.unknown], ['exports.unknown_column', ['secret']])
  })

  test('stands in the audit: who, list, filter, columns, format and rows, before and after', async () => {
    const before = (await audited()).length
    await (await ask(east, { tag: 'core', columns: 'name,phone', format: 'csv' })).text()
    const [started, finished, ...more] = (await audited()).slice(before)
    assert.equal(more.length, 0)
    assert.equal(started.action, 'exports.started')
    assert.equal(started.actor_id, 102)
    assert.deepEqual(started.payload, {
      list: 'parties',
      format: 'csv',
      columns: ['name', 'phone'],
      filter: { tag: 'core', sort: 'name' },
      lang: 'en',
      rows: finished.payload.rows,
    })
    assert.equal(finished.action, 'exports.finished')
    assert.equal(finished.payload.complete, true)
    assert.equal(finished.payload.rows_sent, finished.payload.rows)
  })

  test('that is cut off says so: fewer rows sent, not complete, and nothing runs on', async () => {
    await h.house.pool.query(`
      insert into party_list (party_id, unit_id, live, kind, name, name_romanised, name_sort, roles, tags, created_at, version, marks, search_text, search_chars, search_contact)
      select 5000000 + i, 1, true, 'person', repeat('很长的名字', 20) || i, '', 'z' || i, '{}', '{bulk}', now(), 1, 0, '', '{}', '' from generate_series(1, 60000) i`)
    try {
      const before = (await audited()).length
      const [route] = modules.filter(({ name }) => name === 'parties')
      const ctx = h.ctx({ who: h.as(director).actor })
      const answer = (await route!.handlers['exportList']!(ctx, {
        params: {},
        query: { format: 'csv' },
      } as never)) as {
        stream: import('node:stream').Readable
        headers: Record<string, string>
      }
      assert.equal(answer.headers['guanxi-rows'], '60040')
      await new Promise((done) => answer.stream.once('data', done))
      answer.stream.destroy()
      await until(async () => (await audited()).length === before + 2)
      const [, cut] = (await audited()).slice(before)
      assert.equal(cut.action, 'exports.cut_off')
      assert.equal(cut.payload.complete, false)
      assert.ok(cut.payload.rows_sent < 60_040, `${cut.payload.rows_sent}`)
      await until(async () => {
        const { rows } = await h.house.pool.query(
          `select from pg_stat_activity where datname = current_database() and query like 'copy%'`,
        )
        return rows.length === 0
      })
    } finally {
      await h.house.pool.query('delete from party_list where party_id > 5000000')
    }
  })

  test('shows one instant: rows that change while it runs are as they were when it was counted', async () => {
    const [route] = modules.filter(({ name }) => name === 'parties')
    const ctx = h.ctx({ who: h.as(director).actor })
    const answer = (await route!.handlers['exportList']!(ctx, {
      params: {},
      query: { columns: 'id' },
    } as never)) as {
      stream: import('node:stream').Readable
      headers: Record<string, string>
    }
    await h.house.pool.query(`update party_list set live = false where name like '李娜%'`)
    try {
      const rows = parse(Buffer.concat(await answer.stream.toArray()), { bom: true }) as string[][]
      assert.equal(rows.length - 1, Number(answer.headers['guanxi-rows']))
      assert.equal(rows.length - 1, 40)
    } finally {
      await h.house.pool.query('update party_list set live = true')
    }
  })

  test('tells how far it is to who asked, by their key, and to nobody else', async () => {
    await (await ask(director, { key: 'my-export-1' })).text()
    const mine = await ask(director, {}, 'exports/my-export-1')
    const run = (await mine.json()) as { state: string; rows_sent: number; rows_total: number }
    assert.deepEqual([run.state, run.rows_sent, run.rows_total], ['done', 40, 40])
    assert.equal((await ask(wang, {}, 'exports/my-export-1')).status, 404)
    assert.equal((await ask(director, { key: 'my-export-1' })).status, 409)
  })

  test('whose process died is told in the audit by whoever finds it', async () => {
    await h.house.pool.query(
      `insert into export_run (export_id, actor_kind, actor_id, list, format, rows_total, rows_sent, started_at, updated_at)
       values (77, 'user', 102, 'parties', 'csv', 1000, 400, now() - interval '5 minutes', now() - interval '2 minutes')`,
    )
    await sweepRuns(h.house)
    const last = (await audited()).at(-1)
    assert.equal(last.action, 'exports.cut_off')
    const { rows_sent, rows: total, complete, by } = last.payload
    assert.deepEqual([rows_sent, total, complete, by], [400, 1000, false, { kind: 'user', id: 102 }])
    const { rows } = await h.house.pool.query('select state from export_run where export_id = 77')
    assert.equal(rows[0].state, 'cut_off')
  })
})

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await reached()); tries++) {
    assert.ok(tries < 200, 'waited in vain')
    await new Promise((done) => setTimeout(done, 50))
  }
}
