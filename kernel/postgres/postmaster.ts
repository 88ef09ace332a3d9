import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaunchLog } from './types.ts'

/** What postmaster.pid says; its lines are a documented format of PostgreSQL (miscadmin.h). */
export type Postmaster = {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
  readonly host: string
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | ''
}

const FAST_STOP_MS = 120_000
const POLL_MS = 10

export function readPostmaster(data: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const [pid, , , port, socketFolder = '', host = '', , status = ''] = lines.map((line) => line.trim())
    const number = Math.abs(Number(pid))
    if (!Number.isInteger(number) || number === 0) return undefined
    return { pid: number, port: Number(port), socketFolder, host, status: status as Postmaster['status'] }
  } catch {
    return undefined
  }
}

/** Servers know their data folder as working directory. A zombie has none, a reused pid another one. */
export function servesData(pid: number, data: string): boolean {
  if (process.platform === 'linux') {
    try {
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      return readlinkSync(`/proc/${pid}/cwd`) === data && name.startsWith('postgres')
    } catch {
      return false
    }
  }
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.includes(data) && !stdout.trim().startsWith('Z')
}

/** A zombie is dead: nothing of it holds anything. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Processes by where they work; where there is no /proc PostgreSQL's own locks have to do. */
function processesIn(where: (folder: string, name: string) => boolean): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return where(readlinkSync(`/proc/${pid}/cwd`), readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
      } catch {
        return false
      }
    })
}

/** Backends that outlive a killed postmaster for a moment; a new one must not start beside them. */
const processesOn = (data: string) => processesIn((at, name) => at === data && name.startsWith('postgres'))

/** An initdb whose Node was killed writes on; it and its server are ended before their folder is removed. */
export function endSetups(folder: string): void {
  const left = processesIn((at, name) =>
    name === 'initdb' ? at === folder : name.startsWith('postgres') && at.startsWith(`${folder}/init-`),
  )
  for (const pid of left) signal(pid, 'SIGKILL')
}

/**
 * Clears a postmaster.pid that no postmaster stands behind, and its socket. PostgreSQL itself would refuse to
 * start if any process of the same user had its number by now, or if its zombie was never reaped. Never before the last backend has gone: the file is part
 * of what keeps two servers from one folder.
 */
export async function clearStale(data: string, run: string, log: LaunchLog): Promise<void> {
  const since = Date.now()
  for (let left = processesOn(data); left.length > 0; left = processesOn(data)) {
    const waited_ms = Date.now() - since
    // They end by themselves within milliseconds unless deep in a computation.
    if (waited_ms > 3000) for (const pid of left) signal(pid, waited_ms > 8000 ? 'SIGKILL' : 'SIGQUIT')
    await sleep(POLL_MS)
  }
  if (existsSync(join(data, 'postmaster.pid'))) log.debug(`Stale ${join(data, 'postmaster.pid')} removed`)
  rmSync(join(data, 'postmaster.pid'), { force: true })
  for (const name of readdirSync(run)) rmSync(join(run, name), { force: true })
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone in between.
  }
}

/** Fast mode: sessions are ended, transactions rolled back, a checkpoint written. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  if (!servesData(pid, data)) return
  signal(pid, 'SIGINT')
  const since = Date.now()
  let harder = false
  // Not until its folder is let go: until it is no process any more.
  while (isAlive(pid)) {
    if (!harder && Date.now() - since > FAST_STOP_MS) {
      signal(pid, 'SIGQUIT')
      harder = true
    }
    await sleep(POLL_MS)
  }
}
