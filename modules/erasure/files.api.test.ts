import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { ZipReader } from '../../packages/zip/src/index.ts'
import { modules } from '../index.ts'
import type { Attachment } from '../notes/contract.ts'
import { parties } from '../parties/contract.ts'
import { company, director } from '../parties/testing.ts'

let h: TestHouse
let id: number
before(async () => {
  h = await testHouse(modules)
  await company(h)
  id = (
    await h
      .as(director)
      .api(parties)
      .create({ body: { kind: 'person', name: '陈建国', unit_id: 21 } })
  ).id
})
after(() => h.close())

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(700_000, 7)])
async function attach(name: string, bytes: Buffer): Promise<Attachment> {
  const answer = await h.as(director).send({
    method: 'POST',
    url: `/api/v1/parties/${id}/attachments?name=${encodeURIComponent(name)}`,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes as never,
  })
  return (await answer.json()) as Attachment
}
const ask = () => h.as(director).send({ method: 'GET', url: `/api/v1/parties/${id}/everything`, headers: {} })

async function copy(): Promise<Map<string, Buffer>> {
  const answer = await ask()
  assert.equal(answer.status, 200)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const zip = await ZipReader.foreign({
    size: bytes.length,
    read: async (at, length) => bytes.subarray(at, at + length),
  })
  const found = new Map<string, Buffer>()
  for (const name of zip.entries.keys()) {
    const parts: Buffer[] = []
    for await (const part of zip.read(name)) parts.push(part)
    found.set(name, Buffer.concat(parts))
  }
  await zip.close()
  return found
}

test('a person’s own copy holds their files byte for byte, also two of one name and one in the trash', async () => {
  const one = await attach('合同.pdf', PDF)
  const two = await attach('合同.pdf', Buffer.from('%PDF-1.4\nanother'))
  const gone = await attach('note & "x".txt', Buffer.from('旧的\n'))
  await h.as(director).send({
    method: 'DELETE',
    url: `/api/v1/parties/${id}/attachments/${gone.id}`,
    headers: {},
  })
  const found = await copy()
  assert.ok(found.get(`files/${one.id} 合同.pdf`)?.equals(PDF))
  assert.equal(found.get(`files/${two.id} 合同.pdf`)?.toString(), '%PDF-1.4\nanother')
  assert.equal(found.get(`files/${gone.id} ${gone.name}`)?.toString(), '旧的\n')
  const json = JSON.parse(found.get('everything.json')!.toString()) as {
    attachment: { file: string | null; bytes: number; live: boolean }[]
  }
  assert.deepEqual(
    json.attachment.map(({ file, live }) => [file, live]),
    [
      [`files/${one.id} 合同.pdf`, true],
      [`files/${two.id} 合同.pdf`, true],
      [`files/${gone.id} ${gone.name}`, false],
    ],
  )
  // The page leads to each of them.
  const html = found.get('index.html')!.toString()
  const links = [...html.matchAll(/<a href="([^"]+)">/g)].map((m) =>
    decodeURIComponent(m[1]!.replaceAll('&amp;', '&')),
  )
  assert.deepEqual(
    links,
    json.attachment.map(({ file }) => file),
  )
})

test('a file that carries a virus, or has not been looked at, is named without its bytes', async () => {
  const bad = await attach('bad.pdf', Buffer.from('%PDF-1.4\nbad'))
  const late = await attach('late.pdf', Buffer.from('%PDF-1.4\nlate'))
  await h.house.pool.query(`update attachment set scan = 'infected' where attachment_id = $1`, [bad.id])
  await h.house.pool.query(`update attachment set scan = 'pending' where attachment_id = $1`, [late.id])
  const found = await copy()
  assert.deepEqual(
    [...found.keys()].filter((name) => /bad|late/.test(name)),
    [],
  )
  const json = JSON.parse(found.get('everything.json')!.toString()) as {
    attachment: { name: string; file: string | null; scan: string }[]
  }
  assert.deepEqual(
    json.attachment.filter(({ file }) => file === null).map(({ name, scan }) => [name, scan]),
    [
      ['bad.pdf', 'infected'],
      ['late.pdf', 'pending'],
    ],
  )
})

test('a file whose pieces do not come whole breaks the copy off instead of passing for one', async () => {
  const { rows } = await h.house.pool.query<{ attachment_id: number }>(
    'select attachment_id from attachment where bytes = $1',
    [PDF.length],
  )
  await h.house.pool.query('delete from attachment_chunk where attachment_id = $1 and seq = 2', [
    rows[0]!.attachment_id,
  ])
  await assert.rejects(async () => (await ask()).arrayBuffer())
})
