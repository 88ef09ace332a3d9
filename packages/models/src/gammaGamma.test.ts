import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gammaGamma, type SpendData } from './gammaGamma.ts'
import { figures, PUBLISHED } from './testing/cases.ts'
import { near, readColumns } from './testing/reference.ts'

const cdnow = readColumns('cdnow_2dp.csv') as unknown as SpendData
const { golden, published } = figures

test('fitted to the 946 repeat buyers of cdnow_2dp.csv equals the 25-digit optimum', () => {
  const want = golden.gamma_gamma_cdnow_2dp
  const fit = gammaGamma.fit(cdnow)
  near(fit.params.p, want.p, 1e-9)
  near(fit.params.q, want.q, 1e-9)
  near(fit.params.gamma, want.gamma, 1e-9)
  near(fit.log_likelihood, want.LL, 1e-12)
  // the reference differentiated numerically here: its standard errors carry five digits
  ;(['p', 'q', 'gamma'] as const).forEach((letter, i) => {
    near(fit.standard_errors[letter]!, want.se[i]!, 1e-5)
  })
  // the exact inverse Hessian at 30 digits
  near(fit.standard_errors['p']!, 1.18968703765803, 1e-9)
  assert.equal(fit.diagnostics.customers, want.n)
  near(gammaGamma.expectedSpendNew(fit.params), want.pop_mean, 1e-9)
})

test('published parameters and the spreadsheet means of the first ten customers', () => {
  const { params } = gammaGamma.fit(cdnow)
  near(params.p, PUBLISHED.gammaGamma.p, 0.01, 'p', 1)
  near(params.q, PUBLISHED.gammaGamma.q, 0.01, 'q', 1)
  near(params.gamma, PUBLISHED.gammaGamma.gamma, 0.01, 'gamma', 1)
  const spend = gammaGamma.expectedSpend(params, cdnow)
  published.gamma_gamma_cdnow.cond_mean_first10_customers.forEach((want, i) => {
    near(spend[i]!, want, 0.01, 'mean', 1)
  })
})

test('predictions at the published parameters to 1e-12', () => {
  const want = golden.gamma_gamma_at_published
  const spend = gammaGamma.expectedSpend(PUBLISHED.gammaGamma, { x: [2, 1, 0], z: [22.35, 11.77, 0] })
  near(spend[0]!, want.Ez_1, 1e-12)
  near(spend[1]!, want.Ez_2, 1e-12)
  near(spend[2]!, want.pop_mean, 1e-12)
  near(gammaGamma.logLikelihood(PUBLISHED.gammaGamma, cdnow), want.LL, 1e-12)
})

test('Online Retail (online_retail_days.csv): as lifetimes fits it', () => {
  const { params, diagnostics } = gammaGamma.fit(
    readColumns('online_retail_days.csv') as unknown as SpendData,
  )
  near(params.p, 2.1033820144181217, 1e-6)
  near(params.q, 3.4511789586116173, 1e-6)
  near(params.gamma, 485.8885945760521, 1e-6)
  assert.equal(diagnostics.customers, 2790)
})

test('weights count customers; rows without purchases change nothing', () => {
  const once = gammaGamma.simulate(
    { p: 3, q: 4, gamma: 30 },
    { x: Array.from({ length: 300 }, (_, i) => i % 4), seed: 5 },
  )
  const weight = once.x.map((_, i) => 1 + (i % 3))
  const rows = Array.from(weight, (n, i) => new Array<number>(n).fill(i)).flat()
  const repeated = { x: rows.map((i) => once.x[i]!), z: rows.map((i) => once.z[i]!) }
  const weighted = gammaGamma.fit({ ...once, weight })
  near(weighted.params.gamma, gammaGamma.fit(repeated).params.gamma, 1e-9)
  near(weighted.log_likelihood, gammaGamma.logLikelihood(weighted.params, repeated), 1e-12)
})

test('says when spend depends on frequency, and refuses spends that are not above 0', () => {
  const { x, z } = gammaGamma.simulate(
    { p: 3, q: 4, gamma: 30 },
    { x: Array.from({ length: 500 }, (_, i) => 1 + (i % 9)), seed: 5 },
  )
  assert.doesNotMatch(gammaGamma.fit({ x, z }).warnings.join(), /spend_depends_on_count/)
  const tied = z.map((value, i) => value * x[i]! ** 2)
  assert.match(gammaGamma.fit({ x, z: tied }).warnings.join(), /spend_depends_on_count/)
  assert.throws(() => gammaGamma.fit({ x: [1, 2, 3], z: [10, 0, 5] }), { code: 'data.row' })
  assert.throws(() => gammaGamma.fit({ x: [0, 0], z: [0, 0] }), { code: 'fit.too_few' })
})

test('customers who all spend the same are reported as such', () => {
  const fit = gammaGamma.fit({ x: [5, 5, 5, 5], z: [10, 10, 10, 10] })
  assert.match(fit.warnings.join(), /homogeneous/)
  near(gammaGamma.expectedSpendNew(fit.params), 10, 1e-4)
})

test('what is simulated is recovered', () => {
  const truth = { p: 4, q: 3.5, gamma: 20 }
  const data = gammaGamma.simulate(truth, { x: Array.from({ length: 20_000 }, (_, i) => i % 6), seed: 11 })
  const fit = gammaGamma.fit(data)
  for (const letter of ['p', 'q', 'gamma'] as const)
    near(fit.params[letter], truth[letter], (4 * fit.standard_errors[letter]!) / truth[letter])
})
