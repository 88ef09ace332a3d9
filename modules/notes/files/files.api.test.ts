import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { systemCtx } from '../../../kernel/ctx.ts'
import { type TestHouse, testConfig, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { parties } from '../../parties/contract.ts'
import { codeOf, company, director, wang } from '../../parties/testing.ts'
import { type Attachment, notes } from '../contract.ts'
import { ask, scanFile, sweepFiles } from './jobs.ts'
import { contradicts, safeName, sniff } from './sniff.ts'

let h: TestHouse
let mine: number
before(async () => {
  h = await testHouse(modules, { config: { ...testConfig(), attachmentMb: 1 } })
  await company(h)
  mine = (
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: '陈建国', unit_id: 21, owner_id: 101 } })
  ).id
})
after(() => h.close())

const api = (who = director) => h.as(who).api(notes)
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(600_000, 7)])

async function send(
  bytes: Buffer,
  name: string,
  type = 'application/octet-stream',
  id = mine,
  who = director,
) {
  const answer = await h.as(who).send({
    method: 'POST',
    url: `/api/v1/parties/${id}/attachments?name=${encodeURIComponent(name)}`,
    headers: { 'content-type': type },
    body: bytes as never,
  })
  return { status: answer.status, body: (await answer.json()) as Attachment & { code: string } }
}

test('a file goes in and comes out byte for byte, only as a download, under its own name', async () => {
  const { status, body } = await send(PDF, '报价 单/../"合同".pdf', 'application/pdf')
  assert.equal(status, 200)
  assert.deepEqual(
    [body.name, body.type, body.bytes, body.scan, body.served],
    ['合同.pdf', 'application/pdf', PDF.length, 'unscanned', true],
  )
  const answer = await h.as(wang).send({
    method: 'GET',
    url: `/api/v1/parties/${mine}/attachments/${body.id}/file`,
    headers: {},
  })
  assert.equal(answer.status, 200)
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(PDF))
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream')
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.match(answer.headers.get('content-security-policy')!, /^sandbox/)
  assert.equal(
    answer.headers.get('content-disposition'),
    `attachment; filename*=UTF-8''${encodeURIComponent('合同.pdf')}`,
  )
  const { rows } = await h.house.pool.query(
    'select action from audit where subject_id = $1 order by audit_id',
    [body.id],
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['attachments.added', 'attachments.downloaded'],
  )
  const chunks = await h.house.pool.query(
    'select length(data) as n from attachment_chunk where attachment_id = $1 order by seq',
    [body.id],
  )
  assert.deepEqual(
    chunks.rows.map(({ n }) => Number(n)),
    [262_144, 262_144, PDF.length - 2 * 262_144],
  )
})

test('too large, empty, a program and a lie are refused, and nothing of them stays', async () => {
  const before = await h.house.pool.query('select count(*) as n from attachment_chunk')
  assert.deepEqual(await codes(Buffer.alloc(1_100_000, 1), 'big.bin'), [413, 'attachments.too_large'])
  assert.deepEqual(await codes(Buffer.alloc(0), 'empty.txt'), [422, 'attachments.empty'])
  assert.deepEqual(await codes(Buffer.from('MZ\u0000\u0000 program'), 'invoice.pdf'), [
    415,
    'attachments.type_refused',
  ])
  assert.deepEqual(await codes(Buffer.from('<html><script>'), 'a.png', 'image/png'), [
    415,
    'attachments.type_lies',
  ])
  assert.deepEqual(await codes(PDF, 'a.jpg', 'image/jpeg'), [415, 'attachments.type_lies'])
  const after = await h.house.pool.query('select count(*) as n from attachment_chunk')
  assert.equal(after.rows[0].n, before.rows[0].n)
})
const codes = async (bytes: Buffer, name: string, type?: string) => {
  const { status, body } = await send(bytes, name, type)
  return [status, body.code]
}

