import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { campaign } from './crash.campaign.ts'

// `npm run crash -- --rounds 200`: kill -9 of Guanxi, of PostgreSQL, or of both, under writers and imports.
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean' }, seed: { type: 'string' } },
})
const home = mkdtempSync(join(tmpdir(), 'guanxi crash '))
const report = await campaign({
  home,
  rounds: Number(values.rounds),
  seed: values.seed ? Number(values.seed) : Date.now() % 1_000_000,
  say: values.json ? () => {} : (line) => console.error(line),
})
rmSync(home, { recursive: true, force: true })
console.log(
  values.json
    ? JSON.stringify(report)
    : `
rounds ${report.rounds}  seed ${report.seed}
kills: ${Object.entries(report.kills)
        .map(([what, n]) => `${what} ${n}`)
        .join(', ')}
writes: sent ${report.sent}, acknowledged ${report.acknowledged}, lost ${report.lost}, doubled ${report.doubled}
imports: tried ${report.imports.tried}, whole ${report.imports.whole}, rolled back ${report.imports.rolled_back}, half ${report.imports.half}
audit chain: ${report.audit_ok ? 'holds' : 'BROKEN'}  restart: median ${report.restart_ms.median} ms, longest ${report.restart_ms.max} ms`,
)
process.exitCode = report.lost + report.doubled + report.imports.half > 0 || !report.audit_ok ? 1 : 0
