import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ApiError } from '../../kernel/client.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { modules } from '../index.ts'
import { value } from './contract.ts'
import { FIRST, furnish, purchases } from './testing.ts'

let h: TestHouse
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2023-12-20T15:00:00Z') })
  await furnish(h, purchases(40))
})
after(() => h.close())

const all = () => h.as({ unit_id: 1 }).api(value)
const east = () => h.as({ scope: 'team', unit_id: 21, team_units: [21] }).api(value)
const refused = async (call: Promise<unknown>, code: string) =>
  assert.rejects(call, (error) => error instanceof ApiError && error.problem.code === code)
// even ids are in unit 21, odd ones in 22
const [MINE, THEIRS] = [FIRST, FIRST + 1]

test('spend is entered, corrected, summed and removed; costs to win and keep come from it', async () => {
  const entry = await all().addSpend({
    body: {
      on: '2023-11-02',
      purpose: 'win',
      driver: 'brand',
      party_id: MINE,
      amount_minor: 90_000,
      hours: 2.5,
    },
  })
  assert.deepEqual([entry.party?.id, entry.base_minor, entry.hours], [MINE, 90_000, 2.5])
  const changed = await all().changeSpend({ params: { id: entry.id }, body: { amount_minor: 60_000 } })
  assert.deepEqual([changed.amount_minor, changed.version, changed.driver], [60_000, 2, 'brand'])
  const summary = await all().spendSummary({ query: { from: '2022-01-01', to: '2023-12-20' } })
  assert.equal(summary.customers_won, 40)
  assert.equal(summary.cost_to_win_minor, Math.round(60_000 / 40))
  await refused(all().addSpend({ body: { on: '2023-11-02', purpose: 'win' } }), 'value.nothing_spent')
  await all().removeSpend({ params: { id: entry.id } })
  assert.deepEqual((await all().spends({})).items, [])
})

test('spend about a customer is seen by whoever reaches the customer, and by nobody else', async () => {
  const theirs = await all().addSpend({
    body: { on: '2023-11-03', purpose: 'keep', party_id: THEIRS, amount_minor: 100 },
  })
  const mine = await all().addSpend({
    body: { on: '2023-11-03', purpose: 'keep', party_id: MINE, amount_minor: 200 },
  })
  const house = await all().addSpend({
    body: { on: '2023-11-03', purpose: 'keep', campaign: '展会', amount_minor: 300 },
  })
  assert.deepEqual(
    (await east().spends({})).items.map(({ id }) => id),
    [mine.id],
  )
  await refused(east().changeSpend({ params: { id: theirs.id }, body: { note: 'x' } }), 'kernel.not_found')
  await refused(east().removeSpend({ params: { id: house.id } }), 'kernel.not_found')
  await refused(
    east().addSpend({ body: { on: '2023-11-03', purpose: 'win', party_id: THEIRS, amount_minor: 1 } }),
    'value.party_unknown',
  )
})

test('a spend file is taken row by row; the same file again changes nothing; bad rows are told by their line', async () => {
  const file = [
    '日期,用途,客户,金额,工时,活动',
    `2023/10/01,拉新,${MINE},"1,200.50",,春季展会`,
    `2023-10-02,保留,Customer ${THEIRS},,3,`,
    '2023-10-03,做大,nobody,10,,',
    'yesterday,拉新,,10,,',
  ].join('\n')
  const first = await all().importSpend({ stream: file })
  assert.deepEqual([first.read, first.created, first.unchanged], [4, 2, 0])
  assert.deepEqual(
    first.rejected.map(({ line, code }) => [line, code]),
    [
      [4, 'value.party_unknown'],
      [5, 'value.bad_cell'],
    ],
  )
  const again = await all().importSpend({ stream: file })
  assert.deepEqual([again.created, again.unchanged], [0, 2])
  const { items } = await all().spends({ query: { party_id: MINE, from: '2023-10-01', to: '2023-10-31' } })
  assert.deepEqual([items[0]!.amount_minor, items[0]!.campaign], [120_050, '春季展会'])
})

test('a need says what is open; shares cannot exceed the whole; the latest of a category counts', async () => {
  const body = {
    category: '轴承',
    need_minor: 1_000_000,
    our_share: 0.4,
    source: '拜访',
    known_on: '2023-06-01',
  }
  const need = await all().addNeed({
    params: { id: MINE },
    body: { ...body, rivals: [{ name: 'SKF', share: 0.35 }] },
  })
  assert.deepEqual([need.open_minor, need.unknown_share], [600_000, 0.25])
  await refused(all().addNeed({ params: { id: MINE }, body }), 'value.need_taken')
  await refused(
    all().changeNeed({ params: { id: MINE, need_id: need.id }, body: { our_share: 0.8 } }),
    'value.shares_exceed',
  )
  await refused(east().needs({ params: { id: THEIRS } }), 'kernel.not_found')
  const file = `party,category,need,our_share,rivals,source,date\n${MINE},轴承,12000,50%,SKF 30%; NSK 0.1,电话,2023-09-01\n`
  assert.equal((await all().importNeeds({ stream: file })).created, 1)
  assert.equal((await all().importNeeds({ stream: file })).unchanged, 1)
  const { items } = await all().needs({ params: { id: MINE } })
  assert.deepEqual(
    items.map(({ known_on, open_minor }) => [known_on, open_minor]),
    [
      ['2023-09-01', 600_000],
      ['2023-06-01', 600_000],
    ],
  )
})

test('a subscription counts its renewals, and ends', async () => {
  const made = await all().addSubscription({
    params: { id: MINE },
    body: { name: '维保', started_on: '2021-01-31', amount_minor: 50_000 },
  })
  assert.deepEqual([made.renewals, made.next_renewal_on, made.period_months], [2, '2024-01-31', 12])
  const ended = await all().changeSubscription({
    params: { id: MINE, subscription_id: made.id },
    body: { ended_on: '2023-01-31' },
  })
  assert.deepEqual([ended.renewals, ended.next_renewal_on, ended.value_minor], [1, null, 0])
  await refused(
    all().changeSubscription({
      params: { id: MINE, subscription_id: made.id },
      body: { ended_on: '2020-01-01' },
    }),
    'value.bad_period',
  )
})

test('assumptions keep their history, and say who changed them', async () => {
  const before = await all().settings({})
  const after = await all().setSettings({ body: { margin: 0.42 } })
  assert.equal(after.margin, 0.42)
  assert.ok(after.run_id)
  const { items } = await all().settingsHistory({})
  assert.deepEqual(
    items.slice(0, 2).map(({ margin }) => margin),
    [0.42, before.margin],
  )
  const unchanged = await all().setSettings({ body: { margin: 0.42 } })
  assert.deepEqual([unchanged.id, unchanged.run_id], [after.id, null])
})
