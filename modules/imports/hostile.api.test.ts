import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Actor } from '../../kernel/ctx.ts'
import { Refusal } from '../../kernel/refuse.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { phrase } from '../../kernel/text.ts'
import { modules } from '../index.ts'
import { importFile } from './file.ts'
import { openSource } from './reader/source.ts'
import { bookOf, sheetRows, zipOf } from './reader/xlsx/making.ts'
import { csv, found, row } from './testing.ts'
import { text } from './text.ts'

let h: TestHouse
let who: Actor
let folder: string
before(async () => {
  h = await testHouse(modules, {
    identify: async (_house, { headers }) => ({
      who,
      locale: String(headers['accept-language']).startsWith('zh') ? 'zh-CN' : 'en',
      zone: 'UTC',
      csrf: null,
    }),
  })
  who = h.as().actor
  await found(h)
  folder = await mkdtemp(join(tmpdir(), 'guanxi-hostile-'))
})
after(async () => {
  await h.close()
  await rm(folder, { recursive: true })
})

/**
 * Rows of every table: what an import could touch, and what it could not. Without what is computed of what is there
 * already, whoever looks first.
 */
async function counts(): Promise<string> {
  const { rows } = await h.house.pool.query<{ name: string; n: number }>(
    `select c.relname as name, (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || quote_ident(c.relname), false, true, '')))[1]::text::int as n
     from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relispartition
       and c.relname !~ '^identity_(key|pair|progress)$|quality' order by 1`,
  )
  return JSON.stringify(rows)
}

type Case = {
  code: string
  bytes: Buffer | string
  name?: string
  query?: string
  kind?: 'orders' | 'parties'
}
const people = [
  ['客户编号', '客户名称', '邮箱'],
  ['K1', '华东机电', 'a@x.cn'],
]
const HEAD = '客户编号,客户名称,邮箱\n'
const sheets = [{ name: 'S', rows: sheetRows(people) }]
const gb = Buffer.from('bfcdbba7b1e0bac52cbfcdbba7c3fbb3c60a4b312cbbaab6abbbfab5e70a', 'hex')
const utf16 = Buffer.from(`${HEAD}K1,华东机电,a@x.cn\n`.repeat(3), 'utf16le')
const ole = (sealed: boolean) => {
  const bytes = Buffer.alloc(2048)
  bytes.write('d0cf11e0a1b11ae1', 'hex')
  bytes.writeUInt16LE(9, 30)
  if (sealed) bytes.write('EncryptedPackage', 512, 'utf16le')
  return bytes
}

