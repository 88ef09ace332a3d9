import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { campaign } from './crash.campaign.ts'

const ROUNDS = 20
// Two minutes on an idle machine of 2 cores; what hangs must fail, not hold the run.
const LIMIT_MS = 900_000

test(`${ROUNDS} rounds of kill -9 under writers and imports lose nothing, double nothing, leave no half import`, {
  timeout: LIMIT_MS,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'guanxi crash '))
  try {
    const report = await campaign({ home, rounds: ROUNDS, seed: 20_261_121, say: () => {} })
    const { lost, doubled, audit_ok, imports, kills } = report
    assert.deepEqual(
      { lost, doubled, half: imports.half, audit_ok },
      { lost: 0, doubled: 0, half: 0, audit_ok: true },
      JSON.stringify(report),
    )
    assert.ok(report.acknowledged > 100 && Object.values(kills).every((n) => n > 0), JSON.stringify(report))
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
