import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Refusal } from '../../../kernel/refuse.ts'
import { type Encoding, openSource, type SourceOptions } from './source.ts'

/** Characters by their bytes: Node decodes these encodings but does not write them. */
function bytesOf(encoding: 'gb18030' | 'big5', first: number): Map<string, Buffer> {
  const decoder = new TextDecoder(encoding)
  const pairs = new Map<string, Buffer>()
  for (let lead = 0xf7; lead >= first; lead--) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail > 0x7e && trail < 0xa1) continue
      const bytes = Buffer.from([lead, trail])
      const text = decoder.decode(bytes)
      if (text.length === 1 && text !== '\uFFFD') pairs.set(text, bytes)
    }
  }
  return pairs
}
const written = { gb18030: bytesOf('gb18030', 0xa1), big5: bytesOf('big5', 0xa1) }

function encode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16()
  if (encoding === 'windows-1252') return Buffer.from(text, 'latin1')
  return Buffer.concat([...text].map((c) => written[encoding].get(c) ?? Buffer.from(c, 'latin1')))
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(bytes: Buffer, options: SourceOptions = {}, size = 65_536) {
  const source = await openSource(inChunks(bytes, size), options)
  const rows: string[][] = []
  const lines: number[] = []
  const problems: string[] = []
  for await (const batch of source.batches()) {
    rows.push(...batch.rows)
    lines.push(...batch.lines)
    for (const [i, problem] of batch.problems ?? []) problems.push(`${batch.lines[i]}:${problem}`)
  }
  return { source, detected: source.detected, headers: source.headers, rows, lines, problems }
}

const refused = async (bytes: Buffer, options?: SourceOptions): Promise<Refusal> => {
  const result = await readAll(bytes, options).catch((error: unknown) => error)
  assert.ok(result instanceof Refusal, 'nothing was refused')
  return result
}

const orders =
  '订单号,下单时间,客户名称,数量,单价\n1001,2024-03-05,华东机电,2,12.50\n1002,2024-03-06,"杭州西子阀门, 二部",1,8.00\n'

test('every encoding is found out, with and without mark, packed or not', async () => {
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'gb18030'] as const) {
    for (const bom of [false, true]) {
      if (bom && encoding === 'gb18030') continue
      const plain = encode((bom ? '\uFEFF' : '') + orders, encoding)
      for (const bytes of [plain, gzipSync(plain)]) {
        const { detected, rows, headers } = await readAll(bytes, {}, 7)
        assert.deepEqual([detected.encoding, detected.bom, detected.gzip], [encoding, bom, bytes !== plain])
        assert.deepEqual(headers, ['订单号', '下单时间', '客户名称', '数量', '单价'])
        assert.equal(rows[1]![2], '杭州西子阀门, 二部')
      }
    }
  }
})

const taiwan =
  '訂單編號,日期,客戶名稱,數量,單價\n1001,2024-03-05,台灣積體電路製造股份有限公司,2,12.50\n1002,2024-03-06,"高雄港務, 二課",1,8.00\n'

test('Big5 is told from GB18030, by a line or by a file, and the other way round', async () => {
  for (const bytes of [encode(taiwan, 'big5'), gzipSync(encode(taiwan, 'big5'))]) {
    const { detected, rows, headers } = await readAll(bytes, {}, 7)
    assert.equal(detected.encoding, 'big5')
    assert.deepEqual(headers, ['訂單編號', '日期', '客戶名稱', '數量', '單價'])
    assert.equal(rows[1]![2], '高雄港務, 二課')
  }
  const names: [Encoding, string[]][] = [
    ['big5', ['陳怡君,台北市信義區', '王小明,高雄市左營區', '林淑芬', '黃志豪,香港九龍', '劉德華']],
    ['gb18030', ['陈怡君,上海市静安区', '王小明,杭州市西湖区', '李静', '黄志强,广东深圳', '郑晓琳']],
  ]
  for (const [encoding, cells] of names)
    for (const cell of [...cells, cells.join('\n')]) {
      const { detected, rows } = await readAll(encode(`id,name,city\n1,${cell}\n`, encoding))
      assert.equal(detected.encoding, encoding, cell)
      assert.equal(rows[0]!.slice(1).join(), cell.split('\n')[0])
    }
})

