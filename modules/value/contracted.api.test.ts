import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { models } from '../../packages/models/src/index.ts'
import { modules } from '../index.ts'
import { value } from './contract.ts'
import { computeQuarter } from './engine/quarters.ts'
import { computeValue } from './engine/run.ts'
import { dayNumber } from './rules.ts'
import { addOrders, FIRST, furnish } from './testing.ts'

// A company of subscriptions alone: yearly contracts begun in 2017 to 2022, who leave by one law.

const LAW = { alpha: 0.7, beta: 2.1 }
const EACH = 150
const PRICE = 24_000
let h: TestHouse
let contracts: { party_id: number; started_on: string; ended_on: string | null; renewals: number }[] = []

before(async () => {
  h = await testHouse(modules, { clock: () => new Date('2023-08-15T09:00:00Z') })
  const years = [2017, 2018, 2019, 2020, 2021, 2022]
  contracts = years.flatMap((year, c) => {
    const { survivors } = models.sbg.simulate(LAW, { customers: EACH, periods: 2023 - year, seed: year })
    return Array.from({ length: EACH }, (_, i) => {
      // the i-th is there as long as more than i survive
      const renewals = survivors.findLastIndex((left) => left > i)
      const left = renewals < 2023 - year
      return {
        party_id: FIRST + c * EACH + i,
        started_on: `${year}-03-01`,
        ended_on: left ? `${year + renewals + 1}-03-01` : null,
        renewals,
      }
    })
  })
  await furnish(
    h,
    contracts.map(({ party_id }) => ({ party_id, day: 0, minor: 0 })),
    false,
  )
  await h.house.pool.query(
    `insert into subscription (party_id, name, started_on, period_months, amount_minor, currency, ended_on, created_at)
     select p, 'plan', s, 12, ${PRICE}, 'GBP', e, now() from unnest($1::bigint[], $2::date[], $3::date[]) u (p, s, e)`,
    [
      contracts.map(({ party_id }) => party_id),
      contracts.map(({ started_on }) => started_on),
      contracts.map(({ ended_on }) => ended_on),
    ],
  )
  await computeValue(h.ctx(), { kind: 'auto', because: 'first', as_of: null })
})
after(() => h.close())
const api = () => h.as().api(value)

test('equity is the margin of the renewals to come, summed over those who are still there', async () => {
  const seen = await api().overview({ query: {} })
  const { model, params } = await api().contracts({})
  const settings = await api().settings({})
  const law = models[model!]
  const active = contracts.filter(({ ended_on }) => ended_on === null)
  const wanted = active.reduce(
    (sum, { renewals }) =>
      sum +
      Math.round(
        PRICE *
          settings.margin *
          law.discountedLifetime(params as never, renewals + 1, settings.discount_rate),
      ),
    0,
  )
  assert.deepEqual(
    [seen.too_few, seen.of_contracts, seen.equity_minor, seen.customers],
    [false, true, wanted, 6 * EACH],
  )
  assert.deepEqual(seen.contractual, { customers: 0, value_minor: 0 })
  assert.ok(seen.interval.lower_minor! < wanted && wanted < seen.interval.upper_minor!)
  assert.equal(seen.as_of, '2023-08-15')
})

test('the share of chance in its interval is that of futures drawn from the law', async () => {
  const { rows } = await h.house.pool.query<{ chance: number }>(
    `select (summary->'equity'->>'from_customers')::float8 as chance from value_snapshot where current`,
  )
  const { model, params } = await api().contracts({})
  const { margin, discount_rate } = await api().settings({})
  const survival = Array.from({ length: 400 }, (_, t) => models[model!].survival(params as never, t))
  let state = 1
  const roll = () => ((state = (state * 48_271) % 2_147_483_647) - 1) / 2_147_483_646
  const active = contracts.filter(({ ended_on }) => ended_on === null)
  const totals = Array.from({ length: 400 }, () =>
    active.reduce((sum, { renewals }) => {
      const u = roll() * survival[renewals]!
      let brought = 0
      for (let t = renewals + 1; t < 400 && survival[t]! > u; t++)
        brought += (1 + discount_rate) ** -(t - renewals - 1)
      return sum + brought * PRICE * margin
    }, 0),
  )
  const mean = totals.reduce((sum, one) => sum + one, 0) / totals.length
  const sd = Math.sqrt(totals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / totals.length)
  assert.ok(Math.abs(rows[0]!.chance / sd - 1) < 0.12, `${rows[0]!.chance} against ${sd}`)
})

