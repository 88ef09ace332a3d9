import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { systemCtx } from '../kernel/ctx.ts'
import { cliActor } from '../modules/access/cli.ts'
import { importFile } from '../modules/imports/file.ts'
import { modules } from '../modules/index.ts'
import { peakMb } from './machine.ts'

// What `guanxi import orders` does, in a process of its own, timed from the open file to the committed report.
const house = await openHouse(readConfig(), terminalLog('error'))
const ctx = systemCtx(house, { who: await cliActor(house, modules) })
const started = performance.now()
const cpu = process.cpuUsage()
const report = await importFile(ctx, {
  kind: 'orders',
  path: process.argv[2]!,
  source: 'retail',
  dry_run: false,
  options: { zone: 'Europe/London', currency: 'GBP' },
  onProgress: () => {},
})
const seconds = (performance.now() - started) / 1000
const used = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    seconds,
    lines: report.lines.read,
    created: report.lines.created,
    unchanged: report.lines.unchanged,
    peak_mb: peakMb(process.pid),
    cpu_s: (used.user + used.system) / 1e6,
  }),
)
await house.close()
