import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomerData } from './data.ts'
import { models } from './index.ts'
import { scorePool } from './parallel.ts'
import { PUBLISHED } from './testing/cases.ts'
import { near, readColumns } from './testing/reference.ts'

const cdnow = readColumns('cdnow_2dp.csv') as unknown as CustomerData

test('one worker, three workers and none give the same figures to twelve digits', async () => {
  const alone = models.paretoNbd.score(PUBLISHED.pareto, cdnow, 39)
  for (const workers of [1, 3]) {
    const pool = scorePool({ workers })
    try {
      const scores = await pool.score({ model: 'paretoNbd', params: PUBLISHED.pareto, data: cdnow, t: 39 })
      scores.p_alive.forEach((p, i) => {
        near(p, alone.p_alive[i]!, 1e-12)
        near(scores.expected_purchases[i]!, alone.expected_purchases[i]!, 1e-12)
      })
    } finally {
      await pool.close()
    }
  }
})

test('covariates, weights of periods and fewer rows than workers are all understood', async () => {
  const pool = scorePool({ workers: 2 })
  const data = { x: [2], t_x: [20], T: [40], covariates: { purchase: { z: [1] } } }
  const params = { ...PUBLISHED.mbg, effects: { purchase: { z: 0.5 } } }
  const weighted = { times: [10, 20], weights: [0.5, 0.5] }
  try {
    const scores = await pool.score({ model: 'mbgNbd', params, data, t: 10, weighted })
    assert.equal(scores.expected_purchases[0], models.mbgNbd.expectedPurchases(params, data, 10)[0])
    assert.equal(
      scores.weighted_purchases![0],
      models.mbgNbd.weightedPurchases(params, data, [10, 20], [0.5, 0.5])[0],
    )
  } finally {
    await pool.close()
  }
})

test('an error in a worker reaches the caller with its code', async () => {
  const pool = scorePool({ workers: 2 })
  try {
    const request = { model: 'bgNbd' as const, params: { ...PUBLISHED.bg, r: -1 }, data: cdnow, t: 39 }
    await assert.rejects(pool.score(request), { code: 'params.range' })
  } finally {
    await pool.close()
  }
  await assert.doesNotReject(pool.close())
})
