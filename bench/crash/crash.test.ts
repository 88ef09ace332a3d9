import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { broken, campaign } from './campaign.ts'

const ROUNDS = 20
// Two minutes on an idle machine of 2 cores; what hangs must fail, not hold the run.
const LIMIT_MS = 900_000
const verbs = ['merge', 'unmerge', 'erase'] as const

test(`${ROUNDS} rounds of kill -9 under writers, merges, unmerges, erasures, imports, undos, backups and restores lose nothing, double nothing, leave nothing half`, {
  timeout: LIMIT_MS,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'guanxi crash '))
  try {
    const report = await campaign({ home, rounds: ROUNDS, seed: 20_261_121, say: () => {} })
    assert.deepEqual(
      { ...broken(report), audit_ok: report.audit_ok },
      {
        lost: 0,
        doubled: 0,
        lost_people: 0,
        half_people: 0,
        false_lines: 0,
        half_imports: 0,
        broken_backups: 0,
        half_restores: 0,
        open_runs: 0,
        audit_ok: true,
      },
      JSON.stringify(report),
    )
    assert.ok(
      report.acknowledged > 100 && Object.values(report.kills).every((n) => n > 0),
      JSON.stringify(report),
    )
    const { people, imports, restores, jobs } = report
    assert.ok(
      // On a busy machine most are cut off before they are answered.
      verbs.every((verb) => people.acknowledged[verb] + people.broken_off[verb] > 3) &&
        verbs.some((verb) => people.broken_off[verb] > 0),
      JSON.stringify(report),
    )
    assert.ok(
      imports.undone > 0 && restores.killed > 0 && jobs.runs > imports.tried / 2,
      JSON.stringify(report),
    )
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
