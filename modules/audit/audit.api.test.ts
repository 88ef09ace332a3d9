import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { checkProof, type Proof } from '../../kernel/proof.ts'
import { relayBatch } from '../../kernel/relay.ts'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { ZipReader } from '../../packages/zip/src/index.ts'
import { erasure } from '../erasure/contract.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, refusal, south, wang } from '../parties/testing.ts'
import { products } from '../products/contract.ts'
import { verifyJob } from './chain.ts'
import { audit } from './contract.ts'

let h: TestHouse
let id: number
let home: string
before(async () => {
  // Erasures write into the home.
  home = await mkdtemp(join(tmpdir(), 'guanxi audit '))
  h = await testHouse(modules, { config: testConfig({ home }) })
  await company(h)
  const made = await people().create({
    body: {
      kind: 'organisation',
      name: '长江贸易',
      unit_id: 21,
      owner_id: 101,
      contact_points: [{ kind: 'phone', value: '13800001111' }],
    },
  })
  id = made.id
  await people(wang).update({ params: { id }, body: { country: 'CN', note: 'first' } })
  await people(wang).updateContact({
    params: { id, contact_point_id: made.contact_points[0]!.id },
    body: { value: '13900002222' },
  })
  await people().update({ params: { id }, body: { name: 'Yangtze Trading' } })
})
after(async () => {
  await h.close()
  await rm(home, { recursive: true, force: true })
})
const people = (who = director) => h.as({ ...who, scope: 'all' }).api(parties)
const log = (who: Parameters<TestHouse['as']>[0] = director) => h.as(who).api(audit)
const say = async (path: string, locale: string) =>
  (await (
    await h
      .as(director)
      .send({ method: 'GET', url: `/api/v1${path}`, headers: { 'accept-language': locale } })
  ).json()) as { items: { says: string }[] }
const seal = () => relayBatch(h.house.pool, h.house.seal_key, [])

