import assert from 'node:assert/strict'
import { test } from 'node:test'
import { models } from '../index.ts'
import { random } from '../random.ts'
import { PUBLISHED } from '../testing/cases.ts'
import { near } from '../testing/reference.ts'
import { interpolated, overTimes } from './chebyshev.ts'

test('an interpolated function agrees to 1e-12 over its range, or is not interpolated', () => {
  const f = (v: number) => (3 / (4.4 + v)) ** 2.3
  const smooth = interpolated((v) => Math.log(f(v)), 0, 500, 4.4)!
  for (let v = 0; v <= 500; v += 0.7) near(smooth(v), f(v), 1e-12)
  assert.equal(
    interpolated((v) => Math.log(f(v)), 0, 1e9, 1e-4),
    undefined,
  )
  assert.equal(
    interpolated((v) => Math.log(1.5 + Math.sin(9 * v)), 0, 5, 1),
    undefined,
  )
})

test('a table, an interpolation and the function itself give one answer', () => {
  const f = (v: number) => v / (2 + v)
  const draw = random(4)
  for (const count of [3, 100, 6000]) {
    const T = Float64Array.from({ length: count }, () => 1 + 50 * draw.uniform())
    const at = overTimes(T, f, { shift: 2, vanishes: true })
    T.forEach((v, i) => {
      near(at(i), f(v), 1e-12)
    })
  }
})

test('scores of many customers equal those of each alone, at any T and horizon', () => {
  const draw = random(7)
  const n = 9000
  const x = Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0 : i % 5))
  const T = Float64Array.from({ length: n }, () => 0.01 + 300 * draw.uniform())
  const t_x = T.map((end, i) => (x[i] === 0 ? 0 : end * draw.uniform()))
  for (const [model, params] of [
    [models.bgNbd, PUBLISHED.bg],
    [models.mbgNbd, PUBLISHED.mbg],
    [models.paretoNbd, PUBLISHED.pareto],
  ] as unknown as [typeof models.bgNbd, typeof PUBLISHED.bg][])
    for (const t of [0.5, 52, 900]) {
      const all = model.score(params, { x, t_x, T }, t)
      for (let i = 0; i < n; i += 97) {
        const one = model.score(params, { x: [x[i]!], t_x: [t_x[i]!], T: [T[i]!] }, t)
        near(all.p_alive[i]!, one.p_alive[0]!, 1e-12)
        near(all.expected_purchases[i]!, one.expected_purchases[0]!, 1e-11)
      }
    }
})
