import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { ApiError } from '../../kernel/client.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { cohorts, concentration, leakyBucket, models } from '../../packages/models/src/index.ts'
import { modules } from '../index.ts'
import { parties } from '../parties/contract.ts'
import { value } from './contract.ts'
import { computeValue } from './engine/run.ts'
import { splitOf } from './read/flows.ts'
import { dateOf, spanIndex } from './rules.ts'
import { FIRST, furnish, purchases } from './testing.ts'

const made = purchases(1200, 11)
let h: TestHouse
before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2023-12-20T15:00:00Z') })
  await furnish(h, made)
  await computeValue(h.ctx(), { kind: 'auto', because: 'first', as_of: null })
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: '2023-09-30' })
})
after(() => h.close())
const api = () => h.as().api(value)
const east = () => h.as({ scope: 'team', unit_id: 21, team_units: [21] }).api(value)
const refused = async (call: Promise<unknown>, code: string) =>
  assert.rejects(call, (error) => error instanceof ApiError && error.problem.code === code)

test('cohorts and the leaky bucket are the library’s, and each cell leads to as many customers', async () => {
  const month = (day: number) => {
    const date = dateOf(day)
    return spanIndex('month', Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1)
  }
  const activity = {
    customer: made.map(({ party_id }) => party_id),
    period: made.map(({ day }) => month(day)),
    amount: made.map(({ minor }) => minor),
  }
  const wanted = cohorts(activity)
  const seen = await api().cohorts({ query: { period: 'month' } })
  assert.deepEqual(
    seen.cohorts.map(({ active }) => active),
    wanted.cohorts.map(({ active }) => active),
  )
  assert.deepEqual(
    seen.cohorts.map(({ revenue_minor }) => revenue_minor),
    wanted.cohorts.map(({ amount }) => amount),
  )
  for (const { age, retention } of seen.curve)
    assert.ok(Math.abs(retention - wanted.curve[age]!.retention) < 1e-12)
  const cohort = seen.cohorts[2]!
  const later = seen.cohorts[5]!.period
  const cell = await api().customers({ query: { cohort: cohort.period, active_in: later } })
  assert.equal(cell.count, cohort.active[3])
  const bucket = await api().bucket({ query: { period: 'month' } })
  const expected = leakyBucket(activity, bucket.grace)
  const figures = ({ active, won, kept, rewon, lost, net, replaced }: Record<string, unknown>) => ({
    active,
    won,
    kept,
    rewon,
    lost,
    net,
    replaced,
  })
  assert.deepEqual(bucket.periods.map(figures), expected.map(figures))
  const rich = bucket.periods.findLast(({ rewon, lost }) => rewon > 0 && lost > 0)!
  for (const kind of ['won', 'kept', 'rewon', 'lost'] as const) {
    const behind = await api().customers({ query: { bucket: kind, bucket_in: rich.period } })
    assert.equal(behind.count, rich[kind], kind)
  }
})

test('every picture counts every customer once, and its slices lead to them', async () => {
  const seen = await api().overview({})
  const n = seen.customers
  const rfm = await api().rfm({})
  assert.equal(
    rfm.cells.reduce((sum, cell) => sum + cell.customers, 0),
    n,
  )
  const cell = rfm.cells.find(({ customers }) => customers > 0)!
  const { recency, frequency } = cell
  assert.equal((await api().customers({ query: { recency, frequency } })).count, cell.customers)
  const classes = await api().classes({})
  assert.equal(
    classes.classes.reduce((sum, one) => sum + one.customers, 0),
    n,
  )
  const regular = classes.classes.find((one) => one.class === 'regular')!
  assert.equal((await api().customers({ query: { class: 'regular' } })).count, regular.customers)
  const spread = await api().distribution({})
  assert.equal(
    spread.bins.reduce((sum, bin) => sum + bin.customers, 0),
    n,
  )
  const share = await api().concentration({})
  const { rows } = await h.house.pool.query<{ v: number }>(
    'select value_minor as v from customer_value v join value_snapshot s using (snapshot_id) where s.current',
  )
  const curve = concentration(rows.map(({ v }) => Math.max(0, v)))
  assert.ok(Math.abs(share.gini! - curve.gini) < 1e-12)
  assert.equal(share.customers_for_80, curve.customersFor(0.8))
  assert.equal(
    share.classes.reduce((sum, one) => sum + one.customers, 0),
    n,
  )
  assert.equal(share.classes[0]!.customers, seen.core_customers)
  for (const by of ['unit', 'owner', 'class', 'abc'] as const) {
    const parts = await api().breakdown({ query: { by } })
    assert.equal(
      parts.items.reduce((sum, one) => sum + one.value_minor!, 0),
      seen.equity_minor,
      by,
    )
  }
  const risk = await api().risk({ query: { limit: 200 } })
  assert.ok(risk.items.every((one, i) => i === 0 || one.at_risk_minor! <= risk.items[i - 1]!.at_risk_minor!))
})