describe('the audit log', () => {
  test('tells each change as a sentence with what was and became, in both languages', async () => {
    const { items } = await log().list({ query: { party_id: id } })
    assert.deepEqual(
      items.map(({ action, changes }) => [
        action,
        changes.map(({ field, was, became }) => [field, was, became]),
      ]),
      [
        ['parties.updated', [['name', '长江贸易', 'Yangtze Trading']]],
        ['parties.contact_updated', [['value', '13800001111', '13900002222']]],
        [
          'parties.updated',
          [
            ['note', '', 'first'],
            ['country', null, 'CN'],
          ],
        ],
        ['parties.created', []],
      ],
    )
    assert.deepEqual(
      items.map(({ says }) => says),
      [
        '李倩 changed name of Yangtze Trading: 长江贸易 → Yangtze Trading',
        '王敏 changed phone of Yangtze Trading: 13800001111 → 13900002222',
        '王敏 changed note, country or region of Yangtze Trading',
        '李倩 created Yangtze Trading',
      ],
    )
    const zh = await say(`/audit?party_id=${id}`, 'zh-CN')
    assert.equal(zh.items[1]!.says, '王敏 修改了 Yangtze Trading 的电话：13800001111 → 13900002222')
    assert.equal(zh.items[3]!.says, '李倩 新建了 Yangtze Trading')
  })

  test('filters by who, what, field, way, request, time and party', async () => {
    const of = async (query: NonNullable<Parameters<ReturnType<typeof log>['list']>[0]>['query']) =>
      (await log().list({ query: { party_id: id, ...query } })).items.map(({ action }) => action)
    assert.equal((await of({ actor: 'user', actor_id: 101 })).length, 2)
    assert.deepEqual(await of({ actor_id: 101, action: 'parties.contact_updated' }), [
      'parties.contact_updated',
    ])
    assert.equal((await of({ action: 'parties.updated,parties.created' })).length, 3)
    assert.deepEqual(await of({ subject: 'contact_point' }), ['parties.contact_updated'])
    assert.deepEqual(await of({ field: 'note' }), ['parties.updated'])
    assert.deepEqual(await of({ field: 'phone' }), ['parties.contact_updated'])
    assert.deepEqual(await of({ field: 'email' }), [])
    assert.equal((await of({ source: 'page' })).length, 4)
    assert.equal((await of({ source: 'import' })).length, 0)
    const [first] = (await log().list({ query: { party_id: id, limit: 1 } })).items
    assert.equal((await of({ request_id: first!.request_id })).length, 1)
    assert.equal((await of({ from: new Date(Date.now() + 60_000).toISOString() })).length, 0)
    assert.equal((await of({ to: new Date(Date.now() + 60_000).toISOString() })).length, 4)
    await h
      .as({ ...director, kind: 'key', id: 7 })
      .api(parties)
      .update({ params: { id }, body: { note: 'by key' } })
    assert.deepEqual(await of({ source: 'api' }), ['parties.updated'])
  })

  test('pages by key without a gap or a repeat, with and without conditions that no index knows', async () => {
    for (const filter of [{ party_id: id }, { party_id: id, subject: 'party' }]) {
      const whole = (await log().list({ query: filter })).items.map((row) => row.audit_id)
      const parts: number[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await log().list({ query: { ...filter, limit: 2, ...(cursor ? { cursor } : {}) } })
        parts.push(...page.items.map((row) => row.audit_id))
        if (!page.next) break
        cursor = page.next
      }
      assert.deepEqual(parts, whole)
    }
    assert.equal(await codeOf(log().list({ query: { cursor: 'eA' } })), 'kernel.bad_cursor')
  })

  test('holds scope: others’ parties and what is about nobody stay unseen to whoever does not reach all', async () => {
    await h
      .as(director)
      .api(products)
      .create({ body: { code: 'P-1', name: 'Gearbox' } })
    const all = (await log().list({ query: { limit: 200 } })).items
    assert.ok(all.some((row) => row.subject === 'product'))
    for (const scope of ['own', 'branch'] as const) {
      const mine = (await log({ ...wang, scope }).list({ query: { limit: 200 } })).items
      assert.ok(mine.length > 3 && mine.every((row) => row.party?.id === id), scope)
      assert.deepEqual((await log({ ...south, scope }).list({ query: {} })).items, [])
    }
    const audit_id = all.find((row) => row.party?.id === id)!.audit_id
    assert.equal((await refusal(log(south).get({ params: { id: audit_id } }))).status, 404)
    const nobody = { ...director, grants: { 'parties:read': 'all' } } as const
    assert.equal((await refusal(log(nobody).list({}))).status, 403)
    const reader = { ...director, grants: { 'audit:read': 'all' } } as const
    const answer = await h.as(reader).send({ method: 'GET', url: '/api/v1/audit/export', headers: {} })
    assert.equal(answer.status, 403)
  })

  test('keeps masked values masked, in sentences, changes, exports and proofs', async () => {
    await seal()
    const masked = { ...director, masks: ['phone', 'email'] }
    const { items } = await log(masked).list({ query: { party_id: id, subject: 'contact_point' } })
    assert.deepEqual(items[0]!.changes, [
      { field: 'value', was: '138****1111', became: '139****2222', withheld: true },
    ])
    for (const url of [
      `/api/v1/audit?party_id=${id}`,
      `/api/v1/audit/export?format=jsonl&party_id=${id}`,
      `/api/v1/audit/export?format=csv&party_id=${id}`,
      `/api/v1/audit/${items[0]!.audit_id}/proof`,
      `/api/v1/audit/${items[0]!.audit_id}`,
    ]) {
      const text = await (await h.as(masked).send({ method: 'GET', url, headers: {} })).text()
      assert.ok(!/13800001111|13900002222/.test(text) && text.includes(String(items[0]!.audit_id)), url)
    }
  })

  test('offers whom and what to filter by', async () => {
    const facets = await log().facets()
    assert.ok(facets.actors.some(({ name }) => name === '王敏'))
    assert.ok(facets.actions.some(({ action, label }) => action === 'parties.created' && label === 'created'))
    assert.ok(facets.fields.some(({ field }) => field === 'phone'))
  })
})

