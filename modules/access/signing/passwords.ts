import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../../../kernel/refuse.ts'
import { PASSWORD_MIN, passwordProblem } from '../rules.ts'

// OWASP's argon2id floor: 19 MiB, 2 passes, 1 lane. About 36 ms, off the event loop.
const MEMORY_KIB = 19_456
const PASSES = 2
const TAG_BYTES = 32
// Two at once, so that a burst of sign-ins takes 38 MiB and not the machine; who would wait long is sent away.
const AT_ONCE = 2
const MAX_WAITING = 100

let running = 0
const waiting: (() => void)[] = []

async function turn<R>(work: () => Promise<R>): Promise<R> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) refuse('access.busy', 429, { retry_after_s: 3 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    return await work()
  } finally {
    // The place is handed on, not freed and raced for.
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

type Cost = { memory: number; passes: number; parallelism: number }
const derive = (password: string, nonce: Buffer, cost: Cost): Promise<Buffer> =>
  turn(
    () =>
      new Promise((resolve, reject) =>
        argon2(
          'argon2id',
          { message: password.normalize('NFKC'), nonce, ...cost, tagLength: TAG_BYTES },
          (error, tag) => (error ? reject(error) : resolve(tag)),
        ),
      ),
  )

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

/** In the PHC form, so that the cost can be raised later and old hashes still verify. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce, { memory: MEMORY_KIB, passes: PASSES, parallelism: 1 })
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(nonce)}$${unpadded(tag)}`
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
// Nobody's: verified against when there is no account, so that the answer takes as long as when there is one.
const NOBODYS = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(randomBytes(16))}$${unpadded(randomBytes(TAG_BYTES))}`

export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = '', tag = ''] = PHC.exec(stored ?? NOBODYS) ?? []
  if (!memory) throw new Error('a password hash of an unknown form')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const derived = await derive(password, Buffer.from(nonce, 'base64'), cost)
  const expected = Buffer.from(tag, 'base64')
  return derived.length === expected.length && timingSafeEqual(derived, expected) && Boolean(stored)
}

const COMMON = join(import.meta.dirname, 'common.txt')
/** Read each time: passwords are set seldom, and the list need not lie in memory in between. 65 kB, under a millisecond. */
export function commonWords(): (word: string) => boolean {
  const list = `\n${readFileSync(COMMON, 'utf8')}`
  return (word) => word !== '' && !word.startsWith('#') && list.includes(`\n${word}\n`)
}

export function mustBeGood(password: string, email: string): void {
  const problem = passwordProblem(password, email, commonWords())
  if (problem) refuse(problem, 422, { min: PASSWORD_MIN })
}
