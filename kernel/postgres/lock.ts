import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, tell, text } from './text.ts'
import type { LaunchLog } from './types.ts'

const POLL_MS = 20
const SAY_AFTER_MS = 1500
const SQLITE_BUSY = 5

/**
 * One process at a time starts, stops or repairs the database of a home. Node has no flock; SQLite's exclusive
 * lock is the kernel's, so `kill -9` frees it, and no process id in a file can be mistaken for another's.
 */
export async function withLock<T>(file: string, log: LaunchLog, work: () => Promise<T>): Promise<T> {
  const lock = open(file)
  try {
    const since = Date.now()
    let said = false
    while (!take(lock)) {
      if (!said && Date.now() - since > SAY_AFTER_MS) {
        log.info(tell(text.waiting))
        said = true
      }
      await sleep(POLL_MS)
    }
    return await work()
  } finally {
    lock.close()
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 })
  } catch (error) {
    return fail(text.no_home, { home: file, reason: (error as Error).message })
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec('begin exclusive')
    return true
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false
    throw error
  }
}