describe('the undo of one change', () => {
  const latest = async (query: object) => (await log().list({ query: { ...query, limit: 1 } })).items[0]!
  test('puts back what nothing builds on, as a new change; else it says what does', async () => {
    const { id } = await people().create({ body: { kind: 'person', name: 'Undone', unit_id: 21 } })
    await people().update({ params: { id }, body: { note: 'one' } })
    const one = await latest({ party_id: id })
    await people().update({ params: { id }, body: { note: 'two' } })
    const two = await latest({ party_id: id })
    const blocked = await log().get({ params: { id: one.audit_id } })
    assert.deepEqual(
      [blocked.undo.possible, blocked.undo.depends.map(({ audit_id }) => audit_id)],
      [false, [two.audit_id]],
    )
    assert.match(blocked.undo.depends[0]!.says, /changed note of Undone: one → two/)
    assert.equal(await codeOf(log().undo({ params: { id: one.audit_id } })), 'parties.changed_since')
    const free = await log().get({ params: { id: two.audit_id } })
    assert.equal(free.undo.possible, true)
    const stale = log().undo({ params: { id: two.audit_id }, if_match: '1' })
    assert.equal((await refusal(stale)).status, 412)
    await log().undo({ params: { id: two.audit_id }, if_match: String(free.undo.version) })
    assert.equal((await people().get({ params: { id } })).note, 'one')
    assert.equal((await latest({ party_id: id })).says, '李倩 changed note of Undone: two → one')
  })

  test('of a creation goes to the trash, unless something hangs on it', async () => {
    const { id } = await people().create({ body: { kind: 'person', name: 'Mistake', unit_id: 21 } })
    const created = await latest({ party_id: id })
    await h
      .as(director)
      .api(orders)
      .create({
        body: {
          number: 'U1',
          party_id: id,
          ordered_at: '2024-01-05T10:00:00Z',
          lines: [{ quantity: 1, price_micro: 1 }],
        },
      })
    const no = await refusal(log().undo({ params: { id: created.audit_id } }))
    assert.deepEqual([no.status, no.code], [409, 'parties.depended_on'])
    const { undo } = await log().get({ params: { id: created.audit_id } })
    assert.match(undo.depends[0]!.says, /recorded the order U1 of Mistake/)
    const other = await people().create({ body: { kind: 'person', name: 'Empty', unit_id: 21 } })
    await log().undo({ params: { id: (await latest({ party_id: other.id })).audit_id } })
    assert.equal((await people().get({ params: { id: other.id } })).live, false)
  })

  test('of a product’s change works alike; of a sign-in it does not exist', async () => {
    const shop = h.as(director).api(products)
    const { id } = await shop.create({ body: { code: 'P-2', name: 'Pump', category: ['Drives'] } })
    await shop.update({ params: { id }, body: { name: 'Pump 2', category: null } })
    const change = await latest({ subject: 'product', subject_id: id })
    await log().undo({ params: { id: change.audit_id } })
    const back = await shop.get({ params: { id } })
    assert.deepEqual([back.name, back.category?.path], ['Pump', ['Drives']])
    assert.equal(await codeOf(log().undo({ params: { id: change.audit_id } })), 'parties.changed_since')
    const made = (await log().list({ query: { action: 'products.created' } })).items[0]!
    assert.equal(await codeOf(log().undo({ params: { id: made.audit_id } })), 'audit.not_undoable')
  })

  test('needs the right and the reach of the change itself', async () => {
    const change = await latest({ party_id: id, field: 'country' })
    const reader = { ...director, grants: { 'audit:read': 'all' } } as const
    assert.equal((await refusal(log(reader).undo({ params: { id: change.audit_id } }))).status, 403)
    assert.equal((await refusal(log(south).undo({ params: { id: change.audit_id } }))).status, 404)
    const { undo } = await log(reader).get({ params: { id: change.audit_id } })
    assert.deepEqual([undo.possible, undo.why?.includes('Add and change parties')], [false, true])
  })
})