test('Big5 of Hong Kong has its own characters; what is none of them turns back its row', async () => {
  const bytes = Buffer.concat([
    encode('編號,地址\n1,香港', 'big5'),
    Buffer.from('916fb3bdaf46', 'hex'),
    encode('英皇道\n2,', 'big5'),
    Buffer.from('b260a4f496f5', 'hex'),
    encode('福華街\n3,', 'big5'),
    Buffer.from('8140', 'hex'),
    encode('街\n', 'big5'),
  ])
  for (const size of [1, 5, 4096]) {
    const { detected, rows, problems } = await readAll(bytes, {}, size)
    assert.equal(detected.encoding, 'big5')
    assert.deepEqual(rows.slice(0, 2), [
      ['1', '香港鰂魚涌英皇道'],
      ['2', '深水埗福華街'],
    ])
    assert.deepEqual(problems, ['4:bad_encoding'])
  }
})

test('a short file that ends inside a quoted cell is told as that, with its line', async () => {
  const no = await refused(Buffer.from('order,name\n1,Zhang\n2,"Li,5\n'))
  assert.deepEqual([no.code, no.details['line']], ['imports.unclosed_quote', 3])
})

test('western text is not taken for Chinese', async () => {
  const text = 'Name;Ville;Prénom\nDupré;Orléans;Zoé\nGarçon;Besançon;André\nMüller;Köln;Jürgen\n'
  const { detected, rows } = await readAll(encode(text, 'windows-1252'))
  assert.deepEqual([detected.encoding, detected.delimiter], ['windows-1252', ';'])
  assert.deepEqual(rows[0], ['Dupré', 'Orléans', 'Zoé'])
  for (const name of ['25°Celsius ½kg', 'Æblegrød', 'CAFÉ NOIR', '£3.50', 'ªª º1'])
    assert.equal(
      (await readAll(encode(`id,name\n1,${name}\n`, 'windows-1252'))).detected.encoding,
      'windows-1252',
    )
})

test('the first Chinese character may come after megabytes of ASCII', async () => {
  const head = `id,name\n${'1,plain words only\n'.repeat(60_000)}`
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    const { rows, detected, problems } = await readAll(
      encode(`${head}2,上海曾氏气动有限公司\n`, encoding),
      {},
      10_007,
    )
    assert.deepEqual(rows.at(-1), ['2', '上海曾氏气动有限公司'])
    assert.deepEqual([detected.encoding, detected.encoding_certain, problems], [encoding, true, []])
  }
})

test('bytes that are no characters turn back their row and no other; where the encoding was said, the file', async () => {
  const many = Array.from({ length: 30 }, (_, i) => `${i},上海曾氏气动有限公司\n`).join('')
  const bytes = Buffer.concat([
    Buffer.from('id,name\n1,上海\n2,bro'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`ken\n3,北京\n${many}`),
  ])
  const { rows, problems } = await readAll(bytes)
  assert.equal(rows.length, 33)
  assert.deepEqual(problems, ['3:bad_encoding'])
  const no = await refused(bytes, { encoding: 'utf-8' })
  assert.deepEqual([no.code, no.details['line']], ['imports.wrong_encoding', 3])
  const short = Buffer.concat([
    Buffer.from('客户编号,姓名\n1,张三\n2,M'),
    Buffer.from([0xfc]),
    Buffer.from('ller\n'),
  ])
  assert.deepEqual((await readAll(short)).problems, ['3:bad_encoding'])
})

test('an encoding that is said must be the file’s', async () => {
  const cases: [Encoding, Encoding][] = [
    ['gb18030', 'utf-8'],
    ['utf-8', 'gb18030'],
    ['utf-8', 'utf-16le'],
    ['utf-16le', 'utf-8'],
    ['utf-16be', 'utf-16le'],
    ['gb18030', 'utf-16be'],
  ]
  for (const [of, encoding] of cases) {
    const no = await refused(encode(orders.repeat(3), of), { encoding })
    assert.deepEqual(
      [no.code, no.details['encoding']],
      ['imports.wrong_encoding', encoding],
      `${of} as ${encoding}`,
    )
  }
  const late = Buffer.concat([
    Buffer.from(`id,name\n${'1,plain\n'.repeat(20_000)}`),
    encode('2,上海\n', 'gb18030'),
  ])
  const no = await refused(late, { encoding: 'utf-8' })
  assert.deepEqual([no.code, no.details['line']], ['imports.wrong_encoding', 20_002])
})

test('delimiters are told apart, also where decimals use the comma', async () => {
  const cases: [string, string][] = [
    ['a;b;c\n1,5;2,25;x\n2,5;3,25;y\n', ';'],
    ['a\tb\tc\n1\t"x, y"\t2\n', '\t'],
    ['a|b\n1,2|3,4\n', '|'],
    ['订单号，数量\n1001，2\n1002，3\n', '，'],
    ['编号,备注\n1,你好，世界\n2,再见，再会，保重\n', ','],
    ['sep=;\nname;text\na;b, c\n', ';'],
  ]
  for (const [text, delimiter] of cases)
    assert.equal((await readAll(Buffer.from(text))).detected.delimiter, delimiter, text)
})

