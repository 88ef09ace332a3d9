import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { unaudited } from '../../kernel/ctx.ts'
import type { Step } from '../../kernel/job.ts'
import { relayBatch } from '../../kernel/relay.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { codeOf, company, director, east, south, wang } from '../parties/testing.ts'
import { quality } from './contract.ts'
import { hear, listen, nightly, sweep } from './jobs.ts'
import { bitOf, verdict } from './rules.ts'
import { judging, loadFacts } from './store.ts'

let h: TestHouse
const clock = { now: new Date('2026-03-02T10:00:00Z') }
before(async () => {
  h = await testHouse(modules, { clock: () => clock.now })
  await company(h)
  await h.house.pool.query(
    `insert into setting values ('base_currency', '"CNY"'), ('time_zone', '"Asia/Shanghai"') on conflict do nothing`,
  )
})
after(() => h.close())

const boss = () => h.as(director)
const runJob = async (job: {
  run: (ctx: never, payload: never, cursor: unknown) => Promise<Step | void>
}) => {
  let cursor: unknown = null
  for (;;) {
    const step = await job.run(h.ctx() as never, {} as never, cursor)
    if (!step || step.done) return
    cursor = step.cursor
  }
}
const settle = () => runJob(sweep)
const stored = async (id: number) =>
  (
    await h.house.pool.query<{ score: number; reasons: number; due_on: string | null }>(
      'select score, reasons, due_on::text from party_quality where party_id = $1',
      [id],
    )
  ).rows[0]
const make = (over: object = {}) =>
  boss()
    .api(parties)
    .create({
      body: { kind: 'person', name: '陈建国', unit_id: 21, owner_id: 101, roles: ['customer'], ...over },
    })

test('a score is there after a sweep, tells its reasons in words, and leads to a remedy', async () => {
  const party = await make({ owner_id: null, contact_points: [{ kind: 'phone', value: '13912340000' }] })
  await settle()
  assert.equal((await stored(party.id))?.reasons, 2 ** bitOf('no_owner'))
  const told = await boss()
    .api(quality)
    .ofParty({ params: { id: party.id } })
  assert.deepEqual(
    told.reasons.map(({ code, says, remedy }) => [code, says, remedy]),
    [['no_owner', 'No owner', 'assign_owner']],
  )
  assert.ok(
    told.score !== null && told.score < 100 && told.completeness !== null && told.completeness < told.score,
  )
})

test('days make a phone unverified by themselves: the night finds whom time has touched, and nobody else', async () => {
  const party = await make({ contact_points: [{ kind: 'phone', value: '13912340001' }] })
  await settle()
  assert.equal((await stored(party.id))?.score, 100)
  const began = clock.now
  clock.now = new Date('2027-04-06T10:00:00Z')
  await runJob(nightly)
  assert.equal((await stored(party.id))?.reasons, 2 ** bitOf('phone_unverified'))
  const [reason] = (
    await boss()
      .api(quality)
      .ofParty({ params: { id: party.id } })
  ).reasons
  assert.equal(reason?.says, 'Phone unverified for 400 days')
  const body = { how: 'phone_call', source: '本人接听' } as const
  const params = { id: party.id, contact_point_id: party.contact_points[0]!.id }
  const verified = await boss().api(quality).verify({ params, body })
  assert.deepEqual(verified.reasons, [])
  assert.deepEqual(
    verified.checks.map(({ outcome, how, source, checked_on, current }) => ({
      outcome,
      how,
      source,
      checked_on,
      current,
    })),
    [{ outcome: 'verified', how: 'phone_call', source: '本人接听', checked_on: '2027-04-06', current: true }],
  )
  assert.equal((await stored(party.id))?.score, 100)
  clock.now = began
})

