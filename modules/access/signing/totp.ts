import { createHmac, timingSafeEqual } from 'node:crypto'

// RFC 6238 with what every authenticator app takes: SHA-1, 30 s, 6 digits.
export const STEP_S = 30
const DIGITS = 6
// One step to either side: a telephone's clock may be half a minute off.
const DRIFT = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function base32(bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((part) => ALPHABET[Number.parseInt(part.padEnd(5, '0'), 2)])
    .join('')
}

export const stepOf = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_S)

export function codeAt(secret: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = mac[19]! & 15
  const number = mac.readUInt32BE(at) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step whose code this is, after `last`; null when it is none's. */
export function stepMatching(secret: Buffer, code: string, now: Date, last: number): number | null {
  const given = Buffer.from(code)
  if (given.length !== DIGITS) return null
  let found: number | null = null
  // All of them are compared, so that how long it takes says nothing.
  for (let step = stepOf(now) - DRIFT; step <= stepOf(now) + DRIFT; step++)
    if (timingSafeEqual(Buffer.from(codeAt(secret, step)), given) && step > last) found ??= step
  return found
}

/** What a QR code of it says. */
export function uriOf(secret: Buffer, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_S}`
}
