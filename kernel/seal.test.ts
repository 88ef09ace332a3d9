import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { record } from './audit.ts'
import { atomically, type Ctx } from './ctx.ts'
import { relayBatch } from './relay.ts'
import { fingerprintOf, merkleRoot, otherKeyOf } from './seal.ts'
import { type TestHouse, testHouse } from './testing.ts'
import { verifyAudit, type Why } from './verify.ts'

const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
/** The same tree, told recursively. */
const level = (leaves: Buffer[]): Buffer =>
  leaves.length === 1
    ? leaves[0]!
    : level(
        Array.from({ length: Math.ceil(leaves.length / 2) }, (_, i) =>
          leaves[2 * i + 1] ? sha(Buffer.from([1]), leaves[2 * i]!, leaves[2 * i + 1]!) : leaves[2 * i]!,
        ),
      )
const leaf = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))

test('the root is that of the tree, for any number of leaves', () =>
  fc.assert(
    fc.property(fc.array(leaf, { minLength: 1, maxLength: 70 }), (leaves) =>
      merkleRoot(Buffer.concat(leaves)).equals(level(leaves)),
    ),
  ))

test('the root changes with any leaf and with their order', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(leaf, { minLength: 2, maxLength: 40, selector: String }),
      fc.nat(),
      (leaves, at) => {
        const root = merkleRoot(Buffer.concat(leaves))
        const i = at % leaves.length
        const changed = leaves.with(i, sha(leaves[i]!))
        const swapped = leaves
          .with(i, leaves[(i + 1) % leaves.length]!)
          .with((i + 1) % leaves.length, leaves[i]!)
        return (
          !merkleRoot(Buffer.concat(changed)).equals(root) && !merkleRoot(Buffer.concat(swapped)).equals(root)
        )
      },
    ),
  ))

