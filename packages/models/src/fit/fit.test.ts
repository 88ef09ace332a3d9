import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomerData } from '../data.ts'
import { models } from '../index.ts'
import { near, readColumns } from '../testing/reference.ts'
import { minimize } from './minimize.ts'

const { bgNbd, mbgNbd, paretoNbd } = models
const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData
const T = Float64Array.from({ length: 6000 }, (_, i) => 40 + (i % 20))

/** Two groups drawn apart, with α (and β) moved by known effects. */
function twoGroups(purchase: number, dropout: number) {
  const truth = { r: 0.9, alpha: 6, s: 0.9, beta: 12 }
  const plain = paretoNbd.simulate(truth, { T, seed: 21 })
  const other = paretoNbd.simulate(
    { ...truth, alpha: truth.alpha * Math.exp(-purchase), beta: truth.beta * Math.exp(-dropout) },
    { T, seed: 22 },
  )
  const join = (key: 'x' | 't_x' | 'T') => [...plain[key], ...other[key]]
  const flag = Float64Array.from({ length: 2 * T.length }, (_, i) => (i < T.length ? 0 : 1))
  return { x: join('x'), t_x: join('t_x'), T: join('T'), flag }
}

test('Pareto/NBD: known effects of a covariate on buying and on leaving are recovered', () => {
  const { flag, ...columns } = twoGroups(0.5, 0.7)
  const data = { ...columns, covariates: { purchase: { club: flag }, dropout: { club: flag } } }
  const fit = paretoNbd.fit(data)
  near(fit.params.effects!.purchase!['club']!, 0.5, (4 * fit.standard_errors['purchase.club']!) / 0.5)
  near(fit.params.effects!.dropout!['club']!, 0.7, (4 * fit.standard_errors['dropout.club']!) / 0.7)
  assert.ok(fit.log_likelihood > paretoNbd.fit(columns).log_likelihood + 20)
  near(paretoNbd.logLikelihood(fit.params, data), fit.log_likelihood, 1e-12)
})

test('predictions with covariates equal those of the shifted parameters, row by row', () => {
  const params = {
    r: 0.9,
    alpha: 6,
    s: 0.9,
    beta: 12,
    effects: { purchase: { z: 0.4 }, dropout: { z: -0.3, v: 0.2 } },
  }
  const data = {
    x: [3, 0, 5],
    t_x: [20, 0, 39],
    T: [40, 40, 40],
    covariates: { purchase: { z: [1, 2, 1] }, dropout: { z: [1, 2, 1], v: [0, 1, 0] } },
  }
  const mine = paretoNbd.expectedPurchases(params, data, 26)
  ;[0, 1, 2].forEach((i) => {
    const [z, v] = [data.covariates.purchase.z[i]!, data.covariates.dropout.v[i]!]
    const own = { r: 0.9, alpha: 6 * Math.exp(-0.4 * z), s: 0.9, beta: 12 * Math.exp(0.3 * z - 0.2 * v) }
    const row = { x: [data.x[i]!], t_x: [data.t_x[i]!], T: [data.T[i]!] }
    near(mine[i]!, paretoNbd.expectedPurchases(own, row, 26)[0]!, 1e-13)
  })
  assert.throws(() => paretoNbd.pAlive(params, { x: [1], t_x: [1], T: [2] }), { code: 'data.covariate' })
})

test('BG family: a covariate moves α, and a and b apart or together', () => {
  const truth = { r: 0.9, alpha: 6, a: 0.8, b: 2.4 }
  const one = mbgNbd.simulate(truth, { T, seed: 31 })
  const two = mbgNbd.simulate(
    { ...truth, alpha: truth.alpha * Math.exp(-0.6), a: truth.a * Math.exp(0.5) },
    { T, seed: 32 },
  )
  const flag = Float64Array.from({ length: 2 * T.length }, (_, i) => (i < T.length ? 0 : 1))
  const data = {
    x: [...one.x, ...two.x],
    t_x: [...one.t_x, ...two.t_x],
    T: [...one.T, ...two.T],
    covariates: { purchase: { g: flag }, dropout: { g: flag } },
  }
  const fit = mbgNbd.fit(data)
  near(fit.params.effects!.purchase!['g']!, 0.6, (4 * fit.standard_errors['purchase.g']!) / 0.6)
  near(fit.params.effects!.dropout!['g']!, 0.5, (4 * fit.standard_errors['dropout.g']!) / 0.5)
  near(fit.params.effects!.dropout_b!['g']!, 0, 4 * fit.standard_errors['dropout_b.g']!, 'b', 1)
  const common = mbgNbd.fit(data, { dropout_effects: 'common' })
  assert.deepEqual(Object.keys(common.params.effects!), ['purchase', 'dropout'])
  assert.ok(fit.log_likelihood >= common.log_likelihood)
  near(mbgNbd.logLikelihood(common.params, data), common.log_likelihood, 1e-12)
})

test('a covariate that is 0 for all changes nothing but its own place', () => {
  const zero = new Float64Array(cdnow.x.length)
  assert.throws(() => paretoNbd.logLikelihood(paretoNbd.fit(cdnow).params, { ...cdnow, x: [1] }), {
    code: 'data.length',
  })
  const fit = paretoNbd.fit({ ...cdnow, covariates: { purchase: { none: zero } } })
  near(fit.params.beta, paretoNbd.fit(cdnow).params.beta, 1e-6)
  assert.match(fit.warnings.join(), /none/)
})

