import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Refusal } from '../../kernel/refuse.ts'
import { relayBatch } from '../../kernel/relay.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { verifyAudit } from '../../kernel/verify.ts'
import { ZipReader, ZipWriter } from '../../packages/zip/src/index.ts'
import { modules } from '../index.ts'
import { furnish } from '../testing.world.ts'
import { backupToFile } from './archive/file.ts'
import { MANIFEST, type Manifest, PROOF, proofOf } from './archive/manifest.ts'
import { openArchive } from './archive/read.ts'
import { restoreArchive } from './archive/restore.ts'
import { RESTORE_LOCK } from './archive/tables.ts'
import { awkward, emptyHouse, type Place, place, schemaOf, sums } from './testing.ts'

let at: Place
let source: TestHouse
let archive: string
before(async () => {
  at = await place()
  source = await testHouse(modules, { config: testConfig({ home: at.folder }) })
  await furnish(source)
  await awkward(source.house)
  // Some rows are sealed, some wait in the outbox: both must come back as they are.
  await relayBatch(source.house.pool, source.house.seal_key, [])
  await furnish(source)
  archive = at.file('whole.zip')
  await backupToFile(source.house, archive)
})
after(async () => {
  await source.close()
  await at.end()
})

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code
async function restoreFrom(path: string, into: Parameters<typeof restoreArchive>[0], how = {}) {
  const opened = await openArchive(path, into.seal_key)
  try {
    return await restoreArchive(into, opened, how)
  } finally {
    await opened.close()
  }
}

test('restored into an empty house, every table is equal, row for row and byte for byte', async () => {
  const target = await emptyHouse(at.folder)
  try {
    const { differences } = await restoreFrom(archive, target.house, { bare: true, compared: true })
    assert.deepEqual(differences, [])
    assert.deepEqual(await sums(target.database.owner), await sums(source.database.owner))
  } finally {
    await target.end()
  }
})

test('a restored house has the schema, indexes, keys and rights of a migrated one, and its audit chain holds', async () => {
  const target = await emptyHouse(at.folder)
  try {
    const fresh = await schemaOf(target.database.owner)
    await restoreFrom(archive, target.house)
    const restored = await schemaOf(target.database.owner)
    const missing = fresh.filter((line) => !restored.includes(line))
    const surplus = restored.filter((line) => !fresh.includes(line))
    assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] })
    await relayBatch(target.house.pool, target.house.seal_key, [])
    const report = await verifyAudit(target.house)
    assert.equal(report.ok, true, JSON.stringify(report.broken))
    const { rows } = await target.house.pool.query(
      `select action from audit where action = 'backups.restored'`,
    )
    assert.equal(rows.length, 1)
    await assert.rejects(target.house.pool.query('delete from audit'), /permission denied/)
    const ids = await target.house.pool.query(
      `select nextval('entity_id') > max(audit_id) as fresh from audit`,
    )
    assert.equal(ids.rows[0].fresh, true)
  } finally {
    await target.end()
  }
})

test('sessions end, and what a machine knows of itself stays out of the archive', async () => {
  const zip = await ZipReader.open(archive)
  const manifest = JSON.parse(await zip.text(MANIFEST, 1e7)) as Manifest
  assert.deepEqual(
    [...zip.entries.keys()].filter((name) => /session|worker_beat|setup_token|seal\.key/.test(name)),
    [],
  )
  assert.equal(manifest.key_fingerprint, fingerprintOf(source.house.seal_key))
  assert.ok((await readFile(archive)).indexOf(source.house.seal_key) < 0, 'the key itself is nowhere in it')
  await zip.close()
})

test('a house in which something is stands unless it is said to be replaced', async () => {
  const target = await testHouse(modules)
  try {
    await furnish(target)
    const before = await sums(target.database.owner)
    await assert.rejects(restoreFrom(archive, target.house), refused('backups.not_empty'))
    assert.deepEqual(await sums(target.database.owner), before)
    await restoreFrom(archive, target.house, { replace: true, bare: true })
    assert.deepEqual(await sums(target.database.owner), await sums(source.database.owner))
  } finally {
    await target.close()
  }
})

/** The archive with some entries rewritten. `sealed`: with a proof that fits again, as only the key's holder can. */
async function forge(
  name: string,
  change: (entry: string, bytes: Buffer) => Buffer | null,
  { sealed = false, extra = {} as Record<string, string> } = {},
): Promise<string> {
  const zip = await ZipReader.open(archive)
  const parts: Buffer[] = []
  const out = new ZipWriter(async (bytes) => void parts.push(bytes), new Date())
  for (const entry of zip.entries.keys()) {
    if (entry === PROOF && sealed) continue
    const bytes = change(entry, Buffer.from(await zip.text(entry, 1e9)))
    if (bytes === null) continue
    await out.add(entry, [bytes])
    if (entry === MANIFEST && sealed)
      await out.add(PROOF, [Buffer.from(proofOf(bytes.toString(), source.house.seal_key))])
  }
  for (const [entry, text] of Object.entries(extra)) await out.add(entry, [Buffer.from(text)])
  await out.end()
  await zip.close()
  const path = at.file(name)
  await writeFile(path, Buffer.concat(parts))
  return path
}
const same = (_: string, bytes: Buffer) => bytes
const inManifest = (change: (manifest: Manifest) => void) => (entry: string, bytes: Buffer) => {
  if (entry !== MANIFEST) return bytes
  const manifest = JSON.parse(bytes.toString()) as Manifest
  change(manifest)
  return Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
}
const table = (manifest: Manifest, name: string) => manifest.tables.find((one) => one.name === name)!

