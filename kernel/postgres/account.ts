import { spawnSync } from 'node:child_process'
import { chownSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, text } from './text.ts'

/** Whom PostgreSQL runs as when Guanxi runs as root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number }

/** PostgreSQL refuses to be root. `postgres` before `nobody`: files of nobody are everybody's. */
const preferred = ['guanxi', 'postgres', 'nobody']

type Entry = { name: string; uid: number; gid: number }
function accounts(): Entry[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length >= 4)
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
  } catch {
    return []
  }
}

export const accountName = (uid: number): string => accounts().find((a) => a.uid === uid)?.name ?? String(uid)

/** initdb looks its own user up and stops without an entry; ids given by a container platform have none. */
export const hasPasswdEntry = (uid: number): boolean => accounts().some((a) => a.uid === uid)

/**
 * undefined: as ourselves. As root: whoever owns the data already, so that a folder made by an ordinary user
 * goes on to work, else the first account of the list.
 */
export function serverAccount(data: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = lstatSync(data, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { name: accountName(owner.uid), uid: owner.uid, gid: owner.gid }
  const all = accounts()
  const found = preferred.map((name) => all.find((a) => a.name === name && a.uid > 0)).find((a) => a)
  return found ?? fail(text.no_account)
}

/** Runs a few words of sh as the account: a probe sees what modes, ACLs and mount options really allow. */
export function can(account: Account | undefined, script: string, ...args: string[]): boolean {
  const who = account ? { uid: account.uid, gid: account.gid } : {}
  const ran = spawnSync('/bin/sh', ['-c', script, ...args], { ...who, cwd: '/', stdio: 'ignore', env: {} })
  if (ran.error && 'code' in ran.error && ran.error.code === 'EPERM' && account)
    fail(text.no_switch, { account: account.name })
  return ran.status === 0
}

export const canEnter = (account: Account, folder: string): boolean => can(account, 'cd "$0"', folder)

export function give(account: Account | undefined, path: string): void {
  if (!account) return
  try {
    chownSync(path, account.uid, account.gid)
  } catch {
    fail(text.no_switch, { account: account.name })
  }
}

/** For a data folder that was copied or restored by root and so belongs to root. */
export function giveTree(account: Account, path: string): void {
  lchownSync(path, account.uid, account.gid)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) giveTree(account, join(path, name))
}
