import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomerData } from '../data.ts'
import { models } from '../index.ts'
import { near, readColumns } from '../testing/reference.ts'
import { lifetimeValue } from '../value/lifetimeValue.ts'
import { customerEquity, returnOnEquity } from './equity.ts'
import { holdOut, meanRanks } from './holdout.ts'
import { referralClasses, referralValue, wordOfMouth } from './referral.ts'
import {
  bestBudget,
  marginMultiple,
  replacementCost,
  responseCurve,
  retentionEffect,
  retentionElasticity,
} from './retention.ts'

const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData & { z: Float64Array }

test('margin multiple of Gupta & Lehmann, and 1 % of retention worth 5.5 % at r = .9, d = .1', () => {
  near(marginMultiple({ retention: 0.9, discount: 0.1 }), 4.5, 1e-14)
  near(retentionElasticity({ retention: 0.9, discount: 0.1 }), 5.5, 1e-14)
  const up =
    marginMultiple({ retention: 0.9 * 1.0001, discount: 0.1 }) /
    marginMultiple({ retention: 0.9, discount: 0.1 })
  near((up - 1) / 0.0001, 5.5, 1e-3)
  assert.throws(() => marginMultiple({ retention: 1, discount: 0 }), { code: 'rate.range' })
})

test('five points of retention: the value is the sum of what a customer brings, year by year', () => {
  const effect = retentionEffect({ retention: 0.8, discount: 0.1, margin: 100, customers: 50 })
  let by_hand = 0
  for (let year = 0; year < 2000; year++) by_hand += 100 * (0.8 / 1.1) ** year
  near(effect.value, by_hand, 1e-12)
  near(effect.gain, 50 * (effect.value_after - effect.value), 1e-12)
  near(effect.change, 0.2, 1e-12)
  assert.equal(effect.classic.high, 0.85)
})

test('replacing a customer costs the winning and the ramp', () => {
  assert.deepEqual(
    replacementCost({ acquisition_spend: 1000, customers_won: 20, margin: 10, ramp_periods: 6 }),
    {
      acquisition: 50,
      ramp: 30,
      total: 80,
    },
  )
})

test('the best budget: no other split of money is better, and the calibration point is met', () => {
  const settings = {
    margin: 50,
    discount: 0.15,
    acquisition: { ceiling: 0.4, rate: 0.1, spend: 8 },
    retention: { ceiling: 0.7, rate: 0.4, spend: 10 },
  }
  near(responseCurve(settings.acquisition).at(8), 0.1, 1e-14)
  const best = bestBudget(settings)
  const equity = (A: number, R: number) => {
    const value = (50 * 1.15 - R) / (1.15 - responseCurve(settings.retention).at(R))
    return responseCurve(settings.acquisition).at(A) * value - A
  }
  near(best.equity_per_prospect, equity(best.acquisition_spend, best.retention_spend), 1e-12)
  for (let A = 0; A < 60; A += 0.5)
    for (let R = 0; R < 50; R += 0.5) assert.ok(equity(A, R) <= best.equity_per_prospect + 1e-9)
})

test('referrals: value only where the customer would not have come, saving always, nothing beyond a year', () => {
  const one = { value: 100, acquisition_saved: 20, incentive: 5 }
  const total = referralValue(
    [
      { ...one, would_have_joined: false, years: 0.5 },
      { ...one, would_have_joined: true, years: 0 },
      { ...one, would_have_joined: false, years: 1.5 },
    ],
    { discount: 0.21 },
  )
  near(total, 115 / 1.1 + 15, 1e-14)
  assert.deepEqual(referralClasses({ lifetime: [9, 9, 1, 1], referral: [9, 1, 9, 1] }), [
    'champions',
    'affluents',
    'advocates',
    'misers',
  ])
})

test('word of mouth is a product of stated assumptions', () => {
  const talk = {
    customers: 100,
    satisfied: 0.5,
    dissatisfied: 0.1,
    told_by_satisfied: 3,
    told_by_dissatisfied: 10,
    won_share: 0.02,
    deterred_share: 0.05,
    customer_value: 40,
  }
  const worth = wordOfMouth(talk)
  near(worth.gain, 120, 1e-14)
  near(worth.damage, 200, 1e-14)
  near(worth.net, -80, 1e-13)
  assert.throws(() => wordOfMouth({ ...talk, satisfied: 0.95 }), { code: 'options.share' })
})

test('customer equity: the sum of lifetime values, with an interval from both kinds of doubt', () => {
  const fit = models.mbgNbd.fit(cdnow)
  const year = { periods: 12, period_length: 4.345, discount_rate: 0.01, spend: 35 }
  const values = (params: typeof fit.params) => lifetimeValue(models.mbgNbd, params, cdnow, year)
  const equity = customerEquity(models.mbgNbd, fit, cdnow, values, { horizon: 52.14 })
  near(
    equity.equity,
    values(fit.params).reduce((sum, value) => sum + value, 0),
    1e-12,
  )
  assert.ok(equity.lower < equity.equity && equity.equity < equity.upper)
  assert.ok(equity.from_parameters > 0 && equity.from_customers > 0)
  assert.equal(equity.customers, 2357)
  assert.deepEqual(customerEquity(models.mbgNbd, fit, cdnow, values, { horizon: 52.14 }), equity)
})

test('hold-out of CDNOW: total, bias and deciles against what really came', () => {
  const days = readColumns('cdnow_days.csv')
  const fit = models.paretoNbd.fit(cdnow)
  const report = holdOut(models.paretoNbd.expectedPurchases(fit.params, cdnow, 39), days['y']!)
  assert.equal(report.actual, 1882)
  near(report.predicted, 1665.53, 1e-4)
  near(report.bias, -0.115, 5e-3)
  assert.ok(report.rank_correlation > 0.45 && report.mae < 0.8)
  assert.ok(report.deciles[0]!.lift > 3 && report.deciles[9]!.lift < 0.6)
  assert.equal(
    report.deciles.reduce((sum, decile) => sum + decile.customers, 0),
    2357,
  )
  near(
    report.deciles.reduce((sum, decile) => sum + decile.actual, 0),
    1882,
    1e-12,
  )
})

test('ranks share their mean, and a perfect order correlates fully', () => {
  assert.deepEqual(Array.from(meanRanks([5, 1, 5, 9])), [2.5, 1, 2.5, 4])
  near(holdOut([1, 2, 3], [10, 20, 40]).rank_correlation, 1, 1e-15)
  near(holdOut([3, 2, 1], [10, 20, 40]).rank_correlation, -1, 1e-15)
})

test('return on an investment in customers, as printed for American Airlines', () => {
  near(returnOnEquity({ equity_change: 101.29e6, cost: 70e6 }), 0.447, 1e-9)
})
