import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { record } from '../../kernel/audit.ts'
import { atomically } from '../../kernel/ctx.ts'
import { relayBatch } from '../../kernel/relay.ts'
import { type TestHouse, testConfig, testHouse } from '../../kernel/testing.ts'
import { verifyAudit } from '../../kernel/verify.ts'
import { ZipReader } from '../../packages/zip/src/index.ts'
import { csv, row, take } from '../imports/testing.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, refusal, south, wang } from '../parties/testing.ts'
import { erasure } from './contract.ts'
import { append, ledgerPath, readLedger } from './ledger.ts'
import { reapplyErasures } from './reapply.ts'
import { settleLedger } from './settle.ts'
import { keepersOf } from './traces.ts'

let h: TestHouse
let home: string
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'guanxi erase '))
  h = await testHouse(modules, { config: testConfig({ home }) })
  await company(h)
})
after(async () => {
  await h.close()
  await rm(home, { recursive: true, force: true })
})
const people = (who = director) => h.as(who).api(parties)
const erasing = (who = director) => h.as(who).api(erasure)
const keepers = keepersOf(modules)

const SECRETS = [
  '欧阳若兰',
  'Ouyang Ruolan',
  'ouyang ruolan',
  'ruolan.old@secret.example',
  'ruolan@secret.example',
  '13955501234',
  '苏州市观前街 99 号',
  'CUST-777-RL',
  '若兰的生日是五月',
  '重点培育对象若兰',
]

/** Every text, jsonb and array column of every table, also of the queue: where does a value still stand? */
async function traces(values: readonly string[]): Promise<string[]> {
  const { rows } = await h.house.pool.query<{ place: string; relation: string; column: string }>(
    `select c.table_schema || '.' || c.table_name as relation, c.column_name as column, c.table_name || '.' || c.column_name as place
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema in ('public', 'graphile_worker') and t.table_type = 'BASE TABLE'
       and c.data_type in ('text', 'jsonb', 'json', 'ARRAY', 'character varying', 'bytea')`,
  )
  const found: string[] = []
  for (const { relation, column, place } of rows)
    for (const value of values) {
      const hit = await h.house.pool.query(
        `select from ${relation} where position($1 in lower("${column}"::text)) > 0 or position($2 in "${column}"::text) > 0 limit 1`,
        [value.toLowerCase(), Buffer.from(value).toString('hex')],
      )
      if (hit.rowCount) found.push(`${place}: ${value}`)
    }
  return found
}

/** Somebody of whom there are traces everywhere. */
async function somebody(): Promise<{ id: number; amount: number }> {
  const made = await h.as(director).send({
    method: 'POST',
    url: '/api/v1/parties',
    headers: { 'content-type': 'application/json', 'idempotency-key': `made-${Math.random()}` },
    body: JSON.stringify({
      kind: 'person',
      name: '欧阳若兰',
      note: '若兰的生日是五月',
      tags: ['重点培育对象若兰'],
      unit_id: 21,
      owner_id: 101,
      country: 'CN',
      roles: [{ role: 'customer', since: '2024-01-01' }],
      contact_points: [
        { kind: 'email', value: 'ruolan.old@secret.example' },
        { kind: 'phone', value: '139 5550 1234' },
        { kind: 'address', value: '苏州市观前街 99 号' },
      ],
      external_ids: [{ source: 'shop', value: 'CUST-777-RL' }],
    }),
  })
  const party = (await made.json()) as { id: number; contact_points: { id: number; kind: string }[] }
  const params = { id: party.id }
  await people().update({ params, body: { name: 'Ouyang Ruolan' } })
  await people().updateContact({
    params: { ...params, contact_point_id: party.contact_points.find(({ kind }) => kind === 'email')!.id },
    body: { value: 'ruolan@secret.example' },
  })
  await h
    .as(director)
    .api(orders)
    .create({
      body: {
        number: `E-${party.id}`,
        party_id: party.id,
        ordered_at: '2024-03-05T10:00:00Z',
        lines: [
          { quantity: 2, price_micro: 5_000_000, description: 'a gift for Ouyang Ruolan' },
          { quantity: 1, price_micro: 7_000_000, description: 'plain' },
        ],
      },
    })
  await leftovers()
  // Somebody searched for them and took the list along.
  await atomically(h.ctx(), (ctx) =>
    record(ctx, {
      action: 'exports.started',
      subject: 'export',
      subject_id: 1,
      was: { list: 'parties', filter: { q: '欧阳若兰' } },
      event: false,
    }),
  )
  return { id: party.id, amount: 1700 }
}