test('an L2 penalty pulls the parameters in, whatever the unit of time', () => {
  const meanT = Array.from(cdnow.T).reduce((sum, T) => sum + T, 0) / 2357
  const free = bgNbd.fit(cdnow)
  const held = bgNbd.fit(cdnow, { penalty: 0.01 })
  assert.ok(held.params.b < free.params.b && held.log_likelihood < free.log_likelihood)
  const cost = ({ params, log_likelihood }: typeof free) =>
    -log_likelihood / 2357 +
    0.01 * (params.r ** 2 + (params.alpha / meanT) ** 2 + params.a ** 2 + params.b ** 2)
  assert.ok(cost(held) < cost(free))
  for (const letter of ['r', 'alpha', 'a', 'b'] as const)
    for (const step of [0.999, 1.001]) {
      const params = { ...held.params, [letter]: held.params[letter] * step }
      assert.ok(cost({ ...held, params, log_likelihood: bgNbd.logLikelihood(params, cdnow) }) > cost(held))
    }
})

test('data that nobody can have, or that leave nothing to fit, are refused by name', () => {
  const ok = { x: [1, 0], t_x: [3, 0], T: [9, 9] }
  const codes: [CustomerData, string][] = [
    [{ ...ok, x: [1.5, 0] }, 'data.row'],
    [{ ...ok, t_x: [10, 0] }, 'data.row'],
    [{ ...ok, t_x: [3, 2] }, 'data.row'],
    [{ ...ok, T: [9] }, 'data.length'],
    [{ ...ok, x: [Number.NaN, 0] }, 'data.row'],
    [{ ...ok, weight: [-1, 1] }, 'data.row'],
    [{ x: [0, 0], t_x: [0, 0], T: [9, 9] }, 'fit.too_few'],
    [{ x: [], t_x: [], T: [] }, 'fit.too_few'],
  ]
  for (const [data, code] of codes)
    for (const model of [bgNbd, mbgNbd, paretoNbd]) assert.throws(() => model.fit(data), { code })
  assert.throws(() => bgNbd.pAlive({ r: 1, alpha: 0, a: 1, b: 1 }, ok), { code: 'params.range' })
  assert.throws(() => bgNbd.expectedPurchases({ r: 1, alpha: 1, a: 1, b: 1 }, ok, -1), {
    code: 'horizon.range',
  })
})

test('few customers: either an honest warning or a clear error, never a bare number', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const data = mbgNbd.simulate(
      { r: 0.8, alpha: 6, a: 0.8, b: 2 },
      { T: new Float64Array(12).fill(40), seed },
    )
    for (const model of [bgNbd, mbgNbd, paretoNbd])
      try {
        const { warnings } = model.fit(data)
        assert.ok(warnings.some((warning) => warning.startsWith('few_repeaters')))
      } catch (error) {
        assert.match((error as Error).message, /^fit\./)
      }
  }
})

test('customers who do not differ: a converged fit that says so, or an error, within bounds of time', () => {
  const random = models.bgNbd.simulate(
    { r: 1e6, alpha: 5e6, a: 1e-9, b: 10 },
    { T: new Float64Array(800).fill(50), seed: 4 },
  )
  const dying = models.bgNbd.simulate(
    { r: 1e6, alpha: 5e6, a: 1e5, b: 9e5 },
    { T: new Float64Array(800).fill(50), seed: 4 },
  )
  for (const data of [random, dying])
    for (const model of [bgNbd, mbgNbd, paretoNbd]) {
      const { params, warnings } = model.fit(data)
      assert.match(warnings.join(), /homogeneous/)
      near(params.r / params.alpha, 0.2, 0.2)
    }
  assert.match(bgNbd.fit(random).warnings.join(), /dropout_not_identified/)
  assert.doesNotMatch(bgNbd.fit(dying).warnings.join(), /dropout_not_identified/)
  const flat = models.sbg.fit({ survivors: [10_000, 9000, 8100, 7290, 6561] })
  near(flat.params.alpha / (flat.params.alpha + flat.params.beta), 0.1, 1e-5)
  assert.match(flat.warnings.join(), /homogeneous/)
})

test('the minimiser leaves a saddle, walks a curved valley and stays in its box', () => {
  const rosenbrock = (v: Float64Array) => {
    const [x, y] = [v[0]!, v[1]!]
    return {
      value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
      hessian: Float64Array.of(2 - 400 * (y - 3 * x * x), -400 * x, -400 * x, 200),
    }
  }
  const box = {
    lower: Float64Array.of(-5, -5),
    upper: Float64Array.of(5, 5),
    tolerance: 1e-12,
    max_iterations: 200,
  }
  const free = minimize(rosenbrock, [-1.2, 1], box)
  near(free.theta[0]!, 1, 1e-9)
  const held = minimize(rosenbrock, [-1.2, 1], { ...box, upper: Float64Array.of(0.5, 5) })
  assert.deepEqual(held.bound, [true, false])
  near(held.theta[1]!, 0.25, 1e-9)
})

test('a weak dropout in many customers is found although a sample of them may not show it', () => {
  const truth = { r: 1.5, alpha: 6, a: 0.02, b: 8 }
  const data = mbgNbd.simulate(truth, {
    T: Float64Array.from({ length: 60_000 }, (_, i) => 30 + (i % 400) / 13),
    seed: 12,
  })
  const fit = mbgNbd.fit(data)
  near(fit.params.a / (fit.params.a + fit.params.b), truth.a / (truth.a + truth.b), 0.25)
  for (const start of [truth, { r: 1, alpha: 5, a: 0.3, b: 3 }])
    near(mbgNbd.fit(data, { start }).log_likelihood, fit.log_likelihood, 1e-12)
})