test('a header is seen for what it is, and its absence too', async () => {
  const header = async (text: string) => (await readAll(Buffer.from(text))).detected.has_header
  assert.equal(await header('InvoiceNo,StockCode,Quantity\n1,a,2\n'), true)
  assert.equal(await header('536365,85123A,6\n536366,71053,8\n'), false)
  assert.equal(await header('甲方,数额\n上海,12\n北京,15\n'), true)
  assert.equal(await header('上海,12\n北京,15\n'), false)
  const { headers, rows } = await readAll(Buffer.from('1,2\n3,4\n'))
  assert.deepEqual([headers, rows.length], [['#1', '#2'], 2])
})

test('a title above the header is not taken for it', async () => {
  const text =
    '销售明细表,,,\n导出时间：2024-03-05,,,\n订单号,日期,数量,单价\nS1,2024-03-05,1,2\nS2,2024-03-06,1,2\n'
  const { headers, rows, lines, detected } = await readAll(Buffer.from(text))
  assert.deepEqual([headers[0], detected.preamble, rows.length, lines], ['订单号', 2, 2, [4, 5]])
  assert.equal((await readAll(Buffer.from('订单号,日期,数量,单价\nS1,,,\n'))).detected.preamble, 0)
})

test('a reader that stops early lets go of its input', async () => {
  const text = Buffer.from(`a,b\n${'1,2\n'.repeat(300_000)}`)
  for (const bytes of [text, gzipSync(text, { level: 1 })]) {
    const input = Readable.from(inChunks(bytes, 1_000), { objectMode: false })
    const source = await openSource(input)
    for await (const _ of source.batches()) break
    assert.ok(input.destroyed)
    const unread = Readable.from(inChunks(bytes, 1_000), { objectMode: false })
    await (await openSource(unread)).close()
    assert.ok(unread.destroyed)
  }
})

test('repeated and empty headers get names of their own', async () => {
  const { headers, detected } = await readAll(Buffer.from('备注,名称,备注,,备注 (2)\n1,2,3,4,5\n'))
  assert.deepEqual(headers, ['备注', '名称', '备注 (2)', '#4', '备注 (2) (2)'])
  assert.deepEqual(detected.repeated_headers, ['备注', '备注 (2)'])
})

test('what was detected can be overridden', async () => {
  const { rows, detected } = await readAll(encode(orders, 'utf-8'), { delimiter: ';', has_header: false })
  assert.deepEqual([rows.length, rows[0]!.length, detected.has_header], [3, 1, false])
})

test('files that are no tables are refused by name', async () => {
  const zip = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(100)])
  const ole = Buffer.alloc(2048)
  ole.write('d0cf11e0a1b11ae1', 'hex')
  ole.writeUInt16LE(9, 30)
  const sealed = Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')])
  const cases: [Buffer, string, string | undefined][] = [
    [Buffer.alloc(0), 'imports.empty', undefined],
    [Buffer.from('\n\n  \n'), 'imports.empty', undefined],
    [gzipSync(Buffer.alloc(0)), 'imports.empty', undefined],
    [zip, 'imports.workbook_broken', undefined],
    [gzipSync(zip), 'imports.archive', 'GZIP + ZIP'],
    [gzipSync(gzipSync('a,b\n1,2\n')), 'imports.archive', 'GZIP'],
    [ole, 'imports.old_workbook', 'XLS'],
    [sealed, 'imports.encrypted', undefined],
    [Buffer.from('%PDF-1.7 …'), 'imports.not_text', 'PDF'],
    [Buffer.from('ffd8ffe000104a464946', 'hex'), 'imports.not_text', 'JPEG'],
    [Buffer.from('<html><table><tr><td>订单号'), 'imports.not_text', 'HTML'],
    [Buffer.from('[{"id":1}]'), 'imports.not_text', 'JSON'],
    [Buffer.from('a,b\n1,\0\0\0\0\n'), 'imports.binary', undefined],
    [Buffer.from(`a,b\n${'1,2\n'.repeat(40_000)}3,${'\0'.repeat(9_000)}\n`), 'imports.binary', undefined],
    [Buffer.from('姓名,电话,备注\n'), 'imports.no_rows', undefined],
  ]
  for (const [bytes, code, looks_like] of cases) {
    const no = await refused(bytes)
    assert.deepEqual([no.code, no.details['looks_like']], [code, looks_like])
  }
})

