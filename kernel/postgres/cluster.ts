import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, give, hasPasswdEntry } from './account.ts'
import type { Binaries } from './binaries.ts'
import { asServer, type Place, seenBy } from './place.ts'
import { endSetups, type Postmaster, readPostmaster } from './postmaster.ts'
import { confFile, tunedSettings, unsafeSettings } from './settings.ts'
import { fail, tell, text } from './text.ts'
import type { EmbeddedOptions, LaunchLog } from './types.ts'

/** sun_path holds 108 bytes with its closing zero. */
const SOCKET_PATH_BYTES = 107
const PORT_IN_SOCKET_NAME = 5432
export const SUPERUSER = 'postgres'

/**
 * Text sorts by bytes (keys and cursors mean the same on every machine), but letters are Unicode's: under a
 * plain C ctype pg_trgm sees no Chinese at all.
 */
const ctypes = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'UTF-8']

/** What a start that was killed left of its initdb. */
export function sweepSetups(place: Place): void {
  const left = readdirSync(place.folder).filter((name) => name.startsWith('init-'))
  if (left.length > 0) endSetups(place.folder)
  for (const name of left)
    rmSync(join(place.folder, name), { recursive: true, force: true, maxRetries: 9, retryDelay: 20 })
}

/** Makes the data folder beside its place and renames it: it is whole or absent, whenever we are killed. */
export function initData(
  place: Place,
  binaries: Binaries,
  password: string,
  fsync: boolean,
  log: LaunchLog,
): void {
  const work = join(place.folder, `init-${randomBytes(4).toString('hex')}`)
  mkdirSync(work, { mode: 0o700 })
  give(place.account, work)
  const passwordFile = join(work, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  give(place.account, passwordFile)
  const made = join(work, 'data')
  let reason = ''
  for (const ctype of [...ctypes, 'C']) {
    const ran = runInitdb(place, binaries, [
      '-D',
      seenBy(place, made),
      '--username',
      SUPERUSER,
      '--pwfile',
      seenBy(place, passwordFile),
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      `--lc-ctype=${ctype}`,
      '--text-search-config=simple',
      '--data-checksums',
      ...(fsync ? [] : ['--no-sync']),
    ])
    reason =
      ran.error?.message ??
      (ran.status === 0 ? '' : lastComplaint(ran.stderr) || `initdb: ${ran.signal ?? ran.status}`)
    if (reason === '' && ctype === 'C') log.warn(tell(text.ascii_only))
    if (!/invalid locale name|locale/i.test(reason)) break
  }
  if (reason) {
    rmSync(work, { recursive: true, force: true })
    fail(text.init_failed, { folder: place.folder, reason })
  }
  writeConf(
    join(made, 'pg_hba.conf'),
    'local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n',
    place.account,
  )
  writeConf(
    join(made, 'postgresql.conf'),
    "include 'guanxi.conf'\n# Your own settings below win over Guanxi's.\n",
    place.account,
  )
  renameSync(made, place.data)
  rmSync(work, { recursive: true, force: true })
}

function runInitdb(place: Place, binaries: Binaries, args: string[]) {
  const program = join(binaries.folder, 'bin/initdb')
  const uid = process.getuid?.()
  const named = place.account || uid === undefined || process.platform !== 'linux' || hasPasswdEntry(uid)
  // initdb looks its user up. Where we have no name we become nobody, who has one, in a user namespace.
  const [first, rest] = named
    ? [program, args]
    : ['unshare', ['--user', '--map-user=65534', '--map-group=65534', program, ...args]]
  const ran = runOnce(place, binaries, first, rest)
  if (!named && (ran.error || /unshare/.test(ran.stderr)))
    fail(text.no_passwd, { uid: String(uid), gid: String(process.getgid?.()) })
  return ran
}

const runOnce = (place: Place, { env }: Binaries, program: string, args: string[], input = '') =>
  asServer(place, ({ handles, ...how }) =>
    spawnSync(program, args, {
      ...how,
      env,
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe', ...handles],
    }),
  )

function writeConf(path: string, content: string, account: Account | undefined): void {
  // Anew, never through a link: the folder is the account's, and we may be root.
  rmSync(path, { force: true })
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  give(account, path)
}

const lastComplaint = (output: string): string =>
  output
    .split('\n')
    .filter((line) => /(FATAL|PANIC|ERROR|error):/.test(line))
    .at(-1)
    ?.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, '') ??
  output.trim().split('\n').at(-1) ??
  ''

