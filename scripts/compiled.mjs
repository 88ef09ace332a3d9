// Has the sources compiled before the server starts: one that compiles them itself keeps the compiler, 20 MB.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesUnder, kept, node24, root, serverEnv, serverFlags } from './lib.mjs'

/** What Node keeps is each user's own. */
const stampFile = join(root, `dist/compiled-${process.getuid?.() ?? 'all'}`)

/** Never stops a start: where nothing can be kept (a checkout of somebody else's), the server compiles. */
export function ensureCompiled() {
  const stamp = byStat()
  if (existsSync(kept) && readStamp() === stamp) return
  // The same flags as the server's: Node keeps what it compiled apart by them.
  spawnSync(node24(), [...serverFlags, join(root, 'apps/cli.ts'), '--version'], {
    stdio: 'ignore',
    env: serverEnv(process.env),
  })
  try {
    mkdirSync(dirname(stampFile), { recursive: true })
    writeFileSync(stampFile, stamp)
  } catch {}
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

function byStat() {
  const sources = ['kernel', 'modules', 'packages', 'db', 'apps'].flatMap((folder) =>
    filesUnder(folder, (path) => path.endsWith('.ts') && !path.endsWith('.test.ts')),
  )
  const lines = ['package-lock.json', ...sources].map((path) => {
    const { size, mtimeMs } = statSync(join(root, path))
    return `${path} ${size} ${mtimeMs}`
  })
  return createHash('sha256')
    .update([node24(), ...serverFlags, ...lines].join('\n'))
    .digest('hex')
}