test('a bounced e-mail counts until it is corrected, verified or withdrawn, and its history stays', async () => {
  const party = await make({ contact_points: [{ kind: 'email', value: 'chen@huadong.cn' }] })
  const params = { id: party.id, contact_point_id: party.contact_points[0]!.id }
  const api = boss().api(quality)
  const codes = async () => (await api.ofParty({ params: { id: party.id } })).reasons.map(({ code }) => code)
  await api.mark({
    params,
    body: { outcome: 'bounced', source: '550 no such user', checked_on: '2026-03-01' },
  })
  assert.deepEqual(await codes(), ['no_contact', 'email_bounced'])
  await api.mark({ params, body: { outcome: 'withdrawn' } })
  assert.deepEqual(await codes(), [])
  await api.mark({ params, body: { outcome: 'bounced' } })
  await boss()
    .api(parties)
    .updateContact({ params, body: { value: 'chen@huadong.com.cn' } })
  assert.deepEqual(await codes(), [], 'what was corrected has not bounced')
  const { checks } = await api.ofParty({ params: { id: party.id } })
  assert.deepEqual(
    checks.map(({ outcome, current }) => [outcome, current]),
    [
      ['bounced', false],
      ['withdrawn', false],
      ['bounced', false],
    ],
  )
  assert.equal(
    await codeOf(api.mark({ params, body: { outcome: 'wrong', checked_on: '2026-03-09' } })),
    'quality.later_than_today',
  )
})

test('a change is heard within the house’s next chore, without a job per write', async () => {
  await unaudited(h.ctx(), 'test', listen)
  const party = await make({ contact_points: [{ kind: 'phone', value: '13912340002' }] })
  assert.equal(await stored(party.id), undefined)
  await sealed()
  await unaudited(h.ctx(), 'test', listen)
  const { rows } = await h.house.pool.query(
    `select 1 from graphile_worker._private_jobs where key = 'quality.hear'`,
  )
  assert.equal(rows.length, 1)
  await runJob(hear)
  assert.equal((await stored(party.id))?.score, 100)
  await boss()
    .api(parties)
    .remove({ params: { id: party.id } })
  await runJob(sweep)
  assert.equal(await stored(party.id), undefined, 'who is in the trash is not counted')
})

test('changed rules apply to everybody, are versioned, and a rule over a hidden field is not told', async () => {
  const api = boss().api(quality)
  const party = await make({ country: null, contact_points: [{ kind: 'phone', value: '13912340003' }] })
  const before = await api.rules({})
  const own = {
    code: 'own_1',
    on: true,
    weight: 50,
    dimension: 'completeness',
    roles: ['customer'],
    required: ['country'],
    name_zh: '客户资料',
    name_en: 'Customer file',
  } as const
  const rules = before.rules.map(({ name_zh: _, name_en: __, ...rule }) => rule)
  const after = await api.writeRules({
    body: { rules: [...rules, { ...own }] as never },
    if_match: `"${before.version}"`,
  })
  assert.equal(after.version, before.version + 1)
  await settle()
  assert.equal((await stored(party.id))?.reasons, 2 ** bitOf('own_1'))
  const [reason] = (await api.ofParty({ params: { id: party.id } })).reasons
  assert.deepEqual([reason?.says, reason?.fields], ['Customer file: Country missing', ['country']])
  assert.equal((await api.rulesHistory({})).items.length, 2)
  const unknown = { ...own, required: ['fields.nothing'] }
  assert.equal(await codeOf(api.writeRules({ body: { rules: [unknown] as never } })), 'quality.unknown_field')
  assert.equal(
    await codeOf(
      h
        .as(east)
        .api(quality)
        .writeRules({ body: { rules: [] } }),
    ),
    'quality.whole_company',
  )
  await api.writeRules({ body: { rules: rules as never } })
  await settle()
  assert.equal((await stored(party.id))?.reasons, 0)
})

test('counts, lists and files hold the caller’s scope', async () => {
  await make({ name: '南方一家', unit_id: 31, owner_id: 103 })
  await make({ name: '东边一家', unit_id: 21, owner_id: 102 })
  await settle()
  const all = await boss().api(quality).overview({ query: {} })
  const mine = await h.as(south).api(quality).overview({ query: {} })
  const hers = await h.as(east).api(quality).overview({ query: {} })
  assert.equal(mine.parties + hers.parties, all.parties)
  assert.deepEqual(
    mine.units.map(({ unit }) => unit.id),
    [31],
  )
  const reason = 'no_contact'
  const rows = await h.as(south).api(quality).list({ query: { reason } })
  assert.deepEqual(
    rows.items.map(({ name }) => name),
    ['南方一家'],
  )
  assert.equal(rows.count, 1)
  const own = await h.as(wang).api(quality).list({ query: { reason } })
  assert.ok(own.items.every(({ owner }) => owner?.id === 101))
  const file = await h.as(south).send({
    method: 'GET',
    url: `/api/v1/quality/export?reason=${reason}&lang=zh-CN`,
    headers: {},
  })
  const text = await file.text()
  assert.ok(text.includes('南方一家') && !text.includes('东边一家') && text.includes('没有可用的联系方式'))
  const theirs = rows.items[0]!.id
  assert.equal(
    await codeOf(
      h
        .as(east)
        .api(quality)
        .ofParty({ params: { id: theirs } }),
    ),
    'kernel.not_found',
  )
})

