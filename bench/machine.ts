import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'

export type Machine = {
  cpu: string
  cores: number
  memory_gb: number
  node: string
  fsync_per_s: number
  load_1m: number
  date: string
}

/** How many times a second this disk makes 8 KB durable: every write figure hangs on it. */
export function fsyncRate(folder: string, seconds = 1): number {
  const path = join(folder, `fsync-${process.pid}`)
  const file = openSync(path, 'w')
  const page = Buffer.alloc(8192, 1)
  const end = performance.now() + seconds * 1000
  let n = 0
  while (performance.now() < end) {
    writeSync(file, page, 0, page.length, 0)
    fdatasyncSync(file)
    n++
  }
  closeSync(file)
  rmSync(path)
  return Math.round(n / seconds)
}

export const machine = (folder: string): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  fsync_per_s: fsyncRate(folder),
  load_1m: Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]),
  date: new Date().toISOString().slice(0, 10),
})

const shown = [
  'server_version',
  'shared_buffers',
  'work_mem',
  'fsync',
  'synchronous_commit',
  'max_wal_size',
  'wal_compression',
  'jit',
  'random_page_cost',
]
export async function postgresFacts(client: pg.Client | pg.Pool): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, current_setting(name) as setting from pg_settings where name = any($1)',
    [shown],
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.setting]))
}

const TICKS = 100
/** CPU seconds that a process and its children have used. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
export const memoryMb = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
/** Linux lets a process's high-water mark begin anew from what it holds now. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')
export const peakMb = (pid: number): number =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