const cases: Record<string, Case> = {
  'GB18030 that is said to be UTF-8': { code: 'imports.wrong_encoding', bytes: gb, query: 'encoding=utf-8' },
  'UTF-8 that is said to be GB18030': {
    code: 'imports.wrong_encoding',
    bytes: `${HEAD}K1,华东机电,a@x.cn\n`,
    query: 'encoding=gb18030',
  },
  'UTF-16 without a mark that is said to be UTF-8': {
    code: 'imports.wrong_encoding',
    bytes: utf16,
    query: 'encoding=utf-8',
  },
  'binary under a table’s name': {
    code: 'imports.binary',
    bytes: Buffer.from([1, 2, 0, 0, 5, 6, 0, 8, 44, 10, 0, 0]),
  },
  'a PDF under a table’s name': { code: 'imports.not_text', bytes: '%PDF-1.7\n%âãÏÓ\n' },
  'a JPEG under a table’s name': {
    code: 'imports.not_text',
    bytes: Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
  },
  'a ZIP archive under a table’s name': {
    code: 'imports.archive',
    bytes: zipOf([{ name: 'a.csv', content: HEAD }]),
  },
  'a cell of 10 MB': { code: 'imports.cell_too_long', bytes: `${HEAD}K1,${'长'.repeat(3_500_000)},a@x.cn\n` },
  'a quoted cell of 10 MB': {
    code: 'imports.cell_too_long',
    bytes: `${HEAD}K1,"${'x'.repeat(10_000_000)}",a@x.cn\n`,
  },
  'an unclosed quote': {
    code: 'imports.unclosed_quote',
    bytes: `${HEAD}K1,"华东机电,a@x.cn\n${'K2,b,c\n'.repeat(200_000)}`,
  },
  'a gzip bomb': {
    code: 'imports.bomb',
    bytes: gzipSync(
      Buffer.concat([Buffer.from(HEAD), Buffer.alloc(90 * 1024 * 1024, `K1,${'n'.repeat(200)},\n`)]),
      {
        level: 9,
      },
    ),
  },
  'a torn gzip': {
    code: 'imports.gzip_broken',
    bytes: gzipSync(csv(Array.from({ length: 200 }, (_, i) => row({ order: `${i}` })))).subarray(0, 500),
  },
  'gzip in gzip': { code: 'imports.archive', bytes: gzipSync(gzipSync(HEAD)) },
  'a workbook bomb': {
    code: 'imports.bomb',
    bytes: bookOf({ sheets: [{ name: 'S', rows: `${sheetRows(people)}${' '.repeat(70 * 1024 * 1024)}` }] }),
  },
  'a workbook with a huge shared string': {
    code: 'imports.text_too_long',
    bytes: bookOf({ sheets, strings: `<sst><si><t>${'A'.repeat(5_000_000)}</t></si></sst>` }),
  },
  'a workbook with entities that multiply': {
    code: 'imports.xml_entities',
    bytes: bookOf({ sheets, strings: '<!DOCTYPE x [<!ENTITY a "ha">]><sst/>' }),
  },
  'a workbook inside a ZIP': {
    code: 'imports.archive',
    bytes: zipOf([{ name: 'a.xlsx', content: bookOf({ sheets }) }]),
  },
  'a workbook with a password': { code: 'imports.encrypted', bytes: ole(true), name: 'a.xlsx' },
  'an .xls workbook': { code: 'imports.old_workbook', bytes: ole(false), name: 'a.xls' },
  'a workbook with macros': {
    code: 'imports.macros',
    bytes: bookOf({ sheets, more: [{ name: 'xl/vbaProject.bin', content: 'x' }] }),
    name: 'a.xlsm',
  },
  'a Numbers document': {
    code: 'imports.other_workbook',
    bytes: zipOf([{ name: 'Index/Document.iwa', content: 'x' }]),
    name: 'a.xlsx',
  },
  'an ODS document': {
    code: 'imports.other_workbook',
    bytes: zipOf([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
      { name: 'content.xml', content: '<x/>' },
    ]),
    name: 'a.xlsx',
  },
  'a torn workbook': {
    code: 'imports.workbook_broken',
    bytes: bookOf({ sheets }).subarray(0, 700),
    name: 'a.xlsx',
  },
  'a sheet that is not there': {
    code: 'imports.no_sheet',
    bytes: bookOf({ sheets }),
    query: 'sheet=%E6%B2%A1%E6%9C%89',
    name: 'a.xlsx',
  },
  'an empty file': { code: 'imports.empty', bytes: Buffer.alloc(0) },
  'only blanks': { code: 'imports.empty', bytes: '\n\n   \r\n' },
  'only a header': { code: 'imports.no_rows', bytes: HEAD },
  'a workbook with only a header': {
    code: 'imports.no_rows',
    bytes: bookOf({ sheets: [{ name: 'S', rows: sheetRows(people.slice(0, 1)) }] }),
  },
  'ten thousand columns': {
    code: 'imports.too_many_columns',
    bytes: `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n1\n`,
  },
  'ten thousand columns of a workbook': {
    code: 'imports.too_many_columns',
    bytes: bookOf({
      sheets: [{ name: 'S', rows: sheetRows([Array.from({ length: 10_000 }, (_, i) => `c${i}`), ['1']]) }],
    }),
  },
  'a header that stands twice': {
    code: 'imports.header_twice',
    bytes: '客户编号,客户名称,邮箱,邮箱\nK1,华东机电,a@x.cn,b@x.cn\n',
  },
  'a column without a header that only its values tell': {
    code: 'imports.header_unnamed',
    bytes: '客户编号,客户名称,\nK1,华东机电,a@x.cn\nK2,杭州阀门,b@x.cn\n',
  },
}

const words = (code: string, locale: 'zh-CN' | 'en', details: Record<string, unknown> = {}) =>
  phrase(text[code as keyof typeof text], locale, details)