/** New superuser password without a running server: for a home that lost its password file. */
export function resetPassword(place: Place, binaries: Binaries, password: string): void {
  const program = join(binaries.folder, 'bin/postgres')
  const args = ['--single', '-D', seenBy(place, place.data), 'postgres']
  const ran = runOnce(place, binaries, program, args, `alter role ${SUPERUSER} password '${password}'\n`)
  if (ran.status !== 0) fail(text.start_failed, { reason: lastComplaint(ran.stderr), log: place.log })
}

export type Started = { readonly postmaster: Postmaster } | { readonly reason: string }

/** Starts the server in a session of its own: Ctrl-C and the end of Node do not reach it. */
export async function startServer(
  place: Place,
  binaries: Binaries,
  options: EmbeddedOptions,
  port: number | undefined,
): Promise<Started> {
  const tuned = {
    ...tunedSettings(seenBy(place, place.log)),
    ...(options.fsync === false ? unsafeSettings : {}),
    ...options.settings,
  }
  writeConf(join(place.data, 'guanxi.conf'), confFile(tuned), place.account)
  const outputFile = join(place.log, 'start.log')
  rmSync(outputFile, { force: true })
  const output = openSync(outputFile, 'wx', 0o600)
  const args = ['-D', seenBy(place, place.data), ...(await listening(place, port))]
  const child = asServer(place, ({ handles, ...how }) =>
    spawn(join(binaries.folder, 'bin/postgres'), args, {
      ...how,
      env: { ...binaries.env },
      detached: true,
      stdio: ['ignore', output, output, ...handles],
    }),
  )
  closeSync(output)
  child.unref()
  let ended = ''
  child.on('error', (error) => (ended = error.message))
  child.on('exit', (code, signal) => (ended = `exit ${signal ?? code}`))
  const since = Date.now()
  let said = false
  for (;;) {
    const found = readPostmaster(place.data)
    if (found && found.pid === child.pid && found.status === 'ready') return { postmaster: found }
    if (ended) return { reason: lastComplaint(whatItSaid(place.log)) || ended }
    if (!said && Date.now() - since > 3000) {
      options.log.info(tell(text.recovering))
      said = true
    }
    await sleep(5)
  }
}

/** These three on the command line: no file can open the server to a network. */
async function listening(place: Place, port: number | undefined): Promise<string[]> {
  const socket = Buffer.byteLength(join(place.run, `.s.PGSQL.${PORT_IN_SOCKET_NAME}`)) <= SOCKET_PATH_BYTES
  const set = socket
    ? {
        listen_addresses: '',
        unix_socket_directories: `"${seenBy(place, place.run).replaceAll('"', '""')}"`,
        unix_socket_permissions: '0700',
        port: PORT_IN_SOCKET_NAME,
      }
    : { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: port ?? (await freePort()) }
  return Object.entries(set).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/** What went to standard error, then the newest log: the collector takes over midway. */
function whatItSaid(folder: string): string {
  const file = join(folder, 'start.log')
  const first = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (/(FATAL|PANIC):/.test(first)) return first
  const logs = readdirSync(folder)
    .filter((name) => name.startsWith('postgres-'))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
  return logs.length === 0 ? first : readFileSync(logs.at(-1)!, 'utf8').slice(-4000)
}
