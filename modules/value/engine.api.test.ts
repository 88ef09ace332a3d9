import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { writeRecords } from '../../kernel/audit.ts'
import { unaudited } from '../../kernel/ctx.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { holdOut, lifetimeValue, models, type RepeatModel } from '../../packages/models/src/index.ts'
import { modules } from '../index.ts'
import { value } from './contract.ts'
import { computeValue } from './engine/run.ts'
import { orderHeard } from './jobs.ts'
import { dateOf, dayNumber } from './rules.ts'
import { addOrders, ENDED, FIRST, furnish, histories, importRetail, purchases } from './testing.ts'

const CUSTOMERS = 1500
const made = purchases(CUSTOMERS)
let h: TestHouse
const clock = { now: new Date('2023-12-20T15:00:00Z') }

before(async () => {
  h = await testHouse(modules, { clock: () => clock.now })
  await furnish(h, made)
  await computeValue(h.ctx(), { kind: 'auto', because: 'first', as_of: null })
})
after(() => h.close())

const api = () => h.as().api(value)
const near = (got: number, wanted: number, relative: number, what: string) =>
  assert.ok(
    Math.abs(got - wanted) <= relative * Math.max(1e-9, Math.abs(wanted)),
    `${what}: ${got}, wanted ${wanted}`,
  )

type Row = {
  party_id: number
  x: number
  value_minor: number
  p_alive: number | null
  expected: number
  first_on: string
  last_on: string
}
const rows = async (as_of?: string): Promise<Row[]> => {
  const which = as_of ? 's.as_of = $1' : 's.current and $1::date is null'
  const found = await h.house.pool.query<Row>(
    `select v.* from customer_value v join value_snapshot s using (snapshot_id) where ${which} order by v.party_id`,
    [as_of ?? null],
  )
  return found.rows
}

test('every figure is the library’s own on the same orders', async () => {
  const page = await api().model({})
  assert.equal(page.as_of, '2023-12-20')
  assert.equal(page.too_few, false)
  const data = histories(made, ENDED)
  const model = models[page.model as 'mbgNbd'] as unknown as RepeatModel<Record<string, number>>
  const fit = model.fit(data)
  near(page.log_likelihood!, fit.log_likelihood, 1e-9, 'log-likelihood')
  for (const [name, figure] of Object.entries(fit.params))
    near(Number((page.params as Record<string, number>)[name]), figure, 1e-6, name)
  const repeaters = data.ids.map((_, i) => i).filter((i) => data.x[i]! > 0)
  const money = models.gammaGamma.fit({
    x: repeaters.map((i) => data.x[i]!),
    z: repeaters.map((i) => data.z[i]!),
  })
  near(page.spend_model.log_likelihood!, money.log_likelihood, 1e-9, 'Gamma-Gamma')
  const spend = models.gammaGamma.expectedSpend(money.params, data)
  const { assumptions } = page
  const worth = lifetimeValue(model, fit.params, data, {
    periods: assumptions.horizon_months,
    period_length: 365.25 / 12,
    discount_rate: (1 + assumptions.discount_rate) ** (1 / 12) - 1,
    spend,
    margin: assumptions.margin!,
  })
  const alive = model.pAlive(fit.params, data)
  const year = model.expectedPurchases(fit.params, data, 365.25)
  const stored = await rows()
  assert.deepEqual(
    stored.map((row) => row.party_id),
    data.ids,
  )
  stored.forEach((row, i) => {
    assert.equal(row.x, data.x[i])
    assert.ok(Math.abs(row.value_minor - worth[i]! * 100) <= 1, `value of ${row.party_id}`)
    near(row.expected, year[i]!, 1e-6, 'expected')
    if (row.p_alive !== null) near(row.p_alive, alive[i]!, 1e-5, 'P(alive)')
  })
  const seen = await api().overview({})
  assert.equal(
    seen.equity_minor,
    stored.reduce((sum, row) => sum + row.value_minor, 0),
  )
  assert.ok(
    seen.interval.lower_minor! < seen.equity_minor! && seen.equity_minor! < seen.interval.upper_minor!,
  )
})

