import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomerData } from '../data.ts'
import { models } from '../index.ts'
import { normalCdf, normalQuantile } from '../numerics/normal.ts'
import { figures, PUBLISHED, threeCustomers } from '../testing/cases.ts'
import { near, readColumns } from '../testing/reference.ts'
import { bootstrapInterval, deltaInterval, parameterDraws, predictionInterval, quantile } from './interval.ts'
import { lifetimeValue, residualValue } from './lifetimeValue.ts'
import { aliveToShow } from './show.ts'

const { bgNbd, mbgNbd, paretoNbd, gammaGamma } = models
const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData & { z: Float64Array }
const monthly = { periods: 12, period_length: 4.345, discount_rate: 0.01 }

test('12-month value of the named customers equals lifetimes’ convention to 1e-12', () => {
  const spend = gammaGamma.expectedSpend(PUBLISHED.gammaGamma, { x: [2, 1, 0], z: [22.35, 11.77, 0] })
  const value = lifetimeValue(bgNbd, PUBLISHED.bg, threeCustomers, { ...monthly, spend })
  const want = figures.golden.clv12_bgnbd_gg_published_params
  near(value[0]!, want['1'], 1e-12)
  near(value[1]!, want['2'], 1e-12)
  near(value[2]!, 8.36900436, 1e-8)
})

test('the whole CDNOW sample: totals as lifetimes prints them, in the order of the customers', () => {
  const gg = gammaGamma.fit(cdnow).params
  const spend = gammaGamma.expectedSpend(gg, cdnow)
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
  const bg = lifetimeValue(bgNbd, bgNbd.fit(cdnow).params, cdnow, { ...monthly, spend })
  near(total(bg), 71509.89719531267, 1e-6)
  near(bg[0]!, 36.27849607158602, 1e-6)
  const pareto = lifetimeValue(paretoNbd, paretoNbd.fit(cdnow).params, cdnow, { ...monthly, spend })
  near(total(pareto), 72317.91915921737, 1e-5)
})

test('timing and margin are explicit: start of period is worth one discount step more', () => {
  const end = lifetimeValue(paretoNbd, PUBLISHED.pareto, threeCustomers, { ...monthly, spend: 10 })
  const start = lifetimeValue(paretoNbd, PUBLISHED.pareto, threeCustomers, {
    ...monthly,
    spend: 10,
    timing: 'start',
  })
  const half = lifetimeValue(paretoNbd, PUBLISHED.pareto, threeCustomers, {
    ...monthly,
    spend: 10,
    margin: 0.5,
  })
  near(start[0]!, end[0]! * 1.01, 1e-12)
  near(half[1]!, end[1]! / 2, 1e-12)
})

test('the infinite horizon is the limit of fine periods, for every model', () => {
  const rate = 0.02
  for (const [model, params] of [
    [bgNbd, PUBLISHED.bg],
    [mbgNbd, PUBLISHED.mbg],
    [paretoNbd, PUBLISHED.pareto],
  ] as [typeof bgNbd, typeof PUBLISHED.bg][]) {
    const whole = residualValue(model, params, threeCustomers, { rate, spend: 1 })
    const fine = {
      periods: 16_000,
      period_length: 0.05,
      discount_rate: Math.expm1(rate * 0.05),
      spend: 1,
      timing: 'middle' as const,
    }
    const finite = lifetimeValue(model, params, threeCustomers, fine)
    whole.forEach((value, i) => {
      near(finite[i]!, value, 1e-5, model.name)
    })
  }
})

test('delta intervals: of a parameter they are its standard error; of a probability they stay within 0 and 1', () => {
  const fit = paretoNbd.fit(cdnow)
  const r = deltaInterval(fit, (params) => params.r)
  near((r.upper[0]! - r.lower[0]!) / 2 / normalQuantile(0.975), fit.standard_errors['r']!, 1e-5)
  const alive = deltaInterval(fit, (params) => paretoNbd.pAlive(params, threeCustomers), { scale: 'logit' })
  alive.estimate.forEach((p, i) => {
    assert.ok(alive.lower[i]! > 0 && alive.lower[i]! < p && p < alive.upper[i]! && alive.upper[i]! < 1)
  })
})