test('the trash takes a file out of reach and gives it back; another’s party has none', async () => {
  const { body } = await send(Buffer.from('text'), 'a.txt', 'text/plain')
  const params = { id: mine, attachment_id: body.id }
  await api().removeAttachment({ params })
  assert.ok(
    !(await api().attachments({ params: { id: mine }, query: {} })).items.some(({ id }) => id === body.id),
  )
  const gone = await h
    .as(director)
    .send({ method: 'GET', url: `/api/v1/parties/${mine}/attachments/${body.id}/file`, headers: {} })
  assert.equal(gone.status, 404)
  assert.equal((await api().restoreAttachment({ params })).live, true)
  const theirs = await h
    .as(director)
    .api(parties)
    .create({ body: { kind: 'person', name: 'Kim', unit_id: 31, owner_id: 103 } })
  assert.equal((await send(Buffer.from('x'), 'a.txt', 'text/plain', theirs.id, wang)).status, 404)
  assert.equal(
    await codeOf(api(wang).attachments({ params: { id: theirs.id }, query: {} })),
    'kernel.not_found',
  )
})

test('with a scanner a file waits until it is called clean, and an infected one is never handed out', async () => {
  const scanner = createServer(async (request, answer) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const infected = Buffer.concat(parts).includes('EICAR')
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ infected }))
  })
  await new Promise<void>((resolve) => scanner.listen(0, '127.0.0.1', resolve))
  const scan = `http://127.0.0.1:${(scanner.address() as AddressInfo).port}`
  Object.assign(h.house.config, { scan })
  try {
    const good = (await send(Buffer.from('clean text'), 'a.txt')).body
    const bad = (await send(Buffer.from('EICAR test'), 'b.txt')).body
    assert.deepEqual([good.scan, good.served], ['pending', false])
    const get = async (id: number) => {
      const answer = await h
        .as(director)
        .send({ method: 'GET', url: `/api/v1/parties/${mine}/attachments/${id}/file`, headers: {} })
      return answer.status === 200 ? 'served' : ((await answer.json()) as { code: string }).code
    }
    assert.equal(await get(good.id), 'attachments.not_scanned')
    for (const { id } of [good, bad]) await scanFile.run(systemCtx(h.house), { attachment_id: id }, null)
    assert.deepEqual([await get(good.id), await get(bad.id)], ['served', 'attachments.infected'])
  } finally {
    Object.assign(h.house.config, { scan: undefined })
    await new Promise((resolve) => scanner.close(resolve))
  }
  async function* bytes() {
    yield Buffer.from('some bytes')
  }
  assert.equal(await ask('grep -q other', bytes()), true)
  assert.equal(await ask('cat', bytes()), false)
  await assert.rejects(ask('a-scanner-that-is-not-there', bytes()))
})

test('pieces of an upload that broke off are swept after a day, files are not', async () => {
  await h.house.pool.query(
    `insert into attachment_chunk (party_id, home_party_id, attachment_id, seq, data, at) values ($1, $1, 1, 0, 'x', now() - interval '2 days')`,
    [mine],
  )
  const before = await h.house.pool.query('select count(*) as n from attachment_chunk')
  await sweepFiles.run(systemCtx(h.house), {}, null)
  const after = await h.house.pool.query('select count(*) as n from attachment_chunk')
  assert.equal(Number(before.rows[0].n) - Number(after.rows[0].n), 1)
})

test('bytes say what a file is, and a name is made safe in any language', () => {
  const zip = (inner: string) => Buffer.from(`PK\u0003\u0004${inner}`, 'latin1')
  assert.equal(
    sniff(zip('[Content_Types].xml'), 'a.xlsx'),
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  )
  assert.equal(sniff(zip('a.txt'), 'a.xlsx'), 'application/zip')
  assert.equal(sniff(Buffer.from('你好，世界'), 'a.pdf'), 'text/plain')
  assert.equal(sniff(Buffer.from([0, 1, 2]), 'a.txt'), 'application/octet-stream')
  assert.equal(sniff(Buffer.from('#!/bin/sh\n'), 'a.txt'), null)
  assert.ok(
    !contradicts('text/plain', 'text/csv; charset=gbk') &&
      contradicts('application/octet-stream', 'text/plain'),
  )
  assert.ok(!contradicts('application/zip', 'application/vnd.oasis.opendocument.text'))
  assert.equal(safeName('C:\\x\\合同\u202e终稿.pdf'), '合同终稿.pdf')
  assert.equal(safeName('../../..'), 'file')
  assert.equal(safeName('a\u0000\r\n"b".txt'), 'ab.txt')
  assert.equal([...safeName(`${'长'.repeat(300)}.pdf`)].length, 204)
})