test('the hold-out on the model page is what the library says of the calibration alone', async () => {
  const page = await api().model({})
  const cut = dayNumber(page.calibration!.to)
  const data = histories(made, cut)
  const later = histories(made, ENDED)
  const actual = data.ids.map((id, i) => later.x[later.ids.indexOf(id)]! - data.x[i]!)
  for (const candidate of page.candidates.filter(({ holdout }) => holdout)) {
    const model = models[candidate.model as 'mbgNbd'] as unknown as RepeatModel<Record<string, number>>
    const fit = model.fit(data)
    const wanted = holdOut(model.expectedPurchases(fit.params, data, ENDED - cut), actual)
    near(candidate.holdout!.mae, wanted.mae, 1e-6, `${candidate.model} mae`)
    near(candidate.holdout!.bias + 1, wanted.bias + 1, 1e-6, `${candidate.model} bias`)
    assert.equal(candidate.holdout!.deciles.length, 10)
  }
  assert.equal(page.candidates.filter(({ chosen }) => chosen).length, 1)
  const held = page.tracking.filter(({ holdout }) => holdout)
  assert.ok(held.length >= 10 && held.every(({ predicted }) => predicted > 0))
  // all weeks together: what these customers bought again by the end of the last whole week
  const whole = histories(made, dayNumber(page.tracking.at(-1)!.on))
  const known = new Set(data.ids)
  const repeats = whole.ids.reduce((sum, id, i) => (known.has(id) ? sum + whole.x[i]! : sum), 0)
  assert.equal(
    page.tracking.reduce((sum, { actual }) => sum + actual, 0),
    repeats,
  )
})

test('computed twice, the same numbers; scored with the kept model, the same again', async () => {
  const all = async () => JSON.stringify((await rows()).map((row) => ({ ...row, snapshot_id: 0 })))
  const before = await all()
  await computeValue(h.ctx(), { kind: 'fit', because: 'asked', as_of: null })
  assert.equal(await all(), before)
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: null })
  assert.equal(await all(), before)
  const { rows: kept } = await h.house.pool.query(
    `select count(*) as n from value_snapshot where kept is null`,
  )
  assert.equal((kept[0] as { n: number }).n, 1)
})

test('as of an earlier day, orders after it do not exist', async () => {
  const day = '2023-03-31'
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: day })
  const data = histories(made, dayNumber(day))
  const stored = await rows(day)
  assert.deepEqual(
    stored.map(({ party_id, x }) => [party_id, x]),
    data.ids.map((id, i) => [id, data.x[i]]),
  )
  const then = await api().overview({ query: { as_of: '2023-05-01' } })
  assert.equal(then.as_of, day)
  assert.equal(then.customers, data.ids.length)
  const seen = await api().overview({ query: { compare: day } })
  const bridge = seen.bridge!
  assert.equal(bridge.from, day)
  assert.equal(bridge.start_minor, then.equity_minor)
  assert.equal(bridge.end_minor, seen.equity_minor)
  assert.equal(
    bridge.steps.reduce((sum, { change_minor }) => sum + change_minor, 0),
    bridge.end_minor - bridge.start_minor,
  )
  for (const { move, customers, change_minor } of bridge.steps) {
    const behind = await api().customers({ query: { compare: day, move, limit: 200 } })
    assert.equal(behind.count, customers)
    if (customers > 0 && customers <= 200)
      assert.equal(
        behind.items.reduce((sum, item) => sum + item.change_minor!, 0),
        change_minor,
      )
  }
})

const hear = (party_id: number) =>
  unaudited(h.ctx(), 'a job', async (ctx) => {
    await orderHeard.run(ctx, { party_id }, null)
    if (ctx.recorded!.length > 0) await writeRecords(ctx)
  })

