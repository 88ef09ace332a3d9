import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bgKernel } from './bg/kernel.ts'
import { type CustomerData, pool } from './data.ts'
import { subset } from './fit/effects.ts'
import type { Kernel } from './fit/likelihood.ts'
import { models } from './index.ts'
import { paretoKernel } from './pareto/kernel.ts'
import { near, readColumns } from './testing/reference.ts'

const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData
const { bgNbd, mbgNbd, paretoNbd, mbgCnbdK, bgCnbdK } = models

/** Log-uniform over the range in which parameters are met. */
const shape = fc.double({ min: Math.log(1e-4), max: Math.log(1e4), noNaN: true }).map(Math.exp)
const letters = fc.tuple(shape, shape, shape, shape)
const history = fc
  .record({
    x: fc.oneof(fc.nat(5), fc.nat(10_000)),
    T: fc.double({ min: 0, max: 1e5, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ x, T, at }) => ({ x: [x], t_x: [x === 0 ? 0 : T * at], T: [T], sum_log_itt: [x] }))

const each = [
  ['bgNbd', (v: number[], row: CustomerData) => [bgNbd, { r: v[0]!, alpha: v[1]!, a: v[2]!, b: v[3]! }, row]],
  [
    'mbgNbd',
    (v: number[], row: CustomerData) => [mbgNbd, { r: v[0]!, alpha: v[1]!, a: v[2]!, b: v[3]! }, row],
  ],
  [
    'paretoNbd',
    (v: number[], row: CustomerData) => [paretoNbd, { r: v[0]!, alpha: v[1]!, s: v[2]!, beta: v[3]! }, row],
  ],
] as const

for (const [name, make] of each) {
  test(`${name}: P(alive) lies in [0, 1] and falls as the silence grows, at any parameters`, () => {
    fc.assert(
      fc.property(letters, history, fc.double({ min: 0, max: 1e4, noNaN: true }), (v, row, longer) => {
        const [model, params] = make(v, row) as [
          typeof bgNbd,
          Parameters<typeof bgNbd.pAlive>[0],
          CustomerData,
        ]
        const now = model.pAlive(params, row)[0]!
        const later = model.pAlive(params, { ...row, T: [row.T[0]! + longer] })[0]!
        assert.ok(now >= 0 && now <= 1 && later >= 0 && later <= now * (1 + 1e-9), `${now} ${later}`)
        assert.ok(Number.isFinite(model.logLikelihood(params, row)))
      }),
      { numRuns: 150, seed: 3 },
    )
  })
  test(`${name}: expectations are finite, not negative, and increase in t, at any parameters`, () => {
    fc.assert(
      fc.property(
        letters,
        history,
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        (v, row, t, more) => {
          const [model, params] = make(v, row) as [
            typeof bgNbd,
            Parameters<typeof bgNbd.pAlive>[0],
            CustomerData,
          ]
          const one = model.expectedPurchases(params, row, t)[0]!
          const two = model.expectedPurchases(params, row, t + more)[0]!
          assert.ok(Number.isFinite(two) && one >= 0 && two >= one * (1 - 1e-9), `${one} ${two}`)
          const fresh = model.expectedPurchasesNew(params, t)
          assert.ok(
            Number.isFinite(fresh) &&
              fresh >= 0 &&
              model.expectedPurchasesNew(params, t + more) >= fresh * (1 - 1e-9),
          )
        },
      ),
      { numRuns: 120, seed: 4 },
    )
  })
}

test('probability of x purchases is a probability at any parameters', () => {
  fc.assert(
    fc.property(
      letters,
      fc.nat(200),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
      ([r, alpha, a, b], k, t) => {
        for (const p of [
          bgNbd.probability({ r, alpha, a, b }, k, t),
          mbgNbd.probability({ r, alpha, a, b }, k, t),
          mbgCnbdK.probability({ r, alpha, a, b, k: 3 }, k, t),
          paretoNbd.probability({ r, alpha, s: a, beta: b }, k, t),
        ])
          assert.ok(p >= 0 && p <= 1 + 1e-9, String(p))
      },
    ),
    { numRuns: 150, seed: 5 },
  )
})

/** Largest difference of gradient and Hessian from central differences, relative to 1 + |value|. */
function worst(kernel: Kernel, size: number, eta: Float64Array): number {
  const at = (point: Float64Array) => {
    const g = new Float64Array(size)
    const h = new Float64Array(size * size)
    return { value: kernel(point, g, h), g, h }
  }
  const here = at(eta)
  let most = 0
  for (let i = 0; i < size; i++) {
    const [up, down] = [eta.slice(), eta.slice()]
    up[i]! += 1e-5
    down[i]! -= 1e-5
    const [one, other] = [at(up), at(down)]
    most = Math.max(
      most,
      Math.abs((one.value - other.value) / 2e-5 - here.g[i]!) / (1 + Math.abs(here.value)),
    )
    for (let j = 0; j < size; j++)
      most = Math.max(
        most,
        Math.abs((one.g[j]! - other.g[j]!) / 2e-5 - here.h[i * size + j]!) / (1 + Math.abs(here.value)),
      )
  }
  return most
}

test('gradients and Hessians equal finite differences, over five orders of magnitude', () => {
  const rows = pool(
    subset(
      cdnow,
      Array.from({ length: 300 }, (_, i) => i),
    ),
  )
  const kernels = [
    bgKernel(rows, { dropout_at_zero: false, k: 1 }),
    bgKernel(rows, { dropout_at_zero: true, k: 1 }),
    bgKernel(rows, { dropout_at_zero: false, k: 3 }),
    bgKernel(rows, { dropout_at_zero: true, k: 2 }),
    paretoKernel(rows),
  ]
  const ln = fc.double({ min: -5, max: 5, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(ln, ln, ln, ln), (eta) => {
      for (const kernel of kernels) assert.ok(worst(kernel, 4, Float64Array.from(eta)) < 1e-7)
    }),
    { numRuns: 40, seed: 6 },
  )
})

test('pooled, unpooled and weighted data give the same fit', () => {
  const rows = pool(cdnow)
  for (const model of [bgNbd, mbgNbd, paretoNbd] as const) {
    const whole = model.fit(cdnow)
    const pooled = model.fit({ x: rows.x, t_x: rows.t_x, T: rows.T, weight: rows.weight })
    for (const letter of model.letters as readonly ('r' | 'alpha')[]) {
      near(pooled.params[letter], whole.params[letter], 1e-9, `${model.name} ${letter}`)
      near(pooled.standard_errors[letter]!, whole.standard_errors[letter]!, 1e-8)
    }
    near(pooled.log_likelihood, whole.log_likelihood, 1e-13)
  }
})

test('the unit of time changes α (and β) and nothing else', () => {
  const scale = 7 * 24 * 3600
  const seconds = {
    x: cdnow.x,
    t_x: Array.from(cdnow.t_x, (t) => t * scale),
    T: Array.from(cdnow.T, (t) => t * scale),
  }
  const weeks = paretoNbd.fit(cdnow).params
  const fine = paretoNbd.fit(seconds).params
  near(fine.r, weeks.r, 1e-8)
  near(fine.alpha / scale, weeks.alpha, 1e-8)
  near(fine.beta / scale, weeks.beta, 1e-8)
  near(bgNbd.fit(seconds).params.b, bgNbd.fit(cdnow).params.b, 1e-8)
})

test('simulate → fit covers the truth at the stated rate: 95 % intervals of 60 fits hold 88 to 100 %', () => {
  const T = Float64Array.from({ length: 1500 }, (_, i) => 40 + (i % 30))
  const truths = [
    [mbgNbd, { r: 0.8, alpha: 4, a: 0.7, b: 1.8 }, ['r', 'alpha', 'a', 'b']],
    [bgNbd, { r: 0.8, alpha: 4, a: 0.7, b: 1.8 }, ['r', 'alpha', 'a', 'b']],
    [paretoNbd, { r: 0.8, alpha: 5, s: 0.8, beta: 9 }, ['r', 'alpha', 's', 'beta']],
    [bgCnbdK, { r: 0.9, alpha: 2, a: 0.6, b: 2, k: 2 }, ['r', 'alpha', 'a', 'b']],
  ] as unknown as [typeof mbgNbd, Record<string, number> & Parameters<typeof mbgNbd.pAlive>[0], string[]][]
  for (const [model, truth, names] of truths) {
    let inside = 0
    let all = 0
    for (let seed = 1; seed <= 60; seed++) {
      const fit = model.fit(model.simulate(truth, { T, seed }), truth.k ? { k: truth.k } : {})
      for (const name of names) {
        const found = (fit.params as unknown as Record<string, number>)[name]!
        // on the log scale, where the estimates are nearer to normal
        const spread = fit.standard_errors[name]! / found
        if (Math.abs(Math.log(found / truth[name]!)) < 1.96 * spread) inside++
        all++
      }
    }
    assert.ok(inside / all >= 0.88, `${model.name}: ${inside} of ${all}`)
  }
})

test('same seed, same customers; another seed, others', () => {
  const T = new Float64Array(50).fill(60)
  const params = { r: 0.8, alpha: 5, s: 0.8, beta: 9 }
  assert.deepEqual(paretoNbd.simulate(params, { T, seed: 1 }), paretoNbd.simulate(params, { T, seed: 1 }))
  assert.notDeepEqual(paretoNbd.simulate(params, { T, seed: 1 }), paretoNbd.simulate(params, { T, seed: 2 }))
})