test('a stray NUL is the fault of its line, wherever it stands and however the file is written; the others are read', async () => {
  const many = Array.from({ length: 60_000 }, (_, i) => (i === 50_000 ? `${i},a\0b` : `${i},好`))
  const late = ['n,word', ...many].join('\n')
  for (const [bytes, line, rows] of [
    [Buffer.from('n,word\n1,好\n2,a\0b\n3,好\n'), 3, 3],
    [Buffer.from('\uFEFFn,word\n1,好\n2,a\0b\n3,好\n', 'utf16le'), 3, 3],
    [Buffer.from(late), 50_002, 60_000],
  ] as const) {
    const source = await openSource(Readable.from([bytes]))
    const faults: [number, string, string][] = []
    let read = 0
    for await (const batch of source.batches()) {
      read += batch.rows.length
      for (const [i, problem] of batch.problems ?? [])
        faults.push([batch.lines[i]!, problem, batch.rows[i]![1]!])
    }
    assert.deepEqual([faults, read], [[[line, 'nul', 'a␀b']], rows])
  }
})

test('gzip: members in a row are one file, a torn one is refused, a bomb stops early', async () => {
  const two = Buffer.concat([gzipSync(orders), gzipSync('1003,2024-03-07,广州粤海泵业,3,9\n')])
  assert.equal((await readAll(two)).rows.length, 3)
  const big = gzipSync(orders.repeat(5_000))
  assert.equal((await refused(big.subarray(0, big.length - 50))).code, 'imports.gzip_broken')
  const zeros = gzipSync(Buffer.alloc(100 * 1024 * 1024, `a,${'b'.repeat(9_997)}\n`))
  const bomb = await refused(zeros)
  assert.equal(bomb.code, 'imports.bomb')
  assert.ok(Number(bomb.details['unpacked']) < 66 * 1024 * 1024)
})

test('a file on disk reads as its stream does, and its lines are those of the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imports 读-'))
  try {
    const path = join(folder, '订单.csv')
    await writeFile(path, 'sep=,\r\nid,note\r\n1,"two\r\nlines"\r\n\r\n2,one\r\n')
    const source = await openSource(path)
    const lines: number[] = []
    for await (const batch of source.batches()) lines.push(...batch.lines)
    assert.deepEqual(lines, [3, 6])
    assert.deepEqual(
      [source.progress.lines, source.progress.blank_lines, source.detected.line_ending],
      [6, 1, 'crlf'],
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('rows survive any encoding, packing and chunk size', async () => {
  const chinese = fc
    .array(fc.constantFrom(...'上海北京市中山路一二三，。（）'), { maxLength: 8 })
    .map((a) => a.join(''))
  const text = fc.oneof(chinese, fc.string({ unit: fc.constantFrom(...'abc,"\n 123'), maxLength: 8 }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 20 }),
      fc.constantFrom<Encoding>('utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'big5'),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      async (cells, encoding, packed, size) => {
        const rows = cells.map(([a, b]) => ['行', a, b])
        const csv = [
          '键,甲,乙',
          ...rows.map((r) => r.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')),
        ].join('\n')
        const bytes = encode(csv, encoding)
        const back = await readAll(
          packed ? gzipSync(bytes) : bytes,
          { encoding, delimiter: ',', has_header: true },
          size,
        )
        assert.deepEqual(back.rows, rows)
      },
    ),
    { numRuns: 150 },
  )
})

test('whatever the bytes are, they are read or refused', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: fc.constantFrom(...'a,"\n\r\t;1|，订'), maxLength: 200 }).map((s) => Buffer.from(s)),
    fc.uint8Array({ maxLength: 100 }).map((b) => Buffer.concat([Buffer.from([0x1f, 0x8b]), b])),
    fc.uint8Array({ maxLength: 100 }).map((b) => Buffer.concat([gzipSync(orders), b])),
  )
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 400 }), async (some, size) => {
      const result = await readAll(Buffer.from(some), {}, size).catch((error: unknown) => error)
      assert.ok(!(result instanceof Error) || result instanceof Refusal, String(result))
    }),
    { numRuns: 1500 },
  )
})

test('memory does not grow with the file', async () => {
  const piece = Buffer.from(`1001,2024-03-05 14:30:00,"华东机电, 有限公司",2,12.50\n`.repeat(2_000))
  async function* endless() {
    yield Buffer.from('订单号,下单时间,客户名称,数量,单价\n')
    for (let i = 0; i < 1_000; i++) yield piece
  }
  const source = await openSource(endless())
  let rows = 0
  let most = 0
  const before = process.memoryUsage().heapUsed
  for await (const batch of source.batches()) {
    rows += batch.rows.length
    most = Math.max(most, process.memoryUsage().heapUsed - before)
  }
  assert.equal(rows, 2_000_000)
  // 120 MB of text; what stands at once is a few batches and the garbage between two collections.
  assert.ok(most < 100 * 1024 * 1024, `${most} bytes`)
})