async function leftovers(): Promise<void> {
  const { rows } = await h.house.pool.query<{ import_id: number }>(
    `insert into import (kind, source, file_name, file_bytes, state, unit_id, created_at, detected, preview, report)
     values ('parties', 'shop', 'customers.csv', 9, 'previewed', 1, now(),
       '{"headers": ["id", "name"], "sample": [["CUST-777-RL", "欧阳若兰"]]}', '{"rejects_sample": [{"raw": "139-5550-1234"}]}',
       '{"reasons": [{"code": "bad_email", "lines": 1, "value": "ruolan@secret.example,"}]}') returning import_id`,
  )
  const { import_id } = rows[0]!
  await h.house.pool.query(
    `insert into import_reject (import_id, line, raw, reasons) values
       ($1, 2, 'CUST-777-RL,欧阳若兰,139-5550-1234', '[{"field": "email", "code": "bad_email", "value": "ruolan@secret.example"}]'),
       ($1, 3, 'CUST-778,李雷,13812345678', '[]')`,
    [import_id],
  )
  await h.house.pool.query('insert into import_chunk (import_id, seq, bytes) values ($1, 0, $2)', [
    import_id,
    gzipSync('id,name,phone\nCUST-777-RL,欧阳若兰,13955501234\nCUST-778,李雷,13812345678\n'),
  ])
}

const erase = (id: number, more: object = {}) =>
  erasing().erase({
    params: { id },
    body: { confirm: 'Ouyang Ruolan', ground: 'request', reference: 'DSR-2026-17', ...more },
  })