test('what was put aside leaves the worklist with its reason, comes back by its day or by hand, and the score stays', async () => {
  const api = boss().api(quality)
  const party = await make({
    owner_id: null,
    name: '搁置',
    contact_points: [{ kind: 'phone', value: '13912340004' }],
  })
  await settle()
  const { score } = await api.ofParty({ params: { id: party.id } })
  const listed = async (skipped?: boolean) =>
    (
      await api.list({ query: { reason: 'no_owner', limit: 200, ...(skipped ? { skipped } : {}) } })
    ).items.some(({ id }) => id === party.id)
  assert.equal(await listed(), true)
  const told = await api.skip({
    params: { id: party.id },
    body: { code: 'no_owner', reason: '等区域调整', days: 30 },
  })
  assert.deepEqual(
    [told.skips[0]?.reason, told.skips[0]?.until, told.score],
    ['等区域调整', '2026-04-01', score],
  )
  assert.deepEqual([await listed(), await listed(true)], [false, true])
  await api.unskip({ params: { id: party.id, code: 'no_owner' } })
  assert.equal(await listed(), true)
})

test('the list is the whole, page by page, by what is at stake', async () => {
  const api = boss().api(quality)
  const seen: number[] = []
  let cursor: string | undefined
  do {
    const page = await api.list({ query: { limit: 2, ...(cursor ? { cursor } : {}) } })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.next ?? undefined
  } while (cursor)
  assert.equal(new Set(seen).size, seen.length)
  assert.equal(seen.length, (await api.overview({ query: {} })).parties)
})

test('the trend keeps days by unit, so that each reach has its own past', async () => {
  await runJob(nightly)
  await h.house.pool.query(`update quality_day set day = day - 1`)
  const all = await boss().api(quality).overview({ query: {} })
  const south_only = await h.as(south).api(quality).overview({ query: {} })
  assert.equal(all.trend.length, 2)
  assert.equal(all.trend[0]?.parties, all.parties)
  assert.equal(south_only.trend[0]?.parties, south_only.parties)
})

test('the stored score is that of the pure rule, whatever the party is', async () => {
  const point = fc.oneof(
    fc.record({
      kind: fc.constant('phone' as const),
      value: fc.constantFrom('13912345678', '13800000000', '051262518888'),
    }),
    fc.record({
      kind: fc.constant('email' as const),
      value: fc.constantFrom('a@qq.com', 'b@gmial.com', 'c@example.com'),
    }),
    fc.record({ kind: fc.constant('address' as const), value: fc.constant('苏州') }),
  )
  const given = fc.record({
    name: fc.constantFrom('陈建国', 'test', '测试', 'Kim Lee'),
    kind: fc.constantFrom('person' as const, 'organisation' as const),
    country: fc.constantFrom(null, 'CN'),
    owner_id: fc.constantFrom(null, 101),
    roles: fc.subarray(['customer' as const, 'supplier' as const]),
    tags: fc.subarray(['VIP']),
    contact_points: fc.uniqueArray(point, { selector: ({ kind }) => kind, maxLength: 3 }),
    outcome: fc.constantFrom(null, 'wrong' as const, 'bounced' as const),
    age: fc.integer({ min: 0, max: 900 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 6 }), async (wanted) => {
      const now = clock.now
      const ids: number[] = []
      for (const { outcome, age, ...body } of wanted) {
        clock.now = new Date(now.getTime() - age * 86_400_000)
        const party = await make(body)
        ids.push(party.id)
        const point = party.contact_points[0]
        if (point && outcome)
          await boss()
            .api(quality)
            .mark({ params: { id: party.id, contact_point_id: point.id }, body: { outcome } })
      }
      clock.now = now
      await h.house.pool.query('delete from party_quality')
      await runJob(sweep)
      const by = await judging(h.ctx())
      const facts = await loadFacts(h.ctx(), ids)
      for (const id of ids) {
        const wanted = verdict(facts.get(id)!, by.rules, by.today)
        const got = await stored(id)
        assert.deepEqual([got?.score, got?.reasons], [wanted.score, wanted.bits])
      }
    }),
    { numRuns: 12 },
  )
})