test('damaged, cut, altered, foreign and newer archives are refused by what they are, and nothing changes', async () => {
  const whole = await readFile(archive)
  const cut = at.file('cut.zip')
  await writeFile(cut, whole.subarray(0, whole.length - 1000))
  const flipped = Buffer.from(whole)
  const zip = await ZipReader.open(archive)
  const { offset, packed } = zip.entries.get('tables/audit.csv')!
  await zip.close()
  flipped[offset + 60 + (packed >> 1)]! ^= 0xff
  const broken = at.file('broken.zip')
  await writeFile(broken, flipped)
  const cases: [path: string, code: string][] = [
    [cut, 'backups.truncated'],
    [broken, 'backups.damaged'],
    [at.file('absent.zip'), 'backups.no_file'],
    [at.folder, 'backups.foreign'],
    [
      await forge('row.zip', (n, b) =>
        n === 'tables/product.csv' ? Buffer.from(b.toString().replace('产品', '赠品')) : b,
      ),
      'backups.tampered',
    ],
    [
      await forge(
        'manifest.zip',
        inManifest((m) => {
          m.company = 'Somebody else'
        }),
      ),
      'backups.tampered',
    ],
    [
      await forge(
        'rows.zip',
        inManifest((m) => {
          table(m, 'party').rows++
        }),
        { sealed: true },
      ),
      'backups.tampered',
    ],
    [await forge('less.zip', (n, b) => (n === 'tables/party.csv' ? null : b)), 'backups.damaged'],
    [await forge('more.zip', same, { extra: { 'tables/evil.csv': 'x' } }), 'backups.foreign'],
    [
      await forge(
        'later.zip',
        inManifest((m) => {
          m.schema.push({ number: 9998, name: '9998_later.sql', checksum: 'x' })
        }),
        { sealed: true },
      ),
      'backups.newer',
    ],
    [
      await forge(
        'other.zip',
        inManifest((m) => {
          m.schema[0]!.checksum = 'x'
        }),
        { sealed: true },
      ),
      'backups.other_schema',
    ],
    [
      await forge(
        'format.zip',
        inManifest((m) => {
          m.format_version = 99
        }),
        { sealed: true },
      ),
      'backups.newer_format',
    ],
    [
      await forge(
        'injected.zip',
        inManifest((m) => {
          table(m, 'party').name = 'party"; drop table party; --'
        }),
        { sealed: true },
      ),
      'backups.damaged',
    ],
    [
      await forge(
        'columns.zip',
        inManifest((m) => {
          table(m, 'party').columns.pop()
        }),
        { sealed: true },
      ),
      'backups.tables_differ',
    ],
    [
      await forge(
        'swapped.zip',
        inManifest((m) => {
          const [a, b] = [table(m, 'unit'), table(m, 'role')]
          ;[a.name, b.name] = [b.name, a.name]
        }),
        { sealed: true },
      ),
      'backups.tables_differ',
    ],
  ]
  const target = await testHouse(modules)
  try {
    await furnish(target)
    const before = await sums(target.database.owner)
    for (const [path, code] of cases)
      await assert.rejects(
        restoreFrom(path, target.house, { replace: true }),
        refused(code),
        `${path} ${code}`,
      )
    assert.deepEqual(await sums(target.database.owner), before)
  } finally {
    await target.close()
  }
})

test('another house restores it and says that it cannot vouch for its seals', async () => {
  const target = await emptyHouse(at.folder, Buffer.alloc(32, 9))
  try {
    const opened = await openArchive(archive, target.house.seal_key)
    assert.equal(opened.origin, 'unknown')
    await restoreArchive(target.house, opened, {})
    await opened.close()
    await relayBatch(target.house.pool, target.house.seal_key, [])
    const report = await verifyAudit(target.house)
    assert.deepEqual(report.broken, [])
    assert.equal(report.other_keys.length, 1)
  } finally {
    await target.end()
  }
})

test('with its key the archive carries the key, proven', async () => {
  const path = at.file('with-key.zip')
  await backupToFile(source.house, path, { with_key: true })
  const opened = await openArchive(path, Buffer.alloc(32, 9))
  assert.deepEqual(await opened.key(), source.house.seal_key)
  await opened.close()
})

test('what cannot be written leaves nothing behind, and nothing is written over', async () => {
  await assert.rejects(
    backupToFile(source.house, at.file('no/such/folder.zip')),
    refused('backups.cannot_write'),
  )
  await assert.rejects(backupToFile(source.house, archive), refused('backups.exists'))
  assert.deepEqual(
    (await readdir(at.folder)).filter((name) => name.endsWith('.part')),
    [],
  )
  assert.equal((await stat(archive)).mode & 0o077, 0, 'only its owner reads it')
})

test('a backup and a restore never mix: one waits for the other or is refused', async () => {
  const holder = await source.house.connect()
  await holder.query('select pg_advisory_lock($1)', [RESTORE_LOCK])
  await assert.rejects(backupToFile(source.house, at.file('mixed.zip')), refused('backups.restoring'))
  await holder.end()
  await backupToFile(source.house, at.file('mixed.zip'))
})