test('each customer: there or not, worth, the next renewal; who left is gone and worth nothing', async () => {
  const staying = contracts.find(({ ended_on, renewals }) => ended_on === null && renewals > 0)!
  const left = contracts.find(({ ended_on }) => ended_on !== null)!
  const own = await api().ofParty({ params: { id: staying.party_id }, query: {} })
  assert.deepEqual(
    [own.figures!.p_alive, own.figures!.next_order_on, own.subscriptions_minor, own.figures!.class],
    [1, '2024-03-01', null, 'regular'],
  )
  const [one] = (await api().subscriptions({ params: { id: staying.party_id } })).items
  assert.equal(own.figures!.value_minor, one!.value_minor)
  const gone = await api().ofParty({ params: { id: left.party_id }, query: {} })
  assert.deepEqual(
    [gone.figures!.p_alive, gone.figures!.value_minor, gone.figures!.next_order_on],
    [0, 0, null],
  )
  const risk = await api().risk({ query: { limit: 5 } })
  assert.ok(risk.items.every((row) => row.at_risk_minor! > 0 && row.at_risk_minor! < 3 * row.value_minor!))
})

test('an earlier day knows only what had ended by then, and the change between both is told', async () => {
  await computeQuarter(h.ctx(), '2022-12-31')
  const then = await api().overview({ query: { as_of: '2022-12-31' } })
  const active = contracts.filter(({ ended_on }) => ended_on === null || ended_on > '2022-12-31').length
  const { items } = await api().customers({
    query: { as_of: '2022-12-31', limit: 200 },
  })
  assert.equal(then.of_contracts, true)
  assert.ok(then.equity_minor! > 0 && items[0]!.value_minor! > 0)
  const { rows } = await h.house.pool.query<{ n: number }>(
    `select count(*)::int as n from customer_value v join value_snapshot s using (snapshot_id) where s.as_of = '2022-12-31' and not v.gone`,
  )
  assert.equal(rows[0]!.n, active)
  const now = await api().overview({ query: { compare: '2022-12-31' } })
  assert.equal(now.bridge!.end_minor - now.bridge!.start_minor, now.change_minor)
})

test('the model page says that purchases are too few, and names the law of the contracts', async () => {
  const page = await api().model({ query: {} })
  assert.deepEqual([page.too_few, page.business, page.model], [true, 'contractual', null])
  assert.ok(page.contract_model)
})

test('a few orders beside do not take the figure away; a contract that ends does its part', async () => {
  const buyers = contracts
    .slice(0, 3)
    .map(({ party_id }) => ({ party_id, day: dayNumber('2023-05-01'), minor: 5000 }))
  await addOrders(h, buyers)
  const before = (await api().overview({ query: {} })).equity_minor!
  const staying = contracts.find(({ ended_on }) => ended_on === null)!
  const [one] = (await api().subscriptions({ params: { id: staying.party_id } })).items
  await h
    .as()
    .api(value)
    .changeSubscription({
      params: { id: staying.party_id, subscription_id: one!.id },
      body: { ended_on: '2023-08-01' },
    })
  await computeValue(h.ctx(), { kind: 'auto', because: 'growth', as_of: null })
  const seen = await api().overview({ query: {} })
  assert.deepEqual([seen.of_contracts, seen.as_of], [true, '2023-08-15'])
  assert.ok(seen.equity_minor! < before)
})
