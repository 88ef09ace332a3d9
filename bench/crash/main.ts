import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Act, broken, type CrashReport, campaign } from './campaign.ts'
import type { PeopleCounts } from './people.ts'

// `npm run crash -- --rounds 200`: kill -9 of Guanxi, of PostgreSQL, or of both, under writers, merges, unmerges,
// erasures, imports, undos, backups, restores and their jobs.
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean' }, seed: { type: 'string' } },
})
const named: Record<Act, string> = {
  import: 'an import',
  turn: 'its undo, or its return',
  backup: 'a backup',
  restore: 'a restore of another house',
}
const home = mkdtempSync(join(tmpdir(), 'guanxi crash '))
const report = await campaign({
  home,
  rounds: Number(values.rounds),
  seed: values.seed ? Number(values.seed) : Date.now() % 1_000_000,
  say: values.json ? () => {} : (line) => console.error(line),
})
rmSync(home, { recursive: true, force: true })
console.log(values.json ? JSON.stringify(report) : told(report))
process.exitCode = Object.values(broken(report)).some((n) => n > 0) || !report.audit_ok ? 1 : 0

function each(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')
}

function merged({ acknowledged, broken_off, done_unheard, lost, half, false_lines }: PeopleCounts): string {
  return `merges and erasures: acknowledged ${each(acknowledged)}; under way at a kill ${each(broken_off)}, of these done ${each(done_unheard)}; lost ${lost}, half ${half}, false lines of erasures.log ${false_lines}`
}

function told({ people, imports, backups, restores, jobs, ...report }: CrashReport): string {
  const under = Object.entries(report.under).map(([act, kills]) => `${named[act as Act]}: ${each(kills)}`)
  return `
rounds ${report.rounds}  seed ${report.seed}
kills: ${each(report.kills)}
  under writers and ${under.join('\n  under writers and ')}
writes: sent ${report.sent}, acknowledged ${report.acknowledged}, lost ${report.lost}, doubled ${report.doubled}
${merged(people)}
imports: tried ${imports.tried}, undone ${imports.undone}, brought back ${imports.brought_back}; at the end whole ${imports.whole}, absent ${imports.absent}, half ${imports.half}
backups: asked ${backups.asked}, whole ${backups.whole}, failed and said so ${backups.failed}, broken ${backups.broken}
restores: tried ${restores.tried}, killed ${restores.killed}, whole ${restores.whole}, half ${restores.half}
jobs: ${jobs.runs} runs, ${jobs.open} that never ended
audit chain: ${report.audit_ok ? 'holds' : 'BROKEN'}  restart: median ${report.restart_ms.median} ms, longest ${report.restart_ms.max} ms`
}
