// Builds the web app when it is stale.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { filesUnder, node24, root, say, stop } from './lib.mjs'

const stampFile = join(root, 'dist/web.json')
const page = join(root, 'dist/web/index.html')

/** The stamp tells by times and sizes; only where those differ is content read. */
export function ensureWeb({ always = false } = {}) {
  const built = existsSync(page) && !always ? readStamp() : undefined
  if (built && built.stat === byStat(union(ownFiles(), built.sources))) return
  const sources = withImports(ownFiles())
  const content = byContent(sources)
  if (built?.content !== content) buildWeb()
  writeFileSync(stampFile, JSON.stringify({ stat: byStat(sources), content, sources }))
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return undefined
  }
}

/** What is the web app's by its place, and what decides how it is built. */
function ownFiles() {
  const settings = readdirSync(root).filter((name) => /^(vite\..*|package-lock\.json)$/.test(name))
  const folders = [...filesUnder('apps/web'), ...filesUnder('modules', (path) => path.includes('/web/'))]
  return [...settings, ...folders].filter((path) => !/\.test\.tsx?$/.test(path)).sort()
}

const union = (a, b) => [...new Set([...a, ...b])].sort()

const importing = [
  /^[ \t]*(?:import|export)\s+(?!type\b)[^'";]*?from\s*['"](\.[^'"]+)['"]/gm,
  /\bimport\s*\(?\s*['"](\.[^'"]+)['"]/g,
]

/** And what these import of contracts, rules, texts and the kernel, followed to the end. */
function withImports(files) {
  const found = new Set(files)
  for (const path of found) {
    if (!/\.tsx?$/.test(path)) continue
    const source = readFileSync(join(root, path), 'utf8')
    for (const [, to] of importing.flatMap((pattern) => [...source.matchAll(pattern)])) {
      const target = posix.join(posix.dirname(path), to)
      if (existsSync(join(root, target))) found.add(target)
    }
  }
  return [...found].sort()
}

const digest = (text) => createHash('sha256').update(text).digest('hex')

function byStat(sources) {
  const lines = sources.map((path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false })
    return `${path} ${stat?.size} ${stat?.mtimeMs}`
  })
  return digest(lines.join('\n'))
}

const byContent = (sources) =>
  digest(sources.map((path) => `${path} ${digest(readFileSync(join(root, path)))}`).join('\n'))

/** Into a folder beside, then swapped: a running server and a cut-off build never show half of it. */
function buildWeb() {
  say('正在构建网页……', 'Building the web app …')
  const dist = join(root, 'dist')
  const [live, next, old] = ['web', `web.${process.pid}`, `web.${process.pid}.old`].map((name) =>
    join(dist, name),
  )
  mkdirSync(dist, { recursive: true })
  const vite = [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--outDir',
    next,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  const ran = spawnSync(node24(), vite, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: process.stderr.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  if (ran.status !== 0) {
    rmSync(next, { recursive: true, force: true })
    stop('网页构建失败，见上', 'The web app was not built, see above')
  }
  if (existsSync(live)) renameSync(live, old)
  renameSync(next, live)
  for (const name of readdirSync(dirname(live)))
    if (/^web\.\d+/.test(name)) rmSync(join(dist, name), { recursive: true, force: true })
}