test('an order is in its customer’s figures as soon as it is heard, and in nobody else’s; heard twice, the same', async () => {
  const before = await rows()
  const party_id = FIRST + 10
  const was = before.find((row) => row.party_id === party_id)!
  await addOrders(h, [{ party_id, day: ENDED, minor: 12_300 }])
  await hear(party_id)
  await hear(party_id)
  const now = await rows()
  const is = now.find((row) => row.party_id === party_id)!
  assert.equal(is.last_on, dateOf(ENDED))
  assert.equal(is.x, was.x + (was.last_on === dateOf(ENDED) ? 0 : 1))
  const others = (all: Row[]) => all.filter((row) => row.party_id !== party_id)
  assert.deepEqual(others(now), others(before))
  const shown = await api().ofParty({ params: { id: party_id } })
  assert.equal(shown.figures?.last_on, dateOf(ENDED))
  // the next run says of this customer what was said alone
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: null })
  const again = (await rows()).find((row) => row.party_id === party_id)!
  assert.equal(again.value_minor, is.value_minor)
})

test('orders that are heard at once wait for each other, and none is lost', async () => {
  const parties = Array.from({ length: 6 }, (_, i) => FIRST + 40 + i)
  await addOrders(
    h,
    parties.map((party_id) => ({ party_id, day: ENDED, minor: 100 })),
  )
  await Promise.all(parties.map(hear))
  const heard = (await rows()).filter((row) => parties.includes(row.party_id))
  assert.deepEqual(new Set(heard.map((row) => row.last_on)), new Set([dateOf(ENDED)]))
  assert.equal(heard.length, parties.length)
})

test('returns are no purchases: they lower everybody’s value by their share, and show at their customer', async () => {
  const party_id = FIRST + 20
  const before = await api().ofParty({ params: { id: party_id } })
  await addOrders(h, [{ party_id, day: ENDED - 1, minor: -50_000 }], 'return')
  await computeValue(h.ctx(), { kind: 'score', because: 'asked', as_of: null })
  const now = await api().ofParty({ params: { id: party_id } })
  assert.equal(now.facts.x, before.facts.x)
  assert.equal(now.facts.returns_minor, 50_000)
  assert.ok(now.assumptions.return_share > 0)
  near(
    now.figures!.value_minor!,
    before.figures!.value_minor! * (1 - now.assumptions.return_share),
    1e-3,
    'value',
  )
})

test('a run that is stopped on the way has never been: the earlier figures stay, whole', async () => {
  const before = JSON.stringify(await rows())
  const stopped = {
    run_id: 0,
    report: async () => {},
    check: () => {
      throw new Error('stopped')
    },
    keep: async () => {},
  }
  await assert.rejects(
    computeValue({ ...h.ctx(), progress: stopped }, { kind: 'fit', because: 'asked', as_of: null }),
  )
  assert.equal(JSON.stringify(await rows()), before)
  const { rows: left } = await h.house.pool.query(`select from value_snapshot where state = 'building'`)
  assert.equal(left.length, 0)
})

test('two weeks of the retail file: too few to say, so counts and no modelled figure', async () => {
  const own = await testHouse(modules)
  try {
    await importRetail(own)
    const { rows: none } = await own.house.pool.query('select from value_snapshot')
    assert.equal(none.length, 0)
    await computeValue(own.ctx(), { kind: 'auto', because: 'first', as_of: null })
    const seen = await own.as().api(value).overview({})
    assert.equal(seen.too_few, true)
    assert.equal(seen.stale, true)
    assert.equal(seen.equity_minor, null)
    assert.ok(seen.data.customers > 300)
    const page = await own.as().api(value).model({})
    assert.equal(page.model, null)
    assert.deepEqual(page.candidates, [])
    const { items } = await own
      .as()
      .api(value)
      .customers({ query: { limit: 1, sort: 'revenue_minor' } })
    assert.equal(items[0]!.value_minor, null)
    assert.ok(items[0]!.revenue_minor > 0)
  } finally {
    await own.close()
  }
})
