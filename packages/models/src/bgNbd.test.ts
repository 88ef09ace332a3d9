import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logLikelihoodWithoutDropout } from './bg/fit.ts'
import { bgNbd, mbgNbd } from './bgNbd.ts'
import { type CustomerData, pool } from './data.ts'
import { figures, PUBLISHED, threeCustomers } from './testing/cases.ts'
import { near, readColumns } from './testing/reference.ts'

const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData
const days = readColumns('cdnow_days.csv')
const exactWeeks = {
  x: days['x']!,
  t_x: days['t_x']!.map((d) => d / 7),
  T: days['T']!.map((d) => d / 7),
}
const LETTERS = ['r', 'alpha', 'a', 'b'] as const
const { golden, published } = figures

for (const [model, key] of [
  [bgNbd, 'bgnbd_cdnow_2dp_csv'],
  [mbgNbd, 'mbgnbd_cdnow_2dp_csv'],
] as const)
  test(`${model.name} fitted to cdnow_2dp.csv equals the 25-digit optimum and its standard errors`, () => {
    const want = golden.mle[key]
    const fit = model.fit(cdnow)
    LETTERS.forEach((letter, i) => {
      near(fit.params[letter], want.params[i]!, 1e-9, letter)
      near(fit.standard_errors[letter]!, want.se[i]!, 1e-7, `se ${letter}`)
      LETTERS.forEach((other, j) => {
        const correlation =
          fit.covariance[i]![j]! / fit.standard_errors[letter]! / fit.standard_errors[other]!
        near(correlation, want.corr_logparams[i]![j]!, 1e-6, `correlation ${letter} ${other}`, 1)
      })
    })
    near(fit.log_likelihood, want.LL, 1e-12)
    assert.ok(fit.converged && fit.warnings.length === 0)
  })

test('the two variants of CDNOW differ in the third decimal, as published for exact days ÷ 7 (cdnow_days.csv)', () => {
  near(bgNbd.fit(exactWeeks).log_likelihood, -9582.42920668, 1e-11)
  near(mbgNbd.fit(exactWeeks).log_likelihood, -9582.13571559, 1e-9)
})

test('published parameters and log-likelihoods hold to the digits printed', () => {
  const bg = published['bgnbd_cdnow']!.values as Record<string, number>
  const mbg = published['mbgnbd_cdnow']!.values as Record<string, number>
  for (const letter of LETTERS) {
    near(bgNbd.fit(cdnow).params[letter], bg[letter]!, 0.0006, letter, 1)
    near(mbgNbd.fit(cdnow).params[letter], mbg[letter]!, 0.0006, letter, 1)
  }
  near(bgNbd.fit(cdnow).log_likelihood, bg['LL']!, 0.05 / 9582)
  near(bgNbd.logLikelihood(PUBLISHED.bg, cdnow), '-9582.4268311823647', 1e-13)
  near(mbgNbd.logLikelihood(PUBLISHED.mbg, cdnow), '-9582.1327952872488', 1e-13)
})

for (const [model, key, params] of [
  [bgNbd, 'bgnbd', PUBLISHED.bg],
  [mbgNbd, 'mbgnbd', PUBLISHED.mbg],
] as const) {
  test(`${model.name}: likelihood, P(alive) and expectation of the three named customers at published parameters`, () => {
    const alive = model.pAlive(params, threeCustomers)
    const more = model.expectedPurchases(params, threeCustomers, 39)
    ;(['1', '2', '3'] as const).forEach((id, i) => {
      const want = golden.per_customer_at_published_params[key].customers[id]!
      const one = { x: [threeCustomers.x[i]!], t_x: [threeCustomers.t_x[i]!], T: [threeCustomers.T[i]!] }
      near(model.logLikelihood(params, one), want.ll, 1e-13)
      near(alive[i]!, want.palive, 1e-13)
      near(more[i]!, want.cet39, 1e-13)
    })
  })
  test(`${model.name}: 500 purchases in a year neither overflow nor vanish`, () => {
    for (const { x, tx, T, t, ll, palive, cet } of golden.stress[key]) {
      const row = { x: [x], t_x: [Number(tx)], T: [Number(T)] }
      near(model.logLikelihood(params, row), ll, 1e-13)
      near(model.pAlive(params, row)[0]!, palive, 1e-11)
      near(model.expectedPurchases(params, row, t)[0]!, cet, 1e-11)
    }
  })
}

