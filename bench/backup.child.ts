import { openHouse } from '../apps/house.ts'
import { terminalLog } from '../apps/log.ts'
import { readConfig } from '../kernel/config.ts'
import { systemCtx } from '../kernel/ctx.ts'
import { backupToFile } from '../modules/backups/archive/file.ts'
import { openArchive } from '../modules/backups/archive/read.ts'
import { restoreNow } from '../modules/backups/live.ts'
import { peakMb } from './machine.ts'

// What `guanxi backup <file>` and `guanxi restore <file>` do, in a process of its own, so that its peak is its own.
const [what, file] = process.argv.slice(2)
const house = await openHouse(readConfig(), terminalLog('error'))
const started = performance.now()
let rows: number
let bytes = 0
if (what === 'backup') {
  const made = await backupToFile(house, file!, { replace: true })
  rows = made.manifest.rows
  bytes = made.bytes
} else {
  const archive = await openArchive(file!, house.seal_key)
  rows = (await restoreNow(house, archive, { who: systemCtx(house).who, replace: false })).rows
  bytes = archive.bytes
  await archive.close()
}
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage()
await house.close()
console.log(
  JSON.stringify({ seconds, rows, bytes, peak_mb: peakMb(process.pid), cpu_s: (user + system) / 1e6 }),
)
