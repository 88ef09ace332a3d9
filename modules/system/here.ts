import { constants } from 'node:fs'
import { access, mkdir, stat, statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { type Config, projectRoot } from '../../kernel/config.ts'
import type { Phrase } from '../../kernel/text.ts'
import { found as text } from './findings.text.ts'

// What can be said of this machine without a database: `doctor` asks it also when nothing runs.

export type Found = {
  check: string
  state: 'ok' | 'warn' | 'bad'
  say: Phrase
  params: Record<string, unknown>
}
export const ok = (check: string, say: Phrase, params = {}): Found => ({ check, state: 'ok', say, params })
export const warn = (check: string, say: Phrase, params = {}): Found => ({
  check,
  state: 'warn',
  say,
  params,
})
export const bad = (check: string, say: Phrase, params = {}): Found => ({ check, state: 'bad', say, params })

const MB = 1024 ** 2
// A fresh embedded database takes 40 MB; below this an import of any size would fail half way.
const LOW_DISK = 1024 ** 3
const LOW_MEMORY = 128 * MB
const OLDEST_NODE = 24

export const findHere = async (config: Config): Promise<Found[]> => [
  node(),
  await home(config),
  await disk(config),
  memory(),
  await web(),
]

function node(): Found {
  const { version } = process
  return Number(process.versions.node.split('.')[0]) >= OLDEST_NODE
    ? ok('node', text.node_ok, { version })
    : bad('node', text.node_old, { version })
}

async function home({ home: path }: Config): Promise<Found> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await access(path, constants.W_OK)
    return ok('home', text.home_ok, { path })
  } catch (error) {
    return bad('home', text.home_bad, { path, reason: (error as NodeJS.ErrnoException).code })
  }
}

export async function roomOf({ home }: Config): Promise<{ free_bytes: number; total_bytes: number }> {
  const { bavail, blocks, bsize } = await statfs(home).catch(() => statfs(projectRoot))
  return { free_bytes: bavail * bsize, total_bytes: blocks * bsize }
}

async function disk(config: Config): Promise<Found> {
  const { free_bytes } = await roomOf(config)
  const free_mb = Math.round(free_bytes / MB)
  return free_bytes > LOW_DISK
    ? ok('disk', text.disk_ok, { free_mb })
    : warn('disk', text.disk_low, { free_mb })
}

function memory(): Found {
  const free = process.availableMemory?.() ?? freemem()
  const free_mb = Math.round(free / MB)
  return free > LOW_MEMORY
    ? ok('memory', text.memory_ok, { free_mb })
    : warn('memory', text.memory_low, { free_mb })
}

const web = async (): Promise<Found> =>
  (await stat(join(projectRoot, 'dist/web/index.html')).catch(() => null))
    ? ok('web', text.web_ok)
    : warn('web', text.web_missing)