/** As the relay does it all the while: what was recorded is sealed. */
const sealed = () => relayBatch(h.house.pool, h.house.seal_key, [])
/** The house itself cannot change a seal. */
async function settled(): Promise<void> {
  const owner = new pg.Client({ connectionString: h.database.owner })
  await owner.connect()
  await owner.query(`update seal set sealed_at = sealed_at - interval '16 seconds'`)
  await owner.end()
}
const record = async (at: Date, party_ids: readonly number[]): Promise<void> => {
  await h.house.pool.query(
    `with a as (
       insert into audit (party_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, payload)
       select id, $1, 'system', 0, 'many', 'parties.updated', 'party', id, '', '{}' from unnest($2::bigint[]) id returning audit_id
     ) insert into outbox (at, name, payload, audit_ids) select $1, '', '{}', array_agg(audit_id) from a`,
    [at, party_ids],
  )
  await sealed()
}

test('a change of very many is judged once, when it has settled, and not again', async () => {
  const query = <R extends object>(text: string, values: unknown[] = []) =>
    h.house.pool.query<R>(text, values).then(({ rows }) => rows)
  const many = 2100
  await sealed()
  await settled()
  await unaudited(h.ctx(), 'test', listen)
  await runJob(hear)
  const made = await query<{ party_id: number }>(
    `insert into party (kind, name, unit_id, created_at, updated_at)
     select 'person', '众 ' || i, 21, $1, $1 from generate_series(1, $2::int) i returning party_id`,
    [clock.now, many],
  )
  const ids = made.map(({ party_id }) => party_id)
  const judged = async () =>
    (
      await query<{ n: number; last: string | null }>(
        'select count(*)::int as n, max(checked_at) as last from party_quality where party_id = any($1::bigint[])',
        [ids],
      )
    )[0]!
  await runJob(hear)
  assert.equal((await judged()).n, 0, 'nobody has recorded them')
  await record(clock.now, ids)
  await runJob(hear)
  assert.equal((await judged()).n, 0, 'it has not settled')
  await settled()
  await runJob(hear)
  const once = await judged()
  assert.equal(once.n, many)
  clock.now = new Date(clock.now.getTime() + 1000)
  await runJob(hear)
  assert.deepEqual(await judged(), once)
})

test('what was begun long ago and is committed only now is heard', async () => {
  const late = await make({ contact_points: [{ kind: 'phone', value: '13912340091' }] })
  const early = await make({ contact_points: [{ kind: 'phone', value: '13912340092' }] })
  await sealed()
  await runJob(hear)
  await h.house.pool.query('delete from party_quality where party_id = any($1)', [[late.id, early.id]])
  await record(new Date(clock.now.getTime() - 3_600_000), [late.id])
  await runJob(hear)
  assert.equal((await stored(late.id))?.score, 100)
  assert.equal(await stored(early.id), undefined)
})

test('seals of another day, as a backup brings them, are listened to from their end, and everybody is looked at', async () => {
  const state = `select value ->> 'seq' as seq from quality_state where key = 'heard'`
  const seq = async () => Number((await h.house.pool.query<{ seq: string }>(state)).rows[0]!.seq)
  await unaudited(h.ctx(), 'test', listen)
  await runJob(hear)
  const newest = await seq()
  await h.house.pool.query(`update quality_state set value = '{"seq": 1000000}' where key = 'heard'`)
  await h.house.pool.query(`delete from graphile_worker._private_jobs where key = 'quality.sweep'`)
  await unaudited(h.ctx(), 'test', listen)
  assert.equal(await seq(), newest)
  const { rowCount } = await h.house.pool.query(
    `select from graphile_worker._private_jobs where key = 'quality.sweep'`,
  )
  assert.equal(rowCount, 1)
})