test('pages of customers hold everybody once, whichever the sort', async () => {
  const { customers } = await api().overview({})
  for (const sort of ['value_minor', 'p_alive', 'lateness', 'last_on', 'at_risk_minor'] as const) {
    const ids: number[] = []
    let cursor: string | undefined
    do {
      const page = await api().customers({ query: { sort, limit: 200, ...(cursor ? { cursor } : {}) } })
      ids.push(...page.items.map(({ party }) => party.id))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.equal(ids.length, customers)
    assert.equal(new Set(ids).size, customers)
  }
})

test('a change in revenue is split exactly, whatever the figures', async () => {
  const sale = fc
    .record({
      customers: fc.integer({ min: 1, max: 1e6 }),
      more: fc.integer({ min: 0, max: 1e6 }),
      revenue_minor: fc.integer({ min: 1, max: 1e12 }),
    })
    .map(({ customers, more, revenue_minor }) => ({ customers, orders: customers + more, revenue_minor }))
  fc.assert(
    fc.property(sale, sale, (before, after) => {
      const split = splitOf(before, after)!
      const sum = split.customers_minor + split.frequency_minor + split.size_minor
      assert.equal(sum, after.revenue_minor - before.revenue_minor)
    }),
  )
  const seen = await api().revenue({})
  const { customers_minor, frequency_minor, size_minor } = seen.split!
  assert.equal(customers_minor + frequency_minor + size_minor, seen.total_minor)
  assert.equal(seen.total_minor, seen.after.revenue_minor - seen.before.revenue_minor)
})

test('who reaches a part sees the sums of that part, and none of the rest', async () => {
  const whole = await api().overview({})
  const part = await east().overview({})
  const other = await h
    .as({ scope: 'team', unit_id: 22, team_units: [22] })
    .api(value)
    .overview({})
  assert.equal(part.customers + other.customers, whole.customers)
  assert.equal(part.equity_minor! + other.equity_minor!, whole.equity_minor)
  assert.ok(part.interval.upper_minor! < whole.interval.upper_minor!)
  assert.equal(part.data.anonymous, 0)
  const same = await api().overview({ query: { unit_id: 21 } })
  assert.equal(same.equity_minor, part.equity_minor)
  const beyond = FIRST + (FIRST % 2 === 0 ? 1 : 0)
  await refused(east().ofParty({ params: { id: beyond } }), 'kernel.not_found')
  await refused(east().historyOfParty({ params: { id: beyond } }), 'kernel.not_found')
  assert.ok((await east().state({})).snapshots.every(({ equity_minor }) => equity_minor === null))
  await refused(east().run({ body: { kind: 'score' } }), 'value.whole_company')
  await refused(east().setSettings({ body: { margin: 0.5 } }), 'value.whole_company')
})

test('costs are hidden from roles that may not see them', async () => {
  const masked = h.as({ masks: ['cost'] }).api(value)
  const seen = await masked.overview({})
  assert.equal(seen.assumptions.withheld, true)
  assert.equal(seen.assumptions.margin, null)
  const one = await masked.ofParty({ params: { id: FIRST } })
  assert.equal(one.margin, null)
  assert.equal(one.cost_of_service_minor, null)
  assert.equal((await masked.retention({})).margin_minor, null)
})

test('the customers’ list shows, sorts and filters by value for those who may read it, and for nobody else', async () => {
  const all = h.as().api(parties)
  const best = await all.list({ query: { sort: 'value_minor', limit: 3 } })
  const top = await api().customers({ query: { limit: 3 } })
  assert.deepEqual(
    best.items.map(({ id }) => id),
    top.items.map(({ party }) => party.id),
  )
  assert.equal(best.items[0]!.value!.value_minor, top.items[0]!.value_minor)
  const next = await all.list({ query: { sort: 'value_minor', limit: 3, cursor: best.next! } })
  assert.ok(next.items[0]!.value!.value_minor! <= best.items[2]!.value!.value_minor!)
  const core = await all.list({ query: { core: true } })
  assert.equal(core.count, (await api().overview({})).core_customers)
  assert.ok(core.items.every((row) => row.value!.core))
  const named = await all.list({ query: { limit: 2, with: 'value' } })
  assert.ok(named.items.every((row) => row.value))
  const without = h.as({ grants: { 'parties:read': 'all' } }).api(parties)
  await refused(without.list({ query: { sort: 'value_minor' } }), 'kernel.not_allowed')
  await refused(without.list({ query: { core: true } }), 'kernel.not_allowed')
  assert.ok(
    (await without.list({ query: { limit: 2, with: 'value' } })).items.every(
      (row) => row.value === undefined,
    ),
  )
  const narrow = h
    .as({ grants: { 'parties:read': 'all', 'value:read': 'team' }, unit_id: 21, team_units: [21] })
    .api(parties)
  const own = await narrow.list({ query: { sort: 'value_minor', limit: 50 } })
  assert.ok(own.items.length > 0 && own.items.every((row) => row.unit.id === 21))
})

test('the file of a slice has its customers, with a mark for spreadsheets', async () => {
  const answer = (await api().customersFile({ query: { core: true } })) as unknown as Response
  const text = Buffer.from(await answer.arrayBuffer()).toString('utf8')
  assert.ok(text.startsWith('\ufeff'))
  const { core_customers } = await api().overview({})
  assert.equal(text.trim().split('\r\n').length, core_customers + 1)
})

test('a core customer who becomes overdue is told of once, until the next order', async () => {
  const ctx = h.ctx()
  await computeValue(ctx, { kind: 'score', because: 'asked', as_of: null })
  const { rows } = await h.house.pool.query<{ n: number }>(
    `select count(*) as n from customer_value v join value_snapshot s using (snapshot_id) where s.current and v.core and v.overdue`,
  )
  const told = await api().alerts({ query: { limit: 200 } })
  assert.equal(told.items.length, Math.min(200, rows[0]!.n))
  assert.ok(rows[0]!.n > 0)
  await computeValue(ctx, { kind: 'score', because: 'asked', as_of: null })
  assert.equal((await api().alerts({ query: { limit: 200 } })).items.length, told.items.length)
  const done = await api().endAlert({ params: { id: told.items[0]!.id } })
  assert.equal(done.state, 'done')
  assert.equal(
    (await api().alerts({ query: { state: 'open', limit: 200 } })).items.length,
    told.items.length - 1,
  )
})

test('what subscriptions are still worth is the library’s: renewals to come × margin', async () => {
  const ids = Array.from({ length: 300 }, (_, i) => FIRST + i)
  await h.house.pool.query(
    `insert into subscription (party_id, name, started_on, period_months, amount_minor, currency, ended_on, created_at)
     select id, 'service', date '2018-06-01' + (n % 4)::int * 365, 12, 10000, 'GBP',
       case when n % 3 = 0 then (date '2018-06-01' + (n % 4)::int * 365 + make_interval(years => 1 + (n % 3)::int + (n % 2)::int))::date end, now()
     from unnest($1::bigint[]) with ordinality u (id, n)`,
    [ids],
  )
  const seen = await api().contracts({})
  assert.equal(seen.too_few, false)
  assert.equal(seen.active + seen.ended, 300)
  const own = await api().subscriptions({ params: { id: FIRST } })
  const [one] = own.items
  const law = models[seen.model!]
  const periods = law.discountedLifetime(seen.params as never, one!.renewals + 1, 0.1)
  assert.equal(one!.value_minor, Math.round(10_000 * 0.3 * periods))
  assert.ok(seen.survival[1]!.predicted < 1)
})
