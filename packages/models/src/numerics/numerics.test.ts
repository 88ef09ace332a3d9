import assert from 'node:assert/strict'
import { test } from 'node:test'
import { near, readReference } from '../testing/reference.ts'
import { digamma, lbeta, lgamma, lrising, trigamma } from './gamma.ts'
import { expIntegralScaled, hyp2f1, logBetaInc, logHyp2f1 } from './hypergeometric.ts'
import { eigen, invert } from './linear.ts'
import { logBetaMean } from './quadrature.ts'

type Row = Record<string, string>
const tables = readReference<Record<string, Row[]>>('numerics.json')
const at = (row: Row, ...names: string[]) => names.map((name) => Number(row[name]))

test('gamma, digamma, trigamma equal 20-digit values from 1e-8 to 1e10', () => {
  for (const row of tables['gamma']!) {
    const [x] = at(row, 'x')
    near(lgamma(x!), row['lgamma']!, 5e-15, `lgamma(${x})`, 1)
    near(digamma(x!), row['digamma']!, 2e-15, `digamma(${x})`, 1)
    near(trigamma(x!), row['trigamma']!, 4e-15, `trigamma(${x})`)
  }
})

test('ln B keeps its digits where one argument dwarfs the other', () => {
  for (const row of tables['lbeta']!) {
    const [a, b] = at(row, 'a', 'b')
    near(lbeta(a!, b!), row['value']!, 2e-14, `lbeta(${a}, ${b})`, 1)
  }
})

test('the Gaussian hypergeometric function equals 40-digit values, in log space, up to the singular point', () => {
  for (const row of tables['hyp2f1']!) {
    const [a, b, c, z] = at(row, 'a', 'b', 'c', 'z') as [number, number, number, number]
    near(logHyp2f1(a, b, c, z), row['log']!, 1e-12, `2F1(${a}, ${b}; ${c}; ${z})`, 1)
  }
  near(hyp2f1(1, 1, 2, 0.5), 2 * Math.LN2, 1e-15)
  assert.throws(() => logHyp2f1(-1, 1, 2, 0.5), { code: 'numerics.domain' })
})

test('the scaled exponential integral is smooth through order 1', () => {
  for (const row of tables['expint']!) {
    const [s, z] = at(row, 's', 'z')
    near(expIntegralScaled(s!, z!), row['scaled']!, 1e-12, `E_${s}(${z})`)
  }
})

test('the incomplete beta function and its complement keep their digits in both tails', () => {
  for (const row of tables['beta_inc']!) {
    const [a, b, x] = at(row, 'a', 'b', 'x')
    const { lower, upper } = logBetaInc(a!, b!, x!)
    near(lower, row['log_lower']!, 1e-12, `ln I(${a}, ${b}, ${x})`)
    near(upper, row['log_upper']!, 1e-12, `ln 1−I(${a}, ${b}, ${x})`)
  }
})

test('means under a Beta law are right from shape 1e-4 to 1e5', () => {
  for (const a of [1e-4, 0.01, 0.793, 1, 7, 300, 1e4, 1e5])
    for (const b of [1e-4, 0.05, 1, 2.426, 50, 1e4]) {
      near(
        logBetaMean(a, b, () => 0),
        0,
        1e-11,
        `mass ${a} ${b}`,
        1,
      )
      near(
        logBetaMean(a, b, (p) => Math.log(p)),
        Math.log(a / (a + b)),
        1e-11,
        `mean ${a} ${b}`,
        1,
      )
      near(
        logBetaMean(a, b, (_, q) => 2 * Math.log(q)),
        lbeta(a, b + 2) - lbeta(a, b),
        1e-11,
        `q² ${a} ${b}`,
        1,
      )
    }
})

test('a rising factorial equals the gamma quotient', () => {
  for (const [a, n] of [
    [1e-4, 3],
    [0.243, 24],
    [1e4, 30],
    [5.5, 1000],
    [0.3, 0.5],
  ] as const)
    near(lrising(a, n), lgamma(a + n) - lgamma(a), 1e-13, `(${a})_${n}`, Math.abs(lgamma(a)) + 1)
})

test('a symmetric matrix is inverted, and refused when it is not positive definite', () => {
  const A = Float64Array.of(4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2)
  const B = invert(A, 3)!
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      let sum = 0
      for (let k = 0; k < 3; k++) sum += A[i * 3 + k]! * B[k * 3 + j]!
      near(sum, i === j ? 1 : 0, 1e-14, 'identity', 1)
    }
  assert.equal(invert(Float64Array.of(1, 2, 2, 1), 2), undefined)
  near(Math.min(...eigen(Float64Array.of(1, 2, 2, 1), 2).values), -1, 1e-14)
})