describe('the sealed audit', () => {
  let house: TestHouse
  let owner: pg.Client
  let ctx: Ctx
  before(async () => {
    house = await testHouse([])
    owner = new pg.Client({ connectionString: house.database.owner })
    await owner.connect()
    ctx = house.ctx()
  })
  after(async () => {
    await owner.end()
    await house.close()
  })
  beforeEach(async () => {
    await owner.query('truncate audit, seal, outbox')
    for (let batch = 0; batch < 3; batch++) {
      for (let i = 0; i < 4; i++) await write(batch * 4 + i)
      await relayBatch(house.house.pool, house.house.seal_key, [])
    }
  })
  const write = (n: number) =>
    atomically(ctx, (ctx) =>
      record(ctx, {
        action: 'proof.changed',
        subject: 'proof',
        subject_id: n,
        party_id: n,
        was: { name: `was ${n}` },
      }),
    )
  const verify = () => verifyAudit(house.house)
  const found = async (): Promise<[number | null, Why, number | undefined][]> =>
    (await verify()).broken.map(({ seq, why, audit_id }) => [seq, why, audit_id])
  const idOf = async (subject_id: number): Promise<number> =>
    Number(
      (await owner.query('select audit_id from audit where subject_id = $1', [subject_id])).rows[0].audit_id,
    )

  test('an untouched audit is whole: every record is sealed once, in order', async () => {
    const report = await verify()
    assert.deepEqual(
      {
        ok: report.ok,
        seals: report.seals,
        rows: report.rows,
        unsealed: report.unsealed,
        broken: report.broken,
      },
      { ok: true, seals: 3, rows: 12, unsealed: 0, broken: [] },
    )
    assert.match(report.head!.mac, /^[0-9a-f]{64}$/)
  })

  test('the newest records wait unsealed, and say so', async () => {
    await write(99)
    const report = await verify()
    assert.deepEqual(
      { ok: report.ok, rows: report.rows, unsealed: report.unsealed },
      { ok: true, rows: 12, unsealed: 1 },
    )
  })

  test('a record erased by law leaves the chain whole; one that no erasure speaks for is named', async () => {
    await house.house.pool.query('update audit set salt = null, payload = null where subject_id = 5')
    assert.deepEqual(await found(), [[null, 'erased_unrecorded', await idOf(5)]])
    await owner.query(`insert into erasure (party_id, home_party_id, at, actor_kind, actor_id, ground)
      values (5, 5, now() + interval '1 minute', 'user', 1, 'request')`)
    const report = await verify()
    assert.deepEqual({ ok: report.ok, erased: report.erased }, { ok: true, erased: 1 })
    await owner.query('delete from erasure')
  })

  test('a payload changed, also with its salt taken away, is found with its record', async () => {
    const id = await idOf(5)
    await owner.query(`update audit set payload = '{"name": "nobody"}' where audit_id = $1`, [id])
    assert.deepEqual(await found(), [[2, 'payload_changed', id]])
    await owner.query('update audit set salt = null where audit_id = $1', [id])
    assert.deepEqual(await found(), [[2, 'half_erased', id]])
  })

  test('a payload changed together with its digest is found in its seal', async () => {
    await owner.query(
      `update audit set payload = '{}', digest = sha256(salt || convert_to('{}', 'UTF8')) where subject_id = 5`,
    )
    assert.deepEqual(await found(), [[2, 'row_changed', undefined]])
  })

  for (const [what, change] of [
    ['who', 'actor_id = 7'],
    ['when', "at = at + interval '1 millisecond'"],
    ['what', "action = 'proof.read'"],
    ['about whom', 'party_id = 77'],
    ['by which request', "request_id = 'other'"],
  ] as const)
    test(`a record that says otherwise ${what} is found in its seal`, async () => {
      await owner.query(`update audit set ${change} where subject_id = 10`)
      const broken = await found()
      assert.equal(broken.length, 1)
      assert.equal(broken[0]![0], 3)
      assert.match(broken[0]![1], /row_(changed|missing)/)
    })

  test('a deleted record is named', async () => {
    const id = await idOf(2)
    await owner.query('delete from audit where audit_id = $1', [id])
    assert.deepEqual(await found(), [[1, 'row_missing', id]])
  })

  test('a record that no seal and no outbox row knows is named', async () => {
    await owner.query(`insert into audit (party_id, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest)
      select 1, 4711, now(), 'user', 1, 'r', 'proof.faked', 'proof', 1, '\\x00'`)
    assert.deepEqual(await found(), [
      [null, 'row_unknown', 4711],
      [null, 'erased_unrecorded', 4711],
    ])
  })

  test('a second record under a sealed id is named', async () => {
    const id = await idOf(2)
    await owner.query(`insert into audit select 555, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload
      from audit where audit_id = ${id}`)
    assert.ok((await found()).some(([, why, audit_id]) => why === 'row_twice' && audit_id === id))
  })

  test('a record deleted before it was sealed is named', async () => {
    await write(50)
    const id = await idOf(50)
    await owner.query('delete from audit where audit_id = $1', [id])
    assert.deepEqual(await found(), [[null, 'row_missing', id]])
    await relayBatch(house.house.pool, house.house.seal_key, [])
    assert.deepEqual(await found(), [[4, 'row_missing', id]])
  })

  test('a deleted seal is named, and the records it covered are strangers', async () => {
    await owner.query('delete from seal where seq = 2')
    const broken = await found()
    assert.deepEqual(broken[0], [2, 'seal_missing', undefined])
    assert.equal(broken.filter(([, why]) => why === 'row_unknown').length, 4)
  })

  test('the last seal cut off leaves its records as strangers', async () => {
    await owner.query('delete from seal where seq = 3')
    assert.equal((await found()).filter(([, why]) => why === 'row_unknown').length, 4)
  })

  test('a seal rewritten without the key is found', async () => {
    const id = await idOf(5)
    await owner.query('delete from audit where audit_id = $1', [id])
    await owner.query('update seal set audit_ids = array_remove(audit_ids, $1::bigint) where seq = 2', [id])
    assert.ok((await found()).some(([seq, why]) => seq === 2 && why === 'seal_changed'))
  })

  test('seals that another key made are named by their key: not tampering, and not vouched for', async () => {
    const report = await verifyAudit({ connect: house.house.connect, seal_key: Buffer.alloc(32, 1) })
    const fingerprint = fingerprintOf(house.house.seal_key)
    assert.deepEqual(
      { ok: report.ok, broken: report.broken, other_keys: report.other_keys },
      { ok: false, broken: [], other_keys: [{ fingerprint, seals: 3, first: 1, last: 3 }] },
    )
    assert.equal(await otherKeyOf(house.house.pool, Buffer.alloc(32, 1)), fingerprint)
    assert.equal(await otherKeyOf(house.house.pool, house.house.seal_key), null)
  })

  test('a seal of a time before keys had names, made with another key, reads as changed', async () => {
    await owner.query('update seal set key_fingerprint = null')
    assert.equal((await verify()).ok, true)
    const report = await verifyAudit({ connect: house.house.connect, seal_key: Buffer.alloc(32, 1) })
    assert.deepEqual(
      report.broken.map(({ seq, why }) => [seq, why]),
      [1, 2, 3].map((seq) => [seq, 'seal_changed']),
    )
  })

  test('the app cannot change or delete what it recorded', async () => {
    for (const sql of [
      "update audit set action = 'x'",
      `update audit_${new Date().toISOString().slice(0, 7).replace('-', '_')} set payload = null`,
      'delete from audit',
      "update erasure set reference = 'x'",
      'delete from erasure',
      'update seal set seq = seq + 1',
      'delete from seal',
    ])
      await assert.rejects(house.house.pool.query(sql), { code: '42501' })
  })

  test('records written set-wise, thousands to one outbox row, are split into seals and verify', async () => {
    await owner.query(`
      with rows as (select g as audit_id, uuid_send(gen_random_uuid()) as salt, jsonb_build_object('n', g) as payload from generate_series(1000001, 1045000) g),
      audited as (
        insert into audit (party_id, audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
        select audit_id % 100, audit_id, '2026-01-02', 'user', 1, 'r', 'proof.imported', 'proof', audit_id,
               sha256(salt || convert_to(payload::text, 'UTF8')), salt, payload from rows
      )
      insert into outbox (at, name, payload, audit_ids) select '2026-01-02', 'proof.imported', '{}', array_agg(audit_id) from rows`)
    const batch = await relayBatch(house.house.pool, house.house.seal_key, [])
    assert.deepEqual(batch, { rows: 1, jobs: 0, sealed: 45_000 })
    const done: number[] = []
    const report = await verifyAudit(house.house, { onProgress: (progress) => done.push(progress.done) })
    assert.deepEqual(
      { ok: report.ok, seals: report.seals, rows: report.rows },
      { ok: true, seals: 6, rows: 45_012 },
    )
    assert.equal(done.at(-1), 45_012)
  })

  test('two relays at once take each row once, and their seals make one chain', async () => {
    for (let i = 100; i < 160; i++) await write(i)
    const other = new pg.Pool({ connectionString: house.database.app, max: 2 })
    const batches = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        relayBatch(i % 2 ? other : house.house.pool, house.house.seal_key, []),
      ),
    )
    await other.end()
    assert.equal(
      batches.reduce((sum, batch) => sum + (batch?.rows ?? 0), 0),
      60,
    )
    const report = await verify()
    assert.deepEqual(
      { ok: report.ok, rows: report.rows, unsealed: report.unsealed },
      { ok: true, rows: 72, unsealed: 0 },
    )
  })
})