describe('erasure on request', () => {
  test('says beforehand what goes, what is pseudonymised, and what stays and why, in both languages', async () => {
    const { id } = await somebody()
    const { parts } = await erasing().preview({ params: { id } })
    const fates = Object.fromEntries(parts.map(({ what, fate, count }) => [what, [fate, count]]))
    assert.deepEqual(fates['contact_point'], ['removed', 3])
    assert.deepEqual(fates['external_id'], ['removed', 1])
    assert.deepEqual(fates['order'], ['kept', 1])
    assert.deepEqual(fates['import_reject'], ['removed', 1])
    assert.deepEqual(fates['import_file'], ['removed', 1])
    assert.deepEqual(fates['idempotency'], ['removed', 1])
    assert.equal(fates['audit']?.[0], 'pseudonymised')
    assert.match(parts.find(({ what }) => what === 'order')!.because!, /tax law/)
    const zh = await h.as(director).send({
      method: 'GET',
      url: `/api/v1/parties/${id}/erasure/preview`,
      headers: { 'accept-language': 'zh-CN' },
    })
    assert.match(await zh.text(), /账务和税务法规/)
    await erase(id)
  })

  test('leaves no string of the person in any column of any table; sums and the chain stay whole', async () => {
    const { id, amount } = await somebody()
    const unit = () =>
      h.house.pool.query(
        'select count(*)::int as n, sum(amount_minor)::int as sum from orders where party_id = $1',
        [id],
      )
    const before = (await unit()).rows[0]
    assert.ok((await traces(SECRETS)).length > 15)
    const record = await erase(id)
    assert.deepEqual(await traces(SECRETS), [])
    assert.deepEqual((await unit()).rows[0], before)
    assert.equal(before.sum, amount)
    assert.deepEqual(
      [record.party_id, record.ground, record.reference, record.by.name],
      [id, 'request', 'DSR-2026-17', '李倩'],
    )
    await relayBatch(h.house.pool, h.house.seal_key, [])
    const report = await verifyAudit(h.house)
    assert.deepEqual({ ok: report.ok, broken: report.broken }, { ok: true, broken: [] })
    assert.ok(report.erased > 3)
    const log = await readFile(ledgerPath(h.house), 'utf8')
    assert.match(log, new RegExp(`"party_id":${id},`))
    assert.ok(!SECRETS.some((value) => log.includes(value)))
    const rejects = await h.house.pool.query("select raw from import_reject where raw like '%李雷%'")
    assert.ok(rejects.rowCount! > 0, 'the lines of others stay')
  })

  test('leaves a shell: its orders are there, it is in no list, and nobody changes or restores it', async () => {
    const { id } = await somebody()
    await erase(id)
    const shell = await people().get({ params: { id } })
    assert.deepEqual(
      [
        shell.live,
        shell.contact_points,
        shell.external_ids,
        shell.tags,
        shell.roles,
        shell.note,
        shell.order_count,
      ],
      [false, [], [], [], [], '', 1],
    )
    assert.match(shell.name, new RegExp(`#${id}$`))
    assert.ok(shell.erased_at)
    assert.equal((await h.as(director).api(orders).ofParty({ params: { id } })).items.length, 1)
    for (const trash of [true, false])
      assert.ok(!(await people().list({ query: { trash } })).items.some((row) => row.id === id))
    assert.equal(await codeOf(people().update({ params: { id }, body: { note: 'x' } })), 'parties.erased')
    assert.equal(await codeOf(people().restore({ params: { id } })), 'parties.erased')
    assert.equal(await codeOf(erase(id)), 'parties.erased')
    assert.equal(await codeOf(erasing().everything({ params: { id } })), 'parties.erased')
    const { items } = await people().history({ params: { id } })
    assert.ok(items.every((item) => item.changes.length === 0 && !item.undoable))
    assert.equal(items[0]!.action, 'parties.erased')
  })

  test('wants the name typed, the version seen, and a reference that names nobody', async () => {
    const { id } = await somebody()
    assert.equal(await codeOf(erase(id, { confirm: 'Ouyang' })), 'erasure.confirm_differs')
    assert.equal(
      await codeOf(erase(id, { reference: 'for ruolan@secret.example' })),
      'erasure.reference_names',
    )
    const stale = await refusal(
      erasing().erase({
        params: { id },
        body: { confirm: 'Ouyang Ruolan', ground: 'request' },
        if_match: '1',
      }),
    )
    assert.equal(stale.status, 412)
    assert.equal((await people().get({ params: { id } })).name, 'Ouyang Ruolan')
    assert.ok(!(await readLedger(h.house)).held.some((entry) => entry.party_id === id))
    await erase(id)
  })

  test('reaches what real imports left: images for their undo, rejected lines, samples', async () => {
    const parties_file = (name: string, phone: string, last: string) =>
      take(
        h,
        `id,name,phone,email,note\nIMP-9,${name},${phone},kejingzhi@secret.example,${last}\nIMP-10,郭靖,bad phone,not-an-email,x\n`,
        {
          kind: 'parties',
          name: 'people.csv',
        },
      )
    await parties_file('柯镇恶', '13977778888', '飞天蝙蝠')
    await parties_file('柯瞎子', '13977779999', '嘉兴烟雨楼')
    await take(h, csv([row({ order: 'K1', customer: 'IMP-9', name: 'gift for 柯瞎子' })]))
    const found = await h.house.pool.query<{ party_id: number }>(
      "select party_id from external_id where value = 'IMP-9'",
    )
    const id = found.rows[0]!.party_id
    const secrets = [
      '柯镇恶',
      '柯瞎子',
      '13977778888',
      '13977779999',
      'kejingzhi@secret.example',
      '飞天蝙蝠',
      '嘉兴烟雨楼',
    ]
    const before = await traces(secrets)
    assert.ok(
      before.some((place) => place.startsWith('import_change.')),
      before.join(),
    )
    await erasing().erase({ params: { id }, body: { confirm: '柯瞎子', ground: 'request' } })
    assert.deepEqual(
      (await traces(secrets)).filter((place) => !place.startsWith('product.')),
      [],
    )
    await relayBatch(h.house.pool, h.house.seal_key, [])
    assert.deepEqual((await verifyAudit(h.house)).broken, [])
  })

  test('holds scope and rights', async () => {
    const { id } = await somebody()
    assert.equal((await refusal(erasing(south).preview({ params: { id } }))).status, 404)
    assert.equal(
      (
        await refusal(
          erasing(south).erase({ params: { id }, body: { confirm: 'Ouyang Ruolan', ground: 'request' } }),
        )
      ).status,
      404,
    )
    const reader = { ...east, grants: { 'parties:read': 'all', 'parties:write': 'all' } } as const
    assert.equal((await refusal(erasing(reader).preview({ params: { id } }))).status, 403)
    assert.equal((await refusal(erasing(reader).everything({ params: { id } }))).status, 403)
    const masked = { ...director, masks: ['phone'] }
    assert.equal(await codeOf(erasing(masked).everything({ params: { id } })), 'erasure.masked')
    await erasing(wang).erase({ params: { id }, body: { confirm: 'Ouyang Ruolan', ground: 'not_needed' } })
    assert.equal((await refusal(erasing(south).record({ params: { id } }))).status, 404)
    assert.equal((await erasing(reader).record({ params: { id } })).erasure?.ground, 'not_needed')
  })

  test('waits for an import that is reading a file with the person in it', async () => {
    const { id } = await somebody()
    await h.house.pool.query("update import set state = 'running' where state = 'previewed'")
    assert.equal(await codeOf(erase(id)), 'erasure.import_under_way')
    await h.house.pool.query("update import set state = 'previewed' where state = 'running'")
    await erase(id)
  })
})

