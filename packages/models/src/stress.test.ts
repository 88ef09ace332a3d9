import assert from 'node:assert/strict'
import { test } from 'node:test'
import { models } from './index.ts'
import { near, readReference } from './testing/reference.ts'

type Case = {
  model: 'bgNbd' | 'mbgNbd' | 'paretoNbd'
  params: [string, string, string, string]
  x: number
  t_x: string
  T: string
  t: string
  log_likelihood: string
  log_p_alive: string
  log_expected: string
}

const cases = readReference<Case[]>('stress.json')
const letters = {
  bgNbd: ['r', 'alpha', 'a', 'b'],
  mbgNbd: ['r', 'alpha', 'a', 'b'],
  paretoNbd: ['r', 'alpha', 's', 'beta'],
}

for (const name of ['bgNbd', 'mbgNbd', 'paretoNbd'] as const)
  test(`${name}: right at parameters from 1e-4 to 1e4, x to 1e4, T to 1e5, and beside the singular points`, () => {
    let checked = 0
    for (const row of cases.filter((one) => one.model === name)) {
      const params = Object.fromEntries(
        letters[name].map((letter, i) => [letter, Number(row.params[i])]),
      ) as never
      const data = { x: [row.x], t_x: [Number(row.t_x)], T: [Number(row.T)] }
      const model = models[name]
      const what = `${row.params} x ${row.x} tx ${row.t_x} T ${row.T} t ${row.t}`
      near(model.logLikelihood(params, data), row.log_likelihood, 1e-10, `LL ${what}`, 1)
      // 1e-9 of a logarithm: digits that the inputs themselves no longer carry at exponents of 1e4
      const alive = model.pAlive(params, data)[0]!
      const scale = Math.max(1, Math.abs(Number(row.log_p_alive)))
      // below 1e-300 doubles lose their digits one by one
      if (Number(row.log_p_alive) < -690) {
        assert.ok(alive >= 0 && alive < 1e-299)
        continue
      }
      near(alive, Math.exp(Number(row.log_p_alive)), 1e-11 * scale, `P ${what}`)
      const more = model.expectedPurchases(params, data, Number(row.t))[0]!
      near(more, Math.exp(Number(row.log_expected)), 1e-10 * scale, `E ${what}`)
      checked++
    }
    assert.ok(checked > 60)
  })