test('BG/NBD: published probabilities and expectations of a new customer', () => {
  const { P0_39, P10_2, P11_20_t30, E_t } = golden.scalars
  near(bgNbd.probability(PUBLISHED.bg, 0, 39), P0_39, 1e-13)
  near(bgNbd.probability(PUBLISHED.bg, 10, 2), P10_2, 1e-12)
  P11_20_t30.forEach((want, i) => {
    near(bgNbd.probability(PUBLISHED.bg, 11 + i, 30), want, 1e-12)
  })
  for (const [t, want] of Object.entries(E_t))
    near(bgNbd.expectedPurchasesNew(PUBLISHED.bg, Number(t)), want, 1e-13)
  const { values } = published.bgnbd_scalars
  const printed = values['P(X(30)=11..20)'] as number[]
  printed.forEach((want, i) => {
    near(bgNbd.probability(PUBLISHED.bg, 11 + i, 30), want, 5.1e-11, 'printed', 1)
  })
  near(
    bgNbd.expectedPurchases(PUBLISHED.bg, threeCustomers, 39)[0]!,
    values['CET(t=39|x=2,tx=30.43,T=38.86)'] as number,
    5e-4,
  )
  // the spreadsheet used unrounded parameters
  const fitted = bgNbd.fit(cdnow).params
  ;[0.1429, 1, 3, 31.8571, 32, 78].forEach((t, i) => {
    near(
      bgNbd.expectedPurchasesNew(fitted, t),
      (values['E[X(t)] t=.1429,1,3,31.8571,32,78'] as number[])[i]!,
      6e-4,
      `E(${t})`,
      1,
    )
  })
})

test('a = 1 is no exception, nor are its neighbours: the peers return Infinity or lose five digits', () => {
  const at = (a: number) => bgNbd.expectedPurchases({ ...PUBLISHED.bg, a }, threeCustomers, 39)[0]!
  near(at(1), golden.singular.bgnbd_a_eq_1_limit, 1e-13)
  near(at(1 - 1e-10), golden.singular.bgnbd_a_eq_1_limit, 1e-9)
  near(at(1 + 1e-10), golden.singular.bgnbd_a_eq_1_limit, 1e-9)
})

test('the covariance is symmetric and equals the inverse Hessian in the parameters themselves (lifetimes: not)', () => {
  const { covariance } = bgNbd.fit(cdnow)
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) near(covariance[i]![j]!, covariance[j]![i]!, 1e-12)
})

test('hold-out of CDNOW: 39 weeks predicted as measured from three other programs', () => {
  const total = (model: typeof bgNbd) =>
    model.expectedPurchases(model.fit(cdnow).params, cdnow, 39).reduce((sum, value) => sum + value, 0)
  near(total(bgNbd), 1653.4232, 1e-6)
  near(total(mbgNbd), 1576.7357, 1e-6)
  assert.equal(
    days['y']!.reduce((sum, value) => sum + value, 0),
    1882,
  )
})

test('who never came back: P(alive) is 1 in BG/NBD by construction and the fit says so; MBG/NBD says .39', () => {
  assert.equal(bgNbd.pAlive(PUBLISHED.bg, threeCustomers)[2], 1)
  assert.match(bgNbd.fit(cdnow).notes.join(), /never_returned/)
  near(mbgNbd.pAlive(PUBLISHED.mbg, threeCustomers)[2]!, 0.39, 5e-3)
  assert.doesNotMatch(mbgNbd.fit(cdnow).notes.join(), /never_returned/)
})

test('one year of Online Retail (online_retail_days.csv): dropout is not identified, and both fits say so', () => {
  const retail = readColumns('online_retail_days.csv') as unknown as CustomerData
  const bg = bgNbd.fit(retail)
  near(bg.log_likelihood, -61823.471250163726, 1e-11)
  near(bg.params.r, 0.826541912083235, 1e-6)
  near(bg.params.alpha, 68.90512058573017, 1e-6)
  near(bg.params.a, 0.003437377900553807, 1e-4)
  assert.match(bg.warnings.join(), /dropout_not_identified/)
  const mbg = mbgNbd.fit(retail)
  near(mbg.log_likelihood, -61823.57325979043, 1e-11)
  assert.match(mbg.warnings.join(), /dropout_not_identified/)
})

test('a weak optimum is found from any start, and the same one', () => {
  const want = bgNbd.fit(cdnow).params
  for (const start of [
    { r: 10, alpha: 0.1, a: 0.01, b: 30 },
    { r: 0.01, alpha: 100, a: 20, b: 0.2 },
  ]) {
    const { params } = bgNbd.fit(cdnow, { start })
    for (const letter of LETTERS) near(params[letter], want[letter], 1e-8)
  }
})

test('without dropout CDNOW (cdnow_days.csv) is the NBD that BTYDplus fits, 181 points worse', () => {
  const rows = pool(exactWeeks)
  const clock = {
    purchases: exactWeeks.x.reduce((sum, x) => sum + x, 0),
    time: exactWeeks.T.reduce((sum, T) => sum + T, 0),
  }
  near(logLikelihoodWithoutDropout(rows, { dropout_at_zero: false, k: 1 }, clock), -9763.65761467, 1e-11)
})
