import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byErlangQuadrature, bySeries } from './bg/expectation.ts'
import { bgCnbdK, mbgCnbdK } from './bgCnbdK.ts'
import { bgNbd, mbgNbd } from './bgNbd.ts'
import type { CustomerData } from './data.ts'
import { PUBLISHED, threeCustomers } from './testing/cases.ts'
import { near, readColumns, readReference } from './testing/reference.ts'

type Case = {
  k: number
  params: [string, string, string, string]
  x: number
  t_x: string
  T: string
  t: string
  dropout_at_zero: boolean
  log_likelihood: string
  p_alive: string
  expected: string
}

const cases = readReference<Case[]>('cnbd.json')
const truth = { r: 0.85, alpha: 1.45, a: 0.79, b: 2.42, k: 3 }
const spans = Float64Array.from({ length: 4000 }, (_, i) => 12 * (3 + (i % 6)))

test('likelihood, P(alive) and expectation equal direct integration of the story, without its algebra', () => {
  for (const one of cases) {
    const model = one.dropout_at_zero ? mbgCnbdK : bgCnbdK
    const [r, alpha, a, b] = one.params.map(Number) as [number, number, number, number]
    const params = { r, alpha, a, b, k: one.k }
    // Σ ln itt chosen so that the timing constant vanishes
    const perPurchase = Array.from({ length: one.k - 1 }, (_, i) => Math.log(i + 1)).reduce(
      (sum, v) => sum + v,
      0,
    )
    const row = {
      x: [one.x],
      t_x: [Number(one.t_x)],
      T: [Number(one.T)],
      sum_log_itt: [(one.x * perPurchase) / (one.k - 1)],
    }
    near(model.logLikelihood(params, row), one.log_likelihood, 1e-11, `LL ${one.k}`, 1)
    near(model.pAlive(params, row)[0]!, one.p_alive, 1e-10)
    near(model.expectedPurchases(params, row, Number(one.t))[0]!, one.expected, 1e-9)
  }
  assert.ok(cases.length >= 8)
})

test('with k = 1 they are BG/NBD and MBG/NBD', () => {
  const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData
  for (const [erlang, plain, params] of [
    [bgCnbdK, bgNbd, PUBLISHED.bg],
    [mbgCnbdK, mbgNbd, PUBLISHED.mbg],
  ] as const) {
    near(erlang.logLikelihood({ ...params, k: 1 }, cdnow), plain.logLikelihood(params, cdnow), 1e-14)
    const one = erlang.expectedPurchases({ ...params, k: 1 }, threeCustomers, 39)
    plain.expectedPurchases(params, threeCustomers, 39).forEach((value, i) => {
      near(one[i]!, value, 1e-13)
    })
    near(erlang.fit(cdnow, { k: 1 }).params.b, plain.fit(cdnow).params.b, 1e-12)
  }
})

test('the order k is found by likelihood, and the parameters recovered', () => {
  for (const model of [bgCnbdK, mbgCnbdK]) {
    const data = model.simulate(truth, { T: spans, seed: 17 })
    const fit = model.fit(data)
    assert.equal(fit.params.k, 3)
    for (const letter of ['r', 'alpha', 'a', 'b'] as const)
      near(fit.params[letter], truth[letter], (4 * fit.standard_errors[letter]!) / truth[letter], letter)
    assert.ok(fit.log_likelihood > model.fit(data, { k: 1 }).log_likelihood + 500)
    const alive = model.pAlive(fit.params, data).reduce((sum, p) => sum + p, 0)
    near(
      alive,
      data.alive.reduce((sum, yes) => sum + yes, 0),
      0.05,
    )
  }
})

test('probabilities of a new customer sum to 1 with the expected mean', () => {
  for (const model of [bgCnbdK, mbgCnbdK])
    for (const t of [0.5, 11, 60]) {
      let sum = 0
      let mean = 0
      for (let n = 0; n < 600; n++) {
        const p = model.probability(truth, n, t)
        sum += p
        mean += n * p
      }
      near(sum, 1, 1e-11)
      near(mean, model.expectedPurchasesNew(truth, t), 1e-9)
    }
})

test('the discounted residual is the limit of fine periods', () => {
  const row = { x: [3], t_x: [20], T: [32], sum_log_itt: [4] }
  const rate = 0.03
  let sum = 0
  let before = 0
  for (let i = 1; i <= 1600; i++) {
    const now = mbgCnbdK.expectedPurchases(truth, row, i * 0.25)[0]!
    sum += (now - before) * Math.exp(-rate * (i - 0.5) * 0.25)
    before = now
  }
  near(mbgCnbdK.discountedPurchases(truth, row, rate)[0]!, sum, 1e-4)
})

test('k must be told, and timing must be there when k > 1', () => {
  const { r, alpha, a, b } = truth
  const row = { x: [2], t_x: [9], T: [20] }
  assert.throws(() => mbgCnbdK.pAlive({ r, alpha, a, b }, row), { code: 'params.k' })
  assert.deepEqual(mbgCnbdK.pAlive({ r, alpha, a, b }, row, { k: 3 }), mbgCnbdK.pAlive(truth, row))
  assert.equal(mbgCnbdK.probability({ r, alpha, a, b }, 2, 9, { k: 3 }), mbgCnbdK.probability(truth, 2, 9))
  assert.throws(() => mbgCnbdK.fit(row, { k: 2 }), { code: 'data.columns' })
  assert.throws(() => mbgCnbdK.fit(row, { k: 1.5 }), { code: 'options.k' })
})

test('long horizons: quadrature over the dropout probability equals the sum over purchases', () => {
  for (const [R, A, a, B, t, k, stage] of [
    [2.2, 3, 0.7, 2.4, 4000, 2, 0],
    [0.3, 0.01, 0.7, 2.4, 60, 3, 2],
    [50, 2, 1, 30, 400, 3, 1],
    [3, 5, 100, 0.5, 1e5, 2, 0],
    [3, 5, 1e-4, 1e-4, 1e5, 4, 1],
    [0.4, 0.5, 0.3, 1.2, 3, 2, 1],
  ] as const)
    near(
      byErlangQuadrature(R, A, a, B, t, k, stage),
      bySeries(R, A, t, a, B, k, stage),
      1e-11,
      `${[R, A, a, B, t, k, stage]}`,
    )
})

test('values of many customers equal those of each alone, at any order, over five years of months', () => {
  const times = Array.from({ length: 60 }, (_, j) => 30.4 * (j + 1))
  const weights = times.map((_, j) => 0.99 ** j)
  for (const k of [2, 3, 7, 12]) {
    const params = { r: 0.8, alpha: 60, a: 0.6, b: 3, k }
    const T = Float64Array.from({ length: 600 }, (_, i) => 10 + ((i * 37) % 700))
    const data = mbgCnbdK.simulate(params, { T, seed: k })
    const all = mbgCnbdK.weightedPurchases(params, data, times, weights)
    for (let i = 0; i < 600; i += 41) {
      const one = { x: [data.x[i]!], t_x: [data.t_x[i]!], T: [T[i]!] }
      // one time at a time: the mean itself, never an interpolation
      const alone = times.reduce(
        (sum, t, j) => sum + weights[j]! * mbgCnbdK.expectedPurchases(params, one, t)[0]!,
        0,
      )
      near(all[i]!, alone, 1e-10, `k = ${k}, row ${i}`)
    }
  }
})