test('what one year of retail cannot tell is shown as unknown: widest interval, no P(alive)', () => {
  const retail = readColumns('online_retail_days.csv') as unknown as CustomerData
  const few = { x: retail.x, t_x: retail.t_x, T: retail.T }
  const fit = paretoNbd.fit(few)
  const some = { x: [3], t_x: [100], T: [300] }
  const { lower, upper } = deltaInterval(fit, (params) => paretoNbd.pAlive(params, some), { scale: 'logit' })
  assert.deepEqual([lower[0], upper[0]], [0, 1])
  const shown = aliveToShow(paretoNbd, fit, some)
  assert.ok(Number.isNaN(shown.p_alive[0]!))
  assert.equal(shown.reason[0], 'dropout_not_identified')
})

test('what is held is taken as fitted: an interval of the rest, neither endless nor of no width', () => {
  const retail = readColumns('online_retail_days.csv') as unknown as CustomerData
  const fit = paretoNbd.fit({ x: retail.x, t_x: retail.t_x, T: retail.T })
  const figure = (params: typeof fit.params) => paretoNbd.expectedPurchasesNew(params, 365)
  const open = deltaInterval(fit, figure, { scale: 'log' })
  assert.deepEqual([open.lower[0], open.upper[0]], [0, Number.POSITIVE_INFINITY])
  const held = deltaInterval(fit, figure, { scale: 'log', held: ['s', 'beta'] })
  const width = (held.upper[0]! - held.lower[0]!) / held.estimate[0]!
  assert.ok(width > 0.01 && width < 0.5, `${width}`)
  assert.ok(held.lower[0]! < held.estimate[0]! && held.estimate[0]! < held.upper[0]!)
})

test('BG/NBD: who never came back is not shown as surely alive', () => {
  const shown = aliveToShow(bgNbd, bgNbd.fit(cdnow), threeCustomers)
  assert.deepEqual(shown.reason, [undefined, undefined, 'never_returned'])
  near(shown.p_alive[0]!, 0.7266, 1e-3)
  assert.ok(Number.isNaN(shown.p_alive[2]!))
})

test('bootstrap and delta intervals agree where the likelihood is well behaved', () => {
  const fit = mbgNbd.fit(cdnow)
  const figure = (params: typeof fit.params) => mbgNbd.expectedPurchasesNew(params, 39)
  const delta = deltaInterval(fit, figure, { scale: 'log' })
  const boot = bootstrapInterval(mbgNbd, fit, cdnow, figure, { replicates: 120, seed: 5 })
  assert.equal(boot.failed, 0)
  near(boot.upper[0]! - boot.lower[0]!, delta.upper[0]! - delta.lower[0]!, 0.35)
  const again = bootstrapInterval(mbgNbd, fit, cdnow, figure, { replicates: 20, seed: 5 })
  assert.deepEqual(again, bootstrapInterval(mbgNbd, fit, cdnow, figure, { replicates: 20, seed: 5 }))
})

test('draws of one customer’s future have the expected mean and the chance of being gone', () => {
  for (const [model, params] of [
    [bgNbd, PUBLISHED.bg],
    [mbgNbd, PUBLISHED.mbg],
    [paretoNbd, PUBLISHED.pareto],
  ] as [typeof bgNbd, typeof PUBLISHED.bg][]) {
    const customer = { x: 6, t_x: 30, T: 38 }
    const draws = model.sampleFuture(params, customer, 39, 60_000, 9)
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length
    const want = model.expectedPurchases(params, { x: [6], t_x: [30], T: [38] }, 39)[0]!
    const sd = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length)
    assert.ok(
      Math.abs(mean - want) < (4 * sd) / Math.sqrt(draws.length),
      `${model.name}: ${mean} against ${want}`,
    )
    const { lower, upper } = predictionInterval(model, params, customer, 39, { seed: 4 })
    assert.ok(lower <= want && want <= upper)
  }
})

test('parameter draws keep the covariance of the logarithms', () => {
  const fit = mbgNbd.fit(cdnow)
  const logs = parameterDraws(fit, 4000, 2).map((params) => Math.log(params.b))
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length
  const sd = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length)
  near(sd, fit.standard_errors['b']! / fit.params.b, 0.05)
})

test('normal quantiles and sample quantiles', () => {
  near(normalQuantile(0.975), 1.959963984540054, 1e-13)
  near(normalQuantile(1e-9), -5.997807015007686, 1e-10)
  near(normalCdf(-1.959963984540054), 0.025, 1e-13)
  near(quantile([3, 1, 2, 4], 0.5), 2.5, 1e-15)
})