describe('a restore from before an erasure', () => {
  test('erases again, once, also with nobody there; a party made later is not taken for the erased one', async () => {
    const { id } = await somebody()
    const entry = {
      erasure_id: await h.house.ids.next(),
      party_id: id,
      home_party_id: id,
      at: new Date(Date.now() + 1000).toISOString(),
      actor_kind: 'user' as const,
      actor_id: 102,
      ground: 'request' as const,
    }
    const gone = { ...entry, erasure_id: entry.erasure_id + 1, party_id: 987_654_321 }
    const reused = await people().create({ body: { kind: 'person', name: 'Somebody else', unit_id: 21 } })
    const later = {
      ...entry,
      erasure_id: entry.erasure_id + 2,
      party_id: reused.id,
      at: '2020-01-01T00:00:00.000Z',
    }
    const voided = { ...entry, erasure_id: entry.erasure_id + 3, party_id: reused.id }
    await append(h.house, [entry, gone, later, voided, { void: voided.erasure_id }])
    await writeFile(ledgerPath(h.house), '{"erasure_id": 77, "par', { flag: 'a' })
    assert.deepEqual(await reapplyErasures(h.ctx(), keepers), { erased: 1, gone: 2, others: 0 })
    assert.deepEqual(await traces(SECRETS), [])
    assert.equal((await people().get({ params: { id: reused.id } })).name, 'Somebody else')
    const record = (await erasing().record({ params: { id } })).erasure!
    assert.deepEqual([record.by.name, record.erasure_id], ['李倩', entry.erasure_id])
    assert.ok(record.reapplied_at)
    assert.deepEqual(await reapplyErasures(h.ctx(), keepers), { erased: 0, gone: 0, others: 0 })
    await relayBatch(h.house.pool, h.house.seal_key, [])
    assert.equal((await verifyAudit(h.house)).ok, true)
  })

  test('a home without the ledger is given it from the database', async () => {
    const before = (await readLedger(h.house)).held.length
    await rm(ledgerPath(h.house))
    await settleLedger(h.ctx())
    assert.equal((await readLedger(h.house)).held.length, before)
  })
})

test('the person’s own copy holds everything, to read and for machines, and is audited', async () => {
  const { id } = await somebody()
  const answer = await h.as(director).send({
    method: 'GET',
    url: `/api/v1/parties/${id}/everything`,
    headers: { 'accept-language': 'zh-CN' },
  })
  assert.equal(answer.headers.get('content-type'), 'application/zip')
  const file = join(home, 'everything.zip')
  await writeFile(file, Buffer.from(await answer.arrayBuffer()))
  const zip = await ZipReader.open(file)
  const text = async (name: string) => {
    const parts: Buffer[] = []
    for await (const part of zip.read(name)) parts.push(part)
    return Buffer.concat(parts).toString()
  }
  const json = await text('everything.json')
  const html = await text('index.html')
  await zip.close()
  for (const secret of [
    'Ouyang Ruolan',
    'ruolan@secret.example',
    '苏州市观前街 99 号',
    'CUST-777-RL',
    '139-5550-1234',
  ])
    assert.ok(json.includes(secret) && html.includes(secret), secret)
  assert.match(html, /全部个人信息/)
  const said = JSON.parse(json) as Record<string, unknown[]>
  assert.deepEqual([said['orders']!.length, said['order_lines']!.length], [1, 2])
  assert.ok(said['changes']!.length >= 3)
  const { items } = await people().history({ params: { id } })
  assert.equal(items[0]!.action, 'parties.everything_exported')
})
