import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { ZipError, type ZipFault, ZipReader, ZipWriter } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'guanxi zip '))
after(() => rm(folder, { recursive: true, force: true }))
const AT = new Date('2026-11-22T01:02:03Z')

type Content = Record<string, Buffer>
async function write(path: string, content: Content, large = false): Promise<void> {
  const file = await open(path, 'w')
  const zip = new ZipWriter(async (bytes) => void (await file.write(bytes)), AT)
  for (const [name, bytes] of Object.entries(content)) await zip.add(name, [bytes], { large })
  await zip.end()
  await file.close()
}
async function read(path: string): Promise<Content> {
  const zip = await ZipReader.open(path)
  try {
    const found: Content = {}
    for (const name of zip.entries.keys()) {
      const parts: Buffer[] = []
      for await (const part of zip.read(name)) parts.push(part)
      found[name] = Buffer.concat(parts)
    }
    return found
  } finally {
    await zip.close()
  }
}
const fault = (wanted: ZipFault) => (error: unknown) => error instanceof ZipError && error.fault === wanted
const sample = {
  'a.csv': Buffer.from('id,name\n1,关系\n'),
  'tables/b.csv': Buffer.alloc(3_000_000, 'guanxi'),
}

test('what is written is read back, byte for byte, in both sizes of headers', async () => {
  const path = join(folder, 'any.zip')
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?\.csv$/),
        fc.uint8Array({ maxLength: 5000 }),
      ),
      fc.boolean(),
      async (given, large) => {
        const content = Object.fromEntries(Object.entries(given).map(([k, v]) => [k, Buffer.from(v)]))
        fc.pre(Object.keys(content).length > 0)
        await write(path, content, large)
        assert.deepEqual(await read(path), content)
      },
    ),
    { numRuns: 60 },
  )
})

test('a file cut off anywhere is refused', async () => {
  const path = join(folder, 'whole.zip')
  await write(path, sample)
  const whole = await readFile(path)
  const cut = join(folder, 'cut.zip')
  for (const share of [0.001, 0.3, 0.7, 0.99, 0.999]) {
    await writeFile(cut, whole.subarray(0, Math.floor(whole.length * share)))
    await assert.rejects(read(cut), (error) => error instanceof ZipError)
  }
})

test('no flipped byte passes: it is refused, or it changed nothing that is read', async () => {
  const path = join(folder, 'flip.zip')
  const small = { 'a.csv': Buffer.from('id,name\n1,关系\n'), 'tables/b.csv': Buffer.from('x'.repeat(300)) }
  await write(path, small)
  const whole = await readFile(path)
  const flipped = join(folder, 'flipped.zip')
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole)
    bytes[at] = bytes[at]! ^ 0xff
    await writeFile(flipped, bytes)
    const found = await read(flipped).catch((error: unknown) => error)
    if (found instanceof ZipError) continue
    assert.ok(!(found instanceof Error), `byte ${at}: ${String(found)}`)
    for (const [name, content] of Object.entries(found as Content))
      if (name in small) assert.deepEqual(content, small[name as keyof typeof small])
  }
})

test('names that leave the folder, encrypted, foreign and greedy archives are refused by what they are', async () => {
  const path = join(folder, 'hostile.zip')
  for (const name of ['../evil.csv', '/etc/passwd', 'a/../../b', 'C:/x', 'a\\b', '..']) {
    await write(path, { [name]: Buffer.from('x') })
    await assert.rejects(read(path), fault('unsafe_name'), name)
  }
  await writeFile(path, 'not an archive at all, only text')
  await assert.rejects(read(path), fault('not_zip'))
  await writeFile(path, '')
  await assert.rejects(read(path), fault('not_zip'))
  await write(path, sample)
  const bytes = await readFile(path)
  const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  const locked = Buffer.from(bytes)
  locked[central + 8] = locked[central + 8]! | 1
  await writeFile(path, locked)
  await assert.rejects(read(path), fault('encrypted'))
  // A bomb says little and holds much: it is stopped at what it said.
  const bomb = Buffer.from(bytes)
  const second = bomb.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), central + 4)
  bomb.writeUInt32LE(1000, second + 24)
  await writeFile(path, bomb)
  await assert.rejects(read(path), fault('damaged'))
})

test('pieces of any size, text or bytes, are one entry, in blocks that are used again', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 50 }).map((text) => text.toWellFormed()),
    fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
    fc.integer({ min: 1, max: 700_000 }).map((n) => Buffer.alloc(n, 'ab')),
    fc.integer({ min: 1, max: 200_000 }).map((n) => '关系'.repeat(n)),
  )
  const path = join(folder, 'pieces.zip')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const parts: Buffer[] = []
      const zip = new ZipWriter((bytes) => void parts.push(bytes), AT)
      await zip.open('a.xml')
      for (const one of pieces) await zip.write(one)
      const whole = Buffer.concat(pieces.map((one) => Buffer.from(one as string)))
      assert.equal(zip.entered, whole.length)
      await zip.close()
      await zip.end()
      assert.equal(zip.bytes, Buffer.concat(parts).length)
      await writeFile(path, Buffer.concat(parts))
      assert.ok((await read(path))['a.xml']!.equals(whole))
    }),
    { numRuns: 40 },
  )
})

test('a slow sink holds the source back, and what it cannot take is heard', async () => {
  let [open, most] = [0, 0]
  const slow = new ZipWriter(async () => {
    most = Math.max(most, ++open)
    await new Promise((done) => setTimeout(done, 1))
    open--
  }, AT)
  async function* source() {
    for (let i = 0; i < 40; i++) yield Buffer.alloc(100_000, i)
  }
  const { size, sha256 } = await slow.add('a.csv', source())
  assert.deepEqual([size, sha256.length, most], [4_000_000, 64, 1])
  let taken = 0
  const full = new ZipWriter(async (bytes) => {
    taken += bytes.length
    if (taken > 20_000) throw new Error('no space left')
  }, AT)
  await assert.rejects(full.add('a.csv', [randomBytes(3_000_000)]), /no space left/)
})

test('an archive of another program may name its entries as it likes, and one that is locked harms no other', async () => {
  const path = join(folder, 'foreign.zip')
  await write(path, { '[Content_Types].xml': Buffer.from('<Types/>'), 'xl\\a b.xml': Buffer.from('<x/>') })
  const bytes = await readFile(path)
  const second = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  bytes[second + 8] = bytes[second + 8]! | 1
  // Read from memory, and never more than a thousand bytes at a time.
  const place = {
    size: bytes.length,
    read: async (at: number, length: number) => bytes.subarray(at, at + Math.min(length, 1000)),
  }
  const zip = await ZipReader.foreign(place)
  assert.deepEqual([...zip.entries.keys()], ['[Content_Types].xml', 'xl/a b.xml'])
  assert.equal(await zip.text('[Content_Types].xml', 100), '<Types/>')
  await assert.rejects(zip.text('[Content_Types].xml', 5), fault('too_large'))
  await assert.rejects(zip.text('xl/a b.xml', 100), fault('encrypted'))
  await zip.close()
})
