import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bgBb, type OpportunityData } from './bgBb.ts'
import { figures, PUBLISHED } from './testing/cases.ts'
import { near, readColumns } from './testing/reference.ts'

const donations = readColumns('donations.csv') as unknown as Required<OpportunityData>
const want = figures.golden.bgbb_donations
const LETTERS = ['alpha', 'beta', 'gamma', 'delta'] as const

test('fitted to donations.csv equals the 25-digit optimum and its standard errors', () => {
  const fit = bgBb.fit(donations)
  LETTERS.forEach((letter, i) => {
    near(fit.params[letter], want.params[letter], 1e-10)
    near(fit.standard_errors[letter]!, want.se[i]!, 1e-8)
  })
  near(fit.log_likelihood, want.LL, 1e-13)
  assert.deepEqual(fit.warnings, [])
})

test('published parameters, likelihood, histogram, P(alive in 2002) and five-year total', () => {
  const { params, log_likelihood } = bgBb.fit(donations)
  for (const letter of LETTERS) near(params[letter], PUBLISHED.bgBb[letter], 6e-4, letter, 1)
  near(log_likelihood, -33225.6, 0.05 / 33225)
  near(bgBb.logLikelihood(PUBLISHED.bgBb, donations), want.LL_at_published, 1e-13)
  near(11104 * bgBb.probability(params, 0, 6), 3454.9, 0.05 / 3454)
  near(11104 * bgBb.probability(params, 6, 6), 1253.1, 0.05 / 1253)
  const alive = bgBb.pAlive(params, { x: [0, 2, 6], t_x: [0, 4, 6], n: [6, 6, 6] })
  ;[0.11, 0.59, 0.93].forEach((printed, i) => {
    near(alive[i]!, printed, 0.005, 'printed', 1)
  })
  const five = bgBb.expectedPurchases(params, donations, 5)
  const total = five.reduce((sum, value, i) => sum + value * Number(donations.weight[i]), 0)
  near(total, want.cet5_total, 1e-11)
  near(total, 12884.2, 0.05 / 12884)
})

test('P(alive) and expectations of all 22 histories, the one that a peer never tests included', () => {
  const params = Object.fromEntries(
    LETTERS.map((letter) => [letter, Number(want.params[letter])]),
  ) as typeof PUBLISHED.bgBb
  for (const [history, alive] of Object.entries(want.palive_next_period)) {
    const [x, t_x] = history.split(',').map(Number) as [number, number]
    const row = { x: [x], t_x: [t_x], n: [6] }
    near(bgBb.pAlive(params, row)[0]!, alive, 1e-12)
    near(bgBb.expectedPurchases(params, row, 5)[0]!, want.cet5[history]!, 1e-12)
  }
})

test('γ = 1 is no exception; discounting at a vanishing rate gives the undiscounted sum', () => {
  const row = { x: [2], t_x: [4], n: [6] }
  const at = (gamma: number) => bgBb.expectedPurchases({ ...PUBLISHED.bgBb, gamma }, row, 12)[0]!
  near(at(1), at(1 + 1e-9), 1e-8)
  const params = { ...PUBLISHED.bgBb, gamma: 3 }
  near(bgBb.discountedPurchases(params, row, 1e-6)[0]!, bgBb.expectedPurchases(params, row, 4000)[0]!, 1e-2)
  let sum = 0
  for (let k = 1; k <= 400; k++)
    sum +=
      (bgBb.expectedPurchases(params, row, k)[0]! - bgBb.expectedPurchases(params, row, k - 1)[0]!) / 1.1 ** k
  near(bgBb.discountedPurchases(params, row, 0.1)[0]!, sum, 1e-10)
})

test('probabilities sum to 1 with the expected mean, over a thousand opportunities too', () => {
  for (const t of [1, 6, 300]) {
    let sum = 0
    let mean = 0
    for (let k = 0; k <= t; k++) {
      sum += bgBb.probability(PUBLISHED.bgBb, k, t)
      mean += k * bgBb.probability(PUBLISHED.bgBb, k, t)
    }
    near(sum, 1, 1e-10)
    near(mean, bgBb.expectedPurchasesNew(PUBLISHED.bgBb, t), 1e-10)
  }
})

test('what is simulated is recovered; impossible histories are refused', () => {
  const truth = { alpha: 1.2, beta: 0.8, gamma: 0.7, delta: 2.8 }
  const data = bgBb.simulate(truth, { n: new Float64Array(20_000).fill(8), seed: 3 })
  const fit = bgBb.fit(data)
  for (const letter of LETTERS)
    near(fit.params[letter], truth[letter], (4 * fit.standard_errors[letter]!) / truth[letter])
  assert.throws(() => bgBb.pAlive(truth, { x: [3], t_x: [2], n: [6] }), { code: 'data.row' })
  assert.throws(() => bgBb.expectedPurchases(truth, { x: [1], t_x: [2], n: [6] }, 1.5), {
    code: 'count.range',
  })
})

test('supporters who never leave: the fit says that dropout is not identified', () => {
  const n = new Float64Array(3000).fill(6)
  const staying = bgBb.simulate({ alpha: 1, beta: 2, gamma: 1e-9, delta: 10 }, { n, seed: 6 })
  assert.match(bgBb.fit(staying).warnings.join(), /dropout_not_identified/)
  const leaving = bgBb.simulate({ alpha: 1, beta: 2, gamma: 1, delta: 6 }, { n, seed: 6 })
  assert.deepEqual(bgBb.fit(leaving).warnings, [])
})