describe('the chain', () => {
  test('a record’s proof is checked without the database, and fails when a byte of it is changed', async () => {
    await seal()
    const rows = (await log().list({ query: { limit: 30 } })).items
    for (const { audit_id } of rows) {
      const answer = await h
        .as(director)
        .send({ method: 'GET', url: `/api/v1/audit/${audit_id}/proof`, headers: {} })
      const proof = (await answer.json()) as Proof
      const good = checkProof(proof, h.house.seal_key)
      assert.deepEqual([good.ok, good.mac, good.content], [true, true, true], JSON.stringify(good))
      assert.deepEqual(
        [checkProof(proof, Buffer.alloc(32, 1)).ok, checkProof(proof, Buffer.alloc(32, 1)).mac],
        [true, null],
      )
      for (const changed of [
        { ...proof, record: { ...proof.record, actor_id: 9 } },
        { ...proof, content: `${proof.content} ` },
        { ...proof, digest: proof.digest.replace(/^../, (byte) => (byte === '00' ? 'ff' : '00')) },
        { ...proof, seal: { ...proof.seal, merkle_root: '00'.repeat(32) } },
        { ...proof, record: { ...proof.record, at: '2020-01-01T00:00:00.000Z' } },
      ])
        assert.equal(checkProof(changed, h.house.seal_key).ok, false)
    }
    await people().update({ params: { id }, body: { note: 'fresh' } })
    const fresh = (await log().list({ query: { party_id: id, limit: 1 } })).items[0]!
    const early = await h
      .as(director)
      .send({ method: 'GET', url: `/api/v1/audit/${fresh.audit_id}/proof`, headers: {} })
    assert.equal(early.status, 409)
  })

  test('is verified on demand as a job, once at a time, and its result stands', async () => {
    await seal()
    const { run_id } = await log().verify()
    assert.equal((await log().chain()).running?.run_id, run_id)
    assert.equal(await codeOf(log().verify()), 'audit.verifying')
    await verifyJob.run(h.ctx(), {}, null)
    const { last, newest, fingerprint } = await log().chain()
    assert.deepEqual([last!.ok, last!.broken_count, newest!.key_fingerprint], [true, 0, fingerprint])
    await h.house.pool.query("update job_run set state = 'done' where run_id = $1", [run_id])
  })

  test('an auditor’s archive holds the records with digests and their seals, and says how to check them', async () => {
    await seal()
    const answer = await h
      .as(director)
      .send({ method: 'GET', url: `/api/v1/audit/export?party_id=${id}`, headers: {} })
    const file = join(home, 'audit.zip')
    await writeFile(file, Buffer.from(await answer.arrayBuffer()))
    const zip = await ZipReader.open(file)
    const text = async (name: string) => {
      const parts: Buffer[] = []
      for await (const part of zip.read(name)) parts.push(part)
      return Buffer.concat(parts).toString()
    }
    const records = (await text('records.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const seals = (await text('seals.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const listed = (await log().list({ query: { party_id: id, limit: 200 } })).items
    assert.deepEqual(
      records.map((row) => row.audit_id),
      listed.map((row) => row.audit_id),
    )
    assert.ok(
      records.every((row) => seals.find(({ seq }) => seq === row.seal)?.audit_ids.includes(row.audit_id)),
    )
    assert.match(await text('README.txt'), /SHA-256[\s\S]*How to check/)
    await zip.close()
    const [own] = (await log().list({ query: { action: 'audit.exported', limit: 1 } })).items
    assert.deepEqual(own!.details['filters'], { party_id: id })
    const csv = await (
      await h
        .as(director)
        .send({ method: 'GET', url: `/api/v1/audit/export?format=csv&party_id=${id}`, headers: {} })
    ).text()
    assert.equal(csv.trim().split('\r\n').length, listed.length + 1)
  })

  test('an erased record shows its envelope and says that its content is gone', async () => {
    const { id } = await people().create({ body: { kind: 'person', name: 'Gone Soon', unit_id: 21 } })
    await people().update({ params: { id }, body: { name: 'Gone Now' } })
    await h
      .as(director)
      .api(erasure)
      .erase({ params: { id }, body: { confirm: 'Gone Now', ground: 'request' } })
    await seal()
    const { items } = await log().list({ query: { party_id: id } })
    assert.deepEqual(
      items.map(({ action, erased, changes }) => [action, erased, changes.length]),
      [
        ['parties.erased', false, 0],
        ['parties.updated', true, 0],
        ['parties.created', true, 0],
      ],
    )
    assert.match(items[1]!.says, /content erased/)
    assert.ok(!JSON.stringify(items).includes('Gone'))
    const answer = await h
      .as(director)
      .send({ method: 'GET', url: `/api/v1/audit/${items[1]!.audit_id}/proof`, headers: {} })
    const check = checkProof((await answer.json()) as Proof, h.house.seal_key)
    assert.deepEqual([check.ok, check.content], [true, null])
    const { undo } = await log().get({ params: { id: items[1]!.audit_id } })
    assert.match(undo.why!, /erased/)
  })
})
