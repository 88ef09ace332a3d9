import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bdw, sbg } from './sbg.ts'
import { figures } from './testing/cases.ts'
import { near } from './testing/reference.ts'
import { bootstrap, deltaInterval } from './value/interval.ts'

const { golden, published } = figures
const want = golden.sbg.sbg_regular
const regular = { survivors: want.actual_pct.slice(0, 8).map((percent) => Math.round(percent * 10)) }
const highEnd = {
  survivors: published.sbg_2007.survival_pct_high_end.slice(0, 8).map((percent) => Math.round(percent * 10)),
}

test('seven years of the regular segment: 25-digit optimum, standard errors, survival and retention to year 12', () => {
  const fit = sbg.fit(regular)
  near(fit.params.alpha, want.alpha, 1e-10)
  near(fit.params.beta, want.beta, 1e-10)
  near(fit.log_likelihood, want.LL, 1e-13)
  near(fit.standard_errors['alpha']!, want.se[0]!, 1e-8)
  near(fit.standard_errors['beta']!, want.se[1]!, 1e-8)
  want.S_model.forEach((value, t) => {
    near(sbg.survival(fit.params, t), value, 1e-11)
  })
  want.retention.forEach((value, t) => {
    near(sbg.retention(fit.params, t + 1), value, 1e-11)
  })
})

test('published parameters of both segments, which are easily swapped', () => {
  for (const [data, printed] of [
    [regular, published.sbg_2007.values.regular],
    [highEnd, published.sbg_2007.values.high_end],
  ] as const) {
    const { params } = sbg.fit(data)
    near(params.alpha, printed.alpha, 6e-4, 'alpha', 1)
    near(params.beta, printed.beta, 1.5e-3, 'beta', 1)
  }
})

test('a seven-year fit foretells year 12: 17.0 % (actual 17.3) and 37.8 % (actual 39.4)', () => {
  near(sbg.survival(sbg.fit(regular).params, 12), 0.17, 5e-4, 'regular', 1)
  near(sbg.survival(sbg.fit(highEnd).params, 12), 0.378, 5e-4, 'high-end', 1)
})

test('discounted residual lifetimes of Fader & Hardie 2010, with the exact parameters behind the printed ones', () => {
  const cases = published['sbg_derl_2010']!.values as Record<string, { 'DERL_n1..5': number[] }>
  cases['case1']!['DERL_n1..5'].forEach((printed, i) => {
    near(sbg.discountedLifetime({ alpha: 3.8, beta: 15.2 }, i + 1, 0.1), printed, 0.0051, 'case 1', 1)
  })
  cases['case2']!['DERL_n1..5'].forEach((printed, i) => {
    near(sbg.discountedLifetime({ alpha: 1 / 15, beta: 4 / 15 }, i + 1, 0.1), printed, 0.0051, 'case 2', 1)
  })
  near(sbg.discountedLifetime({ alpha: 1 / 15, beta: 4 / 15 }, 1, 0.1), 7.68149, 1e-6)
  near(sbg.discountedLifetime({ alpha: 0.067, beta: 0.267 }, 1, 0.1), 7.671, 1e-4)
})

test('beta-discrete-Weibull holds sBG within it and never fits worse', () => {
  const one = sbg.fit(regular)
  const two = bdw.fit(regular)
  assert.ok(two.log_likelihood >= one.log_likelihood)
  near(bdw.logLikelihood({ ...one.params, c: 1 }, regular), one.log_likelihood, 1e-12)
  near(bdw.survival({ alpha: 0.8, beta: 2, c: 1 }, 9), sbg.survival({ alpha: 0.8, beta: 2 }, 9), 1e-14)
})

test('counts made by a Weibull curve give its parameters back', () => {
  const truth = { alpha: 0.6, beta: 1.9, c: 1.35 }
  const survivors = Array.from({ length: 12 }, (_, t) => 1e7 * bdw.survival(truth, t))
  const { params } = bdw.fit({ survivors })
  for (const letter of ['alpha', 'beta', 'c'] as const) near(params[letter]!, truth[letter], 1e-6)
})

test('renewals: probabilities sum to 1, expectations are sums of survival, cohorts add up', () => {
  const params = { alpha: 0.7, beta: 1.2 }
  let sum = 0
  let mean = 0
  for (let k = 0; k <= 9; k++) {
    sum += sbg.probability(params, k, 9)
    mean += k * sbg.probability(params, k, 9)
  }
  near(sum, 1, 1e-13)
  near(mean, sbg.expectedPurchasesNew(params, 9), 1e-13)
  near(sbg.expectedPurchases(params, regular, 9)[0]!, mean, 1e-13)
  near(sbg.pAlive(params, regular)[3]!, sbg.survival(params, 3), 1e-15)
  const both = sbg.fit({ cohorts: [regular.survivors, regular.survivors.slice(0, 4)] })
  assert.ok(both.diagnostics.customers === 2000 && both.converged)
})

test('impossible counts are refused', () => {
  assert.throws(() => sbg.fit({ survivors: [100, 120, 90] }), { code: 'data.row' })
  assert.throws(() => sbg.fit({ survivors: [100] }), { code: 'data.columns' })
  assert.throws(() => sbg.fit({ survivors: [100, 100, 100] }), { code: 'fit.too_few' })
})

test('simulated cohorts follow the curve, and intervals of the forecast hold what came true', () => {
  for (const [model, truth] of [
    [sbg, { alpha: 0.7, beta: 1.2 }],
    [bdw, { alpha: 0.6, beta: 1.9, c: 1.35 }],
  ] as const) {
    const { survivors } = model.simulate(truth, { customers: 200_000, periods: 8, seed: 5 })
    survivors.forEach((count, t) => {
      near(count / 200_000, model.survival(truth, t), 5e-3, `S(${t})`, 1)
    })
  }
  const fit = sbg.fit(regular)
  const year12 = deltaInterval(fit, (params) => sbg.survival(params, 12), { scale: 'logit' })
  assert.ok(
    year12.lower[0]! < 0.173 && 0.173 < year12.upper[0]! && year12.upper[0]! - year12.lower[0]! < 0.08,
  )
  const again = (seed: number) =>
    sbg.survival(sbg.fit(sbg.simulate(fit.params, { customers: 1000, periods: 7, seed })).params, 12)
  const boot = bootstrap(sbg.survival(fit.params, 12), { again, replicates: 200 })
  near(boot.upper[0]! - boot.lower[0]!, year12.upper[0]! - year12.lower[0]!, 0.3)
})
