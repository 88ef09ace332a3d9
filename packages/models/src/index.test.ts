import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { defaultModel, models } from './index.ts'

const source = new URL('./', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
)

test('every model answers to the names the README promises', () => {
  assert.deepEqual(Object.keys(models), [
    'bgNbd',
    'mbgNbd',
    'bgCnbdK',
    'mbgCnbdK',
    'paretoNbd',
    'bgBb',
    'sbg',
    'bdw',
    'gammaGamma',
  ])
  for (const [name, model] of Object.entries(models)) {
    const wanted = ['fit', 'logLikelihood']
    if (name !== 'gammaGamma')
      wanted.push('pAlive', 'expectedPurchases', 'expectedPurchasesNew', 'probability')
    for (const method of wanted)
      assert.equal(
        typeof (model as unknown as Record<string, unknown>)[method],
        'function',
        `${name}.${method}`,
      )
  }
  assert.equal(defaultModel, models.mbgNbd)
})

test('the library imports nothing but itself; only the worker pool knows Node', () => {
  for (const name of files) {
    if (name.endsWith('.test.ts') || name.startsWith('testing/')) continue
    for (const [, from] of readFileSync(new URL(name, source), 'utf8').matchAll(/from '([^']+)'/g))
      assert.ok(
        from!.startsWith('.') || (name.startsWith('parallel') && from === 'node:worker_threads'),
        `${name}: ${from}`,
      )
  }
  const manifest = JSON.parse(readFileSync(new URL('../package.json', source), 'utf8')) as Record<
    string,
    unknown
  >
  assert.equal(manifest['dependencies'], undefined)
})

test('plain arrays and typed arrays are the same', () => {
  const plain = { x: [2, 0, 5], t_x: [30, 0, 37], T: [38, 38, 39] }
  const typed = { x: Float64Array.of(2, 0, 5), t_x: Float32Array.of(30, 0, 37), T: Int32Array.of(38, 38, 39) }
  const params = { r: 0.5, alpha: 6, a: 0.9, b: 1.6 }
  assert.deepEqual(models.mbgNbd.pAlive(params, plain), models.mbgNbd.pAlive(params, typed))
  assert.equal(models.mbgNbd.logLikelihood(params, plain), models.mbgNbd.logLikelihood(params, typed))
})
