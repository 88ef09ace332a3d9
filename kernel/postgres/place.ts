import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Account, accountName, canEnter, give, giveTree, serverAccount } from './account.ts'
import { fail, tell, text } from './text.ts'
import type { LaunchLog } from './types.ts'

/** Where the parts of one home's database are. Everything under `folder` belongs to the server's account. */
export type Place = {
  readonly home: string
  readonly folder: string
  readonly data: string
  readonly run: string
  readonly log: string
  readonly stateFile: string
  readonly account: Account | undefined
  /** The account cannot get here by path (a home under /root): its processes go through an open folder. */
  readonly closed: boolean
}

/** Kept 0600 in home, outside the reach of the server's account. */
export type State = {
  readonly passwords: { readonly superuser: string; readonly owner: string; readonly app: string }
  /** The data folder was made: its absence from now on is a loss, not a first start. */
  readonly created: boolean
  /** Roles and database are there, with these passwords. */
  readonly ready: boolean
}

const stateFileOf = (home: string) => join(home, 'postgres.json')
export const lockFileOf = (home: string) => join(home, 'postgres.lock')
const folderOf = (home: string) => join(home, 'postgres')
/** By the kernel's name: a postmaster is known by its working directory. */
export const partsOf = (home: string) => {
  const folder = existsSync(folderOf(home)) ? realpathSync(folderOf(home)) : folderOf(home)
  return { folder, data: join(folder, 'data'), run: join(folder, 'run'), log: join(folder, 'log') }
}

const password = () => randomBytes(24).toString('hex')
export const newState = (): State => ({
  passwords: { superuser: password(), owner: password(), app: password() },
  created: false,
  ready: false,
})

export function readState(home: string): State | undefined {
  try {
    const state = JSON.parse(readFileSync(stateFileOf(home), 'utf8')) as State
    return typeof state.passwords?.app === 'string' ? state : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM')
      fail(text.not_yours, { folder: home, owner: accountName(statSync(home).uid) })
    return undefined
  }
}

export function writeState(place: Place, state: State): void {
  const beside = `${place.stateFile}.${process.pid}`
  const file = openSync(beside, 'w', 0o600)
  writeSync(file, `${JSON.stringify(state, null, 2)}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(beside, place.stateFile)
}

export const dataOf = (home: string): string => partsOf(home).data

/** The home itself, before the lock that lives in it. */
export function makeHome(home: string): void {
  try {
    // Search without listing for others when we are root: the server's account must pass.
    makeFolder(home, process.getuid?.() === 0 ? 0o711 : 0o700)
    accessSync(home, constants.W_OK | constants.X_OK)
  } catch (error) {
    const owner = existsSync(home) ? statSync(home).uid : undefined
    if (owner !== undefined && owner !== process.getuid?.())
      fail(text.not_yours, { folder: home, owner: accountName(owner) })
    fail(text.no_home, { home, reason: (error as Error).message })
  }
}

/** One level at a time: Node's recursive mkdir never comes back from a path below /proc. */
function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return
  makeFolder(dirname(path), mode)
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Under the lock. Makes the folders that the server needs, as far as they are not there. */
export function makePlace(home: string, log: LaunchLog): Place {
  const folder = folderOf(home)
  const account = serverAccount(join(folder, 'data'))
  const closed = account !== undefined && !openUp(home, account, log)
  const owner = lstatSync(folder, { throwIfNoEntry: false })
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    fail(text.no_home, { home: folder, reason: (error as Error).message })
  }
  const uid = process.getuid?.()
  if (!account && owner && uid !== undefined && owner.uid !== uid)
    fail(text.not_yours, { folder, owner: accountName(owner.uid) })
  give(account, folder)
  const place: Place = { home, ...partsOf(home), stateFile: stateFileOf(home), account, closed }
  for (const part of [place.run, place.log]) {
    mkdirSync(part, { recursive: true, mode: 0o700 })
    give(account, part)
  }
  if (account && existsSync(place.data) && lstatSync(place.data).uid === 0) giveTree(account, place.data)
  return place
}

/** Whether the account can pass through home; home itself is ours to open, what lies above it is not. */
function openUp(home: string, account: Account, log: LaunchLog): boolean {
  if (canEnter(account, home)) return true
  if (canEnter(account, dirname(home))) {
    chmodSync(home, statSync(home).mode | 0o011)
    log.debug(tell(text.opened, { home, account: account.name }))
    if (canEnter(account, home)) return true
  }
  if (!existsSync(OPEN_FOLDER)) fail(text.no_place, { account: account.name, home })
  return false
}

/** Linux follows a process's own open folders whatever lies above them. Handle 3: the first after stderr. */
const OPEN_FOLDER = '/proc/self/fd'
const HANDLE = 3

/** A path under the folder as the server's processes must say it. */
export const seenBy = (place: Place, path: string): string =>
  place.closed ? join(OPEN_FOLDER, String(HANDLE), relative(place.folder, path)) : path

/** Runs `work` with what a process of the server's account needs beside its arguments. */
export function asServer<T>(
  place: Place,
  work: (how: { uid?: number; gid?: number; cwd: string; handles: number[] }) => T,
): T {
  const who = place.account ? { uid: place.account.uid, gid: place.account.gid } : {}
  const how = { ...who, cwd: place.folder }
  if (!place.closed) return work({ ...how, handles: [] })
  const handle = openSync(place.folder, 'r')
  try {
    return work({ ...how, handles: [handle] })
  } finally {
    closeSync(handle)
  }
}