describe('a hostile file is refused in the caller’s words and changes no table', () => {
  for (const [
    name,
    { code, bytes, name: file_name = 'a.csv', query = '', kind = 'parties' },
  ] of Object.entries(cases)) {
    test(`${name}: through the API`, { timeout: 60_000 }, async () => {
      const before = await counts()
      for (const locale of ['zh-CN', 'en'] as const) {
        const answer = await h.as().send({
          method: 'POST',
          url: `/api/v1/imports/file?kind=${kind}&file_name=${encodeURIComponent(file_name)}&${query}`,
          headers: { 'accept-language': locale, 'content-type': 'application/octet-stream' },
          body: Readable.from([Buffer.from(bytes as string)]),
        } as never)
        const problem = (await answer.json()) as {
          code: string
          detail: string
          details: Record<string, unknown>
        }
        assert.equal(problem.code, code)
        assert.equal(answer.status >= 400 && answer.status < 500, true)
        told(problem.detail, locale)
        assert.equal(problem.detail, words(code, locale, problem.details))
      }
      assert.equal(await counts(), before)
    })

    test(`${name}: through the command line`, { timeout: 60_000 }, async () => {
      const before = await counts()
      const path = join(folder, file_name)
      await writeFile(path, bytes)
      const said = new URLSearchParams(query)
      const layout = { encoding: said.get('encoding') as never, sheet: said.get('sheet') }
      const no = await importFile(h.ctx(), { kind, path, source: 'hostile', options: { layout } }).catch(
        (e: unknown) => e,
      )
      assert.ok(no instanceof Refusal, String(no))
      assert.equal(no.code, code)
      for (const locale of ['zh-CN', 'en'] as const) told(words(code, locale, no.details), locale)
      assert.equal(await counts(), before)
      await rm(path)
    })
  }
})

/** Words of the language, with every figure filled in. */
function told(message: string, locale: 'zh-CN' | 'en'): void {
  assert.doesNotMatch(message, /[{}]|undefined/)
  assert.equal(/[\u4e00-\u9fff]/.test(message.replace(/“.*?”/g, '')), locale === 'zh-CN', message)
}

describe('what is no file, or does not stay one', () => {
  const take = (path: string, over: object = {}) =>
    importFile(h.ctx(), { kind: 'parties', path, source: 'odd', ...over }).catch((error: unknown) => error)
  const refused = async (path: string, code: string, over: object = {}) => {
    const before = await counts()
    const no = await take(path, over)
    assert.ok(no instanceof Refusal, String(no))
    assert.equal(no.code, code)
    for (const locale of ['zh-CN', 'en'] as const) told(words(code, locale, no.details), locale)
    assert.equal(await counts(), before)
  }

  test('a folder, and a link to one', async () => {
    const path = join(folder, 'a folder.csv')
    await mkdir(path)
    await symlink(path, join(folder, 'to-folder.csv'))
    await refused(path, 'imports.directory')
    await refused(join(folder, 'to-folder.csv'), 'imports.directory')
  })
  test('a pipe, a device and a socket are not even opened', { timeout: 20_000 }, async () => {
    const pipe = join(folder, 'pipe.csv')
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0)
    await symlink(pipe, join(folder, 'to-pipe.csv'))
    await refused(pipe, 'imports.special_file')
    await refused(join(folder, 'to-pipe.csv'), 'imports.special_file')
    await refused('/dev/zero', 'imports.special_file')
    const socket = createServer().listen(join(folder, 's.csv'))
    await new Promise((resolve) => socket.once('listening', resolve))
    await refused(join(folder, 's.csv'), 'imports.special_file')
    socket.close()
  })
  test('nothing at all, and a link to nothing', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'to-nothing.csv'))
    await refused(join(folder, 'none.csv'), 'imports.no_file')
    await refused(join(folder, 'to-nothing.csv'), 'imports.no_file')
  })
  test('a link to a file is followed, and said', async () => {
    const path = join(folder, 'real.csv')
    await writeFile(path, `${HEAD}L1,链接机电,l@x.cn\n`)
    await symlink(path, join(folder, 'link.csv'))
    let to = ''
    const report = (await take(join(folder, 'link.csv'), {
      onLink: (where: string) => {
        to = where
      },
    })) as { lines: { created: number } }
    assert.deepEqual([report.lines.created, to], [1, path])
  })

  const changes: Record<string, (path: string) => void> = {
    grows: (path) => appendFileSync(path, 'K9,later,z@x.cn\n'),
    'is cut short': (path) => truncateSync(path, 2000),
    'is replaced': (path) => {
      writeFileSync(`${path}.new`, `${HEAD}K1,other,o@x.cn\n`)
      renameSync(`${path}.new`, path)
    },
    'goes away': (path) => rmSync(path),
  }
  for (const [name, change] of Object.entries(changes))
    for (const format of ['csv', 'xlsx'] as const)
      test(`a ${format} file that ${name} while it is read`, { timeout: 60_000 }, async () => {
        const path = join(folder, `changing.${format}`)
        const rows = Array.from({ length: 3000 }, (_, i) => [`K${i}`, `客户 ${i}`, `k${i}@x.cn`])
        await writeFile(
          path,
          format === 'csv'
            ? HEAD + rows.map((cells) => `${cells.join(',')}\n`).join('')
            : bookOf({ sheets: [{ name: 'S', rows: sheetRows([people[0]!, ...rows]) }] }),
        )
        let changed = false
        await refused(path, 'imports.file_changed', {
          onProgress: () => {
            if (!changed) change(path)
            changed = true
          },
        })
        await rm(path, { force: true })
      })
})

