import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits. Only the hash is kept: who reads the table cannot use what is in it. */
export const newToken = (): string => randomBytes(32).toString('base64url')
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

export const KEY_PREFIX = 'gx_'
export const newKey = (): string => KEY_PREFIX + newToken()
/** What a list shows of a key so that its owner knows it again: far too little to guess the rest. */
export const hintOf = (key: string): string => `${key.slice(0, KEY_PREFIX.length + 5)}…`

export const SESSION_COOKIE = 'guanxi_session'
const DAY_MS = 86_400_000
export const SESSION_IDLE_MS = 14 * DAY_MS
export const SESSION_ABSOLUTE_MS = 90 * DAY_MS
export const INVITATION_MS = 7 * DAY_MS
// Often enough for a person to recognise a session by; seldom enough that reading does not become writing.
export const TOUCH_MS = 60_000

export const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms)
export const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms)
