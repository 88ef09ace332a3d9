import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
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
import { dirname, join } from 'node:path'
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
}

/** Kept 0600 in home, outside the reach of the server's account. */
export type State = {
  /** Only when it is not `<home>/postgres`. */
  readonly folder?: string
  readonly passwords: { readonly superuser: string; readonly owner: string; readonly app: string }
  /** The data folder was made: its absence from now on is a loss, not a first start. */
  readonly created: boolean
  /** Roles and database are there, with these passwords. */
  readonly ready: boolean
}

const stateFileOf = (home: string) => join(home, 'postgres.json')
export const lockFileOf = (home: string) => join(home, 'postgres.lock')
const folderOf = (home: string, state: State | undefined) => state?.folder ?? join(home, 'postgres')
export const dataOf = (home: string, state: State | undefined) => join(folderOf(home, state), 'data')

const password = () => randomBytes(24).toString('hex')
export const newState = (place: Place): State => ({
  ...(place.folder === join(place.home, 'postgres') ? {} : { folder: place.folder }),
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

/** The home itself, before the lock that lives in it. */
export function makeHome(home: string): void {
  try {
    // Search without listing for others when we are root: the server's account must pass.
    mkdirSync(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  } catch (error) {
    fail(text.no_home, { home, reason: (error as Error).message })
  }
}

/** Under the lock. Makes the folders that the server needs, where its account can reach them. */
export function makePlace(home: string, log: LaunchLog): Place {
  const state = readState(home)
  const account = serverAccount(dataOf(home, state))
  const folder = state?.folder ?? reachableFolder(home, account, log)
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
  const place: Place = {
    home,
    folder,
    // By the kernel's name: a postmaster is known by its working directory.
    data: join(realpathSync(folder), 'data'),
    run: join(folder, 'run'),
    log: join(folder, 'log'),
    stateFile: stateFileOf(home),
    account,
  }
  for (const part of [place.run, place.log]) {
    mkdirSync(part, { recursive: true, mode: 0o700 })
    give(account, part)
  }
  if (account && existsSync(place.data) && lstatSync(place.data).uid === 0) giveTree(account, place.data)
  return place
}

function reachableFolder(home: string, account: Account | undefined, log: LaunchLog): string {
  const inside = join(home, 'postgres')
  if (!account || canEnter(account, home)) return inside
  if (canEnter(account, dirname(home))) {
    chmodSync(home, statSync(home).mode | 0o011)
    if (canEnter(account, home)) {
      log.debug(tell(text.opened, { home, account: account.name }))
      return inside
    }
  }
  const other = '/var/lib/guanxi'
  const folder = join(other, randomBytes(6).toString('hex'))
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    chmodSync(other, statSync(other).mode | 0o011)
  } catch {
    fail(text.no_place, { account: account.name, home, other })
  }
  if (!canEnter(account, other)) fail(text.no_place, { account: account.name, home, other })
  log.warn(tell(text.elsewhere, { account: account.name, home, folder, state: stateFileOf(home) }))
  return folder
}