test('an unclosed quote over 2 GB stops after a few MB', { timeout: 60_000 }, async () => {
  let given = 0
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${HEAD}K1,"华东机电,a@x.cn\n`)
    const piece = Buffer.alloc(256 * 1024, 'K2,some name,b@x.cn\n')
    for (let i = 0; i < 8192; i++) {
      given += piece.length
      yield piece
    }
  }
  const source = await openSource(endless())
  const no = await (async () => {
    for await (const _ of source.batches());
  })().catch((error: unknown) => error)
  assert.ok(no instanceof Refusal)
  assert.equal(no.code, 'imports.unclosed_quote')
  assert.ok(given < 8 * 1024 ** 2, `${given} bytes were read`)
})

test('an upload with an unclosed quote is told while the rest of it is still on its way', {
  timeout: 60_000,
}, async () => {
  const before = await counts()
  const { port } = new URL(await h.app.listen({ port: 0, host: '127.0.0.1' }))
  const call = connect(Number(port), '127.0.0.1')
  let answer = ''
  call.on('data', (bytes) => {
    answer += bytes
  })
  call.write(
    `POST /api/v1/imports/file?kind=parties&file_name=a.csv HTTP/1.1\r\nhost: x\r\ncontent-length: ${2 * 1024 ** 3}\r\ncontent-type: application/octet-stream\r\n\r\n${HEAD}K1,"华东机电,a@x.cn\n`,
  )
  const piece = Buffer.alloc(256 * 1024, 'K2,some name,b@x.cn\n')
  let given = 0
  while (!answer.includes('imports.unclosed_quote') && given < 1024 ** 3) {
    given += piece.length
    if (!call.write(piece)) await once(call, 'drain')
  }
  // What is still on its way is taken and thrown away, so that a browser comes to read the answer.
  for (let i = 0; i < 200; i++) if (!call.write(piece)) await once(call, 'drain')
  call.destroy()
  assert.ok(given < 256 * 1024 ** 2, `${given} bytes were sent before the answer`)
  assert.equal(await counts(), before)
})

describe('cells that a spreadsheet would run, and rows of another width', () => {
  test('are kept as text and said; rows of another width are turned back with their line', async () => {
    const path = join(folder, 'cmd.csv')
    await writeFile(
      path,
      `${HEAD}F1,"=cmd|' /C calc'!A0",f@x.cn\nF2,@SUM(1+9)*cmd|' /C calc'!A0,g@x.cn\nF3,ok\nF4,+86 138 0000 0000,h@x.cn\n客户编号,客户名称,邮箱\n`,
    )
    const report = await importFile(h.ctx(), { kind: 'parties', path, source: 'cmd' })
    assert.deepEqual(report.lines, { read: 5, created: 3, updated: 0, unchanged: 0, rejected: 2 })
    assert.deepEqual(report.reasons.map(({ code, first_line }) => [code, first_line]).sort(), [
      ['header_again', 6],
      ['ragged', 4],
    ])
    const notice = report.notices.find(({ code }) => code === 'formula_text')
    assert.deepEqual([notice?.count, notice?.warning], [2, true])
    const { rows } = await h.house.pool.query(
      `select name from party p join external_id e using (party_id) where e.source = 'cmd' order by e.value`,
    )
    assert.deepEqual(
      rows.map(({ name }) => name),
      ["=cmd|' /C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0", '+86 138 0000 0000'],
    )
  })
})
